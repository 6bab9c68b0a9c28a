"""The options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..settings import Settings

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings (YAML); SILOSCOPE_* wins over it.")
]
Mapping = Annotated[
    str | None, typer.Option(metavar="FILE", help="How FILE's rows become touchpoints; or a shipped name.")
]
RulesFile = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="The owner's rules (YAML); see docs/rules.md.")
]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="SYMPTOM.PARAM=VALUE", help="May be repeated.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Let time pass to TIME; else to the last event.")]
History = Annotated[
    list[str] | None, typer.Option("--history", metavar="FILE", help="Recorded events; may be repeated.")
]
Store = Annotated[Path | None, typer.Option(metavar="DIR", help="An embedded store, like that of a demo.")]
FromStore = Annotated[bool, typer.Option("--from-store", help="The store of the settings.")]


def settings_of(config: Path | None, store: Path | None) -> Settings:
    """The settings, with an embedded store in `store` where one is named."""
    from ..settings import load

    return load(config) if store is None else load(config, store={"path": store})


def store_of(config: Path | None, store: Path | None, from_store: bool) -> Settings | None:
    """The settings whose store is meant, None where none is."""
    return settings_of(config, store) if store is not None or from_store else None
