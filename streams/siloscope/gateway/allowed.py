"""What a query may be made of, decided from the tree that the engine's own parser made of it.

Everything is refused that is not listed: kinds of nodes, their parts, tables, functions. So what a newer engine can do
besides is refused until somebody has looked at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, Final, NamedTuple

from siloscope.core.rejected import nearest

from .functions import Functions

Node = Mapping[str, Any]

# Parts of a node besides `type`; True in a part of the second list is refused.
_PARTS: Final[Mapping[str, str]] = {
    "ArrayJoin": "expression_list kind",
    "Asterisk": "transformers expression",
    "ColumnsApplyTransformer": "func_name lambda lambda_arg parameters",
    "ColumnsExceptTransformer": "children pattern is_strict",
    "ColumnsListMatcher": "column_list transformers expression",
    "ColumnsRegexpMatcher": "pattern transformers expression",
    "ColumnsReplaceTransformer": "children is_strict",
    "ColumnsReplaceTransformerReplacement": "children name",
    "ColumnsTransformerList": "children",
    "ExpressionList": "children",
    "Function": "alias arguments is_lambda_function is_operator is_window_function kind name nulls_action parameters "
    "window_definition window_name prefer_alias_to_column_name",
    "Identifier": "alias name name_parts prefer_alias_to_column_name",
    "InterpolateElement": "column expr",
    "Literal": "alias value prefer_alias_to_column_name",
    "OrderByElement": "collation direction expression fill_from fill_staleness fill_step fill_to nulls_direction "
    "nulls_direction_was_explicitly_specified with_fill",
    "QualifiedAsterisk": "qualifier transformers",
    "QualifiedColumnsListMatcher": "qualifier column_list transformers",
    "QualifiedColumnsRegexpMatcher": "qualifier pattern transformers",
    "QueryParameter": "alias name param_type prefer_alias_to_column_name",
    "SampleRatio": "denominator numerator",
    "SelectIntersectExceptQuery": "children final_operator",
    "SelectQuery": "cte_aliases distinct distinct_on group_by group_by_all group_by_with_constant_keys "
    "group_by_with_cube group_by_with_grouping_sets group_by_with_rollup group_by_with_totals having interpolate "
    "limit_by limit_by_length limit_by_offset limit_length limit_offset limit_with_ties order_by order_by_all prewhere "
    "qualify recursive_with select tables where window with",
    "SelectWithUnionQuery": "is_into_outfile_with_stdout is_outfile_append is_outfile_truncate list_of_modes "
    "list_of_selects union_mode",
    "Subquery": "alias children cte_name prefer_alias_to_column_name",
    "TableExpression": "column_aliases database_and_table_name final sample_offset sample_size subquery",
    "TableIdentifier": "alias name name_parts",
    "TableJoin": "kind locality on_expression strictness using_expression_list",
    "TablesInSelectQuery": "children",
    "TablesInSelectQueryElement": "array_join table_expression table_join",
    "WindowDefinition": "frame_begin_offset frame_begin_preceding frame_begin_type frame_end_offset "
    "frame_end_preceding frame_end_type frame_is_default frame_type order_by parent_window_name partition_by",
    "WindowListElement": "definition name",
    "WithElement": "aliases is_materialized name subquery",
}
_ALLOWED: Final[Mapping[str, Set[str]]] = {kind: {"type", *parts.split()} for kind, parts in _PARTS.items()}
_NEVER_TRUE: Final = ("is_into_outfile_with_stdout", "is_outfile_append", "is_outfile_truncate")
PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Refused(Exception):
    """In a few words, what is not allowed."""


class Catalogue(NamedTuple):
    """What there is to read: `views` of the database, `system` tables that drivers need; not the `others`."""

    database: str
    views: Set[str]
    others: Set[str]
    system: Set[str]
    functions: Functions


def check(tree: Node, known: Catalogue) -> None:
    """Raise Refused unless `tree`, of one whole SELECT without FORMAT, holds nothing but what is allowed."""
    if tree.get("type") != "SelectWithUnionQuery":
        raise Refused(f"{_word(tree.get('type'))} is not a SELECT")
    ctes = {node.get("name") for node in _nodes(tree) if node.get("type") == "WithElement"}
    for node in _nodes(tree):
        _parts(node)
        rule = _RULES.get(node["type"])
        if rule is not None:
            rule(node, known, ctes)


_SHOWN: Final = {
    "ShowTablesQuery": {"type", "like", "not_like", "case_insensitive_like", "from", "databases", "full"},
    "ShowColumnsQuery": {"type", "table", "database", "full", "extended", "like", "not_like", "case_insensitive_like"},
}


def check_show(tree: Node, known: Catalogue) -> None:
    """Raise Refused unless `tree` is a SHOW of databases, tables or columns, which read the system's tables.

    Those tables show only what there is to read (`engine.limited`).
    """
    for part, value in tree.items():
        if part not in _SHOWN[tree["type"]] and value is not False:
            raise Refused(f"SHOW with {_NAMED.get(part, part)} is not allowed")
    database = tree["from"].get("name") if "from" in tree else tree.get("database", known.database)
    if tree["type"] == "ShowColumnsQuery":
        readable((database, tree.get("table", "")), known)
    elif database != known.database:
        raise Refused(f"database {str(database)[:60]} cannot be read here")


def _nodes(value: Any) -> Iterator[Node]:
    """Every node, the root first; what has parts but says no type is one too, unless it is a literal's value."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(here)
        elif isinstance(here, dict):
            yield here
            if here.get("type") != "Literal":
                waiting.extend(here.values())


