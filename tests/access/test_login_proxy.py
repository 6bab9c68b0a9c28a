"""Behind a proxy that says who somebody is: believed from the proxy alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.access_tools import DEPARTMENTS, ROLES, URL, Door, door, token_in

SUBJECT = f"2026-03-{1:032x}"
ADA = [("x-forwarded-user", "ada"), ("x-forwarded-groups", "cx-support, other")]
LOGIN = {"way": "proxy", "roles": ROLES, "departments": DEPARTMENTS, "trusted_proxies": ["10.1.0.0/16", "fd00::/8"]}


@pytest.fixture(scope="module")
def at() -> Iterator[Door]:
    with door(LOGIN, url=URL, host="0.0.0.0") as made:
        yield made


def asked(at: Door, headers: Sequence[tuple[str, str]], peer: str = "10.1.2.3", **more: Any) -> Any:
    browser = TestClient(at.app, base_url=URL, client=(peer, 4711), follow_redirects=False)
    return browser.request(more.pop("method", "GET"), more.pop("path", "/"), headers=list(headers), **more)


def test_who_the_proxy_names_sees_the_desk_of_her_groups(at: Door) -> None:
    for peer in ("10.1.2.3", "fd00::7", "::ffff:10.1.2.3"):
        page = asked(at, ADA, peer)
        assert page.status_code == 200 and "ada" in page.text and "c-secret" not in page.text


NOT_BELIEVED = {
    "from elsewhere": (ADA, "10.2.0.1"),
    "from this machine, which is not the proxy": (ADA, "127.0.0.1"),
    "from an address that is none": (ADA, "testclient"),
    "said by another to be the proxy": ([*ADA, ("x-forwarded-for", "10.1.2.3")], "192.0.2.1"),
    "without a name": (ADA[1:], "10.1.2.3"),
    "with an empty name": ([("x-forwarded-user", " "), ADA[1]], "10.1.2.3"),
    "with two names": ([*ADA, ("x-forwarded-user", "admin")], "10.1.2.3"),
    "with a name by underscores": ([("x_forwarded_user", "ada"), ADA[1]], "10.1.2.3"),
    "without groups": (ADA[:1], "10.1.2.3"),
    "in a group that is not ours": ([ADA[0], ("x-forwarded-groups", "cx-allx")], "10.1.2.3"),
}


@pytest.mark.parametrize("why", NOT_BELIEVED)
def test_whoever_else_says_it_is_not_believed(at: Door, why: str) -> None:
    headers, peer = NOT_BELIEVED[why]
    answer = asked(at, headers, peer)
    assert answer.status_code == 403
    assert "c-1" not in answer.text


def test_forms_need_the_token_of_the_same_person(at: Door) -> None:
    ada, ben = token_in(asked(at, ADA).text), token_in(asked(at, [("x-forwarded-user", "ben"), ADA[1]]).text)
    for given, status in ((ada, 303), (ben, 403), ("", 403)):
        answer = asked(at, ADA, method="POST", path=f"/items/{SUBJECT}/accept", data={"csrf": given})
        assert answer.status_code == status
    assert [each.actor for each in at.fed.actions] == ["ada"]


def test_a_proxy_whose_addresses_nobody_has_named_is_refused_by_the_settings() -> None:
    from siloscope.errors import WrongUsage

    with pytest.raises(WrongUsage, match="trusted_proxies"), door(LOGIN | {"trusted_proxies": []}):
        pass
