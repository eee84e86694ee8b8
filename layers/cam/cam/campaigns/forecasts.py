"""Forecasts: the touches of the coming days, of a campaign or of all that are active. What was reckoned, for a week."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cam.model.errors import NotFound
from cam.model.settings.kinds import Frozen
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

_KEPT = timedelta(days=7)


class Day(Frozen):
    """The touches of one day, and the cap that holds for campaign and sender (None: of several campaigns)."""

    date: date
    touches: int
    by_sequence: Mapping[str, int]
    by_step: Mapping[str, Mapping[int, int]]
    cap: int | None


class Total(Frozen):
    """What the days of one campaign come to. `otherwise`, of one whose mail is stopped: what it would be if it was not.

    `waiting`: leads that have touches left at the end, by reason; `stopped`: leads that leave their sequence unmailed.
    """

    campaign_id: int
    name: str
    total: int
    otherwise: int | None
    waiting: Mapping[str, int]
    stopped: Mapping[str, int]
    note: str | None


class Result(Frozen):
    """What came out: day by day, over all that was asked for, and what each campaign's days come to."""

    days: tuple[Day, ...]
    campaigns: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was asked for: `days` days from the moment `begin` on, runs at these `minutes` of each day (UTC).

    `campaign_id` None: all active campaigns. `result` None: it is still being reckoned.
    """

    forecast_id: str
    campaign_id: int | None
    begin: datetime
    days: int
    minutes: tuple[int, ...]
    started_at: datetime
    result: Result | None = None


def begin(wanted: Forecast) -> None:
    """Write down what is asked. Again, under the same id, changes nothing."""
    item = {
        **keys.forecast(wanted.campaign_id, wanted.forecast_id),
        "begin": clock.iso(wanted.begin),
        "days": wanted.days,
        "minutes": wanted.minutes,
        "started_at": clock.iso(wanted.started_at),
        "expires_at": int((wanted.started_at + _KEPT).timestamp()),
    }
    try:
        tables.write(tables.put(campaigns_table(), item, missing=["pk"]))
    except tables.Refused:
        return


def read(campaign_id: int | None, forecast_id: str) -> Forecast:
    """What was asked, and what came out if that is known. One read. Raises NotFound."""
    item = tables.get(campaigns_table(), keys.forecast(campaign_id, forecast_id))
    if item is None:
        raise NotFound(f"There is no forecast {forecast_id}. Forecasts are kept for {_KEPT.days} days.")
    return Forecast(
        forecast_id=forecast_id,
        campaign_id=campaign_id,
        begin=clock.parse(item["begin"]),
        days=item["days"],
        minutes=tuple(item["minutes"]),
        started_at=clock.parse(item["started_at"]),
        result=_unpacked(item["result"]) if "result" in item else None,
    )


def keep(wanted: Forecast, result: Result) -> None:
    """Keep what came out. Of two that have reckoned the same, the first is kept."""
    # A thousand campaigns with their names and reasons are more than an item's 400 KB.
    packed = base64.b85encode(zlib.compress(result.model_dump_json().encode())).decode()
    key = keys.forecast(wanted.campaign_id, wanted.forecast_id)
    try:
        tables.write(tables.update(campaigns_table(), key, put={"result": packed}, exists=["pk"], missing=["result"]))
    except tables.Refused:
        return


def _unpacked(text: str) -> Result:
    return Result.model_validate_json(zlib.decompress(base64.b85decode(text)))
