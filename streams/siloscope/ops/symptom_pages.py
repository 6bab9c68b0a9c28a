"""The reference of the symptoms, from their own files: on a terminal, and as pages in `docs/symptoms/`.

`python -m siloscope.ops.symptom_pages docs/symptoms` writes the pages anew.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from siloscope.core.parameters import spelled
from siloscope.core.symptom import Symptom
from siloscope.errors import WrongUsage, nearest
from siloscope.ops.symptom_rules import in_force, said_of
from siloscope.rules import Rules, load
from siloscope.symptoms import ALL

_GENERATED: Final = "<!-- Written by `python -m siloscope.ops.symptom_pages docs/symptoms` from {source}. -->"
_HOW_TO_SET: Final = (
    "Set under `symptoms` in {rules}, or for one replay with `--set {name}.{parameter}=VALUE`. "
    "Durations are written with their unit: `10 min`, `72 h`, `14 d`."
)


class Parameter(NamedTuple):
    """One parameter as an owner writes it."""

    name: str
    default: str
    doc: str


class Page(NamedTuple):
    """A symptom explained: what the customer suffers from, then section by section paragraphs of plain text."""

    name: str
    lead: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    parameters: tuple[Parameter, ...]
    source: str


def page_of(symptom: type[Symptom]) -> Page:
    """The page in a symptom's file: its first paragraph, then headings with what stands indented below them."""
    head, *rest = inspect.cleandoc(symptom.page()).split("\n\n", 1)
    sections: list[tuple[str, list[str]]] = []
    fresh = True  # whether the next indented line begins a paragraph
    for line in "".join(rest).splitlines():
        said = line.strip()
        if said and not line.startswith(" "):
            sections.append((said, []))
        elif said and fresh:
            sections[-1][1].append(said)
        elif said:
            sections[-1][1][-1] += f" {said}"
        fresh = not said or not line.startswith(" ")
    parameters = tuple(
        Parameter(each.name, spelled(each.metadata["kind"], each.default) or "none", each.metadata["doc"])
        for each in fields(symptom.Parameters)
    )
    texts = tuple((heading, tuple(" ".join(text.split()) for text in said)) for heading, said in sections)
    return Page(symptom.name, " ".join(head.split()), texts, parameters, symptom.__module__.replace(".", "/") + ".py")


def main(name: str | None, rules: Path | None = None) -> None:
    """Show all symptoms in a line each, or explain one, as the `rules` file has them.

    Raises WrongUsage for a name that is none, or rules that cannot be.
    """
    console = Console()
    given = load(rules)
    symptoms = {symptom.name: symptom for symptom in (*ALL, *given.own)}
    pages = {each: page_of(symptom) for each, symptom in symptoms.items()}
    if name is None:
        console.print(_listed(pages, given))
    elif name not in pages:
        raise WrongUsage(f"there is no symptom {name}{nearest(name, pages)}")
    else:
        symptom = symptoms[name]
        console.print(_explained(pages[name], in_force(symptom, given), [*said_of(symptom, given)]))


def _listed(pages: dict[str, Page], rules: Rules) -> Group:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column()
    for page in pages.values():
        said = Text(page.lead.removeprefix("This customer suffers from "))
        if page.name in rules.off or page.name in rules.shadow:
            said.append(" (off)" if page.name in rules.off else " (shadow: stored, told to nobody)", "yellow")
        table.add_row(page.name, said)
    example = ALL[0].name
    return Group(
        Text("A customer suffers from …\n", style="bold"),
        table,
        Text(f"\nsiloscope symptoms {example} explains one.", style="dim"),
    )


def _explained(page: Page, changed: Mapping[str, str], ruled: Sequence[str]) -> Padding:
    parts: list[Text | Table | Padding] = [Text(page.name, style="bold cyan"), Text(page.lead, style="bold")]
    for heading, said in page.sections:
        parts.append(Text(f"\n{heading}", style="bold"))
        parts += [Padding(_with_code(text), (0, 0, 0, 2)) for text in said]
    parts.append(Text("\nParameters", style="bold"))
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="dim")
    table.add_column("name", no_wrap=True)
    table.add_column("default", max_width=24)
    if changed:
        table.add_column("in force", max_width=24)
    table.add_column("meaning")
    for each in page.parameters:
        now = [Text(changed.get(each.name, ""), "bold yellow")] if changed else []
        table.add_row(Text(each.name, "cyan"), each.default, *now, _with_code(each.doc))
    parts.append(Padding(table, (0, 0, 0, 2)))
    if ruled:
        parts.append(Text("\nBy these rules", style="bold"))
        parts += [Padding(Text(line, "yellow"), (0, 0, 0, 2)) for line in ruled]
    parts.append(Padding(_with_code(_how_to_set(page, "the rules file")), (1, 0, 0, 2)))
    return Padding(Group(*parts), (0, 1), expand=False)


def _with_code(text: str) -> Text:
    """Text in which what stands between backticks is set off."""
    shown = Text()
    for number, part in enumerate(text.split("`")):
        shown.append(part, style="cyan" if number % 2 else "")
    return shown


def _how_to_set(page: Page, rules: str) -> str:
    example = page.parameters[0].name if page.parameters else "PARAMETER"
    return _HOW_TO_SET.format(name=page.name, parameter=example, rules=rules)


def markdown(page: Page) -> str:
    """The page for `docs/symptoms/`."""
    lines = [_GENERATED.format(source=f"`streams/{page.source}`"), "", f"# {page.name}", "", page.lead]
    for heading, said in page.sections:
        lines += ["", f"## {heading}"]
        for text in said:
            lines += ["", text]
    lines += ["", "## Parameters", "", "| name | default | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{each.name}` | {each.default} | {each.doc} |" for each in page.parameters]
    return "\n".join([*lines, "", _how_to_set(page, "the [rules file](../rules.md)"), ""])


def index(pages: list[Page]) -> str:
    """The list of all pages."""
    lines = [_GENERATED.format(source="the symptoms' files"), "", "# The symptoms", ""]
    lines += ["Each is something a customer feels because departments do not talk to each other.", ""]
    lines += [
        f"- [{page.name}]({page.name}.md): {page.lead.removeprefix('This customer suffers from ')}" for page in pages
    ]
    return "\n".join([*lines, ""])


def generated() -> dict[str, str]:
    """Every file of `docs/symptoms/` by name."""
    pages = [page_of(symptom) for symptom in ALL]
    return {"index.md": index(pages)} | {f"{page.name}.md": markdown(page) for page in pages}


if __name__ == "__main__":
    for file, text in generated().items():
        Path(sys.argv[1], file).write_text(text, encoding="utf-8")
