"""Small plausible timelines for hypothesis: few names of everything, times that lie on and beside the thresholds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.scenario import BASE

from siloscope.core.touchpoint import BROADCASTS

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

# What happens together, so that a symptom comes of it; times are apart by what matters to it.
THEMES: dict[str, tuple[list[str], list[int]]] = {
    "outreach": (
        ["promotion", "promotion", "message", "notice", "answer", "question", "handoff_started", "handoff_accepted",
         "survey_request"],
        [0, HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY],
    ),
    "claims": (
        ["message", "notice", "notice", "answer", "answer", "question", "fact_published", "fact_published"],
        [0, HOUR, DAY, 7 * DAY, 60 * DAY, 90 * DAY],
    ),
    "handoffs": (
        ["handoff_started", "handoff_started", "escalated", "handoff_accepted", "message", "case_opened", "case_closed",
         "purchase", "contract_signed", "delivery", "onboarding_step", "promotion"],
        [0, 10 * MINUTE, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 7 * DAY],
    ),
    "to and fro": (
        ["handoff_started", "handoff_started", "handoff_started", "escalated", "handoff_accepted", "case_opened",
         "case_closed", "case_reopened"],
        [0, HOUR, DAY, 90 * DAY],
    ),
    "waits": (
        ["wait_started", "wait_started", "approval_requested", "wait_ended", "wait_ended", "approval_decided",
         "case_closed", "complaint", "recovered"],
        [0, 10 * MINUTE, 20 * MINUTE, DAY, 2 * DAY, 3 * DAY, 6 * DAY, 90 * DAY],
    ),
    "questions": (
        ["question", "complaint", "answer", "message", "notice", "promotion", "case_closed", "praise", "recovered",
         "invoice"],
        [0, HOUR, 3 * DAY, 6 * DAY, 14 * DAY, 90 * DAY],
    ),
    "tickets": (
        ["case_opened", "case_opened", "case_opened", "case_closed", "case_closed", "case_reopened", "case_updated",
         "question"],
        [0, HOUR, DAY, 13 * DAY, 14 * DAY, 90 * DAY],
    ),
    "conversations": (
        ["question", "message", "complaint", "info_given", "case_opened", "answer", "case_closed"],
        [0, MINUTE, HOUR, DAY, 5 * DAY, 7 * DAY, 14 * DAY],
    ),
    "renewal": (
        ["renewal_ask", "renewal_ask", "message", "invoice", "notice", "promotion", "visit", "contract_signed",
         "contract_cancelled", "complaint"],
        [0, DAY, 30 * DAY, 60 * DAY, 90 * DAY, 120 * DAY, 180 * DAY],
    ),
}  # fmt: skip
WORDS = "tiger river candle garden window copper violin marble blanket"
TEXTS = [
    None, None, None, WORDS, WORDS, WORDS.replace("blanket", "pepper"), WORDS.replace("violin marble", "pepper pencil"),
    "lemon carpet hammer dolphin forest", "lemon carpet hammer dolphin forest island",
]  # fmt: skip
CLAIMS = [
    {"price": "49 EUR"}, {"price": "49 EUR"}, {"price": "59 EUR"}, {"price": "59.00 EUR"}, {"price": ""},
    {"price": "59 USD"}, {"delivery.date": "2026-03-10"}, {"delivery.date": "2026-03-11"},
    {"price": "49 EUR", "refund": "yes"}, {"price": "59 EUR", "refund": "no"},
]  # fmt: skip
STAFFED = ("question", "message", "complaint", "answer", "case_opened", "info_given")
DIRECTIONS = ("inbound", "outbound", "outbound")


def maybe(*values: Any, absent: int = 1) -> st.SearchStrategy[Any]:
    """One of the values, or nothing."""
    return st.sampled_from([None] * absent + list(values))


@st.composite
def touchpoints(
    draw: st.DrawFn, theme: str, known: list[dict[str, Any]], number: int, back: bool = False
) -> dict[str, Any]:
    """One more touchpoint of a theme, at or near a threshold from one already there."""
    activities, apart = THEMES[theme]
    activity = draw(st.sampled_from(activities))
    start = draw(st.sampled_from([t["occurred_at"] for t in known])) if known else BASE
    sign = -1 if back else 1
    at = start + sign * draw(st.sampled_from(apart)) + draw(st.sampled_from([0, 0, 0, 1, -1]))
    record: dict[str, Any] = {
        # Ids do not rise with time: of what happens at one instant any may be the first.
        "touchpoint_id": draw(st.sampled_from("abcd")) + str(number),
        "occurred_at": at,
        "activity": activity,
        "department": draw(st.sampled_from(["support", "sales", "delivery", "finance"])),
        "channel": draw(st.sampled_from(["email", "email", "chat"])),
    }
    named = [t["touchpoint_id"] for t in known] + ["c1", "c2"]
    optional: dict[str, Any] = {"product": draw(maybe("pro", "team", absent=6))}
    if activity in BROADCASTS:
        optional |= {
            "claims": draw(st.sampled_from(CLAIMS)),
            "segment": draw(maybe("business", "private", absent=3)),
            "language": draw(maybe("de", "fr", absent=5)),
            "refers_to": draw(maybe(*[[name] for name in named], absent=8 * len(named))),
        }
    else:
        who = draw(st.sampled_from(["ann", "ann", "ann", "ann", "bob"]))
        record["identifiers"] = [{"kind": "customer_id", "value": who}]
        optional |= of_a_customer(draw, theme, activity, named, at)
    return record | {name: value for name, value in optional.items() if value is not None}


def of_a_customer(draw: st.DrawFn, theme: str, activity: str, named: list[str], at: int) -> dict[str, Any]:
    """The optional fields of a touchpoint that is no broadcast."""
    many = theme in ("tickets", "conversations")
    optional: dict[str, Any] = {
        "direction": draw(st.sampled_from(DIRECTIONS)) if activity == "message" else None,
        "case_ref": draw(maybe("c1", "c1", "c2", *(["c3"] if many else []), absent=2)),
        "thread_ref": draw(maybe("t1", "t2", *(["t3", "t4"] if many else []), absent=3)),
        "topic": draw(maybe("login", "login", "billing", "other", absent=1 if many else 4)),
        "reply_to": draw(maybe(*named, absent=4 * len(named))),
        "refers_to": draw(maybe(*[[name] for name in named], absent=4 * len(named))),
    }
    if theme == "renewal":
        optional |= {
            "account": draw(maybe("acme", absent=2)),
            "renewal_at": None
            if activity == "contract_cancelled"
            else draw(maybe(*[at + days * DAY for days in (0, 60, 90, 120, 150)], absent=6)),
        }
    if activity in ("handoff_started", "escalated"):
        optional["to_department"] = draw(maybe("support", "sales", "delivery", "finance"))
    if activity in ("handoff_started", "wait_started", "approval_requested"):
        optional["due_at"] = draw(maybe(at - HOUR, at, at + 1, at + HOUR, at + 2 * DAY, absent=10))
    if activity == "wait_started":
        optional["reason"] = draw(maybe("hold", "approval", "customer", "backlog"))
    if activity == "case_closed":
        optional["outcome"] = draw(maybe("solved", "withdrawn", "duplicate"))
        optional["direction"] = draw(maybe("inbound", absent=3))
    if activity in STAFFED:
        optional["staff_ref"] = draw(maybe("kim", "lou"))
    if activity in ("promotion", "message", "notice", "answer", "case_opened"):
        optional["text"] = draw(st.sampled_from(TEXTS))
        optional["message_ref"] = draw(maybe("m1", "m1", "m2", absent=3)) if activity != "case_opened" else None
    if theme == "claims" or (theme == "outreach" and activity in ("notice", "message")):
        optional |= {
            "claims": draw(st.sampled_from([None, *CLAIMS])),
            "segment": draw(maybe("business", absent=4)),
            "language": draw(maybe("de", absent=5)),
        }
    if activity == "purchase":
        optional["case_ref"] = draw(maybe("c1", absent=4))
    return optional


@st.composite
def timelines(draw: st.DrawFn, themes: tuple[str, ...] = tuple(THEMES)) -> tuple[list[dict[str, Any]], int]:
    """Up to a dozen touchpoints within the horizon, and when they are judged (epoch ms)."""
    chosen = draw(st.lists(st.sampled_from(themes), min_size=1, max_size=2, unique=True))
    known: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 12))):
        one = draw(touchpoints(draw(st.sampled_from(chosen)), known[-6:], number))
        if one["occurred_at"] - min([t["occurred_at"] for t in known], default=BASE) < 390 * DAY:
            known.append(one)
    last = max([t["occurred_at"] for t in known], default=BASE)
    apart = [after for theme in chosen for after in THEMES[theme][1]]
    return known, last + draw(st.sampled_from([0, *apart, 100 * DAY])) + draw(st.sampled_from([0, 0, 1]))


def shown(records: list[dict[str, Any]], until: int) -> str:
    """A timeline as a scenario has it, to read and to keep."""
    lines = ["  touchpoints:"]
    for record in sorted(records, key=lambda t: t["occurred_at"]):
        rest = {name: spelled(name, value) for name, value in record.items() if name not in _FIRST}
        if record["channel"] == "email":
            del rest["channel"]
        who = (record.get("identifiers") or [{"value": "ann"}])[0]["value"]
        if who != "ann":
            rest["customer"] = who
        more = "".join(f", {name}: {value}" for name, value in rest.items())
        at = offset(record["occurred_at"])
        lines.append(
            f"    - {{id: {record['touchpoint_id']}, at: {at}, do: {record['department']} {record['activity']}{more}}}"
        )
    return "\n".join([*lines, f"  until: {offset(until)}"])


_FIRST = ("touchpoint_id", "occurred_at", "activity", "department", "identifiers")


def spelled(name: str, value: Any) -> str:
    if name.endswith("_at"):
        return offset(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f'{key}: "{claim}"' for key, claim in value.items()) + "}"
    return "[" + ", ".join(value) + "]" if isinstance(value, list) else str(value)


def offset(at: int) -> str:
    """`3d 04:00 +1ms` after the base time."""
    days, rest = divmod(at - BASE + 1, DAY)
    minutes, ms = divmod(rest, MINUTE)
    ms -= 1
    clock = f" {minutes // 60:02}:{minutes % 60:02}" if minutes else ""
    if ms > 1000:
        seconds, ms = divmod(ms, 1000)
        clock = f" {minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return f"{days}d{clock}" + (f" {ms:+}ms" if ms else "")
