"""Source `csv`: files that the user uploaded. Each is read from where the last run stopped."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import batched

from cam import csvfile, files, intake, leads, tables
from cam.errors import Invalid, ProviderFailed
from cam.files import Import, RowError
from cam.models import LeadDraft, Run
from cam.providers import Provider
from functions.harvest.desk import Desk, Offer, Taken

# A transaction holds the leads, the file's new place, two tallies and the cap.
_BATCH = leads.BATCH - 2


def configured(run: Run, able: AbstractSet[Provider]) -> bool:
    """Whether the campaign has a file; one that is read to its end counts, and gives nothing."""
    return files.any_import(run.campaign_id)


def pull(run: Run, desk: Desk) -> Iterator[None]:
    """Every file that has rows left, as uploaded. Raises ProviderFailed in the end, for those that failed."""
    failures = []
    for unread in files.unread(run.campaign_id):
        try:
            yield from _read(unread, desk)
        except ProviderFailed as failure:
            files.fail(unread, str(failure))
            failures.append(f"{unread.filename}: {failure}")
        if desk.full:
            break
    if failures:
        raise ProviderFailed("; ".join(failures))


def _read(here: Import, desk: Desk) -> Iterator[None]:
    data = files.content(here)
    try:
        facts = csvfile.check(data)
    except Invalid as error:
        raise ProviderFailed(str(error)) from error
    meaning = intake.mapping(facts.header)
    for rows in batched(csvfile.rows(data, facts, here.row), _BATCH, strict=False):
        offers = [Offer(_draft(row, meaning), f"{here.filename} line {row.line}") for row in rows]
        move = _Move(here, rows, offers, facts.rows)
        desk.take("csv", offers, move)
        here = move.after
        yield
        if desk.full:
            return


class _Move:
    """Moves a file past what was taken of some rows; `after` is the file then."""

    def __init__(self, here: Import, rows: Sequence[csvfile.Row], offers: Sequence[Offer], end: int) -> None:
        self._here, self._rows, self._offers, self._end = here, rows, offers, end
        self.after = here

    def __call__(self, taken: Taken) -> list[tables.Action]:
        if not taken.consumed:
            return []
        place = self._rows[taken.consumed - 1].row_number + 1
        errors = [
            RowError(line=row.line, field=problem.field, message=problem.message)
            for row, offer in zip(self._rows[: taken.consumed], self._offers, strict=False)
            if isinstance(offer.draft, intake.Refusal)
            for problem in offer.draft.problems
        ]
        self.after, action = files.advance(
            self._here, place, len(taken.inserted), taken.duplicates, errors, taken.refused, place >= self._end
        )
        return [action]


def _draft(row: csvfile.Row, meaning: intake.Mapping) -> LeadDraft | intake.Refusal:
    if row.error:
        return intake.Refusal((intake.Problem("row", row.error),))
    return intake.draft(row.values, meaning)
