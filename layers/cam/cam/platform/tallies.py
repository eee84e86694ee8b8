"""Counters. Each is written in the transaction that does what it counts, so a recount always agrees."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from cam.model.models import Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules import outcomes, results
from cam.rules.results import Counted
from cam.text import clock

Counts = Mapping[str, int]

# Scores are summed as millionths: integers add up exactly, whatever the order.
MILLION = 1_000_000
_KEPT = timedelta(days=90)

# What the dashboard adds up over the life of a campaign, by the run's counter that feeds it.
LIFETIME = {
    "harvest.inserted": "leads",
    "harvest.credits_spent": "credits",
    "harvest.paid": "paid",
    # Whom a provider's answer shows to be another lead of the campaign: rejected as a duplicate.
    "harvest.same_person": "rejected",
    "harvest.searched": "searched",
    "harvest.passed_over": "passed_over",
    "score.scored": "scored",
    "qualify.qualified": "qualified",
    "qualify.paid_qualified": "paid_qualified",
    "qualify.review": "review",
    "qualify.rejected": "rejected",
    "route.routed": "routed",
    "nurture.sent": "sent",
    "nurture.unconfirmed": "unconfirmed",
}


def expiry(moment: datetime) -> int:
    """When an item of a run may be forgotten: 90 days on, in epoch seconds (spec §7)."""
    return int((moment + _KEPT).timestamp())


def actions(shard: keys.Shard, stage: Stage, counts: Counts, life_alone: Counts | None = None) -> list[tables.Action]:
    """The two updates that count `counts` (names without the stage) for the run and for the campaign's life.

    `life_alone` (whole names) counts for the campaign's life, and for no run.
    """
    moment = clock.now()
    prefix = stage.lower()
    run = {f"{prefix}.{name}": number for name, number in counts.items() if number}
    life = {LIFETIME[name]: number for name, number in run.items() if name in LIFETIME} | dict(life_alone or {})
    found = [
        tables.update(
            leads_table(),
            keys.tally(shard.campaign_id, shard.number, shard.run_id),
            first={f"{prefix}.from": clock.iso(moment), "expires_at": expiry(moment)},
            put={f"{prefix}.until": clock.iso(moment)},
            add=run,
        )
    ]
    if life:
        found.append(tables.update(leads_table(), keys.tally(shard.campaign_id, shard.number), add=life))
    return found


def revisions(shard: keys.Shard, counts: Counts, life: Counts) -> list[tables.Action]:
    """The two updates of decisions that are made again: `counts` of the run by their whole names, `life` as it changes.

    A lead that was qualified and no longer is counts `-1` in `life`, so that this stays what a recount finds.
    """
    moment = clock.now()
    names = {name.partition(".")[0] for name in counts}
    run = tables.update(
        leads_table(),
        keys.tally(shard.campaign_id, shard.number, shard.run_id),
        first={**{f"{name}.from": clock.iso(moment) for name in names}, "expires_at": expiry(moment)},
        put={f"{name}.until": clock.iso(moment) for name in names},
        add={name: number for name, number in counts.items() if number},
    )
    change = {name: number for name, number in life.items() if number}
    if not change:
        return [run]
    return [run, tables.update(leads_table(), keys.tally(shard.campaign_id, shard.number), add=change)]


def of_run(campaign_id: int, shards: int, run_id: str) -> tuple[Counter[str], dict[str, str]]:
    """What a run counted, summed over its shards, and its texts: first `<stage>.from`, last `<stage>.until`, notes."""
    found = tables.get_many(leads_table(), [keys.tally(campaign_id, shard, run_id) for shard in range(shards)])
    return _sum(found.values())


def of_day(campaign_id: int, shard: int | None, at: datetime, counts: Counts) -> tables.Action:
    """The update that counts for a day (UTC): mails of a shard, or, without one, what others than workers count."""
    day = at.astimezone(UTC).date().isoformat()
    key = keys.engagement_day(campaign_id, day) if shard is None else keys.day(campaign_id, shard, day)
    return tables.update(leads_table(), key, first={"expires_at": expiry(at)}, add=counts)


def of_days(campaign_id: int, shards: int, days: Sequence[str]) -> Counter[str]:
    """What was counted on these days, such as `2026-11-25`. One read for each 100 days of a shard."""
    wanted = [keys.day(campaign_id, shard, day) for day in days for shard in range(shards)]
    wanted += [keys.engagement_day(campaign_id, day) for day in days]
    return _sum(tables.get_many(leads_table(), wanted).values())[0]


def of_touch(campaign_id: int, shard: int | None, counted: Counted, step: int, names: Iterable[str]) -> tables.Action:
    """The update that counts a mail once under each of these names: with its shard's, or, without one, with others'.

    Each touch of an edition has an item of its own, so that none grows with the number of editions.
    """
    return tables.update(
        leads_table(),
        keys.results(campaign_id, shard, counted.sequence, counted.edition, step),
        first={"edition": counted.edition, "step": step},
        add=results.counts(names, counted.variant),
    )


def of_sequence(campaign_id: int, shards: int, sequence: str) -> results.Counters:
    """How the mails of a sequence did, by edition, touch and variant. One query for each shard, and one more."""
    partitions = [keys.intake_pk(campaign_id), *(keys.leads_pk(campaign_id, shard) for shard in range(shards))]
    found: dict[tuple[str, int, str], Counter[str]] = {}
    for pk in partitions:
        for item in tables.query_all(leads_table(), pk, begins=keys.results_of(sequence)):
            for name, number in item.items():
                outcome, at, variant = name.partition(results.AT)
                if at:
                    found.setdefault((item["edition"], item["step"], variant), Counter())[outcome] += number
    return found


def texts(shard: keys.Shard, stage: Stage, name: str) -> dict[str, str]:
    """The notes of a stage of a run that begin with `name`, without it. One read."""
    prefix = f"{stage.lower()}.{name}"
    item = tables.get(leads_table(), keys.tally(shard.campaign_id, shard.number, shard.run_id)) or {}
    return {
        full.removeprefix(prefix): text
        for full, text in item.items()
        if full.startswith(prefix) and isinstance(text, str)
    }


def place(shard: keys.Shard, stage: Stage) -> str | None:
    """How far this run has read a stage's queue, as `passed` wrote it. One read."""
    return texts(shard, stage, "place").get("")


