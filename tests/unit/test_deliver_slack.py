"""Slack takes our messages, follows on them in their thread, and its buttons do on the board what they say."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.testclient import TestClient
from tests.board_tools import site
from tests.deliver_tools import BOARD, Asked, HttpReceiver, http, one
from tests.unit.alert_tools import alert

from siloscope.core.followup import Action, moment_of
from siloscope.deliver.links import Links
from siloscope.deliver.message import Message
from siloscope.deliver.messages.blocks import blocks
from siloscope.deliver.receivers import Slack
from siloscope.deliver.safe_http import Answer
from siloscope.deliver.senders import Again, Refused
from siloscope.deliver.senders.slack import SlackSender
from siloscope.settings import load
from siloscope.web import slack
from siloscope.web.access import Access
from siloscope.web.app import application
from siloscope.web.config import BoardSettings, SlackPerson
from siloscope.web.slack_click import click_of, genuine, signed

PEOPLE: dict[str, Any] = {
    "U1": {"departments": ["sales", "support"]}, "U2": {"departments": ["sales", "support"]},
    "U3": {"name": "ana", "departments": ["sales", "support"]}, "U4": {"departments": ["legal"]},
    "U5": {"role": "viewer", "departments": ["sales", "support"]}, "U6": {"role": "admin"},
}  # fmt: skip
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
VECTORS = Path(__file__).parents[3] / "shared" / "payloads" / "vectors.json"
HOOKS = "https://hooks.slack.com/actions/T1/2/x"


def test_an_incoming_webhook_gets_blocks_and_the_text_of_the_lock_screen() -> None:
    (asked,), receipt = posted(http(200, b"ok"), webhook=True)
    assert json.loads(asked.body) == blocks(one(), Links(BOARD), True)
    assert receipt is None


def test_a_bot_posts_into_its_channel_and_keeps_what_slack_calls_the_message() -> None:
    (asked,), receipt = posted(http(200, b'{"ok": true, "ts": "1503435956.000247"}'))
    assert asked.headers["authorization"] == "Bearer xoxb-secret"
    assert json.loads(asked.body)["channel"] == "C1"
    assert receipt == "1503435956.000247"


def test_what_follows_goes_into_the_thread_of_the_opening() -> None:
    (asked,), _ = posted(http(200, b'{"ok": true, "ts": "2"}'), one(what="ended", receipt="1503435956.000247"))
    assert json.loads(asked.body)["thread_ts"] == "1503435956.000247"
    assert json.loads(asked.body)["reply_broadcast"] is False


@pytest.mark.parametrize("what", ["worse", "opening", "overdue"])
def test_what_asks_for_something_is_seen_in_the_channel_too(what: Any) -> None:
    (asked,), _ = posted(http(200, b'{"ok": true, "ts": "2"}'), one(what=what, receipt="1503435956.000247"))
    assert json.loads(asked.body)["reply_broadcast"] is True


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "no_text"])
def test_what_slack_would_never_take_is_refused(code: str) -> None:
    with pytest.raises(Refused, match=code):
        posted(http(200, json.dumps({"ok": False, "error": code}).encode()))


@pytest.mark.parametrize(
    "body",
    [b'{"ok": false, "error": "ratelimited"}', b'{"ok": false, "error": "not_in_channel"}', b"[]", b"no", b"",
     b'{"ok": 1}', b"\xff", pytest.param(b'{"ok": ' + b"[" * 50_000, id="nested"),
     b'{"ok": false, "error": "<b>xoxb-secret</b>"}'],
)  # fmt: skip
def test_whatever_else_slack_says_is_tried_again(body: bytes) -> None:
    with pytest.raises(Again) as caught:
        posted(http(200, body))
    assert "xoxb" not in caught.value.why


@pytest.mark.parametrize(
    "wrong",
    [{}, {"url": HOOKS, "token": "xoxb-1", "channel": "C1"}, {"token": "xoxb-1"}, {"url": HOOKS, "channel": "C1"},
     {"url": "http://hooks.slack.com/x"}],
)  # fmt: skip
def test_a_channel_is_reached_one_way(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Slack(kind="slack", **wrong)


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors of other vendors are not here")
def test_slacks_own_vector_is_genuine_and_nothing_near_it_is() -> None:
    (vector,) = (each for each in json.loads(VECTORS.read_text()) if each["vendor"] == "slack")
    secret, stamp, body, good = vector["secret"], vector["timestamp"], vector["body"].encode(), vector["expected"]
    now = float(stamp)
    assert genuine(secret, stamp, good, body, now) and genuine(secret, stamp, good, body, now + 300)
    for wrong in (
        (secret, stamp, good, body, now + 301), (secret, stamp, good, body, now - 301),
        (secret, stamp, good, body + b"&", now), (secret, str(int(stamp) + 1), good, body, now),
        (secret[1:], stamp, good, body, now), (secret, stamp, good[3:], body, now), (secret, stamp, "", body, now),
        (secret, "", good, body, now), (secret, "²", good, body, now), (secret, f"-{stamp}", good, body, now),
        (secret, "9" * 40, good, body, now), (secret, stamp, "v0=ä", body, now),
    ):  # fmt: skip
        assert not genuine(*wrong)


def test_accepting_in_slack_accepts_on_the_board_and_the_message_says_so() -> None:
    board = Clicked()
    board.click("accept", "U1")
    (action,) = board.fed.actions
    assert (action.kind, action.actor, action.subject) == ("accept", "slack:U1", "a")
    said = board.said[-1]
    assert said["replace_original"] is True
    assert said["blocks"][-2]["elements"][0]["text"] == "Accepted by <@U1>."
    assert [each["action_id"] for each in said["blocks"][-1]["elements"]] == ["snooze", "useful", "false", "open"]
    assert said["blocks"][:-2] == board.message["blocks"][:-1]


def test_of_two_who_accept_the_second_is_told_who_was_first() -> None:
    board = Clicked()
    board.click("accept", "U1")
    board.click("accept", "U2")
    assert board.said[-1]["response_type"] == "ephemeral"
    assert board.said[-1]["text"].startswith("<@U1> was faster and has had it since ")
    assert board.accepted_by == "slack:U1"


def test_who_was_first_on_the_board_is_named_as_text() -> None:
    board = Clicked()
    board.fed.put(Action("board:1", 1_772_442_000_000, "<ana>", "accept", "a"))
    board.click("accept", "U2")
    assert board.said[-1]["text"] == "&lt;ana&gt; was faster and has had it since 2 Mar 2026 09:00 UTC."


def test_who_has_a_name_there_acts_under_it_and_an_admin_on_every_desk() -> None:
    board = Clicked()
    board.click("accept", "U3")
    assert board.accepted_by == "ana"
    board.click("false", "U6")
    assert [each.actor for each in board.fed.actions] == ["ana", "slack:U6"]


@pytest.mark.parametrize(
    ("user", "said"),
    [("U9", "The board does not know you"), ("U4", "It is on the desk of "), ("U5", "where you may not do this")],
)
def test_who_may_not_is_told_so_and_nobody_else_sees_it(user: str, said: str) -> None:
    board = Clicked()
    for button in ("accept", "snooze", "useful", "false"):
        board.click(button, user)
        assert said in board.said[-1]["text"] and board.said[-1]["response_type"] == "ephemeral"
    assert board.fed.actions == []


def test_a_stranger_is_not_told_whether_something_is_known() -> None:
    board = Clicked()
    board.click("accept", "U9", subject="gone")
    assert "does not know you" in board.said[-1]["text"]


def test_what_was_handed_on_is_clicked_on_by_whose_it_is_now() -> None:
    board = Clicked()
    board.fed.put(Action("board:1", 1_772_442_000_000, "ana", "hand_on", "a", "legal"))
    board.click("accept", "U1")
    assert "on the desk of legal" in board.said[-1]["text"] and board.accepted_by is None
    board.click("accept", "U4")
    assert board.accepted_by == "slack:U4"


def test_everybody_may_click_only_where_that_is_said() -> None:
    said = "slack_signing_secret needs slack_people"
    with pytest.raises(ValidationError, match=said):
        BoardSettings(slack_signing_secret=SecretStr(SECRET))
    board = BoardSettings(slack_signing_secret=SecretStr(SECRET), slack_people={"*": SlackPerson()})
    assert board.clicks_as("U77") == SlackPerson()


def test_the_answer_is_in_the_language_of_the_message() -> None:
    board = Clicked(language="de")
    board.click("accept", "U1")
    assert board.said[-1]["text"] == "Angenommen von <@U1>."


def test_snoozing_puts_it_off_for_an_hour() -> None:
    board = Clicked()
    before = time.time() * 1000
    board.click("snooze", "U1")
    (action,) = board.fed.actions
    until = moment_of(action.value)
    assert until is not None and 3_590_000 < until - before < 3_700_000


@pytest.mark.parametrize(("button", "verdict"), [("useful", "useful"), ("false", "false")])
def test_a_verdict_counts_and_only_who_gave_it_is_thanked(button: str, verdict: str) -> None:
    board = Clicked()
    board.click(button, "U1")
    assert [(each.kind, each.value) for each in board.fed.actions] == [("feedback", verdict)]
    assert board.said == [{"response_type": "ephemeral", "replace_original": False,
                           "text": "Thank you: your verdict counts."}]  # fmt: skip


def test_a_click_that_slack_sends_twice_counts_once() -> None:
    board = Clicked()
    board.click("accept", "U1", stamp="1.5")
    board.click("accept", "U1", stamp="1.5")
    assert len({each.action_id for each in board.fed.actions}) == 1


def test_a_click_on_what_is_long_over_says_so() -> None:
    board = Clicked()
    board.click("accept", "U1", subject="gone")
    assert board.said[-1]["text"] == "The board does not know it: it ended over a week ago."
    assert board.fed.actions == []


def test_a_click_that_kafka_does_not_take_says_so() -> None:
    board = Clicked()
    board.fed.fails = True
    board.click("accept", "U1")
    assert "Kafka does not take it" in board.said[-1]["text"]


def test_a_click_on_the_link_asks_for_nothing() -> None:
    board = Clicked()
    assert board.click("open", "U1") == 200
    assert (board.said, board.fed.actions) == ([], [])


@pytest.mark.parametrize("answer_to", ["http://hooks.slack.com/x", "https://169.254.169.254/", "https://evil.example/",
                                       "https://slack.com.evil.example/", "https://[", ""])  # fmt: skip
def test_answers_go_to_slack_and_nowhere_else(answer_to: str) -> None:
    board = Clicked()
    board.click("accept", "U1", response_url=answer_to)
    assert len(board.fed.actions) == 1
    assert board.said == []


@pytest.mark.parametrize(
    "body",
    [b"", b"payload", b"payload=", b"payload=no", b"payload=[]", b"payload={}", b"\xff", b"payload=1&payload=2",
     pytest.param(b'payload={"user": {"id": "U1"}, "message": {"blocks": [{"a": ' + b"[" * 50_000, id="nested"),
     urlencode({"payload": '{"user": {"id": "u 1"}, "type": "block_actions", "actions": [{"action_id": "accept", '
                           '"block_id": "siloscope:en", "action_ts": "1"}]}'}).encode()],
)  # fmt: skip
def test_a_signed_body_that_is_no_click_is_refused_in_one_line(body: bytes) -> None:
    board = Clicked()
    assert board.bring(body) == 400
    assert board.fed.actions == []


def test_clicks_in_other_apps_messages_are_nothing_to_us() -> None:
    payload = {"user": {"id": "U1"}, "type": "block_actions", "actions": [{"action_id": "x", "block_id": "theirs"}]}
    assert click_of(urlencode({"payload": json.dumps(payload)}).encode()) is None
    assert click_of(urlencode({"payload": '{"user": {"id": "U1"}, "type": "view_closed"}'}).encode()) is None


def test_whoever_is_not_slack_does_nothing() -> None:
    board = Clicked()
    assert board.bring(b"payload={}", secret="other") == 401
    assert board.bring(b"payload={}", stamp=str(int(time.time()) - 400)) == 401


def test_without_a_signing_secret_there_is_no_such_page() -> None:
    made, _ = site()
    assert slack.routes(made) == []


def test_slacks_clicks_need_no_login_where_everybody_else_does() -> None:
    settings = load(board={"slack_signing_secret": SECRET, "slack_people": PEOPLE})
    made, fed = site(Access(settings), settings)
    fed.put(alert("a"))
    with TestClient(application(made), base_url="http://127.0.0.1:8300", follow_redirects=False) as client:
        body = clicked("accept", "U1", response_url="")
        assert client.post("/slack/actions", content=body, headers=headers(body)).status_code == 200
        assert client.post("/slack/actions", content=body).status_code == 401
        assert client.post("/items/a/accept", content=body, headers=headers(body)).status_code in (303, 401, 403)
    assert [each.actor for each in fed.actions] == ["slack:U1"]


def clicked(button: str, user: str, stamp: str = "1.5", *, subject: str = "a", response_url: str = HOOKS,
            language: str = "en", **more: Any) -> bytes:  # fmt: skip
    """The body of a click; `more` is put over the payload."""
    action = {"action_id": button, "action_ts": stamp, "block_id": f"siloscope:{language}", "value": subject}
    payload = {"type": "block_actions", "user": {"id": user}, "actions": [action], "response_url": response_url}
    return urlencode({"payload": json.dumps(payload | more)}).encode()


def headers(body: bytes, secret: str = SECRET, stamp: str = "") -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    kind = "application/x-www-form-urlencoded"
    signature = signed(secret, stamp, body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": signature, "content-type": kind}


class Clicked:
    """A board with an alert `a`, and Slack in front of it; `said` is what Slack was told."""

    def __init__(self, language: str = "en") -> None:
        self.site, self.fed = site(settings=load(board={"slack_signing_secret": SECRET, "slack_people": PEOPLE}))
        self.fed.put(alert("a"))
        self.said: list[dict[str, Any]] = []
        self.message = blocks(one(alert("a"), language=language), Links(BOARD), True)
        self.language = language
        (route,) = slack.routes(self.site, self)
        self.app = Starlette(routes=[route])

    async def post(self, url: str, body: bytes, _: dict[str, str]) -> Answer:
        """Slack's side of an answer."""
        assert url == HOOKS
        self.said.append(json.loads(body))
        return Answer(200, {}, b"ok")

    def click(self, button: str, user: str, stamp: str = "", **other: str) -> int:
        stamp = stamp or str(time.time())
        return self.bring(clicked(button, user, stamp, message=self.message, language=self.language, **other))

    def bring(self, body: bytes, **signing: str) -> int:
        with TestClient(self.app) as client:
            return client.post("/slack/actions", content=body, headers=headers(body, **signing)).status_code

    @property
    def accepted_by(self) -> str | None:
        return self.site.live.desk.items["a"].follow.accepted_by


def posted(answer: bytes, message: Message | None = None, webhook: bool = False) -> tuple[list[Asked], str | None]:
    """What Slack is asked, and what is kept of its answer."""

    async def go() -> tuple[list[Asked], str | None]:
        async with HttpReceiver([answer]).serving() as there:
            address = f"http://127.0.0.1:{there.port}/x"
            how: dict[str, Any] = {"url": address} if webhook else {"token": "xoxb-secret", "channel": "C1"}
            receiver = Slack(kind="slack", buttons=True, allow_private=True, **how)
            sender = SlackSender(receiver, Links(BOARD), api=address)
            receipt = await sender.send(message or one())
            await sender.close()
            return there.asked, receipt

    return asyncio.run(go())
