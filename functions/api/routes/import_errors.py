"""The errors and warnings of an import as a CSV file: each row with its problem."""

from functools import partial

from fastapi import APIRouter, Response

from cam.leads import imports
from functions.api import csv_parts, problems
from functions.api.parameters import CampaignId, Cursor, Id

router = APIRouter(prefix="/campaigns/{campaign_id}/imports", tags=["imports"], responses=problems.documented(404))


@router.get(
    "/{import_id}/errors.csv",
    summary="Download the refused rows of an import",
    response_class=Response,
    responses=csv_parts.DOCUMENTED,
)
async def errors(campaign_id: CampaignId, import_id: Id, cursor: Cursor = None) -> Response:
    """Download every refused row, and every imported row with an unusable value, as CSV: line, field and message; or
    why the file was refused.

    Beyond 3 MB, a `Link` header points to the next part.
    """
    one = imports.read(campaign_id, import_id)
    of_file = [error for error in one.errors if error.field == "file"]
    scope = f"import-errors|{campaign_id}|{import_id}"
    return csv_parts.errors(one.filename, of_file, partial(imports.errors, one), scope, cursor)
