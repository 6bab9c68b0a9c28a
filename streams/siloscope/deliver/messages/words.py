"""What a message says around an alert or a brief, in each of our languages: the one place for it."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...core.brief_words import LANGUAGES as BRIEFS
from ..message import What


class Phrases(NamedTuple):
    """The words of one language; what stands in braces is put in."""

    language: str
    told: dict[What, str]  # what is told, as a label
    severities: dict[str, str]
    handoff: str
    implied: str
    incident: str
    owner: str
    customer: str
    account: str
    case: str
    since: str
    due: str
    urgency: dict[str, str]
    cause: str
    # the parts of a brief, in the order in which they are read
    do_not: str
    promises: str
    already_given: str
    answers_given: str
    open_alerts: str
    open_cases: str
    recent: str
    # the parts of an alert
    happened: str
    to_do: str
    evidence: str
    mend: str  # what to do about an incident
    # one sentence for what asks for nothing
    ended: str
    retracted: str
    accepted: str
    taken_on: str
    closed: str
    unaccepted: str
    supersedes: str
    handed: str
    # messages of many
    digest: str
    summary: str
    more: str
    # buttons and links
    board: str
    item: str
    accept: str
    snooze: str
    useful: str
    false: str
    # answers to buttons
    accepted_here: str
    snoozed_here: str
    thanks: str
    lost: str
    unknown: str
    stranger: str
    not_yours: str
    nobody: str

    def at(self, when: int) -> str:
        """A time."""
        return BRIEFS[self.language].at(when)


ENGLISH: Final = Phrases(
    language="en",
    told={
        "opening": "New", "worse": "Worse", "ended": "Over", "retracted": "Withdrawn", "pending": "Handoff",
        "overdue": "Handoff overdue", "accepted": "Taken over", "closed": "Closed",
    },
    severities={"info": "info", "warning": "warning", "critical": "critical"},
    handoff="{giver} hands over to {receiver}",
    implied="New customer for {receiver}: from {giver}",
    incident="{symptom}: {customers} customers at once",
    owner="for {}",
    customer="customer {}",
    account="account {}",
    case="case {}",
    since="since {}",
    due="due {}",
    urgency={"critical": "most urgent", "high": "urgent", "low": "not urgent"},
    cause="cause: {}",
    do_not="Would hurt now",
    promises="She was promised",
    already_given="Never ask again for",
    answers_given="She was answered",
    open_alerts="She suffers from",
    open_cases="Open cases",
    recent="The last contacts",
    happened="What happened",
    to_do="What to do",
    evidence="What it rests on",
    mend="One cause hits them all: mend it there. What it does to each of them is not told one by one.",
    ended="It is over since {at}: nothing to do.",
    retracted="It turned out to be none: nothing to do.",
    accepted="{by} has taken over: nothing to do.",
    taken_on="{by} looks after it.",
    closed="The handoff is closed: nothing to do.",
    unaccepted="Nobody has accepted this within {minutes} minutes: please do.",
    supersedes="An update of what you were told before.",
    handed="Handed on to {to} by {by}. What follows was written for {meant}.",
    digest="{number} for you to know",
    summary="{number} more within the hour",
    more="… and {number} more on the board",
    board="Open the board",
    item="Open on the board",
    accept="Accept",
    snooze="Snooze 1 h",
    useful="Useful",
    false="False alarm",
    accepted_here="Accepted by {by}.",
    snoozed_here="Put off until {at} by {by}.",
    thanks="Thank you: your verdict counts.",
    lost="{by} was faster and has had it since {at}.",
    unknown="The board does not know it: it ended over a week ago.",
    stranger="The board does not know you, so your click did nothing: ask who runs it to add {user} to slack_people.",
    not_yours="It is on the desk of {department}, where you may not do this: ask a lead of theirs.",
    nobody="somebody",
)  # fmt: skip

GERMAN: Final = Phrases(
    language="de",
    told={
        "opening": "Neu", "worse": "Schlimmer", "ended": "Vorbei", "retracted": "Zurückgenommen", "pending": "Übergabe",
        "overdue": "Übergabe überfällig", "accepted": "Übernommen", "closed": "Geschlossen",
    },
    severities={"info": "Hinweis", "warning": "Warnung", "critical": "kritisch"},
    handoff="{giver} übergibt an {receiver}",
    implied="Neue Kundin für {receiver}: von {giver}",
    incident="{symptom}: {customers} Kundinnen und Kunden auf einmal",
    owner="für {}",
    customer="Kundin {}",
    account="Konto {}",
    case="Fall {}",
    since="seit {}",
    due="fällig {}",
    urgency={"critical": "sehr dringend", "high": "dringend", "low": "nicht dringend"},
    cause="Ursache: {}",
    do_not="Würde jetzt schaden",
    promises="Ihr wurde versprochen",
    already_given="Nie wieder fragen nach",
    answers_given="Ihr wurde geantwortet",
    open_alerts="Darunter leidet sie",
    open_cases="Offene Fälle",
    recent="Die letzten Kontakte",
    happened="Was geschehen ist",
    to_do="Was zu tun ist",
    evidence="Worauf es beruht",
    mend="Eine Ursache trifft sie alle: behebe sie dort. Die einzelnen Fälle werden nicht gemeldet.",
    ended="Seit {at} vorbei: nichts zu tun.",
    retracted="Es hat sich als keines herausgestellt: nichts zu tun.",
    accepted="{by} hat übernommen: nichts zu tun.",
    taken_on="{by} kümmert sich darum.",
    closed="Die Übergabe ist geschlossen: nichts zu tun.",
    unaccepted="Niemand hat das innerhalb von {minutes} Minuten angenommen: bitte übernimm.",
    supersedes="Neuer Stand von etwas, das du schon weißt.",
    handed="An {to} weitergegeben von {by}. Was folgt, wurde für {meant} geschrieben.",
    digest="{number} zur Kenntnis",
    summary="{number} weitere in dieser Stunde",
    more="… und {number} mehr auf dem Board",
    board="Zum Board",
    item="Auf dem Board öffnen",
    accept="Annehmen",
    snooze="1 h später",
    useful="Nützlich",
    false="Fehlalarm",
    accepted_here="Angenommen von {by}.",
    snoozed_here="Bis {at} zurückgestellt von {by}.",
    thanks="Danke: dein Urteil zählt.",
    lost="{by} war schneller und hat es seit {at}.",
    unknown="Das Board kennt es nicht: es ist seit über einer Woche vorbei.",
    stranger="Das Board kennt dich nicht, dein Klick hat nichts bewirkt: lass {user} bei slack_people eintragen.",
    not_yours="Es liegt bei {department}, und dort darfst du das nicht: frage dort eine Leitung.",
    nobody="jemand",
)  # fmt: skip

LANGUAGES: Final = {"en": ENGLISH, "de": GERMAN}
