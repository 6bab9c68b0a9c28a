"""What a brief says, in each of its languages."""

from __future__ import annotations

from typing import Final, NamedTuple

from .touchpoint import IN, OUT, Entry
from .words import MONTHS, at_in, quote


class Phrases(NamedTuple):
    """The sentences of one language; what stands in braces is put in."""

    months: tuple[str, ...]
    place: str  # a department and a channel
    inward: str  # the same of what she said
    outward: str  # and of what she was told
    line: str  # when, who, what, and the touchpoint
    handed: str
    handed_topic: str
    handed_product: str
    bought: str
    bought_product: str
    signed: str
    signed_product: str
    first_complaint: str
    first_promise: str
    first_question: str
    first_nothing: str
    first_implied: str
    first_alert: str
    first_calm: str
    overdue: str
    due: str
    case: str
    case_priority: str
    no_topic: str
    complained: str
    no_consent: str
    no_consent_at_all: str
    too_much: str
    more: str

    def at(self, when: int) -> str:
        """A time."""
        return at_in(self.months, when)

    def who(self, entry: Entry) -> str:
        """Who touched her, and how."""
        return self._said(self.place, entry)

    def told(self, entry: Entry) -> str:
        """One touchpoint as a line; its id stands at the end."""
        spoke = self.inward if entry.direction == IN else self.outward if entry.direction == OUT else self.place
        return self.line.format(
            at=self.at(entry.at), who=self._said(spoke, entry), said=quote(entry), id=entry.touchpoint_id
        )

    def _said(self, words: str, entry: Entry) -> str:
        return words.format(department=entry.department, channel=entry.channel)


ENGLISH: Final = Phrases(
    months=MONTHS,
    place="{department} by {channel}",
    inward="she to {department} by {channel}",
    outward="{department} to her by {channel}",
    line="{at}, {who}: {said} [{id}]",
    handed="{who} hands her over to you{about}{said}.",
    handed_topic=" about {}",
    handed_product=" on {}",
    bought="She bought on {at} and expects to hear from you.",
    bought_product="She bought {product} on {at} and expects to hear from you.",
    signed="She signed a contract on {at} and expects to hear from you.",
    signed_product="She signed {product} on {at} and expects to hear from you.",
    first_complaint="Begin with her complaint, which nobody has made good: {line}",
    first_promise="Begin with the promise that is overdue, say sorry and say when: {line}",
    first_question="Begin with the answer that she still waits for: {line}",
    first_nothing="Begin with what {who} has told you, so that she need not say it again.",
    first_implied="Begin with what happens next, and who her contact is.",
    first_alert="Know what she suffers from before you speak, and say that you know: {line}",
    first_calm="She waits for nothing that is known: begin with what brings her here.",
    overdue="OVERDUE since {due}: {line}",
    due="due {due}: {line}",
    case="{ref}: {topic}, begun {at}, now with {holder} [{id}]",
    case_priority="{ref}: {topic}, {priority}, begun {at}, now with {holder} [{id}]",
    no_topic="no topic",
    complained="Do not sell or survey: she complained: {line}",
    no_consent="Do not write to her by {channel} for {topic}: she said no on {at} [{id}]",
    no_consent_at_all="Do not write to her by {channel}: she said no on {at} [{id}]",
    too_much="Do not write unasked: {title} [{id}]",
    more="… and {number} more",
)

GERMAN: Final = Phrases(
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
    place="{department} ({channel})",
    inward="sie an {department} ({channel})",
    outward="{department} an sie ({channel})",
    line="{at}, {who}: {said} [{id}]",
    handed="{who} übergibt dir die Kundin{about}{said}.",
    handed_topic=" wegen {}",
    handed_product=" zu {}",
    bought="Sie hat am {at} gekauft und erwartet, von dir zu hören.",
    bought_product="Sie hat am {at} {product} gekauft und erwartet, von dir zu hören.",
    signed="Sie hat am {at} einen Vertrag unterschrieben und erwartet, von dir zu hören.",
    signed_product="Sie hat am {at} {product} unterschrieben und erwartet, von dir zu hören.",
    first_complaint="Beginne mit ihrer Beschwerde, die niemand gutgemacht hat: {line}",
    first_promise="Beginne mit dem überfälligen Versprechen, entschuldige dich und sag, wann: {line}",
    first_question="Beginne mit der Antwort, auf die sie noch wartet: {line}",
    first_nothing="Beginne mit dem, was du von {who} weißt, damit sie es nicht noch einmal sagen muss.",
    first_implied="Beginne damit, was als Nächstes geschieht und wer für sie da ist.",
    first_alert="Wisse, worunter sie leidet, bevor du sprichst, und sag, dass du es weißt: {line}",
    first_calm="Sie wartet auf nichts, was bekannt wäre: beginne mit ihrem Anliegen.",
    overdue="ÜBERFÄLLIG seit {due}: {line}",
    due="fällig {due}: {line}",
    case="{ref}: {topic}, begonnen {at}, jetzt bei {holder} [{id}]",
    case_priority="{ref}: {topic}, {priority}, begonnen {at}, jetzt bei {holder} [{id}]",
    no_topic="ohne Thema",
    complained="Nichts verkaufen, nicht befragen: sie hat sich beschwert: {line}",
    no_consent="Nicht per {channel} zu {topic} schreiben: sie hat am {at} Nein gesagt [{id}]",
    no_consent_at_all="Nicht per {channel} schreiben: sie hat am {at} Nein gesagt [{id}]",
    too_much="Nicht ungefragt schreiben: {title} [{id}]",
    more="… und {number} mehr",
)

LANGUAGES: Final = {"en": ENGLISH, "de": GERMAN}
