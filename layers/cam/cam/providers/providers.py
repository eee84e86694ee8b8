"""The providers that Harvest asks: their keys, how they do, how often they may be asked. One state for all campaigns.

Fixed windows are counted here, before each request, so that all runs together keep to a provider's limits.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Throttled
from cam.model.settings.kinds import Frozen
from cam.platform import keys, tables
from cam.platform.environment import leads_table, required
from cam.text import clock

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

# So many failures in a row, and a provider rests: first five minutes, then twice as long each time, an hour at most.
FAILURES = 3
_REST = timedelta(minutes=5)
_LONGEST_REST = timedelta(hours=1)
_SEEN_EVERY = timedelta(minutes=1)
_MOST_TEXT = 300


class Provider(StrEnum):
    """The providers that Harvest may call."""

    APOLLO = "apollo"
    DROPCONTACT = "dropcontact"
    HUNTER = "hunter"


class Window(StrEnum):
    """The fixed windows in which providers count."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


SECONDS = {Window.SECOND: 1, Window.MINUTE: 60, Window.HOUR: 3600, Window.DAY: 86_400}

# Requests a window; None: unlimited.
Limits = Mapping[Window, int | None]


class State(Frozen):
    """How a provider does. Times are None when it never happened, or is over."""

    failures: int = 0
    rests: int = 0
    rests_until: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    last_success_at: datetime | None = None
    credits_left: int | None = None
    pauses: Mapping[str, datetime] = {}
    limits: Mapping[str, Limits] = {}

    def resting(self, now: datetime) -> datetime | None:
        """Until when it rests, if it does."""
        return self.rests_until if self.rests_until and self.rests_until > now else None

    def next_window(self, now: datetime) -> datetime | None:
        """When it may be asked again; None: now."""
        later = [moment for moment in (self.rests_until, *self.pauses.values()) if moment and moment > now]
        return max(later, default=None)


@cache
def _ssm() -> "SSMClient":
    return boto3.client("ssm")


def secrets(decrypt: bool = True) -> dict[Provider, str]:
    """The keys that are there, by provider, as they are now: a key that was replaced is used from the next call on.

    Without `decrypt` the values are unusable: for who only asks which there are. Raises Throttled.
    """
    prefix = required("PROVIDER_KEYS")
    try:
        found = _ssm().get_parameters(Names=[f"{prefix}{one}" for one in Provider], WithDecryption=decrypt)
    except (BotoCoreError, ClientError) as error:
        raise Throttled("the providers' API keys cannot be read") from error
    values = {one["Name"].removeprefix(prefix): one["Value"].strip() for one in found["Parameters"]}
    return {Provider(name): value for name, value in values.items() if value}


def configured() -> frozenset[Provider]:
    """The providers that have a key."""
    return frozenset(secrets(decrypt=False))


def state(provider: Provider) -> State:
    """How a provider does. One read."""
    return _state(tables.get(leads_table(), keys.provider(provider)) or {})


def states() -> dict[Provider, State]:
    """How all of them do. One read."""
    found = tables.get_many(leads_table(), [keys.provider(one) for one in Provider])
    return {one: _state(found.get((keys.provider(one)["pk"], keys.provider(one)["sk"]), {})) for one in Provider}


def _state(item: Mapping[str, Any]) -> State:
    own = {name: value for name, value in item.items() if name in State.model_fields}
    named = [(*name.partition("."), value) for name, value in item.items()]
    own["pauses"] = {endpoint: value for kind, _, endpoint, value in named if kind == "pause"}
    own["limits"] = {endpoint: value for kind, _, endpoint, value in named if kind == "limits"}
    return State.model_validate(own)


