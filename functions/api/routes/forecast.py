"""Forecast: the touches that would go out in the coming days, of one campaign or of all that are active."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from cam.campaigns import campaigns, forecasts
from cam.campaigns.forecasts import Forecast
from cam.model.models import JobStatus
from cam.model.settings.kinds import Frozen
from cam.platform.environment import required
from cam.runs import executions
from cam.text import clock
from functions.api import calculations, fleet, idempotency, problems
from functions.api.parameters import CampaignId, Decimal, Id, Moment
from functions.api.routes.runs import travels
from functions.api.timestamps import Given
from functions.api.views import Job

router = APIRouter(tags=["what if"], responses=problems.documented(404))

_GOES_ON: dict[int | str, dict[str, Any]] = {202: {"description": "The forecast continues: follow it at `Location`"}}
_NOT_IN_IT = (
    "Assumes that nobody replies and every email is sent. Leads that are not routed yet, are in review, or whose last "
    "touch is unconfirmed are not included. Emails that any campaign has sent keep the contact gap "
    "(contact_gap_days of GET /settings)."
)
_ALONE = (
    "Coming emails of other campaigns are not known here: they share the sender's cap and keep the contact gap to the "
    "same person. For a forecast of all campaigns together, use POST /forecast."
)
_FLEET_OFF = "The scheduled runs are disabled in this stack; calculated as if they were enabled."
Wait = Annotated[float, Decimal, Query(ge=0, le=25, description="Seconds to wait for the forecast")]


class ForecastRequest(Frozen):
    """How many days to forecast, including today. `as_of` moves the first day, if the stack allows it."""

    days: int = Field(default=90, strict=True, ge=1, le=365)
    as_of: Given | None = None


class DayView(Frozen):
    """A day in the campaign's time zone, with its touches by sequence; `by_step` also by step, from 0.

    `cap` is the maximum of emails for campaign and sender on that day; null for several campaigns.
    """

    date: date
    touches: int
    by_sequence: dict[str, int]
    by_step: dict[str, dict[int, int]]
    cap: int | None


class CampaignTotal(Frozen):
    """The totals of one campaign.

    `waiting`: leads with touches left after the last day, by reason: `later` (their day is after it), `cap` (their day
    was full), `contacted_recently` (the person got an email of another lead), or why they are held. `stopped`: leads
    that leave their sequence without an email. `otherwise`: the total if the campaign's emails were not stopped; `note`
    says what stops them.
    """

    campaign_id: int
    name: str
    total: int
    otherwise: int | None
    waiting: dict[str, int]
    stopped: dict[str, int]
    note: str | None


class _Answer(Frozen):
    forecast_id: str
    status: JobStatus
    as_of: Moment = Field(serialization_alias="from")
    days: tuple[DayView, ...]
    total: int
    started_at: Moment
    error_message: str | None


class CampaignForecast(_Answer):
    """The touches of a campaign, day by day; no days while RUNNING. For the other fields, see `CampaignTotal`."""

    campaign_id: int
    otherwise: int | None
    waiting: dict[str, int]
    stopped: dict[str, int]
    note: str


class FleetForecast(_Answer):
    """The touches of all active campaigns, by day of each campaign, and the totals of each campaign."""

    campaigns: tuple[CampaignTotal, ...]
    note: str


@router.post("/campaigns/{campaign_id}/forecast", summary="Forecast a campaign's touches", responses=_GOES_ON)
async def start(
    campaign_id: CampaignId, request: Request, response: Response, body: ForecastRequest | None = None, wait: Wait = 25
) -> CampaignForecast:
    """Forecast the touches of the coming days if nobody replies: 200 with the result, or 202 if it takes longer than
    `wait`.

    Sends no emails.
    """
    campaigns.read(campaign_id)
    found, status = await _calculated(campaign_id, request, response, body or ForecastRequest(), wait)
    return _of_campaign(campaign_id, found, status)


@router.get("/campaigns/{campaign_id}/forecasts/{forecast_id}", summary="Read a campaign's forecast")
async def read(campaign_id: CampaignId, forecast_id: Id) -> CampaignForecast:
    """Read a forecast, complete or in progress. Forecasts are kept for a week."""
    campaigns.read(campaign_id)
    return _of_campaign(campaign_id, *_state(campaign_id, forecast_id))


@router.post("/forecast", summary="Forecast the touches of all campaigns", responses=_GOES_ON)
async def start_all(
    request: Request, response: Response, body: ForecastRequest | None = None, wait: Wait = 25
) -> FleetForecast:
    """Forecast all active campaigns together. Campaigns of one sender share its cap; the oldest campaign goes first."""
    return _of_fleet(*await _calculated(None, request, response, body or ForecastRequest(), wait))


@router.get("/forecasts/{forecast_id}", summary="Read a forecast of all campaigns")
async def read_all(forecast_id: Id) -> FleetForecast:
    """Read a forecast of all active campaigns. Forecasts are kept for a week."""
    return _of_fleet(*_state(None, forecast_id))


async def _calculated(
    campaign_id: int | None, request: Request, response: Response, asked: ForecastRequest, wait: float
) -> tuple[Forecast, JobStatus]:
    """The forecast when it is there, or as far as it is when the seconds are over."""
    forecast_id, begin = idempotency.run_id(request), travels(asked.as_of) or clock.now()
    forecasts.begin(Forecast(forecast_id, campaign_id, begin, asked.days, fleet.MINUTES[Job.NURTURE], clock.now()))
    start = partial(executions.start_forecast, required("FORECAST_ARN"), campaign_id, forecast_id)
    calculations.begin(start, "forecast", forecast_id)
    stands = partial(_state, campaign_id, forecast_id)
    return await calculations.finished(request, response, f"./forecasts/{forecast_id}", wait, stands)


def _state(campaign_id: int | None, forecast_id: str) -> tuple[Forecast, JobStatus]:
    return calculations.standing(
        partial(forecasts.read, campaign_id, forecast_id),
        lambda found: found.result is not None,
        lambda found: found.started_at,
        required("FORECAST_ARN"),
        forecast_id,
    )


def _common(found: Forecast, status: JobStatus) -> dict[str, Any]:
    days = [day.model_dump() for day in found.result.days] if found.result else []
    return {
        "forecast_id": found.forecast_id,
        "status": status,
        "as_of": found.begin,
        "days": days,
        "total": sum(day["touches"] for day in days),
        "started_at": found.started_at,
        "error_message": "The forecast did not finish. Try again." if status is JobStatus.FAILED else None,
    }


def _of_campaign(campaign_id: int, found: Forecast, status: JobStatus) -> CampaignForecast:
    total = found.result.campaigns[0] if found.result else None
    return CampaignForecast(
        **_common(found, status),
        campaign_id=campaign_id,
        otherwise=total.otherwise if total else None,
        waiting=dict(total.waiting) if total else {},
        stopped=dict(total.stopped) if total else {},
        note=_note(total.note if total else None, _NOT_IN_IT, _ALONE),
    )


def _of_fleet(found: Forecast, status: JobStatus) -> FleetForecast:
    totals = found.result.campaigns if found.result else ()
    return FleetForecast(
        **_common(found, status),
        campaigns=tuple(CampaignTotal(**one.model_dump()) for one in totals),
        note=_note(None, _NOT_IN_IT),
    )


def _note(*sentences: str | None) -> str:
    return " ".join(one for one in (*sentences, None if fleet.enabled() else _FLEET_OFF) if one)
