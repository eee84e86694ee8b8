"""Review: leads that wait for a person, the oldest first, and what people decide about them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BeforeValidator, Field, StringConstraints

from cam.campaigns import campaigns
from cam.leads import reviews
from cam.leads.reviews import Waiting
from cam.model.errors import AlreadyDecided, Conflict, NotFound, Throttled
from cam.model.models import Decision, Lead, LeadStatus, Legible, Tier
from cam.model.settings.kinds import Frozen
from cam.text import clock
from cam.text.matching import any_case
from functions.api import problems
from functions.api.parameters import CampaignId, Cursor, Id, Limit, Moment, Page, days, findable, page, place
from functions.api.views import ReviewView

router = APIRouter(prefix="/campaigns/{campaign_id}/review", tags=["review"], responses=problems.documented(404))

# One transaction each, within the time that API Gateway waits.
MOST = 100
_UNREADABLE = "The stored lead cannot be read."
_BUSY = "CAM is busy. Send this lead's decision again."


class WaitingView(Frozen):
    """A lead that has been in review since `since`: why, and what would help to decide.

    For a lead that cannot be read, only `lead_id`, `why` and the time are known.
    """

    lead_id: str
    name: str | None = None
    email: str | None = None
    company: str | None = None
    role: str | None = None
    score: float | None = None
    tier: Tier | None = None
    reasons: tuple[str, ...] = ()
    intent: float | None = None
    why: str
    next_step: str
    since: Moment
    waiting_days: float


class Verdict(Frozen):
    """A person's decision and the reason. `reviewer` is recorded with it."""

    decision: Annotated[Decision, BeforeValidator(any_case)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Legible] | None = None
    reviewer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Legible] | None = (
        None
    )


class Verdicts(Verdict):
    """The same decision about several leads."""

    lead_ids: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(min_length=1, max_length=MOST)


class SettledView(ReviewView):
    """The new status of a lead. QUALIFIED: the next run routes it."""

    lead_id: str
    status: LeadStatus


class RefusedReview(Frozen):
    """A lead that was not decided. 404: there is no such lead; 409: it is not in review; 503: send it again."""

    lead_id: str
    status: int
    message: str
    decided: ReviewView | None = None


class Outcome(Frozen):
    """The result for each lead, by the IDs in the request."""

    settled: tuple[str, ...]
    refused: tuple[RefusedReview, ...]


@router.get("", summary="List leads in review")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[WaitingView]:
    """List leads in review, oldest first. A page may be short although more follow: continue with its cursor."""
    campaign = campaigns.read(campaign_id)
    scope = f"review|{campaign_id}"
    after = place(scope, cursor, 1)
    found, position = reviews.page(campaign_id, campaign.shards, limit, after[0] if after else None)
    now = clock.now()
    return page(scope, [_view(one, now) for one in found], [position] if position else None)


@router.post("/{lead_id}", summary="Approve or reject a lead")
async def settle(campaign_id: CampaignId, lead_id: Id, body: Verdict) -> SettledView:
    """Approve a lead, so that the next run routes it, or reject it. A lead can be decided once.

    409: the lead is not waiting for review. If a person has already decided, `decided` has the decision, the person and
    the time.
    """
    campaign = campaigns.read(campaign_id)
    done = reviews.settle(
        campaign_id, campaign.shards, lead_id, body.decision, body.reviewer, body.note or "", clock.now()
    )
    return SettledView(**done.review.model_dump(), lead_id=done.lead_id, status=done.status)


@router.post("", summary="Approve or reject several leads")
async def settle_several(campaign_id: CampaignId, body: Verdicts) -> Outcome:
    """Approve or reject up to 100 leads with one decision. Leads are decided independently; the response says which
    failed and why.
    """
    campaign = campaigns.read(campaign_id)
    settled: list[str] = []
    refused: list[RefusedReview] = []
    ids = iter(dict.fromkeys(body.lead_ids))
    for lead_id in ids:
        try:
            reviews.settle(
                campaign_id,
                campaign.shards,
                findable(lead_id),
                body.decision,
                body.reviewer,
                body.note or "",
                clock.now(),
            )
            settled.append(lead_id)
        except (NotFound, Conflict) as error:
            refused.append(_refused(lead_id, error))
        except Throttled:
            if not settled:
                raise
            refused += [RefusedReview(lead_id=one, status=503, message=_BUSY) for one in (lead_id, *ids)]
    return Outcome(settled=tuple(settled), refused=tuple(refused))


def _refused(lead_id: str, error: NotFound | Conflict) -> RefusedReview:
    return RefusedReview(
        lead_id=lead_id,
        status=404 if isinstance(error, NotFound) else 409,
        message=str(error),
        decided=ReviewView.model_validate(error.review) if isinstance(error, AlreadyDecided) else None,
    )


def _view(waiting: Waiting, now: datetime) -> WaitingView:
    lead = waiting.lead
    return WaitingView(
        **({name: getattr(lead, name) for name in _OF_LEAD} if lead else {}),
        lead_id=waiting.lead_id,
        reasons=lead.qualification.reasons if lead and lead.qualification else (),
        intent=lead.qualification.intent if lead and lead.qualification else None,
        why=why(lead) if lead else _UNREADABLE,
        next_step=next_step(lead) if lead else "Reject the lead, then add it again with the data that you have.",
        since=waiting.since,
        waiting_days=days(waiting.since, now),
    )


_OF_LEAD = ("name", "email", "company", "role", "score", "tier")


def why(lead: Lead) -> str:
    """Why Qualify left the lead to a person, as one sentence. Pure."""
    verdict = lead.qualification
    if verdict is None or verdict.reasons != ("low_intent",) or verdict.intent is None:
        return f"Qualify sent it to review: {', '.join(verdict.reasons) if verdict else 'no reason was stored'}."
    true = [_words(name) for name, value in lead.signals.items() if value]
    signals = (
        f"of the buying signals, only {' and '.join(true)} {'are' if len(true) > 1 else 'is'} true"
        if true
        else "no buying signal is true"
    )
    return f"The intent is low, {verdict.intent:.2f} of 1: {signals}, and nothing shows that the person decides."


def next_step(lead: Lead) -> str:
    """What would help to decide. Pure."""
    unknown = [_words(name) for name, value in lead.signals.items() if value is None]
    if not unknown:
        return "Approve the lead if you know more about it than its data shows; otherwise reject it."
    return f"Not known: {', '.join(unknown)}. Find out, then approve or reject the lead."


def _words(signal: str) -> str:
    return signal.removeprefix("is_").removeprefix("has_").replace("_", " ")
