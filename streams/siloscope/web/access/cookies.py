"""The cookies: the session, what tells that a login comes back to the browser that began it, and its ID token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from .begun import SECONDS
from .session import Session

if TYPE_CHECKING:
    from .access import Access

_SESSION: Final = "siloscope"
_LOGIN: Final = "siloscope_login"
_ID_TOKEN: Final = "siloscope_id"
LARGEST: Final = 3_900  # characters; browsers drop longer ones without a word


def read_session(request: Request, access: Access) -> Session | None:
    """The session that the browser brings, None where it brings none that counts."""
    return access.sessions.read(request.cookies.get(_name(access, _SESSION)))


def set_session(headers: MutableHeaders, session: Session, access: Access) -> None:
    """Give the browser this session, for as long as it lasts."""
    answer = Response()
    left = int(access.sessions.seconds_left(session))
    _set(answer, access, _SESSION, access.sessions.cookie(session), left)
    headers.append("set-cookie", answer.headers["set-cookie"])


def drop_session(answer: Response, access: Access) -> None:
    """Take the session from the browser."""
    _set(answer, access, _SESSION, "", 0)


def set_key(answer: Response, key: str, access: Access) -> None:
    """Let the browser keep this key for the logins it begins."""
    _set(answer, access, _LOGIN, key, SECONDS)


def read_key(request: Request, access: Access) -> str:
    """The browser's key; empty where it has none."""
    return request.cookies.get(_name(access, _LOGIN), "")


def set_id_token(answer: Response, id_token: str, access: Access) -> None:
    """Let the browser keep what tells the issuer at the logout who leaves; none where it is empty or too long."""
    kept = id_token if len(id_token) <= LARGEST else ""
    _set(answer, access, _ID_TOKEN, kept, int(access.login.hours * 3600) if kept else 0, "/logout")


def read_id_token(request: Request, access: Access) -> str:
    """The ID token of the browser's login; empty where it has none."""
    return request.cookies.get(_name(access, _ID_TOKEN, "/logout"), "")


def _set(answer: Response, access: Access, name: str, value: str, seconds: int, path: str = "/") -> None:
    answer.set_cookie(
        _name(access, name, path), value, max_age=seconds, path=path, httponly=True, samesite="lax",
        secure=_is_safe(access),
    )  # fmt: skip


def _name(access: Access, name: str, path: str = "/") -> str:
    """Behind https by a name that no other host of the domain, or none without https, can set."""
    return f"__{'Host' if path == '/' else 'Secure'}-{name}" if _is_safe(access) else name


def _is_safe(access: Access) -> bool:
    return (access.board.url or "").startswith("https://")
