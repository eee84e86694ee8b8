"""What waits to be harvested: uploaded files and leads added by hand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import batched
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from ulid import ULID

from cam.leads import row_errors, stored_files
from cam.leads.csvfile import FileFacts, Place
from cam.leads.file_marks import MOST_STRANGE, Marks
from cam.leads.headers import Meanings
from cam.leads.row_errors import RowError
from cam.model.errors import NotFound
from cam.model.models import JobStatus, LawfulBasis, LeadDraft, OnDuplicate
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.text import clock

# Of a file that a client uploads to S3 by itself (spec §9).
MOST_BYTES = 1 << 30
# Not every row adds to these: they are written only when they have grown.
_GROWING = ("updated", "errors", "warned", "row_warnings", "stopped", "statuses", "strange")


class Stated(NamedTuple):
    """What the user said of all rows of a file: the lawful basis of those that do not state their own, where and when
    it was given, its codec, and what is done to leads that the campaign has already.
    """

    lawful_basis: LawfulBasis | None = None
    note: str | None = None
    encoding: str | None = None
    on_duplicate: OnDuplicate = OnDuplicate.FILL


_NOTHING = Stated()


class Import(BaseModel):
    """An uploaded file and how far it has been read: `offset` bytes, `row` rows, to the beginning of `line`.

    `etag` is None until the file has been seen in the bucket: a client that asked for an address to upload to may take
    its time. `rows` is None until they have been counted, and `mapping` is what the user said that columns mean;
    `lawful_basis` and `basis_note` are what they said of rows that state none, `stated_encoding` the codec they named.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    import_id: str
    campaign_id: int
    filename: str
    status: JobStatus
    size: int
    rows: int | None = None
    row: int = 0
    offset: int = 0
    line: int = 1
    encoding: str = "ascii"
    etag: str | None = None
    facts: FileFacts | None = None
    stated_encoding: str | None = None
    mapping: dict[str, str | None] | None = None
    lawful_basis: LawfulBasis | None = None
    basis_note: str | None = None
    on_duplicate: OnDuplicate = OnDuplicate.FILL
    inserted: int = 0
    # Of the duplicates, `updated` changed their leads because the file is to update leads.
    duplicates: int = 0
    updated: int = 0
    refused: int = 0
    warned: int = 0
    errors: tuple[RowError, ...] = ()
    row_warnings: tuple[RowError, ...] = ()
    # What its rows have said so far of consent and addresses (`file_marks.Marks`), and what should be looked at.
    stopped: dict[str, int] = {}
    statuses: dict[str, int] = {}
    strange: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    created_at: datetime

    @property
    def object_key(self) -> str:
        """Where the bytes lie in the bucket."""
        return f"{_folder(self.campaign_id)}{self.import_id}.csv"

    @property
    def stated(self) -> Stated:
        """What the user said of all rows."""
        return Stated(self.lawful_basis, self.basis_note, self.stated_encoding, self.on_duplicate)

    @property
    def percent(self) -> int:
        """How much of the file has been read, by bytes."""
        return 100 if self.status is JobStatus.COMPLETED else min(99, self.offset * 100 // max(1, self.size))

    @property
    def codec(self) -> str | None:
        """The encoding with which the file is read; None as long as nobody has looked at it."""
        if self.row or self.facts is None:
            return self.encoding if self.row else self.stated_encoding
        return self.facts.encoding or self.facts.start.encoding

    @property
    def place(self) -> Place | None:
        """Where reading goes on; None for a file of which no row has been read."""
        return Place(self.offset, self.row, self.line, self.encoding) if self.row else None


def based(stated: Stated, draft: LeadDraft) -> LeadDraft:
    """The lead of a row, with the basis that was stated for the whole file unless the row states one."""
    if stated.lawful_basis is None or "lawful_basis" in draft.model_fields_set:
        return draft
    return draft.model_copy(update={"lawful_basis": stated.lawful_basis, "basis_note": stated.note})


def _folder(campaign_id: int) -> str:
    return f"imports/{campaign_id}/"


def store(
    campaign_id: int,
    filename: str,
    data: bytes,
    facts: FileFacts,
    mapping: Meanings | None = None,
    import_id: str | None = None,
    stated: Stated = _NOTHING,
    warnings: Sequence[str] = (),
) -> Import:
    """Keep a checked file, then list it: a file without its entry is never read, an entry always has its file."""
    new = _new(campaign_id, filename, len(data), mapping, stated, import_id)
    etag = stored_files.put(new.object_key, data)
    known = {"rows": facts.rows, "facts": facts, "etag": etag, "warnings": tuple(warnings)}
    return _listed(new.model_copy(update=known))


def expect(
    campaign_id: int, filename: str, size: int, mapping: Meanings | None = None, stated: Stated = _NOTHING
) -> tuple[Import, str, datetime]:
    """An import whose file is to come: with the address to PUT it to, and until when (one hour).

    The signature covers the size: another number of bytes is refused by S3.
    """
    new = _listed(_new(campaign_id, filename, size, mapping, stated))
    url = stored_files.upload_address(new.object_key, size)
    return new, url, new.created_at + stored_files.UPLOAD_FOR


def _new(
    campaign_id: int,
    filename: str,
    size: int,
    mapping: Meanings | None,
    stated: Stated,
    import_id: str | None = None,
) -> Import:
    return Import(
        import_id=import_id or str(ULID()),
        campaign_id=campaign_id,
        filename=filename,
        status=JobStatus.PENDING,
        size=size,
        mapping=mapping,
        stated_encoding=stated.encoding,
        lawful_basis=stated.lawful_basis,
        basis_note=stated.note,
        on_duplicate=stated.on_duplicate,
        created_at=clock.now(),
    )


def _listed(new: Import) -> Import:
    key = keys.imported(new.campaign_id, new.import_id)
    item = {**key, **new.model_dump(mode="json"), "created_at": clock.iso(new.created_at)}
    try:
        tables.write(tables.put(leads_table(), item, missing=["pk"]))
    except tables.Refused:
        return read(new.campaign_id, new.import_id)
    return new


def read(campaign_id: int, import_id: str) -> Import:
    """One import. Raises NotFound."""
    item = tables.get(leads_table(), keys.imported(campaign_id, import_id))
    if item is None:
        raise NotFound(f"Campaign {campaign_id} has no import {import_id}.")
    return Import.model_validate(item)


def beginning(one: Import) -> tuple[Import, bytes]:
    """The first megabyte of a file, and the import with what the bucket says of it (size, etag).

    Raises NotUploaded when it is not there yet, ProviderFailed when it is gone, empty or too large, Throttled.
    """
    found = stored_files.beginning(one.object_key, one.etag, one.import_id, MOST_BYTES)
    return one.model_copy(update={"size": found.size, "etag": found.etag}), found.data


def chunks(one: Import, offset: int) -> Iterator[bytes]:
    """The bytes of a file from `offset` on, in requests that grow: few rows cost little, many cost few requests.

    Raises ProviderFailed when the file is gone or is not the one that was begun, Throttled when S3 does not answer.
    """
    return stored_files.chunks(one.object_key, one.etag, one.size, offset)


def page(campaign_id: int, limit: int, after: str | None = None) -> tuple[list[Import], str | None]:
    """Imports of a campaign, newest first, and the import to go on from."""
    pk = keys.intake_pk(campaign_id)
    items, last = tables.query(
        leads_table(),
        pk,
        begins="IMPORT#",
        descending=True,
        limit=limit,
        after=keys.imported(campaign_id, after) if after else None,
    )
    return [Import.model_validate(item) for item in items], (last["sk"].removeprefix("IMPORT#") if last else None)


def any_import(campaign_id: int) -> bool:
    """Whether the campaign has a file at all. One that was announced counts as soon as it is in the bucket."""
    awaited = []
    pk = keys.intake_pk(campaign_id)
    for item in tables.query_all(leads_table(), pk, begins="IMPORT#", only=("import_id", "etag", "status")):
        if item.get("etag"):
            return True
        if item["status"] == JobStatus.PENDING:
            awaited.append(item["import_id"])
    return any(_uploaded(campaign_id, awaited))


def _uploaded(campaign_id: int, import_ids: Sequence[str]) -> Iterator[str]:
    """Those of these files that the bucket holds. Ids are in the order of time."""
    wanted = {f"{_folder(campaign_id)}{import_id}.csv": import_id for import_id in import_ids}
    return (wanted[name] for name in stored_files.there(_folder(campaign_id), [*wanted]))


def unread(campaign_id: int) -> list[Import]:
    """Files that have rows left, or are to come, in the order of uploading."""
    items = tables.query_all(leads_table(), keys.intake_pk(campaign_id), begins="IMPORT#")
    imports = [Import.model_validate(item) for item in items]
    return [one for one in imports if one.status in (JobStatus.PENDING, JobStatus.RUNNING)]


def readable(campaign_id: int) -> list[Import]:
    """Files that have rows left and lie in the bucket: one that is still to come gives a run nothing."""
    found = unread(campaign_id)
    there = {*_uploaded(campaign_id, [one.import_id for one in found if not one.etag])}
    return [one for one in found if one.etag or one.import_id in there]


def advance(
    before: Import,
    place: Place,
    inserted: int,
    duplicates: int,
    errors: Sequence[RowError],
    refused: int,
    finished: bool,
    marks: Marks | None = None,
    warnings: Sequence[RowError] = (),
    updated: int = 0,
) -> tuple[Import, list[tables.Action]]:
    """The import after some more rows, and the writes that say so: refused when somebody else read on meanwhile.

    `refused` counts rows; a row may have several `errors`. `warnings` are about imported rows. All errors
    and warnings are kept for a year, the first 100 of both on the import too. `marks`: what these rows say of consent
    and addresses.
    """
    marks = marks or Marks()
    after = before.model_copy(
        update={
            **place._asdict(),
            "rows": place.row if finished else before.rows,
            "inserted": before.inserted + inserted,
            "duplicates": before.duplicates + duplicates,
            "updated": before.updated + updated,
            "refused": before.refused + refused,
            "warned": before.warned + len({one.line for one in warnings}),
            "errors": (*before.errors, *errors)[: row_errors.MOST],
            "row_warnings": (*before.row_warnings, *warnings)[: row_errors.MOST],
            "stopped": dict(marks.stopped + Counter(before.stopped)),
            "statuses": dict(marks.statuses + Counter(before.statuses)),
            "strange": tuple(dict.fromkeys((*before.strange, *marks.strange)))[:MOST_STRANGE],
            "status": JobStatus.COMPLETED if finished else JobStatus.RUNNING,
        }
    )
    changed = {*Place._fields, "rows", "inserted", "duplicates", "refused", "status"}
    if before.row == 0:
        changed |= {"size", "etag", "facts", "warnings"}
    changed |= {name for name in _GROWING if getattr(after, name) != getattr(before, name)}
    moved = tables.update(
        leads_table(),
        keys.imported(before.campaign_id, before.import_id),
        put=after.model_dump(mode="json", include=changed),
        equal={"row": before.row},
    )
    noted = sorted([*errors, *warnings], key=lambda one: one.line)
    return after, [moved, *([_keep(before, noted)] if noted else [])]


def _keep(before: Import, errors: Sequence[RowError]) -> tables.Action:
    key = keys.import_errors(before.campaign_id, before.import_id, before.row)
    return row_errors.keep(leads_table(), key, errors)


def errors(one: Import, after: int | None = None) -> Iterator[tuple[int, list[RowError]]]:
    """All errors and warnings of a file, batch by batch, each with the number of its first row.

    `after`: only those of the batches after the one that begins with this row.
    """
    first = keys.import_errors(one.campaign_id, one.import_id, 0 if after is None else after + 1)
    return row_errors.kept(leads_table(), first)


def fail(one: Import, message: str) -> None:
    """Close a file that cannot be read; its message goes to the first place where people look.

    A file that somebody else has read on meanwhile is left alone.
    """
    problem = RowError(line=one.line, field="file", message=message)
    action = tables.update(
        leads_table(),
        keys.imported(one.campaign_id, one.import_id),
        put={"status": JobStatus.FAILED, "errors": [problem.model_dump(), *(e.model_dump() for e in one.errors)]},
        equal={"row": one.row},
    )
    with suppress(tables.Refused):
        tables.write(action)


def queue(campaign_id: int, drafts: Sequence[tuple[str, LeadDraft]]) -> int:
    """Put leads (id, draft; ids unique) in line for the next harvest. Returns how many were not waiting already."""
    moment = clock.iso(clock.now())
    queued = 0
    for batch in batched(drafts, tables.MOST, strict=False):
        waiting = tables.get_many(
            leads_table(), [keys.queued(campaign_id, lead_id) for lead_id, _ in batch], only=("lead_id",)
        )
        known = {item["lead_id"] for item in waiting.values()}
        left = [(lead_id, draft) for lead_id, draft in batch if lead_id not in known]
        while left:
            try:
                tables.transact(
                    [
                        tables.put(
                            leads_table(),
                            {
                                **keys.queued(campaign_id, lead_id),
                                "lead_id": lead_id,
                                "at": moment,
                                "draft": draft.model_dump_json(),
                            },
                            missing=["pk"],
                        )
                        for lead_id, draft in left
                    ]
                )
            except tables.Cancelled as cancelled:
                left = [one for at, one in enumerate(left) if at not in cancelled.refused]
                continue
            queued += len(left)
            break
    return queued


def waiting(campaign_id: int, limit: int) -> list[tuple[str, str, LeadDraft]]:
    """Leads in line: (id, since when, draft), at most `limit`."""
    items, _ = tables.query(leads_table(), keys.intake_pk(campaign_id), begins="QUEUE#", limit=limit)
    return [(item["lead_id"], item["at"], LeadDraft.model_validate_json(item["draft"])) for item in items]


def in_line(campaign_id: int) -> int:
    """How many leads added by hand wait for the next harvest."""
    return tables.count(leads_table(), keys.intake_pk(campaign_id), begins="QUEUE#")


def consume(campaign_id: int, lead_id: str) -> tables.Action:
    """The write that takes a lead out of the line; it is refused when it has been taken."""
    return tables.delete(leads_table(), keys.queued(campaign_id, lead_id), exists=["pk"])
