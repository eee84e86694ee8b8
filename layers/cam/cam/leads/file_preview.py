"""What CAM would make of a CSV file: its columns and its first rows, from its beginning alone. Stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cam.leads import columns, csvfile, file_marks, imports, intake, opt_outs
from cam.leads.file_marks import Marks
from cam.leads.headers import Meanings
from cam.leads.imports import Stated
from cam.leads.intake import Problem
from cam.model.models import LeadDraft

SHOWN = 10
_SAMPLE = 100


class Column(NamedTuple):
    """A column: the field that takes its text, the name under which it is kept in `enrichment`, and a sample.

    A column that says who must not be written to has both.
    """

    header: str
    field: str | None
    kept_as: str | None
    sample: str | None


class PreviewedRow(NamedTuple):
    """A row as it would be imported: the lead, with warnings about unusable values, or why it is refused."""

    line: int
    lead: LeadDraft | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What CAM would make of a file. `layout`: whose export it is, by its headers. `count`: rows in what was read.

    `marks`: what these rows say of consent and addresses; `warnings`: what should be looked at before they come in.
    """

    encoding: str
    delimiter: str
    layout: str | None
    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    rows: tuple[PreviewedRow, ...]
    count: int
    marks: Marks
    warnings: tuple[str, ...]


def preview(data: bytes, own: Meanings | None, stated: Stated) -> FilePreview:
    """What the columns of a file mean and its first 10 rows become. `data` is a file, or its beginning.

    `own`: what a user says that columns mean; `stated`: what they say of all rows and of the encoding. Raises Invalid
    when the file, or what is said of it, cannot be what it is said to be.
    """
    facts = csvfile.facts(data[: csvfile.HEAD], None, stated.encoding, columns.meant(own or {}))
    columns.fits(own or {}, facts.header)
    meaning = columns.mapping(facts.header, own, facts.decimals)
    first: list[csvfile.Row] = []
    marks = Marks()
    statuses = [place for place, field, _ in meaning.known if field == "email_status"]
    count, last = 0, None
    for last in csvfile.rows(data, facts):
        count += 1
        if (meaning.stops or statuses) and not last.error:
            marks.row(opt_outs.said(last.cells, meaning.stops), _status(last, statuses))
        if count <= file_marks.LOOKED_AT:
            first.append(last)
        if last.error == csvfile.OPEN:
            # What comes behind it may be the rest of its cell.
            break
    # What a cut through the file did to its last row is not the file's fault.
    whole = data.endswith((b"\n", b"\r", b"\n\0", b"\r\0"))
    if last and not whole and count > 1 and _row(last, meaning, stated).problems:
        count -= 1
    fields = {at: field for at, field, _ in meaning.known}
    stops = {one.place: target for one in meaning.stops if (target := opt_outs.target(one.kind))}
    fields = stops | fields
    kept = dict(meaning.others)
    return FilePreview(
        encoding=last.encoding if last else facts.start.encoding,
        delimiter=facts.delimiter,
        layout=columns.layout(facts.header),
        columns=tuple(
            Column(header, fields.get(at), kept.get(at), _first_text(first[:SHOWN], at))
            for at, header in enumerate(facts.header)
        ),
        unknown=tuple(columns.unknown(facts.header, own)),
        rows=tuple(_row(row, meaning, stated) for row in first[: min(count, SHOWN)]),
        count=count,
        marks=marks,
        warnings=tuple(file_marks.warnings(first, facts, own)),
    )


def _status(row: csvfile.Row, places: Sequence[int]) -> str | None:
    """What a row says of its address, in the first of these columns that says anything."""
    return next((text for place in places if (text := row.cells[place].strip())), None)


def _first_text(rows: Sequence[csvfile.Row], at: int) -> str | None:
    """What the first row says in this column that says anything."""
    texts = (row.cells[at].strip() for row in rows if not row.error)
    return next((text[:_SAMPLE] for text in texts if text), None)


def _row(row: csvfile.Row, meaning: columns.Mapping, stated: Stated) -> PreviewedRow:
    if row.error:
        return PreviewedRow(row.line, None, (Problem("row", row.error),))
    lead = intake.draft(row.cells, meaning)
    if isinstance(lead, LeadDraft):
        return PreviewedRow(row.line, imports.based(stated, lead), (), intake.warnings(lead))
    return PreviewedRow(row.line, None, lead.problems)
