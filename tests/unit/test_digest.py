"""The council's week: its figures are those of the alerts, its page shows no customer, and an empty store says so."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.warehouse import Company, Warehouse

from siloscope.__main__ import status
from siloscope.core.alert import Alert
from siloscope.digest import facts as asked
from siloscope.digest.command import _film, main
from siloscope.digest.facts import Breakage, Facts
from siloscope.digest.page import lead, page
from siloscope.digest.say import hours
from siloscope.ops.browser import BROWSERS
from siloscope.settings import Settings

WEEK = date(2026, 3, 16)


def opened_on(alert: Alert) -> date:
    return datetime.fromtimestamp(alert.opened_at / 1000, UTC).date()


@pytest.fixture(scope="module")
def counted(company: Company) -> list[Alert]:
    """The alerts that count in the week, by going through them one by one."""
    return [
        alert
        for alert in company.standing
        if alert.mode == "live" and alert.confidence == "confirmed" and not alert.part_of
        and 0 <= (opened_on(alert) - WEEK).days < 7
    ]  # fmt: skip


@pytest.fixture(scope="module")
def facts(warehouse: Warehouse) -> Facts:
    return asked.facts(warehouse.client, WEEK)


def test_the_weeks_figures_are_those_of_the_alerts(facts: Facts, counted: list[Alert]) -> None:
    assert facts.this.alerts == len(counted)
    assert facts.this.customers == len({alert.customer_id for alert in counted} - {""})
    assert facts.this.minutes == sum(alert.minutes_lost or 0 for alert in counted)
    assert [week.week.weekday() for week in facts.weeks] == [0] * len(facts.weeks)


def test_what_broke_most_is_what_hit_most_customers(facts: Facts, counted: list[Alert]) -> None:
    hit: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for alert in counted:
        hit.setdefault((alert.symptom, alert.departments), set()).add(alert.customer_id)
    most = Counter({key: len(customers - {""}) for key, customers in hit.items()}).most_common(len(facts.breakages))
    assert [each.customers for each in facts.breakages] == [number for _, number in most]
    for each in facts.breakages:
        assert each.example in hit[each.symptom, each.departments]


def test_what_broke_leaves_out_nothing_that_the_headline_counts(
    warehouse: Warehouse, counted: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "_BREAKAGES", asked._BREAKAGES.replace(f"LIMIT {asked.TOP}", ""))
    found = asked.facts(warehouse.client, WEEK)
    assert sum(each.alerts for each in found.breakages) == found.this.alerts
    persons = {(alert.symptom, alert.departments) for alert in counted if not alert.customer_id.startswith("account:")}
    assert any(alert.customer_id.startswith("account:") for alert in counted)
    for each in found.breakages:
        assert each.example.startswith("account:") != ((each.symptom, each.departments) in persons)


def test_an_account_alone_has_a_film_that_does_not_name_it(
    warehouse: Warehouse, facts: Facts, company: Company
) -> None:
    (whole, *_) = [alert for alert in company.standing if alert.customer_id.startswith("account:")]
    broke = Breakage(whole.symptom, whole.departments, 1, 1, 0, "", whole.customer_id)
    html = page(facts._replace(breakages=[broke]), lambda breakage: _film(warehouse.client, breakage))
    assert "<svg" in html
    assert whole.customer_id.removeprefix("account:") not in html


def test_without_a_week_it_is_the_last_that_is_over(warehouse: Warehouse) -> None:
    found = asked.facts(warehouse.client, None)
    now = warehouse.ask("SELECT toDate(as_of, 'UTC') AS now FROM v_clock")[0]["now"]
    assert 7 <= (now - found.week).days < 14
    assert found.complete


@pytest.mark.parametrize(
    ("alerts", "first", "week"),
    [
        (9, date(2026, 3, 3), date(2026, 3, 2)),  # told since the week before: that is over
        (9, date(2026, 3, 9), date(2026, 3, 9)),  # told since this week only: nothing is known of the one before
        (0, date(1970, 1, 1), date(2026, 3, 9)),
    ],
)
def test_a_store_whose_alerts_begin_this_week_has_no_week_before(alerts: int, first: date, week: date) -> None:
    class Store:
        def query(self, *_: Any, **__: Any) -> Any:
            return SimpleNamespace(result_rows=[(alerts, first)])

    assert asked._last_complete(Store(), date(2026, 3, 11)) == week  # type: ignore[arg-type]


def test_a_week_in_which_nobody_suffered_says_so_and_what_is_usual(facts: Facts) -> None:
    week, quiet = facts.this, facts.this._replace(alerts=0, customers=0, minutes=0)
    weeks = [week._replace(alerts=number) for number in (1, 40, 50)]  # the first was only part of one
    said = lead(facts._replace(weeks=[*weeks, quiet], cards=[]))
    assert said == (
        "Nobody is known to have suffered from what departments did not tell each other. "
        "In the 3 weeks before it was usually 40 times a week."
    )


def test_of_one_week_before_it_says_no_usual(facts: Facts) -> None:
    before = facts.this._replace(alerts=266)
    said = lead(facts._replace(weeks=[before, facts.this], cards=[]))
    assert said.endswith(". The week before: 266 times.")


def test_a_day_stands_for_its_week(warehouse: Warehouse) -> None:
    assert asked.facts(warehouse.client, date(2026, 3, 19)).week == WEEK


class _Page(HTMLParser):
    """Whether tags are closed in order, what is fetched, and which ids there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and value != "data:,":
                self.fetched.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("meta", "link", "br"):
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html(company_store: Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("digest") / "week.html"
    main(company_store, "2026-03-18", out)
    return out.read_text(encoding="utf-8")


def test_the_page_is_sound_and_fetches_nothing(html: str) -> None:
    page = _Page()
    page.feed(html)
    assert page.open == []
    assert {each[:5] for each in page.fetched} <= {"#play"}
    assert len(page.ids) == len(set(page.ids))


def test_the_page_says_why_what_it_cost_is_not_what_the_headline_lost(html: str, facts: Facts) -> None:
    told, lost = hours(facts.this.minutes), hours(sum(each.minutes for each in facts.wasted))
    assert told != lost
    assert f"lost {told}" in lead(facts)
    assert f"{lost} in all. Not the {told} of the alerts above: here every wait " in html


def test_the_page_shows_no_customer_and_no_text_of_hers(html: str, company: Company) -> None:
    for alert in company.standing:
        if alert.customer_id:
            assert alert.customer_id not in html
    texts = {each.text for each in company.touchpoints.values() if each.text and len(each.text) > 30}
    assert texts
    assert not any(text[:60] in html for text in texts)


@pytest.mark.parametrize("wrong", [["--out", "week.doc"], ["--out", "week.html", "--week", "yesterday"]])
def test_wrong_usage_is_one_line(wrong: list[str], capsys: pytest.CaptureFixture[str], company_store: Settings) -> None:
    assert status(["digest", "--store", str(company_store.store.path), *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_it_prints_as_pdf_where_a_browser_is(company_store: Settings, tmp_path: Path) -> None:
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium or Chrome here")
    main(company_store, "2026-03-18", tmp_path / "week.pdf")
    assert (tmp_path / "week.pdf").read_bytes().startswith(b"%PDF")
