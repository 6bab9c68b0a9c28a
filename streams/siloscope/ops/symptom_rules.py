"""What an owner's rules say of one symptom, in the words of the rules file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from siloscope.core.parameters import read_values, spelled
from siloscope.core.symptom import Symptom
from siloscope.rules import Rules


def in_force(symptom: type[Symptom], rules: Rules) -> dict[str, str]:
    """The parameters that the rules set otherwise for everybody, as an owner writes them."""
    return _spelled(symptom, rules.parameters.get(symptom.name, {}))


def _spelled(symptom: type[Symptom], given: Mapping[str, object]) -> dict[str, str]:
    kinds = {each.name: each.metadata["kind"] for each in fields(symptom.Parameters)}
    read = read_values(symptom.Parameters, symptom.name, given)
    return {name: spelled(kinds[name], value) for name, value in read.items()}


def said_of(symptom: type[Symptom], rules: Rules) -> Iterator[str]:
    """Mode, owner and overrides, a line each: `mode: shadow, …`, `owner: product`, `segment vip: within 8 h`."""
    name = symptom.name
    if name in rules.off:
        yield "mode: off, it does not run"
    if name in rules.shadow:
        yield "mode: shadow, stored and told to nobody"
    if name in rules.owners:
        yield f"owner: {rules.owners[name]}"
    for each in rules.overrides:
        if name in each.parameters:
            where = ", ".join(f"{what} {' or '.join(among)}" for what, among in each.where.items())
            values = _spelled(symptom, each.parameters[name]).items()
            yield f"{where}: {', '.join(f'{parameter} {value}' for parameter, value in values)}"
