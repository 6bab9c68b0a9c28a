"""The invented company: Fernhall, office telephony; its customers, products and prices."""

from __future__ import annotations

from typing import Final, NamedTuple

_FIRST: Final = (
    "anna omar lena jack mira paul sofia ben clara david nora felix ines tom ruth adam maya leo ida sam eva noah "
    "lucy max zoe emil rosa finn tara hugo"
)
_LAST: Final = (
    "keller brown haddad novak rossi smith weber costa olsen meyer patel jones lang dubois santos wright vogel "
    "kim moore bauer silva reed fuchs berg khan hill roth young marin stone west"
)
FIRST_NAMES: Final = _FIRST.split()
LAST_NAMES: Final = _LAST.split()
SEGMENTS: Final = ("small_office", "small_office", "small_office", "mid_size")

# What is sold, and what it costs a month: every department that says a price says this one.
PRICES: Final = {"office-line": "49 EUR", "router": "9 EUR", "video-room": "79 EUR", "headset": "5 EUR"}
PRODUCTS: Final = tuple(PRICES)

# What cases are about, and who solves what support cannot; what questions are about. No topic is in both,
# so that a case and an unrelated question of one customer never look like one issue.
CASES: Final = {
    "line.quality": None, "invoice.amount": "finance", "login.access": None, "delivery.delay": "delivery",
    "router.reset": None, "number.transfer": "delivery", "contract.address": "legal", "headset.pairing": None,
    "voicemail.setup": None,
}  # fmt: skip
QUESTIONS: Final = (
    "howto.forwarding",
    "howto.conference",
    "hours.support",
    "coverage.office",
    "price.upgrade",
    "howto.recording",
    "contract.copy",
    "howto.app",
    "training.dates",
    "howto.export",
    "tariff.abroad",
)


class Customer(NamedTuple):
    """One customer: the same number is the same customer in every run."""

    number: int
    customer_id: str
    name: str
    email: str
    language: str
    segment: str
    account: str | None
    product: str


def customer(number: int) -> Customer:
    """The customer with this number, from 0 up; one in six speaks German, one in five belongs to an account of two."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[number % len(LAST_NAMES)]
    return Customer(
        number,
        f"{first}-{last}-{number:04d}",
        f"{first.title()} {last.title()}",
        f"{first}.{last}.{number:04d}@example.com",
        "de" if number % 6 == 4 else "en",
        SEGMENTS[number % len(SEGMENTS)],
        f"office-{number // 10:03d}" if number % 10 in (3, 4) else None,
        PRODUCTS[number % len(PRODUCTS)],
    )
