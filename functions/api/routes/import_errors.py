"""The errors and warnings of an import as a CSV file: each row with its problem."""

import csv
import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response

from cam.leads import imports
from cam.leads.imports import RowError
from cam.platform import tokens
from functions.api import problems
from functions.api.parameters import CampaignId, Cursor, Id, place

router = APIRouter(prefix="/campaigns/{campaign_id}/imports", tags=["imports"], responses=problems.documented(404))

# Lambda answers with at most 6 MB, which JSON's escapes are a part of.
_MOST_CSV = 3_000_000
# Spreadsheets take such a cell for a formula, and run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@router.get(
    "/{import_id}/errors.csv",
    summary="Download the refused rows of an import",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def errors(campaign_id: CampaignId, import_id: Id, cursor: Cursor = None) -> Response:
    """Download every refused row, and every imported row with an unusable value, as CSV: line, field and message; or
    why the file was refused.

    Beyond 3 MB, a `Link` header points to the next part.
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
