"""What is read in the sentences of `tests/language`: never what they do not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.language.sentences import claim, claims_of, counted, plain, sentences

from siloscope.shipped import checkout

SEEN, UNSEEN = sentences("sentences"), sentences("unseen")


def test_there_are_enough_and_varied():
    assert len(SEEN) >= 200 and len(UNSEEN) >= 100
    assert {each.language for each in SEEN} == {"en", "de"}


@pytest.mark.parametrize("each", SEEN, ids=lambda each: each.text[:60])
def test_exactly_what_a_sentence_claims_is_drawn(each):
    assert plain(each.reading.claims) == {claim(value) for value in each.said.get("says", ())}


@pytest.mark.parametrize("each", [each for each in SEEN if "says" in each.said], ids=lambda each: each.text[:60])
def test_nothing_else_is_drawn_where_the_language_is_not_known(each):
    said = {claim(value) for value in each.said["says"]}
    assert {each for each in claims_of(each.text) if each.unit != "cents"} <= said


@pytest.mark.parametrize("field", ["yes", "form", "name"])
def test_yes_form_and_name_are_as_a_reader_finds_them(field):
    said = {each.text: each.said[field] for each in [*SEEN, *UNSEEN] if field in each.said}
    assert {each.text: getattr(each.reading, field) for each in SEEN + UNSEEN if field in each.said} == said
    assert not [
        each.text for each in SEEN if field == "yes" and field not in each.said and each.reading.yes is not None
    ]


def test_a_language_is_named_only_where_it_is_the_one():
    detected = [(each, claims_of(each.text, field="language")) for each in [*SEEN, *UNSEEN]]
    assert not [each.text for each, found in detected if found not in (None, each.language)]
    assert sum(found is not None for _, found in detected) > 0.8 * len(detected)


@pytest.mark.parametrize("name", ["unseen", "fresh"])
def test_of_sentences_not_seen_before_nine_in_ten_claims_drawn_are_made(name):
    _, made, drawn, right = counted(name)
    assert right >= 0.9 * drawn
    assert right >= 0.75 * made


def test_the_page_says_how_good_it_is():
    page = (checkout() or Path()) / "docs" / "language.md"
    if not page.is_file():
        pytest.skip("needs a checkout")
    for name in ("sentences", "unseen", "fresh"):
        number, made, drawn, right = counted(name)
        row = f"| `{name}.yml` | {number} | {made} | {drawn} | {right} | {right / drawn:.2f} | {right / made:.2f} |"
        assert row in page.read_text("utf-8"), row


@pytest.mark.parametrize(
    "text",
    [
        "Tak for din besked, jeg vender tilbage til dig i morgen om formiddagen for at aftale en tid.",
        "We hebben uw bestelling in behandeling en u ontvangt deze over drie dagen van ons.",
        "Gracias por su mensaje, le responderemos a la mayor brevedad posible con una solución.",
        "Grazie per il messaggio, la richiamo domani in mattinata per fissare un appuntamento.",
        "Tack för ditt meddelande, vi återkommer till dig så snart som möjligt i veckan.",
        "Merci pour votre message, nous vous répondons dans la journée.",
        "Router reset, Port 5060, SIP trunk, VoIP",
        "Pro plan 49 EUR monthly",
        "ok",
    ],
)
def test_another_language_is_none_of_the_known(text):
    assert claims_of(text, field="language") is None