def _parts(node: Node) -> None:
    kind = node.get("type")
    allowed = _ALLOWED.get(kind) if isinstance(kind, str) else None
    if allowed is None:
        raise Refused(f"{_word(kind)} is not allowed")
    for part in node:
        if part not in allowed:
            raise Refused(f"{_NAMED.get(part, part)} is not allowed")
    if any(node.get(part) for part in _NEVER_TRUE):
        raise Refused("INTO OUTFILE is not allowed")


_NAMED: Final = {
    "out_file": "INTO OUTFILE",
    "settings": "SETTINGS",
    "settings_ast": "SETTINGS",
    "table_function": "a table function",
    "stream_settings": "STREAM",
    "is_compound_name": "a qualified function name",
    "format_ast": "FORMAT inside a query",
}


def _table(node: Node, known: Catalogue, ctes: Set[Any]) -> None:
    readable(_path(node), known, ctes)


def readable(path: tuple[str, ...], known: Catalogue, ctes: Set[Any] = frozenset()) -> None:
    """Raise Refused unless `path`, (table,) or (database, table), is a view, one of the system's, or only a CTE."""
    match path:
        case (database, name) if database == known.database:
            allowed = name in known.views
        case ("system", name):
            allowed = name in known.system
        case (name,):
            # A CTE is seen only inside its query; outside it the same name would be a table of the database.
            cte = name in ctes and name not in known.others and PLAIN.fullmatch(name) is not None
            allowed = name in known.views or cte
        case _:
            allowed = False
    if not allowed:
        name = ".".join(path)[:100] or "without a name"
        raise Refused(f"table {name} cannot be read here: ask the views v_*{nearest(path[-1], known.views)}")


def _path(node: Node) -> tuple[str, ...]:
    return tuple(node.get("name_parts") or (node.get("name", ""),))


def _function(node: Node, known: Catalogue, ctes: Set[Any]) -> None:
    name = node["name"]
    if not known.functions.allow(name):
        raise Refused(f"function {name[:100]} is not allowed")
    arguments = node.get("arguments", {}).get("children", ())
    if known.functions.names_a_type(name) and arguments:
        _type(arguments[-1])
    if known.functions.is_membership(name):
        for right in arguments[1:]:
            if right.get("type") in ("Identifier", "TableIdentifier"):
                readable(_path(right), known, ctes)


def _type(node: Node) -> None:
    """Not an aggregate's state: the engine believes the bytes it is made from, and its process is the writer's too."""
    value = node.get("value", {}).get("value", "")
    if node.get("type") != "Literal" and node.get("type") != "Identifier":
        raise Refused("a type that is not written out is not allowed")
    if _STATE in str(value).lower():
        raise Refused("the type AggregateFunction is not allowed")


_STATE: Final = "aggregatefunction"


def _applied(node: Node, known: Catalogue, _: Set[Any]) -> None:
    name = node.get("func_name")
    if name is not None and not known.functions.allow(name):
        raise Refused(f"function {name[:100]} is not allowed")


def _parameter(node: Node, *_: Any) -> None:
    kind = str(node.get("param_type")).lower()
    if "identifier" in kind or _STATE in kind:
        raise Refused(f"a parameter of type {kind[:60]} is not allowed")


_RULES: Final[Mapping[str, Callable[[Node, Catalogue, Set[Any]], None]]] = {
    "TableIdentifier": _table,
    "Function": _function,
    "ColumnsApplyTransformer": _applied,
    "QueryParameter": _parameter,
}


def _word(kind: Any) -> str:
    """A node's kind for people: DropQuery is DROP."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", str(kind).removesuffix("Query"))
    return " ".join(words).upper()[:60] or "that"
