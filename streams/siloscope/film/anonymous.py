"""A film that may leave the house: what happened, between which departments, and nothing that says to whom."""

from __future__ import annotations

from msgspec.structs import replace

from .scene import Film, Mark

NAME = "a customer"


def anonymous(film: Film) -> Film:
    """The film without names, texts, references and facts; departments, channels, topics and times stay."""
    entries = [
        replace(
            entry, account=None, staff_ref=None, case_ref=None, thread_ref=None, message_ref=None, reply_to=None,
            refers_to=None,
        )
        for entry in film.entries
    ]  # fmt: skip
    return wordless(film._replace(customer=NAME, entries=entries))


def wordless(film: Film) -> Film:
    """The film without what was said: whose it is, and the references stay."""
    entries = [replace(entry, text=None, claims=None) for entry in film.entries]
    return film._replace(entries=entries, marks=[_plain(mark) for mark in film.marks])


def _plain(mark: Mark) -> Mark:
    """The symptom by its name alone: titles and explanations quote."""
    name = mark.symptom.replace("_", " ")
    return mark._replace(title=name.capitalize(), explanation="", suggested_action="")
