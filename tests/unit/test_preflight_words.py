"""What preflight says to do: about what is not sent yet, for each kind of verdict, and who is not known."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from tests.scenario import touchpoint

from siloscope.core.preflight import Harm
from siloscope.ops.replay import Replay
from siloscope.ops.trial import decoded
from siloscope.preflight.words import NEXT, not_known, to_do
from siloscope.symptoms import ALL, detection

COMPLAINT = {"id": "c", "at": "1d", "do": "support complaint", "case_ref": "k"}
PROMOTION = {"id": "p", "at": "2d", "do": "sales promotion"}


@pytest.fixture(scope="module")
def harm() -> Harm:
    run = Replay(detection())
    run.take(decoded(json.dumps(touchpoint(COMPLAINT)).encode()))
    (found,) = run.partition.imagine(decoded(json.dumps(touchpoint(PROMOTION)).encode()))
    return found


def test_words_are_for_symptoms_that_there_are() -> None:
    assert set(NEXT) <= {each.name for each in ALL}


@pytest.mark.parametrize(
    ("changed", "stands", "first"),
    [
        ({}, False, "Do not send it to her as it is."), ({}, True, "She suffers from this already"),
        ({"confidence": "suspected"}, False, "It is only suspected"), ({"severity": "info"}, False, "It is small"),
    ],
)  # fmt: skip
def test_each_kind_of_verdict_begins_with_what_to_do(
    harm: Harm, changed: dict[str, str], stands: bool, first: str
) -> None:
    said = to_do(Harm(replace(harm.alert, **changed), stands))
    assert said.startswith(first)
    assert said.endswith(NEXT["tone_deaf_outreach"])


def test_a_symptom_of_the_companys_own_is_advised_about_too(harm: Harm) -> None:
    assert to_do(Harm(replace(harm.alert, symptom="own"), False)) == "Do not send it to her as it is."


@pytest.mark.parametrize(
    ("unknown", "total", "said"),
    [
        (0, 3, None), (1, 3, "1 of 3 is not known: nothing has happened with this customer"),
        (2, 4, "2 of 4 are not known: nothing has happened with them"), (3, 4, "Doubtful: 3 of 4 are not known"),
        (0, 0, None),
    ],
)  # fmt: skip
def test_who_is_not_known_is_said_and_when_most_are_it_is_doubtful(unknown: int, total: int, said: str | None) -> None:
    line = not_known(unknown, total)
    assert (line is None) if said is None else (line is not None and line.startswith(said))
