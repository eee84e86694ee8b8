"""Paid calls to providers of which nobody knows what came: list them, and say what is to become of them."""

from enum import StrEnum
from itertools import batched
from typing import Annotated

from fastapi import APIRouter

from cam.campaigns import campaigns
from cam.leads import adding, reading
from cam.model.errors import Conflict
from cam.model.models import Campaign
from cam.model.settings.kinds import Frozen
from cam.platform import tables
from cam.providers import credits, search_progress
from cam.providers.credits import Call, CallState
from cam.providers.providers import Provider
from cam.text import clock
from functions.api import problems
from functions.api.parameters import AnyCase, CampaignId, Id, Moment, Page

router = APIRouter(prefix="/campaigns/{campaign_id}/calls", tags=["sources"], responses=problems.documented(404))

_SLICE = 50


class CallView(Frozen):
    """An open paid call. `leads` is the number of people requested, `credits` what was reserved for it."""

    call_id: str
    provider: Provider
    kind: str
    state: CallState
    credits: int
    leads: int
    run_id: str
    message: str | None
    claimed_at: Moment


class Outcome(StrEnum):
    """How to resolve a call with an unknown outcome."""

    ASK_AGAIN = "ASK_AGAIN"
    DROP = "DROP"


class Settlement(Frozen):
    """`ask_again`: the next harvest calls again and may pay twice. `drop`: continue with what is known."""

    outcome: Annotated[Outcome, AnyCase]


def _view(call: Call) -> CallView:
    shown = {name: getattr(call, name) for name in CallView.model_fields if name != "leads"}
    return CallView(**shown, leads=len(call.what))


@router.get("", summary="List open calls")
async def index(campaign_id: CampaignId) -> Page[CallView]:
    """List paid calls that are open: in progress, waiting for a result, or with an unknown outcome (UNSURE)."""
    campaigns.read(campaign_id)
    return Page(items=tuple(_view(call) for call in credits.open_calls(campaign_id)), next_cursor=None)


@router.post("/{call_id}/settle", summary="Resolve a call with an unknown outcome")
async def settle(campaign_id: CampaignId, call_id: Id, body: Settlement) -> CallView:
    """Resolve a paid call with an unknown outcome. 409: it is not UNSURE, or a run is using it."""
    campaign = campaigns.read(campaign_id)
    call = credits.read(campaign_id, call_id)
    if call.state is not CallState.UNSURE:
        raise Conflict(f"Call {call_id} is {call.state}. Only an UNSURE call can be resolved.")
    again = body.outcome is Outcome.ASK_AGAIN
    after, action = credits.moved(call, CallState.SETTLED, message=f"{call.message}; settled: {body.outcome.lower()}")
    actions = _people(campaign, call, again) if call.kind == "match" else []
    if call.kind in ("enrich", "verify") and not again:
        _go_on(campaign, call)
    try:
        tables.transact([action, *actions])
    except tables.Cancelled as cancelled:
        raise Conflict("A run is using this source. Try again when the run has finished.") from cancelled
    return _view(after)


def _people(campaign: Campaign, call: Call, again: bool) -> list[tables.Action]:
    """Back to the head of the line, or marked as asked for."""
    if not again:
        return [search_progress.remember(campaign.id, call.provider, str(one), clock.now()) for one in call.what]
    place = search_progress.place(campaign.id, call.provider)
    waiting = tuple(dict.fromkeys([*map(str, call.what), *place.waiting]))
    return [search_progress.moved(campaign.id, call.provider, place, waiting=waiting)[1]]


def _go_on(campaign: Campaign, call: Call) -> None:
    """The leads of the call count as asked about: the next harvest lets them go on. Twice is as once."""
    for part in batched([str(one) for _, one in call.what], _SLICE, strict=False):
        known = reading.existing(campaign.id, campaign.shards, part)
        actions = [
            adding.fill(campaign.id, lead, [], clock.now(), {"asked": (*lead.asked, call.provider)})
            for lead in known.values()
            if call.provider not in lead.asked
        ]
        try:
            if actions:
                tables.transact(actions)
        except tables.Cancelled as cancelled:
            raise Conflict("These leads are being changed by another request. Try again.") from cancelled
