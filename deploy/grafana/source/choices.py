"""What can be chosen on the pages, and the SQL that heeds it; words that many queries share."""

from __future__ import annotations

from typing import Final

Choice = tuple[str, str, str]  # name, label, the query that lists what there is

DEPARTMENT: Final[Choice] = (
    "department", "Department",
    "SELECT DISTINCT arrayJoin(departments) AS department FROM v_alerts WHERE department != '' ORDER BY department",
)  # fmt: skip
SYMPTOM: Final[Choice] = ("symptom", "Symptom", "SELECT DISTINCT symptom FROM v_alerts ORDER BY symptom")

OPEN: Final = "status IN ('open', 'updated')"
SPELLED: Final = "replaceAll(symptom, '_', ' ')"

# Whether the store holds anything at all: without, a count is not 0 but not known.
HAPPENED: Final = "(SELECT toYear(as_of) FROM v_clock) > 1970"

EMPTY: Final = (
    "Nothing yet: the store holds no touchpoints. Run `siloscope writer`, or look at a made-up company with "
    "`siloscope demo`."
)

SYMPTOM_CHOSEN: Final = "$__conditionalAll(symptom IN (${symptom:singlequote}), $symptom)"
TOLD: Final = "mode != 'shadow'"


def chosen(column: str, name: str = "department") -> str:
    """Rows whose `column` is among what is chosen for `name`."""
    return f"$__conditionalAll({column} IN (${{{name}:singlequote}}), ${name})"


def any_chosen(column: str, name: str = "department") -> str:
    """Rows whose array `column` holds any of what is chosen for `name`."""
    return f"$__conditionalAll(hasAny({column}, [${{{name}:singlequote}}]), ${name})"


def known(count: str) -> str:
    """`count`, or NULL (grey) while the store is empty."""
    return f"if({HAPPENED}, {count}, NULL)"


def counted(condition: str, view: str, where: str) -> str:
    """How many rows of a view among those of `where` fulfil a condition; NULL while the store is empty."""
    return f"SELECT {known(f'countIf({condition})')} AS counted FROM {view} WHERE {where}"


# What concerns the chosen departments and symptoms; of alerts those that are told: shadow ones are for who tunes.
CONCERNS: Final = f"{any_chosen('departments')} AND {SYMPTOM_CHOSEN}"
ALERTS: Final = f"{CONCERNS} AND {TOLD}"
