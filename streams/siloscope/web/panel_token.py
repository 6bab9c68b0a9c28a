"""What lets the panel in a help desk's frame see a customer: signed, short-lived, renewed while it is in use.

A frame of another site gets no cookie of ours. So the panel carries a token in a header: the help desk's server asks
for one (`POST /v1/panel`), or whoever sits before the panel signs in in a window of its own, which hands it over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from .access import Person
from .access.session import Mark

SCHEME: Final = "Panel "  # of the header Authorization
SECONDS: Final = 900  # without use
LONGEST: Final = 10 * 3600  # seconds from the first to the last of a chain
PURPOSE: Final = "panel"  # of the signature
_RIGHTS: Final = frozenset({"look", "act"})  # a panel shows no customer's own words


class Pass(NamedTuple):
    """Whom a token lets in; `customer` None: to any; `since` (epoch seconds) it has been renewed.

    `session` is the mark of the board's session it was made in, and ends with; None for a program's.
    """

    person: Person
    customer: str | None
    since: float
    session: Mark | None = None

    def opens(self, customers: Iterable[str]) -> bool:
        """Whether it is good for all of these customers."""
        return self.customer is None or all(each == self.customer for each in customers)


def made(serializer: URLSafeTimedSerializer, given: Pass) -> str:
    """A token for this pass."""
    person = given.person
    said = {
        "name": person.name, "departments": sorted(person.departments), "rights": sorted(_rights(person)),
        "customer": given.customer, "since": given.since, "session": given.session,
    }  # fmt: skip
    return str(serializer.dumps(said))


def pass_of(serializer: URLSafeTimedSerializer, authorization: str, now: float) -> Pass | None:
    """The pass in a header `Authorization` at `now` (epoch seconds); None where it is none of ours, or over."""
    if not authorization.startswith(SCHEME):
        return None
    try:
        said: dict[str, Any] = serializer.loads(authorization.removeprefix(SCHEME), max_age=SECONDS)
    except BadData:
        return None
    if now - said["since"] > LONGEST:
        return None
    person = Person(said["name"], frozenset(said["departments"]), frozenset(said["rights"]))
    return Pass(person, said["customer"], said["since"], tuple(said["session"]) if said["session"] else None)


def _rights(person: Person) -> frozenset[str]:
    return person.rights & (_RIGHTS | {"all_departments"})
