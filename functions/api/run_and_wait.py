"""Starting a run and waiting for it: open it, start its execution, look until it is closed or time is up."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import Request

from cam.campaigns import campaigns
from cam.model.errors import Invalid, NotFound, Throttled
from cam.model.models import Campaign, JobResult, JobStatus, Run, Stage, Trigger
from cam.platform.environment import required
from cam.platform.telemetry import logger
from cam.runs import executions, preconditions, runs
from functions.api import idempotency

NOT_STARTED = "The run could not be started. Try again."
# What the answer itself still needs before the function's own time is up.
_RESERVE_SECONDS = 2.0


def launch(
    request: Request,
    campaign_id: int,
    stages: Sequence[Stage],
    max_leads: int | None,
    as_of: datetime | None = None,
    rescore: bool = False,
) -> Run:
    """Start a run of these stages, or carry on with the one that this Idempotency-Key has opened before.

    Raises Invalid when the campaign is inactive or none of the stages can run, RunInProgress, NotFound, Throttled.
    """
    campaign, run_id = campaigns.read(campaign_id), idempotency.run_id(request)
    run = _opened(campaign_id, run_id) or _open(campaign, run_id, stages, max_leads, as_of, rescore)
    # A run that was opened before may be over: then it is not started again.
    if runs.holder(campaign_id) == run_id:
        _start(run)
    return run


def _opened(campaign_id: int, run_id: str) -> Run | None:
    try:
        return runs.frozen(campaign_id, run_id)
    except NotFound:
        return None


def _open(
    campaign: Campaign,
    run_id: str,
    stages: Sequence[Stage],
    max_leads: int | None,
    as_of: datetime | None,
    rescore: bool,
) -> Run:
    if not campaign.active:
        raise Invalid(f"Campaign {campaign.id} is inactive, so no stage can run. Set active to true first.", "active")
    frozen = preconditions.settings(campaign)
    run = runs.fresh(campaign, run_id, Trigger.API, stages, frozen, max_leads, as_of, rescore)
    skipped = preconditions.blocked(campaign, frozen, run.stages)
    if set(skipped) == set(run.stages):
        raise Invalid(" ".join(dict.fromkeys(skipped.values())), "stages")
    executions.free(required("PIPELINE_ARN"), campaign.id)
    return runs.open_run(run, skipped)


def _start(run: Run) -> None:
    try:
        executions.start(required("PIPELINE_ARN"), run)
    except (ClientError, BotoCoreError) as error:
        logger.exception("the execution could not be started", run_id=run.run_id)
        runs.close(run, JobStatus.FAILED, NOT_STARTED, [])
        raise Throttled(NOT_STARTED) from error


def seconds_left(request: Request, seconds: float) -> float:
    """How long a request may wait: as asked, or until the function has just time enough to answer."""
    context = request.scope.get("aws.context")
    if context is None:
        return seconds
    return min(seconds, float(context.get_remaining_time_in_millis()) / 1000 - _RESERVE_SECONDS)


async def finished(request: Request, run: Run, seconds: float) -> tuple[Run, list[JobResult]]:
    """The run as it is when it is closed, or when the seconds, or the function's own, are over."""
    until, pause = time.monotonic() + seconds_left(request, seconds), 0.1
    while time.monotonic() < until and runs.holder(run.campaign_id) == run.run_id:
        await asyncio.sleep(max(0.0, min(pause, until - time.monotonic())))
        pause = min(1.0, 1.5 * pause)
    return runs.read(run.campaign_id, run.run_id)
