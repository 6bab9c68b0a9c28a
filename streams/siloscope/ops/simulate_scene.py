"""A scene: what happens to one customer around one moment, and the label of what was put into it on purpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple

import msgspec
import yaml

from siloscope.core.touchpoint import DAY, Identifier, Touchpoint, sound
from siloscope.ops.simulate_company import Customer, customer


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """What is said, by occasion and language."""
    text = files("siloscope.ops").joinpath("simulate_words.yml").read_text(encoding="utf-8")
    spoken: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return spoken


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was put in on purpose: a symptom to be found (`expected`), or a near miss that must stay silent.

    `found_at` is when it can first be known (epoch milliseconds); `about` the case, message or claim key it is about;
    `touchpoints` the ids it rests on. `confidence` is how sure an alert on it can be: `suspected` where only text tells.
    """

    symptom: str
    expected: bool
    customer_id: str
    found_at: int
    about: str
    touchpoints: list[str]
    story: str
    why: str
    account: str | None = None
    confidence: str = "confirmed"


class Kind(NamedTuple):
    """A kind of story: how often it begins, and how it goes.

    `rate` is stories per customer and day; 0: what tells it decides. `hours` are those of the day in which it begins.
    `lead` is how long before its moment the story may begin, in milliseconds.
    """

    name: str
    rate: float
    lead: int
    tell: Callable[[Scene], None]
    symptom: str | None = None
    expected: bool = False
    why: str = ""
    hours: tuple[float, float] = (7.5, 18.5)


def injected(symptom: str, tell: Callable[[Scene], None], lead_days: int, why: str) -> Kind:
    """A story in which `symptom` is to be found; it may begin `lead_days` before its moment."""
    return Kind(tell.__name__, 0, lead_days * DAY, tell, symptom, True, why, (8.5, 18))


def near_miss(symptom: str, tell: Callable[[Scene], None], lead_days: int, why: str) -> Kind:
    """A story that comes close to `symptom`, in which nothing must be found."""
    return injected(symptom, tell, lead_days, why)._replace(expected=False)


class Scene:
    """One story about one customer at `at`; `say` adds a touchpoint, `label` says what is to be found in it.

    `visit` is how many stories of this kind the customer has had before.
    """

    def __init__(self, kind: Kind, story: str, at: int, who: Customer, seed: int, visit: int = 0) -> None:
        self.kind, self.story, self.at, self.who = kind, story, at, who
        self.random = Random(f"{seed}/{story}")
        self.visit = visit
        self.told: list[Touchpoint] = []
        self.found: Label | None = None

    @property
    def case(self) -> str:
        """The case, thread or order this story is about."""
        return f"fernhall:{self.story}"

    def pick(self, *choices: Any) -> Any:
        """One of `choices`."""
        return self.random.choice(choices)

    def within(self, low: int, high: int) -> int:
        """A moment between two offsets, in milliseconds."""
        return self.random.randint(low, high)

    def say(
        self, after: int, activity: str, department: str, channel: str, occasion: str | None = None, **more: Any
    ) -> str:
        """Add what happens `after` milliseconds past the story's moment (before it if negative); answers its id.

        `occasion` names a text of `words`, filled with `filled` and the customer's own facts.
        """
        touchpoint_id = f"{self.case}:{len(self.told) + 1}"
        text = None if occasion is None else self._text(occasion, more.pop("filled", {}))
        if activity != "fact_published":
            more = {"identifiers": self._identifiers(), "account": self.who.account, "segment": self.who.segment} | more
        touchpoint = Touchpoint(
            touchpoint_id, self.at + after, activity, department, channel, text=text,
            language=self.who.language if text else None, **more,
        )  # fmt: skip
        refused = sound(touchpoint)
        if refused:
            raise AssertionError(f"the simulation told something unsound: {refused.message}")
        self.told.append(touchpoint)
        return touchpoint_id

    def label(self, about: str, *touchpoints: str, due: int = 0) -> None:
        """What is to be found (or must not be): known `due` milliseconds past the story's moment."""
        self.found = Label(
            self.kind.symptom or "", self.kind.expected, self.who.customer_id, self.at + due, about,
            list(touchpoints), self.kind.name, self.kind.why, self.who.account,
        )  # fmt: skip

    def bought(self, days_ago: int, **more: Any) -> None:
        """What went well before: a purchase, its delivery, a first step, so that the customer is no stranger."""
        start = -days_ago * DAY
        about = {"product": self.who.product, "case_ref": f"{self.case}:order", "topic": "order.plan"}
        self.say(start, "purchase", "sales", "web", amount="49.00", currency="EUR", **about, **more)
        self.say(start + 2 * DAY, "delivery", "delivery", "post", "delivered", **about)
        self.say(start + 4 * DAY, "onboarding_step", "success", "phone", "first_call", topic="onboarding.first_call")
        self.say(start + 5 * DAY, "case_closed", "sales", "system", outcome="done", **about)

    def _text(self, occasion: str, filled: dict[str, Any]) -> str:
        text = self.random.choice(words()[occasion][self.who.language])
        first = self.who.name.split()[0]
        return text.format(name=self.who.name, first=first, product=self.who.product.replace("-", " "), **filled)

    def _identifiers(self) -> list[Identifier]:
        return [Identifier("customer_id", self.who.customer_id), Identifier("email", self.who.email)]


def stranger(number: int) -> Customer:
    """The customer of an injected story: nothing else happens to her; without an account unless the story gives one."""
    base = customer(number)
    customer_id = f"{base.name.lower().replace(' ', '-')}-s{number:03d}"
    language = "de" if number % 6 == 5 else "en"
    return base._replace(customer_id=customer_id, email=f"{customer_id}@example.com", account=None, language=language)
