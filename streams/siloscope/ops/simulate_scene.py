"""A scene: what happens to one customer around one moment, and the labels of what was put into it on purpose."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final, NamedTuple
from zlib import crc32

import msgspec

from siloscope.core.touchpoint import (
    ACTIVITIES,
    BROADCASTS,
    DAY,
    HOUR,
    IN,
    MINUTE,
    OUT,
    Identifier,
    Kpi,
    Touchpoint,
)
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate_company import STAFF, Customer
from siloscope.ops.simulate_text import composed

YESTERDAY: Final = (0, 1)  # days that must be working days, counted back
THREE_DAYS: Final = (0, 3)
MARGIN: Final = 14 * DAY  # by which a story may begin earlier than it says, where weekends and holidays move it
_LETTERS: Final = frozenset({"email", "post"})
_HOURS: Final = (9.6, 16.4)  # an hour before and after it somebody is at work


class Label(msgspec.Struct, frozen=True):
    """What was put in on purpose: a symptom to be found (`expected`), or a near miss that must stay silent.

    `found_at` is when it can first be known (epoch milliseconds); `about` the case, message or claim key it is about;
    `touchpoints` the ids it rests on; `confidence` what an alert can be at best: confirmed, or suspected where only
    the words say it. A symptom `incident:NAME` is one cause that hits many customers; the label names one of them.
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
    """A kind of story: when it begins, and how it goes.

    `hours` are those of the day in which it happens. `lead` is how long before its moment the story may begin, in
    milliseconds. Only of what is put in on purpose: `since` is how many days before she became a customer (None: the
    story tells it), `noise` whether other things happened to her since, `duty` which days, counted back from its
    moment, must be working days, `hard` that no program is expected to find all of them: they come from the fourth day
    on.
    """

    name: str
    tell: Callable[[Scene], None]
    lead: int = 0
    hours: tuple[float, float] = (7.5, 18.5)
    symptom: str | None = None
    expected: bool = False
    why: str = ""
    confidence: str = "confirmed"
    since: int | None = None
    noise: bool = True
    duty: tuple[int, ...] = (0,)
    hard: bool = False


