"""Where on the board something stands."""

from __future__ import annotations

from urllib.parse import quote

from ..core.incident import Incident
from .message import Subject, id_of


class Links:
    """Addresses on the board at `board`, like https://board.example; where there is no board there are no links."""

    def __init__(self, board: str | None) -> None:
        self._board = board.rstrip("/") if board else None

    @property
    def board(self) -> str | None:
        """The board itself."""
        return self._board and f"{self._board}/"

    def of(self, subject: Subject) -> str | None:
        """The page of an alert, warning or incident."""
        kind = "incidents" if isinstance(subject, Incident) else "items"
        return self._board and f"{self._board}/{kind}/{quote(id_of(subject), safe='')}"

    def journey(self, customer_id: str) -> str | None:
        """The page of a customer's touchpoints; `#t-ID` is one of them."""
        customer = self.customer(customer_id)
        return customer and f"{customer}/journey"

    def customer(self, customer_id: str) -> str | None:
        """The page of a customer; None without one."""
        return (self._board and customer_id and f"{self._board}/customers/{quote(customer_id, safe='')}") or None
