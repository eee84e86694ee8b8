"""Sources: where a campaign's leads come from, how the providers do, and what a run may cost."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query

from cam.campaigns import campaigns
from cam.leads import imports, lead_queue
from cam.model.models import Campaign, JobStatus
from cam.model.settings.harvesting import Wanted
from cam.model.settings.kinds import Frozen
from cam.model.sources import SOURCES, Need, Source
from cam.platform import tallies
from cam.providers import credits, providers, search_progress
from cam.providers.credits import CallState, Purse
from cam.providers.providers import Provider, State
from cam.runs import sources
from cam.text import clock
from functions.api import estimates, problems
from functions.api.estimates import Estimate, Supply
from functions.api.parameters import CampaignId, Digits, Moment

router = APIRouter(prefix="/campaigns/{campaign_id}/sources", tags=["sources"], responses=problems.documented(404))

# Who completes what leads lack: what it is to the campaign, and the queue in which its leads wait first.
_COMPLETING = {Provider.DROPCONTACT: ("enricher", "enrich"), Provider.HUNTER: ("verifier", "verify")}


class Condition(StrEnum):
    """What a source would do now.

    `ready`: it has leads. `waiting`: its rate limit is reached, until `next_window`. `resting`: it failed three times
    in a row and is not called until `next_window`. `failing`: its last response was an error; the next run tries again.
    `out_of_credits`: no budget is left for it. `exhausted`: everything was read. `no_icp`: the campaign's `icp` is
    empty, so there is nobody to search for. `not_configured`: there is no key, no file, no queued lead. `off`: the
    campaign's settings exclude it.
    """

    READY = "ready"
    WAITING = "waiting"
    RESTING = "resting"
    FAILING = "failing"
    OUT_OF_CREDITS = "out_of_credits"
    EXHAUSTED = "exhausted"
    NO_ICP = "no_icp"
    NOT_CONFIGURED = "not_configured"
    OFF = "off"


class SourceView(Frozen):
    """A source of leads, or a provider that completes them (`kind`: source, enricher, verifier).

    `waiting` counts what is available: rows, leads added by hand, people found by a search, leads without an address
    (enricher) or with an unverified one (verifier); null: not known yet. `next_window`: when the provider can be called
    again, if not now. `credits_left`: what this campaign may still spend this month; `provider_credits_left`: the
    balance that the provider reports. `unsure`: paid calls with an unknown outcome; resolve them at `…/calls`.
    """

    name: str
    kind: str
    configured: bool
    healthy: bool
    condition: Condition
    last_error: str | None = None
    last_error_at: Moment | None = None
    last_success_at: Moment | None = None
    next_window: Moment | None = None
    credits_left: int | None = None
    provider_credits_left: int | None = None
    waiting: int | None = None
    unsure: int = 0


class Credits(Frozen):
    """A campaign's credits: what it may spend, what it has spent this month (UTC), and what they have brought.

    Credits reserved for calls count as spent until they are released. `limited_by` is the budget that a run would reach
    first. `per_qualified_lead` is null until a lead that cost credits has qualified.
    """

    per_run: int
    per_month: int
    spent_this_month: int
    left_this_month: int
    spent_by_all_campaigns_this_month: int
    limited_by: str
    spent: int
    per_qualified_lead: float | None


class Sources(Frozen):
    """A campaign's sources in the order in which they are tried, then the providers that complete leads."""

    items: tuple[SourceView, ...]
    credits: Credits
    next_cursor: None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all of a campaign's sources."""

    campaign: Campaign
    now: datetime
    able: frozenset[Provider]
    purse: Purse
    life: Mapping[str, int]

    @property
    def wanted(self) -> tuple[Source, ...]:
        """The campaign's sources in the order in which they are tried."""
        return sources.chosen(self.campaign.settings)

    @property
    def completing(self) -> frozenset[Provider]:
        """The providers that the campaign lets complete its leads, with a key or without."""
        rules = self.campaign.settings.harvest
        on = {Provider.DROPCONTACT: rules.dropcontact is not Wanted.OFF, Provider.HUNTER: rules.hunter}
        return frozenset(one for one, wanted in on.items() if wanted)

    def supply(self, source: Source) -> Supply:
        """What a source has for a run."""
        needs, settings = SOURCES[source].needs, self.campaign.settings
        if Need.FILE in needs:
            unread = [estimates.rows_left(one) for one in imports.readable(self.campaign.id)]
            known = [number for number in unread if number is not None]
            # A file that was read to its end counts, and gives nothing.
            there = bool(unread) or imports.any_import(self.campaign.id)
            return Supply(sum(known) if len(known) == len(unread) else None, there)
        if Need.LEADS_IN_LINE in needs:
            number = imports.in_line(self.campaign.id)
            return Supply(number, there=number > 0)
        if Need.KEY in needs and source.value not in self.able:
            return Supply(0, there=False)
        if Need.ICP in needs and settings.icp.says_nothing:
            return Supply(0, there=False, unaimed=True)
        if Need.KEY in needs:
            return estimates.people(search_progress.place(self.campaign.id, Provider(source)), self.life)
        return Supply(None, there=sources.ready(source, self.campaign.id, settings, self.able))

    def queued(self, provider: Provider) -> int:
        """How many leads wait for a provider that completes them."""
        return lead_queue.queued(self.campaign.id, self.campaign.shards, _COMPLETING[provider][1])


