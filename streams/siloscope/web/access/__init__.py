"""Who may come to the board and what she may do there: ways in, sessions, rights, the audit."""

from .access import Access, needs
from .doors import routes
from .person import NOBODY, Person

__all__ = ["NOBODY", "Access", "Person", "needs", "routes"]
