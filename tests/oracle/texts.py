"""Rule 4, similar texts: the share of common content words. The stemmer is plain: tests use texts where any agrees."""

from __future__ import annotations

import re

STOP = set(
    re.findall(
        r"\w+",
        """
    a an the and or but of to in on at for with by from is are was were be been am do does did have has had will
    would can could should may might i you we he she it they me my your our his her its their this that these
    those not no so if as please thank thanks hello hi dear regards best kind sincerely
""",
    )
)


def stems(text: str | None) -> set[str]:
    """The content words of a text, without the commonest endings."""
    words = re.findall(r"[a-z]+", (text or "").lower())
    return {re.sub(r"(ing|ed|es|s)$", "", word) if len(word) > 4 else word for word in words if word not in STOP}


def figures(text: str | None) -> list[str]:
    """The numbers of a text: dates and amounts are made of them."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text or ""))


def similar(one: str | None, other: str | None, at_least: float, words: int = 5) -> bool:
    """Two texts say the same."""
    a, b = stems(one), stems(other)
    if len(a) < words or len(b) < words or figures(one) != figures(other):
        return False
    return len(a & b) >= at_least * len(a | b)
