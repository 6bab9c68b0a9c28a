"""Whether a request is meant for us, and comes from a page of ours."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import HTTPConnection

from ..login_settings import Network
from .headers import origin_of
from .refusal import Refusal

_LOCAL: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")
_FORM: Final = "application/x-www-form-urlencoded"


def own_origin(request: HTTPConnection, url: str | None) -> str:
    """Where our pages come from as the browser sees it. Raises Refusal for a name that is not ours.

    Another site can point its own name at this address; with the browser it would then be us.
    """
    said = request.headers.getlist("host")
    host = said[0].lower() if len(said) == 1 else ""
    if url and host == urlsplit(url).netloc.lower():
        return origin_of(url)
    if _LOCAL.fullmatch(host):
        return origin_of(f"http://{host}")
    raise Refusal(421, "this address is not the board's: set board.url to the address that people open")


def must_be_from(request: HTTPConnection, origin: str) -> None:
    """Raise Refusal where the browser says that another site's page sends this."""
    for said in request.headers.getlist("origin"):
        if said != origin:
            raise Refusal(403, "this form comes from another site: open the board and do it there")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(403, "this form comes from another site: open the board and do it there")


def token_in(request: HTTPConnection, body: bytes) -> str:
    """The token that a request carries, as a header or in its form."""
    return request.headers.get("x-csrf-token") or _in_form(request, body)


def _in_form(request: HTTPConnection, body: bytes) -> str:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return ""
    try:
        said = parse_qs(body.decode("ascii"), max_num_fields=100).get("csrf", [])
    except (UnicodeDecodeError, ValueError):
        return ""
    return said[0] if len(said) == 1 else ""


def address_of(request: HTTPConnection, trusted: Sequence[Network]) -> str:
    """Whose address this is: behind our own proxies the last one in X-Forwarded-For that is not a proxy of ours."""
    address = request.client.host if request.client else ""
    if not is_trusted(address, trusted):
        return address
    for said in reversed(",".join(request.headers.getlist("x-forwarded-for")).split(",")):
        if said.strip() and not is_trusted(said.strip(), trusted):
            return said.strip()[:64]
    return address


def is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    """Whether it is one of our own proxies."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return any(known in network for network in trusted)


def local_path(said: str | None) -> str:
    """A path of ours to go on to; `/` for anything that could lead elsewhere."""
    text = said or "/"
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and re.fullmatch(r"[!-\[\]-~]{1,2000}", text)
    return text if plain else "/"