def take(provider: Provider, endpoint: str, limits: Limits, known: State, now: datetime) -> float:
    """Take a place for one request in every window of the endpoint. 0: ask now; else the seconds to wait first.

    `limits` are the documented ones; what the provider's own headers said (in `known`) goes before them.
    """
    paused = known.pauses.get(endpoint)
    if paused and paused > now:
        return (paused - now).total_seconds()
    bounds = {
        window: limit for window, limit in {**limits, **known.limits.get(endpoint, {})}.items() if limit is not None
    }
    if not bounds:
        return 0
    if closed := [window for window, limit in bounds.items() if limit == 0]:
        return _until_next(closed, now)
    actions = [
        tables.update(
            leads_table(),
            keys.provider_window(provider, endpoint, window, _start(window, now)),
            add={"used": 1},
            at_most={"used": limit - 1},
            first={"expires_at": _start(window, now) + 2 * SECONDS[window] + 3600},
        )
        for window, limit in bounds.items()
    ]
    try:
        if len(actions) == 1:
            tables.write(actions[0])
        else:
            tables.transact(actions)
        return 0
    except tables.Refused:
        full = list(bounds)
    except tables.Cancelled as cancelled:
        full = [window for at, window in enumerate(bounds) if at in cancelled.refused]
    return _until_next(full, now)


def _until_next(full: Iterable[Window], now: datetime) -> float:
    """Seconds until the last of these windows has ended."""
    return max(_start(window, now) + SECONDS[window] - now.timestamp() for window in full)


def _start(window: Window, now: datetime) -> int:
    """The window's first second, since the epoch."""
    return int(now.timestamp()) // SECONDS[window] * SECONDS[window]


def pause(provider: Provider, endpoint: str, until: datetime) -> None:
    """The provider asked for quiet at this endpoint: nobody asks before `until`."""
    _update(provider, put={f"pause.{endpoint}": clock.iso(until)})


def told(provider: Provider, endpoint: str, limits: Limits, known: State) -> None:
    """What the provider's headers say of its limits, written when it is news."""
    if limits and dict(known.limits.get(endpoint, {})) != dict(limits):
        _update(provider, put={f"limits.{endpoint}": dict(limits)})


def credits_left(provider: Provider, credits: int, known: State) -> None:
    """What the provider says is left in the account, written when it is news."""
    if known.credits_left != credits:
        _update(provider, put={"credits_left": credits})


def succeeded(provider: Provider, known: State, now: datetime) -> None:
    """An answer came: failures before it do not count any more. Written once a minute, or after failures."""
    seen = known.last_success_at
    if known.failures or known.rests or not seen or now - seen >= _SEEN_EVERY:
        _update(provider, put={"failures": 0, "rests": 0, "rests_until": None, "last_success_at": clock.iso(now)})


def failed(provider: Provider, message: str, now: datetime) -> State:
    """One more failure. After the third in a row the provider rests, and so does every campaign's asking."""
    item = _update(provider, add={"failures": 1}, put=_error(message, now))
    after = _state(item)
    # A provider that has rested before gets one try, not three.
    if after.failures >= (1 if after.rests else FAILURES) and not after.resting(now):
        rest = min(_LONGEST_REST, _REST * 2 ** min(after.rests, 10))
        after = _state(_update(provider, add={"rests": 1}, put={"rests_until": clock.iso(now + rest)}))
    return after


def refused(provider: Provider, message: str, now: datetime) -> None:
    """The provider answered, and took nothing from us: a wrong key, a plan that is too small. It does not rest."""
    _update(provider, put={"failures": 0, "rests": 0, "rests_until": None, **_error(message, now)})


def _error(message: str, now: datetime) -> dict[str, str]:
    return {"last_error": message[:_MOST_TEXT], "last_error_at": clock.iso(now)}


def _update(provider: Provider, **changes: Any) -> tables.Item:
    return tables.write(tables.update(leads_table(), keys.provider(provider), **changes), answer="ALL_NEW")


def seconds(wait: float) -> int:
    """Whole seconds, at least one: what a state machine can wait."""
    return max(1, math.ceil(wait))


def organisation(provider: Provider, organisation_id: str) -> tuple[bool, bool | None]:
    """Whether an organisation was asked about in the last 30 days, and whether it hires (None: nobody knows)."""
    found = tables.get(leads_table(), keys.organisation(provider, organisation_id))
    if not found or found["expires_at"] <= clock.now().timestamp():
        return False, None
    return True, found.get("hiring")


def remember(provider: Provider, organisation_id: str, hiring: bool | None, now: datetime) -> tables.Action:
    """The write that keeps whether an organisation hires (None: asked in vain), for 30 days and all campaigns."""
    item = {"hiring": hiring, "expires_at": int((now + timedelta(days=30)).timestamp())}
    return tables.put(leads_table(), {**keys.organisation(provider, organisation_id), **item})
