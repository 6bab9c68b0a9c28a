"""Labels that are wrong are refused with the line, the field and the remedy."""

from __future__ import annotations

import json

import pytest

from siloscope.errors import Unusable, WrongUsage
from siloscope.ops.evaluate_labels import alerts_of, labels_of

NAMES = ["unanswered", "ping_pong"]
GOOD = {
    "symptom": "unanswered", "expected": True, "customer_id": "anna", "found_at": "2026-03-01T09:00:00Z",
    "touchpoints": ["a"],
}  # fmt: skip


def written(tmp_path, *records):
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in records))
    return path


def test_a_label_may_leave_out_what_only_explains_it(tmp_path):
    (found,) = labels_of(written(tmp_path, GOOD), NAMES)
    assert (found.found_at, found.confidence, found.story) == (1_772_355_600_000, "confirmed", "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({**GOOD, "symptom": "unanswred"}, r"line 2: symptom: there is no 'unanswred': did you mean unanswered\?"),
        ({**GOOD, "symptoms": "unanswered"}, r"line 2: 'symptoms' is no field of a label: did you mean symptom\?"),
        ({**GOOD, "expected": "yes"}, "line 2: expected is 'yes': write true"),
        ({**GOOD, "found_at": "yesterday"}, "line 2: found_at is 'yesterday': write a time"),
        ({**GOOD, "touchpoints": []}, r"line 2: touchpoints is \[\]: write the ids"),
        ({**GOOD, "touchpoints": [1]}, r"line 2: touchpoints is \[1\]: write the ids"),
        ({**GOOD, "confidence": "sure"}, "line 2: confidence is 'sure': write confirmed or suspected"),
        ({name: GOOD[name] for name in GOOD if name != "customer_id"}, "line 2: customer_id is missing: write"),
        ("not json", "line 2: the value is no JSON"),
        ("[]", "line 2: the value is a JSON list: send one object"),
    ],
)
def test_a_wrong_label_is_one_line_with_place_and_remedy(tmp_path, wrong, said):
    with pytest.raises(WrongUsage, match=said) as raised:
        labels_of(written(tmp_path, GOOD, wrong), NAMES)
    assert "\n" not in str(raised.value)
    assert raised.value.status == 2


def test_an_incident_and_an_account_need_no_customer(tmp_path):
    nobody = {name: GOOD[name] for name in GOOD if name != "customer_id"}
    given = [{**nobody, "account": "acme"}, {**nobody, "symptom": "incident:unanswered"}]
    assert [each.customer_id for each in labels_of(written(tmp_path, *given), NAMES)] == ["", ""]


def test_a_file_without_labels_is_wrong_usage(tmp_path):
    with pytest.raises(WrongUsage, match="no label in it"):
        labels_of(written(tmp_path), NAMES)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(Unusable, match="cannot be read"):
        labels_of(tmp_path / "nowhere", NAMES)


def test_alerts_that_replay_did_not_write_are_refused(tmp_path):
    with pytest.raises(WrongUsage, match="line 1: alert_id is missing"):
        alerts_of(written(tmp_path, {"symptom": "unanswered"}), NAMES)