def _known(campaign_id: int) -> _Known:
    campaign, now = campaigns.read(campaign_id), clock.now()
    return _Known(
        campaign,
        now,
        providers.configured(),
        credits.purse(campaign_id, campaign.settings, None, now),
        tallies.of_campaign(campaign_id, campaign.shards),
    )


@router.get("", summary="List sources")
async def index(campaign_id: CampaignId) -> Sources:
    """List each source: whether it is configured and healthy, its last error, its credits, and when it can be called
    again.

    Providers' API keys and states are shared by all campaigns; budgets and queues belong to the campaign.
    """
    known = _known(campaign_id)
    states = providers.states()
    unsure = Counter(call.provider for call in credits.open_calls(campaign_id) if call.state is CallState.UNSURE)
    views = []
    for source in known.wanted:
        supply = known.supply(source)
        if Need.KEY in SOURCES[source].needs:
            one = Provider(source)
            views.append(_provider(known, one, "source", states[one], supply, unsure[one], on=True))
        else:
            views.append(_own(campaign_id, source, supply))
    for one, (kind, _) in _COMPLETING.items():
        supply = Supply(known.queued(one))
        views.append(_provider(known, one, kind, states[one], supply, unsure[one], on=one in known.completing))
    settings, purse = known.campaign.settings, known.purse
    return Sources(
        items=tuple(views),
        credits=Credits(
            per_run=settings.credits_per_run,
            per_month=settings.credits_per_month,
            spent_this_month=purse.month,
            left_this_month=purse.left_this_month,
            spent_by_all_campaigns_this_month=purse.account,
            limited_by=purse.tightest,
            spent=known.life.get("credits", 0),
            per_qualified_lead=estimates.per_qualified(known.life),
        ),
    )


def _own(campaign_id: int, source: Source, supply: Supply) -> SourceView:
    """A source of the campaign's own: its files, its leads added by hand."""
    error, at = _file_error(campaign_id) if Need.FILE in SOURCES[source].needs and supply.there else (None, None)
    if not supply.there:
        condition = Condition.NOT_CONFIGURED
    elif supply.number != 0:
        condition = Condition.READY
    else:
        condition = Condition.FAILING if error else Condition.EXHAUSTED
    return SourceView(
        name=source,
        kind="source",
        configured=supply.there,
        healthy=error is None,
        condition=condition,
        last_error=error,
        last_error_at=at,
        waiting=supply.number,
    )


def _file_error(campaign_id: int) -> tuple[str | None, datetime | None]:
    """The newest file, if it could not be read."""
    newest, _ = imports.page(campaign_id, 1)
    if not newest or newest[0].status is not JobStatus.FAILED:
        return None, None
    said = newest[0].errors[0].message if newest[0].errors else "the file could not be read"
    return f"{newest[0].filename}: {said}", newest[0].created_at


def _provider(
    known: _Known, provider: Provider, kind: str, state: State, supply: Supply, unsure: int, on: bool
) -> SourceView:
    configured = provider in known.able
    failing = bool(state.last_error_at and (not state.last_success_at or state.last_error_at > state.last_success_at))
    return SourceView(
        name=provider,
        kind=kind,
        configured=configured,
        healthy=not failing and not state.resting(known.now),
        condition=_condition(known, state, failing, supply, on) if configured else Condition.NOT_CONFIGURED,
        last_error=state.last_error,
        last_error_at=state.last_error_at,
        last_success_at=state.last_success_at,
        next_window=state.next_window(known.now),
        credits_left=known.purse.left_this_month,
        provider_credits_left=state.credits_left,
        waiting=supply.number,
        unsure=unsure,
    )


def _condition(known: _Known, state: State, failing: bool, supply: Supply, on: bool) -> Condition:
    if not on:
        return Condition.OFF
    if supply.unaimed:
        return Condition.NO_ICP
    if state.resting(known.now):
        return Condition.RESTING
    if state.next_window(known.now):
        return Condition.WAITING
    if failing:
        return Condition.FAILING
    if supply.ended:
        return Condition.EXHAUSTED
    return Condition.READY if known.purse.left and state.credits_left != 0 else Condition.OUT_OF_CREDITS


@router.get("/estimate", summary="Estimate a run")
async def estimate(
    campaign_id: CampaignId,
    max_leads: Annotated[int, Digits, Query(ge=1, le=1_000_000, description="The run's cap")] = 100,
) -> Estimate:
    """Estimate what a harvest would bring and cost, from the leads that are available and the campaign's history.

    Calls no provider, spends no credits and changes nothing.
    """
    known = _known(campaign_id)
    asked = known.completing & known.able
    return estimates.estimate(
        max_leads,
        [(source, known.supply(source)) for source in known.wanted],
        known.purse,
        known.life,
        sum(known.queued(one) for one in _COMPLETING) if asked else 0,
        len(asked),
    )
