"""How far a group is behind: asked so that librdkafka neither ends the process nor gives a number that is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec

from siloscope.ops.behind import members, offsets


class Client:
    """An administrator's client whose newer call must not be asked; `answer` is the older one's."""

    def __init__(self, answer: list[Any] | KafkaException, offset: int = 7) -> None:
        self._answer, self._offset = answer, offset

    def list_groups(self, name: str, timeout: float) -> list[Any]:
        if isinstance(self._answer, KafkaException):
            raise self._answer
        return self._answer

    def list_offsets(self, places: dict[TopicPartition, Any], **_: object) -> dict[TopicPartition, Any]:
        return {place: SimpleNamespace(result=lambda: SimpleNamespace(offset=self._offset)) for place in places}


def test_a_group_that_is_there_is_counted_by_the_call_that_cannot_end_the_process() -> None:
    assert members(Client([SimpleNamespace(members=["a", "b"])]), "siloscope") == 2


def test_a_broker_that_does_not_answer_is_raised_and_not_asked_the_other_way() -> None:
    with pytest.raises(KafkaException):
        members(Client(KafkaException(KafkaError(KafkaError._TIMED_OUT))), "siloscope")


def test_an_end_that_is_not_known_is_no_number() -> None:
    place = TopicPartition("touchpoints", 0)
    assert offsets(Client([]), [place], OffsetSpec.latest()) == {("touchpoints", 0): 7}
    with pytest.raises(KafkaException):
        offsets(Client([], offset=-1001), [place], OffsetSpec.latest())
