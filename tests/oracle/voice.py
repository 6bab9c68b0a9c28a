"""What a text says of itself: language, form of address, name, amounts, yes or no. Plain patterns, for plain texts."""

from __future__ import annotations

import re
from typing import Any

from .claims import typed

GERMAN = set(
    re.findall(
        r"\w+",
        "der die das und ist sind ihr ihre ihnen sie du dein deine dir dich wir haben hat nicht ja nein am im zu",
    )
)
ENGLISH = set(re.findall(r"\w+", "the a and is are you your we have has not yes no on in to of it for with will"))
UNITS = {"tag": "day", "tage": "day", "tagen": "day", "woche": "week", "wochen": "week", "stunden": "hour"}


def words(text: str) -> list[str]:
    return re.findall(r"[a-zäöüß]+", text.lower())


def language(t: Any) -> str | None:
    """The language that its source says, else that of most of its little words."""
    if t.language:
        return str(t.language).split("-")[0].lower()
    german, english = (sum(w in known for w in words(t.text or "")) for known in (GERMAN, ENGLISH))
    return None if german == english else "de" if german > english else "en"


def form(text: str | None) -> str | None:
    """`formal` (Sie, Dear Ms …) or `informal` (du, Hi …); None where it does not show."""
    said = text or ""
    if re.search(r"(?<![.!?] )(?<!^)\b(Sie|Ihnen|Ihre?[nmrs]?)\b", said) or re.match(r"(Dear|Sehr geehrte[r]?) ", said):
        return "formal"
    if re.search(r"\b(du|dir|dich|deine?[nmrs]?)\b", said.lower()) or re.match(r"(Hi|Hey) ", said):
        return "informal"
    return None


def name(text: str | None) -> str | None:
    """As whom it addresses the customer: what follows its greeting."""
    found = re.match(
        r"(?:Dear|Hi|Hey|Hello|Hallo|Liebe[r]?|Sehr geehrte[r]?) (?:(?:Mr|Ms|Mrs|Herr|Frau)\.? )?(\w+)[,!]", text or ""
    )
    return found[1] if found else None


def claims(text: str | None) -> dict[str, Any]:
    """By kind what a text claims, where it claims one thing of the kind: amounts, shares, dates, durations."""
    said = text or ""
    found: dict[str, set[Any]] = {}
    patterns = (
        r"\d+(?:\.\d+)? (?:EUR|USD)",
        r"\d+ ?(?:%|percent|Prozent)",
        r"\d{4}-\d\d-\d\d",
        r"\d+ (?:days?|weeks?|hours?|Tagen?|Tage|Wochen?|Stunden)",
    )
    for pattern in patterns:
        for each in re.findall(pattern, said):
            number, _, unit = each.partition(" ")
            plain = f"{number} {UNITS[unit.lower()]}" if unit.lower() in UNITS else each.replace("Prozent", "percent")
            kind, value = typed(plain)
            found.setdefault(kind.split()[0], set()).add((kind, value))
    return {next(iter(values))[0]: next(iter(values))[1] for values in found.values() if len(values) == 1}


def granted(text: str | None) -> bool | None:
    """Yes or no, said at the beginning."""
    first = words(text or "")[:1]
    return True if first in (["yes"], ["ja"]) else False if first in (["no"], ["nein"]) else None