def passed(
    shard: keys.Shard, stage: Stage, place: str, seen: str | None, counts: Counts, hints: Mapping[str, str]
) -> None:
    """Count leads that stay in their queue, say why, and remember that this run has read it up to `place`. One write.

    `seen` is the place before: who comes second counts nothing.
    """
    moment = clock.iso(clock.now())
    prefix = stage.lower()
    attribute = f"{prefix}.place"
    with suppress(tables.Refused):
        tables.write(
            tables.update(
                leads_table(),
                keys.tally(shard.campaign_id, shard.number, shard.run_id),
                put={
                    f"{prefix}.until": moment,
                    attribute: place,
                    **{f"{prefix}.hint.{name}": text[:500] for name, text in hints.items()},
                },
                first={f"{prefix}.from": moment, "expires_at": expiry(clock.now())},
                add={f"{prefix}.{name}": number for name, number in counts.items() if number},
                equal={attribute: seen} if seen else None,
                missing=[] if seen else [attribute],
            )
        )


def of_campaign(campaign_id: int, shards: int) -> Counter[str]:
    """The live funnel: what has been counted over the campaign's life. One read for up to 99 shards."""
    return of_campaigns([(campaign_id, shards)])


def of_campaigns(sizes: Sequence[tuple[int, int]]) -> Counter[str]:
    """The funnels of several campaigns, each (id, number of shards), as one. One read for each 100 shards."""
    totals = _life(sizes)
    return Counter({name: number for name, number in totals.items() if not outcomes.is_count(name)})


def of_outcomes(campaign_id: int, shards: int) -> Counter[str]:
    """How leads did by what their scores said (`rules.outcomes`): not of the funnel. One read for up to 99 shards."""
    totals = _life([(campaign_id, shards)])
    return Counter({name: number for name, number in totals.items() if outcomes.is_count(name)})


def _life(sizes: Sequence[tuple[int, int]]) -> Counter[str]:
    wanted = [keys.tally(campaign_id, shard) for campaign_id, shards in sizes for shard in range(shards)]
    wanted += [keys.engagement_tally(campaign_id) for campaign_id, _ in sizes]
    return _sum(tables.get_many(leads_table(), wanted).values())[0]


def _sum(items: Iterable[tables.Item]) -> tuple[Counter[str], dict[str, str]]:
    totals: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for item in items:
        for name, value in item.items():
            if name in ("pk", "sk", "expires_at"):
                continue
            if isinstance(value, str):
                keep = min if name.endswith(".from") else max
                texts[name] = keep(texts.get(name, value), value)
            else:
                totals[name] += value
    return totals, texts


def note(shard: keys.Shard, stage: Stage, name: str, text: str, keep: bool = False) -> None:
    """A text about a stage of a run; with `keep` one that is there stays.

    `note` says what went wrong, `hint` or `hint.<matter>` what is good to know (`{count}` in it becomes the stage's
    count of that name), `source.<name>` how a source did (`ok`, or why not).
    """
    moment = clock.now()
    named = {f"{stage.lower()}.{name}": text[:500]}
    tables.write(
        tables.update(
            leads_table(),
            keys.tally(shard.campaign_id, shard.number, shard.run_id),
            put={} if keep else named,
            first={
                f"{stage.lower()}.from": clock.iso(moment),
                "expires_at": expiry(moment),
                **(named if keep else {}),
            },
        )
    )
