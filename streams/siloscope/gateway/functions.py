"""Which functions a query may call: whole families as the engine sorts them, less those that see more than rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())


# As in system.functions.categories. Not among them, on purpose: AI (asks the network), Introspection (sees the
# process), Dictionary and Embedded Dictionary (read by name), Machine Learning (reads models), Internal, Other.
_FAMILIES: Final = frozenset(
    {
        "Arithmetic", "Arrays", "Bit", "Bitmap", "Comparison", "Conditional", "Dates and Times", "Distance", "Encoding",
        "Financial", "Geo", "Geo Polygon", "Hash", "IP Address", "JSON", "Logical", "Map", "Mathematical", "Null",
        "NumericIndexedVector", "Random Number", "Rounding", "String", "String Replacement", "String Search",
        "String Splitting", "Time Window", "Tuple", "Type Conversion", "URL", "UUID",
    }
)  # fmt: skip
# Of the family Other: what looks at its arguments only, and what drivers ask for when they connect.
_BESIDES: Final = words(
    """
    bar byteSize countDigits currentDatabase currentUser defaultValueOfArgumentType defaultValueOfTypeName
    finalizeAggregation formatReadableDecimalSize formatReadableQuantity formatReadableSize formatReadableTimeDelta
    getSubcolumn identity ignore indexHint isConstant isDecimalOverflow materialize parseReadableSize
    parseReadableSizeOrNull parseReadableSizeOrZero parseTimeDelta rowNumberInAllBlocks runningDifference
    seriesDecomposeSTL seriesOutliersDetectTukey toColumnTypeName toTypeName transform variantElement variantType
    version visibleWidth
    """
)
# What the parser itself writes for operators.
_OPERATORS: Final = frozenset({"lambda", "exists", "grouping", "CAST", "_CAST"})
# Not wanted in whatever family: they read files or tables by name, ask the network, take time or see the machine.
_NEVER: Final = words(
    """
    aggThrow arrayLevenshteinDistance arrayLevenshteinDistanceWeighted arraySimilarity catboostEvaluate chdb
    damerauLevenshteinDistance dictGet editDistance editDistanceUTF8 file flameGraph generateSerialID getMacro
    globalInIgnoreSet globalNotInIgnoreSet globalNotNullInIgnoreSet globalNullInIgnoreSet hasColumnInTable hostName
    inIgnoreSet joinGet joinGetOrNull notInIgnoreSet notNullInIgnoreSet nothing nullInIgnoreSet regionToName
    reverseDNSQuery serverUUID sleep sleepEachRow throwIf
    """
)
_MEMBERSHIP: Final = frozenset(
    f"{where}{test}"[0].lower() + f"{where}{test}"[1:]
    for where in ("", "global")
    for test in ("In", "NotIn", "NullIn", "NotNullIn")
)


# The last argument of these names a type.
_BY_TYPE: Final = words(
    """
    CAST _CAST accurateCast accurateCastOrNull accurateCastOrDefault defaultValueOfTypeName dynamicElement getSubcolumn
    kqlParameterCast reinterpret variantElement
    """.lower()
)


class Known(NamedTuple):
    """A row of system.functions; `alias_to` is empty where the name is its own."""

    name: str
    family: str
    alias_to: str
    aggregate: bool
    origin: str


class Functions:
    """The engine's functions, sorted into allowed and not. `combinators` are the endings that aggregates may take."""

    def __init__(self, known: Iterable[Known], combinators: Iterable[str]) -> None:
        rows = list(known)
        family = {row.name: row.family for row in rows}
        plain = {row.name for row in rows if self._plain(row, family)}
        refused = {row.name for row in rows} - plain
        self._aggregates = {row.name.lower() for row in rows if row.aggregate and row.name in plain}
        self._combinators = tuple(combinators)
        self._names = plain | _OPERATORS | _MEMBERSHIP
        self._lower = {name.lower() for name in plain} - {name.lower() for name in refused | _MEMBERSHIP}

    @staticmethod
    def _plain(row: Known, family: dict[str, str]) -> bool:
        name = row.alias_to or row.name
        if row.origin != "System" or name in _NEVER or row.name in _NEVER:
            return False
        return row.aggregate or family.get(name) in _FAMILIES or name in _BESIDES

    def allow(self, name: str) -> bool:
        """Whether a query may call `name`, written in any case."""
        return name in self._names or name.lower() in self._lower or self._combined(name)

    def _combined(self, name: str) -> bool:
        """Whether it is an allowed aggregate with endings, like sumIf or uniqArrayOrNull."""
        for ending in self._combinators:
            base = name.removesuffix(ending)
            if base and base != name and (base.lower() in self._aggregates or self._combined(base)):
                return True
        return False

    @staticmethod
    def names_a_type(name: str) -> bool:
        """Whether its last argument is the name of a type."""
        return name.lower() in _BY_TYPE or name.lower().startswith("jsonextract")

    @staticmethod
    def is_membership(name: str) -> bool:
        """Whether its second argument may be a table's name."""
        return name in _MEMBERSHIP
