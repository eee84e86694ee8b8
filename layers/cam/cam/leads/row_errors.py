"""Rows of files that were refused: kept batch by batch, each batch under the number of its first row, for a year."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from cam.leads import stored_files
from cam.platform import tables
from cam.platform.keys import Key
from cam.text import clock

# Kept on the import itself (spec §9).
MOST = 100


class RowError(BaseModel):
    """A refused row, or an imported one with an unusable value, by its line in the file."""

    model_config = ConfigDict(frozen=True)

    line: int
    field: str
    message: str


def keep(table: str, key: Key, errors: Sequence[RowError]) -> tables.Action:
    """The write that keeps the errors of rows that were read together."""
    return tables.put(
        table,
        {
            **key,
            "errors": [[one.line, one.field, one.message] for one in errors],
            "expires_at": int((clock.now() + stored_files.KEPT).timestamp()),
        },
    )


def kept(table: str, first: Key) -> Iterator[tuple[int, list[RowError]]]:
    """All errors of a file from the key `first` on, batch by batch, each with the number of its first row."""
    for item in tables.query_all(table, first["pk"], between=(first["sk"], "~")):
        found = [RowError(line=line, field=field, message=message) for line, field, message in item["errors"]]
        yield int(item["sk"]), found
