"""Real dialogues between people as touchpoints: who asked for which field, and who was told it.

The corpus is STAR (Rasa, MIT licence; https://github.com/RasaHQ/STAR): 5,820 whole conversations in which one person
played a service desk, the other its customer, one JSON file each. What the desk said carries a label like
`hotel_ask_name`; from it follows what was asked for. The customer's next words are taken for the answer. The corpus is
no part of this project: `--dialogues DIR` (or SILOSCOPE_DIALOGUES) names the directory of its files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any, Final, NamedTuple

from siloscope.core.alert import Alert
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Identifier, Touchpoint, sound
from siloscope.ops.replay import replay_alerts

SYMPTOM: Final = "repeated_info_request"
DESKS: Final = ("front_desk", "back_office")
ANOTHER: Final = "billing"
_ASKED: Final = re.compile(r"(?:([a-z]+)_)?ask_([a-z_]+)")
# Games, and questions about what to do next: nothing that a customer could have said before.
_NO_DOMAIN: Final = frozenset({"trivia"})
_NO_FIELD: Final = frozenset(
    {"confirm_booking", "search_more", "continue_searching", "more_questions", "custom_message", "change"}
)
_SHARED: Final = frozenset({"name"})  # what every department means alike; the day of a hotel is not that of a table


class Turn(NamedTuple):
    """What the desk asked for, or the customer told it: `field`, in what `domain` (hotel, bank, …), by or to whom."""

    at: int
    asks: bool
    field: str
    domain: str
    text: str


class Dialogue(NamedTuple):
    """One conversation: its asks and answers in order; `desk` is who answered."""

    name: str
    desk: str
    turns: list[Turn]

    @property
    def asked(self) -> list[str]:
        """The fields asked for, in order."""
        return [turn.field for turn in self.turns if turn.asks]

    @property
    def repeats(self) -> bool:
        """Whether a field is asked for twice."""
        return len(set(self.asked)) < len(self.asked)

    @property
    def answered(self) -> list[str]:
        """The fields told, in order."""
        return [turn.field for turn in self.turns if not turn.asks]


class Tried(NamedTuple):
    """One way of reading dialogues as touchpoints: how many, in how many a request is repeated, and what was told."""

    what: str
    dialogues: int
    repeated: int
    right: int
    false: int
    twice: int


def whole(directory: Path) -> Iterator[dict[str, Any]]:
    """The files of conversations that were not broken off, by number."""
    for path in sorted(directory.glob("*.json"), key=lambda path: (len(path.name), path.name)):
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found.get("CompletionLevel") == "Complete":
            yield found


def dialogues(directory: Path) -> Iterator[Dialogue]:
    """The conversations that ask for anything."""
    return (made for made in map(dialogue, whole(directory)) if made.turns)


def dialogue(found: dict[str, Any]) -> Dialogue:
    """The asks and answers of one file."""
    events = [each for each in found["Events"] if "UnixTime" in each and each["Agent"] in ("User", "Wizard")]
    turns: list[Turn] = []
    open_asks: list[Turn] = []
    for number, event in enumerate(events):
        at = event["UnixTime"] * 1000 + number  # several events of one second keep their order
        asked = _ASKED.fullmatch(event.get("ActionLabel") or "")
        if event["Agent"] == "Wizard" and asked and _is_field(*asked.groups()):
            domain = asked[1] or _domain_around(events, number) or (found["Scenario"]["Domains"] or ["desk"])[0]
            open_asks.append(Turn(at, True, asked[2], domain, event.get("Text") or ""))
            turns.append(open_asks[-1])
        elif event["Agent"] == "User" and event["Action"] == "utter":
            turns += [
                each._replace(at=at + place, asks=False, text=event["Text"]) for place, each in enumerate(open_asks)
            ]
            open_asks = []
    return Dialogue(str(found["DialogueID"]), found["AnonymizedWizardWorkerID"], turns)


def _is_field(domain: str | None, field: str) -> bool:
    return domain not in _NO_DOMAIN and field not in _NO_FIELD


def _domain_around(events: Sequence[dict[str, Any]], number: int) -> str | None:
    """What a request without a domain is for: the next thing looked up or said with one, else the last before."""
    for each in (*events[number + 1 :], *reversed(events[:number])):
        if api := each.get("APIName"):
            return str(api.partition("_")[0])
        named = _ASKED.fullmatch(each.get("ActionLabel") or "")
        if named and named[1]:
            return named[1]
    return None


def one_desk(given: Dialogue) -> Iterator[Touchpoint]:
    """As it was: one department, one person, one case."""
    return _told(given, lambda turn: ("service", turn.field))


def two_desks(given: Dialogue) -> Iterator[Touchpoint]:
    """As if two departments took turns with each question, in one case."""
    turns = cycle(DESKS)
    asker: dict[int, str] = {}
    for turn in given.turns:
        if turn.asks:
            asker[turn.at] = next(turns)
    last = DESKS[0]

    def place(turn: Turn) -> tuple[str, str]:
        nonlocal last
        last = asker.get(turn.at, last) if turn.asks else last
        return (last, turn.field)

    return _told(given, place)


def asked_again(given: Dialogue) -> Iterator[Touchpoint]:
    """As two departments, and a third asks a day later for what she told first."""
    yield from two_desks(given)
    again = Turn(given.turns[-1].at + 86_400_000, True, given.answered[0], ANOTHER, "Could you tell us again?")
    yield from _told(given._replace(turns=[again]), lambda turn: (ANOTHER, turn.field), after=len(given.turns))


def by_domain(given: Dialogue) -> Iterator[Touchpoint]:
    """As if each domain of the conversation (hotel, ride, bank, …) were a department of one company."""
    return _told(given, lambda turn: (turn.domain, _own(turn)))


def _own(turn: Turn) -> str:
    return turn.field if turn.field in _SHARED else f"{turn.domain}_{turn.field}"


def repeated_by_domain(given: Dialogue) -> bool:
    """Whether a domain asks for what the customer told another before."""
    told: dict[str, set[str]] = {}
    for turn in given.turns:
        if turn.asks and told.get(_own(turn), set()) - {turn.domain}:
            return True
        if not turn.asks:
            told.setdefault(_own(turn), set()).add(turn.domain)
    return False


def _told(given: Dialogue, place: Any, after: int = 0) -> Iterator[Touchpoint]:
    """Touchpoints of the turns; `place` says the department and the field of a turn, in order."""
    for number, turn in enumerate(given.turns, after):
        department, field = place(turn)
        touchpoint = Touchpoint(
            f"star:{given.name}:{number}", turn.at, "info_request" if turn.asks else "info_given", department, "chat",
            identifiers=[Identifier("customer_id", f"star-{given.name}")], case_ref=f"star:{given.name}",
            staff_ref=f"{department}:{given.desk}" if turn.asks else None, text=turn.text or None, fields=[field],
        )  # fmt: skip
        refused = sound(touchpoint)
        assert not isinstance(refused, Rejected), refused
        yield touchpoint


def tried(directory: Path) -> list[Tried]:
    """All ways over all dialogues."""
    every = list(dialogues(directory))
    single = [each for each in every if not each.repeats]
    answered = [each for each in single if each.answered]
    several = [each for each in every if len({turn.domain for turn in each.turns}) > 1]
    return [
        _try("as they were: one department, one person", every, one_desk, lambda _: False),
        _try("nobody repeats a request; two departments take turns", single, two_desks, lambda _: False),
        _try("the same, and a third department asks again for one thing", answered, asked_again, lambda _: True),
        _try("each domain is a department", several, by_domain, repeated_by_domain),
    ]


def _try(what: str, given: Sequence[Dialogue], read: Any, repeated: Any) -> Tried:
    told: dict[str, int] = {}
    for alert in found_in(touchpoint for each in given for touchpoint in read(each)):
        told[alert.customer_id] = told.get(alert.customer_id, 0) + 1
    expected = {f"star-{each.name}" for each in given if repeated(each)}
    return Tried(
        what, len(given), len(expected), len(expected & told.keys()),
        sum(number for name, number in told.items() if name not in expected),
        sum(number - 1 for name, number in told.items() if name in expected),
    )  # fmt: skip


def found_in(touchpoints: Iterable[Touchpoint]) -> list[Alert]:
    """What is told of repeated requests in them."""
    return [each for each in replay_alerts(touchpoints) if each.symptom == SYMPTOM]


# -- every word that was said


class Spoken(NamedTuple):
    """How many utterances were read, and how many alerts of any symptom they gave."""

    utterances: int
    alerts: int


def spoken(directory: Path) -> Spoken:
    """Every utterance as a message of one department, each conversation a customer."""
    touchpoints = [each for found in whole(directory) for each in _utterances(found)]
    return Spoken(len(touchpoints), len(replay_alerts(touchpoints)))


def _utterances(found: dict[str, Any]) -> Iterator[Touchpoint]:
    name = str(found["DialogueID"])
    for number, event in enumerate(found["Events"]):
        if event.get("Action") in ("utter", "pick_suggestion") and event.get("Text"):
            desk = event["Agent"] == "Wizard"
            touchpoint = Touchpoint(
                f"star:{name}:said:{number}", event["UnixTime"] * 1000 + number, "message", "service", "chat",
                "outbound" if desk else "inbound", identifiers=[Identifier("customer_id", f"star-{name}")],
                thread_ref=f"star:{name}", staff_ref=found["AnonymizedWizardWorkerID"] if desk else None,
                text=event["Text"], language="en",
            )  # fmt: skip
            refused = sound(touchpoint)
            assert not isinstance(refused, Rejected), refused
            yield touchpoint
