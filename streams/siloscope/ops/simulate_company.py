"""The invented company: Fernhall, office telephony; its customers, products and prices, and what it tells of them."""

from __future__ import annotations

from importlib.resources import files
from typing import Final, NamedTuple

_FIRST: Final = (  # a woman's and a man's name in turn
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
STAFF: Final = {  # how many people there are
    "support": 9, "sales": 6, "finance": 4, "delivery": 5, "legal": 2, "success": 4, "marketing": 3, "product": 3,
}  # fmt: skip

# What is sold, and what it costs a month: every department that says a price says this one.
PRICES: Final = {"office-line": "49 EUR", "router": "9 EUR", "video-room": "79 EUR", "headset": "5 EUR"}
PRODUCTS: Final = tuple(PRICES)
ADD_ONS: Final = {  # what is bought later; nobody buys the same twice in a year
    "call-recording": "12 EUR", "fax-bridge": "4 EUR", "conference-phone": "19 EUR", "door-station": "15 EUR",
    "night-switch": "6 EUR", "crm-link": "22 EUR",
}  # fmt: skip
# What is released, one a working day: each once in two weeks, on its own weekday.
COMPONENTS: Final = (
    "mobile-app", "web-console", "desk-firmware", "call-queue", "voicemail", "recording", "wallboard", "directory",
    "sso-login", "billing-portal",
)  # fmt: skip

# What cases are about, and who solves what support cannot.
CASES: Final[dict[str, str | None]] = {
    "line.quality": None, "invoice.amount": "finance", "login.access": None, "delivery.delay": "delivery",
    "router.reset": None, "number.transfer": "delivery", "contract.address": "legal", "headset.pairing": None,
    "voicemail.setup": None, "invoice.copy": "finance", "queue.order": None, "app.calendar": "product",
}  # fmt: skip
# What is asked, whom, and the fact of the answer: everybody at Fernhall knows the same. No topic is in CASES too, so
# that a case and an unrelated question of one customer never look like one issue.
QUESTIONS: Final[dict[str, tuple[str, str | None]]] = {
    "howto.forwarding": ("support", None), "contract.notice": ("sales", "3 months"),
    "howto.conference": ("support", None), "price.upgrade": ("sales", "19.00"), "hours.support": ("support", None),
    "trial.length": ("sales", "14 days"), "coverage.office": ("support", None),
    "discount.seats": ("sales", "10%"), "howto.recording": ("support", "90 minutes"),
    "contract.copy": ("support", None), "howto.app": ("support", None), "training.dates": ("success", "48 hours"),
    "howto.export": ("support", None), "tariff.abroad": ("sales", None),
}  # fmt: skip
NEWS: Final = {"message_ref": "newsletter:video-room", "topic": "offer.video_room"}  # a campaign of many stories


class Customer(NamedTuple):
    """One customer: the same number is the same customer in every run."""

    number: int
    customer_id: str
    name: str
    email: str
    language: str
    formal: bool
    title: str
    segment: str
    account: str | None
    product: str

    @property
    def facts(self) -> dict[str, str]:
        """What a text may say of her."""
        first, last = self.name.split()
        return {
            "name": self.name, "first": first, "last": last, "title": self.title,
            "product": self.product.replace("-", " "), "r": "r" if self.title == "Herr" else "",
        }  # fmt: skip


def rules_text() -> str:
    """The company's rules file: what its channels are for."""
    return files("siloscope.ops").joinpath("simulate_rules.yml").read_text(encoding="utf-8")


def customer(number: int) -> Customer:
    """The customer with this number, from 0 up; one in six speaks German, one in five belongs to an account of two.

    How she is spoken to, everybody at Fernhall sees in the customer's file: two in five formally, with German four in
    five.
    """
    place = number % len(FIRST_NAMES)
    first, last = FIRST_NAMES[place], LAST_NAMES[(number + number // len(FIRST_NAMES)) % len(LAST_NAMES)]
    language = "de" if number % 6 == 4 else "en"
    return Customer(
        number,
        f"{first}-{last}-{number:04d}",
        f"{first.title()} {last.title()}",
        f"{first}.{last}.{number:04d}@example.com",
        language,
        number % 5 != 2 if language == "de" else number % 5 in (0, 3),
        title_of(place, language),
        SEGMENTS[number % len(SEGMENTS)],
        f"office-{number // 10:03d}" if number % 10 in (3, 4) else None,
        PRODUCTS[number % len(PRODUCTS)],
    )


def title_of(place: int, language: str) -> str:
    """Ms or Mr, Frau or Herr."""
    return ("Frau", "Herr")[place % 2] if language == "de" else ("Ms", "Mr")[place % 2]


def stranger(number: int, sign: str = "s") -> Customer:
    """The customer of an injected story: beside what the story tells she lives quietly, and in no account."""
    base = customer(number)
    customer_id = f"{base.name.lower().replace(' ', '-')}-{sign}{number:03d}"
    language = "de" if number % 6 == 5 else "en"
    return base._replace(
        customer_id=customer_id, email=f"{customer_id}@example.com", account=None, language=language,
        formal=number % 5 != 2 if language == "de" else number % 5 in (0, 3),
        title=title_of(number % len(FIRST_NAMES), language),
    )  # fmt: skip
