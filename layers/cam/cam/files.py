"""What waits to be harvested: uploaded files and leads added by hand."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING

import boto3
from pydantic import BaseModel, ConfigDict
from ulid import ULID

from cam import clock, keys, tables
from cam.environment import leads_table, required
from cam.errors import NotFound, ProviderFailed
from cam.models import JobStatus, LeadDraft

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Kept on the import itself (spec §9).
MOST_ERRORS = 100


class RowError(BaseModel):
    """One row that was refused, by its line in the file."""

    model_config = ConfigDict(frozen=True)

    line: int
    field: str
    message: str


class Import(BaseModel):
    """An uploaded file and how far it has been read. `row` is the number of the next data row, from 0."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    import_id: str
    campaign_id: int
    filename: str
    status: JobStatus
    rows: int
    row: int = 0
    inserted: int = 0
    duplicates: int = 0
    refused: int = 0
    errors: tuple[RowError, ...] = ()
    created_at: datetime

    @property
    def object_key(self) -> str:
        """Where the bytes lie in the bucket."""
        return f"imports/{self.campaign_id}/{self.import_id}.csv"

    @property
    def percent(self) -> int:
        """How much of the file has been read."""
        return 100 if self.rows == 0 else self.row * 100 // self.rows


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


def store(campaign_id: int, filename: str, data: bytes, rows: int, import_id: str | None = None) -> Import:
    """Keep an uploaded file, then list it: a file without its entry is never read, an entry always has its file."""
    moment = clock.now()
    new = Import(
        import_id=import_id or str(ULID()),
        campaign_id=campaign_id,
        filename=filename,
        status=JobStatus.PENDING,
        rows=rows,
        created_at=moment,
    )
    _s3().put_object(Bucket=required("IMPORTS_BUCKET"), Key=new.object_key, Body=data, ContentType="text/csv")
    item = {**keys.imported(campaign_id, new.import_id), **new.model_dump(mode="json"), "created_at": clock.iso(moment)}
    try:
        tables.write(tables.put(leads_table(), item, missing=["pk"]))
    except tables.Refused:
        return read(campaign_id, new.import_id)
    return new


def read(campaign_id: int, import_id: str) -> Import:
    """One import. Raises NotFound."""
    item = tables.get(leads_table(), keys.imported(campaign_id, import_id))
    if item is None:
        raise NotFound(f"Campaign {campaign_id} has no import {import_id}.")
    return Import.model_validate(item)


def content(one: Import) -> bytes:
    """The bytes of an uploaded file. Raises ProviderFailed when the bucket does not have it."""
    store = _s3()
    try:
        return bytes(store.get_object(Bucket=required("IMPORTS_BUCKET"), Key=one.object_key)["Body"].read())
    except store.exceptions.NoSuchKey as error:
        raise ProviderFailed("the uploaded file is gone") from error


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
    """Whether the campaign has a file at all."""
    items, _ = tables.query(leads_table(), keys.intake_pk(campaign_id), begins="IMPORT#", limit=1)
    return bool(items)


def unread(campaign_id: int) -> list[Import]:
    """Files that have rows left, in the order of uploading."""
    items = tables.query_all(leads_table(), keys.intake_pk(campaign_id), begins="IMPORT#")
    imports = [Import.model_validate(item) for item in items]
    return [one for one in imports if one.status in (JobStatus.PENDING, JobStatus.RUNNING)]


def advance(
    before: Import, row: int, inserted: int, duplicates: int, errors: Sequence[RowError], refused: int, finished: bool
) -> tuple[Import, tables.Action]:
    """The import after some more rows, and the write that says so; it is refused when somebody else read on meanwhile.

    `refused` counts rows; a row may have several `errors`.
    """
    kept = (*before.errors, *errors)[:MOST_ERRORS]
    after = before.model_copy(
        update={
            "row": row,
            "inserted": before.inserted + inserted,
            "duplicates": before.duplicates + duplicates,
            "refused": before.refused + refused,
            "errors": kept,
            "status": JobStatus.COMPLETED if finished else JobStatus.RUNNING,
        }
    )
    changed = after.model_dump(
        mode="json", include={"row", "inserted", "duplicates", "refused", "status", *({"errors"} if errors else ())}
    )
    return after, tables.update(
        leads_table(), keys.imported(before.campaign_id, before.import_id), put=changed, equal={"row": before.row}
    )


def fail(one: Import, message: str) -> None:
    """Close a file that cannot be read; its message goes to the first place where people look."""
    problem = RowError(line=1, field="file", message=message)
    tables.write(
        tables.update(
            leads_table(),
            keys.imported(one.campaign_id, one.import_id),
            put={"status": JobStatus.FAILED, "errors": [problem.model_dump(), *(e.model_dump() for e in one.errors)]},
        )
    )


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
