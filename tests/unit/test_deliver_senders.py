"""Mail, files and what Apprise speaks: taken there in time, with a word about how it went that gives nothing away."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from tests.deliver_tools import BOARD, HttpReceiver, http, one, warning
from tests.integration.certificates import Authority
from tests.mail_server import MailServer

from siloscope.deliver.links import Links
from siloscope.deliver.message import Message
from siloscope.deliver.receivers import Apprise, Email, File, Mail, Receiver, Webhook
from siloscope.deliver.senders import Again, Refused, Sender
from siloscope.deliver.senders.making import sender_of
from siloscope.deliver.senders.reaching import reachable
from siloscope.errors import WrongUsage

LINKS = Links(BOARD)
SECRET = "whsec_" + "A" * 44
DESK = Email(kind="email", to=("desk@example.com", "night@example.com"), seconds=5)


def test_a_mail_reaches_the_server_as_it_was_written() -> None:
    server = mailed(one(warning()))
    (mail,) = server.mails
    read = message_from_bytes(mail, policy=policy.default)
    assert read["Subject"] == "[Handoff] support hands over to finance (billing)"
    assert [each for each in server.told if each.startswith("RCPT")] == [
        "RCPT TO:<desk@example.com>", "RCPT TO:<night@example.com>",
    ]  # fmt: skip


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_password_goes_only_through_tls(tmp_path: Path, security: str) -> None:
    authority = Authority(tmp_path)
    server = mailed(one(), security=security, tls=authority, username="us", password="hush")
    assert server.passwords == ["hush"]
    assert all(line.startswith("+") for line in server.told if "AUTH" in line or "MAIL" in line)


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    with pytest.raises(Again, match="has no STARTTLS"):
        mailed(one(), security="starttls")


def test_a_mail_server_with_a_strangers_certificate_gets_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    stranger, ours = Authority(tmp_path / "a"), Authority(tmp_path / "b")
    with pytest.raises(Again, match="its certificate is not good"):
        mailed(one(), security="tls", tls=stranger, ca_file=ours.ca_file)


@pytest.mark.parametrize(
    ("answers", "kind", "why"),
    [
        ({"RCPT": "550 desk@example.com unknown"}, Refused, "refuses all 2 addresses (550)"),
        ({"RCPT": "450 desk@example.com is busy"}, Again, "refuses all 2 addresses (450)"),
        ({"MAIL": "550 siloscope@localhost who"}, Again, "does not take mail from deliver.mail.sender (550)"),
        ({".": "554 desk@example.com spam"}, Refused, "does not take the mail (554)"),
        ({".": "451 later"}, Again, "does not take the mail (451)"),
        ({"DATA": "421 bye"}, Again, "(421)"),
        ({"EHLO": "421 busy", "HELO": "421 busy"}, Again, "421"),
    ],
)
def test_what_the_mail_server_says_decides_and_no_address_is_repeated(
    answers: dict[str, str], kind: type[Again | Refused], why: str
) -> None:
    with pytest.raises(kind) as caught:
        mailed(one(), answers)
    assert why in str(caught.value)
    assert "example.com" not in str(caught.value)


def test_one_address_that_is_refused_does_not_keep_the_mail_from_the_others(caplog: pytest.LogCaptureFixture) -> None:
    server = mailed(one(), {"RCPT TO:<night@": "550 no"})
    assert len(server.mails) == 1
    assert "1 of 2 addresses were refused" in caplog.text


def test_a_mail_server_that_hangs_is_given_up_in_time() -> None:
    async def go() -> None:
        hangs = await asyncio.start_server(lambda _, __: asyncio.sleep(30), "127.0.0.1", 0)
        port = hangs.sockets[0].getsockname()[1]
        receiver = Email(kind="email", to=("desk@example.com",), seconds=0.3)
        await made(receiver, Mail(host="127.0.0.1", port=port, security="none")).send(one())

    with pytest.raises(Again, match=r"within 0.3 s"):
        asyncio.run(go())


@pytest.mark.parametrize(
    "wrong",
    [{"username": "us"}, {"password": "hush"}, {"username": "us", "password": "hush", "security": "none"},
     {"sender": "no address"}, {"sender": "a@b>\r\nBcc: x@y"}, {"port": 0}],
)  # fmt: skip
def test_a_mail_server_that_would_be_unsafe_is_a_wrong_setting(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Mail(host="mail.example", **wrong)


def test_lines_of_json_are_appended_one_for_each_message(tmp_path: Path) -> None:
    receiver = File(kind="file", path=tmp_path / "new" / "box")
    run(receiver, lambda sender: sender.send(one()), lambda sender: sender.send(one(what="ended")))
    file = tmp_path / "new" / "box" / "deliveries.jsonl"
    assert [json.loads(line)["type"] for line in file.read_text().splitlines()] == ["alert.opening", "alert.ended"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_mail_that_is_written_twice_is_one_file(tmp_path: Path) -> None:
    receiver = File(kind="file", path=tmp_path, form="eml")
    run(receiver, lambda sender: sender.send(one()), lambda sender: sender.send(one()))
    (file,) = tmp_path.iterdir()
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"].endswith("title of a")


def test_no_id_leads_out_of_the_directory(tmp_path: Path) -> None:
    told = one()
    hostile = Message("../../out", "one", "desk", told.notices)
    run(File(kind="file", path=tmp_path / "box", form="eml"), lambda sender: sender.send(hostile))
    assert [each.name for each in tmp_path.iterdir()] == ["box"]


def test_a_directory_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Again, match="cannot be written"):
        run(File(kind="file", path=tmp_path / "file" / "box"), lambda sender: sender.send(one()))


def test_apprise_takes_a_message_to_what_it_speaks() -> None:
    (asked,) = notified(http(200))
    told = json.loads(asked.body)
    assert told["title"] == "New, warning: title of a"
    assert "Sales: do this now." in told["message"]


def test_apprise_follows_no_redirect() -> None:
    with pytest.raises(Again):
        notified(http(302, b"", "location: /elsewhere"))


def test_apprise_goes_into_ones_own_network_only_where_that_is_allowed() -> None:
    with pytest.raises(Refused, match=r"localhost leads to .*, which is not allowed"):
        notified(http(200), allow_private=False)


def test_an_address_that_apprise_does_not_know_is_a_wrong_setting_and_not_shown() -> None:
    with pytest.raises(WrongUsage) as caught:
        sender_of("chat", Apprise(kind="apprise", url="nope://secret"), None, LINKS)
    assert "deliver.receivers.chat.url" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_used_is_a_wrong_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    receiver = Webhook(kind="webhook", url="https://hook.example/", secret=SECRET, ca_file=file)
    with pytest.raises(WrongUsage, match=r"deliver.receivers.hook.ca_file cannot be used"):
        sender_of("hook", receiver, None, LINKS)


def test_a_kind_that_is_not_there_is_a_wrong_setting() -> None:
    with pytest.raises(ValidationError, match="'webhook', 'email', 'slack', 'apprise', 'file'"):
        TypeAdapter(Receiver).validate_python({"kind": "pigeon"})


def test_what_can_be_reached_is_found_out_without_sending_anything(tmp_path: Path) -> None:
    async def go() -> tuple[str, str, str]:
        async with HttpReceiver([http(200)]).serving() as there, MailServer().serving() as server:
            url = f"http://127.0.0.1:{there.port}/"
            hook = Webhook(kind="webhook", url=url, secret=SECRET, allow_private=True)
            found = (
                await reachable("hook", hook, None),
                await reachable("mail", DESK, Mail(host="127.0.0.1", port=server.port, security="none")),
                await reachable("box", File(kind="file", path=tmp_path / "new"), None),
            )
            assert (there.asked, server.mails, list(tmp_path.iterdir())) == ([], [], [])
            return found

    hook, mail, box = asyncio.run(go())
    assert "answers on port" in hook and "takes mail on port" in mail and "can be written" in box


@pytest.mark.parametrize(
    ("receiver", "kind", "why"),
    [
        (Webhook(kind="webhook", url="https://127.0.0.1/", secret=SECRET), Refused, "which is not allowed"),
        (Webhook(kind="webhook", url="http://127.0.0.1:1", secret=SECRET, allow_private=True), Again, "nobody listens"),
        (DESK, Again, "nobody listens there"),
        (File(kind="file", path=Path(__file__) / "box"), Again, "no directory that can be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_reached_says_why_in_one_line(receiver: Any, kind: type[Exception], why: str) -> None:
    mail = Mail(host="127.0.0.1", port=1, security="none")
    with pytest.raises(kind, match=why) as caught:
        asyncio.run(reachable("it", receiver, mail))
    assert "\n" not in str(caught.value)


def mailed(
    message: Message, answers: dict[str, str] | None = None, tls: Authority | None = None, **how: Any
) -> MailServer:
    """The server that was given the message."""

    async def go() -> MailServer:
        context = tls.server("localhost") if tls else None
        way = {"tls" if how.get("security") == "tls" else "starttls": context}
        async with MailServer(answers).serving(**way) as server:
            trust = {"ca_file": tls.ca_file} if tls else {}
            usual = {"host": "localhost" if tls else "127.0.0.1", "port": server.port, "security": "none"}
            await made(DESK, Mail(**(usual | trust | how))).send(message)
            return server

    return asyncio.run(go())


def notified(answer: bytes, allow_private: bool = True) -> list[Any]:
    """What a receiver is asked by Apprise."""

    async def go() -> list[Any]:
        async with HttpReceiver([answer]).serving() as there:
            receiver = Apprise(kind="apprise", url=f"json://localhost:{there.port}/", allow_private=allow_private)
            await made(receiver).send(one())
            return there.asked

    return asyncio.run(go())


def run(receiver: Any, *steps: Callable[[Sender], Awaitable[object]]) -> None:
    async def go() -> None:
        sender = made(receiver)
        for step in steps:
            await step(sender)
        await sender.close()

    asyncio.run(go())


def made(receiver: Any, mail: Mail | None = None) -> Sender:
    return sender_of("desk", receiver, mail, LINKS)
