"""The state machine as seen from the functions: start a run, stop it, ask whether it lives."""

import json
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import boto3

from cam.model.errors import Conflict, NotFound, RunInProgress
from cam.model.models import JobStatus, Run
from cam.runs import runs
from cam.text import clock

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# Between taking the lock and starting the execution, a run has no execution yet.
_GRACE = timedelta(seconds=60)


@cache
def _client() -> "SFNClient":
    return boto3.client("stepfunctions")


def _execution(pipeline_arn: str, run_id: str) -> str:
    return f"{pipeline_arn.replace(':stateMachine:', ':execution:')}:{run_id}"


def start(pipeline_arn: str, run: Run) -> None:
    """Start the execution of an open run. Its name is the run id, so a second start changes nothing."""
    _start(pipeline_arn, run.run_id, campaign_id=run.campaign_id)


def start_preview(preview_arn: str, campaign_id: int, preview_id: str, shards: int) -> None:
    """Start looking at every shard. The execution's name is the preview's id: a second start changes nothing."""
    _start(preview_arn, preview_id, campaign_id=campaign_id, preview_id=preview_id, shards=list(range(shards)))


def start_forecast(forecast_arn: str, campaign_id: int | None, forecast_id: str) -> None:
    """Start reckoning the coming days. The execution's name is the forecast's id: a second start changes nothing."""
    _start(forecast_arn, forecast_id, campaign_id=campaign_id, forecast_id=forecast_id)


def start_suppressions(suppressions_arn: str, import_id: str) -> None:
    """Start taking a suppression list in. The execution's name is the import's id: a second start changes nothing."""
    _start(suppressions_arn, import_id, import_id=import_id)


def _start(machine_arn: str, name: str, **given: object) -> None:
    try:
        _client().start_execution(stateMachineArn=machine_arn, name=name, input=json.dumps(given))
    except _client().exceptions.ExecutionAlreadyExists:
        return


def stop(pipeline_arn: str, run_id: str) -> None:
    """Stop an execution, if there is one."""
    try:
        _client().stop_execution(executionArn=_execution(pipeline_arn, run_id), error="Stopped", cause="on request")
    except _client().exceptions.ExecutionDoesNotExist:
        return


def alive(pipeline_arn: str, run_id: str) -> bool:
    """Whether the execution of a run is still going on."""
    try:
        answer = _client().describe_execution(executionArn=_execution(pipeline_arn, run_id))
    except _client().exceptions.ExecutionDoesNotExist:
        return False
    return answer["status"] in ("RUNNING", "PENDING_REDRIVE")


def reachable(pipeline_arn: str) -> bool:
    """Whether the state machine is there and can take runs."""
    return _client().describe_state_machine(stateMachineArn=pipeline_arn)["status"] == "ACTIVE"


def end(begun: Run, reason: str, died: bool = True) -> JobStatus:
    """Close a run whose execution ended without finishing: count what it did, free the campaign.

    A run that `died` before it did anything is FAILED, one that was stopped on request is SKIPPED.
    """
    skipped = runs.skipped_stages(begun.campaign_id, begun.run_id)
    status, message, results = runs.settled(begun, skipped, {}, {}, reason, died)
    runs.close(begun, status, message, results)
    return status


def free(pipeline_arn: str, campaign_id: int) -> None:
    """Free a campaign whose open run has died (aborted, timed out, never started). Raises RunInProgress: it lives."""
    lock = runs.lock(campaign_id)
    if lock is None:
        return
    held, since = lock
    young = clock.now() - since < _GRACE
    if young or alive(pipeline_arn, held):
        raise RunInProgress(held)
    try:
        end(runs.frozen(campaign_id, held), "The execution of the run ended early.")
    except NotFound:  # a run is forgotten after 90 days, its lock is not
        runs.unlock(campaign_id, held)
    if runs.holder(campaign_id) == held:
        raise Conflict(f"Run {held} could not be closed. Try again.")
