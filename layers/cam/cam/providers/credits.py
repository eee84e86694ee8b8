"""Paid calls, each at most once: credits are taken before the call, and given back when nothing was found.

```
 claim ──▶ CLAIMED ──answer kept──▶ ANSWERED ──leads stored──▶ DONE      what was not spent is given back
             │  └────request id───▶ WAITING ───ready──▶ ANSWERED
             │                          └──a day later──▶ EXPIRED        the credits stay taken
             ├──the provider refused──▶ REFUSED                          all credits are given back
             └──nobody knows──────────▶ UNSURE                           never asked again by itself: a person settles
```
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from ulid import ULID

from cam.model.errors import CamError, NotFound, Throttled
from cam.model.models import Run, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables, tallies
from cam.platform.environment import credits_per_month, leads_table
from cam.providers.providers import Provider
from cam.text import clock

_ATTEMPTS = 5


class CallState(StrEnum):
    """The state of a paid call."""

    CLAIMED = "CLAIMED"
    WAITING = "WAITING"
    ANSWERED = "ANSWERED"
    UNSURE = "UNSURE"
    DONE = "DONE"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    SETTLED = "SETTLED"


OPEN = frozenset({CallState.CLAIMED, CallState.WAITING, CallState.ANSWERED, CallState.UNSURE})


class Call(BaseModel):
    """A paid call: what was asked for (`what`: ids of the provider, or `[shard, lead]`), and what it may cost.

    `applied` of the answer's entries are stored as leads. `settled`: what was not spent has been given back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    call_id: str
    campaign_id: int
    run_id: str
    month: str
    provider: Provider
    kind: str
    state: CallState
    credits: int
    spent: int | None = None
    what: tuple[Any, ...]
    applied: int = 0
    settled: bool = False
    request_id: str | None = None
    message: str | None = None
    claimed_at: datetime

    @property
    def answer_key(self) -> str:
        """Where the provider's answer is kept in the bucket."""
        return f"answers/{self.campaign_id}/{self.call_id}.json"


class Spent(CamError):
    """A budget admits no further call. The message names it."""


def month(now: datetime) -> str:
    """The month whose budget counts, in UTC: `2026-11`."""
    return f"{now:%Y-%m}"


def _counters(campaign_id: int, run_id: str, month: str) -> tuple[keys.Key, keys.Key, keys.Key]:
    return (
        keys.run_credits(campaign_id, run_id),
        keys.month_credits(campaign_id, month),
        keys.account_credits(month),
    )


def _budgets(settings: CampaignSettings) -> tuple[tuple[int, str], ...]:
    return (
        (settings.credits_per_run, "credits_per_run"),
        (settings.credits_per_month, "credits_per_month"),
        (credits_per_month(), "the stack's CreditsPerMonth"),
    )


class Purse(BaseModel):
    """What has been taken and what is left, in credits, and which budget is the tightest."""

    model_config = ConfigDict(frozen=True)

    run: int
    month: int
    account: int
    left: int
    left_this_month: int
    tightest: str


def purse(campaign_id: int, settings: CampaignSettings, run_id: str | None, now: datetime) -> Purse:
    """A campaign's credits as seen from a run; from one that is still to come when `run_id` is None. One read."""
    counters = _counters(campaign_id, run_id or "none", month(now))
    found = tables.get_many(leads_table(), counters, only=("used",))
    used = [int(found.get((key["pk"], key["sk"]), {}).get("used", 0)) for key in counters]
    rests = [(limit - taken, name) for (limit, name), taken in zip(_budgets(settings), used, strict=True)]
    left, tightest = min(rests, key=lambda rest: rest[0])
    return Purse(
        run=used[0],
        month=used[1],
        account=used[2],
        left=max(0, left),
        left_this_month=max(0, min(left for left, _ in rests[1:])),
        tightest=tightest,
    )


def left(run: Run) -> Purse:
    """The credits of a run."""
    return purse(run.campaign_id, run.settings, run.run_id, clock.now())


