"""Suppression lists: takes an uploaded list in, from where the last attempt stopped to its end."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from cam.leads import csvfile, stored_files
from cam.leads.csvfile import Row
from cam.leads.stored_files import NotUploaded
from cam.mail import suppression_imports
from cam.mail.suppression_imports import SuppressionImport
from cam.model.errors import ProviderFailed
from cam.platform import telemetry
from cam.platform.telemetry import entrypoint
from cam.runs import worker
from cam.text import clock

# A file that is to come is looked for often at first, then every few minutes.
_SOONEST, _LATEST, _SHARE = 3, 300, 20


class ImportEvent(BaseModel):
    """What the state machine hands over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    import_id: str


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Suppress whom the rows of a list name. Twice is as once: every batch moves the list on with what it suppresses.

    Returns `{"more": true, "wait": seconds}` when time ran short or the file has not been uploaded yet.
    """
    asked = ImportEvent.model_validate(event)
    telemetry.about(import_id=asked.import_id)
    one = suppression_imports.read(asked.import_id)
    before = one.row
    try:
        while not one.done:
            one = _take_in(one, context)
            if worker.short_of_time(context):
                break
    except NotUploaded:
        return _awaited(one)
    except ProviderFailed as failure:
        suppression_imports.fail(one, str(failure))
        return {"more": False, "wait": 0}
    telemetry.outcome("suppressions", {"rows": one.row - before})
    return {"more": not one.done, "wait": 0}


def _take_in(one: SuppressionImport, context: LambdaContext) -> SuppressionImport:
    """The import after as many rows as time allows; as it is stored, when another worker has read on."""
    one, layout = suppression_imports.begun(one)
    for rows, last in _batches(suppression_imports.unread(one, layout)):
        after = suppression_imports.take(one, layout, rows, last)
        if after is None:
            return suppression_imports.read(one.import_id)
        one = after
        if worker.short_of_time(context):
            return one
    if not one.row:
        raise ProviderFailed(csvfile.NO_ROWS)
    return one


def _batches(rows: Iterator[Row]) -> Iterator[tuple[tuple[Row, ...], bool]]:
    """Rows that are taken in together, and whether they are the last."""
    several = batched(rows, suppression_imports.BATCH, strict=False)
    here = next(several, None)
    while here:
        ahead = next(several, None)
        yield here, ahead is None
        here = ahead


def _awaited(one: SuppressionImport) -> dict[str, Any]:
    age = clock.now() - one.created_at
    if age > stored_files.AWAITED:
        message = "the file was never uploaded: request a new upload address and PUT the file there"
        suppression_imports.fail(one, message)
        return {"more": False, "wait": 0}
    return {"more": True, "wait": max(_SOONEST, min(_LATEST, int(age.total_seconds()) // _SHARE))}
