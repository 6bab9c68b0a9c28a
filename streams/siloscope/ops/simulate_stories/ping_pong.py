"""A case goes to and fro, or just through the house."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR, MINUTE, Touchpoint
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _passed(s: Scene, way: str) -> list[Touchpoint]:
    """A case goes this way between departments, a step each few hours; answers the handoffs."""
    names = {"s": "support", "f": "finance", "l": "legal", "d": "delivery"}
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "invoice.amount"}
    s.say(s.day(-2, 8.5), "case_opened", "support", "email", "case.invoice.amount", **about)
    s.say(s.day(-2, 9), "answer", "support", "email", "case_answer", **about)
    moves, times = [], [s.day(-2, 10), s.day(-2, 14), s.day(-1, 10), s.day(-1, 15), 0][-len(way) + 1 :]
    for at, here, there in zip(times, way, way[1:], strict=False):
        words = "please_take" if here == "s" else "not_ours"
        moves.append(s.say(at, "handoff_started", names[here], "ticket", words, to_department=names[there], **about))
        s.say(at + 50 * MINUTE, "handoff_accepted", names[there], "ticket", staff_ref=f"{names[there]}-1", **about)
    s.out(s.worked(HOUR, HOUR), names[way[-1]], "email", "looking_again", **about)
    s.say(s.worked(HOUR, 2 * HOUR), "case_closed", names[way[-1]], "ticket", outcome="solved", **about)
    return moves


@fault("ping_pong", "support and finance hand one case to each other four times", duty=(0, 1, 2))
def sent_back_and_forth(s: Scene) -> None:
    moves = _passed(s, "sfsfs")
    s.label(s.case, *moves[:3])


@fault("ping_pong", "round by three departments, twice", duty=(0, 1, 2))
def round_the_houses(s: Scene) -> None:
    s.label(s.case, *_passed(s, "sflsf"))


@near_miss("ping_pong", "the case came back once only", duty=(0, 1, 2))
def back_once(s: Scene) -> None:
    s.label(s.case, *_passed(s, "sfs"))


@near_miss("ping_pong", "four departments one after the other, none twice", duty=(0, 1, 2))
def from_one_to_the_next(s: Scene) -> None:
    s.label(s.case, *_passed(s, "sfld"))
