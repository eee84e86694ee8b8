"""CSV in responses: cells that no spreadsheet runs, and files in parts that Lambda can answer with."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Response

from cam.leads.row_errors import RowError
from cam.platform import tokens
from functions.api.parameters import place

# Lambda answers with at most 6 MB, which JSON's escapes are a part of.
MOST = 3_000_000
# Spreadsheets take such a cell for a formula, and run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
DOCUMENTED: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


class Part:
    """One part of a CSV file. `full`: it has come to the size that a response may have."""

    def __init__(self, header: Sequence[str] = ()) -> None:
        self._out = io.StringIO()
        self._writer = csv.writer(self._out)
        if header:
            self._writer.writerow(header)

    def write(self, row: Sequence[str | int | None]) -> None:
        """Add a row."""
        self._writer.writerow([_cell(one) if isinstance(one, str) else one for one in row])

    @property
    def full(self) -> bool:
        """Whether the rest belongs into the next part."""
        return self._out.tell() > MOST

    def response(self, filename: str, route: str, following: str | None = None) -> Response:
        """The part as a download; `following` is the cursor of the next one, `route` the last part of the path."""
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}"}
        if following:
            headers["Link"] = f'<./{route}?{urlencode({"cursor": following})}>; rel="next"'
        return Response(self._out.getvalue(), media_type="text/csv", headers=headers)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def errors(
    filename: str,
    of_file: Sequence[RowError],
    of_rows: Callable[[int | None], Iterator[tuple[int, list[RowError]]]],
    scope: str,
    cursor: str | None,
) -> Response:
    """The refused rows of an import: line, field and message. `of_file` says why it was refused as a whole.

    `of_rows` has them batch by batch, with the number of each batch's first row, behind that number.
    """
    after = place(scope, cursor, 1)
    part = Part(() if after else ("line", "field", "message"))
    if not after:
        _write(part, of_file)
    written: int | None = after[0] if after else None
    following = None
    for row, found in of_rows(written):
        if part.full:
            following = tokens.cursor(scope, [written])
            break
        _write(part, found)
        written = row
    return part.response(f"{PurePosixPath(filename).stem}-errors.csv", "errors.csv", following)


def _write(part: Part, found: Sequence[RowError]) -> None:
    for error in found:
        part.write((error.line, error.field, error.message))
