"""Webhooks are signed as Standard Webhooks says, keep their id, and take the receiver's word for how it went."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from pathlib import Path

import msgspec
import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook as Standard
from tests.board_tools import incident
from tests.deliver_tools import AT, BOARD, HttpReceiver, digest, http, one, warning
from tests.unit.alert_tools import alert, evidence

from siloscope.core.alert import Alert
from siloscope.deliver.links import Links
from siloscope.deliver.message import Message
from siloscope.deliver.messages.body import body
from siloscope.deliver.receivers import Webhook
from siloscope.deliver.safe_http import Answer
from siloscope.deliver.senders import Again, Refused
from siloscope.deliver.senders.webhook import WebhookSender, signatures, taken
from siloscope.wire import json_form

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OLD = "whsec_" + b64encode(bytes(32)).decode()
VECTORS = Path(__file__).parents[3] / "shared" / "payloads" / "vectors.json"
NOW = 1_800_000_000.0


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors of other vendors are not here")
def test_our_signature_is_that_of_the_standards_own_vector() -> None:
    (vector,) = (each for each in json.loads(VECTORS.read_text()) if each["vendor"].startswith("standard_webhooks"))
    ours = signatures([vector["secret"]], vector["msg_id"], int(vector["timestamp"]), vector["body"].encode())
    assert ours == vector["expected"]


@pytest.mark.parametrize("message", [one(), one(warning(), "overdue"), one(incident()), digest(3)])
def test_the_standards_own_package_takes_what_we_sign(message: Message) -> None:
    (asked,) = sent(message)
    for secret in (SECRET, OLD):  # of two, while a receiver changes over, either does
        assert Standard(secret).verify(asked.body, asked.headers) == json.loads(asked.body)


def test_what_is_sent_again_has_the_same_id_and_the_same_body() -> None:
    first, second = sent(one(), times=2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == one().id
    assert first.body == second.body


def test_the_body_holds_the_contracts_record_and_where_it_stands_on_the_board() -> None:
    seen = msgspec.structs.replace(evidence("a")[0], occurred_at=AT)
    message = one(alert("a", opened_at=AT, updated_at=AT, evidence=(seen,)), "worse")
    told = json.loads(body(message, Links(BOARD)))
    assert told["type"] == "alert.worse"
    assert told["timestamp"] == json_form.rfc3339(AT)
    assert told["links"] == {"item": f"{BOARD}/items/a", "customer": f"{BOARD}/customers/anna"}
    assert msgspec.convert(json_form.record("alert", told["data"]), Alert) == message.notices[0].subject


def test_a_digest_holds_each_notice_with_its_own_id() -> None:
    told = json.loads(body(digest(3), Links(None)))
    assert told["type"] == "digest"
    assert [each["id"] for each in told["data"]] == [each.id for each in digest(3).notices]


def test_ids_cannot_lead_elsewhere_on_the_board() -> None:
    hostile = alert("../../logout?x=1#", customer_id="a/b")
    told = json.loads(body(one(hostile), Links(BOARD + "/")))
    assert told["links"]["item"] == f"{BOARD}/items/..%2F..%2Flogout%3Fx%3D1%23"
    assert told["links"]["customer"] == f"{BOARD}/customers/a%2Fb"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_taken(status: int) -> None:
    taken(Answer(status, {}, b""), NOW)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 405, 410, 413, 415, 422])
def test_what_would_never_work_is_refused(status: int) -> None:
    with pytest.raises(Refused, match=str(status)):
        taken(Answer(status, {"location": "http://169.254.169.254/"}, b""), NOW)


@pytest.mark.parametrize("status", [401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504])
def test_what_may_be_mended_over_there_is_tried_again(status: int) -> None:
    with pytest.raises(Again, match=str(status)):
        taken(Answer(status, {}, b""), NOW)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120), ("0", 0), ("999999", 3600), ("Fri, 15 Jan 2027 08:01:00 GMT", 60),
        ("Fri, 01 Jan 1990 00:00:00 GMT", 0), ("soon", None), ("", None), ("-5", None), ("1e9", None), ("²", None),
    ],
)  # fmt: skip
def test_a_receiver_may_say_when_but_not_longer_than_an_hour(said: str, seconds: float | None) -> None:
    with pytest.raises(Again) as caught:
        taken(Answer(429, {"retry-after": said}, b""), NOW)
    assert caught.value.after == seconds


def test_redirects_are_not_followed() -> None:
    with pytest.raises(Refused, match="redirects"):
        sent(one(), answer=http(302, b"", "location: http://127.0.0.1:1/"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "whsec_short"}, {"secret": "whsec_" + "A" * 12}, {"secret": "no base64 at all!"},
        {"url": "http://hook.example/"}, {"url": "https://user:secret@hook.example/"}, {"url": "hook.example"},
        {"secret": SECRET, "secret_file": "/nowhere"}, {"colour": "red"},
    ],
)  # fmt: skip
def test_a_receiver_that_would_be_unsafe_is_a_wrong_setting(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Webhook(**({"kind": "webhook", "url": "https://hook.example/", "secret": SECRET} | wrong))


def test_no_secret_shows_in_what_is_printed() -> None:
    receiver = Webhook(kind="webhook", url="https://hook.example/", secret=SECRET, old_secret=OLD)
    for secret in (SECRET, OLD):
        assert b64encode(b64decode(secret[6:])).decode() not in f"{receiver!r} {receiver}"


def sent(message: Message, answer: bytes = http(200), times: int = 1) -> list:  # type: ignore[type-arg]
    """What a receiver is asked when the message is sent."""

    async def go() -> list:  # type: ignore[type-arg]
        async with HttpReceiver([answer]).serving() as there:
            url = f"http://127.0.0.1:{there.port}/in?for=us"
            receiver = Webhook(kind="webhook", url=url, secret=SECRET, old_secret=OLD, allow_private=True)
            sender = WebhookSender(receiver, Links(BOARD))
            for _ in range(times):
                await sender.send(message)
            await sender.close()
            return there.asked

    return asyncio.run(go())
