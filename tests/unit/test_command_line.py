"""The command line: exit statuses, one line for what went wrong, a quick --help."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from siloscope import commands
from siloscope.__main__ import status
from siloscope.ops.broker import free_port

HEAVY = ("faust", "clickhouse_connect", "confluent_kafka", "kafka", "pydantic", "aiokafka")
NAMES = [each.name or each.callback.__name__ for each in commands.app.registered_commands if each.callback]


def said(capsys: pytest.CaptureFixture[str]) -> str:
    error = capsys.readouterr().err
    assert error.startswith("siloscope: ")
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize("name", NAMES)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status([name, "--help"]) == 0
    assert "Usage: siloscope" in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage_and_the_nearest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["replya"]) == 2
    assert "replay" in said(capsys)


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["topics", "--creat"]) == 2
    assert "--create" in said(capsys)


def test_a_wrong_setting_is_wrong_usage(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILOSCOPE_CLOCK", "sundial")
    assert status(["topics"]) == 2
    assert "SILOSCOPE_CLOCK" in said(capsys)


def test_a_broker_that_is_not_there_is_failed_work(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("SILOSCOPE_BOOTSTRAP_SERVERS", address)
    monkeypatch.setattr("siloscope.ops.topics._SECONDS_TO_CONNECT", 1)
    assert status(["topics"]) == 1
    assert address in said(capsys)


def test_a_mistake_of_ours_is_one_line_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("what\never")

    monkeypatch.setattr("siloscope.settings.load", broken)
    assert status(["topics"]) == 1
    assert "KeyError" in said(capsys)


def test_help_loads_nothing_heavy() -> None:
    code = f"import sys, siloscope.commands; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_help_is_there_at_once() -> None:
    def seconds(*arguments: str) -> float:
        """Of the processor, whatever else it does meanwhile."""
        child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
        _, child.returncode, used = os.wait4(child.pid, 0)
        assert child.returncode == 0
        return used.ru_utime + used.ru_stime

    nothing = min(seconds("-c", "") for _ in range(5))  # 15 ms here; help takes 200
    assert min(seconds("-m", "siloscope", "--help") for _ in range(5)) < 40 * nothing