class Scene:
    """One story about one customer at `at`; `say` adds a touchpoint, `label` says what is to be found in it.

    Offsets are milliseconds from `at`. `visit` is how many stories of this kind the customer has had before, `joined`
    when she became a customer.
    """

    __slots__ = ("at", "case", "identifiers", "joined", "kind", "labels", "random", "seed", "story", "told", "visit",
                 "who")  # fmt: skip

    def __init__(
        self, kind: Kind, story: str, at: int, who: Customer, seed: int, visit: int = 0, joined: int = 0
    ) -> None:
        self.kind, self.story, self.at, self.who, self.visit, self.joined = kind, story, at, who, visit, joined
        self.seed = seed
        self.random = Random(seed << 32 | crc32(story.encode()))
        self.case = f"fernhall:{story}"  # the case, thread or order this story is about
        self.told: list[Touchpoint] = []
        self.labels: list[Label] = []
        self.identifiers = [Identifier("customer_id", who.customer_id), Identifier("email", who.email)]

    # -- chance

    def pick(self, *choices: Any) -> Any:
        """One of `choices`."""
        return choices[int(self.random.random() * len(choices))]

    def within(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random.random() * (high - low + 1))

    def odds(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random.random() < share

    def staff(self, department: str) -> str:
        """Somebody of the department."""
        return f"{department}-{self.within(1, STAFF[department])}"

    def takes(self, usually: int, most: int) -> int:
        """How long something takes: about `usually`, with a long tail that ends at `most` (milliseconds)."""
        return min(int(usually * self.random.lognormvariate(0, 0.8)) + MINUTE, most)

    # -- time

    def on_duty(self, after: int) -> int:
        """The offset, moved on to when somebody is at work."""
        return calendar.opening(self.at + after) - self.at

    def worked(self, after: int, work: int) -> int:
        """The offset at which, since another, `work` milliseconds of office time have passed."""
        return calendar.after(self.at + after, work) - self.at

    def day(self, days: int, hour: float | None = None, since: int = 0) -> int:
        """The offset of an hour (none: any) of the day so many days from `since`; of a working day near it: one after
        it where `days` is positive, else one before."""
        hour = 8.5 + 8 * self.random.random() if hour is None else hour
        day = (self.at + since) // DAY + days
        while not calendar.works_on(day):
            day += 1 if days > 0 else -1
        return day * DAY + int(hour * HOUR) - self.at

    # -- what happens

    def say(
        self, after: int, activity: str, department: str, channel: str, occasion: str | None = None, /, *,
        body: Any = None, facts: Any = None, reply_to: Any = None, refers_to: Any = (), direction: Any = None,
        formal: Any = None, language: Any = None, name: Any = None, **more: Any,
    ) -> Touchpoint:  # fmt: skip
        """Add what happens at an offset, and answer it.

        `occasion` names templates of the words, filled with `facts` and the customer's own; `body` is said as it is.
        `formal`, `language` and `name` are how she is spoken to where it is not as she should be. `reply_to` and
        `refers_to` are touchpoints or ids; `more` are fields of a touchpoint.
        """
        direction = direction or ACTIVITIES[activity]
        text = spoken = None
        if occasion is not None or body is not None:
            spoken = language or self.who.language
            formal = self.who.formal if formal is None else formal
            if body is None:
                body = self.words(occasion or "", facts, spoken, formal)
            text = self._wrapped(body, channel, direction, spoken, formal, name, department)
        about = {"identifiers": self.identifiers, "account": self.who.account, "segment": self.who.segment}
        touchpoint = Touchpoint(
            f"{self.case}:{len(self.told) + 1}", self.at + after, activity, department, channel, direction,
            text=text, language=spoken, reply_to=None if reply_to is None else _id(reply_to),
            refers_to=[_id(each) for each in refers_to] or None, **(more if activity in BROADCASTS else about | more),
        )  # fmt: skip
        self.told.append(touchpoint)
        return touchpoint

    def out(self, after: int, department: str, channel: str, occasion: str | None = None, /, **more: Any) -> Touchpoint:
        """A message to the customer."""
        return self.say(after, "message", department, channel, occasion, direction=OUT, **more)

    def words(self, occasion: str, facts: Any = None, language: str | None = None, formal: bool | None = None) -> str:
        """What is said on an occasion, without greeting."""
        language = language or self.who.language
        formal = self.who.formal if formal is None else formal
        own = self.who.facts
        return composed(self.random, occasion, language, formal, own | facts if facts else own)

    def _wrapped(
        self, body: str, channel: str, direction: str | None, language: str, formal: bool, name: str | None,
        department: str,
    ) -> str:  # fmt: skip
        """The text with greeting and end where its channel has them."""
        if channel in _LETTERS and direction == OUT:
            greeting, ending = "letter", f"ending.{department}"
        elif channel == "chat" and direction == OUT:
            greeting, ending = "chat", ""
        elif channel == "email" and direction == IN and self.odds(0.5):
            greeting, ending = "from_her", ""
        else:
            return body
        facts = self.who.facts
        if name is not None:
            facts["last"] = facts["first"] = name
        opening = composed(self.random, f"greeting.{greeting}", language, formal, facts)
        closing = composed(self.random, ending, language, formal, facts) if ending else ""
        return f"{opening} {body} {closing}".rstrip()

    def bought(self, days_ago: int, **more: Any) -> Touchpoint:
        """She became a customer, and it went well; answers the purchase. Takes up to nine days."""
        start = self.on_duty(-days_ago * DAY)
        about = {"product": self.who.product, "case_ref": f"{self.case}:order", "topic": "order.plan"}
        price = {"amount": f"{self.within(20, 60)}.00", "currency": "EUR"}
        bought = self.say(start, "purchase", "sales", "web", **about, **price, **more)
        self.out(self.worked(start, self.within(1, 5) * HOUR), "delivery", "email", "order_confirmed", **about)
        arrived = self.day(3, since=start)
        self.say(arrived, "delivery", "delivery", "post", "delivered", **about)
        called = self.worked(arrived, self.within(4, 12) * HOUR)
        self.say(called, "onboarding_step", "success", "phone", "first_call", topic="onboarding.first_call",
                 product=self.who.product, staff_ref=self.staff("success"))  # fmt: skip
        self.say(self.worked(called, 2 * HOUR), "case_closed", "sales", "system", outcome="done", **about)
        return bought

    # -- what is to be found in it

    def label(
        self, about: str, *touchpoints: Touchpoint, at: int | None = None, after: int | None = None,
        symptom: str | None = None, account: str | None = None,
    ) -> None:  # fmt: skip
        """What is to be found, or must not be.

        Known with the last of the touchpoints, or at `at` (epoch milliseconds) or the offset `after`.
        """
        if at is None:
            at = max(moment(each) for each in touchpoints) if after is None else self.at + after
        self.labels.append(
            Label(
                symptom or self.kind.symptom or "", symptom is not None or self.kind.expected, self.who.customer_id, at,
                about, [each.touchpoint_id for each in touchpoints], self.kind.name, self.kind.why,
                account or self.who.account, self.kind.confidence if symptom is None else "confirmed",
            )
        )  # fmt: skip


def moment(touchpoint: Touchpoint) -> int:
    """When a sound touchpoint happened, in epoch milliseconds."""
    assert isinstance(touchpoint.occurred_at, int)
    return touchpoint.occurred_at


def kpi(name: str, value: float, target: float) -> Kpi:
    """A department's measure: met where the value is not above the target."""
    return Kpi(name, float(value), float(target), value <= target)


def _id(named: Touchpoint | str) -> str:
    return named if isinstance(named, str) else named.touchpoint_id


def puts_in(kinds: list[Kind], expected: bool) -> Callable[..., Callable[[Callable[[Scene], None]], None]]:
    """A decorator for stories put in on purpose: it adds each to `kinds` under its function's name."""

    def told(symptom: str, why: str, *, lead: int = 10, **more: Any) -> Callable[[Callable[[Scene], None]], None]:
        """`lead` in days; `more` as in Kind."""

        def add(tell: Callable[[Scene], None]) -> None:
            options: dict[str, Any] = {"hours": _HOURS, "since": 63} | more
            kinds.append(
                Kind(tell.__name__, tell, lead * DAY + MARGIN, symptom=symptom, expected=expected, why=why, **options)
            )

        return add

    return told
