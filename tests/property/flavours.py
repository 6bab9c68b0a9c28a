"""The optional fields of random touchpoints: what each theme needs besides cases, threads and topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from tests.property.themes import DAY, HOUR

Optional = dict[str, Any]

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
QUESTIONS = [None, "How much is the blue lamp?", "How much is the blue lamp?", "When will the garden shed arrive?"]
ANSWERS = [
    "Yes, we repair the garden lamps for you today.",
    "No, we are not able to do that for you at the museum.",
    "The price of the blue lamp is 49 EUR.", "The price of the blue lamp is 59 EUR.",
    "The blue lamp is 59 EUR, and the garden shed is 80 EUR.", "The delivery of the shed takes 14 days.",
    "The delivery of the shed takes 2 weeks.", "The delivery of the shed takes 3 weeks.",
    "Your garden shed arrives at home on 2026-03-10.", "Your garden shed arrives at home on 2026-03-11.",
    "On the second lamp you get 5% off.", "On the second lamp you get 10% off.",
    "Ja, wir reparieren die kaputte Lampe gern.", "Nein, das alte Fahrrad ist leider nicht zu retten.",
    "Die Lieferung von dem Haus dauert 3 Wochen.",
]  # fmt: skip
DECLARED = ("tiger candle window marble lamp", ["de-AT", "en", "en-GB"])  # of no language, but for what is said of it
VOICES = [
    "Wir haben Ihnen die Rechnung geschickt.",
    "Wir haben für Sie ein Fahrrad reserviert.",
    "Wir haben dir die Lampe repariert.",
    "Der Termin ist für dich verschoben.",
    "We have sent the parcel to you.",
    "The meeting is moved to another floor for you.",
    "Hello Ann, the garden is open to you.",
    "Hello Berta, the museum is open to you today.",
]
STAFFED = ("question", "message", "complaint", "answer", "case_opened", "info_given")
DIRECTIONS = ("inbound", "outbound", "outbound")
FIELDS = [
    ["iban", "birth_date"], ["iban", "birth_date", "address"], ["address"], ["iban"], ["order_number"],
    ["password", "iban"], ["birth_date", "order_number"],
]  # fmt: skip


def maybe(*values: Any, absent: int = 1) -> st.SearchStrategy[Any]:
    """One of the values, or nothing."""
    return st.sampled_from([None] * absent + list(values))


def of_everybody(draw: st.DrawFn, activity: str, named: list[str]) -> Optional:
    """The optional fields of a broadcast."""
    if activity == "release":
        names = ["BUG-1", "BUG-2", *named]
        return {
            "product": draw(maybe("pro", "pro", "pro", "pro", "team", absent=0)),
            "refers_to": draw(maybe(*[[name] for name in names], absent=2 * len(names))),
        }
    return {
        "claims": draw(st.sampled_from(CLAIMS)),
        "segment": draw(maybe("business", "private", absent=3)),
        "language": draw(maybe("de", "fr", absent=5)),
        "refers_to": draw(maybe(*[[name] for name in named], absent=8 * len(named))),
    }


def of_a_customer(draw: st.DrawFn, theme: str, activity: str, named: list[str], at: int) -> Optional:
    """The optional fields of a touchpoint that is no broadcast."""
    many = theme in ("tickets", "conversations")
    optional: Optional = {
        "direction": draw(st.sampled_from(DIRECTIONS)) if activity in ("message", "meeting") else None,
        "case_ref": draw(maybe("c1", "c1", "c2", *(["c3"] if many else []), absent=2)),
        "thread_ref": draw(maybe("t1", "t2", *(["t3", "t4"] if many else []), absent=3)),
        "topic": draw(maybe("login", "login", "billing", "other", absent=1 if many else 4)),
        "reply_to": draw(maybe(*named, absent=4 * len(named))),
        "refers_to": draw(maybe(*[[name] for name in named], absent=4 * len(named))),
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
    if activity in ("promotion", "message", "notice", "answer", "case_opened") and theme not in SPEAKING:
        optional["text"] = draw(st.sampled_from(TEXTS))
        optional["message_ref"] = draw(maybe("m1", "m1", "m2", absent=3)) if activity != "case_opened" else None
    if activity == "purchase":
        optional["case_ref"] = draw(maybe("c1", absent=4))
    return optional | FLAVOURS.get(theme, plain)(draw, activity, named, at)


def plain(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    """Nothing more."""
    return {}


def to_and_fro(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    departments = st.sampled_from(["support", "sales", "delivery"])
    return {
        "case_ref": draw(maybe("c1", "c1", "c1", "c2")),
        "department": draw(departments),
        "to_department": draw(departments) if activity in ("handoff_started", "escalated") else None,
    }


def outreach(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    return claims(draw, activity, named, at) if activity in ("notice", "message") else {}


def claims(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    return {
        "claims": draw(st.sampled_from([None, *CLAIMS])),
        "segment": draw(maybe("business", absent=4)),
        "language": draw(maybe("de", absent=5)),
    }


def renewal(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    ends = [at + days * DAY for days in (0, 60, 90, 120, 150)]
    return {
        "account": draw(maybe("acme", absent=2)),
        "renewal_at": None if activity == "contract_cancelled" else draw(maybe(*ends, absent=6)),
    }


def approvals(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    return {
        "case_ref": draw(maybe("c1", "c1", "c1", "c2")),
        "amount": draw(maybe("100", "100.00", "100.01", "20", "-100", "-2000")),
        "outcome": draw(maybe("approved", "refused", absent=2)) if activity == "approval_decided" else None,
    }


def bugs(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    optional: Optional = {"product": draw(maybe("pro", "pro", "pro", "team", absent=1))}
    if activity == "bug_reported":
        optional["refers_to"] = draw(maybe(["BUG-1"], ["BUG-2"], absent=2))
    if activity in ("bug_fixed", "bug_acknowledged"):
        names = [[name] for name in [*named, "BUG-1", "BUG-2"]]
        optional["refers_to"] = draw(maybe(*names, absent=len(names)))
    return optional


def forms(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    return {"fields": draw(maybe(*FIELDS, absent=2))}


def asks(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    optional: Optional = {"attributes": draw(maybe({"changed": "iban"}, {"changed": "address, iban"}, absent=10))}
    if activity != "case_updated":
        optional |= {"fields": draw(st.sampled_from(FIELDS)), "staff_ref": draw(maybe("kim", "lou"))}
    return optional


def pressure(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    said = draw(st.sampled_from(["outbound"] * 8 + ["inbound"])) if activity in ("message", "meeting") else None
    return {"direction": said, "thread_ref": draw(maybe("t1", "t2", absent=6))}


def charter(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    ends = at + draw(st.sampled_from([0, 30, 90, 91])) * DAY
    return {"phase": draw(maybe("support", "use", absent=4)), "renewal_at": draw(maybe(ends, absent=4))}


def promises(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    optional: Optional = {"topic": draw(maybe("callback", "callback", "login", absent=3))}
    if activity == "promise_made":
        dues = [at - HOUR, at, at + 1, at + HOUR, at + HOUR, at + DAY, at + 2 * DAY, at + 2 * DAY]
        optional["due_at"] = draw(maybe(*dues))
    if activity in ("delivery", "payment"):
        optional["direction"] = draw(maybe("inbound", "outbound", absent=4))
    return optional


def consents(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    return {"topic": draw(maybe("marketing", "marketing", "survey", "renewal", "login", "other", absent=4))}


def answers(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    where = {
        "case_ref": draw(maybe(*["c1"] * 6, "c2")),
        "thread_ref": draw(maybe("t1", absent=4)),
        "topic": draw(maybe("login", "other", absent=2)),
    }
    if activity == "question":
        return where | {"product": None, "text": draw(st.sampled_from(QUESTIONS))}
    stated = draw(st.booleans())
    return (
        where
        | {
            "topic": None,  # else the core would draw claims for conflicting_message too, which the oracle does not
            "product": draw(maybe("pro", "team", absent=12)),
            "claims": draw(st.sampled_from([*CLAIMS[:4], *CLAIMS[:4], *CLAIMS])) if stated else None,
            "text": draw(st.sampled_from(ANSWERS)),
            "staff_ref": draw(maybe("kim", "lou")),
        }
    )


def voices(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    department = draw(st.sampled_from(["support", "sales"]))
    usual = VOICES[:2] if department == "support" else VOICES[2:6]
    text = draw(st.sampled_from([*usual, *usual, *VOICES, DECLARED[0]]))
    return {
        "text": text,
        "language": draw(st.sampled_from(DECLARED[1])) if text == DECLARED[0] else None,
        "department": department,
        "direction": draw(st.sampled_from([*["outbound"] * 8, "inbound"])) if activity == "message" else None,
        "message_ref": None,
        "case_ref": draw(maybe("c1", absent=6)),
        "topic": None,
    }


def start_over(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    optional: Optional = {
        "product": draw(maybe(*["pro"] * 5, "team", absent=4)),
        "department": draw(st.sampled_from(["sales", "support"])),
    }
    if activity in ("message", "promotion"):
        optional["audience"] = draw(maybe("prospect", "prospect", "new_customer", "new_customer", "customer"))
    if activity == "onboarding_step":
        optional |= {"topic": draw(maybe("login", "import", "other")), "outcome": draw(maybe("done", absent=2))}
    if activity.startswith(("approval", "form")):
        optional |= {
            "topic": draw(maybe("credit_check", "credit_check", "credit_check", "identity", "login", absent=0)),
            "phase": draw(maybe("consider", "buy", "use", absent=2)),
            "outcome": draw(maybe("refused", "approved")) if activity == "approval_decided" else None,
        }
    if activity == "purchase":
        optional["case_ref"] = draw(maybe("c1", "c2", absent=2))
    return optional


def debts(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    optional: Optional = {}
    if activity == "survey_response":
        optional["score"] = draw(maybe(0, 4, 4, 4.1, 7.9, 8, 8, 10))
    if activity in ("message", "survey_response"):
        optional["sentiment"] = draw(maybe(-1, -0.5, -0.5, -0.49, 0.49, 0.5, 0.5, absent=3))
    if activity == "message":
        optional["direction"] = draw(maybe("inbound", "inbound", "outbound", absent=0))
    if activity == "case_closed":
        optional["kpi"] = draw(maybe({"name": "sla", "met": True}, {"name": "sla", "met": False}))
    return optional


def silos(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    kpis = [{"name": "sla", "met": True}] * 12 + [{"name": "sla"}, {"name": "sla", "met": False}]
    optional: Optional = {
        "case_ref": draw(maybe(*["c1"] * 8, "c2", absent=2)),
        "department": draw(st.sampled_from(["support", "support", "sales", "sales", "delivery"])),
    }
    if activity in ("case_updated", "case_closed", "answer"):
        optional["kpi"] = draw(maybe(*kpis))
    if activity == "survey_response":
        optional["score"] = draw(maybe(0, 4, 4, 4.1, 7.9, 8, 8, 10))
    if activity == "contract_cancelled":
        optional["case_ref"] = draw(maybe("c1", absent=4))
    return optional


def trouble(draw: st.DrawFn, activity: str, named: list[str], at: int) -> Optional:
    optional: Optional = {}
    if activity in ("case_opened", "case_updated", "case_closed"):
        optional["priority"] = draw(maybe("high", "critical", "normal", absent=2))
    if activity == "promise_made":
        optional["due_at"] = draw(maybe(at, at + HOUR, at + HOUR, at + DAY, absent=1))
    return optional


FLAVOURS: dict[str, Callable[..., Optional]] = {
    "outreach": outreach, "to and fro": to_and_fro, "claims": claims, "renewal": renewal, "approvals": approvals,
    "bugs": bugs, "forms": forms, "asks": asks, "pressure": pressure, "charter": charter, "promises": promises,
    "consents": consents, "answers": answers, "voices": voices, "start over": start_over, "debts": debts,
    "silos": silos, "trouble": trouble,
}  # fmt: skip
SPEAKING = ("answers", "voices")  # these choose their texts themselves
