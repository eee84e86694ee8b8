"""Forecast: who waits for a touch, in all shards, and what the fleet's runs will make of it. Writes on no lead."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from cam.campaigns import account, campaigns, forecasts
from cam.campaigns.forecasts import Forecast, Result, Total
from cam.model.models import Campaign, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import telemetry
from cam.platform.telemetry import entrypoint
from cam.runs import preconditions
from functions.forecast import simulation
from functions.forecast.simulation import Outlook
from functions.forecast.starting_point import standing, waiting

# Shards are read side by side: reading is waiting.
_READERS = 8
_INACTIVE = "The campaign is inactive: no touches are sent until it is active."


class ForecastEvent(BaseModel):
    """What the state machine hands over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    campaign_id: int | None
    forecast_id: str


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Reckon a forecast that was asked for, and keep it. Again reckons again, and keeps the first."""
    asked = ForecastEvent.model_validate(event)
    telemetry.about(campaign_id=asked.campaign_id, forecast_id=asked.forecast_id)
    wanted = forecasts.read(asked.campaign_id, asked.forecast_id)
    result = reckon(wanted)
    forecasts.keep(wanted, result)
    telemetry.outcome("forecast", {"campaigns": len(result.campaigns)})
    return {"campaigns": len(result.campaigns)}


def reckon(wanted: Forecast) -> Result:
    """The days of one campaign, or of all that are active, with the settings and the leads of this moment."""
    found = campaigns.active() if wanted.campaign_id is None else [campaigns.read(wanted.campaign_id)]
    frozen = {one.id: preconditions.settings(one) for one in found}
    obstacles = {one.id: _obstacle(one, frozen[one.id]) for one in found}
    gap = timedelta(days=account.read().contact_gap_days)
    stand = _stand(found, frozen, wanted.begin, gap)

    def simulated(several: Sequence[simulation.Campaign]) -> dict[int, Outlook]:
        return simulation.forecast(several, wanted.begin, wanted.days, wanted.minutes, gap)

    outlooks = simulated([one for one in stand if obstacles[one.id] is None])
    alone = {one.id: simulated([one])[one.id] for one in stand if obstacles[one.id] is not None}
    return Result(
        days=_days([outlooks.get(one.id) or _still(alone[one.id]) for one in found], wanted.campaign_id is not None),
        campaigns=tuple(_total(one, outlooks.get(one.id), alone.get(one.id), obstacles[one.id]) for one in found),
    )


def _obstacle(campaign: Campaign, settings: CampaignSettings) -> str | None:
    """Why no touch of a campaign would leave, as runs say it."""
    if not campaign.active:
        return _INACTIVE
    return preconditions.blocked(campaign, settings, (Stage.NURTURE,)).get(Stage.NURTURE)


def _stand(
    found: Sequence[Campaign], frozen: dict[int, CampaignSettings], begin: datetime, gap: timedelta
) -> list[simulation.Campaign]:
    places = [(one.id, shard) for one in found for shard in range(one.shards)]
    with ThreadPoolExecutor(_READERS) as readers:
        read = readers.map(lambda place: waiting(place[0], place[1], frozen[place[0]], gap), places)
        by_place = dict(zip(places, read, strict=True))
    return [
        standing(one, frozen[one.id], [by_place[one.id, shard] for shard in range(one.shards)], begin) for one in found
    ]


def _still(outlook: Outlook) -> Outlook:
    """The same days without a touch."""
    return Outlook([simulation.Day(day.date, Counter(), day.cap) for day in outlook.days], Counter(), Counter())


def _days(outlooks: Sequence[Outlook], alone: bool) -> tuple[forecasts.Day, ...]:
    left: dict[date, Counter[tuple[str, int]]] = {}
    caps: dict[date, int] = {}
    for outlook in outlooks:
        for day in outlook.days:
            left.setdefault(day.date, Counter()).update(day.touches)
            caps[day.date] = day.cap
    return tuple(_day(one, left[one], caps[one] if alone else None) for one in sorted(left))


def _day(day: date, left: Counter[tuple[str, int]], cap: int | None) -> forecasts.Day:
    by_sequence: Counter[str] = Counter()
    by_step: dict[str, dict[int, int]] = {}
    for (sequence, step), number in sorted(left.items()):
        by_sequence[sequence] += number
        by_step.setdefault(sequence, {})[step] = number
    return forecasts.Day(date=day, touches=left.total(), by_sequence=by_sequence, by_step=by_step, cap=cap)


def _total(campaign: Campaign, outlook: Outlook | None, otherwise: Outlook | None, obstacle: str | None) -> Total:
    shown = outlook or otherwise
    assert shown
    sums = [day.touches.total() for day in shown.days]
    return Total(
        campaign_id=campaign.id,
        name=campaign.name,
        total=sum(sums) if outlook else 0,
        otherwise=None if outlook else sum(sums),
        waiting=shown.waiting if outlook else {"halted": shown.waiting.total()},
        stopped=shown.stopped if outlook else {},
        note=obstacle,
    )
