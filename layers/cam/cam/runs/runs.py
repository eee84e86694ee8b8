"""Runs: opening, reading, closing. One open run per campaign; every write here can be repeated."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from cam.model.errors import NotFound, RunInProgress
from cam.model.models import Campaign, JobResult, JobStatus, Run, Stage, Trigger
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table
from cam.text import clock

# What decides about leads, and sends nothing.
DECIDING = (Stage.SCORE, Stage.QUALIFY, Stage.ROUTE)
FINISHED = frozenset({JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED, JobStatus.SKIPPED})


def _frozen_item(run: Run, skipped: Mapping[Stage, str]) -> dict[str, Any]:
    return {
        **keys.frozen(run.campaign_id, run.run_id),
        "run_id": run.run_id,
        "campaign_id": run.campaign_id,
        "trigger": run.trigger,
        "stages": [str(stage) for stage in run.stages],
        "skipped": {str(stage): reason for stage, reason in skipped.items()},
        "max_leads": run.max_leads,
        "as_of": clock.iso(run.as_of) if run.as_of else None,
        "started_at": clock.iso(run.started_at),
        "settings": run.settings.model_dump_json(),
        "settings_version": run.settings_version,
        "rescore": run.rescore or None,
        "shards": run.shards,
        "expires_at": tallies.expiry(run.started_at),
    }


def _run_item(run: Run) -> dict[str, Any]:
    return {
        **keys.run(run.campaign_id, run.started_at, run.run_id),
        "run_id": run.run_id,
        "campaign_id": run.campaign_id,
        "status": run.status,
        "trigger": run.trigger,
        "stages": [str(stage) for stage in run.stages],
        "max_leads": run.max_leads,
        "as_of": clock.iso(run.as_of) if run.as_of else None,
        "started_at": clock.iso(run.started_at),
        "completed_at": clock.iso(run.completed_at) if run.completed_at else None,
        "error_message": run.error_message,
        "rescore": run.rescore or None,
        "shards": run.shards,
        "expires_at": tallies.expiry(run.started_at),
    }


def _run(item: Mapping[str, Any], settings: str | None = None) -> Run:
    """The run of a stored item; `settings` only where the frozen item was read."""
    fields = {name: value for name, value in item.items() if name != "settings"}
    run = Run.model_validate({"status": JobStatus.RUNNING, **fields})
    if settings is None:
        return run
    return run.model_copy(update={"settings": CampaignSettings.model_validate_json(settings)})


def open_run(run: Run, skipped: Mapping[Stage, str]) -> Run:
    """Take the campaign's lock and write the run, in one transaction. `skipped`: the stages that cannot run, and why.

    The same id again gives the run as it was opened, so that starting is idempotent. Raises RunInProgress.
    """
    lock = {**keys.run_lock(run.campaign_id), "run_id": run.run_id, "since": clock.iso(run.started_at)}
    try:
        tables.transact(
            [
                tables.put(campaigns_table(), _frozen_item(run, skipped), missing=["pk"]),
                tables.put(campaigns_table(), lock, missing=["pk"]),
                tables.put(campaigns_table(), _run_item(run), missing=["pk"]),
            ]
        )
    except tables.Cancelled as cancelled:
        if 0 in cancelled.refused:
            return frozen(run.campaign_id, run.run_id)
        raise RunInProgress(holder(run.campaign_id) or "another") from cancelled
    return run


def record_skipped(run: Run, reason: str) -> Run:
    """Write a run that did nothing, and why: an inactive campaign, or another run is open."""
    skipped = run.model_copy(
        update={"status": JobStatus.SKIPPED, "completed_at": run.started_at, "error_message": reason}
    )
    try:
        tables.transact(
            [
                tables.put(campaigns_table(), _frozen_item(skipped, dict.fromkeys(run.stages, reason)), missing=["pk"]),
                tables.put(campaigns_table(), _run_item(skipped), missing=["pk"]),
                *(
                    tables.put(campaigns_table(), _job_item(run, _skipped_job(run, stage, reason)), missing=["pk"])
                    for stage in run.stages
                ),
            ]
        )
    except tables.Cancelled:
        return frozen(run.campaign_id, run.run_id)
    return skipped


def lock(campaign_id: int) -> tuple[str, datetime] | None:
    """The campaign's open run and when it took the lock; None when the campaign is free."""
    found = tables.get(campaigns_table(), keys.run_lock(campaign_id))
    return (found["run_id"], clock.parse(found["since"])) if found else None


def holder(campaign_id: int) -> str | None:
    """The id of the campaign's open run."""
    held = lock(campaign_id)
    return held[0] if held else None


def unlock(campaign_id: int, run_id: str) -> None:
    """Free a campaign from a run that is not known any more."""
    with suppress(tables.Refused):
        tables.write(tables.delete(campaigns_table(), keys.run_lock(campaign_id), equal={"run_id": run_id}))


