"""Every customer's timeline as the state topic has it, to imagine touchpoints on; nothing is told here."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Final

from .bulletin import Bulletin
from .customer import Customer, packed, unpacked
from .customer_key import EVERYBODY
from .preflight import Harm, harms, keys_of
from .state import baseline_in, kept_in, time_of
from .touchpoint import entry_of

if TYPE_CHECKING:
    from .detection import Detection
    from .touchpoint import Touchpoint

LONG: Final = 200  # touchpoints from which a fold takes so long that it is kept at hand
_Fresh = dict[str, "bytes | None"]  # by what follows the customer in a record's key


class Replica:
    """`load` the records in the log's order, `settle` now and then, `imagine` at any time.

    Customers rest packed in `cold`; `hot` touchpoints' worth of them are kept at hand: those asked about last, who are
    folded when asked about again, and of those with long timelines as many as there is room for, folded. Nothing here
    does I/O or reads a clock.
    """

    def __init__(self, detection: Detection, cold: MutableMapping[str, bytes], hot: int = 200_000) -> None:
        self.newest = 0  # the highest time of a touchpoint or clock record, epoch milliseconds
        self._detection = detection
        self._bulletin = Bulletin()
        self._cold = cold  # also as she was packed last of who is at hand, until something comes
        self._room = hot
        self._hot: dict[str, Customer] = {}  # those asked about last come last
        self._fresh: dict[str, _Fresh] = {}  # of customers at rest: what came and is not packed yet

    @property
    def size(self) -> tuple[int, int]:
        """How many customers are at hand, and how many are packed."""
        return len(self._hot), len(self._cold)

    @property
    def unpacked(self) -> int:
        """Of how many customers at rest something came that is not packed yet."""
        return len(self._fresh)

    # -- what comes

    def load(self, key: bytes, value: bytes | None) -> None:
        """One record of the state topic, in the log's order."""
        name, _, suffix = key.decode().partition("\0")
        if not name or suffix[:1] == "\0":
            return  # what was told, and incidents: nothing that is imagined rests on them
        if value is not None:
            self.newest = max(self.newest, time_of(suffix, value))
        if name == EVERYBODY:
            self._broadcast(suffix, value)
            return
        customer = self._hot.get(name)
        if customer is None:
            self._fresh.setdefault(name, {})[suffix] = value
            return
        self._cold.pop(name, None)
        before = len(customer.entries)
        _put(customer, suffix, value)
        self._room -= len(customer.entries) - before

    def settle(self, keep: int = 0) -> None:
        """Pack what came, but of the last `keep` customers: much comes of the same ones soon after."""
        while len(self._fresh) > keep:
            name = next(iter(self._fresh))
            customer = self._at_rest(name)
            del self._fresh[name]
            if len(customer.entries) >= LONG and len(customer.entries) <= self._room:
                self._cold.pop(name, None)
                self._keep(customer)
                customer.folded()
            elif customer.entries or customer.baseline.through[0]:
                self._cold[name] = packed(customer)
            else:
                self._cold.pop(name, None)  # forgotten

    def _broadcast(self, suffix: str, value: bytes | None) -> None:
        said = kept_in(value) if suffix and value is not None else None
        if said is not None and not said.held:
            self._bulletin.add(said.entry)
        elif value is None and self._bulletin.get(suffix) is not None:
            self._bulletin.remove(suffix)
        else:
            return
        for customer in self._hot.values():  # seldom, and whom it concerns takes longer to find out
            customer.fold_again()

    # -- what is asked

    def imagine(self, touchpoint: Touchpoint, now: int) -> list[Harm]:
        """What it would set off on the customer's timeline, and her account's, by `now` (epoch milliseconds)."""
        entry = entry_of(touchpoint)
        return [
            harm
            for key in keys_of(touchpoint, entry)
            for harm in harms(self._customer(key, entry.at), entry, self._detection, now)
        ]

    def knows(self, customer: str) -> bool:
        """Whether anything has happened with this customer; quick for whom `imagine` was asked about last."""
        found = self._hot.get(customer) or self._at_rest(customer)
        return bool(found.entries) or bool(found.baseline.through[0])

    def _customer(self, name: str, at: int) -> Customer:
        """Who is asked about, with a message of `at`. At first she is not folded: that is done with the message on."""
        customer = self._hot.pop(name, None)
        if customer is not None:
            self._hot[name] = customer
            if customer.entries:
                customer.folded().advance(min(self.newest, at - 1))  # what is due is not fired anew with each question
            return customer
        customer = self._at_rest(name)
        if customer.entries:
            if self._fresh.pop(name, None) is not None:
                self._cold.pop(name, None)
            self._keep(customer)
        return customer

    def _at_rest(self, name: str) -> Customer:
        data = self._cold.get(name)
        if data is None:
            customer = Customer(name, self._detection, self._bulletin)
        else:
            customer = unpacked(name, data, self._detection, self._bulletin)
        for suffix, value in self._fresh.get(name, {}).items():
            _put(customer, suffix, value)
        return customer

    def _keep(self, customer: Customer) -> None:
        """Keep her at hand; those whom nobody asked about for longest rest again where there is no more room."""
        self._hot[customer.key] = customer
        self._room -= len(customer.entries)
        while self._room < 0 and len(self._hot) > 1:
            name = next(iter(self._hot))
            leaves = self._hot.pop(name)
            self._room += len(leaves.entries)
            leaves.fold_again()
            if name not in self._cold:
                self._cold[name] = packed(leaves)


def _put(customer: Customer, suffix: str, value: bytes | None) -> None:
    """What a record says of a customer."""
    if suffix == "":
        baseline = baseline_in(value)
        if baseline.generation >= customer.baseline.generation or value is None:
            customer.rebase(baseline)
    elif value is None:
        customer.forget(suffix)
    elif not (kept := kept_in(value)).held:
        customer.insert(kept.entry)
