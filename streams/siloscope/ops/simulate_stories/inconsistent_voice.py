"""Spoken to in two voices, or in one with a slip."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import IN
from siloscope.ops.simulate_company import FIRST_NAMES, title_of
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _voices(s: Scene, *said: tuple[int, str, dict[str, Any]]) -> None:
    told = [
        s.out(s.day(days) if days else 0, department, "email", f"voice.{turn}", topic=f"news.{turn}", **how)
        for turn, (days, department, how) in enumerate(said)
    ]
    s.label("voice", *told)


def _speaks(s: Scene, language: str) -> None:
    """The customer of this story speaks this language."""
    s.who = s.who._replace(language=language, title=title_of(s.who.number % len(FIRST_NAMES), language))


VOICE: Final = {"confidence": "suspected", "since": None, "lead": 130}


@fault("inconsistent_voice", "support says du, finance Sie", **VOICE)
def du_and_sie(s: Scene) -> None:
    _speaks(s, "de")
    s.bought(120)
    du, sie = {"formal": False}, {"formal": True}
    _voices(s, (-9, "finance", sie), (-6, "support", du), (-3, "finance", sie), (0, "support", du))


@fault("inconsistent_voice", "support writes English, finance German", **VOICE)
def two_languages(s: Scene) -> None:
    _speaks(s, "en")
    s.bought(120)
    _voices(
        s,
        (-9, "support", {}),
        (-6, "finance", {"language": "de"}),
        (-3, "support", {}),
        (0, "finance", {"language": "de"}),
    )


@fault("inconsistent_voice", "finance has her name wrong", **VOICE)
def two_names(s: Scene) -> None:
    s.bought(120)
    right, wrong = {"formal": True}, {"formal": True, "name": "Kesslering"}
    _voices(s, (-9, "sales", right), (-6, "finance", wrong), (-3, "sales", right), (0, "finance", wrong))


@near_miss("inconsistent_voice", "one text alone is a slip", **VOICE)
def one_slip(s: Scene) -> None:
    _speaks(s, "de")
    s.bought(120)
    sie = {"formal": True}
    _voices(s, (-9, "finance", sie), (-6, "finance", sie), (-3, "sales", sie), (0, "support", {"formal": False}))


@near_miss("inconsistent_voice", "she switched to German herself", **VOICE)
def she_switched_first(s: Scene) -> None:
    _speaks(s, "en")
    s.bought(120)
    german = {"language": "de", "formal": True}
    thread = {"thread_ref": f"{s.case}:thread", "topic": "contract.copy"}
    s.say(s.day(-5, 9), "message", "finance", "email", "call_me", direction=IN, language="de", **thread)
    _voices(
        s,
        (-9, "support", {"formal": True}),
        (-7, "support", {"formal": True}),
        (-3, "finance", german),
        (0, "finance", german),
    )


@near_miss(
    "inconsistent_voice", "the other form was used more than 90 days ago", confidence="suspected", since=None, lead=160
)
def another_form_long_ago(s: Scene) -> None:
    _speaks(s, "de")
    s.who = s.who._replace(formal=False)
    s.bought(150)
    du, sie = {"formal": False}, {"formal": True}
    _voices(s, (-100, "support", du), (-97, "support", du), (-3, "finance", sie), (0, "finance", sie))
