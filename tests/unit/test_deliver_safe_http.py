"""Deliveries go where they were meant to, and nowhere else, whatever stands there."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.deliver_tools import HttpReceiver, http
from tests.integration.certificates import Authority

from siloscope.deliver.safe_http import LARGEST, Answer, SafeClient, allowed
from siloscope.deliver.senders import Again, Refused

INSIDE = (
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.1.2.3", "::1", "fc00::1",
    "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "198.18.0.1", "192.0.2.1",
)  # fmt: skip
NOWHERE = (
    "169.254.169.254", "169.254.1.1", "100.100.100.200", "fd00:ec2::254", "fe80::1", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "224.0.0.1", "ff02::1", "0.0.0.0", "::", "255.255.255.255",
)  # fmt: skip
OUTSIDE = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1")


@pytest.mark.parametrize("address", INSIDE)
def test_ones_own_network_takes_deliveries_only_where_that_is_allowed(address: str) -> None:
    assert not allowed(ip_address(address), allow_private=False)
    assert allowed(ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", NOWHERE)
def test_nothing_ever_goes_to_the_doors_of_clouds_to_neighbours_or_to_everybody(address: str) -> None:
    assert not allowed(ip_address(address), allow_private=False)
    assert not allowed(ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_open_internet_takes_deliveries(address: str) -> None:
    assert allowed(ip_address(address), allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "https://0/", "http://8.8.8.8/",
        "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
    ],
)  # fmt: skip
def test_an_address_that_leads_inside_or_is_not_https_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Refused):
        post(url)


def test_a_name_is_judged_by_every_address_that_it_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, "93.184.216.34", "10.0.0.7")
    with pytest.raises(Refused, match=r"hook.example leads to 10.0.0.7, which is not allowed: allow_private"):
        post("https://hook.example/")


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolve(monkeypatch, "127.0.0.1")

    async def go() -> None:
        async with HttpReceiver([http(200)]).serving() as receiver:
            client = SafeClient(5, allow_private=True)
            await client.post(f"http://hook.example:{receiver.port}/in", b"{}", {})
            assert receiver.asked[0].headers["host"] == f"hook.example:{receiver.port}"
            await client.close()

    asyncio.run(go())
    assert asked == ["hook.example"]


def test_the_next_address_of_a_name_is_tried_where_the_first_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, "127.0.0.9", "127.0.0.1")
    assert answered(http(204), host="hook.example").status == 204


def test_a_certificate_must_be_for_the_name_though_the_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resolve(monkeypatch, "127.0.0.1")
    authority = Authority(tmp_path)

    async def go(name: str) -> int:
        async with HttpReceiver([http(200)]).serving(authority.server(name)) as receiver:
            client = SafeClient(5, allow_private=True, ca_file=authority.ca_file)
            return (await client.post(f"https://hook.example:{receiver.port}/", b"", {})).status

    assert asyncio.run(go("hook.example")) == 200
    with pytest.raises(Again, match="its certificate is not good"):
        asyncio.run(go("other.example"))


def test_a_huge_answer_is_read_no_further_than_needed() -> None:
    answer = answered(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n" + b"x" * 1_000_000)
    assert (answer.status, len(answer.body)) == (200, LARGEST)


def test_an_answer_that_never_ends_counts_by_its_status() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx")
        await writer.drain()
        await asyncio.Event().wait()

    assert answered(drip, seconds=2).status == 200


def test_who_does_not_answer_is_given_up_in_time() -> None:
    async def hang(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    began = time.monotonic()
    with pytest.raises(Again, match=r"no answer within 0.3 s"):
        answered(hang, seconds=0.3)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("said", [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 twohundred OK\r\n\r\n", b"\r\n\r\n"])
def test_who_speaks_no_http_is_tried_again_later(said: bytes) -> None:
    with pytest.raises(Again, match=r"it speaks no proper HTTP|no connection"):
        answered(said)


def test_where_nobody_listens_it_is_tried_again_later() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(Again, match="nobody listens there"):
            post(f"http://127.0.0.1:{held.getsockname()[1]}/", allow_private=True)


def test_a_name_server_that_hangs_for_one_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    over, real = threading.Event(), socket.getaddrinfo

    def found(host: str, *args: object, **given: object) -> object:
        if host == "hangs.example":
            assert over.wait(60)
            raise OSError
        return real(host, *args, **given)  # type: ignore[arg-type]

    async def go() -> int:
        hangs, other = SafeClient(0.3, True), SafeClient(30, True)
        waits = [asyncio.create_task(hangs.post("http://hangs.example/", b"", {})) for _ in range(40)]
        async with HttpReceiver([http(200)]).serving() as receiver:
            status = (await other.post(f"http://127.0.0.1:{receiver.port}/", b"", {})).status
            ended = await asyncio.gather(*waits, return_exceptions=True)
            assert all(isinstance(each, Again) for each in ended)
            return status

    monkeypatch.setattr(socket, "getaddrinfo", found)
    try:
        assert asyncio.run(go()) == 200
    finally:
        over.set()


def test_a_name_without_an_address_is_tried_again_later() -> None:
    with pytest.raises(Again, match=r"nowhere.invalid has no address"):
        post("https://nowhere.invalid/")


def post(url: str, allow_private: bool = False) -> Answer:
    async def go() -> Answer:
        client = SafeClient(5, allow_private)
        try:
            return await client.post(url, b"{}", {})
        finally:
            await client.close()

    return asyncio.run(go())


def answered(answer: object, seconds: float = 5, host: str = "127.0.0.1") -> Answer:
    """What a client makes of an answer."""

    async def go() -> Answer:
        async with HttpReceiver([answer]).serving() as receiver:  # type: ignore[list-item]
            return await SafeClient(seconds, True).post(f"http://{host}:{receiver.port}/", b"{}", {})

    return asyncio.run(go())


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let the name hook.example lead to `addresses`; which names were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def found(host: str, port: int, *args: object, **given: object) -> object:
        if host != "hook.example":
            return real(host, port, *args, **given)  # type: ignore[arg-type]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked
