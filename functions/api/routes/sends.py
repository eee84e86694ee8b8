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
    found, last = ledger.page(
        campaign_id, campaign.shards, status, limit, (after[0], after[1], after[2]) if after else None
    )
    return page(scope, [SendView.model_validate(send) for send in found], last)


class Settled(Frozen):
    """What a person found out about a touch of which nobody knew: whether it left, and how they know."""

    outcome: Annotated[Settlement, BeforeValidator(any_case)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Legible] | None = None


@router.post("/{send_id}/settle", summary="Resolve an unconfirmed touch")
async def settle(campaign_id: CampaignId, send_id: Id, body: Settled) -> SendView:
    """Say whether an UNCONFIRMED touch left; look it up at the provider first. Once; 409 says what it is otherwise.

    `sent`: its lead goes on as if the mail had left when it was claimed. `not_sent`: its lead waits for the same touch
    again, and the next run inside the window sends it. A lead that is out of its sequence stays so.
    """
    campaign = campaigns.read(campaign_id)
    touch = settlement.find(campaign_id, campaign.shards, send_id)
    send = settlement.settle(touch, body.outcome, body.note or "", campaign.settings.sending, clock.now())
    return SendView.model_validate(send)
