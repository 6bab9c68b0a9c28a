"""A notice as it is read, the most important first; what mail, chat and text make of it is their own affair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import quote

from ...core.alert import Alert, Evidence
from ...core.desk import meant_for
from ...core.handoff import Warning
from ...core.incident import Incident
from ...core.privacy import masked
from ...core.words import capital
from ..links import Links
from ..message import BEGINS, Message, Notice, Subject, id_of
from .words import LANGUAGES, Phrases

MOST: Final = 8  # touchpoints that are shown; the board has them all
_TOUCHPOINT: Final = re.compile(r" ?\[([^\[\]\s]+)\]$")
Tone = Literal["critical", "warning", "info", "over"]
TONES: Final[tuple[Tone, ...]] = get_args(Tone)


class Line(NamedTuple):
    """One line, and the touchpoint that it comes from."""

    text: str
    touchpoint: str | None = None
    link: str | None = None

    def __str__(self) -> str:
        return f"{self.text} [{self.touchpoint}]" if self.touchpoint else self.text


class Part(NamedTuple):
    """Some lines under a heading; `harm` marks what would hurt the customer."""

    heading: str
    lines: tuple[Line, ...]
    harm: bool = False


class Card(NamedTuple):
    """One notice in words. `tag` and `about` are short, `first` is what to say or do first."""

    subject: str  # id of the alert, warning or incident
    tone: Tone
    tag: str
    title: str
    about: tuple[str, ...]
    hint: str  # why it comes, or comes now; empty for most
    first: Line
    parts: tuple[Part, ...]
    link: str | None
    acts: bool  # there is something to accept


def cards(message: Message, links: Links) -> list[Card]:
    """All that a message tells, the most urgent first."""
    say = LANGUAGES[message.language]
    told = [card(notice, say, links) for notice in message.notices]
    return sorted(told, key=lambda each: TONES.index(each.tone))


def title(message: Message, told: list[Card]) -> str:
    """The message in one line."""
    if message.kind == "one":
        return f"{told[0].tag}: {told[0].title}"
    say = LANGUAGES[message.language]
    line = (say.digest if message.kind == "digest" else say.summary).format(number=len(told))
    critical = sum(each.tone == "critical" for each in told)
    return f"{line}, {critical} {say.severities['critical']}" if critical else line


def card(notice: Notice, say: Phrases, links: Links) -> Card:
    """A notice in words; what is over says only so."""
    subject = notice.subject
    going = notice.what in BEGINS or notice.what == "worse"
    journey = links.journey(getattr(subject, "customer_id", ""))
    return Card(
        subject=id_of(subject),
        tone=_tone(notice) if going else "over",
        tag=_tag(notice, say) if going else say.told[notice.what],
        title=_title(subject, say),
        about=tuple(_about(subject, notice.handed_to or meant_for(subject), say)),
        hint=_hint(notice, going, say),
        first=_line(capital(_first(subject, say)) if going else _over(notice, say), journey),
        parts=tuple(_parts(subject, say, journey)) if going else (),
        link=links.of(subject),
        acts=going and not isinstance(subject, Incident),
    )


def _tone(notice: Notice) -> Tone:
    subject = notice.subject
    if isinstance(subject, Warning):
        return "critical" if notice.what == "overdue" or subject.urgency == "critical" else "warning"
    return subject.severity


def _tag(notice: Notice, say: Phrases) -> str:
    told = say.told[notice.what]
    return told if isinstance(notice.subject, Warning) else f"{told}, {say.severities[notice.subject.severity]}"


def _title(subject: Subject, say: Phrases) -> str:
    if isinstance(subject, Alert):
        return subject.title
    if isinstance(subject, Incident):
        return say.incident.format(symptom=subject.symptom.replace("_", " "), customers=subject.customers)
    receiver = f"{subject.to_department} ({subject.team})" if subject.team else subject.to_department
    return (say.implied if subject.implied else say.handoff).format(giver=subject.from_department, receiver=receiver)


def _about(subject: Subject, owner: str, say: Phrases) -> Iterator[str]:
    """For whom, about whom, since when; an id that is an address or a number of hers is masked."""
    yield say.owner.format(owner)
    if isinstance(subject, Warning):
        yield from filter(None, [say.urgency.get(subject.urgency)])
    if isinstance(subject, Incident):
        yield say.cause.format(subject.cause.value)
        yield say.since.format(say.at(subject.opened_at))
        return
    named = ((say.customer, subject.customer_id), (say.account, subject.account), (say.case, subject.case_ref))
    for text, value in named:
        if value:
            yield text.format(masked(value))
    if isinstance(subject, Warning):
        yield say.due.format(say.at(subject.due_at))
    else:
        yield say.since.format(say.at(subject.opened_at))


def _hint(notice: Notice, going: bool, say: Phrases) -> str:
    said = []
    if notice.handed_to is not None and going:
        said.append(say.handed.format(to=notice.handed_to, by=notice.handed_by, meant=meant_for(notice.subject)))
    if notice.unaccepted is not None:
        said.append(say.unaccepted.format(minutes=notice.unaccepted))
    elif getattr(notice.subject, "supersedes", None):
        said.append(say.supersedes)
    return " ".join(said)


def _first(subject: Subject, say: Phrases) -> str:
    if isinstance(subject, Warning):
        return subject.brief.summary
    return subject.suggested_action if isinstance(subject, Alert) else say.mend


def _over(notice: Notice, say: Phrases) -> str:
    by = notice.by or (notice.subject.accepted_by if isinstance(notice.subject, Warning) else None) or say.nobody
    if notice.what == "accepted":
        return (say.accepted if isinstance(notice.subject, Warning) else say.taken_on).format(by=by)
    return {"retracted": say.retracted, "closed": say.closed}.get(notice.what, say.ended.format(at=say.at(notice.at)))


def _parts(subject: Subject, say: Phrases, journey: str | None) -> Iterator[Part]:
    if isinstance(subject, Warning):
        brief = subject.brief
        for heading, lines in (
            (say.do_not, brief.do_not),
            (say.promises, brief.promises),
            (say.already_given, [", ".join(brief.already_given)] if brief.already_given else []),
            (say.answers_given, brief.answers_given),
            (say.open_alerts, map(capital, brief.open_alerts)),
            (say.open_cases, brief.open_cases),
            (say.recent, brief.recent),
        ):
            if said := tuple(_line(each, journey) for each in lines):
                yield Part(heading, said, harm=heading == say.do_not)
    elif isinstance(subject, Alert):
        yield Part(say.happened, (Line(subject.explanation),))
        rests = [_evidence(each, say, journey) for each in subject.evidence]
        more = len(rests) - MOST
        yield Part(say.evidence, (*rests[:MOST], *([Line(say.more.format(number=more))] if more > 0 else [])))


def _line(text: str, journey: str | None) -> Line:
    """A line of a brief: the touchpoint that it comes from stands at its end, in brackets."""
    found = _TOUCHPOINT.search(text)
    return _linked(text[: found.start()], found[1], journey) if found else Line(text)


def _linked(text: str, touchpoint: str, journey: str | None) -> Line:
    return Line(text, touchpoint, journey and f"{journey}#t-{quote(touchpoint, safe='')}")


def _evidence(part: Evidence, say: Phrases, journey: str | None) -> Line:
    said = f": “{part.excerpt}”" if part.excerpt else ""
    text = f"{say.at(part.occurred_at)}, {part.department}, {part.channel}, {part.role}{said}"
    return _linked(text, part.touchpoint_id, journey)
