"""What CAM would make of a suppression list: columns, first rows, counts and what to look at. Stores nothing. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from cam.leads import csvfile, opt_outs, row_errors
from cam.leads.csvfile import Row
from cam.leads.headers import Meanings
from cam.leads.opt_out_headers import Kind
from cam.leads.row_errors import RowError
from cam.mail import list_dates, suppression_list
from cam.mail.suppression_list import Layout, Named, Problem

SHOWN = 10
_SAMPLE = 100
# So many rows are looked at for what people should hear of.
_LOOKED_AT = 10_000


class Column(NamedTuple):
    """A column, the field that it is read as, and the first text in it."""

    header: str
    field: str | None
    sample: str | None


class PreviewedRow(NamedTuple):
    """A row as it would be taken in, or why it is refused."""

    line: int
    read: Named | Problem


@dataclass(frozen=True, slots=True)
class ListPreview:
    """What CAM would make of a list. `count`: rows in what was read, `counts`: of them by what they name."""

    layout: Layout
    encoding: str
    columns: tuple[Column, ...]
    rows: tuple[PreviewedRow, ...]
    count: int
    counts: Counter[str]
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]


def preview(data: bytes, own: Meanings | None, now: datetime) -> ListPreview:
    """What the columns of a list mean and whom its rows name. `data` is a file, or its beginning.

    Raises Invalid when it names nobody, or is no text.
    """
    layout = suppression_list.layout(data[: csvfile.HEAD], own)
    counts: Counter[str] = Counter()
    first: list[Row] = []
    shown: list[PreviewedRow] = []
    errors: list[RowError] = []
    # What a cut through the file did to its last row is not the file's fault.
    whole = data.endswith((b"\n", b"\r", b"\n\0", b"\r\0"))
    last: Row | None = None
    for last, ahead in _with_next(csvfile.rows(data, layout.facts)):
        read = suppression_list.read(last, layout, now)
        if isinstance(read, Problem) and not ahead and not whole and counts:
            break
        counts[suppression_list.kind(read)] += 1
        if isinstance(read, Named) and read.doubt:
            counts[read.doubt] += 1
        if isinstance(read, Problem) and len(errors) < row_errors.MOST:
            errors.append(RowError(line=last.line, field=read.field, message=read.message))
        if len(first) < SHOWN:
            first.append(last)
            shown.append(PreviewedRow(last.line, read))
    fields = {place: field for field, places in layout.places.items() for place in places}
    return ListPreview(
        layout=layout,
        encoding=last.encoding if last else layout.facts.start.encoding,
        columns=tuple(
            Column(header, fields.get(place), _first_text(first, place))
            for place, header in enumerate(layout.facts.header)
        ),
        rows=tuple(shown),
        count=sum(counts[name] for name in suppression_list.KINDS),
        counts=counts,
        errors=tuple(errors),
        warnings=(*warnings(data[: csvfile.HEAD], layout), *about_dates(counts)),
    )


def _with_next(rows: Iterator[Row]) -> Iterator[tuple[Row, Row | None]]:
    here = next(rows, None)
    while here:
        ahead = next(rows, None)
        yield here, ahead
        here = ahead


def _first_text(rows: Sequence[Row], place: int) -> str | None:
    texts = (row.cells[place].strip() for row in rows if not row.error)
    return next((text[:_SAMPLE] for text in texts if text), None)


def about_dates(counts: Counter[str] | dict[str, int]) -> list[str]:
    """What to say of rows whose dates could not be taken as they are."""
    faults = {"unreadable": "that cannot be read", "future": "in the future"}
    return [
        f"{number:,} {'row has' if number == 1 else 'rows have'} a date {fault}: the day of the import is used instead."
        for name, fault in faults.items()
        if (number := counts.get(name))
    ]


def warnings(head: bytes, layout: Layout) -> Iterator[str]:
    """What should be looked at before a list is taken in, by its first megabyte."""
    rows = [row for row in islice(csvfile.rows(head, layout.facts), _LOOKED_AT) if not row.error]
    header = layout.facts.header
    addresses, domains = layout.places.get("address", ()), layout.places.get("domain", ())
    if addresses and domains and any(_filled(row, addresses) and _filled(row, domains) for row in rows):
        yield f"Column {header[domains[0]]!r} is read only in rows that have no address."
    for place in layout.places.get("date", ()):
        doubtful = next((row.cells[place] for row in rows if list_dates.ambiguous(row.cells[place])), None)
        if doubtful and layout.order is None:
            yield f"Column {header[place]!r}: dates such as {doubtful.strip()!r} are read with the day first."
    yield from _unmarked(rows, layout)


def _filled(row: Row, places: Sequence[int]) -> bool:
    return any(row.cells[place].strip() for place in places)


def _unmarked(rows: Sequence[Row], layout: Layout) -> Iterator[str]:
    """A list of all contacts has columns that say of whom they are: everybody in it would be suppressed."""
    read = {place for places in layout.places.values() for place in places}
    found = (opt_outs.column(at, name, None, False) for at, name in enumerate(layout.facts.header) if at not in read)
    stops = sorted(one for one in found if one and one.kind in (Kind.OPT_OUT, Kind.CONSENT, Kind.BOUNCE))
    if not stops:
        return
    number = sum(opt_outs.said(row.cells, stops) is None for row in rows)
    if number:
        names = ", ".join(repr(layout.facts.header[one.place]) for one in stops[:3])
        plural = "column" if len(stops) == 1 else "columns"
        yield (
            f"{number:,} of {len(rows):,} rows are not marked as opted out in {plural} {names}, and are suppressed as "
            "well: every row of a suppression list is. If this is an export of all contacts, import it as leads."
        )
