"""The journey film: every touchpoint in its lane and in order, waits and symptoms where they arose, and it plays."""

from __future__ import annotations

import json
import re
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from tests.scenario import touchpoint
from tests.warehouse import Company

from siloscope.__main__ import status
from siloscope.core.touchpoint import DAY, Entry, customer_of, entry_of
from siloscope.film import Film, Mark, command, drawn, film_of, focused
from siloscope.film.anonymous import anonymous
from siloscope.film.drawing import size_of
from siloscope.film.places import LEFT, WIDTH, Places
from siloscope.film.scene import MOST
from siloscope.ops.browser import BROWSERS, SHARPER, pictured
from siloscope.ops.simulate_company import rules_text
from siloscope.ops.trial import decoded
from siloscope.settings import Settings
from siloscope.wire import json_line

DAYS = """
- {id: a, at: 0d, do: support question, text: where is my parcel, case_ref: secret-1}
- {id: b, at: 1d, do: support handoff_started, to_department: delivery, case_ref: secret-1}
- {id: w, at: 2d, do: delivery wait_started, case_ref: secret-1}
- {id: e, at: 12d, do: delivery wait_ended, case_ref: secret-1}
- {id: x, at: 13d, do: sales promotion, text: buy more parcels}
"""
SVG = "{http://www.w3.org/2000/svg}"


def lived(text: str = DAYS) -> list[Entry]:
    return [entry_of(decoded(json.dumps(touchpoint(each)).encode())) for each in yaml.safe_load(text)]


def mark(*evidence: str, at: int, until: int | None = None, **other: Any) -> Mark:
    said = {"symptom": "stalled_wait", "severity": "warning", "title": "It <waits>", "explanation": "Since then & now",
            "suggested_action": "delivery: end it"} | other  # fmt: skip
    return Mark(**said, opened_at=at, resolved_at=until, evidence=frozenset(evidence))


def film(entries: Sequence[Entry] | None = None, *marks: Mark) -> Film:
    return film_of("ann-7", lived() if entries is None else entries, marks)


def test_each_touchpoint_stands_in_its_departments_lane_in_the_order_of_time() -> None:
    entries = lived()
    told = film(list(reversed(entries)))
    assert [entry.touchpoint_id for entry in told.entries] == ["a", "b", "w", "e", "x"]
    assert told.lanes == ["support", "delivery", "sales"]
    places = Places(told)
    xs = [places.entry(number) for number in range(5)]
    assert xs == sorted(xs)
    assert LEFT < xs[0] < xs[-1] < WIDTH
    assert xs[3] - xs[2] > xs[1] - xs[0]  # ten days are longer than one


