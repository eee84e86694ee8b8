"""How the columns of a file write numbers: which mark is the decimal one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from cam.leads.headers import KNOWN, key
from cam.text import numbers
from cam.text.numbers import Decimal

FIELDS = ("employee_count", "annual_revenue")
# What is counted, not measured.
WHOLE = frozenset({"employee_count"})
# Rows and distinct numbers that are looked at: what a file's beginning does not show is uncertain.
_ROWS = 2_000
_DISTINCT = 2_000


def places(header: Sequence[str], own: Mapping[str, str]) -> tuple[int, ...]:
    """The columns of numbers. `own`: key of a header to the field that the user gives it."""
    fields = (own.get(key(name)) or KNOWN.get(key(name), ("", 0))[0] for name in header)
    return tuple(at for at, field in enumerate(fields) if field in FIELDS)


def decimals(rows: Iterable[Sequence[str]], columns: Sequence[int]) -> tuple[tuple[int, Decimal], ...]:
    """The decimal mark of each of these columns: of a column that shows none, that of the others."""
    texts: dict[int, set[str]] = {place: set() for place in columns}
    for cells in islice(rows, _ROWS):
        for place in columns:
            if place < len(cells) and len(texts[place]) < _DISTINCT:
                texts[place].add(cells[place])
    found = {place: numbers.decimal(texts[place]) for place in columns}
    others = {mark for mark in found.values() if mark}
    usual = others.pop() if len(others) == 1 else Decimal.UNCERTAIN
    return tuple((place, found[place] or usual) for place in columns)
