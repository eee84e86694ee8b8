"""What came back: events of mails and leads, as a provider, an inbox or a person reports them."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from cam.campaigns import campaigns
from cam.mail import engagement
from cam.mail.engagement import Event, EventType
from cam.model.models import Legible
from cam.model.settings.kinds import Frozen
from cam.platform import environment, keys
from cam.text import clock
from cam.text.matching import any_case
from functions.api import problems
from functions.api.parameters import CampaignId, Id
from functions.api.timestamps import Day, Given

router = APIRouter(
    prefix="/campaigns/{campaign_id}/leads/{lead_id}/events", tags=["events"], responses=problems.documented(404)
)

# Clocks differ, and so do days; a provider that is further ahead has sent nonsense.
_AHEAD = timedelta(days=1)
_MOST_STEPS = 999


def _not_ours(event_id: str) -> str:
    if event_id.startswith(engagement.OWN):
        raise ValueError(f"IDs that begin with {engagement.OWN!r} are reserved for CAM. Add a prefix.")
    return event_id


def _happened(moment: datetime) -> datetime:
    if moment > clock.now() + _AHEAD and not environment.time_travel():
        raise ValueError("This is in the future. Give the time at which the event happened.")
    return moment


class NewEvent(Frozen):
    """An event, identified by its provider's ID. `step` is the touch that it belongs to; 0 is the first.

    `detail`: for `replied`, "positive" marks a positive reply; for `bounced`, "soft…" marks a temporary bounce; for
    `opened`, "machine…" marks an open by a program. `until`: for `out_of_office`, the last day of absence.
    """

    event_id: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Legible, AfterValidator(_not_ours)
    ]
    type: Annotated[EventType, BeforeValidator(any_case)]
    occurred_at: Annotated[Given, AfterValidator(_happened)]
    step: int | None = Field(default=None, strict=True, ge=0, le=_MOST_STEPS)
    detail: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Legible] | None = None
    until: Day | None = None


class Recorded(Frozen):
    """Whether the event was recorded. False: its ID was recorded before, and nothing was done."""

    recorded: bool


@router.post("", summary="Record an event")
async def record(campaign_id: CampaignId, lead_id: Id, body: NewEvent) -> Recorded:
    """Record what happened to a lead, once for each event ID, in any order, even before the first email.

    A reply stops the sequence. A hard bounce makes the lead INVALID and suppresses its address; soft bounces of three
    touches in a row make it INVALID. A complaint or an unsubscribe makes it UNSUBSCRIBED and suppresses its address for
    the whole account. An unsubscribed lead stays so. `out_of_office` holds the sequence until `until`, or for a week.
    `left_company` makes the lead INVALID and suppresses nothing.
    """
    campaign = campaigns.read(campaign_id)
    shard = keys.shard_of(lead_id, campaign.shards)
    event = Event(body.event_id, body.type, body.occurred_at, body.step, body.detail or "", body.until)
    return Recorded(recorded=engagement.record(campaign_id, shard, lead_id, event, clock.now()))