def frozen(campaign_id: int, run_id: str) -> Run:
    """A run with the settings it was started with; its status is not kept here. One read. Raises NotFound."""
    item = tables.get(campaigns_table(), keys.frozen(campaign_id, run_id))
    if item is None:
        raise NotFound(f"There is no run {run_id} of campaign {campaign_id}.")
    return _run(item, item["settings"])


def skipped_stages(campaign_id: int, run_id: str) -> dict[Stage, str]:
    """The stages that a run was asked for and cannot do, and why."""
    item = tables.get(campaigns_table(), keys.frozen(campaign_id, run_id)) or {}
    return {Stage(stage): reason for stage, reason in item.get("skipped", {}).items()}


def read(campaign_id: int, run_id: str) -> tuple[Run, list[JobResult]]:
    """A run and the results of its stages so far. Two reads. Raises NotFound."""
    begun = frozen(campaign_id, run_id)
    prefix = keys.run(campaign_id, begun.started_at, run_id)["sk"]
    items, _ = tables.query(campaigns_table(), keys.campaign_pk(campaign_id), begins=prefix)
    runs = [_run(item) for item in items if item["sk"] == prefix]
    return (runs[0] if runs else begun), [_job(item) for item in items if item["sk"] != prefix]


def page(
    campaign_id: int, limit: int, after: Mapping[str, Any] | None = None
) -> tuple[list[tuple[Run, list[JobResult]]], dict[str, Any] | None]:
    """Runs with their job results, newest first, and the key to go on from. One read for a page."""
    # A run is followed by up to five results; read downwards, the results come before their run.
    items, _ = tables.query(
        campaigns_table(),
        keys.campaign_pk(campaign_id),
        begins="RUN#",
        descending=True,
        limit=(limit + 1) * 6,
        after=after,
    )
    found: list[tuple[Run, list[JobResult]]] = []
    jobs: list[JobResult] = []
    for at, item in enumerate(items):
        if "type" in item:
            jobs.append(_job(item))
            continue
        found.append((_run(item), jobs[::-1]))
        jobs = []
        if len(found) == limit:
            more = at + 1 < len(items)
            return found, ({"pk": item["pk"], "sk": item["sk"]} if more else None)
    return found, None


def settled(
    begun: Run,
    skipped: Mapping[Stage, str],
    failures: Mapping[Stage, Sequence[str]],
    workers: Mapping[Stage, int],
    ended: str | None = None,
    died: bool = False,
) -> tuple[JobStatus, str | None, list[JobResult]]:
    """What a run came to: its status, its message, and a result for each of its stages, from the tallies.

    `failures` names the error of each shard that failed for good, `workers` how many shards each stage had, `ended`
    says why the run was cut short (stopped, timed out), if it was, and `died` that nobody asked for it.
    """
    counts, texts = tallies.of_run(begun.campaign_id, begun.shards, begun.run_id)
    results = [
        _skipped_job(begun, stage, skipped[stage])
        if stage in skipped
        else _result(begun, stage, counts, texts, failures.get(stage, ()), workers.get(stage, begun.shards), ended)
        for stage in begun.stages
    ]
    results = _in_time(results)
    did = [result.status for result in results if result.status != JobStatus.SKIPPED]
    message = ended or "; ".join(f"{r.type}: {r.error_message}" for r in results if r.error_message) or None
    if not did:
        return JobStatus.FAILED if died else JobStatus.SKIPPED, message, results
    if all(status == JobStatus.COMPLETED for status in did) and not ended:
        return JobStatus.COMPLETED, message, results
    if all(status == JobStatus.FAILED for status in did):
        return JobStatus.FAILED, message, results
    return JobStatus.PARTIAL, message, results


_PROCESSED = {
    Stage.HARVEST: ("discovered", "inserted"),
    Stage.SCORE: ("processed", "scored"),
    Stage.QUALIFY: ("processed", "qualified"),
    Stage.ROUTE: ("processed", "routed"),
    Stage.NURTURE: ("processed", "sent"),
}
# Spec §2 names them: they are there also when they are 0.
_OF_HARVEST = ("discovered", "deduplicated", "refused", "inserted", "credits_spent")
_AVERAGES = {"icp_sum": "average_icp", "opportunity_sum": "average_opportunity", "score_sum": "average_score"}


