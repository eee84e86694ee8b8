"""Sends: the ledger of touches."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict

from cam import campaigns, outbox
from cam.models import SendStatus
from cam.settings import Frozen
from functions.api import problems
from functions.api.inputs import AnyCase, CampaignId, Cursor, Limit, Moment, Page, page, place

router = APIRouter(prefix="/campaigns/{campaign_id}/sends", tags=["sends"], responses=problems.documented(404))


class SendView(Frozen):
    """One touch of one lead. UNCONFIRMED: nobody knows whether it left, and it is never sent again by itself."""

    model_config = ConfigDict(from_attributes=True)

    send_id: str
    lead_id: str
    to: str
    sequence: str
    step: int
    status: SendStatus
    subject: str
    claimed_at: Moment
    sent_at: Moment | None
    message_id: str | None
    reason: str | None


@router.get("", summary="List sends")
async def index(
    campaign_id: CampaignId,
    status: Annotated[SendStatus | None, AnyCase, Query()] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[SendView]:
    """A campaign's touches, by status and time."""
    campaign = campaigns.read(campaign_id)
    scope = f"sends|{campaign_id}|{status}"
    after = place(scope, cursor, 3)
    found, last = outbox.page(
        campaign_id, campaign.shards, status, limit, (after[0], after[1], after[2]) if after else None
    )
    return page(scope, [SendView.model_validate(send) for send in found], last)
