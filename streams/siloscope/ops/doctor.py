"""`siloscope doctor`: one line for each thing a process needs, with the remedy where it is wrong."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import KafkaException
from rich.console import Console

from ..agents.worker import partition_opener
from ..errors import Unusable, WrongUsage, nearest
from ..settings import Settings, load
from ..wire import KINDS, configure
from ..wire.framing import frame
from . import copies, doctor_staff, doctor_store, memory, permissions, topics
from .brokers import why_no_broker
from .doubtful import Doubtful
from .processes import PROCESSES, Process


class Check(NamedTuple):
    """One thing to look at; `needs` names the check without which it cannot be."""

    look: Callable[[Settings], str]
    needs: str | None = None
    processes: tuple[Process, ...] = PROCESSES


def main(process: str | None, config: Path | None) -> None:
    """Tell what is right and what is wrong, for one process or for all.

    Raises Unusable when anything is wrong, WrongUsage for the settings.
    """
    if process is not None and process not in PROCESSES:
        raise WrongUsage(f"doctor {process}: there is no such process{nearest(process, PROCESSES)}")
    settings = load(config)
    chosen = {name: check for name, check in checks(process).items() if process is None or process in check.processes}
    console = Console(soft_wrap=True, highlight=False, markup=False)
    wrong: set[str] = set()
    left_out: set[str] = set()
    for name, check in chosen.items():
        if check.needs in wrong:
            left_out.add(name)
            _say(console, "dim", "–", name, f"not looked at, it needs the {check.needs}")
            continue
        try:
            _say(console, "green", "right", name, check.look(settings))
        except Doubtful as error:
            _say(console, "yellow", "doubt", name, str(error))
        except Unusable as error:
            wrong.add(name)
            _say(console, "red", "wrong", name, str(error))
    if wrong:
        unseen = f", {len(left_out)} could not be looked at" if left_out else ""
        raise Unusable(f"{len(wrong)} of {len(chosen)} things are wrong{unseen}")


def _say(console: Console, colour: str, verdict: str, name: str, text: str) -> None:
    console.print(f"{verdict:5}", style=colour, end=" ")
    console.print(f"{name}: {text}")


def _symptoms(settings: Settings) -> str:
    partition_opener(settings)
    rules = f"rules of {settings.rules}" if settings.rules else "all as they come"
    return rules + (f", parameters given for {', '.join(settings.symptoms)}" if settings.symptoms else "")


def _decoder(_: Settings) -> str:
    fast = importlib.util.find_spec("cavro") is not None
    return "cavro" if fast else "fastavro, a third as fast as cavro, which Python 3.11 and 3.12 on x86-64 can have"


def _memory(settings: Settings) -> str:
    most, there = memory.most_needed(settings), memory.there()
    said = f"a worker takes up to {most / 1e9:.1f} GB with all its customers, of {there / 1e9:.1f} GB here"
    if most > there:
        raise Doubtful(f"{said}: lower hot_customers or cold_megabytes, or give it more")
    return said


def _brokers(settings: Settings) -> str:
    try:
        count = copies.brokers(settings)
    except KafkaException:
        raise Unusable(why_no_broker(settings).text) from None
    security = settings.security
    user = f" as {security.username}" if security.protocol.startswith("sasl") else ""
    return f"{count} at {settings.bootstrap_servers} by {security.protocol}{user}"


def _permissions(process: Process) -> Callable[[Settings], str]:
    def look(settings: Settings) -> str:
        try:
            lacking = permissions.missing(settings, process)
        except KafkaException as error:
            raise Unusable(f"the brokers do not say what this user may do: {error.args[0].str()}") from None
        if lacking:
            raise Unusable(permissions.sentence(settings, lacking, process))
        return f"all that it needs on topics{' and its group' if process in permissions.GROUPS else ''}"

    return look


def _topics(names: Collection[str] | None) -> Callable[[Settings], str]:
    def look(settings: Settings) -> str:
        found = topics.check(settings, names)
        topics.refuse_wrong(found)
        said = f"{len(found)} with {settings.partitions} partitions"
        if lonely := copies.lonely(settings, [each.name for each in found]):
            raise Doubtful(f"{said}; {', '.join(lonely)} in one copy only: what one broker loses is gone")
        return said

    return look


def _schemas(settings: Settings) -> str:
    configure(settings)
    for kind in KINDS:
        frame(kind)
    return f"{len(KINDS)}, ids from {settings.schema_registry_url or 'schemas/ids.yml'}"


def checks(process: str | None) -> dict[str, Check]:
    """All of them; of the topics only those are looked at that this process has to do with."""
    names = next((needed for each, needed in permissions.NEEDED.items() if each == process), None)
    return {
        "symptoms": Check(_symptoms, processes=("worker", "preflight")),
        "decoder": Check(_decoder, processes=("worker", "writer")),
        "memory": Check(_memory, processes=("worker",)),
        "brokers": Check(_brokers),
        **{f"{each}'s rights": Check(_permissions(each), "brokers", (each,)) for each in PROCESSES},
        "topics": Check(_topics(names), "brokers"),
        "schemas": Check(_schemas),
        "store": Check(doctor_store.look, processes=("writer",)),
        "receivers": Check(doctor_staff.receivers, processes=("deliver",)),
        "login": Check(doctor_staff.login, processes=("board",)),
        "board's store": Check(doctor_staff.store, processes=("board",)),
    }
