"""Source `csv`: files that the user uploaded. Each is read from where the last run stopped, whatever its size."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from cam.leads import columns, csvfile, file_marks, imports, intake, lead_queue, opt_outs, stored_files
from cam.leads.file_marks import Marks
from cam.leads.imports import Import
from cam.leads.opt_outs import Said, Says
from cam.leads.row_errors import RowError
from cam.leads.stored_files import NotUploaded
from cam.model.errors import Invalid, ProviderFailed
from cam.model.models import LeadDraft, OnDuplicate, Run, Stage
from cam.platform import tables, tallies
from cam.text import blanks, clock
from functions.harvest.run_intake import Kept, Objection, Offer, RunIntake, Taken

# A transaction holds the leads, the file's new place, two tallies and the cap. The errors and warnings of a batch, one
# item, may join them.
_BATCH = lead_queue.BATCH - 3
_LONGEST_REASON = 500
# Of a value in a warning.
_LONGEST_VALUE = 100


def pull(run: Run, run_intake: RunIntake) -> Iterator[None]:
    """Every file that has rows left, as uploaded. Raises ProviderFailed in the end, for those that failed.

    A file that is still to come is left for a later run.
    """
    for unread in imports.unread(run.campaign_id):
        try:
            yield from _read(unread, run_intake)
        except NotUploaded:
            if clock.now() - unread.created_at > stored_files.AWAITED:
                imports.fail(unread, "the file was never uploaded: request a new upload address and PUT the file there")
        except ProviderFailed as failure:
            # Noted for the worker that comes to the end, which may be another one.
            tallies.note(run_intake.shard, Stage.HARVEST, f"file.{unread.import_id}", f"{unread.filename}: {failure}")
            imports.fail(unread, str(failure))
        if run_intake.full:
            break
    if failures := tallies.texts(run_intake.shard, Stage.HARVEST, "file."):
        raise ProviderFailed("; ".join(failures.values()))


def _read(here: Import, run_intake: RunIntake) -> Iterator[None]:
    here, facts = _known(here)
    meaning = columns.mapping(facts.header, here.mapping, facts.decimals)
    place = here.place or facts.start
    rows = _rows(here, facts, place)
    # One row ahead: who takes in the last one knows that it is the last.
    ahead = next(rows, None)
    if ahead is None and not here.row:
        raise ProviderFailed(csvfile.NO_ROWS)
    while ahead:
        batch = [ahead, *islice(rows, _BATCH - 1)]
        ahead = next(rows, None)
        reads = [_read_row(row, meaning, here) for row in batch]
        move = _Move(here, batch, reads, last=ahead is None)
        run_intake.take("csv", [read.offer for read in reads], move)
        here = move.after
        yield
        if run_intake.full:
            return


def _rows(here: Import, facts: csvfile.FileFacts, place: csvfile.Place) -> Iterator[csvfile.Row]:
    """The file's rows from a place on. Raises ProviderFailed when the encoding turns out to be uncertain."""
    try:
        yield from csvfile.rows(imports.chunks(here, place.offset), facts, place)
    except Invalid as error:
        raise ProviderFailed(_failure(error)) from error


def _failure(error: Invalid) -> str:
    """Why a file cannot be read, and what to do: it lies in the bucket already, but is uploaded again."""
    again = " Upload the file again with it; people who are known already are duplicates."
    return f"{error}{again if error.field == 'encoding' else ''}"


def _known(here: Import) -> tuple[Import, csvfile.FileFacts]:
    """The import with what its first look tells, which is stored with the first rows. Raises ProviderFailed."""
    if here.facts is not None:
        return here, here.facts
    here, head = imports.beginning(here)
    try:
        meanings = here.mapping or {}
        facts = csvfile.facts(head, columns.meant(meanings), here.stated_encoding)
        columns.fits(meanings, facts.header)
        noticed = file_marks.warnings(csvfile.rows(head, facts), facts, here.mapping)
    except Invalid as error:
        raise ProviderFailed(_failure(error)) from error
    return here.model_copy(update={"facts": facts, "warnings": tuple(noticed)}), facts


