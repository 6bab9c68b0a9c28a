"""Slack's buttons: a click there is an action here, and the message says what came of it."""

from __future__ import annotations

import logging
import time
from typing import Any, Final, Protocol

import msgspec
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ..core.followup import Action, said_of
from ..core.touchpoint import HOUR
from ..deliver.messages.blocks import ACTIONS, BLOCKS, Block, context, fitting
from ..deliver.safe_http import Answer, SafeClient
from ..deliver.senders import Again, Refused
from .access.person import Person, rights_of
from .acting import action_of, done
from .outcome import Outcome
from .site import Site
from .slack_click import Click, click_of, genuine

log = logging.getLogger(__name__)

ACTOR: Final = "slack:"  # before Slack's id of who clicked
_SECONDS: Final = 10.0
_LONG: Final = 200  # characters of a name


class Posting(Protocol):
    """Who brings answers to Slack."""

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Raises Again or Refused."""
        ...


def routes(site: Site, posting: Posting | None = None) -> list[Route]:
    """`POST /slack/actions`, if `board.slack_signing_secret` is set; Slack's signature lets in, nothing else."""
    secret = site.settings.board.slack_signing_secret
    if secret is None:
        return []
    client = posting or SafeClient(_SECONDS)

    async def clicked(request: Request) -> Response:
        body, given = await request.body(), request.headers
        stamp, signature = given.get("x-slack-request-timestamp", ""), given.get("x-slack-signature", "")
        if not genuine(secret.get_secret_value(), stamp, signature, body, time.time()):
            return PlainTextResponse("That was not signed by Slack within the last five minutes\n", 401)
        try:
            click = click_of(body)
        except (ValueError, KeyError, RecursionError):
            return PlainTextResponse("That is no click on a button\n", 400)
        if click is None or click.button == "open":
            return Response()
        # Slack waits three seconds for an answer: what comes of it follows.
        return Response(background=BackgroundTask(_act, site, client, click))

    return [Route("/slack/actions", clicked, methods=["POST"])]


async def _act(site: Site, posting: Posting, click: Click) -> None:
    answer = await _answer(site, click)
    if click.answer_to is None:
        return
    try:
        said = await posting.post(click.answer_to, msgspec.json.encode(answer), {"content-type": "application/json"})
    except (Again, Refused) as error:
        log.warning("Slack was not told what came of a click: %s", error)
        return
    if said.status >= 300:
        log.warning("Slack was not told what came of a click: it answers %d", said.status)


async def _answer(site: Site, click: Click) -> dict[str, Any]:
    """Do what was clicked; what Slack is to show for it."""
    say, item, person = click.say, site.live.desk.items.get(click.subject), person_of(site, click.user)
    if person is None:
        return _whisper(say.stranger.format(user=click.user))
    if item is None:
        return _whisper(say.unknown)
    if not (person.may("act") and person.of(item.department)):
        return _whisper(say.not_yours.format(department=fitting(item.department, _LONG)))
    until = site.live.clock() + HOUR
    asked: dict[str, dict[str, str]] = {
        "accept": {"kind": "accept"},
        "snooze": {"kind": "snooze", "value": said_of(until)},
        "useful": {"kind": "feedback", "value": "useful"},
        "false": {"kind": "feedback", "value": "false"},
    }
    if click.button not in asked:
        return _whisper(say.unknown)
    given = asked[click.button] | {"action_id": f"{ACTOR}{click.user}:{click.stamp}"}
    try:
        action = action_of(site, item, person.name, given)
        outcome = await done(site, action, "slack")
    except HTTPException as error:
        return _whisper(error.detail)
    return _shown(site, click, action, outcome, until)


def person_of(site: Site, user: str) -> Person | None:
    """Who clicks, by the settings; None: nobody who may."""
    board = site.settings.board
    found = board.clicks_as(user)
    if found is None:
        return None
    rights = rights_of(found.role, board.login.read_text_from)
    return Person(found.name or f"{ACTOR}{user}", frozenset(found.departments), rights)


def _shown(site: Site, click: Click, action: Action, outcome: Outcome, until: int) -> dict[str, Any]:
    say, who = click.say, f"<@{click.user}>"
    if outcome.kind == "lost":
        first = site.live.desk.late(action.subject, action.action_id)
        assert first is not None
        return _whisper(say.lost.format(by=_name(first.by), at=say.at(first.at)))
    if outcome.kind == "wrong":
        return _whisper(outcome.said.striptags())
    if action.kind == "accept":
        return _changed(click, say.accepted_here.format(by=who), without={"accept"})
    if action.kind == "snooze":
        return _changed(click, say.snoozed_here.format(by=who, at=say.at(until)), without=set())
    return _whisper(say.thanks)


def _name(actor: str) -> str:
    """Somebody as Slack shows them."""
    user = actor.removeprefix(ACTOR)
    return f"<@{user}>" if actor.startswith(ACTOR) and user.isalnum() else fitting(actor, _LONG)


def _whisper(text: str) -> dict[str, Any]:
    """Only for who clicked."""
    return {"response_type": "ephemeral", "replace_original": False, "text": text}


def _changed(click: Click, line: str, without: set[str]) -> dict[str, Any]:
    """The message as it was, with a line above the buttons; some of those have had their time."""
    said = context(line)
    blocks: list[Block] = []
    for block in click.blocks:
        if str(block.get("block_id", "")).startswith(ACTIONS):
            left = [each for each in block.get("elements", []) if each.get("action_id") not in without]
            blocks.extend([said, block | {"elements": left}] if left else [said])
        else:
            blocks.append(block)
    if len(blocks) > BLOCKS or said not in blocks:
        return _whisper(line)
    return {"replace_original": True, "text": line, "blocks": blocks}
