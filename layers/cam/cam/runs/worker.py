"""The loop that every stage shares: read what is due in a shard, decide, settle, until there is no more or no time."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from cam.leads import lead_queue
from cam.leads.lead_queue import Cap, Decided, Due, Left
from cam.model.models import Lead, Run, Stage
from cam.platform import keys, tallies, telemetry
from cam.runs import runs

# The reason in the timeline of a lead whose stored item is not one.
UNREADABLE_LEAD = "the stored lead cannot be read"
# Time that one more batch may take, with its retries: then the worker hands back, and is called again.
RESERVE_MS = 30_000
Decide = Callable[[Lead, Due, datetime], Decided | Left]


class ShardEvent(BaseModel):
    """What the state machine hands to a worker: ids, never leads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    campaign_id: int
    run_id: str
    shard: int

    @property
    def key(self) -> keys.Shard:
        """The shard as the repositories know it."""
        return keys.Shard(self.campaign_id, self.run_id, self.shard)


def begin(stage: Stage, event: dict[str, Any]) -> tuple[keys.Shard, Run]:
    """The shard and the run (settings frozen) that an event names. One read."""
    shard = ShardEvent.model_validate(event).key
    telemetry.about(campaign_id=shard.campaign_id, run_id=shard.run_id, stage=stage, shard=shard.number)
    return shard, runs.frozen(shard.campaign_id, shard.run_id)


def cap(run: Run, stage: Stage) -> Cap | None:
    """The run's `max_leads` for this stage; nurture sends half of it in a full pipeline (spec §6)."""
    if run.max_leads is None:
        return None
    limit = max(1, run.max_leads // 2) if stage is Stage.NURTURE and run.full_pipeline else run.max_leads
    return Cap(keys.budget(run.campaign_id, run.run_id, stage), limit)


def running(shard: keys.Shard) -> bool:
    """Whether the run still holds its campaign: a stopped run works no further."""
    return runs.holder(shard.campaign_id) == shard.run_id


def short_of_time(context: LambdaContext) -> bool:
    """Whether another batch could be cut off by the Lambda's deadline."""
    return context.get_remaining_time_in_millis() < RESERVE_MS


def spare_seconds(context: LambdaContext) -> float:
    """How long a worker may still wait before it hands back."""
    return (context.get_remaining_time_in_millis() - RESERVE_MS) / 1000


def failed(due: Due, stage: Stage, reason: str) -> Decided:
    """A lead that a stage cannot decide about: counted, out of the queue, the reason in its timeline."""
    return Decided(due, None, f"{stage.lower()} failed", reason, counts={"failed": 1})


def _leaves_none(run: Run) -> bool:
    return False


def work(
    stage: Stage,
    event: dict[str, Any],
    prepare: Callable[[Run, Sequence[Lead]], Decide],
    context: LambdaContext,
    leaves: Callable[[Run], bool] = _leaves_none,
) -> dict[str, bool]:
    """Settle every lead of one shard that waits for `stage`. `prepare` makes the decision for a page of leads.

    Clocks of two machines differ, so these stages take whatever the stage before left, whatever its time. Returns
    `{"more": true}` when time ran short. Raises Throttled: the next attempt finds what is left.

    `leaves`: whether some leads may be decided to stay (`Left`). The run reads on behind them and remembers its place,
    so that each is counted once and a worker that is called again does not meet them again.
    """
    shard, run = begin(stage, event)
    limit = cap(run, stage)
    patient = leaves(run)
    counts: Counter[str] = Counter()
    try:
        place = tallies.place(shard, stage) if patient else None
        while running(shard):
            # Deciding may cost lookups: no more leads than the cap still admits.
            most = lead_queue.room(limit, lead_queue.PAGE) if patient else lead_queue.PAGE
            if not most:
                break
            now = run.now()
            page, more = lead_queue.due(shard, stage, None, most, place)
            decide = prepare(run, [one.lead for one in page if one.lead])
            verdicts = [_decide(one, stage, decide, now) for one in page]
            decided = [one for one in verdicts if isinstance(one, Decided)]
            left = [one for one in verdicts if isinstance(one, Left)]
            size = lead_queue.BATCH - (1 if limit else 0)
            capped = False
            for start in range(0, len(decided), size):
                if start and short_of_time(context):
                    return {"more": True}
                batch = decided[start : start + size]
                applied, capped = lead_queue.settle(shard, stage, batch, now, limit)
                counts["settled"] += applied
                if capped:
                    break
            if left:
                place = _pass(shard, stage, page[-1].todo, place, left)
                counts["left"] += len(left)
            if capped:
                break
            if page and short_of_time(context):
                return {"more": True}
            if not more:
                break
        return {"more": False}
    finally:
        telemetry.outcome(stage, counts)


def _pass(shard: keys.Shard, stage: Stage, place: str, seen: str | None, left: Sequence[Left]) -> str:
    counts: Counter[str] = Counter()
    for one in left:
        counts.update(one.counts)
    hints = {name: text for one in left for name, text in one.hints.items()}
    tallies.passed(shard, stage, place, seen, counts, hints)
    return place


def _decide(one: Due, stage: Stage, decide: Decide, now: datetime) -> Decided | Left:
    if one.lead is None:
        return failed(one, stage, UNREADABLE_LEAD)
    try:
        return decide(one.lead, one, now)
    except Exception as error:  # one lead must not stop a shard
        telemetry.unexpected("a lead could not be processed", error, lead_id=one.lead_id)
        return failed(one, stage, "its data cannot be processed")
