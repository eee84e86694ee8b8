"""Source `manual`: leads added over the API, taken in once."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from cam.leads import files, intake
from cam.model.models import LeadDraft, Run
from cam.platform import tables
from cam.providers.providers import Provider
from functions.harvest.desk import Desk, Offer, Taken

# A transaction holds each lead twice (written there, taken out of the line here), two tallies and the cap.
_BATCH = 48


def configured(run: Run, able: AbstractSet[Provider]) -> bool:
    """Whether any lead waits in line."""
    return bool(files.waiting(run.campaign_id, 1))


def pull(run: Run, desk: Desk) -> Iterator[None]:
    """Every lead in line."""
    while not desk.full and (line := files.waiting(run.campaign_id, _BATCH)):
        offers = [Offer(_draft(draft), f"added by hand at {since}") for _, since, draft in line]

        def move(taken: Taken, ids: tuple[str, ...] = tuple(lead_id for lead_id, _, _ in line)) -> list[tables.Action]:
            return [files.consume(run.campaign_id, lead_id) for lead_id in ids[: taken.consumed]]

        desk.take("manual", offers, move)
        yield


def _draft(draft: LeadDraft) -> LeadDraft | intake.Refusal:
    whole = intake.complete(draft)
    problems = intake.problems(whole)
    return intake.Refusal(problems) if problems else whole
