"""Source `manual`: leads added over the API, taken in once."""

from collections.abc import Iterator

from cam.leads import adding, imports
from cam.leads.intake import Refusal, complete, problems
from cam.model.models import LeadDraft, Run
from cam.platform import tables
from functions.harvest.run_intake import Objection, Offer, RunIntake, Taken

# A transaction holds each lead twice (written there, taken out of the line here), two tallies and the cap.
_BATCH = 48


def pull(run: Run, run_intake: RunIntake) -> Iterator[None]:
    """Every lead in line."""
    while not run_intake.full and (line := imports.waiting(run.campaign_id, _BATCH)):
        offers = [
            Offer(_draft(draft), f"added by hand at {since}", objection=_objection(draft)) for _, since, draft in line
        ]

        def move(taken: Taken, ids: tuple[str, ...] = tuple(lead_id for lead_id, _, _ in line)) -> list[tables.Action]:
            return [imports.consume(run.campaign_id, lead_id) for lead_id in ids[: taken.consumed]]

        run_intake.take("manual", offers, move)
        yield


def _objection(draft: LeadDraft) -> Objection | None:
    return Objection((draft.email or "",), adding.BY_HAND) if draft.do_not_contact else None


def _draft(draft: LeadDraft) -> LeadDraft | Refusal:
    whole = complete(draft)
    found = problems(whole)
    return Refusal(found) if found else whole