def _result(
    begun: Run,
    stage: Stage,
    totals: Mapping[str, int],
    texts: Mapping[str, str],
    failures: Sequence[str],
    workers: int,
    ended: str | None,
) -> JobResult:
    prefix = f"{stage.lower()}."
    if ended and f"{prefix}from" not in texts and not failures:
        return _skipped_job(begun, stage, f"Not started. {ended}")
    counts: dict[str, int | float] = {
        name.removeprefix(prefix): number for name, number in totals.items() if name.startswith(prefix)
    }
    for total, average in _AVERAGES.items():
        if total in counts:
            counts[average] = round(counts.pop(total) / tallies.MILLION / max(1, counts.get("scored", 0)), 6)
    notes = {
        name.removeprefix(f"{prefix}source."): text
        for name, text in texts.items()
        if name.startswith(f"{prefix}source.")
    }
    if stage is Stage.HARVEST:
        broken = {name: text for name, text in notes.items() if text != "ok"}
        counts = {**dict.fromkeys(_OF_HARVEST, 0), **counts} | {
            "sources_tried": len(notes),
            "sources_failed": len(broken),
            "sources_succeeded": len(notes) - len(broken),
        }
    else:
        broken = {}
    messages = [f"{name}: {text}" for name, text in sorted(broken.items())]
    if failures:
        kinds = ", ".join(sorted(set(failures)))
        messages.append(f"{len(failures)} of {workers} shards failed ({kinds}). Their leads stay due for the next run")
    note = texts.get(f"{prefix}note")
    if note:
        messages.append(note)
    if ended:
        messages.append(ended)
    wholly = len(failures) >= max(1, workers) or (bool(notes) and len(broken) == len(notes)) or bool(note)
    status = (
        JobStatus.FAILED
        if wholly and not counts.get(_PROCESSED[stage][1])
        else JobStatus.PARTIAL
        if failures or broken or note or ended
        else JobStatus.COMPLETED
    )
    begin = clock.parse(texts.get(f"{prefix}from", clock.iso(begun.started_at)))
    until = clock.parse(texts.get(f"{prefix}until", clock.iso(begin)))
    processed, qualified = _PROCESSED[stage]
    return JobResult(
        type=stage,
        status=status,
        started_at=begin,
        completed_at=until,
        run_id=begun.run_id,
        leads_processed=int(counts.get(processed, 0)),
        leads_qualified=int(counts.get(qualified, 0)),
        error_message="; ".join(messages) or None,
        note=" ".join(_told(text, counts) for name, text in sorted(texts.items()) if name.startswith(f"{prefix}hint"))
        or None,
        counts=counts,
        duration_seconds=round((until - begin).total_seconds(), 3),
    )


def _told(hint: str, counts: Mapping[str, int | float]) -> str:
    """A hint with the stage's counts where it names them: only here all shards are counted together."""
    for name, number in counts.items():
        hint = hint.replace(f"{{{name}}}", f"{number:,}")
    return hint


def _in_time(results: Sequence[JobResult]) -> list[JobResult]:
    """Stages that counted nothing have no times of their own: they take those of the stage before them."""
    found: list[JobResult] = []
    for result in results:
        idle = not result.counts and result.status is not JobStatus.SKIPPED
        before = found[-1].completed_at if found and idle else None
        moment = {"started_at": before, "completed_at": before} if before else {}
        found.append(result.model_copy(update=moment))
    return found


def _skipped_job(run: Run, stage: Stage, reason: str) -> JobResult:
    return JobResult(
        type=stage,
        status=JobStatus.SKIPPED,
        started_at=run.started_at,
        completed_at=run.started_at,
        error_message=reason,
        run_id=run.run_id,
    )


def close(begun: Run, status: JobStatus, message: str | None, results: Sequence[JobResult]) -> bool:
    """Write the outcome, free the lock. One transaction; False when the run was closed before."""
    moment = clock.now()
    key = keys.run(begun.campaign_id, begun.started_at, begun.run_id)
    outcome = {"status": status, "error_message": message, "completed_at": clock.iso(moment)}
    try:
        tables.transact(
            [
                tables.update(campaigns_table(), key, put=outcome, equal={"status": JobStatus.RUNNING}),
                tables.delete(campaigns_table(), keys.run_lock(begun.campaign_id), equal={"run_id": begun.run_id}),
                *(tables.put(campaigns_table(), _job_item(begun, result)) for result in results),
            ]
        )
    except tables.Cancelled:
        return False
    return True


def _job_item(run: Run, result: JobResult) -> dict[str, Any]:
    return {
        **keys.job(run.campaign_id, run.started_at, run.run_id, result.type),
        **result.model_dump(mode="json", exclude={"counts"}),
        "counts": json.dumps(result.counts, separators=(",", ":")),
        "expires_at": tallies.expiry(run.started_at),
    }


def _job(item: Mapping[str, Any]) -> JobResult:
    fields = {name: item[name] for name in JobResult.model_fields if name in item}
    return JobResult.model_validate({**fields, "counts": json.loads(item.get("counts", "{}"))})


def fresh(
    campaign: Campaign,
    run_id: str,
    trigger: Trigger,
    stages: Sequence[Stage],
    settings: CampaignSettings,
    max_leads: int | None = None,
    as_of: datetime | None = None,
    rescore: bool = False,
) -> Run:
    """A run that has not been written yet, with its stages in their order."""
    return Run(
        run_id=run_id,
        campaign_id=campaign.id,
        status=JobStatus.RUNNING,
        trigger=trigger,
        max_leads=max_leads,
        as_of=as_of,
        stages=tuple(stage for stage in Stage if stage in stages),
        started_at=clock.now(),
        settings=settings,
        settings_version=campaign.settings_version,
        rescore=rescore,
        shards=campaign.shards,
    )
