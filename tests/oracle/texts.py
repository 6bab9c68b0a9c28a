"""Rule 4, similar texts: the share of common content words. The stemmer is plain: tests use texts where any agrees."""

from __future__ import annotations

import re

STOP = set(
    re.findall(
        r"\w+",
        """
    a an the and or but of to in on at for with by from is are was were be been am do does did have has had will
    would can could should may might i you we he she it they me my your our his her its their this that these
    those not no so if as about when how much us please thank thanks hello hi dear regards best kind sincerely
    wir und die der das den dem ein eine ist sind am im zu sie ihnen ihr ihre du dir dich haben hat nun bald für
""",
    )
)


GREETING = r"^(dear|hello|hi|hey|hallo|guten tag|sehr geehrte[r]?|liebe[r]?)\b[^,.!]*[,.!]"


def body(text: str | None) -> str:
    """A text in small letters, without its greeting."""
    return re.sub(GREETING, "", (text or "").lower())


def stems(text: str | None) -> set[str]:
    """The content words of a text, without the commonest endings."""
    words = re.findall(r"[^\W\d_]+", body(text))
    return {re.sub(r"(ing|ed|es|s)$", "", word) if len(word) > 4 else word for word in words if word not in STOP}


def figures(text: str | None) -> list[str]:
    """The numbers of a text: dates and amounts are made of them."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text or ""))


def similar(one: str | None, other: str | None, at_least: float, words: int = 5) -> bool:
    """Two texts say the same."""
    a, b = stems(one), stems(other)
    if any(len(re.findall(r"\w+", body(text))) < words for text in (one, other)) or figures(one) != figures(other):
        return False
    return bool(a | b) and len(a & b) >= at_least * len(a | b)
