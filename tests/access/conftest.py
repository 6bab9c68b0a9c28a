"""What tests of logging in and out by OpenID Connect share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.access_tools import URL, Door, door, oidc
from tests.oidc_issuer import OidcIssuer


@pytest.fixture
def issuer() -> OidcIssuer:
    """An issuer of our own, which tells the truth until it is told otherwise."""
    return OidcIssuer()


@pytest.fixture
def at(issuer: OidcIssuer) -> Iterator[Door]:
    """A board whose people log in there."""
    with door(oidc(), issuer, url=URL) as made:
        yield made
