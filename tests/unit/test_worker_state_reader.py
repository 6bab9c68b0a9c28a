"""The reader of the state waits for what passes, and for nothing else."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from siloscope.agents import state


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_AGAIN_SECONDS", 0)


def answering(*errors: int) -> tuple[list[int], object]:
    """A question that first meets these errors."""
    left = list(errors)

    def ask() -> str:
        if left:
            raise KafkaException(KafkaError(left.pop(0)))
        return "answer"

    return left, ask


def test_a_leader_that_is_just_being_chosen_is_asked_again() -> None:
    left, ask = answering(KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE)
    assert state._patiently(ask) == "answer" and left == []  # type: ignore[arg-type]


def test_what_does_not_pass_by_itself_is_said_at_once() -> None:
    left, ask = answering(KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.NOT_LEADER_FOR_PARTITION)
    with pytest.raises(KafkaException):
        state._patiently(ask)  # type: ignore[arg-type]
    assert len(left) == 1


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "TIMEOUT_SECONDS", -1.0)
    with pytest.raises(KafkaException):
        state._patiently(answering(KafkaError.LEADER_NOT_AVAILABLE)[1])  # type: ignore[arg-type]
