"""What was published often on one claim key costs a customer no more than what stands of it."""

from __future__ import annotations

from siloscope.core.bulletin import Bulletin, scope_of
from siloscope.core.touchpoint import Entry


def fact(number: int, department: str = "web") -> Entry:
    claims = {"price": f"{number} EUR"}
    return Entry(f"f{number}", number, "fact_published", department, "web", "outbound", number, claims=claims)


def test_of_many_facts_the_last_of_each_scope_stands():
    bulletin = Bulletin()
    facts = [fact(number, "web" if number % 3 else "shop") for number in (5, 1, 4, 3, 2, 6)]
    for each in facts:
        bulletin.add(each)
    until = fact(5).order
    assert [each.touchpoint_id for each in bulletin.standing("price", until, ())] == ["f3", "f5"]
    assert [each.touchpoint_id for each in bulletin.standing("price", until, ["f5"])] == ["f3", "f4"]
    assert bulletin.standing("other", until, ()) == []
    for each in facts:
        bulletin.remove(each.touchpoint_id)
    assert bulletin.standing("price", until, ()) == bulletin.facts("price") == []
    assert scope_of(facts[0]) == ("web", "web", None, None)
