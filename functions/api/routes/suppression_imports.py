"""Suppression lists: the opt-outs that an account had in other tools, uploaded as a file."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints

from cam.leads import csvfile
from cam.leads.row_errors import RowError
from cam.mail import suppression_imports, suppression_list, suppression_preview
from cam.mail.suppression_imports import SuppressionImport, Upload
from cam.mail.suppression_list import Named
from cam.mail.suppression_preview import ListPreview, PreviewedRow
from cam.model.errors import Conflict, Invalid, ProviderFailed
from cam.model.models import JobStatus
from cam.model.settings.kinds import Frozen, Whole
from cam.platform.environment import required
from cam.runs import executions
from cam.text import clock
from cam.text.characters import hidden
from cam.text.code_pages import NAMES
from functions.api import calculations, csv_parts, idempotency, problems
from functions.api.parameters import Cursor, Id, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields
from functions.api.strict import json_value, media_type
from functions.api.uploaded_files import (
    MappingOf,
    Meant,
    about_the_file,
    documented,
    meanings,
    name,
    received,
)
from functions.api.uploaded_files import (
    Named as Filename,
)

router = APIRouter(prefix="/suppressions/imports", tags=["suppressions"])

_SCOPE = "suppression-imports"
_FIELDS = (*suppression_list.COLUMNS,)
_TEXTS = ("reason",)
_STOPPED = "the import stopped before its end: upload the file again. What it has suppressed stays suppressed"
Why = Annotated[str | None, Query(description="Reason of rows that have none; by default `imported from <filename>`")]


class Stored(Frozen):
    """A list that has been uploaded before."""

    import_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    mapping: MappingOf | None = None


class Announced(Frozen):
    """A list that the client uploads to S3 by itself, what its columns mean, and the reason of rows without one."""

    filename: Annotated[str, StringConstraints(max_length=255)]
    size: Whole = Field(ge=1, le=suppression_imports.MOST_BYTES, description="Size in bytes")
    mapping: MappingOf | None = None
    reason: str | None = None


class Column(Frozen):
    """A column of a list and what it is read as: address, domain, hash, reason or date; null: it is not read."""

    header: str
    field: str | None
    sample: str | None


class Sample(Frozen):
    """A row as it would be suppressed: by address, domain or hash; or why it is refused.

    `reason` and `since` are null where the row has none: then those of the import are used.
    """

    line: int
    address: str | None = None
    domain: str | None = None
    hash: str | None = None
    reason: str | None = None
    since: Moment | None = None
    errors: tuple[FieldError, ...] = ()


class Counts(Frozen):
    """How many rows name addresses, domains and hashes, and how many are refused."""

    addresses: int
    domains: int
    hashes: int
    refused: int


class Preview(Counts):
    """How CAM would read a suppression list. Counts are of `rows_in_preview`; `errors` has the first 100.

    `header`: whether the first row is a header; a list without one is read by what its columns hold.
    """

    encoding: str
    delimiter: str
    header: bool
    columns: tuple[Column, ...]
    rows: tuple[Sample, ...]
    rows_in_preview: int
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]


class SuppressionImportView(Counts):
    """A suppression list and how far it has been taken in. Its people are suppressed once it is COMPLETED.

    `added` are new suppressions; `already_suppressed` were there before, or came earlier in the file, and keep their
    reason and date. `errors` has the first 100 refused rows, by line. `percent` is by bytes.
    """

    import_id: str
    filename: str
    status: JobStatus
    size: int
    rows_read: int
    percent: int
    added: int
    already_suppressed: int
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]
    reason: str
    mapping: MappingOf | None
    created_at: Moment


class ExpectedView(SuppressionImportView):
    """An import without its file yet: PUT it to `upload_url`, with these headers, before `upload_expires_at`.

    It is taken in by itself once it is there, after a few seconds to minutes.
    """

    upload_url: str
    upload_headers: dict[str, str]
    upload_expires_at: Moment


@router.post("/preview", summary="Preview a suppression list", openapi_extra=documented(Stored, ()))
async def preview(request: Request, mapping: Meant = None) -> Preview:
    """Preview how a list of opt-outs would be read: its columns, its first 10 rows, counts, refused rows and warnings.
    Nothing is stored.

    The beginning of a large file is enough; it may be cut off anywhere. `{"import_id"}` previews a file that has been
    uploaded.
    """
    if media_type(request) == "application/json":
        asked = problems.checked(Stored, await json_value(request))
        one = suppression_imports.read(asked.import_id)
        own = one.mapping if asked.mapping is None else meanings(asked.mapping, _FIELDS)
        try:
            _, data = suppression_imports.beginning(one)
        except ProviderFailed as failure:
            raise Conflict(f"This file cannot be read: {failure}.") from failure
    else:
        data, _, own, _ = await received(request, mapping, _FIELDS, ())
    with about_the_file():
        return _previewed(suppression_preview.preview(data, own, clock.now()))


def _previewed(found: ListPreview) -> Preview:
    return Preview(
        **_counts(found.counts),
        encoding=NAMES[found.encoding],
        delimiter=found.layout.facts.delimiter,
        header=found.layout.headed,
        columns=tuple(Column(**column._asdict()) for column in found.columns),
        rows=tuple(map(_sample, found.rows)),
        rows_in_preview=found.count,
        errors=found.errors,
        warnings=found.warnings,
    )


def _counts(counts: dict[str, int]) -> dict[str, int]:
    return {kind: counts.get(kind, 0) for kind in suppression_list.KINDS}


def _sample(row: PreviewedRow) -> Sample:
    read = row.read
    if not isinstance(read, Named):
        return Sample(line=row.line, errors=(FieldError(field=read.field, message=read.message),))
    return Sample(
        line=row.line,
        address=read.name if "@" in read.name else None,
        domain=read.name if read.name and "@" not in read.name else None,
        hash=read.hash or None,
        reason=read.reason,
        since=read.since,
    )


@router.post("", summary="Import a suppression list", status_code=201, openapi_extra=documented(Announced, _TEXTS))
async def upload(
    request: Request, response: Response, filename: Filename = None, mapping: Meant = None, reason: Why = None
) -> ExpectedView | SuppressionImportView:
    """Suppress every address and domain of a CSV file, for all campaigns: the opt-outs of another tool, as it exports
    them.

    Send up to 5 MB as the body (text/csv) or in a form; for up to 100 MB, send `{"filename", "size"}` and PUT the file
    to the address in the response. The import goes on behind the API: follow it at `Location` until it is COMPLETED.
    Importing a list again changes nothing. Who is suppressed already keeps the reason and date that are there.
    """
    import_id = idempotency.run_id(request)
    response.headers["Location"] = f"./imports/{import_id}"
    if media_type(request) == "application/json":
        asked = problems.checked(Announced, await json_value(request))
        given = Upload(
            name(filename or asked.filename),
            _reason(reason if reason is not None else asked.reason),
            meanings(asked.mapping, _FIELDS),
        )
        new, url, until = suppression_imports.expect(import_id, given, asked.size)
        _start(import_id)
        headers = {"Content-Length": str(asked.size)}
        return ExpectedView(**_shown(new), upload_url=url, upload_headers=headers, upload_expires_at=until)
    data, named, own, form = await received(request, mapping, _FIELDS, _TEXTS)
    why = _reason(reason if reason is not None else form.get("reason"))
    with about_the_file():
        head = data[: csvfile.HEAD]
        layout = suppression_list.layout(head, own)
        if next(csvfile.rows(data, layout.facts), None) is None:
            raise Invalid(csvfile.NO_ROWS)
        warnings = [*suppression_preview.warnings(head, layout)]
    new = suppression_imports.store(import_id, Upload(name(filename or named), why, own), data, layout, warnings)
    _start(import_id)
    return _view(new)


def _reason(text: str | None) -> str | None:
    """The reason of rows that have none. Raises InvalidFields."""
    given = (text or "").strip()
    if len(given) > suppression_list.MOST_REASON or any(map(hidden, given)):
        message = f"This must be one line of at most {suppression_list.MOST_REASON} characters."
        raise InvalidFields([FieldError(field="reason", message=message)])
    return given or None


def _start(import_id: str) -> None:
    start = partial(executions.start_suppressions, required("SUPPRESSIONS_ARN"), import_id)
    calculations.begin(start, "import", import_id)


@router.get("", summary="List suppression imports")
async def index(limit: Limit = 25, cursor: Cursor = None) -> Page[SuppressionImportView]:
    """List imported suppression lists, newest first. They are kept for a year."""
    after = place(_SCOPE, cursor, 1)
    found, last = suppression_imports.page(limit, after[0] if after else None)
    return page(_SCOPE, [_standing(one) for one in found], [last] if last else None)


@router.get("/{import_id}", summary="Read a suppression import", responses=problems.documented(404))
async def read(import_id: Id) -> SuppressionImportView:
    """Read how far a list has been taken in, and which rows were refused, with line and reason.

    PENDING: the file has not come yet, or its import has just begun. FAILED: `errors` says why; what was suppressed
    until then stays suppressed.
    """
    return _standing(suppression_imports.read(import_id))


@router.get(
    "/{import_id}/errors.csv",
    summary="Download the refused rows of a suppression import",
    response_class=Response,
    responses={**csv_parts.DOCUMENTED, **problems.documented(404)},
)
async def errors(import_id: Id, cursor: Cursor = None) -> Response:
    """Download every refused row as CSV: line, field and message; or why the file was refused.

    Beyond 3 MB, a `Link` header points to the next part.
    """
    one = suppression_imports.read(import_id)
    scope = f"{_SCOPE}|errors|{import_id}"
    of_file = [error for error in one.errors if error.field == "file"]
    return csv_parts.errors(one.filename, of_file, partial(suppression_imports.errors, one), scope, cursor)


def _standing(one: SuppressionImport) -> SuppressionImportView:
    """An import, or that its execution is over although it is not."""
    if one.done:
        return _view(one)
    found, status = calculations.standing(
        partial(suppression_imports.read, one.import_id),
        lambda found: found.done,
        lambda found: found.created_at,
        required("SUPPRESSIONS_ARN"),
        one.import_id,
    )
    if status is not JobStatus.FAILED:
        return _view(found)
    stopped = RowError(line=found.line, field="file", message=_STOPPED)
    return _view(found.model_copy(update={"status": status, "errors": (stopped, *found.errors)}))


def _view(one: SuppressionImport) -> SuppressionImportView:
    return SuppressionImportView(**_shown(one))


def _shown(one: SuppressionImport) -> dict[str, Any]:
    own = {"import_id", "filename", "status", "size", "percent", "errors", "reason", "mapping", "created_at"}
    return {
        **{field: getattr(one, field) for field in own},
        **_counts(one.counts),
        "rows_read": one.row,
        "added": one.counts.get("added", 0),
        "already_suppressed": one.counts.get("already", 0),
        "warnings": _warnings(one),
    }


def _warnings(one: SuppressionImport) -> Iterable[str]:
    return (*one.warnings, *suppression_preview.about_dates(one.counts))
