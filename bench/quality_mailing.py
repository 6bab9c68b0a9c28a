"""A mailing to customers drawn by lot, some of whom got none: nobody may be told to be pressed by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bench.quality_logs import Compared, Truth, compared_with, rows_of, told_of
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import DAY, HOUR, Identifier, Touchpoint, sound

MAILING: Final = "hillstrom_email/hillstrom_data.csv.gz"
OUTREACH: Final = frozenset(
    {"duplicate_outreach", "contact_pressure", "tone_deaf_outreach", "contact_without_consent", "channel_role_breach",
     "conflicting_message", "inconsistent_voice"}
)  # fmt: skip
_OF_OUTREACH: Final = f"“outreach” is {', '.join(sorted(OUTREACH))}."
MAILED_AT: Final = 1_205_712_000_000  # 2008-03-17, a day of the experiment's month
MONTH: Final = 30 * DAY
COPIED: Final = 100  # one in so many of the mailed gets the mail again, from another department


def mailing(data: Path) -> Iterator[Compared]:
    """As it was nobody may be told of; and with one in `COPIED` mails sent again by another department, just those."""
    if not (data / MAILING).is_file():
        return
    rows = list(rows_of(data / MAILING))
    plain = _outreach(_mailed(rows, copied=False))
    everybody = {str(number) for number in range(len(rows))}
    none = {str(number) for number, row in enumerate(rows) if row["segment"] == "No E-Mail"}
    for states, silent in (("– / got no e-mail", none), ("– / got one e-mail", everybody - none)):
        truth = Truth("e-mail experiment 2008", "outreach", states, set(), silent, _OF_OUTREACH)
        yield compared_with(truth, {"outreach": plain})
    copied = {str(number) for number, row in enumerate(rows) if _is_copied(number, row)}
    yield compared_with(
        Truth("e-mail experiment 2008", "duplicate_outreach",
              "we let sales send the mail again a day later / we did not", copied, everybody - copied),
        {"duplicate_outreach": _outreach(_mailed(rows, copied=True))},
    )  # fmt: skip


def _is_copied(number: int, row: dict[str, str]) -> bool:
    return row["segment"] != "No E-Mail" and number % COPIED == 0


def _outreach(recorded: Iterable[Touchpoint]) -> set[str]:
    told = told_of(recorded)
    return set().union(*(cases for symptom, cases in told.items() if symptom in OUTREACH))


def _mailed(rows: list[dict[str, str]], *, copied: bool) -> Iterator[Touchpoint]:
    """Her last purchase, months ago; the mail, if she got one; her visit and purchase in the two weeks after it."""
    for number, row in enumerate(rows):
        yield _of(number, "bought", -int(row["recency"]) * MONTH, "purchase", "sales", "store", product="clothing")
        if row["segment"] != "No E-Mail":
            about = {"message_ref": row["segment"], "topic": "campaign.clothing"}
            yield _of(number, "mail", 0, "promotion", "marketing", "email", **about)
            if copied and _is_copied(number, row):
                yield _of(number, "again", DAY, "promotion", "sales", "email", **about)
        if row["visit"] == "1":
            yield _of(number, "visit", 3 * DAY, "visit", "web", "web")
        if row["conversion"] == "1":
            yield _of(number, "buys", 3 * DAY + HOUR, "purchase", "sales", "store", amount=row["spend"], currency="USD")


def _of(number: int, what: str, after: int, activity: str, department: str, channel: str, **more: str) -> Touchpoint:
    touchpoint = Touchpoint(
        f"mailing:{number}:{what}", MAILED_AT + after, activity, department, channel,
        identifiers=[Identifier("customer_id", f"mailing:{number}")], **more,  # type: ignore[arg-type]
    )  # fmt: skip
    refused = sound(touchpoint)
    assert not isinstance(refused, Rejected), refused
    return touchpoint
