"""What counts as found, as a false alarm, as more of the same; and how sure the figures are."""

from __future__ import annotations

import pytest
from tests.unit.alert_tools import alert, label

from siloscope.ops.evaluate_judge import Score, Share, judge, scores


def only(judged, confidence="confirmed") -> Score:
    return next(each for each in scores(judged, ["unanswered"]) if each.confidence == confidence)


def test_the_same_symptom_customer_and_a_shared_touchpoint_is_found_with_its_delay():
    judged = judge([alert("x", "a", "b", opened_at=5_000)], [label("b", "c")])
    assert [(each.alert.alert_id, each.delay) for each in judged.found] == [("x", 3_000)]
    assert (only(judged).recall, only(judged).precision) == (Share(1, 1), Share(1, 1))


@pytest.mark.parametrize(
    "other",
    [{"symptom": "ping_pong"}, {"customer_id": "ben"}, {"touchpoints": ["z"]}],
    ids=["another symptom", "another customer", "another touchpoint"],
)
def test_what_differs_in_one_of_them_is_missed_and_the_alert_false(other):
    judged = judge([alert("x")], [label(**other)])
    assert (len(judged.found), len(judged.missed), len(judged.false)) == (0, 1, 1)


def test_the_account_stands_for_the_customer():
    judged = judge([alert("x", customer_id="", account="acme")], [label(account="acme")])
    assert len(judged.found) == 1


def test_of_several_alerts_on_one_label_the_first_is_found_and_the_others_are_more_of_the_same():
    judged = judge([alert("late", opened_at=9_000), alert("first", opened_at=3_000)], [label()])
    assert [each.alert.alert_id for each in judged.found] == ["first"]
    assert [each.alert_id for each in judged.again] == ["late"]
    assert only(judged).precision == Share(1, 1)


def test_one_alert_may_find_two_labels():
    judged = judge([alert("x", "a", "b")], [label("a"), label("b")])
    assert (len(judged.found), len(judged.missed)) == (2, 0)
    assert (only(judged).recall, only(judged).precision) == (Share(2, 2), Share(1, 1))


def test_an_alert_on_a_near_miss_is_a_false_alarm_that_names_its_story():
    judged = judge([alert("x")], [label(expected=False, story="answered_in_time")])
    assert [each.story for each in judged.false] == ["answered_in_time"]
    assert (only(judged).near, only(judged).precision) == (Share(1, 1), Share(0, 1))


def test_a_near_miss_that_stays_silent_is_nothing():
    judged = judge([], [label(expected=False), label("b")])
    assert (judged.found, judged.false, len(judged.near)) == ([], [], 1)
    assert only(judged).near == Share(0, 1)


def test_a_label_whose_moment_lies_after_the_end_is_neither_found_nor_missed():
    judged = judge([], [label(found_at=2_001), label(found_at=2_000)], until=2_000)
    assert (len(judged.missed), len(judged.later)) == (1, 1)


def test_a_confirmed_label_that_is_only_suspected_is_not_found_as_confirmed():
    judged = judge([alert("x", confidence="suspected")], [label()])
    assert only(judged).recall == Share(0, 1)
    assert only(judged, "suspected").precision == Share(1, 1)
    assert only(judged, "all").recall == Share(1, 1)


def test_of_a_suspected_and_a_confirmed_alert_the_confirmed_finds_a_confirmed_label():
    judged = judge([alert("weak", confidence="suspected"), alert("sure", opened_at=9_000)], [label()])
    assert [each.alert.alert_id for each in judged.found] == ["sure"]


def test_delays_are_those_of_the_nearest_rank():
    judged = judge(
        [alert(str(n), str(n), opened_at=2_000 + n) for n in range(1, 101)], [label(str(n)) for n in range(1, 101)]
    )
    assert (only(judged).delay(0.5), only(judged).delay(0.95)) == (50, 95)


def test_an_incident_is_one_alert_on_any_of_its_customers():
    several = [alert(name, name, incident_id="i", customer_id=name, opened_at=3_000) for name in "abc"]
    wanted = [label(name, customer_id=name) for name in "abc"] + [label("b", symptom="incident:unanswered")]
    judged = judge(several, wanted)
    (found,) = (each for each in scores(judged, ["unanswered"]) if each.symptom == "incident:unanswered")
    assert (found.recall, found.precision) == (Share(1, 1), Share(1, 1))


def test_an_incident_without_a_label_is_false_only_where_one_of_its_alerts_is():
    several = [alert(name, name, incident_id="i", customer_id=name) for name in "abc"]
    right = judge(several, [label(name, customer_id=name) for name in "abc"])
    assert (right.false, [each.symptom for each in right.again]) == ([], ["incident:unanswered"])
    wrong = judge(several, [label(name, customer_id=name) for name in "ab"])
    assert [each.alert.symptom for each in wrong.false] == ["unanswered", "incident:unanswered"]


def test_an_incident_on_a_near_miss_of_one_is_false():
    several = [alert(name, name, incident_id="i", customer_id=name) for name in "abc"]
    labels = [label(name, customer_id=name) for name in "abc"]
    judged = judge(several, [*labels, label("a", symptom="incident:unanswered", expected=False, story="nine_of_them")])
    assert [each.story for each in judged.false] == ["nine_of_them"]


# From the tables of R. G. Newcombe, Statistics in Medicine 17, 1998, p. 861 (method 3).
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_the_published_tables(hits, of, low, high):
    assert Share(hits, of).bounds == pytest.approx((low, high), abs=5e-5)


def test_all_of_them_reaches_one_and_nothing_is_not_known():
    assert Share(3, 3).bounds[1] == 1.0
    assert Share(0, 0).value is None
    assert Share(0, 0).bounds == (0.0, 1.0)
