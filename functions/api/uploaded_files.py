"""A CSV file in a request: its bytes, its name, what its columns mean and the lawful basis of its people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import Message
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, TypeAdapter
from starlette.datastructures import UploadFile

from cam.leads import csvfile, encodings, file_marks, headers, opt_outs
from cam.leads.imports import Stated
from cam.leads.opt_outs import Says
from cam.model.errors import Invalid, TooLarge
from cam.model.models import MOST_NOTE, LawfulBasis, OnDuplicate
from cam.model.settings.kinds import Frozen
from cam.rules.deliverability import Deliverability
from cam.text.characters import hidden
from functions.api import problems, strict
from functions.api.problems import FieldError, InvalidFields, WrongMediaType, one_of
from functions.api.strict import media_type

_TYPES = "Send the file as text/csv or multipart/form-data. For a large file, send JSON with its filename and size."
MOST_BYTES = 5 * 1024 * 1024
# Boundaries and headers of a multipart body.
_AROUND = 64 * 1024

# Encodings as people call them.

BASIS = ("lawful_basis", "basis_note")
ON_DUPLICATE = "on_duplicate"
# What a form may hold beside the file and its mapping.
TEXTS = ("encoding", *BASIS, ON_DUPLICATE)
# Who relies on them has to show that they were given (GDPR Art. 7 (1)).
_SHOWN_BY_NOTE = frozenset({LawfulBasis.OPT_IN, LawfulBasis.EXISTING_CUSTOMER})
MappingOf = dict[str, str | None]
FIELDS = (*headers.COLUMNS, *opt_outs.TARGETS)


def documented(model: type[BaseModel], texts: Sequence[str] = TEXTS) -> dict[str, Any]:
    """The body of a route that takes a file, or JSON of this model. `texts` are the form fields beside the mapping."""
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
                                name: {"type": "string", "description": "Same as the query parameter"}
                                for name in ("mapping", *texts)
                            },
                        },
                    }
                },
                "application/json": {"schema": model.model_json_schema()},
            },
        }
    }


Named = Annotated[str | None, Query(max_length=255, description="The file's name, if the file is the body")]
Meant = Annotated[
    str | None,
    Query(
        max_length=20_000,
        description="JSON object: header to field, or to null, for headers that CAM does not recognise",
    ),
]


Encoded = Annotated[
    str | None,
    Query(
        max_length=100,
        description="The file's encoding, such as `windows-1252`, `mac_roman` or `utf-16`; found out if left out",
    ),
]
Basis = Annotated[
    str | None,
    Query(max_length=100, description="The lawful basis of rows that state none"),
]
Note = Annotated[
    str | None,
    Query(
        description="Where and when people opted in or became customers; `opt_in` and `existing_customer` require it"
    ),
]


Duplicates = Annotated[
    str | None,
    Query(
        alias=ON_DUPLICATE,
        max_length=100,
        description="What rows do to leads that the campaign has: `fill` their blanks (default), or `update` them with "
        "the values of the file",
    ),
]


class StopColumn(Frozen):
    """A column that says of people that they must not be written to, or that their addresses take no email."""

    column: str
    says: Says
    people: int


class FileMarks(Frozen):
    """How many of a file's people must not be written to, by which column, and what verifiers say of the addresses.

    `summary` says it in sentences; `warnings` is what should be looked at before anything is sent.
    """

    do_not_contact: int
    bounced: int
    do_not_contact_columns: tuple[StopColumn, ...]
    email_statuses: dict[Deliverability, int]
    summary: tuple[str, ...]
    warnings: tuple[str, ...]


def marks_of(
    stopped: Mapping[str, int], statuses: Mapping[str, int], strange: Iterable[str], warnings: Iterable[str], rows: int
) -> FileMarks:
    """What rows of a file say (`file_marks.Marks`), as clients see it."""
    columns = [
        StopColumn(column=column, says=says, people=people)
        for says in Says
        for column, people in opt_outs.by_column(stopped, says).items()
    ]
    return FileMarks(
        do_not_contact=sum(one.people for one in columns if one.says is Says.DO_NOT_CONTACT),
        bounced=sum(one.people for one in columns if one.says is Says.BOUNCED),
        do_not_contact_columns=tuple(columns),
        email_statuses={kind: statuses.get(kind, 0) for kind in Deliverability},
        summary=tuple(file_marks.summary(stopped, statuses, rows)),
        warnings=(*warnings, *file_marks.strange_words(tuple(strange))),
    )


def codec(query: str | None, form: str | None) -> str | None:
    """The encoding that is stated, by the query, else by the form. Raises Invalid."""
    return encodings.stated(form if query is None else query)


@contextmanager
def about_the_file() -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        raise Invalid(str(error), error.field or "file") from error


def _query(mapping: str | None) -> MappingOf | None:
    """The mapping of a query string or a form. Raises InvalidFields."""
    if mapping is None:
        return None
    try:
        return TypeAdapter(MappingOf).validate_python(strict.read_json(mapping, ("mapping",)), strict=True)
    except (ValueError, RecursionError) as error:
        text = 'This must be a JSON object whose values are text or null, such as {"Firma": "company", "Notes": null}.'
        raise InvalidFields([FieldError(field="mapping", message=text)]) from error


def meanings(mapping: MappingOf | None, fields: Sequence[str] = FIELDS) -> MappingOf | None:
    """The mapping, when all its fields are known. Raises InvalidFields, with a near match."""
    if len(mapping or ()) > csvfile.MAX_COLUMNS or sum(map(len, mapping or ())) > 20_000:
        raise InvalidFields([FieldError(field="mapping", message="The mapping has too many columns.")])
    wrong = [
        FieldError(field=f"mapping.{header[:100]}", message=problems.one_of(field, fields))
        for header, field in (mapping or {}).items()
        if field is not None and field not in fields
    ]
    if wrong:
        raise InvalidFields(wrong)
    return mapping


def stated_basis(query: Mapping[str, str | None], body: Mapping[str, str | None]) -> Stated:
    """The lawful basis of a file, by the query, else by the body. Raises InvalidFields."""
    word, text = ((query[field] if query[field] is not None else body.get(field)) for field in BASIS)
    note = (text or "").strip() or None
    if word is None:
        if note:
            message = f"A basis_note requires a lawful_basis. Give one of: {', '.join(LawfulBasis)}."
            raise InvalidFields([FieldError(field="lawful_basis", message=message)])
        return Stated()
    name = word.strip().casefold()
    if name not in [*LawfulBasis]:
        raise InvalidFields(
            [FieldError(field="lawful_basis", message=one_of(word[:100], [str(one) for one in LawfulBasis]))]
        )
    if name in _SHOWN_BY_NOTE and not note:
        message = "Say where and when these people opted in or became customers: you must be able to prove it."
        raise InvalidFields([FieldError(field="basis_note", message=message)])
    if note and (len(note) > MOST_NOTE or any(map(hidden, note))):
        message = f"This must be one line of at most {MOST_NOTE} characters, without control or invisible characters."
        raise InvalidFields([FieldError(field="basis_note", message=message)])
    return Stated(LawfulBasis(name), note)


def on_duplicate(query: str | None, body: str | None) -> OnDuplicate:
    """What a file does to leads that the campaign has, by the query, else by the body. Raises InvalidFields."""
    given = query if query is not None else body
    word = (given or OnDuplicate.FILL).strip().casefold()
    if word not in [*OnDuplicate]:
        message = one_of((given or "")[:100], [str(one) for one in OnDuplicate])
        raise InvalidFields([FieldError(field=ON_DUPLICATE, message=message)])
    return OnDuplicate(word)


async def received(
    request: Request, mapping: str | None, fields: Sequence[str] = FIELDS, texts: Sequence[str] = TEXTS
) -> tuple[bytes, str | None, MappingOf | None, dict[str, str | None]]:
    """The bytes of a file, the name that came with it, what its columns mean by the query, else by the form, and these
    texts of the form. `fields` are those that columns can mean.

    Raises TooLarge, WrongMediaType, Invalid.
    """
    said: dict[str, str | None] = {}
    match media_type(request):
        case "text/csv":
            data, given = await request.body(), _disposition(request.headers.get("content-disposition"))
        case "multipart/form-data":
            data, given, own, said = await _from_form(request, texts)
            mapping = own if mapping is None else mapping
        case other:
            raise WrongMediaType(f"{_TYPES} {other or 'A body without a Content-Type'} is not accepted.")
    if len(data) > MOST_BYTES:
        raise TooLarge(
            f"The file has {len(data):,} bytes; the limit is {MOST_BYTES:,}. Send its filename and size as "
            "application/json instead: the response has an address to upload up to 1 GB."
        )
    return data, given, meanings(_query(mapping), fields), said


async def _from_form(
    request: Request, texts: Sequence[str]
) -> tuple[bytes, str | None, str | None, dict[str, str | None]]:
    """The one file of a form, whatever its field is called, its name, its `mapping` and these other texts."""
    if len(await request.body()) > MOST_BYTES + _AROUND:
        raise TooLarge(f"The form is larger than a file of {MOST_BYTES:,} bytes allows. Split the file.")
    async with strict.form(request, max_files=1, max_fields=20) as form:
        found = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        if found is None:
            raise Invalid("The form has no file. Add one, with its filename.", "file")
        said = {name: text for name in ("mapping", *texts) if isinstance(text := form.get(name), str)}
        mapping = said.pop("mapping", None)
        return await found.read(), found.filename, mapping, {name: said.get(name) for name in texts}


def _disposition(header: str | None) -> str | None:
    """The filename of a Content-Disposition (RFC 6266), with its extended form too."""
    if not header:
        return None
    message = Message()
    message["Content-Disposition"] = header
    try:
        return message.get_filename()
    except (LookupError, ValueError):
        # Its extended form is in no encoding (`filename*=undefined''x`): as without a name.
        return None


def name(given: str | None) -> str:
    """What people see: the last part of the path, in one line that reads as it is written."""
    plain = "".join(sign for sign in given or "" if not hidden(sign)).replace("\\", "/").strip()
    last = PurePosixPath(plain).name.strip()[:255]
    return last if last.strip(".") else "upload.csv"