def test_a_time_between_two_touchpoints_lies_between_them() -> None:
    told = film()
    places = Places(told)
    times = [told.entries[0].at + hours * DAY // 24 for hours in range(-5, 14 * 24, 7)]
    assert [places.time(at) for at in times] == sorted(places.time(at) for at in times)
    assert places.time(told.entries[2].at) == pytest.approx(places.entry(2))


def test_the_picture_is_sound_and_says_what_was_worst_and_what_helps() -> None:
    at = lived()[3].at
    picture = drawn(film(None, mark("w", at=at), mark("x", at=at, severity="info", title="less")))
    root = ElementTree.fromstring(picture)
    said = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    assert {"It <waits>", "Since then & now", "What helps: delivery: end it", "stalled wait …"} <= {*said}
    assert [each for each in said if each.isdigit()][:5] == ["1", "2", "3", "4", "5"]
    assert re.findall(r'(?:href|src)="([^"]*)"', picture) == ["#play"]  # nothing is fetched
    assert "<script" not in picture


def test_started_it_shows_one_touchpoint_after_the_other_and_unstarted_all() -> None:
    picture = drawn(film(None, mark("w", at=lived()[3].at)))
    root = ElementTree.fromstring(picture)
    (button,) = [each for each in root.iter() if each.get("id") == "play"]
    hidden = [each for each in root.iter(f"{SVG}set") if each.get("to") == "hidden"]
    assert (button.tag, button.get("href")) == (f"{SVG}a", "#play")  # a keyboard can press it, without a script
    assert {each.get("begin") for each in hidden} == {"play.click"}
    lengths = sorted({float((each.get("dur") or "").rstrip("s")) for each in hidden})
    assert lengths == [0.7, 1.4, 2.1, 2.8]  # the first is there from the start
    assert 'visibility="hidden"' in picture  # the line that sweeps
    assert picture.count('visibility="hidden"') == 1


def test_of_too_many_those_that_matter_stay_and_the_others_are_counted() -> None:
    many = "\n".join(f"- {{id: v{n}, at: {n}d, do: web visit}}" for n in range(60))
    told = film(lived(many + DAYS.replace("at: ", "at: 1")), mark("w", at=0))
    assert len(told.entries) == MOST
    assert {"a", "b", "w", "e", "x", "v59"} <= {entry.touchpoint_id for entry in told.entries}
    assert told.left_out == 65 - MOST
    assert f"{told.left_out} touchpoints not shown" in drawn(told)


def test_around_one_symptom_only_its_cases_and_what_came_since_are_shown() -> None:
    before = lived("- {id: o, at: -30d, do: sales visit}")
    told = focused(film([*before, *lived()], mark("w", at=0), mark("x", at=0)), mark("w", at=0))
    assert [entry.touchpoint_id for entry in told.entries] == ["a", "b", "w", "e", "x"]
    assert [sorted(each.evidence) for each in told.marks] == [["w"]]


def test_a_still_picture_has_no_button_and_a_browser_makes_a_png_of_it(tmp_path: Path) -> None:
    still = drawn(film(), still=True)
    assert 'id="play"' not in still
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium or Chrome here")
    pictured(still, *size_of(still), tmp_path / "film.png")
    header = (tmp_path / "film.png").read_bytes()[:24]
    width, height = size_of(still)
    assert struct.unpack(">8s4x4sII", header) == (b"\x89PNG\r\n\x1a\n", b"IHDR", SHARPER * width, SHARPER * height)


def test_an_anonymous_film_says_nothing_of_whom_and_what_was_said() -> None:
    picture = drawn(anonymous(film(None, mark("w", at=0, title="ann-7 waits", explanation="parcel of ann-7"))))
    for secret in ("ann-7", "parcel", "secret-1"):
        assert secret not in picture
    assert "Stalled wait" in picture
    assert "handoff started to delivery" in picture


def test_of_a_customer_of_whom_nothing_is_known_it_says_so() -> None:
    assert "Nothing is known of ann-7" in drawn(film([]))


def test_the_same_film_comes_from_the_store_and_from_a_replay(
    company: Company, company_store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = [each for each in company.standing if each.mode == "live" and each.symptom == "ping_pong"]
    customer = standing[0].customer_id
    stored = command.stored(customer, company_store)
    events = tmp_path / "events.jsonl"
    hers = (each for each in company.touchpoints.values() if customer_of(each) in ("", customer))
    events.write_bytes(b"".join(json_line(each) + b"\n" for each in hers))
    rules = tmp_path / "rules.yml"
    rules.write_text(rules_text())
    replayed = command._replayed(customer, [str(events)], None, rules)
    assert [each.touchpoint_id for each in stored.entries] == [each.touchpoint_id for each in replayed.entries]
    assert stored.marks == replayed.marks
    assert len(stored.marks) >= 1


def test_the_film_of_an_account_has_what_all_its_people_went_through(
    company: Company, company_store: Settings
) -> None:
    told = next(each for each in company.standing if each.customer_id.startswith("account:"))
    account = told.customer_id.removeprefix("account:")
    theirs = {each.touchpoint_id for each in company.touchpoints.values() if each.account == account}
    film = command.stored(told.customer_id, company_store)
    assert len(film.entries) + film.left_out == len(theirs)
    assert {each.touchpoint_id for each in told.evidence} <= {each.touchpoint_id for each in film.entries}


def test_the_command_names_who_and_what_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps(touchpoint(each)) for each in yaml.safe_load(DAYS)))
    name = json.loads(log.read_text().splitlines()[0])["identifiers"][0]["value"]
    assert status(["journey", name, "--history", str(log), "--out", str(tmp_path / "film.svg")]) == 0
    ElementTree.fromstring((tmp_path / "film.svg").read_text())
    capsys.readouterr()
    elsewhere = [name, "--about", "ping_pong"]
    for wrong, said in ((["nobody"], "there is no touchpoint of nobody"), (elsewhere, "she does from: .*stalled_wait")):
        assert status(["journey", *wrong, "--history", str(log)]) == 1
        told = capsys.readouterr().err
        assert re.search(said, told)
        assert told.count("\n") == 1
    assert status(["journey", name]) == 2
