"""Before you send: a message and its customers go to the process of preflight, its verdicts come back with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core.alert import Alert
from ..core.preflight import Advice
from ..errors import Unusable
from ..preflight.asking import identifier
from ..preflight.config import PreflightSettings
from ..preflight.http import MOST
from ..preflight.words import mostly, not_known, unheard
from .site import Site, person_of

ACTIVITIES: Final = {
    "promotion": "Promotion", "message": "Message", "notice": "Notice", "survey_request": "Survey",
    "renewal_ask": "Renewal", "info_request": "Question to her", "form_request": "Form to fill in",
    "invoice": "Invoice",
}  # fmt: skip
CHANNELS: Final = ("email", "phone", "chat", "sms", "push", "app", "post", "social", "meeting", "ticket")
SHOWN: Final = 100  # customers with their reasons; the rest is counted
_SECONDS: Final = 60.0
_FIELDS: Final = ("activity", "department", "channel", "topic", "text")


class Answer(NamedTuple):
    """What one customer would suffer."""

    customer: str
    verdict: Advice
    known: bool
    reasons: list[dict[str, Any]]


class Verdicts(NamedTuple):
    """Those of one asking, by verdict; `unknown` are those of them with whom nothing has happened.

    `refused` says in lines what was not asked about, `doubts` which names of the message nothing else bears.
    """

    hold: list[Answer]
    caution: list[Answer]
    clear: list[str]
    unknown: list[str]
    refused: list[str]
    doubts: list[str]

    @property
    def strangers(self) -> str | None:
        """One line about those who are not known; None where all are."""
        return not_known(len(self.unknown), self._asked)

    @property
    def doubtful(self) -> bool:
        """Whether somebody was not asked about, or a name or the list (most on it are not known) is likely wrong."""
        return bool(self.refused or self.doubts) or mostly(len(self.unknown), self._asked)

    @property
    def _asked(self) -> int:
        return len(self.hold) + len(self.caution) + len(self.clear)

    @property
    def symptoms(self) -> list[tuple[str, int]]:
        """What it would set off, with how many customers each, most first."""
        held = (*self.hold, *self.caution)
        return Counter(name for each in held for name in {reason["symptom"] for reason in each.reasons}).most_common()


def routes(site: Site) -> list[Route]:
    """`/preflight`: the form, and the verdicts under it."""

    async def page(request: Request) -> Response:
        departments = sorted(person_of(request).departments) or [""]
        empty = {"activity": "promotion", "department": departments[0], "channel": "email"}
        given = {name: request.query_params.get(name, empty.get(name, "")) for name in (*_FIELDS, "customers")}
        return _page(site, request, given)

    async def asked(request: Request) -> Response:
        form = await request.form()
        given = {name: str(form.get(name, "")).strip() for name in (*_FIELDS, "customers")}
        customers = list(dict.fromkeys(filter(None, map(str.strip, given["customers"].splitlines()))))
        if not customers or len(customers) > MOST:
            number = f"these are {len(customers):,}: " if customers else ""
            return _page(site, request, given, why=f"{number}name 1 to {MOST:,} customers, one on each line")
        try:
            found = await verdicts(site.settings.preflight, given, customers)
        except Unusable as error:
            return _page(site, request, given, why=str(error))
        return _page(site, request, given, found._replace(doubts=_doubts(site, given)))

    return [Route("/preflight", page, methods=["GET"]), Route("/preflight", asked, methods=["POST"])]


def _page(
    site: Site, request: Request, given: Mapping[str, str], found: Verdicts | None = None, why: str | None = None
) -> Response:
    return site.page(
        request, "preflight.html", given=given, found=found, why=why, activities=ACTIVITIES, channels=CHANNELS,
        departments=sorted(site.live.departments), most=MOST, shown=SHOWN,
    )  # fmt: skip


def _doubts(site: Site, given: Mapping[str, str]) -> list[str]:
    """About names that no alert or warning bears."""
    told = (item.record for item in site.live.desk.items.values())
    seen = {each.channel for record in told if isinstance(record, Alert) for each in record.evidence}
    known = {"department": site.live.departments, "channel": {*CHANNELS, *seen}}
    said = (unheard(field, given[field], names) for field, names in known.items())
    return [line for line in said if line is not None]


async def verdicts(settings: PreflightSettings, given: Mapping[str, str], customers: list[str]) -> Verdicts:
    """What the message would set off at each of them. Raises Unusable in one line."""
    message = {name: given[name] for name in _FIELDS if given[name]}
    if message.get("activity") == "message":
        message["direction"] = "outbound"
    messages = [message | {"identifiers": [identifier(each)]} for each in customers]
    headers = {"authorization": f"Bearer {settings.token.get_secret_value()}"} if settings.token is not None else {}
    try:
        # The token is for no proxy of the surroundings.
        async with httpx.AsyncClient(headers=headers, timeout=_SECONDS, trust_env=False) as client:
            answer = await client.post(f"{settings.address}/v1/preflight", json=messages)
            said = answer.json()
    except (httpx.HTTPError, ValueError):
        raise Unusable(
            f"nothing answers at {settings.address}: start it with `siloscope preflight --serve`, or set preflight.url"
        ) from None
    if answer.status_code != 200:
        raise Unusable(f"{settings.address} answers {answer.status_code}: {said.get('error', 'no word why')}")
    return _sorted(said)


def _sorted(said: list[dict[str, Any]]) -> Verdicts:
    found = Verdicts([], [], [], [], [], [])
    for each in said:
        if "rejected" in each:
            found.refused.append(each["message"])
            continue
        if not each["known"]:
            found.unknown.append(each["customer"])
        if each["verdict"] == "clear":
            found.clear.append(each["customer"])
        else:
            held = found.hold if each["verdict"] == "hold" else found.caution
            held.append(Answer(each["customer"], each["verdict"], each["known"], each["reasons"]))
    return found._replace(refused=list(dict.fromkeys(found.refused)))
