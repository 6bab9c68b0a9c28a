"""What docs/language.md shows works as it stands there: a third language, and a model of one's own."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from tests.language.sentences import plain

from siloscope import language
from siloscope.core.claims import Claim, money, on_day, span
from siloscope.core.detection import Detection
from siloscope.core.spelled import day
from siloscope.core.text import Readings
from siloscope.errors import Unusable
from siloscope.ops.trial import Trial
from siloscope.rules import load
from siloscope.shipped import checkout
from siloscope.symptoms import ALL, ConflictingMessage, DuplicateOutreach

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGE = (TOP / "docs" / "language.md").read_text("utf-8")


def block(kind: str, beginning: str) -> str:
    return next(each for each in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) if each.startswith(beginning))


@pytest.fixture(scope="module")
def french(tmp_path_factory):
    place = tmp_path_factory.mktemp("lexicons")
    (place / "fr.yml").write_text(block("yaml", "language: fr"), "utf-8")
    return language.reader(place)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("L'abonnement coûte 49 € par mois.", {money(Decimal(49), "EUR", "month")}),
        ("Le tarif mensuel est de 1\u202f234,56 euros.", {money(Decimal("1234.56"), "EUR", "month")}),
        ("Le contrat dure vingt-quatre mois.", {span(Decimal(2), "year")}),
        ("Vous pouvez résilier sous 30 jours.", {span(Decimal(30), "day")}),
        ("La livraison est prévue le 3 mars 2026.", {on_day(day("3.3.2026"))}),
        ("La livraison est prévue le 1er avril 2026.", {on_day(day("1.4.2026"))}),
        ("Vous avez une remise de 10 pour cent.", {Claim("share", "%", Decimal(10))}),
        ("L'abonnement coûte à partir de 49 € par mois.", set()),
        ("La livraison prend 2 à 3 semaines.", set()),
        ("La livraison prend environ 3 semaines.", set()),
        ("Le tarif était de 49 € par mois.", set()),
        ("Cela coûte 5 € par utilisateur.", set()),
    ],
)
def test_the_third_language_draws_claims(french, text, claims):
    assert plain(french.read(text, "fr").claims) == claims
    assert plain(french.read(text, "fr-CA").claims) == claims


def test_the_third_language_is_told_from_the_others_and_they_stay(french):
    assert (
        french.read("Nous avons bien reçu votre demande et nous vous répondons dans la journée.", None).language == "fr"
    )
    assert french.read("We have received your request and will answer you today.", None).language == "en"
    assert french.read("Wir haben Ihre Anfrage erhalten und antworten Ihnen noch heute.", None).language == "de"


def test_the_third_language_says_yes_addresses_and_names(french):
    formal = french.read("Bonjour Madame Brun, c'est possible, nous vous envoyons le colis. Cordialement, Jean", "fr")
    assert (formal.form, formal.name, formal.yes) == ("formal", "Ms Brun", True)
    informal = french.read("Salut Luc, non, ce n'est pas possible. Je t'écris demain, tu peux attendre.", "fr")
    assert (informal.form, informal.name, informal.yes) == ("informal", "Luc", False)


def test_another_lexicon_is_another_version(french):
    assert Detection(ALL, reader=french).versions != Detection(ALL, reader=language.shipped()).versions
    assert Detection(ALL, reader=language.shipped()).versions == Detection(ALL).versions


VECTORS = {"parcel": [1, 0], "package": [1, 0.1], "late": [0, 1], "delayed": [0.1, 1], "invoice": [-1, 0]}


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "reader.py").write_text(block("python", "import json"), "utf-8")
    (tmp_path / "vectors.json").write_text(json.dumps(VECTORS))
    return tmp_path


def test_a_model_compares_by_what_words_mean(directory):
    readings = Readings(language.model(directory))
    one, same, other = (
        readings.read(f"Sorry to say that your {what} today", None)
        for what in ("parcel comes late", "package is delayed", "invoice is there")
    )
    assert readings.alike(one, same, 0.9, 5)
    assert not readings.alike(one, other, 0.5, 5)
    assert one.stems and one.language == "en"  # the rest is as the lexicons have it
    assert readings.version


def touchpoint(number: int, department: str, text: str, **more: object) -> dict[str, object]:
    return {
        "touchpoint_id": f"t{number}", "occurred_at": 1_772_442_000_000 + number * 60_000, "activity": "message",
        "direction": "outbound", "department": department, "channel": "email", "text": text,
        "identifiers": [{"kind": "customer_id", "value": "ann"}], **more,
    }  # fmt: skip


def found(reader: object, *touchpoints: dict[str, object]) -> list[tuple[str, str]]:
    pipeline = Trial(Detection((DuplicateOutreach, ConflictingMessage), reader=reader))  # type: ignore[arg-type]
    for each in touchpoints:
        pipeline.send(each)
    pipeline.quiet()
    return [(alert.symptom, alert.confidence) for alert in pipeline.standing(1_772_442_000_000 + 3_600_000)]


COPIES = (
    touchpoint(1, "sales", "Sorry to say that your parcel comes late today"),
    touchpoint(2, "support", "We regret it but your package is delayed by snow"),
)


def test_what_a_model_says_is_suspected(directory):
    assert found(language.model(directory), *COPIES) == [("duplicate_outreach", "suspected")]
    assert found(language.shipped(), *COPIES) == []


def test_a_model_may_find_contradictions_of_texts_on_one_topic(directory):
    path = directory / "reader.py"
    path.write_text(
        path.read_text() + "\n    def contradict(self, one, other):\n        return bool(one.own) != bool(other.own)\n"
    )
    model = language.model(directory)
    texts = [
        touchpoint(1, "sales", "the parcel left", topic="order"),
        touchpoint(2, "support", "nothing left", topic="order"),
    ]
    assert found(model, *texts) == [("conflicting_message", "suspected")]
    assert found(model, *({**each, "topic": None} for each in texts)) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (None, "reader.py is not there"),
        ("x = (", "SyntaxError"),
        ("class Readers: pass", "it needs a class Reader(directory, plain)"),
        ("class Reader:\n    def __init__(self, directory): pass", "it needs a class Reader(directory, plain)"),
        ("class Reader:\n    def __init__(self, directory, plain): pass", "its Reader has no read"),
        ("import a_library_that_is_not_there", "No module named"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_in_one_line(tmp_path, code, message):
    if code is not None:
        (tmp_path / "reader.py").write_text(code)
    with pytest.raises(Unusable) as error:
        language.model(tmp_path)
    assert message in str(error.value) and "\n" not in str(error.value) and str(tmp_path) in str(error.value)


def test_the_rules_file_names_lexicons_and_a_model(directory):
    (directory / "words").mkdir()
    (directory / "words" / "fr.yml").write_text(block("yaml", "language: fr"), "utf-8")
    path = directory / "rules.yml"
    path.write_text("lexicons: words\nmodel: .\n")
    readings = load(path).detection().readings
    assert readings.read("Le tarif est de 49 € par mois.", "fr").claims == (money(Decimal(49), "EUR", "month"),)
    assert readings.read("your parcel", None).own == [1, 0]
    path.write_text("\nmodel: elsewhere\n")
    with pytest.raises(Unusable, match=f"{path}, line 2: model: there is no"):
        load(path)
    (directory / "words" / "fr.yml").write_text("language: fr\n", "utf-8")
    path.write_text("lexicons: words\n")
    with pytest.raises(Unusable, match=r"fr\.yml, line 1: the file: has no `stop_words`"):
        load(path)
