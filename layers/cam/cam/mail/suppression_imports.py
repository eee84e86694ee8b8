"""Uploaded suppression lists, and how far each has been taken in: names and new place are written together."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from cam.leads import csvfile, row_errors, stored_files
from cam.leads.csvfile import Place, Row
from cam.leads.headers import Meanings
from cam.leads.row_errors import RowError
from cam.mail import suppression, suppression_list, suppression_preview
from cam.mail.suppression_list import Layout, Named, Problem
from cam.model.errors import Invalid, NotFound, ProviderFailed, Throttled
from cam.model.models import JobStatus
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock
from cam.text.cleaning import clip

FOLDER = "suppressions/"
# Of a file that a client uploads to S3 by itself: some three million addresses.
MOST_BYTES = 100 * 1024 * 1024
# A transaction holds the suppressions, the list's new place and its errors.
BATCH = tables.MOST - 2
_ATTEMPTS = 5
_GONE_ON = 0


class SuppressionImport(BaseModel):
    """An uploaded list and how far it has been read: `offset` bytes, `row` rows, to the beginning of `line`.

    `etag` and `layout` are None until the file has been seen in the bucket. `reason` is that of rows without one.
    `counts`: rows by what they name (`addresses`, `domains`, `hashes`), `refused`, and of their dates `unreadable` and
    `future`; `added` suppressions and those that were there `already`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    import_id: str
    filename: str
    status: JobStatus
    size: int
    reason: str
    mapping: dict[str, str | None] | None = None
    etag: str | None = None
    layout: Layout | None = None
    row: int = 0
    offset: int = 0
    line: int = 1
    encoding: str = "ascii"
    counts: dict[str, int] = {}
    errors: tuple[RowError, ...] = ()
    warnings: tuple[str, ...] = ()
    created_at: datetime

    @property
    def object_key(self) -> str:
        """Where the bytes lie in the bucket."""
        return f"{FOLDER}{self.import_id}.csv"

    @property
    def done(self) -> bool:
        """Whether it is over, well or not."""
        return self.status in (JobStatus.COMPLETED, JobStatus.FAILED)

    @property
    def percent(self) -> int:
        """How much of the file has been read, by bytes."""
        return 100 if self.status is JobStatus.COMPLETED else min(99, self.offset * 100 // max(1, self.size))


class Upload(NamedTuple):
    """What a client says about a list."""

    filename: str
    reason: str | None = None
    mapping: Meanings | None = None


def store(import_id: str, upload: Upload, data: bytes, layout: Layout, warnings: Sequence[str]) -> SuppressionImport:
    """Keep a checked list, then its entry: an entry always has its file. Again, under the same id, changes nothing."""
    new = _new(import_id, upload, len(data))
    etag = stored_files.put(new.object_key, data)
    return _listed(new.model_copy(update={"etag": etag, "layout": layout, "warnings": tuple(warnings)}))


def expect(import_id: str, upload: Upload, size: int) -> tuple[SuppressionImport, str, datetime]:
    """A list whose file is to come: with the address to PUT it to, and until when (one hour)."""
    new = _listed(_new(import_id, upload, size))
    return new, stored_files.upload_address(new.object_key, size), new.created_at + stored_files.UPLOAD_FOR


def _new(import_id: str, upload: Upload, size: int) -> SuppressionImport:
    return SuppressionImport(
        import_id=import_id,
        filename=upload.filename,
        status=JobStatus.PENDING,
        size=size,
        reason=upload.reason or clip(f"imported from {upload.filename}", suppression_list.MOST_REASON),
        mapping=upload.mapping,
        created_at=clock.now(),
    )


def _listed(new: SuppressionImport) -> SuppressionImport:
    item = {
        **keys.suppression_import(new.import_id),
        **new.model_dump(mode="json"),
        "created_at": clock.iso(new.created_at),
        "expires_at": int((new.created_at + stored_files.KEPT).timestamp()),
    }
    try:
        tables.write(tables.put(campaigns_table(), item, missing=["pk"]))
    except tables.Refused:
        return read(new.import_id)
    return new


def read(import_id: str) -> SuppressionImport:
    """One list. Raises NotFound."""
    item = tables.get(campaigns_table(), keys.suppression_import(import_id))
    if item is None:
        kept = f"Imports are kept for {stored_files.KEPT.days} days."
        raise NotFound(f"There is no suppression import {import_id}. {kept}")
    return SuppressionImport.model_validate(item)


def page(limit: int, after: str | None = None) -> tuple[list[SuppressionImport], str | None]:
    """Lists, newest first, and the import to go on from."""
    items, last = tables.query(
        campaigns_table(),
        keys.SUPPRESSION_IMPORTS,
        descending=True,
        limit=limit,
        after=keys.suppression_import(after) if after else None,
    )
    found = [SuppressionImport.model_validate(item) for item in items]
    return found, last["sk"].removeprefix("IMPORT#") if last else None


def beginning(one: SuppressionImport) -> tuple[SuppressionImport, bytes]:
    """The first megabyte of a list, and the import with what the bucket says of it (size, etag).

    Raises NotUploaded when it is not there yet, ProviderFailed when it is gone, empty or too large, Throttled.
    """
    found = stored_files.beginning(one.object_key, one.etag, one.import_id, MOST_BYTES)
    return one.model_copy(update={"size": found.size, "etag": found.etag}), found.data


def begun(one: SuppressionImport) -> tuple[SuppressionImport, Layout]:
    """The import with what its first look tells, which is stored with the first rows.

    Raises NotUploaded, ProviderFailed when the file cannot be read, Throttled.
    """
    if one.layout is not None:
        return one, one.layout
    one, head = beginning(one)
    try:
        found = suppression_list.layout(head, one.mapping)
    except Invalid as error:
        raise ProviderFailed(str(error)) from error
    noticed = suppression_preview.warnings(head, found)
    return one.model_copy(update={"layout": found, "warnings": tuple(noticed)}), found


def unread(one: SuppressionImport, layout: Layout) -> Iterator[Row]:
    """The rows that have not been taken in. Raises ProviderFailed, Throttled as the bucket does."""
    start = layout.facts.start
    place = Place(one.offset, one.row, one.line, one.encoding) if one.row else start
    data = stored_files.chunks(one.object_key, one.etag, one.size, place.offset)
    return csvfile.rows(data, layout.facts, place)


def take(before: SuppressionImport, layout: Layout, rows: Sequence[Row], last: bool) -> SuppressionImport | None:
    """Suppress whom these rows name and move on behind them, in one transaction; what is suppressed stays as it is.

    None: somebody else has read on. Rows that name somebody twice count twice, the first one's reason and date stay.
    """
    reads = [suppression_list.read(row, layout, before.created_at) for row in rows]
    wanted: dict[str, Named] = {}
    for one in reads:
        if isinstance(one, Named):
            wanted.setdefault(one.hash or keys.hashed(one.name), one)
    errors = [
        RowError(line=row.line, field=one.field, message=one.message)
        for row, one in zip(rows, reads, strict=True)
        if isinstance(one, Problem)
    ]
    for _ in range(_ATTEMPTS):
        there = suppression.known([*wanted])
        fresh = {digest: one for digest, one in wanted.items() if digest not in there}
        counts = Counter(suppression_list.kind(one) for one in reads)
        counts.update(one.doubt for one in reads if isinstance(one, Named) and one.doubt)
        counts["added"] += len(fresh)
        counts["already"] += sum(isinstance(one, Named) for one in reads) - len(fresh)
        after = _after(before, rows, counts, errors, last)
        new = [
            suppression.new(one.name, digest, one.reason or before.reason, one.since or before.created_at)
            for digest, one in fresh.items()
        ]
        try:
            tables.transact([_moved(before, after), *_kept(before, errors), *new])
            return after
        except tables.Cancelled as cancelled:
            if _GONE_ON in cancelled.refused:
                return None
    raise Throttled("the suppressions are being changed by other requests")


def _after(
    before: SuppressionImport, rows: Sequence[Row], counts: Counter[str], errors: Sequence[RowError], last: bool
) -> SuppressionImport:
    place = rows[-1].after
    return before.model_copy(
        update={
            **place._asdict(),
            "counts": dict(counts + Counter(before.counts)),
            "errors": (*before.errors, *errors)[: row_errors.MOST],
            "status": JobStatus.COMPLETED if last else JobStatus.RUNNING,
        }
    )


def _moved(before: SuppressionImport, after: SuppressionImport) -> tables.Action:
    changed = {*Place._fields, "counts", "status"}
    if before.row == 0:
        changed |= {"size", "etag", "layout", "warnings"}
    if after.errors != before.errors:
        changed.add("errors")
    return tables.update(
        campaigns_table(),
        keys.suppression_import(before.import_id),
        put=after.model_dump(mode="json", include=changed),
        equal={"row": before.row, "status": before.status},
    )


def _kept(before: SuppressionImport, errors: Sequence[RowError]) -> list[tables.Action]:
    if not errors:
        return []
    key = keys.suppression_import_errors(before.import_id, before.row)
    return [row_errors.keep(campaigns_table(), key, errors)]


def errors(one: SuppressionImport, after: int | None = None) -> Iterator[tuple[int, list[RowError]]]:
    """All errors of a list, batch by batch, each with the number of its first row; those behind that of row `after`."""
    first = keys.suppression_import_errors(one.import_id, 0 if after is None else after + 1)
    return row_errors.kept(campaigns_table(), first)


def fail(one: SuppressionImport, message: str) -> None:
    """Close a list that cannot be read; its message goes first. One that somebody has read on meanwhile is left alone.

    What was suppressed stays suppressed.
    """
    problem = RowError(line=one.line, field="file", message=message)
    changes: dict[str, Any] = {
        "status": JobStatus.FAILED,
        "errors": [error.model_dump() for error in (problem, *one.errors)],
    }
    action = tables.update(
        campaigns_table(),
        keys.suppression_import(one.import_id),
        put=changes,
        equal={"row": one.row, "status": one.status},
    )
    with suppress(tables.Refused):
        tables.write(action)
