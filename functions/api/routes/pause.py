"""A campaign's pause: its mail waits, its other stages work on."""

from fastapi import APIRouter

from cam.campaigns import campaigns
from cam.mail import safety
from cam.mail.safety import Halt
from cam.model.settings.kinds import Frozen
from cam.text import clock
from functions.api import problems
from functions.api.parameters import CampaignId, Moment
from functions.api.routes.stop import Reason

router = APIRouter(prefix="/campaigns/{campaign_id}", tags=["safety"], responses=problems.documented(404))


class PauseView(Frozen):
    """Whether a campaign's emails are paused; since when, why and by whom, or automatically (`automatic`)."""

    paused: bool
    automatic: bool = False
    since: Moment | None = None
    reason: str | None = None
    by: str | None = None


def _view(halt: Halt | None) -> PauseView:
    if halt is None:
        return PauseView(paused=False)
    return PauseView(paused=True, automatic=halt.automatic, since=halt.since, reason=halt.reason, by=halt.by)


@router.get("/pause", summary="Read a campaign's pause")
async def read(campaign_id: CampaignId) -> PauseView:
    """Read whether the campaign's emails are paused."""
    campaigns.read(campaign_id)
    return _view(safety.paused(campaign_id))


@router.post("/pause", summary="Pause a campaign's emails")
async def pause(campaign_id: CampaignId, body: Reason | None = None) -> PauseView:
    """Pause the campaign's emails. Other stages continue. Pausing twice changes nothing.

    A campaign with too many bounces or complaints is paused automatically (`settings.sending.auto_pause`).
    """
    campaigns.read(campaign_id)
    given = body or Reason()
    return _view(safety.pause(campaign_id, given.reason, given.by, clock.now()))


@router.post("/resume", summary="Resume a campaign's emails")
async def resume(campaign_id: CampaignId) -> PauseView:
    """Resume the campaign's emails from the next run on. Bounces and complaints are counted from zero again."""
    campaign = campaigns.read(campaign_id)
    safety.resume(campaign_id, campaign.shards, clock.now())
    return _view(safety.paused(campaign_id))
