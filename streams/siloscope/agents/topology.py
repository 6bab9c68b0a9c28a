"""The Faust app: one agent on each input topic, each event a whole chunk."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable
from pathlib import Path
from typing import Any, Final

import faust

from ..settings import Settings
from .assignment import INPUTS, Assignment
from .chunks import Chunk, Place
from .connection import broker_urls, for_faust
from .transport import ChunkedTransport

QUEUED_CHUNKS: Final = 16  # per agent: fetched and not yet handled
COMMIT_SECONDS: Final = 1.0


class App(faust.App):  # type: ignore[misc]
    """A Faust app that keeps nothing on disk."""

    logger = logging.getLogger("faust.app")  # else what Faust says would come under our name

    def _create_directories(self) -> None:
        pass

    def lag(self) -> dict[Place, int]:
        """By partition held, how many records of its log were not yet handed out."""
        return self.consumer.lag() if self._consumer is not None else {}


def build(settings: Settings, assignment: Assignment) -> App:
    """The app whose agents show `assignment` their chunks."""
    app = App(
        settings.group_id,
        broker=broker_urls(settings),
        broker_credentials=for_faust(settings.security),
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout * 0.3,
        broker_commit_interval=COMMIT_SECONDS,
        broker_client_id="siloscope-worker",
        consumer_group_instance_id=settings.instance_id,
        consumer_auto_offset_reset="earliest",
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=1,  # no table: it makes Faust assign partitions of one number to one worker
        stream_buffer_maxsize=QUEUED_CHUNKS,
        stream_wait_empty=True,  # calls our wait_empty before partitions are given up
        web_enabled=False,
        store="memory://",
        datadir=Path("/nonexistent"),
    )
    app.transport = ChunkedTransport(app.conf.broker_consumer, app, hooks=assignment)
    for topic in INPUTS:
        app.agent(app.topic(topic), name=f"siloscope.{topic}", concurrency=1)(_agent(assignment))
    return app


def _agent(assignment: Assignment) -> Any:
    async def show(chunks: AsyncIterable[Chunk]) -> None:
        async for chunk in chunks:
            await assignment.turn(chunk)

    return show
