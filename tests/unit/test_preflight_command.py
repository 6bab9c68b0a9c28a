"""`siloscope preflight`: a verdict for each message and customer, a cleaned list, and mistakes in one line."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from siloscope.__main__ import status
from siloscope.preflight.shown import Summary

COMPLAINT = {
    "touchpoint_id": "c", "occurred_at": "2026-03-01T09:00:00Z", "activity": "complaint", "department": "support",
    "channel": "email", "case_ref": "k", "identifiers": [{"kind": "customer_id", "value": "ann"}],
}  # fmt: skip
PROMOTION = {"activity": "promotion", "department": "sales", "channel": "email"}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    there = {"log": json.dumps(COMPLAINT), "message": json.dumps(PROMOTION), "names": "ann\n\nben\ncrm_id:7\nann\n"}
    for name, text in there.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in (*there, "clear")}


def lines(capsysbinary: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]


def test_each_customer_of_a_list_gets_a_verdict_and_the_clear_ones_a_list(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = ["preflight", files["message"], "--to", files["names"], "--history", files["log"]]
    assert status([*asked, "--clear", files["clear"]]) == 0
    told = lines(capsysbinary)
    assert [(each["customer"], each["verdict"]) for each in told] == [
        ("ann", "hold"), ("ben", "clear"), ("crm_id:7", "clear"),
    ]  # fmt: skip
    (reason,) = told[0]["reasons"]
    assert (reason["symptom"], reason["because_of"], reason["already_suffers"]) == ("tone_deaf_outreach", ["c"], False)
    assert Path(files["clear"]).read_text() == "ben\ncrm_id:7\n"


def test_nobody_is_advised_as_if_it_had_been_sent(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert status(["preflight", files["message"], "--to", files["names"], "--history", files["log"]]) == 0
    (reason,) = lines(capsysbinary)[0]["reasons"]
    assert reason["suggested_action"] == "Do not send it to her as it is. Wait until her trouble is settled."
    assert reason["explanation"].startswith("If it went out: ")


def test_a_list_of_strangers_is_doubtful_beside_the_lines_and_in_the_summary(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["preflight", files["message"], "--to", files["names"], "--history", files["log"]]
    doubt = b"Doubtful: 2 of 3 are not known"
    assert status(asked) == 0
    piped = capsysbinary.readouterr()
    assert [json.loads(line)["known"] for line in piped.out.splitlines()] == [True, False, False]
    assert doubt in piped.err
    monkeypatch.setattr("siloscope.preflight.command.Lines", Summary)
    assert status(asked) == 0
    assert doubt in capsysbinary.readouterr().out


def test_where_all_are_known_nothing_is_said_of_it(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    Path(files["names"]).write_text("ann\n")
    assert status(["preflight", files["message"], "--to", files["names"], "--history", files["log"]]) == 0
    assert b"not known" not in capsysbinary.readouterr().err


def test_a_slip_in_a_name_that_would_make_all_clear_is_asked_back_about(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    meant = json.loads(Path(files["message"]).read_text())
    Path(files["message"]).write_text(json.dumps(meant | {"channel": "emial"}))
    assert status(["preflight", files["message"], "--to", files["names"], "--history", files["log"]]) == 0
    said = capsysbinary.readouterr().err.splitlines()
    assert said.count(b"Nothing that happened names the channel emial; did you mean email?") == 1


def test_messages_of_their_own_keep_their_times_and_ids(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = PROMOTION | {"identifiers": COMPLAINT["identifiers"], "touchpoint_id": "p"}
    before = message | {"occurred_at": "2026-02-01T09:00:00Z"}
    typed = "\n".join(map(json.dumps, [message, before])).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(typed))))
    assert status(["preflight", "-", "--history", files["log"], "--clear", files["clear"]]) == 0
    assert [(each["touchpoint_id"], each["verdict"]) for each in lines(capsysbinary)] == [("p", "hold"), ("p", "clear")]
    assert [json.loads(line) for line in Path(files["clear"]).read_text().splitlines()] == [before]


def test_what_cannot_be_judged_is_not_clear_and_not_in_the_cleaned_list(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = PROMOTION | {"identifiers": COMPLAINT["identifiers"]}
    sent = [message | {"touchpoint_id": "c"}, message | {"occurred_at": "2024-03-01T09:00:00Z"}]
    Path(files["message"]).write_text("\n".join(map(json.dumps, sent)))
    asked = ["preflight", files["message"], "--history", files["log"], "--clear", files["clear"]]
    assert status(asked) == 0
    assert [each["field"] for each in lines(capsysbinary)] == ["touchpoint_id", "occurred_at"]
    assert Path(files["clear"]).read_text() == ""
    monkeypatch.setattr("siloscope.preflight.command.Lines", Summary)
    assert status([*asked, "--to", files["names"]]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert "not asked about: occurred_at 2024-03-01T09:00:00Z is before what is kept" in " ".join(shown.split())
    assert "ann" not in Path(files["clear"]).read_text().split()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"activity": "promotoin"}, "activity"), ({"identifiers": None}, "identifiers"),
     ({"activity": "release", "product": "p", "identifiers": None}, "activity")],
)  # fmt: skip
def test_what_is_no_touchpoint_of_a_customer_is_refused_in_its_line(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes], wrong: dict[str, Any], field: str
) -> None:
    message = PROMOTION | {"identifiers": COMPLAINT["identifiers"]} | wrong
    Path(files["message"]).write_text(json.dumps({name: value for name, value in message.items() if value}))
    assert status(["preflight", files["message"], "--history", files["log"]]) == 0
    (told,) = lines(capsysbinary)
    assert told["field"] == field
    assert "rejected" in told


def test_without_what_happened_there_is_nothing_to_ask(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["preflight", files["message"]]) == 2
    assert "--history FILE" in capsys.readouterr().err


def test_a_list_that_cannot_be_read_is_one_line(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["preflight", files["message"], "--history", files["log"], "--to", files["log"] + "x"]) == 1
    said = capsys.readouterr().err
    assert "a customer on each line" in said
    assert "x cannot be read: No such file or directory; --to" in said
    assert said.count("\n") == 1


def test_no_line_that_is_json_of_another_kind_stops_it(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    Path(files["message"]).write_text('[1]\n"x"\n{"a":\n')
    assert status(["preflight", files["message"], "--to", files["names"], "--history", files["log"]]) == 0
    assert all("rejected" in each for each in lines(capsysbinary))


def test_many_are_asked_about_by_several_processes_with_the_same_answers(
    files: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(files["names"]).write_text("".join(f"c{number}\n" for number in range(350)) + "ann\n")
    asked = ["preflight", files["message"], "--to", files["names"], "--history", files["log"]]
    told = []
    for few in (5_000, 1):
        monkeypatch.setattr("siloscope.preflight.many.FEW", few)
        monkeypatch.setattr("siloscope.preflight.many.os.cpu_count", lambda: 2)
        assert status([*asked, "--clear", files["clear"]]) == 0
        told.append((lines(capsysbinary), Path(files["clear"]).read_text()))
    assert told[0] == told[1]
    assert [each["verdict"] for each in told[1][0]] == ["clear"] * 350 + ["hold"]


def killed(_: object) -> None:
    os._exit(1)


def test_where_a_process_that_answers_is_killed_it_is_one_line(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FEW", 1), ("os.cpu_count", lambda: 2), ("_answered", killed)):
        monkeypatch.setattr(f"siloscope.preflight.many.{name}", value)
    assert status(["preflight", files["message"], "--to", files["names"], "--history", files["log"]]) == 1
    said = capsys.readouterr().err
    assert "was killed" in said
    assert said.count("\n") == 1


def test_a_message_that_is_not_there_is_said_before_what_happened_is_read(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siloscope.preflight.command.history", pytest.fail)
    assert status(["preflight", files["message"] + "x", "--history", files["log"]]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_another_machine_may_ask_only_with_a_token(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "siloscope.yml"
    config.write_text("preflight: {host: 0.0.0.0}\n")
    assert status(["preflight", "--serve", "--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert "give a token" in said
    assert said.count("\n") == 1
