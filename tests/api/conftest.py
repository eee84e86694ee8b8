"""The API's own fixtures: a client, a state machine that starts and does nothing, and runs that come to an end."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import pytest
from ulid import ULID

from cam.model.models import JobStatus, Run, Stage, Trigger
from cam.platform import keys, tables, tallies
from cam.runs import runs
from tests.api.client import Client
from tests.conftest import ACCOUNT


@pytest.fixture
def pipeline(aws: None) -> Any:
    """State machines named as the template's, whose executions go on for ever; and the client that knows them."""
    states = boto3.client("stepfunctions")
    for machine in ("cam-pipeline", "cam-preview", "cam-forecast", "cam-suppressions"):
        states.create_state_machine(
            name=machine,
            definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/states",
        )
    return states


@pytest.fixture
def api(pipeline: Any) -> Client:
    """A caller with a key."""
    return Client()


@pytest.fixture
def count(aws: None) -> Callable[..., None]:
    """Counts for a stage of a run, as its worker does."""

    def tally(run: Run, stage: Stage, counts: Mapping[str, int]) -> None:
        tables.transact(tallies.actions(keys.Shard(run.campaign_id, run.run_id, 0), stage, counts))

    return tally


@pytest.fixture
def close(aws: None) -> Callable[..., JobStatus]:
    """Ends a run, as Finish does."""

    def end(run: Run, failed: tuple[Stage, ...] = ()) -> JobStatus:
        skipped = runs.skipped_stages(run.campaign_id, run.run_id)
        failures = {stage: ["Lambda.Unknown"] for stage in failed}
        status, message, results = runs.settled(run, skipped, failures, {})
        assert runs.close(run, status, message, results)
        return status

    return end


@pytest.fixture
def past_run(campaign: Any, close: Callable[..., JobStatus], count: Callable[..., None]) -> Callable[..., Run]:
    """Makes a run that is over: `past_run(one, [Stage.SCORE], counts={...}, failed=True)`."""

    def make(
        one: Any, stages: list[Stage], counts: Mapping[Stage, Mapping[str, int]] | None = None, failed: bool = False
    ) -> Run:
        run = runs.open_run(runs.fresh(one, str(ULID()), Trigger.API, stages, one.settings), {})
        for stage, numbers in (counts or {}).items():
            count(run, stage, numbers)
        close(run, tuple(stages) if failed else ())
        return run

    return make