def claim(
    run: Run,
    provider: Provider,
    kind: str,
    what: Sequence[Any],
    credits: int,
    also: Sequence[tables.Action] = (),
) -> Call:
    """Take the credits of a call and write down that it is about to be made, in one transaction with `also`.

    Raises Spent when a budget does not hold them all, Throttled when one of `also` was overtaken.
    """
    now = clock.now()
    call = Call(
        call_id=str(ULID()),
        campaign_id=run.campaign_id,
        run_id=run.run_id,
        month=month(now),
        provider=provider,
        kind=kind,
        state=CallState.CLAIMED,
        credits=credits,
        what=tuple(what),
        claimed_at=now,
    )
    counters = _counters(run.campaign_id, run.run_id, call.month)
    budgets = _budgets(run.settings)
    if exceeded := next((name for limit, name in budgets if limit < credits), None):
        raise Spent(f"no credits are left: {exceeded}")
    takes = [
        tables.update(
            leads_table(),
            key,
            add={"used": credits},
            at_most={"used": limit - credits},
            first={"expires_at": tallies.expiry(now)},
        )
        for key, (limit, _) in zip(counters, budgets, strict=True)
    ]
    item = {**keys.call(run.campaign_id, call.call_id), **call.model_dump(mode="json")}
    item |= {"claimed_at": clock.iso(now), "todo": _todo(call.state, call.call_id)}
    try:
        tables.transact([*takes, tables.put(leads_table(), item, missing=["pk"]), *also])
    except tables.Cancelled as cancelled:
        first = min(cancelled.refused)
        if first < len(takes):
            raise Spent(f"no credits are left: {budgets[first][1]}") from cancelled
        raise Throttled("another worker is reading this source") from cancelled
    return call


def _todo(state: CallState, call_id: str) -> str | None:
    return f"call#{state}#{call_id}" if state in OPEN else None


def open_calls(campaign_id: int, provider: Provider | None = None) -> list[Call]:
    """Calls that are not over, as they were claimed. One read."""
    items = tables.query_all(leads_table(), keys.intake_pk(campaign_id), index=tables.TODO, begins="call#")
    found = [Call.model_validate(item) for item in items]
    return sorted((one for one in found if provider in (None, one.provider)), key=lambda one: one.call_id)


def read(campaign_id: int, call_id: str) -> Call:
    """One call. Raises NotFound."""
    item = tables.get(leads_table(), keys.call(campaign_id, call_id))
    if item is None:
        raise NotFound(f"Campaign {campaign_id} has no call {call_id}.")
    return Call.model_validate(item)


def moved(call: Call, state: CallState, **put: Any) -> tuple[Call, tables.Action]:
    """The call in another state, and the write that says so; it is refused when somebody else moved it meanwhile."""
    after = call.model_copy(update={"state": state, **put})
    changes: dict[str, Any] = {"state": state, "todo": _todo(state, call.call_id), **put}
    if state not in OPEN:
        changes["expires_at"] = tallies.expiry(clock.now())
    return after, tables.update(
        leads_table(),
        keys.call(call.campaign_id, call.call_id),
        put=changes,
        equal={"state": call.state, "applied": call.applied},
    )


def move(call: Call, state: CallState, **put: Any) -> Call:
    """`moved`, written. Raises Throttled when somebody else moved it meanwhile."""
    after, action = moved(call, state, **put)
    try:
        tables.write(action)
    except tables.Refused as error:
        raise Throttled("another worker is processing this call") from error
    return after


def settled(call: Call, spent: int, state: CallState, applied: int = 0, **put: Any) -> list[tables.Action]:
    """The writes that say what a call cost, give the rest back (once), and say how far its answer is applied.

    What was settled once stays so, whatever is said of `spent` later.
    """
    cost = _cost(call, spent)
    _, action = moved(call, state, applied=applied, settled=True, spent=cost, **put)
    back = 0 if call.settled else call.credits - cost
    return [action, *(_give_back(call, back) if back else ())]


def _cost(call: Call, spent: int) -> int:
    if call.settled and call.spent is not None:
        return call.spent
    return min(call.credits, max(0, spent))


def _give_back(call: Call, credits: int) -> list[tables.Action]:
    counters = _counters(call.campaign_id, call.run_id, call.month)
    return [tables.update(leads_table(), key, add={"used": -credits}) for key in counters]


def settle(call: Call, spent: int, state: CallState, also: Sequence[tables.Action] = (), **put: Any) -> Call:
    """`settled`, written with `also`. Raises Throttled when somebody else moved the call meanwhile."""
    try:
        tables.transact([*settled(call, spent, state, **put), *also])
    except tables.Cancelled as cancelled:
        raise Throttled("another worker is processing this call") from cancelled
    return call.model_copy(update={"applied": 0, **put, "state": state, "settled": True, "spent": _cost(call, spent)})


def refuse(call: Call, message: str) -> None:
    """Close a call that the provider did not carry out; its credits are free again. Twice is as once."""
    try:
        tables.transact(settled(call, 0, CallState.REFUSED, message=message[:300]))
    except tables.Cancelled:
        return


def unsure(call: Call, message: str, shard: keys.Shard | None = None) -> None:
    """Nobody knows what came of the call: its credits stay taken, and it waits for a person. Twice is as once.

    With a shard, its credits count as spent in the run that works on it; without, they have been counted before.
    """
    _, action = moved(call, CallState.UNSURE, message=message[:300])
    counts = {"credits_spent": call.credits, "credits_unsure": call.credits}
    counted = tallies.actions(shard, Stage.HARVEST, counts) if shard else []
    try:
        tables.transact([action, *counted])
    except tables.Cancelled:
        return
