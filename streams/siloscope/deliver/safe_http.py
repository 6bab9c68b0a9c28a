"""HTTP to addresses that an owner wrote down: never into a network that was not meant, never further than asked.

A name is resolved once, each of its addresses is judged, and the connection goes to one that was judged: a name that
changes its mind in between changes nothing. Redirects are not followed, answers end after `LARGEST` bytes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final, NamedTuple

import httpx

from .senders import Again, Refused

LARGEST: Final = 64 * 1024  # bytes of an answer that are read
AGENT: Final = "siloscope"
_TRIED: Final = 3  # addresses of one name
Address = IPv4Address | IPv6Address

# The clouds' own door to their secrets: nobody's receiver stands there, in whatever network it may stand.
_METADATA: Final = frozenset(map(ip_address, ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")))
_CARRY_IPV4: Final[tuple[tuple[IPv6Network, int], ...]] = (  # network, and how far the IPv4 address is from the right
    (IPv6Network("::ffff:0:0/96"), 0), (IPv6Network("::/96"), 0), (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0), (IPv6Network("2002::/16"), 80),
)  # fmt: skip
_TEREDO: Final = ip_network("2001::/32")


class Answer(NamedTuple):
    """What came back: the status, the headers and the first `LARGEST` bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class SafeClient:
    """A client of one receiver; connections are kept and used again."""

    def __init__(self, seconds: float, allow_private: bool = False, ca_file: Path | None = None) -> None:
        self._seconds = seconds
        self._allow_private = allow_private
        self._names = ThreadPoolExecutor(2, "names")  # its own: a name server that hangs keeps nobody else waiting
        context = ssl.create_default_context(cafile=ca_file)
        self._client = httpx.AsyncClient(
            verify=context, follow_redirects=False, trust_env=False, timeout=seconds, headers={"user-agent": AGENT}
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST, whatever its status. Raises Again (not reached in time) or Refused (not allowed)."""
        until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(until):
                answer = await self._post(httpx.URL(url), body, headers)
        except TimeoutError:
            raise Again(f"no answer within {self._seconds:g} s") from None
        except httpx.InvalidURL:
            raise Refused("the address is no URL: mend it in the settings") from None
        read = bytearray()
        try:
            async with asyncio.timeout_at(until):
                async for part in answer.aiter_raw():  # raw: what is packed stays small
                    read += part
                    if len(read) >= LARGEST:
                        break
        except (TimeoutError, httpx.HTTPError):
            pass  # the status says whether it was taken, however slowly the rest comes
        finally:
            await answer.aclose()
        return Answer(answer.status_code, answer.headers, bytes(read[:LARGEST]))

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        if url.scheme != "https" and not (url.scheme == "http" and self._allow_private):
            raise Refused(f"{url.scheme or 'no scheme'} is not allowed: https only, or allow_private: true for http")
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await judged(url.raw_host.decode(), port, self._allow_private, self._names)
        for address in addresses[:-1]:
            try:
                return await self._ask(url, address, body, headers)
            except httpx.ConnectError:
                continue  # the next of its addresses
            except httpx.HTTPError as error:
                raise Again(why_not_reached(error)) from None
        try:
            return await self._ask(url, addresses[-1], body, headers)
        except httpx.HTTPError as error:
            raise Again(why_not_reached(error)) from None

    async def _ask(self, url: httpx.URL, address: Address, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        request = self._client.build_request(
            "POST", url.copy_with(host=str(address)), content=body,
            headers={**headers, "host": url.netloc.decode()}, extensions={"sni_hostname": url.raw_host.decode()},
        )  # fmt: skip
        return await self._client.send(request, stream=True)

    async def close(self) -> None:
        """Let go of the connections."""
        self._names.shutdown(wait=False, cancel_futures=True)
        await self._client.aclose()


async def judged(host: str, port: int, allow_private: bool, names: Executor | None = None) -> list[Address]:
    """The addresses of a host, at most three, asked for in a thread of `names`.

    Raises Refused where one is not allowed, Again where there is none.
    """
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.get_running_loop().run_in_executor(names, ask)
    except (OSError, UnicodeError):
        raise Again(f"{host} has no address: is the name right?") from None
    addresses = list(dict.fromkeys(ip_address(str(each[4][0]).split("%")[0]) for each in found))
    for address in addresses:
        if not allowed(address, allow_private):
            raise Refused(f"{host} leads to {address}, which is not allowed{'' if allow_private else _REMEDY}")
    if not addresses:
        raise Again(f"{host} has no address: is the name right?")
    return addresses[:_TRIED]


_REMEDY: Final = ": allow_private: true lets this receiver stand in your own network"


def allowed(address: Address, allow_private: bool) -> bool:
    """Whether deliveries may go there: the open internet, or, if so allowed, one's own network and machine."""
    inner = _ipv4_in(address)
    if inner is not None:
        return allowed(inner, allow_private)
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_global:
        return not address.is_reserved
    return allow_private and address != IPv4Address("255.255.255.255")


def _ipv4_in(address: Address) -> IPv4Address | None:
    """The IPv4 address that some IPv6 addresses carry."""
    if not isinstance(address, IPv6Address) or int(address) <= 1:  # ::1 is this machine and nothing else
        return None
    if address in _TEREDO:
        return IPv4Address(~int(address) & 0xFFFFFFFF)
    for network, shift in _CARRY_IPV4:
        if address in network:
            return IPv4Address(int(address) >> shift & 0xFFFFFFFF)
    return None


def why_not_reached(error: BaseException) -> str:
    """A few words for what went wrong below HTTP or SMTP."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not good: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "it speaks no TLS there"
        if isinstance(cause, ConnectionRefusedError):
            return "nobody listens there"
        if isinstance(cause, httpx.RemoteProtocolError):
            return "it speaks no proper HTTP"
        cause = cause.__cause__ or cause.__context__
    return "no connection"
