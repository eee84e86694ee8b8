"""Where the table begins in a CSV file, and what separates its columns: exports have titles and notes above. Pure."""

import csv
import io
import itertools
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from cam.leads.headers import key
from cam.model.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
# Lines, besides blank ones, among which the header is looked for.
_LINES = 25
# Excel's `sep=;`, also as other programs save it again: `"sep=;"`, `sep=;;;;`.
_DECLARED = re.compile(r'\ufeff?"?\s*sep\s*=\s*(\\t|.)[",;|\s]*', re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>,;|\"]+@[^\s@<>,;|\"]+\.[^\s@<>,;|\"]{2,}")
_BEHIND = re.compile(r'"[ \t\xa0]+(?=[,;|\r\n]|$)')


class _Candidate(NamedTuple):
    """A line that may be the header: how many of its columns are known, and how many it has."""

    known: int
    columns: int
    line: int
    delimiter: str


def find(head: str, known: Container[str], headed: bool) -> tuple[int, str]:
    """How many lines stand before the header, and the delimiter: those that show the most known columns.

    `headed`: whether there has to be a header; without, the first row may stand in its place. Raises Invalid when the
    file is empty, declares a delimiter that nobody uses, or has no header.
    """
    lines = [*io.StringIO(head, newline="")]
    declared = _DECLARED.fullmatch(lines[0].rstrip("\r\n")) if lines else None
    begin = 1 if declared else 0
    places = [at for at in range(begin, len(lines)) if lines[at].strip(' ,;|\t\r\n"\ufeff\xa0')][:_LINES]
    if not places:
        if head.strip(' \r\n\ufeff"') and not declared:
            return 0, max(DELIMITERS, key=head.count)
        raise Invalid("The file is empty.")
    mark = declared[1].replace("\\t", "\t") if declared else None
    order = sorted(DELIMITERS, key=lambda delimiter: delimiter != mark)
    candidates = [
        candidate for delimiter in order if (candidate := _best(lines, places, delimiter, known)) and candidate.known
    ]
    if candidates:
        # Of equals the first: the declared delimiter, else the comma.
        found = max(candidates, key=lambda one: (one.known, one.columns))
        return found.line, found.delimiter
    if mark and mark not in DELIMITERS:
        raise Invalid(f"Line 1: {mark!r} is not a valid delimiter. Use a comma, a semicolon, a tab or a pipe.")
    first = places[0]
    rows = {delimiter: _record(lines, first, delimiter) or lines[first].split(delimiter) for delimiter in order}
    delimiter = mark or max(order, key=lambda one: len(rows[one]))
    if not headed:
        return first, delimiter
    for cell in rows[delimiter]:
        if _ADDRESS.fullmatch(cell.strip()):
            raise Invalid(
                f"Line {first + 1} has the email address {cell.strip()[:60]!r} where the names of the columns should "
                "be. Add a line above it that names them, such as email, first name, last name, company."
            )
    return _title(lines, places, delimiter), delimiter


def _best(lines: Sequence[str], places: Sequence[int], delimiter: str, known: Container[str]) -> _Candidate | None:
    """The first line with two known columns, else the first with one, when a table is split so."""
    single = None
    for at in places:
        cells = _record(lines, at, delimiter)
        if cells is None or any(map(_ADDRESS.search, cells)):
            if cells and any(_ADDRESS.fullmatch(cell.strip()) for cell in cells):
                # A row of a person: the header is above, or there is none.
                break
            continue
        found = sum(one in known for one in {key(cell) for cell in cells})
        candidate = _Candidate(found, len(cells), at, delimiter)
        if found > 1:
            return candidate
        if found and single is None:
            single = candidate
    return single


def _title(lines: Sequence[str], places: Sequence[int], delimiter: str) -> int:
    """The header's line in a table of which no column is known: the first that has not just one column."""
    for at in places:
        cells = _record(lines, at, delimiter)
        if cells is None or len(cells) > 1:
            return at
    return places[0]


def _record(lines: Sequence[str], at: int, delimiter: str) -> list[str] | None:
    """The cells of the record that begins on a line; None when it cannot be read as one."""
    try:
        return next(
            csv.reader(itertools.islice(lines, at, None), delimiter=delimiter, strict=True, skipinitialspace=True)
        )
    except csv.Error:
        pass
    try:
        return next(_reader(_trimmed(lines, at), delimiter))
    except csv.Error:
        return None


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def _trimmed(lines: Sequence[str], at: int) -> Iterator[str]:
    """Lines without blanks behind their quotation marks."""
    return (_BEHIND.sub('"', line) for line in itertools.islice(lines, at, None))
