"""Previews of imports: what CAM would make of a file, without storing anything."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from cam.campaigns import campaigns
from cam.leads import file_preview, imports
from cam.leads.file_preview import FilePreview
from cam.model.errors import Conflict, ProviderFailed
from cam.model.models import LeadDraft
from cam.model.settings.kinds import Frozen
from cam.text.code_pages import NAMES
from functions.api import problems
from functions.api.parameters import CampaignId
from functions.api.problems import FieldError
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


class Stored(Frozen):
    """A file that has been uploaded before."""

    import_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    mapping: MappingOf | None = None
    encoding: str | None = None


class Column(Frozen):
    """A column: the field that it maps to, and the name under which it is kept in `enrichment`.

    A column that says who must not be emailed has both; any other has one of them.
    """

    header: str
    field: str | None
    kept_as: str | None
    sample: str | None


class Sample(Frozen):
    """A row as it would be imported: the lead, with warnings about unusable values, or why it is refused."""

    line: int
    lead: LeadDraft | None = None
    errors: tuple[FieldError, ...] = ()
    warnings: tuple[FieldError, ...] = ()


class Preview(FileMarks):
    """How CAM would read a file. `layout`: the system that exported it, by its headers.

    `unknown_columns`: those that no field takes; they are kept in `enrichment`.

    Counts are of `rows_in_preview`.
    """

    encoding: str
    delimiter: str
    layout: str | None
    columns: tuple[Column, ...]
    unknown_columns: tuple[str, ...]
    leads: tuple[Sample, ...]
    rows_in_preview: int


@router.post("/preview", summary="Preview a CSV file", openapi_extra=documented(Stored))
async def preview(
    campaign_id: CampaignId,
    request: Request,
    filename: Named = None,
    mapping: Meant = None,
    encoding: Encoded = None,
    lawful_basis: Basis = None,
    basis_note: Note = None,
    duplicates: Duplicates = None,
) -> Preview:
    """Preview the meaning of a file's columns and the leads of its first 10 rows. Nothing is stored.

    The beginning of a large file is enough; it may be cut off anywhere. `{"import_id"}` previews a file that has been
    uploaded. If the encoding is not certain, the 422 asks for `encoding` and shows what a line would say. It takes the
    parameters of the upload, and checks them.
    """
    campaigns.read(campaign_id)
    basis = {"lawful_basis": lawful_basis, "basis_note": basis_note}
    if media_type(request) == "application/json":
        asked = problems.checked(Stored, await json_value(request))
        one = imports.read(campaign_id, asked.import_id)
        own = one.mapping if asked.mapping is None else meanings(asked.mapping)
        stated = one.stated._replace(encoding=codec(encoding, asked.encoding) or one.stated_encoding)
        try:
            _, data = imports.beginning(one)
        except ProviderFailed as failure:
            raise Conflict(f"This file cannot be read: {failure}.") from failure
    else:
        data, given, own, form = await received(request, mapping)
        name(filename or given)
        on_duplicate(duplicates, form.get(ON_DUPLICATE))
        stated = stated_basis(basis, form)._replace(encoding=codec(encoding, form.get("encoding")))
    with about_the_file():
        return _view(file_preview.preview(data, own, stated))


def _view(found: FilePreview) -> Preview:
    marks = found.marks
    return Preview(
        **dict(marks_of(marks.stopped, marks.statuses, marks.strange, found.warnings, found.count)),
        encoding=NAMES[found.encoding],
        delimiter=found.delimiter,
        layout=found.layout,
        columns=tuple(Column(**column._asdict()) for column in found.columns),
        unknown_columns=found.unknown,
        leads=tuple(
            Sample(
                line=row.line,
                lead=row.lead,
                errors=tuple(FieldError(field=one.field, message=one.message) for one in row.problems),
                warnings=tuple(FieldError(field=one.field, message=one.message) for one in row.warnings),
            )
            for row in found.rows
        ),
        rows_in_preview=found.count,
    )