class _Move:
    """Moves a file past what was taken of some rows; `after` is the file then."""

    def __init__(self, here: Import, rows: Sequence[csvfile.Row], reads: Sequence["_Read"], last: bool) -> None:
        self._here, self._rows, self._reads, self._last = here, rows, reads, last
        self.after = here

    def __call__(self, taken: Taken) -> list[tables.Action]:
        if not taken.consumed:
            return []
        errors = [
            RowError(line=row.line, field=problem.field, message=problem.message)
            for row, read in zip(self._rows[: taken.consumed], self._reads, strict=False)
            if isinstance(read.offer.draft, intake.Refusal)
            for problem in read.offer.draft.problems
        ]
        marks = Marks()
        warnings = []
        for row, read in zip(self._rows[: taken.consumed], self._reads, strict=False):
            draft = read.offer.draft
            if isinstance(draft, LeadDraft):
                warnings += [
                    RowError(line=row.line, field=one.field, message=one.message) for one in intake.warnings(draft)
                ]
            marks.row(read.said, draft.enrichment.email_status if isinstance(draft, LeadDraft) else None)
        warnings += [
            RowError(line=self._rows[one.offer].line, field=one.field, message=_kept(one)) for one in taken.kept
        ]
        self.after, actions = imports.advance(
            self._here,
            self._rows[taken.consumed - 1].after,
            len(taken.inserted),
            taken.duplicates,
            errors,
            taken.refused,
            finished=self._last and taken.consumed == len(self._rows),
            marks=marks,
            warnings=warnings,
            updated=taken.updated,
        )
        return actions


def _kept(one: Kept) -> str:
    ours = "stays blank" if one.value in (None, "", ()) else f"keeps {_quoted(one.value)}"
    return f"The lead {ours}, as corrected by hand. The file has {_quoted(one.offered)}."


def _quoted(value: object) -> str:
    text = repr(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


class _Read(NamedTuple):
    """A row as it is handed in, and what it says about writing to its person."""

    offer: Offer
    said: Said | None = None


def _read_row(row: csvfile.Row, meaning: columns.Mapping, here: Import) -> _Read:
    detail = f"{here.filename} line {row.line}"
    if row.error:
        return _Read(Offer(intake.Refusal((intake.Problem("row", row.error),)), detail))
    found = intake.draft(row.cells, meaning)
    if isinstance(found, LeadDraft):
        found = imports.based(here.stated, found)
        if not found.do_not_contact and not found.bounced:
            return _Read(Offer(found, detail, stated=_stated(row, meaning, here)))
    said = opt_outs.said(row.cells, meaning.stops)
    objection = _objection(row, meaning, found, said, here)
    return _Read(Offer(found, detail, objection=objection, stated=_stated(row, meaning, here)), said)


def _stated(row: csvfile.Row, meaning: columns.Mapping, here: Import) -> frozenset[str] | None:
    """The fields for which a row of a file that updates leads has a value of its own; None: the file fills blanks."""
    if here.on_duplicate is OnDuplicate.FILL:
        return None
    cells = ((field, row.cells[place].strip()) for place, field, _ in meaning.known)
    return frozenset(field for field, text in cells if text and not blanks.blank(field, text, {}))


def _objection(
    row: csvfile.Row, meaning: columns.Mapping, found: LeadDraft | intake.Refusal, said: Said | None, here: Import
) -> Objection | None:
    """The addresses of a person who objects; those of a row that is refused for something else, too."""
    if said is None or said.says is not Says.DO_NOT_CONTACT:
        return None
    own = [found.email] if isinstance(found, LeadDraft) and found.email else []
    cells = [row.cells[place] for place, field, _ in meaning.known if field == "email"]
    every = [*own, *(address for cell in cells for address in opt_outs.addresses(cell))]
    reason = f"opt-out in {here.filename}, column {said.column}"
    return Objection(tuple(dict.fromkeys(every)), reason[:_LONGEST_REASON])
