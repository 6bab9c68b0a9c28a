"""From what an issuer or a proxy says of somebody to a person with rights and departments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..login_settings import EVERYBODY, Login, Oidc
from .person import Person, highest, rights_of

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_DEPARTMENT: Final = re.compile(r"[\w .&/-]{1,64}")


class NoAccess(Exception):
    """She is known, and has nothing to do here; the message is one line with the remedy."""


def person_of(claims: Mapping[str, Any], oidc: Oidc, login: Login) -> Person:
    """The person of an issuer's claims, which hold `sub`. Raises NoAccess."""
    said = claims.get(oidc.name_claim)
    name = said if isinstance(said, str) and said.strip() else claims["sub"]
    own = _texts(_inside(claims, oidc.department_claim)) if oidc.department_claim else []
    return admitted(name, _texts(_inside(claims, oidc.groups_claim)), login, own, claims["sub"])


def admitted(
    name: str, groups: Iterable[str], login: Login, departments: Iterable[str] = (), identity: str = ""
) -> Person:
    """The person with these groups; `departments` are hers besides. Raises NoAccess."""
    if not _NAME.fullmatch(name):
        raise NoAccess("your login gives no name that can be shown; ask who runs it")
    known = {EVERYBODY, *groups}
    role = highest(login.roles[group] for group in known & login.roles.keys())
    if role is None:
        raise NoAccess(f"{name} is in no group that may look at the board; ask for one of those in board.login.roles")
    rights = rights_of(role, login.read_text_from)
    hers = {one for group in known & login.departments.keys() for one in login.departments[group]}
    hers |= {one for one in departments if _DEPARTMENT.fullmatch(one)}
    if not hers and "all_departments" not in rights:
        raise NoAccess(f"{name} belongs to no department; ask for a group of those in board.login.departments")
    return Person(name, frozenset(hers), rights, identity)


def _inside(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that name; else `a.b` is b inside a."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(said: Any) -> list[str]:
    """A list of texts, or one with commas or none."""
    if isinstance(said, str):
        return [part.strip() for part in said.split(",") if part.strip()]
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
