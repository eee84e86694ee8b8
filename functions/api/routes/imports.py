"""Imports: CSV files, uploaded and checked here, read by the next harvest."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from cam.campaigns import campaigns
from cam.leads import columns, csvfile, file_marks, imports
from cam.leads.imports import Import
from cam.leads.row_errors import RowError
from cam.model.models import JobStatus, LawfulBasis, OnDuplicate
from cam.model.settings.kinds import Frozen, Whole
from cam.text.code_pages import NAMES
from functions.api import problems
from functions.api.parameters import CampaignId, Cursor, Id, Limit, Moment, Page, page, place
from functions.api.strict import json_value, media_type
from functions.api.uploaded_files import (
    ON_DUPLICATE,
    Basis,
    Duplicates,
    Encoded,
    FileMarks,
    MappingOf,
    Meant,
    Named,
    Note,
    about_the_file,
    codec,
    documented,
    marks_of,
    meanings,
    name,
    on_duplicate,
    received,
    stated_basis,
)

router = APIRouter(prefix="/campaigns/{campaign_id}/imports", tags=["imports"], responses=problems.documented(404))

FileName = Annotated[str, StringConstraints(max_length=255)]


class Announced(Frozen):
    """A file that the client uploads to S3 by itself, and what its columns mean where the headers do not say so."""

    filename: FileName
    size: Whole = Field(ge=1, le=imports.MOST_BYTES, description="Size in bytes")
    mapping: MappingOf | None = None
    encoding: str | None = Field(default=None, description="The file's encoding; found out if left out")
    lawful_basis: str | None = None
    basis_note: str | None = None
    on_duplicate: str | None = None


class ImportView(FileMarks):
    """A file and how far it has been read. `errors` has the first 100 refused rows, by line.

    Each row that has been read is inserted, a duplicate or refused; `updated` counts the duplicates that changed their
    lead, with `on_duplicate=update`.

    `warned` counts imported rows with an unusable value; `row_warnings` has the first 100 of them.

    `encoding` is null until the file has been looked at; `unknown_columns` are those that no field takes, kept in
    `enrichment`. `rows` is null until they have been counted; `percent` is by bytes. The counts of people and addresses
    are those of the rows that have been read.
    """

    import_id: str
    filename: str
    status: JobStatus
    size: int
    rows: int | None
    rows_read: int
    inserted: int
    duplicates: int
    updated: int
    refused: int
    warned: int
    errors: tuple[RowError, ...]
    row_warnings: tuple[RowError, ...]
    percent: int
    encoding: str | None
    mapping: MappingOf | None
    unknown_columns: tuple[str, ...]
    lawful_basis: LawfulBasis | None
    basis_note: str | None
    on_duplicate: OnDuplicate
    created_at: Moment


class ExpectedView(ImportView):
    """An import without its file yet: PUT it to `upload_url`, with these headers, before `upload_expires_at`."""

    upload_url: str
    upload_headers: dict[str, str]
    upload_expires_at: Moment


def _shown(one: Import) -> dict[str, Any]:
    own = ImportView.model_fields.keys() - FileMarks.model_fields.keys() - {"rows_read", "encoding", "unknown_columns"}
    told = marks_of(one.stopped, one.statuses, one.strange, one.warnings, one.row)
    known = one.codec
    read = {
        "rows_read": one.row,
        "encoding": NAMES[known] if known in NAMES else known and known.upper(),
        "unknown_columns": tuple(columns.unknown(one.facts.header, one.mapping)) if one.facts else (),
    }
    return {**{name: getattr(one, name) for name in own}, **dict(told), **read}


def _view(one: Import) -> ImportView:
    return ImportView(**_shown(one))


@router.post("", summary="Upload a CSV file", status_code=201, openapi_extra=documented(Announced))
async def upload(
    campaign_id: CampaignId,
    request: Request,
    response: Response,
    filename: Named = None,
    mapping: Meant = None,
    encoding: Encoded = None,
    lawful_basis: Basis = None,
    basis_note: Note = None,
    duplicates: Duplicates = None,
) -> ExpectedView | ImportView:
    """Upload a CSV file of up to 5 MB, as the body (text/csv) or in a form. It is checked now and read by the next
    harvest.

    For a file of up to 1 GB, send `{"filename", "size"}`: the response has an upload address, and the file is checked
    when it is read. If the encoding is not certain, the file is refused with a question, or a large one fails with it:
    send `encoding`. `lawful_basis` applies to rows that state none; `opt_in` and `existing_customer` require a
    `basis_note`.

    Rows about leads that the campaign has already fill their blanks. With `on_duplicate=update`, the values of the file
    also replace theirs, apart from the email address, a known lawful basis, and what was corrected by hand (see
    `row_warnings`); an empty cell removes nothing, and an opt-out is never withdrawn.
    """
    campaigns.read(campaign_id)
    stated = {"lawful_basis": lawful_basis, "basis_note": basis_note}
    if media_type(request) == "application/json":
        asked = problems.checked(Announced, await json_value(request))
        own = meanings(asked.mapping)
        stated_codec = codec(encoding, asked.encoding)
        basis = stated_basis(stated, {"lawful_basis": asked.lawful_basis, "basis_note": asked.basis_note})
        basis = basis._replace(encoding=stated_codec, on_duplicate=on_duplicate(duplicates, asked.on_duplicate))
        new, url, until = imports.expect(campaign_id, name(filename or asked.filename), asked.size, own, basis)
        response.headers["Location"] = f"./imports/{new.import_id}"
        headers = {"Content-Length": str(asked.size)}
        return ExpectedView(**_shown(new), upload_url=url, upload_headers=headers, upload_expires_at=until)
    data, given, own, form = await received(request, mapping)
    stated_codec = codec(encoding, form.get("encoding"))
    basis = stated_basis(stated, form)._replace(
        encoding=stated_codec, on_duplicate=on_duplicate(duplicates, form.get(ON_DUPLICATE))
    )
    with about_the_file():
        facts = csvfile.check(data, columns.meant(own or {}), stated_codec)
        columns.fits(own or {}, facts.header)
    noticed = file_marks.warnings(csvfile.rows(data, facts), facts, own)
    new = imports.store(campaign_id, name(filename or given), data, facts, own, stated=basis, warnings=noticed)
    response.headers["Location"] = f"./imports/{new.import_id}"
    return _view(new)


@router.get("", summary="List imports")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[ImportView]:
    """List a campaign's files, newest first."""
    campaigns.read(campaign_id)
    scope = f"imports|{campaign_id}"
    after = place(scope, cursor, 1)
    found, last = imports.page(campaign_id, limit, after[0] if after else None)
    return page(scope, [_view(one) for one in found], [last] if last else None)


@router.get("/{import_id}", summary="Read an import")
async def read(campaign_id: CampaignId, import_id: Id) -> ImportView:
    """Read how far a file has been read, and which rows were refused, with line and reason."""
    return _view(imports.read(campaign_id, import_id))
