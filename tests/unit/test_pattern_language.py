"""What each word of the pattern language means, told and not told."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from siloscope.core.calendar import Calendar
from siloscope.core.detection import Override
from siloscope.ops.trial import Trial
from siloscope.patterns.loading import pattern_of
from siloscope.patterns.scenarios import moment, offset, touchpoint
from siloscope.symptoms import detection
from siloscope.yaml_lines import read

FRAME = """
name: drawn
suffers_from: "it."
why_it_hurts: It does.
what_is_told: It.
what_to_do: Nothing.
title: It
explanation: It is.
suggested_action: Do nothing.
"""
QUESTION = "id: q, at: 0d, do: support question"


def standing(pattern: str, *happened: str, until: str | None = None, **options: Any) -> list[Any]:
    """The alerts that stand; what happened is written short."""
    keys = yaml.safe_load(pattern).keys()
    frame = "\n".join(line for line in FRAME.splitlines() if line.split(":")[0] not in keys)
    kind = pattern_of(read(frame + "\n" + pattern, "own.yml"))
    records = [touchpoint(yaml.safe_load("{" + each + "}")) for each in happened]
    trial = Trial(detection({}, [kind], **options))
    for record in records:
        trial.send(record)
    return trial.standing(moment(until) if until else max(record["occurred_at"] for record in records))


def keys(*arguments: str, **options: Any) -> list[str]:
    return [alert.key for alert in standing(*arguments, **options)]


def one(field: str) -> str:
    """A pattern of one step with a condition."""
    return f"steps: [{{seen: {{activity: [message, question, complaint], {field}}}}}]"


@pytest.mark.parametrize(("condition", "there", "not_there"), [
    ("department: support", "department: support", "department: sales"),
    ("department: [support, sales]", "department: sales", "department: web"),
    ("department: Support", "department: support", "department: web"),
    ("department: {not: [web]}", "department: support", "department: web"),
    ("topic: {not: price}", "reason: x", "topic: price"),
    ("topic: {present: yes}", "topic: price", "reason: x"),
    ("topic: {present: no}", "reason: x", "topic: price"),
    ("topic: {begins_with: billing.}", "topic: billing.price", "topic: bill"),
    ("topic: other", "topic: other", "topic: price"),
    ("score: {at_most: 4}", "score: 4", "score: 4.1"),
    ("score: {at_least: 4}", "score: 4", "score: 3.9"),
    ("score: {less_than: 4}", "score: 3.9", "score: 4"),
    ("sentiment: {at_most: -0.5}", "sentiment: -0.5", "sentiment: -0.49"),
    ("amount: {more_than: 100}", 'amount: "-100.01"', 'amount: "100.00"'),
    ("amount: {at_most: 100}", 'amount: "100.00"', "reason: x"),
    ("score: {at_least: 2, at_most: 4}", "score: 3", "score: 5"),
    ("priority: [high, critical]", "priority: high", "priority: normal"),
    ("kpi: missed", "kpi: {name: sla, met: false}", "kpi: {name: sla}"),
    ("fields: iban", "fields: [name, iban]", "fields: [name]"),
    ("fields: {not: iban}", "fields: [name]", "fields: [iban]"),
    ("claims: price.pro", "claims: {price.pro: 49 EUR}", "claims: {price: 49 EUR}"),
    ("refers_to: {present: yes}", "refers_to: [z]", "reason: x"),
    ("due_at: {present: yes}", "due_at: 3d", "reason: x"),
    ("segment: vip", "segment: vip", "segment: usual"),
    ("language: de", "language: de", "language: en"),
    ("holder: support", "department: support", "department: sales"),
    ("text: {contains: [cancel, go away]}", "text: I will CANCELLED that", "text: uncancelled"),
    ("text: {contains: [kündig]}", "text: Ich will kündigen", "text: gekündigt"),
    ("any: [{topic: price}, {department: sales}]", "department: sales", "department: support"),
])  # fmt: skip
def test_a_condition_lets_through_what_it_says(condition: str, there: str, not_there: str) -> None:
    for what, expected in ((there, ["q"]), (not_there, [])):
        short = f"{QUESTION}, {what}".replace("do: support question, department: ", "do: ")
        if "department: " in what:
            short = f"id: q, at: 0d, do: {what.split()[1]} question"
        assert keys(one(condition), short) == expected


def test_what_reads_texts_is_suspected_and_the_rest_confirmed() -> None:
    (read_it,) = standing(one("text: {contains: bye}"), f"{QUESTION}, text: bye")
    (not_read,) = standing(one("department: support"), f"{QUESTION}, text: bye")
    assert (read_it.confidence, not_read.confidence) == ("suspected", "confirmed")


PAIR = "steps: [{a: {activity: question}}, {b: {activity: complaint, %s}}]"
FIRST = "topic: price, product: pro, case_ref: c1, claims: {price: 49 EUR}, channel: chat"


@pytest.mark.parametrize(("link", "second", "expected"), [
    ("same: case_ref", "case_ref: c1", ["a"]),
    ("same: case_ref", "case_ref: c2", []),
    ("same: thread_ref", "reason: x", []),
    ("same: [case_ref, topic]", "case_ref: c1, topic: price", ["a"]),
    ("same: [case_ref, topic]", "case_ref: c1, topic: login", []),
    ("same: issue", "topic: price", ["a"]),
    ("same: issue", "topic: price, product: team", []),
    ("same: claims", "claims: {price: 49.00 EUR}", ["a"]),
    ("same: claims", "claims: {price: 59 EUR}", []),
    ("different: claims", "claims: {price: 59 EUR}", ["a"]),
    ("different: claims", "claims: {other: 59 EUR}", []),
    ("different: channel", "channel: email", ["a"]),
    ("different: channel", "channel: chat", []),
    ("different: product", "reason: x", []),
    ("different: product", "product: team", ["a"]),
    ("topic: $a.topic", "topic: price", ["a"]),
    ("topic: {not: $a.topic}", "topic: login", ["a"]),
    ("topic: {not: $a.topic}", "reason: x", []),
    ("a.product: pro", "reason: x", ["a"]),
    ("a.product: team", "reason: x", []),
    ("answers: a", "case_ref: c1", ["a"]),
    ("answers: a", "case_ref: c2", []),
    ("belongs_to: a", "case_ref: c2, refers_to: [a]", ["a"]),
    ("belongs_to: a", "case_ref: c2", []),
    ("names: a", "refers_to: [c1]", ["a"]),
    ("names: a", "case_ref: c1", []),
    ("within: 1 d", "at: 1d", ["a"]),
    ("within: 1 d", "at: 1d +1ms", []),
    ("after: 1 d", "at: 1d +1ms", ["a"]),
    ("after: 1 d", "at: 1d", []),
])  # fmt: skip
def test_a_link_says_what_two_have_to_do_with_each_other(link: str, second: str, expected: list[str]) -> None:
    later = second if "at:" in second else f"at: 0d 01:00, {second}"
    first = f"id: a, at: 0d, do: support question, {FIRST}"
    assert keys(PAIR % link, first, f"id: b, do: support complaint, {later}") == expected


def test_general_topics_are_the_same_as_nothing() -> None:
    first, second = (f"id: {each}, at: {at}d, do: support {do}, topic: general" for each, at, do in (
        ("a", 0, "question"), ("b", 1, "complaint")))  # fmt: skip
    assert keys(PAIR % "same: topic", first, second) == []


def test_different_is_from_each_earlier_one() -> None:
    again = "{activity: question, different: department}"
    pattern = f"steps: [{{a: {{activity: question}}}}, {{b: {again}}}, {{c: {again}}}]"
    asked = [f"id: q{number}, at: {number}d, do: {who} question" for number, who in enumerate(("one", "two", "one"))]
    assert keys(pattern, *asked) == []
    assert keys(pattern, *asked, "id: q3, at: 3d, do: three question") == ["q0", "q1"]


def test_a_limit_may_count_from_another_step() -> None:
    pattern = "steps: [{a: {activity: question}}, {b: {activity: complaint}}, {c: {activity: praise, within: 2 d, %s}}]"
    happened = ("id: a, at: 0d, do: web question", "id: b, at: 1d, do: web complaint", "id: c, at: 3d, do: web praise")
    assert keys(pattern % "since: b", *happened) == ["a"]
    assert keys(pattern % "since: a", *happened) == []


def test_a_step_given_up_is_over() -> None:
    decided = "{activity: approval_decided, belongs_to: a, only_if: {outcome: refused}}"
    pattern = f"steps: [{{a: {{activity: approval_requested}}}}, {{b: {decided}}}]"
    asked, yes, no = (
        "id: a, at: 0d, do: support approval_requested, case_ref: c1",
        "id: y, at: 1d, do: finance approval_decided, case_ref: c1, outcome: approved",
        "id: n, at: 2d, do: finance approval_decided, case_ref: c1, outcome: refused",
    )
    assert keys(pattern, asked, no) == ["a"]
    assert keys(pattern, asked, yes, no) == []


MISSING = "steps: [{a: {activity: promise_made}}]\nmissing: {activity: promise_kept, belongs_to: a, %s}"


@pytest.mark.parametrize(("limit", "opened"), [
    ("within: 1 d", "1d"), ("by: a.due_at", "3d"), ("by: a.due_at, within: 1 d", "3d"),
])  # fmt: skip
def test_what_is_missing_is_told_when_time_is_up(limit: str, opened: str) -> None:
    promised = "id: a, at: 0d, do: sales promise_made, case_ref: c1, due_at: 3d"
    (alert,) = standing(MISSING % limit, promised, until="9d")
    assert (offset(alert.opened_at), alert.severity) == (opened, "critical")
    assert keys(MISSING % limit, promised, until=f"{opened} -1ms") == []
    kept = f"id: k, at: {opened}, do: sales promise_kept, case_ref: c1"
    assert keys(MISSING % limit, promised, kept, until="9d") == []


def test_without_a_due_time_the_length_counts_or_nothing_is_missing() -> None:
    promised = "id: a, at: 0d, do: sales promise_made, case_ref: c1, due_at: 0d"
    assert keys(MISSING % "by: a.due_at", promised, until="9d") == []
    assert keys(MISSING % "by: a.due_at, within: 1 d", promised, until="9d") == ["a"]


def test_what_is_missing_counts_in_working_hours() -> None:
    weekdays = Calendar((((540, 1020),),) * 5 + ((), ()), frozenset())
    pattern = "steps: [{a: {activity: question}}]\nmissing: {activity: answer, answers: a, within: 8 h}"
    # Friday 16:00: one hour is left of the week.
    for who, opened in (("support", "7d 07:00"), ("web", "4d 15:00")):
        asked = f"id: a, at: 4d 07:00, do: {who} question"
        (alert,) = standing(pattern, asked, until="9d", calendars={"support": weekdays})
        assert offset(alert.opened_at) == opened


def test_owners_tune_it_where_it_happens() -> None:
    pattern = """
