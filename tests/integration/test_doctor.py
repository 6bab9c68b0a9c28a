"""The doctor finds nothing where all is right, and names what is wrong with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from siloscope.__main__ import status
from siloscope.ops import topics
from siloscope.ops.broker import Broker, free_port
from siloscope.settings import load


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILOSCOPE_STORE__PATH", str(tmp_path / "store"))


def test_where_all_is_right_the_doctor_says_so(
    own_broker: Broker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SILOSCOPE_BOOTSTRAP_SERVERS", own_broker.address)
    topics.create(load())
    assert status(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "wrong" not in out
    assert own_broker.address in out


def test_what_is_wrong_is_named_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(topics, "_SECONDS_TO_CONNECT", 1)
    config = tmp_path / "siloscope.yml"
    config.write_text(f"bootstrap_servers: 127.0.0.1:{free_port()}\nsymptoms: {{unanswerd: {{}}}}\n")
    assert status(["doctor", "--config", str(config)]) == 1
    said = capsys.readouterr()
    assert "wrong symptoms: symptoms: unanswerd: there is no such symptom; did you mean unanswered?" in said.out
    assert "wrong brokers: no Kafka broker answers" in said.out
    assert said.err == "siloscope: 2 of 15 things are wrong, 6 could not be looked at\n"
    assert not (tmp_path / "store").exists()
