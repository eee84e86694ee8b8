"""Sources: where a campaign's leads come from, how the providers do, and what a run may cost."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query

from cam import campaigns, clock, credits, files, leads, providers, search, tallies
from cam.credits import CallState, Purse
from cam.models import Campaign, JobStatus
from cam.providers import Provider, State
from cam.settings import Frozen, Source
from functions.api import forecast, problems
from functions.api.forecast import Estimate, Supply
from functions.api.inputs import CampaignId, Digits, Moment

router = APIRouter(prefix="/campaigns/{campaign_id}/sources", tags=["sources"], responses=problems.documented(404))

_MOST_FILES = 100


class Condition(StrEnum):
    """What a source would do now."""

    READY = "ready"
    WAITING = "waiting"
    RESTING = "resting"
    FAILING = "failing"
    EXHAUSTED = "exhausted"
    NOT_CONFIGURED = "not_configured"
    OFF = "off"


class SourceView(Frozen):
    """A source of leads, or a provider that completes them.

    `waiting` counts what lies ready: rows, leads added by hand, people that a search found, leads that lack something
    (null: not known yet). `next_window`: when the provider may be asked again, if not now. `credits_left`: what this
    campaign may still spend this month; `provider_credits_left`: what the provider says is in the account. `unsure`:
    paid calls of which nobody knows what came of them; they wait for you at `…/calls`.
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
    """A campaign's credits: what it may spend, what it has spent this month (UTC), and what each brought so far."""

    per_run: int
    per_month: int
    spent_this_month: int
    left_this_month: int
    spent_by_all_campaigns_this_month: int
    spent: int
    per_qualified_lead: float | None


class Sources(Frozen):
    """A campaign's sources in the order in which they are tried, then the providers that complete leads."""

    items: tuple[SourceView, ...]
    credits: Credits
    next_cursor: None = None


@router.get("", summary="List sources")
async def index(campaign_id: CampaignId) -> Sources:
    """Each source: configured, healthy, its last error, the credits left, when it may be asked again."""
    campaign = campaigns.read(campaign_id)
    now = clock.now()
    able, states = providers.configured(), providers.states()
    purse = _purse(campaign, now)
    unsure = [call.provider for call in credits.open_calls(campaign_id) if call.state is CallState.UNSURE]
    supplies = _supplies(campaign, able)
    settings = campaign.settings
    wanted = settings.sources if settings.sources is not None else tuple(Source)
    views = [
        _provider(Provider.APOLLO, "source", able, states, purse, now, supplies["apollo"], unsure, on=True)
        if source is Source.APOLLO
        else _own(campaign, source, supplies[source])
        for source in wanted
    ]
    on = {Provider.DROPCONTACT: settings.harvest.dropcontact != "off", Provider.HUNTER: settings.harvest.hunter}
    for provider, kind in ((Provider.DROPCONTACT, "enricher"), (Provider.HUNTER, "verifier")):
        queue = "enrich" if provider is Provider.DROPCONTACT else "verify"
        supply = Supply(leads.queued(campaign_id, campaign.shards, queue))
        views.append(_provider(provider, kind, able, states, purse, now, supply, unsure, on=on[provider]))
    life = tallies.of_campaign(campaign_id, campaign.shards)
    return Sources(
        items=tuple(views),
        credits=Credits(
            per_run=settings.credits_per_run,
            per_month=settings.credits_per_month,
            spent_this_month=purse.month,
            left_this_month=purse.left_this_month,
            spent_by_all_campaigns_this_month=purse.account,
            spent=life["credits"],
            per_qualified_lead=forecast.per_qualified(life),
        ),
    )


def _purse(campaign: Campaign, now: datetime) -> Purse:
    return credits.purse(campaign.id, campaign.settings, None, now)