parameters: {time: {duration: 3 d, meaning: how long}}
steps: [{a: {activity: question}}]
missing: {activity: answer, answers: a, within: $time}
"""
    vip = Override({"segment": ("vip",)}, {"drawn": {"time": "1 d"}})
    asked = [f"id: {name}, at: 0d, do: {name} question, segment: {name}" for name in ("vip", "usual")]
    found = standing(pattern, *asked, until="9d", overrides=[vip])
    assert {alert.key: offset(alert.opened_at) for alert in found} == {"vip": "1d", "usual": "3d"}


THREE = [f"id: m{number}, at: {number}d, do: {who} promotion, topic: {topic}" for number, who, topic in (
    (0, "sales", "a"), (1, "sales", "b"), (2, "web", "a"), (3, "sales", "a"), (4, "web", "a"))]  # fmt: skip
COUNTED = "steps: [{m: {activity: promotion, times: 3, within: 3 d%s}}]\n%s"


@pytest.mark.parametrize(("more", "besides", "expected"), [
    ("", "", [("m0", "m0 m1 m2 m3 m4")]),
    (", same: topic", "", [("m0", "m0 m2 m3 m4")]),
    (", from: {department: 2}", "", [("m0", "m0 m1 m2 m3 m4")]),
    (", from: {department: 3}", "", []),
    (", different: department", "", []),
    ("", "key: m", [("m0", "m0 m1 m2 m3"), ("m1", "m1 m2 m3 m4"), ("m2", "m2 m3 m4")]),
    ("", "ends: at once", [("m0", "m0 m1 m2"), ("m1", "m1 m2 m3"), ("m2", "m2 m3 m4")]),
    ("", "key: topic", [("m0", "m0 m1 m2 m3 m4"), ("m1", "m1 m2 m3 m4")]),
])  # fmt: skip
def test_a_count_slides(more: str, besides: str, expected: list[tuple[str, str]]) -> None:
    found = standing(COUNTED % (more, besides), *THREE)
    assert [(alert.key, " ".join(each.touchpoint_id for each in alert.evidence)) for alert in found] == expected


def test_what_makes_it_no_matter_counts_while_it_is_counted() -> None:
    pattern = COUNTED % ("", "unless: {activity: consent_given}")
    consent = "id: c, at: 1d 01:00, do: web consent_given"
    assert keys(pattern, *THREE[:3]) == ["m0"]
    assert keys(pattern, *THREE[:3], consent) == []
    assert keys(pattern, *THREE, consent) == ["m2"]


def test_a_count_may_follow_a_step() -> None:
    pattern = "steps: [{k: {activity: complaint}}, {m: {activity: promotion, times: 2, within: 3 d}}]"
    assert keys(pattern, "id: k, at: 0d, do: web complaint", *THREE[1:3]) == ["k"]
    assert keys(pattern, "id: k, at: 0d, do: web complaint", *THREE[3:]) == []


PROMOTED = "steps: [{k: {activity: complaint}}, {m: {activity: promotion, within: 9 d}}]\n"
ANNOYED = ["id: k, at: 0d, do: web complaint, case_ref: c1", "id: l, at: 0d 01:00, do: web complaint, case_ref: c2"]


def test_one_alert_for_each_touchpoint_of_a_later_step() -> None:
    found = standing(PROMOTED + "key: m", *ANNOYED, *THREE[1:3])
    assert {alert.key: [each.touchpoint_id for each in alert.evidence] for alert in found} == {
        "m1": ["k", "l", "m1"], "m2": ["k", "l", "m2"],
    }  # fmt: skip


def test_it_ends_when_all_that_led_to_it_is_over() -> None:
    pattern = PROMOTED + "key: m\nunless: {activity: recovered, same: case_ref}"
    made_good = [f"id: r{case}, at: {at}d, do: web recovered, case_ref: {case}" for case, at in (("c1", 3), ("c2", 5))]
    (alert,) = standing(pattern, *ANNOYED, THREE[1], made_good[0])
    assert alert.status != "resolved"
    (alert,) = standing(pattern, *ANNOYED, THREE[1], *made_good)
    assert offset(alert.resolved_at) == "5d"


def test_a_new_episode_begins_where_the_last_has_ended() -> None:
    pattern = "steps: [{a: {activity: question}}]\nkey: customer\nends: {after: 2 d}"
    asked = [f"id: q{at}, at: {at}d, do: web question" for at in (0, 1, 9)]
    found = standing(pattern, *asked, until="20d")
    assert [(alert.key, offset(alert.resolved_at)) for alert in found] == [("q0", "3d"), ("q9", "11d")]


def test_minutes_are_lost_till_what_ends_it_and_not_where_it_was_no_matter() -> None:
    pattern = """
