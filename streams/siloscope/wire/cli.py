"""`siloscope schemas`: shows the schemas, checks the id table, registers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from ..errors import Unusable, WrongUsage
from .catalogue import KINDS, current, differences, own_id, versions
from .registry import Registry

if TYPE_CHECKING:
    from ..settings import Settings

ACTIONS: Final = ("list", "check", "register")


def main(action: str, settings: Settings) -> None:
    """Do one of `ACTIONS`; `check` asks the registry too, where one is set. Raises Unusable for what is wrong."""
    if action not in ACTIONS:
        raise WrongUsage(f"schemas {action}: there is no such action; write list, check or register")
    wrong = differences()
    if wrong and action != "list":
        raise Unusable(wrong[0] if len(wrong) == 1 else f"{wrong[0]} (and {len(wrong) - 1} more)")
    registry = Registry.of(settings)
    if action == "register" and registry is None:
        raise WrongUsage("there is no registry to register with: set schema_registry_url")
    Console().print(_table(action, registry))


def _table(action: str, registry: Registry | None) -> Table:
    asks = registry is not None and action != "list"
    table = Table("kind", "topic", "fields", "versions", "id", box=None, pad_edge=False)
    if asks:
        table.add_column("in the registry")
    for kind, (_, topic) in KINDS.items():
        count = sum(version.kind == kind for version in versions().values())
        row = [kind, topic, str(len(current(kind)["fields"])), str(count), f"{own_id(kind):#x}"]
        if registry is not None and asks:
            row.append(str(registry.register(kind) if action == "register" else registry.id_of(kind)))
        table.add_row(*row)
    return table
