"""Imports: CSV files, uploaded and checked here, read by the next harvest."""

from email.message import Message
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import UploadFile

from cam import campaigns, csvfile, files
from cam.errors import Invalid, TooLarge
from cam.files import Import, RowError
from cam.models import JobStatus
from cam.settings import Frozen
from cam.words import hidden
from functions.api import problems
from functions.api.inputs import CampaignId, Cursor, Id, Limit, Moment, Page, page, place
from functions.api.problems import WrongMediaType
from functions.api.strict import media_type

router = APIRouter(prefix="/campaigns/{campaign_id}/imports", tags=["imports"], responses=problems.documented(404))

MOST_BYTES = 5 * 1024 * 1024
# Boundaries and headers of a multipart body.
_AROUND = 64 * 1024
_TYPES = "Send the file as text/csv, or in a multipart/form-data form."
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string", "maxLength": MOST_BYTES}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


class ImportView(Frozen):
    """A file and how far it has been read. `errors` holds the first 100 rows that were refused, by line."""

    import_id: str
    filename: str
    status: JobStatus
    rows: int
    rows_read: int
    inserted: int
    duplicates: int
    refused: int
    errors: tuple[RowError, ...]
    percent: int
    created_at: Moment


def _view(one: Import) -> ImportView:
    shown = {name: getattr(one, name) for name in ImportView.model_fields if name != "rows_read"}
    return ImportView(**shown, rows_read=one.row)


@router.post("", summary="Upload a CSV file", status_code=201, openapi_extra=_UPLOAD)
async def upload(
    campaign_id: CampaignId,
    request: Request,
    response: Response,
    filename: Annotated[str | None, Query(max_length=255, description="The file's name, when it is the body")] = None,
) -> ImportView:
    """A CSV file of at most 5 MB, as the body (text/csv) or in a form. Checked now, read by the next harvest."""
    campaigns.read(campaign_id)
    match media_type(request):
        case "text/csv":
            data, given = await request.body(), _disposition(request.headers.get("content-disposition"))
        case "multipart/form-data":
            data, given = await _from_form(request)
        case other:
            raise WrongMediaType(f"{_TYPES} {other or 'A body without a Content-Type'} is not taken.")
    if len(data) > MOST_BYTES:
        raise TooLarge(f"The file has {len(data):,} bytes, at most {MOST_BYTES:,} are taken. Split it.")
    try:
        facts = csvfile.check(data)
    except Invalid as error:
        raise Invalid(str(error), "file") from error
    new = files.store(campaign_id, name(filename or given), data, facts.rows)
    response.headers["Location"] = f"./imports/{new.import_id}"
    return _view(new)


async def _from_form(request: Request) -> tuple[bytes, str | None]:
    """The one file of a form, whatever its field is called."""
    if len(await request.body()) > MOST_BYTES + _AROUND:
        raise TooLarge(f"The form is larger than a file of {MOST_BYTES:,} bytes makes it. Split the file.")
    async with request.form(max_files=1, max_fields=20) as form:
        found = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        if found is None:
            raise Invalid("The form holds no file. Add one, with its filename.", "file")
        return await found.read(), found.filename


def _disposition(header: str | None) -> str | None:
    """The filename of a Content-Disposition (RFC 6266), with its extended form too."""
    if not header:
        return None
    message = Message()
    message["Content-Disposition"] = header
    return message.get_filename()


def name(given: str | None) -> str:
    """What people see: the last part of the path, in one line that reads as it is written."""
    plain = "".join(sign for sign in given or "" if not hidden(sign)).replace("\\", "/").strip()
    last = PurePosixPath(plain).name.strip()[:255]
    return last if last.strip(".") else "upload.csv"


@router.get("", summary="List imports")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[ImportView]:
    """A campaign's files, newest first."""
    campaigns.read(campaign_id)
    scope = f"imports|{campaign_id}"
    after = place(scope, cursor, 1)
    found, last = files.page(campaign_id, limit, after[0] if after else None)
    return page(scope, [_view(one) for one in found], [last] if last else None)


@router.get("/{import_id}", summary="Read an import")
async def read(campaign_id: CampaignId, import_id: Id) -> ImportView:
    """How far a file has been read, and which rows were refused, by line and reason."""
    return _view(files.read(campaign_id, import_id))