def _supplies(campaign: Campaign, able: frozenset[Provider]) -> dict[str, Supply]:
    """What each source has for a run."""
    life = tallies.of_campaign(campaign.id, campaign.shards)
    place = search.place(campaign.id, Provider.APOLLO)
    return {
        "apollo": forecast.people(place, life) if Provider.APOLLO in able else Supply(0, there=False),
        "csv": _rows(campaign.id),
        "manual": Supply(files.in_line(campaign.id)),
    }


def _rows(campaign_id: int) -> Supply:
    unread = files.unread(campaign_id)
    left = [forecast.rows_left(one) for one in unread]
    number = None if None in left else sum(one or 0 for one in left)
    return Supply(number, there=files.any_import(campaign_id))


def _own(campaign: Campaign, source: Source, supply: Supply) -> SourceView:
    """A source of the campaign's own: its files, its leads added by hand."""
    error, at = _file_error(campaign.id) if source is Source.CSV else (None, None)
    there = supply.there and (source is Source.CSV or bool(supply.number))
    condition = (
        Condition.NOT_CONFIGURED if not there else Condition.EXHAUSTED if supply.number == 0 else Condition.READY
    )
    return SourceView(
        name=source,
        kind="source",
        configured=there,
        healthy=error is None,
        condition=condition,
        last_error=error,
        last_error_at=at,
        waiting=supply.number,
    )


def _file_error(campaign_id: int) -> tuple[str | None, datetime | None]:
    """The newest file, if it could not be read."""
    newest, _ = files.page(campaign_id, 1)
    if not newest or newest[0].status is not JobStatus.FAILED:
        return None, None
    said = newest[0].errors[0].message if newest[0].errors else "the file could not be read"
    return f"{newest[0].filename}: {said}", newest[0].created_at


def _provider(
    provider: Provider,
    kind: str,
    able: frozenset[Provider],
    states: Mapping[Provider, State],
    purse: Purse,
    now: datetime,
    supply: Supply,
    unsure: list[Provider],
    on: bool,
) -> SourceView:
    state = states[provider]
    failing = bool(state.last_error_at and (not state.last_success_at or state.last_error_at > state.last_success_at))
    return SourceView(
        name=provider,
        kind=kind,
        configured=provider in able,
        healthy=not failing and not state.resting(now),
        condition=_condition(provider in able, on, state, failing, supply, now),
        last_error=state.last_error,
        last_error_at=state.last_error_at,
        last_success_at=state.last_success_at,
        next_window=state.next_window(now),
        credits_left=purse.left_this_month,
        provider_credits_left=state.credits_left,
        waiting=supply.number,
        unsure=unsure.count(provider),
    )


def _condition(configured: bool, on: bool, state: State, failing: bool, supply: Supply, now: datetime) -> Condition:
    if not configured:
        return Condition.NOT_CONFIGURED
    if not on:
        return Condition.OFF
    if state.resting(now):
        return Condition.RESTING
    if state.next_window(now):
        return Condition.WAITING
    if failing:
        return Condition.FAILING
    return Condition.EXHAUSTED if supply.ended else Condition.READY


@router.get("/estimate", summary="Estimate a run")
async def estimate(
    campaign_id: CampaignId,
    max_leads: Annotated[int, Digits, Query(ge=1, le=1_000_000, description="The run's cap")] = 100,
) -> Estimate:
    """What a harvest would bring and cost, before it runs: from what lies ready and the campaign's own history."""
    campaign = campaigns.read(campaign_id)
    able = providers.configured()
    life = tallies.of_campaign(campaign_id, campaign.shards)
    incomplete = sum(leads.queued(campaign_id, campaign.shards, queue) for queue in leads.INCOMPLETE)
    completing = incomplete if able & {Provider.DROPCONTACT, Provider.HUNTER} else 0
    wanted = campaign.settings.sources if campaign.settings.sources is not None else tuple(Source)
    supplies = _supplies(campaign, able)
    return forecast.estimate(
        max_leads,
        [(str(source), supplies[source]) for source in wanted],
        _purse(campaign, clock.now()),
        life,
        completing,
    )
