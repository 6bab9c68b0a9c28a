"""A whole board behind its real door, with the audit in a list."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient
from tests.board_tools import Fed, alert, site
from tests.oidc_issuer import CLIENT, SECRET, OidcIssuer

from siloscope.errors import Unusable
from siloscope.settings import load
from siloscope.web.access import Access
from siloscope.web.access.audit import Record
from siloscope.web.access.oidc import Issuer
from siloscope.web.app import application

URL = "https://board.example"
TOKEN = "local-token-of-this-start-0123456789"
BEARER = "bearer-token-of-a-program-0123456789abcdef"
ROLES = {"cx-support": "agent", "cx-leads": "lead", "cx-all": "admin", "cx-look": "viewer"}
DEPARTMENTS = {"cx-support": ["support"], "cx-leads": ["support"], "cx-look": ["support"], "cx-sales": ["sales"]}


@dataclass
class AuditList:
    """Keeps the audit where a test can look at it; `fails`: it cannot be kept."""

    records: list[Record] = field(default_factory=list)
    fails: bool = False

    async def keep(self, record: Record) -> None:
        if self.fails:
            raise Unusable("the broker does not take the audit: nobody is there")
        self.records.append(record)

    def close(self) -> None:
        pass

    @property
    def kinds(self) -> list[str]:
        """What was kept, in order."""
        return [record.kind for record in self.records]


@dataclass
class Door:
    """A board with its door, a browser before it, and what is behind."""

    access: Access
    fed: Fed
    audit: AuditList
    browser: TestClient
    app: Any

    def other_browser(self) -> TestClient:
        """One that knows nothing of the first."""
        return TestClient(self.app, base_url=str(self.browser.base_url), follow_redirects=False)

    def log_in(self, issuer: OidcIssuer, browser: TestClient | None = None) -> Any:
        """The whole way by the issuer; the last answer."""
        browser = browser or self.browser
        answer = browser.get("/login?next=/")
        assert answer.status_code == 303, answer.text
        return browser.get(issuer.log_in(answer.headers["location"]))

    def csrf(self) -> str:
        """The token of a page that the browser has open."""
        return token_in(self.browser.get("/").text)


def token_in(page: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrf" value="([0-9a-f.]+)"', page)
    assert found is not None, page[:500]
    return found[1]


@contextmanager
def door(login: dict[str, Any] | None = None, issuer: OidcIssuer | None = None, **board: Any) -> Iterator[Door]:
    """A board with one alert of support's on it, settled by `login`; by default the way token on this machine."""
    settings = load(board={"login": login or {"token": TOKEN}, **board})
    audit = AuditList()
    asked = settings.board.login.oidc
    access = Access(settings, audit, Issuer(asked, issuer.transport()) if issuer and asked else None)
    made, fed = site(access, settings)
    fed.put(alert(1), alert(2, owner_department="sales", departments=("sales",), customer_id="c-secret"))
    app = application(made)
    with TestClient(app, base_url=settings.board.url or "http://127.0.0.1:8300", follow_redirects=False) as browser:
        yield Door(access, fed, audit, browser, app)


def oidc(**more: Any) -> dict[str, Any]:
    """Settings of the way oidc, for our own issuer."""
    asked = {"issuer": "https://id.example", "client_id": CLIENT, "client_secret": SECRET, **more.pop("oidc", {})}
    return {"way": "oidc", "oidc": asked, "roles": ROLES, "departments": DEPARTMENTS, **more}


def bearer(name: str = "helpdesk", role: str = "agent", token: str = BEARER, **more: Any) -> dict[str, Any]:
    """Settings of a program with this token."""
    return {"name": name, "role": role, "sha256": hashlib.sha256(token.encode()).hexdigest(), **more}
