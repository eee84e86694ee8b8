"""Imports: CSV files, uploaded and checked here, read by the next harvest."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import Message
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter
from starlette.datastructures import UploadFile

from cam.campaigns import campaigns
from cam.leads import csvfile, imports, intake
from cam.leads.imports import Import, RowError, Stated
from cam.model.errors import Conflict, Invalid, ProviderFailed, TooLarge
from cam.model.models import MOST_NOTE, JobStatus, LawfulBasis, LeadDraft
from cam.model.settings.kinds import Frozen
from cam.platform import tokens
from cam.text.matching import hidden
from functions.api import problems
from functions.api.parameters import CampaignId, Cursor, Id, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields, WrongMediaType, one_of
from functions.api.strict import json_value, media_type

router = APIRouter(prefix="/campaigns/{campaign_id}/imports", tags=["imports"], responses=problems.documented(404))

_TYPES = (
    "Send the file as text/csv, or in a multipart/form-data form; for a large one, JSON with its filename and size."
)
MOST_BYTES = 5 * 1024 * 1024
# Boundaries and headers of a multipart body.
_AROUND = 64 * 1024
# Lambda answers with at most 6 MB, which JSON's escapes are a part of.
_MOST_CSV = 3_000_000
_SHOWN = 10
_SAMPLE = 100
_ENCODINGS = {
    "ascii": "ASCII",
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
# Spreadsheets take such a cell for a formula, and run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_BASIS = ("lawful_basis", "basis_note")
# Who relies on them has to show that they were given (GDPR Art. 7 (1)).
_SHOWN_BY_NOTE = frozenset({LawfulBasis.OPT_IN, LawfulBasis.EXISTING_CUSTOMER})

FileName = Annotated[str, StringConstraints(max_length=255)]
MappingOf = dict[str, str | None]


class Announced(Frozen):
    """A file that the client uploads to S3 by itself, and what its columns mean where the headers do not say so."""

    filename: FileName
    size: int = Field(ge=1, le=imports.MOST_BYTES, description="In bytes")
    mapping: MappingOf | None = None
    lawful_basis: str | None = None
    basis_note: str | None = None


class Stored(Frozen):
    """A file that has been uploaded before."""

    import_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    mapping: MappingOf | None = None


def _documented(model: type[BaseModel]) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {"schema": {"type": "string", "maxLength": MOST_BYTES}},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            **{
                                name: {"type": "string", "description": "As the query parameter"}
                                for name in ("mapping", *_BASIS)
                            },
                        },
                    }
                },
                "application/json": {"schema": model.model_json_schema()},
            },
        }
    }


Named = Annotated[str | None, Query(max_length=255, description="The file's name, when it is the body")]
Meant = Annotated[
    str | None,
    Query(max_length=20_000, description="JSON: header to field, or to null, where the headers do not say so"),
]


Basis = Annotated[
    str | None,
    Query(max_length=100, description="The lawful basis of rows that do not state their own"),
]
Note = Annotated[
    str | None,
    Query(description="Where and when people opted in or became customers; needed for those two"),
]


class ImportView(Frozen):
    """A file and how far it has been read. `errors` holds the first 100 rows that were refused, by line.

    `rows` is null until they have been counted; `percent` is by bytes.
    """

    import_id: str
    filename: str
    status: JobStatus
    size: int
    rows: int | None
    rows_read: int
    inserted: int
    duplicates: int
    refused: int
    errors: tuple[RowError, ...]
    percent: int
    mapping: MappingOf | None
    lawful_basis: LawfulBasis | None
    basis_note: str | None
    created_at: Moment


class ExpectedView(ImportView):
    """An import whose file is to come: PUT it to `upload_url`, with these headers, until then."""

    upload_url: str
    upload_headers: dict[str, str]
    upload_expires_at: Moment


class Column(Frozen):
    """A column: the field that takes its text, or the name under which it is kept in `enrichment`."""

    header: str
    field: str | None
    kept_as: str | None
    sample: str | None


class Sample(Frozen):
    """A row as it would come in: the lead, or why there is none."""

    line: int
    lead: LeadDraft | None = None
    errors: tuple[FieldError, ...] = ()


class Preview(Frozen):
    """What CAM would make of a file. `layout`: whose export it is, by its headers."""

    encoding: str
    delimiter: str
    layout: str | None
    columns: tuple[Column, ...]
    leads: tuple[Sample, ...]
    rows_in_preview: int


def _shown(one: Import) -> dict[str, Any]:
    shown = {name: getattr(one, name) for name in ImportView.model_fields if name != "rows_read"}
    return {**shown, "rows_read": one.row}


def _view(one: Import) -> ImportView:
    return ImportView(**_shown(one))


@router.post("", summary="Upload a CSV file", status_code=201, openapi_extra=_documented(Announced))
async def upload(
    campaign_id: CampaignId,
    request: Request,
    response: Response,
    filename: Named = None,
    mapping: Meant = None,
    lawful_basis: Basis = None,
    basis_note: Note = None,
) -> ExpectedView | ImportView:
    """A CSV file of at most 5 MB, as the body (text/csv) or in a form: checked now, read by the next harvest.

    Or `{"filename", "size"}` for one of up to 1 GB: the answer says where to PUT it, and it is checked when it is read.
    `lawful_basis` is that of rows without one; that of a whole file needs a `basis_note` when it is a consent.
    """
    campaigns.read(campaign_id)
    stated = {"lawful_basis": lawful_basis, "basis_note": basis_note}
    if media_type(request) == "application/json":
        asked = problems.checked(Announced, await json_value(request))
        own = _meanings(asked.mapping)
        basis = _stated(stated, {"lawful_basis": asked.lawful_basis, "basis_note": asked.basis_note})
        new, url, until = imports.expect(campaign_id, name(filename or asked.filename), asked.size, own, basis)
        response.headers["Location"] = f"./imports/{new.import_id}"
        headers = {"Content-Length": str(asked.size)}
        return ExpectedView(**_shown(new), upload_url=url, upload_headers=headers, upload_expires_at=until)
    data, given, own, form = await _received(request, mapping)
    basis = _stated(stated, form)
    with _about_the_file():
        facts = csvfile.check(data, intake.meant(own or {}))
        intake.fits(own or {}, facts.header)
    new = imports.store(campaign_id, name(filename or given), data, facts, own, stated=basis)
    response.headers["Location"] = f"./imports/{new.import_id}"
    return _view(new)


@router.post("/preview", summary="See what a CSV file would become", openapi_extra=_documented(Stored))
async def preview(campaign_id: CampaignId, request: Request, mapping: Meant = None) -> Preview:
    """What its columns mean and its first 10 rows become; nothing is stored.

    A part of a large file will do, wherever it is cut off; `{"import_id"}` names a file that has been uploaded.
    """
    campaigns.read(campaign_id)
    one: Import | None = None
    if media_type(request) == "application/json":
        asked = problems.checked(Stored, await json_value(request))
        one = imports.read(campaign_id, asked.import_id)
        own = one.mapping if asked.mapping is None else _meanings(asked.mapping)
        try:
            _, data = imports.beginning(one)
        except ProviderFailed as failure:
            raise Conflict(f"This file cannot be read: {failure}.") from failure
    else:
        data, _, own, _ = await _received(request, mapping)
    with _about_the_file():
        facts = csvfile.facts(data[: csvfile.HEAD], None)
        intake.fits(own or {}, facts.header)
    return _preview(data, facts, own, one)


def _preview(data: bytes, facts: csvfile.FileFacts, own: MappingOf | None, one: Import | None) -> Preview:
    meaning = intake.mapping(facts.header, own)
    found: list[csvfile.Row] = []
    count, last = 0, None
    for last in csvfile.rows(data, facts):
        count += 1
        if count <= _SHOWN:
            found.append(last)
        if last.error == csvfile.OPEN:
            # What comes behind it may be the rest of its cell.
            break
    samples = [_sample(row, meaning, one) for row in found]
    # What a cut through the file did to its last row is not the file's fault.
    whole = data.endswith((b"\n", b"\r", b"\n\0", b"\r\0"))
    if last and not whole and count > 1 and _sample(last, meaning, one).errors:
        count -= 1
    fields = {at: field for at, field, _ in meaning.known}
    kept = dict(meaning.others)
    return Preview(
        encoding=_ENCODINGS[last.encoding if last else facts.start.encoding],
        delimiter=facts.delimiter,
        layout=intake.layout(facts.header),
        columns=tuple(
            Column(header=header, field=fields.get(at), kept_as=kept.get(at), sample=_first(found, at))
            for at, header in enumerate(facts.header)
        ),
        leads=tuple(samples[:count]),
        rows_in_preview=count,
    )


def _first(rows: Sequence[csvfile.Row], at: int) -> str | None:
    """What the first row says in this column that says anything."""
    texts = (row.cells[at].strip() for row in rows if not row.error)
    return next((text[:_SAMPLE] for text in texts if text), None)


def _sample(row: csvfile.Row, meaning: intake.Mapping, one: Import | None) -> Sample:
    if row.error:
        return Sample(line=row.line, errors=(FieldError(field="row", message=row.error),))
    lead = intake.draft(row.cells, meaning)
    if isinstance(lead, LeadDraft):
        return Sample(line=row.line, lead=imports.based(one, lead) if one else lead)
    return Sample(
        line=row.line, errors=tuple(FieldError(field=one.field, message=one.message) for one in lead.problems)
    )


@contextmanager
def _about_the_file() -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        raise Invalid(str(error), error.field or "file") from error


def _query(mapping: str | None) -> MappingOf | None:
    """The mapping of a query string or a form. Raises InvalidFields."""
    if mapping is None:
        return None
    try:
        return TypeAdapter(MappingOf).validate_python(json.loads(mapping), strict=True)
    except ValueError as error:
        text = 'This must be a JSON object of texts or null, such as {"Firma": "company", "Notes": null}.'
        raise InvalidFields([FieldError(field="mapping", message=text)]) from error


def _meanings(mapping: MappingOf | None) -> MappingOf | None:
    """The mapping, when all its fields are known. Raises InvalidFields, with a near match."""
    fields = [*csvfile.COLUMNS]
    if len(mapping or ()) > csvfile.MAX_COLUMNS or sum(map(len, mapping or ())) > 20_000:
        raise InvalidFields([FieldError(field="mapping", message="This names too many columns.")])
    wrong = [
        FieldError(field=f"mapping.{header[:100]}", message=problems.one_of(field, fields))
        for header, field in (mapping or {}).items()
        if field is not None and field not in fields
    ]
    if wrong:
        raise InvalidFields(wrong)
    return mapping


def _stated(query: Mapping[str, str | None], body: Mapping[str, str | None]) -> Stated:
    """The lawful basis of a file, by the query, else by the body. Raises InvalidFields."""
    word, text = ((query[field] if query[field] is not None else body.get(field)) for field in _BASIS)
    note = (text or "").strip() or None
    if word is None:
        if note:
            message = f"Say which basis this note is about: {', '.join(LawfulBasis)}."
            raise InvalidFields([FieldError(field="lawful_basis", message=message)])
        return Stated()
    name = word.strip().casefold()
    if name not in [*LawfulBasis]:
        raise InvalidFields(
            [FieldError(field="lawful_basis", message=one_of(word[:100], [str(one) for one in LawfulBasis]))]
        )
    if name in _SHOWN_BY_NOTE and not note:
        message = "Say where and when these people opted in or became customers: you must be able to show it."
        raise InvalidFields([FieldError(field="basis_note", message=message)])
    if note and (len(note) > MOST_NOTE or any(hidden(sign) for sign in note)):
        message = f"This must be at most {MOST_NOTE} characters, in one line that reads as it is written."
        raise InvalidFields([FieldError(field="basis_note", message=message)])
    return Stated(LawfulBasis(name), note)


async def _received(
    request: Request, mapping: str | None
) -> tuple[bytes, str | None, MappingOf | None, dict[str, str | None]]:
    """The bytes of a file, the name that came with it, what its columns mean by the query, else by the form, and what
    the form says of its basis.

    Raises TooLarge, WrongMediaType, Invalid.
    """
    basis: dict[str, str | None] = {}
    match media_type(request):
        case "text/csv":
            data, given = await request.body(), _disposition(request.headers.get("content-disposition"))
        case "multipart/form-data":
            data, given, own, basis = await _from_form(request)
            mapping = own if mapping is None else mapping
        case other:
            raise WrongMediaType(f"{_TYPES} {other or 'A body without a Content-Type'} is not taken.")
    if len(data) > MOST_BYTES:
        raise TooLarge(
            f"The file has {len(data):,} bytes, at most {MOST_BYTES:,} are taken here. Send its filename and size as "
            "application/json: the answer says where to upload up to 1 GB."
        )
    return data, given, _meanings(_query(mapping)), basis


async def _from_form(request: Request) -> tuple[bytes, str | None, str | None, dict[str, str | None]]:
    """The one file of a form, whatever its field is called, its name, and the texts of `mapping` and of the basis."""
    if len(await request.body()) > MOST_BYTES + _AROUND:
        raise TooLarge(f"The form is larger than a file of {MOST_BYTES:,} bytes makes it. Split the file.")
    async with request.form(max_files=1, max_fields=20) as form:
        found = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        if found is None:
            raise Invalid("The form holds no file. Add one, with its filename.", "file")
        texts = {name: text for name in ("mapping", *_BASIS) if isinstance(text := form.get(name), str)}
        mapping = texts.pop("mapping", None)
        return await found.read(), found.filename, mapping, {name: texts.get(name) for name in _BASIS}


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
    found, last = imports.page(campaign_id, limit, after[0] if after else None)
    return page(scope, [_view(one) for one in found], [last] if last else None)


@router.get("/{import_id}", summary="Read an import")
async def read(campaign_id: CampaignId, import_id: Id) -> ImportView:
    """How far a file has been read, and which rows were refused, by line and reason."""
    return _view(imports.read(campaign_id, import_id))


@router.get(
    "/{import_id}/errors.csv",
    summary="Download the errors of an import",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def errors(campaign_id: CampaignId, import_id: Id, cursor: Cursor = None) -> Response:
    """Every row that was refused, or why the file was: line, field and message.

    A `Link` to the next part comes with more than 3 MB.
    """
    one = imports.read(campaign_id, import_id)
    scope = f"import-errors|{campaign_id}|{import_id}"
    after = place(scope, cursor, 1)
    out = io.StringIO()
    writer = csv.writer(out)
    if not after:
        writer.writerow(("line", "field", "message"))
        _write(writer, [error for error in one.errors if error.field == "file"])
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(PurePosixPath(one.filename).stem)}-errors.csv"
    }
    written: int | None = after[0] if after else None
    for row, found in imports.errors(one, written):
        if out.tell() > _MOST_CSV:
            following = tokens.cursor(scope, [written])
            headers["Link"] = f'<./errors.csv?{urlencode({"cursor": following})}>; rel="next"'
            break
        _write(writer, found)
        written = row
    return Response(out.getvalue(), media_type="text/csv", headers=headers)


def _write(writer: Any, errors: Sequence[RowError]) -> None:
    writer.writerows((error.line, _cell(error.field), _cell(error.message)) for error in errors)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
