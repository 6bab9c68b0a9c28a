"""Whatever a browser sends as a cookie, token, name or address: it is no mistake of ours and leads nowhere else."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from siloscope.settings import load
from siloscope.web.access import Person
from siloscope.web.access.bearer import Bearers
from siloscope.web.access.begun import Logins
from siloscope.web.access.claims import NoAccess, person_of
from siloscope.web.access.origin import is_trusted, local_path
from siloscope.web.access.session import Sessions
from siloscope.web.login_settings import Login, Oidc

LOGIN = load(
    board={"login": {"roles": {"a": "agent"}, "departments": {"a": ["support"]}, "trusted_proxies": ["10.0.0.0/8"]}}
).board.login
SESSIONS = Sessions(LOGIN)
ADA = Person("ada", frozenset({"support"}), frozenset({"look"}))
SAID = st.text() | st.text("/\\.@:?#%\t\r\n evil", max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["a", "a,b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "groups", "x"]), inner, max_size=3)
    ),
)


@given(SAID)
def test_after_the_login_one_is_always_on_the_board(said: str) -> None:
    path = local_path(said)
    for spelled in (path, path.replace("\\", "/"), path.replace("\t", "").replace("\n", "")):
        assert urlsplit(urljoin("https://board.example/login", spelled)).netloc == "board.example"


@given(SAID, st.integers(0, 400))
def test_a_cookie_counts_only_as_it_was_given(said: str, place: int) -> None:
    assert SESSIONS.read(said) is None
    cookie = SESSIONS.cookie(SESSIONS.begin(ADA))
    changed = cookie[: place % len(cookie)] + said + cookie[place % len(cookie) + len(said) :]
    found = SESSIONS.read(changed)
    assert found is None or found.person == ADA


@given(SAID, SAID)
def test_tokens_that_nobody_gave_count_nowhere(one: str, other: str) -> None:
    logins = Logins(SESSIONS)
    assert not SESSIONS.is_csrf(one, other)
    assert logins.resumed(one, other) is None
    assert Bearers(()).person(one) is None
    begun = logins.begin(one, "/")
    assert logins.resumed(one, begun.state) == begun
    assert one == other or logins.resumed(other, begun.state) is None


@given(SAID)
def test_an_address_that_is_none_is_no_proxy_of_ours(said: str) -> None:
    if is_trusted(said, LOGIN.trusted_proxies):
        assert any(ip_address(said) in network for network in LOGIN.trusted_proxies)


@given(st.dictionaries(st.sampled_from(["preferred_username", "groups", "department", "x"]), JSON), st.text(min_size=1))
def test_claims_of_any_shape_make_a_person_or_none(claims: dict[str, object], subject: str) -> None:
    oidc = Oidc(issuer="https://id.example", client_id="b", groups_claim="groups", department_claim="x.a")  # type: ignore[call-arg]
    with suppress(NoAccess):
        login = Login(roles=LOGIN.roles, departments=LOGIN.departments)  # type: ignore[call-arg]
        found = person_of(claims | {"sub": subject}, oidc, login)
        assert found.name and found.rights <= {"look", "act"} and "support" in found.departments
