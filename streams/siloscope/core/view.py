"""What all symptoms may ask about a customer as of now: cases, complaints, replies, the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .complaints import REPLY_WITHIN, Complaint, hear, is_reply
from .parameters import to_names
from .symptom import differ
from .touchpoint import DAY, HANDOFFS, IN, OUT, Entry, More

if TYPE_CHECKING:
    from .baseline import Baseline

RENEWAL_SOON: Final = 90 * DAY
ONBOARDING: Final = 30 * DAY
FEW: Final = 8  # complaints remembered before those that are over are left out

NOT_SUBSTANTIVE: Final = frozenset({"promotion", "survey_request", "renewal_ask", "invoice"})
BUYS: Final = ("purchase", "contract_signed")


def substantive(entry: Entry) -> bool:
    """Outbound, and more than a promotion, a survey, a renewal ask or an invoice."""
    return entry.direction == OUT and entry.activity not in NOT_SUBSTANTIVE


class Contract(NamedTuple):
    """What a contract is about: a product (None: not said), an organisation (None: the customer's own)."""

    product: str | None
    account: str | None


_NO_CONTRACT: Final = Contract(None, None)


class Case:
    """One case of the customer."""

    __slots__ = (
        "closing", "first", "holder", "moved", "opening", "prioritised", "product", "ref", "threads", "topic", "unmet",
    )  # fmt: skip

    def __init__(self, first: Entry) -> None:
        self.ref = first.case_ref
        self.first = first
        self.opening: Entry | None = None
        self.closing: Entry | None = None
        self.holder = first.department
        self.moved = False  # it was handed on: who opened it holds it no more
        self.prioritised: Entry | None = None  # what last told its priority
        self.topic: str | None = None
        self.product: str | None = None
        self.threads: tuple[str, ...] = ()  # few, and many cases: tuples are small
        self.unmet: tuple[str, ...] = ()  # departments that were handed the case and have not spoken yet

    @property
    def merged(self) -> bool:
        """Whether it was closed as another's duplicate."""
        return self.closing is not None and self.closing.outcome == "duplicate"

    def met_by(self, department: str) -> None:
        """`department` was handed the case."""
        if department not in self.unmet:
            self.unmet += (department,)

    def speaks(self, department: str) -> bool:
        """Whether `department` was handed the case and speaks for the first time since."""
        if department not in self.unmet:
            return False
        self.unmet = tuple(each for each in self.unmet if each != department)
        return True


class View:
    """The customer as of the last touchpoint shown."""

    __slots__ = (
        "bought_at", "cancelled", "cases", "changed", "coarse", "complaints", "contract",
        "inbound", "introduces", "language", "renewal_at",
        "segment",
    )  # fmt: skip

    def __init__(self, coarse: frozenset[str], baseline: Baseline) -> None:
        self.coarse = coarse
        self.bought_at = baseline.bought_at
        self.cancelled: tuple[tuple[Contract, bool], ...] = tuple([(each, True) for each in baseline.cancelled])
        self.cases: dict[str, Case] = {}
        self.changed: dict[str, tuple[int, int, str]] = {}  # field of data -> when it was last said to be another
        self.complaints: list[Complaint] = []
        self.inbound: list[Entry] = []  # what a reply may still answer
        self.segment: str | None = None
        self.language: str | None = None
        self.introduces = False  # the touchpoint shown is its department's first word in a case handed to it
        self.renewal_at = baseline.renewal_at
        self.contract = _NO_CONTRACT  # whose term ends at `renewal_at`

    def see(self, entry: Entry) -> None:
        """Take in one touchpoint, before the symptoms see it."""
        activity = entry.activity
        if entry.case_ref is not None:
            self._see_case(entry.case_ref, entry)
        else:
            self.introduces = False
        if entry.direction == IN:
            self._hear(entry)
        if activity == "complaint":
            self.complaints.append(Complaint(entry))
        elif self.complaints:
            hear(entry, self.complaints)
            if len(self.complaints) > FEW:
                self.complaints = [each for each in self.complaints if each.open_at(entry.at)]
        if activity == "contract_cancelled":
            self.cancelled = (*self.cancelled, (Contract(entry.product, entry.account), True))
        elif activity in BUYS:
            if self.cancelled:
                self.cancelled = (*self.cancelled, (Contract(entry.product, entry.account), False))
            if self.bought_at is None:
                self.bought_at = entry.at
        if entry.more_or_none is not None:
            self._see_more(entry, entry.more_or_none)

    def _see_more(self, entry: Entry, more: More) -> None:
        self.segment = more.segment or self.segment
        self.language = more.language or self.language
        if more.changed is not None:
            for name in to_names(more.changed):
                self.changed[name] = entry.order
        if more.renewal_at is not None:
            self.renewal_at = more.renewal_at
            self.contract = Contract(entry.product, entry.account)

    def _hear(self, entry: Entry) -> None:
        if entry.case_ref is None and entry.thread_ref is None:
            return
        since = entry.at - REPLY_WITHIN
        if self.inbound and self.inbound[0].at < since:
            self.inbound = [each for each in self.inbound if each.at >= since]
        self.inbound.append(entry)

    def _see_case(self, ref: str, entry: Entry) -> None:
        case = self.cases.get(ref)
        if case is None:
            case = self.cases[ref] = Case(entry)
        activity = entry.activity
        if case.topic is None:
            case.topic = self.topic(entry)
        if case.product is None:
            case.product = entry.product
        if entry.more_or_none is not None and entry.more_or_none.priority is not None:
            case.prioritised = entry
        if entry.thread_ref is not None and entry.thread_ref not in case.threads:
            case.threads += (entry.thread_ref,)
        if activity in HANDOFFS and entry.to_department is not None and entry.to_department != entry.department:
            case.holder, case.moved = entry.to_department, True
            case.met_by(entry.to_department)
        elif activity == "handoff_accepted":
            case.holder, case.moved = entry.department, True
            case.met_by(entry.department)
        elif activity == "case_opened":
            if case.opening is None and not case.moved:
                case.holder = entry.department  # even where something else of it was seen first
            case.opening = case.opening or entry
            case.closing = None
        elif activity == "case_reopened":
            case.closing = None
        elif activity == "case_closed":
            case.closing = entry
        self.introduces = entry.direction == OUT and case.speaks(entry.department)

    def phase(self, at: int) -> str:
        """The customer's lifecycle phase at `at`, where no touchpoint says it."""
        if self.is_cancelled(self.contract):
            return "leave"
        if any(case.closing is None for case in self.cases.values()):
            return "support"
        if self.bought_at is None:
            return "consider"
        if at - self.bought_at <= ONBOARDING:
            return "onboard"
        return "renew" if self.renews_soon(at) else "use"

    def is_cancelled(self, contract: Contract) -> bool:
        """Whether the last heard of it was its cancellation; what names two different products is about another."""
        for each, cancelled in reversed(self.cancelled):
            if not differ(each.product, contract.product) and each.account == contract.account:
                return cancelled
        return False

    def renews_soon(self, at: int) -> bool:
        """Whether the contract stands and its term ends soon."""
        if self.is_cancelled(self.contract):
            return False
        return self.renewal_at is not None and 0 <= self.renewal_at - at <= RENEWAL_SOON

    def topic(self, entry: Entry) -> str | None:
        """What it is about; a coarse topic is none."""
        return None if entry.topic in self.coarse else entry.topic

    def same_issue(self, topic: str | None, product: str | None, other_topic: str | None, other: str | None) -> bool:
        """Same topic, and not two different products."""
        return topic is not None and topic == other_topic and not differ(product, other)

    def holder(self, case_ref: str | None) -> str | None:
        """Who has the case."""
        case = self.cases.get(case_ref) if case_ref is not None else None
        return case.holder if case is not None else None

    def answers_since(self, entry: Entry, since: Entry | None) -> bool:
        """Whether outbound `entry` is a reply, by time and place, to something inbound that came after `since`."""
        if not self.inbound:
            return False
        return any((since is None or asked.order > since.order) and is_reply(entry, asked) for asked in self.inbound)


def answers(entry: Entry, asked: Entry) -> bool:
    """Whether outbound `entry` answers: by reference, in the case or thread, else from the department."""
    if entry.reply_to == asked.touchpoint_id or (entry.refers_to and asked.touchpoint_id in entry.refers_to):
        return True
    if asked.case_ref is None and asked.thread_ref is None:
        return entry.department == asked.department
    return (asked.case_ref is not None and entry.case_ref == asked.case_ref) or (
        asked.thread_ref is not None and entry.thread_ref == asked.thread_ref
    )
