"""Sends: the ledger of touches."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, ConfigDict, StringConstraints

from cam.campaigns import campaigns
from cam.mail import ledger, settlement
from cam.mail.settlement import Settlement
from cam.model.models import Legible, SendStatus
from cam.model.settings.kinds import Frozen
from cam.text import clock
from cam.text.matching import any_case
from functions.api import problems
from functions.api.parameters import AnyCase, CampaignId, Cursor, Id, Limit, Moment, Page, page, place

router = APIRouter(prefix="/campaigns/{campaign_id}/sends", tags=["sends"], responses=problems.documented(404))


class SendView(Frozen):
    """A touch of a lead. UNCONFIRMED: it is not known whether it was sent, and it is never resent automatically."""

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
    """List a campaign's touches by status and time."""
    campaign = campaigns.read(campaign_id)
    scope = f"sends|{campaign_id}|{status}"
    after = place(scope, cursor, 3)
    found, last = ledger.page(
        campaign_id, campaign.shards, status, limit, (after[0], after[1], after[2]) if after else None
    )
    return page(scope, [SendView.model_validate(send) for send in found], last)


class Settled(Frozen):
    """What a person found out about an unconfirmed touch: whether it was sent, and how they know."""

    outcome: Annotated[Settlement, BeforeValidator(any_case)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Legible] | None = None


@router.post("/{send_id}/settle", summary="Resolve an unconfirmed touch")
async def settle(campaign_id: CampaignId, send_id: Id, body: Settled) -> SendView:
    """Resolve an UNCONFIRMED touch: say whether it was sent. Look it up at the provider first; this works once.

    `sent`: the lead continues as if the email had been sent when it was claimed. `not_sent`: the lead waits for the
    same touch, and the next run inside the window sends it. A lead that has left its sequence stays out. 409: the touch
    is not UNCONFIRMED.
    """
    campaign = campaigns.read(campaign_id)
    touch = settlement.find(campaign_id, campaign.shards, send_id)
    send = settlement.settle(touch, body.outcome, body.note or "", campaign.settings.sending, clock.now())
    return SendView.model_validate(send)
