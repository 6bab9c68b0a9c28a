"""Keys: partitions as Kafka has them, parameters as owners write them, personal data masked."""

from __future__ import annotations

import pytest
from kafka.partitioner.default import murmur2

from siloscope.core.customer_key import partition_of
from siloscope.core.parameters import BadParameter
from siloscope.core.privacy import masked
from siloscope.symptoms import ALL, detection


@pytest.mark.parametrize("key", ["", "a", "ab", "abc", "abcd", "c-10293", "kunde-äöü", "account:acme", "x" * 50])
def test_a_key_lies_where_kafkas_own_partitioner_puts_it(key):
    assert partition_of(key, 8) == (murmur2(key.encode()) & 0x7FFFFFFF) % 8


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"unansered": {}}, "did you mean unanswered?"),
        ({"unanswered": {"withn": "3 d"}}, "did you mean within?"),
        ({"unanswered": {"within": "72"}}, "write a number with its unit"),
        ({"ping_pong": {"returns": "0"}}, "whole number"),
        ({"duplicate_outreach": {"similarity": "1.5"}}, "from 0 to 1"),
    ],
)
def test_a_bad_parameter_is_refused_with_its_name_and_the_remedy(parameters, says):
    with pytest.raises(BadParameter, match=says):
        detection(parameters)


def test_other_parameters_are_another_version_of_the_detector():
    plain, tuned = detection(), detection({"unanswered": {"within": "48 h"}})
    changed = {each.name for each, a, b in zip(ALL, plain.versions, tuned.versions, strict=True) if a != b}
    assert changed == {"unanswered"}
    assert detection({"unanswered": {"within": "72 h"}}).versions == plain.versions


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to ann@example.com now", "write to ‹e-mail› now"),
        ("call +49 170 1234567 please", "call ‹phone› please"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN ‹iban›"),
        ("card 4111 1111 1111 1111 used", "card ‹card› used"),
    ],
)
def test_personal_data_in_a_text_is_masked(text, left):
    assert masked(text) == left


@pytest.mark.parametrize("text", ["on 2026-03-04 at 10:15", "case zendesk:123456", "49.90 EUR", "order 20260304"])
def test_what_is_no_personal_data_stays(text):
    assert masked(text) == text