steps: [{a: {activity: question}}]
minutes_lost: a
ends: {with: {activity: answer}}
unless: {activity: case_closed}
"""
    (answered,) = standing(pattern, QUESTION, "id: a, at: 0d 02:00, do: web answer")
    (closed,) = standing(pattern, QUESTION, "id: a, at: 0d 02:00, do: web case_closed, case_ref: c1")
    assert (answered.minutes_lost, closed.minutes_lost) == (120, None)
    assert (answered.status, closed.status) == ("resolved", "resolved")


def test_without_an_end_it_lapses() -> None:
    (alert,) = standing(one("department: support"), QUESTION, until="90d")
    assert (alert.resolution, offset(alert.resolved_at)) == ("lapsed", "90d")


@pytest.mark.parametrize(("owner", "expected"), [
    ("", "finance"), ("owner: legal", "legal"), ("owner: a.department", "sales"), ("owner: a.to_department", "finance"),
    ("owner: a.holder", "delivery"),
])  # fmt: skip
def test_the_owner_is_who_it_says(owner: str, expected: str) -> None:
    pattern = f"steps: [{{a: {{activity: handoff_started}}}}, {{b: {{activity: complaint}}}}]\n{owner}"
    (alert,) = standing(
        pattern,
        "id: a, at: 0d, do: sales handoff_started, to_department: finance, case_ref: c1",
        "id: c, at: 1d, do: finance escalated, to_department: delivery, case_ref: c1",
        "id: b, at: 2d, do: finance complaint, case_ref: c1",
    )
    assert alert.owner_department == expected


def test_what_is_said_to_everybody_is_heard_only_by_name() -> None:
    bug = "id: b, at: 0d, do: web bug_reported, product: pro"
    release = "id: r, at: 9d, do: product release, product: pro"
    pattern = "steps: [{a: {activity: bug_reported}}, {b: {department: product%s}}]"
    assert keys(pattern % "", bug, release) == []
    assert keys(pattern % ", activity: release", bug, release) == ["b"]


@pytest.mark.parametrize(("sentence", "said"), [
    ("{a.who} was asked on {a.when}", "support by email was asked on 2 Mar 2026 09:00 UTC"),
    ("It is[ about {a.topic}].", "It is about price."),
    ("It is[ of {a.product}].", "It is."),
    ("Of {a.product}", "Of ?"),
    ("{a.quote} and {b.quote}", "“What? ‹e-mail›” and complaint"),
    ("{a.money} in {a.amount}", "40.00 EUR in 40.00"),
    ("{departments}: {owner}", "sales and support: sales"),
    ("after {time}, {lasted}", "after 3 hours, 2 days"),
    ("{b.count} of {b.departments} by {b.channels}: {b.quotes}", "1 of sales by chat: sales: complaint"),
])  # fmt: skip
def test_a_sentence_is_filled_with_facts(sentence: str, said: str) -> None:
    pattern = """
parameters: {time: {duration: 3 h, meaning: how long}}
steps: [{a: {activity: question}}, {b: {activity: complaint, after: $time}}]
title: "%s"
"""
    (alert,) = standing(
        pattern % sentence,
        'id: a, at: 0d, do: support question, topic: price, amount: "40.00", currency: EUR, text: "What? a@b.example"',
        "id: b, at: 2d, do: sales complaint, channel: chat",
    )
    assert alert.title == said
