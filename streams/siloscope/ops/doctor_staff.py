"""The doctor's look at what reaches staff: the receivers of deliveries, and how people come to the board."""

from __future__ import annotations

import asyncio

from clickhouse_connect.driver.exceptions import ClickHouseError

from ..deliver.senders import Again, Refused
from ..deliver.senders.reaching import reachable
from ..errors import Unusable, WrongUsage
from ..settings import Settings
from ..stores.client import first_line
from ..stores.elsewhere import must_exist, readable
from .doubtful import Doubtful


def receivers(settings: Settings) -> str:
    """Which receivers can be reached; nothing is sent. Raises Unusable naming those that cannot, Doubtful."""
    deliver = settings.deliver
    if not deliver.receivers:
        return "none in deliver.receivers: nobody is told, the board shows all"
    found = asyncio.run(_reached(settings))
    if wrong := {name: each for name, each in found.items() if isinstance(each, Exception)}:
        raise Unusable("; ".join(f"{name}: {why}" for name, why in wrong.items()))
    routed = {name for route in deliver.routes for name in route.receivers}
    if unused := [name for name in deliver.receivers if name not in routed]:
        raise Doubtful(f"no route of deliver.routes leads to {', '.join(unused)}: they are told nothing")
    return "; ".join(f"{name}: {said}" for name, said in found.items())


async def _reached(settings: Settings) -> dict[str, str | Exception]:
    """What each receiver says, all asked at once."""
    asked = [reachable(name, each, settings.deliver.mail) for name, each in settings.deliver.receivers.items()]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    found: dict[str, str | Exception] = {}
    for name, said in zip(settings.deliver.receivers, answers, strict=True):
        if not isinstance(said, str | Again | Refused | WrongUsage):
            raise said
        found[name] = said
    return found


def login(settings: Settings) -> str:
    """How people come in. Raises Unusable where they cannot, Doubtful where it works less well than it should."""
    board = settings.board
    way = board.login.way
    if way == "token":
        return "one address with a token, on this machine"
    said = _issuer(settings) if way == "oidc" else _proxy(settings)
    if board.login.secret is None:
        raise Doubtful(f"{said}; everybody must log in again whenever the board starts: set board.login.secret_file")
    if board.url is None:
        raise Doubtful(f"{said}; links and logins do not know where the board is: set board.url")
    return said


def _issuer(settings: Settings) -> str:
    from ..web.access.oidc import Issuer, NoIssuer

    oidc = settings.board.login.oidc
    assert oidc is not None  # the settings see to it
    try:
        return asyncio.run(Issuer(oidc).reachable())
    except NoIssuer as error:
        raise Unusable(str(error)) from None


def _proxy(settings: Settings) -> str:
    login = settings.board.login
    return f"header {login.proxy.user_header} from {', '.join(map(str, login.trusted_proxies))}"


def store(settings: Settings) -> str:
    """Whether the board can read the store; without one it works, but for journeys and history."""
    try:
        must_exist(settings)
        with readable(settings) as client:
            client.query("SELECT 1 FROM v_freshness LIMIT 1")
    except (Unusable, ClickHouseError) as error:
        why = str(error) if isinstance(error, Unusable) else first_line(error)
        raise Doubtful(f"journeys and history are not shown: {why}") from None
    return "it can be read: journeys and history are shown"
