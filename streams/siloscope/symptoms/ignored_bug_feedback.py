"""This customer suffers from ignored feedback on a bug: a release ships without the fix, and nobody said a word to her.

Why it hurts
    She took the time to tell what is broken. The release notes tell her that the report went nowhere: support filed
    it, product planned without it, and neither thought the answer was theirs.

What is told
    A `release` of the product ships when her `bug_reported` is at least as old as `after`, and does not fix it (its
    `refers_to` names neither the report, nor the tracker's bug that the report names, nor its case); and nobody
    acknowledged or answered the report in the time `silence` before the release. An answer is any substantive outbound
    touchpoint that names the report, or in its case or thread (with neither: from its department). A further
    release like that joins, at most once in `again_after`. It ends when the bug is fixed or acknowledged.

What to do
    Tell her today what will become of the bug, even if that is "not soon"; name the report in the release that fixes
    it.

What is not told
    Reports that name no product; bugs fixed before; releases of other products.

Example
    She reports a bug of pro on 1 March; pro 2.4 ships on 20 March without the fix, and nobody has answered: told then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.parameters import duration
from ..core.symptom import Finding, Symptom, Words, belongs, refs_of
from ..core.touchpoint import Entry
from ..core.view import answers, substantive
from ..core.words import length, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    after: int = duration("14 d", "how old a report must be for a release without the fix to count")
    silence: int = duration("30 d", "how long before the release nobody has acknowledged or answered the report")
    again_after: int = duration("30 d", "only a release later than this after the last one told of is told of too")


class _Bug:
    """A report, open until it is fixed."""

    __slots__ = ("acknowledged_at", "entry", "names", "open", "told_at")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.names = {entry.touchpoint_id, entry.case_ref or entry.touchpoint_id, *(entry.refers_to or ())}
        self.open = True
        self.acknowledged_at: int | None = None
        self.told_at: int | None = None  # when the last release shipped that was told of

    def named_by(self, entry: Entry) -> bool:
        """Whether a touchpoint names the report, its case or the tracker's bug."""
        return not self.names.isdisjoint(refs_of(entry))


class IgnoredBugFeedback(Symptom):
    name = "ignored_bug_feedback"
    hears_broadcasts = True
    Parameters = Parameters
    __slots__ = ("bugs",)

    def begin(self) -> None:
        self.bugs: list[_Bug] = []

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in ("bug_reported", "bug_acknowledged", "bug_fixed", "release")

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity == "bug_reported"

    def see(self, entry: Entry) -> None:
        if entry.activity == "bug_reported":
            if entry.product is not None:
                self.bugs.append(_Bug(entry))
        elif entry.activity == "release":
            for bug in self.bugs:
                if bug.open and bug.entry.product == entry.product:
                    self._ship(bug, entry)
        else:
            # Rule 5, where the tracker's bug names the report too.
            for bug in [each for each in self.bugs if each.named_by(entry)] or belongs(entry, self.bugs):
                bug.acknowledged_at = entry.at
                bug.open = bug.open and entry.activity != "bug_fixed"
                self.fold.resolve(self, bug.entry.touchpoint_id)

    def _ship(self, bug: _Bug, release: Entry) -> None:
        if bug.named_by(release):
            bug.open = False
            self.fold.resolve(self, bug.entry.touchpoint_id)
        elif self._ignored(bug, release):
            bug.told_at = release.at
            report = bug.entry
            self.fold.open(
                self, report.touchpoint_id, [(report, "reported"), (release, "released without the fix")],
                owner=self.fold.view.holder(report.case_ref) or release.department, silence=self.tuned(release).silence,
            )  # fmt: skip

    def _ignored(self, bug: _Bug, release: Entry) -> bool:
        p, at = self.tuned(release), release.at
        if at - bug.entry.at < p.after or (bug.told_at is not None and at - bug.told_at <= p.again_after):
            return False
        since = at - p.silence
        return not (
            (bug.acknowledged_at is not None and bug.acknowledged_at >= since) or self._answered(bug, since, release)
        )

    def _answered(self, bug: _Bug, since: int, release: Entry) -> bool:
        """Releases are rare and answers many: they are looked up when they matter, not shown as they come."""
        earliest, latest = bug.entry.order, release.order
        return any(
            each.at >= since
            and substantive(each)
            and earliest < each.order < latest
            and (answers(each, bug.entry) or bug.named_by(each))
            for each in self.fold.ids.values()
        )

    @classmethod
    def words(cls, finding: Finding) -> Words:
        report, *releases = finding.entries
        about = f" of {report.product}" if report.product else ""
        shipped = "; ".join(f"{moment(each.at)} ({who(each)})" for each in releases)
        return Words(
            f"A release leaves out a bug{about} that she reported {length(releases[-1].at - report.at)} before",
            f"She reported it on {moment(report.at)} to {who(report)}: {quote(report)}. Shipped without the fix: "
            f"{shipped}; in the {length(finding.facts['silence'])} before nobody had acknowledged or answered it.",
            f"{finding.owner}: tell her now what will become of it.",
        )
