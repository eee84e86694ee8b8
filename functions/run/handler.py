"""Opening and closing a run, and listing the campaigns of a fleet rule."""

from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cam.campaigns import campaigns
from cam.model.errors import Invalid, NotFound, RunInProgress
from cam.model.models import JobStatus, Run, Stage, Trigger
from cam.model.settings.kinds import Whole
from cam.platform import environment, telemetry
from cam.platform.telemetry import entrypoint
from cam.runs import executions, preconditions, runs
from cam.text import clock

# Rule slots name their runs by campaign: pages stay far below the payload limit of 256 KiB.
FLEET_PAGE = 200


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _reckoned(moment: datetime) -> datetime:
    found = clock.reckoned(moment, None)
    if found is None:
        raise ValueError(f"must be between {clock.EARLIEST:%Y-%m-%d} and {clock.LATEST:%Y-%m-%d}")
    return found


class Asked(BaseModel):
    """What an execution was started with. From the console, `{"campaign_id": 1}` is enough."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    campaign_id: Whole = Field(ge=1)
    stages: tuple[Annotated[Stage, BeforeValidator(_upper)], ...] = tuple(Stage)
    max_leads: Whole | None = Field(default=None, ge=1)
    as_of: Annotated[datetime, AfterValidator(_reckoned)] | None = None
    # Decide again about leads that have their decisions, too: then the stages are score, qualify and route.
    rescore: bool = False
    trigger: Trigger = Trigger.CONSOLE


@entrypoint
def begin(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Open the run that this execution is, or carry on with the one that the API opened under its name.

    Returns ids only: for each stage the numbers of the shards that it works on. A stage that was not asked for, or
    cannot run, works on none.
    """
    asked, run_id = Asked.model_validate(event["input"]), str(event["execution"])
    telemetry.about(campaign_id=asked.campaign_id, run_id=run_id)
    run, skipped = _open(asked, run_id, str(event["pipeline"]))
    telemetry.logger.info("run started", stages=run.stages, skipped=sorted(skipped))
    able = set() if run.status is JobStatus.SKIPPED else set(run.stages) - skipped.keys()
    return {
        "campaign_id": run.campaign_id,
        "run_id": run.run_id,
        "work": {
            **{stage.lower(): _shards(stage, run) if stage in able else [] for stage in Stage},
            "rescore": _shards(Stage.SCORE, run) if run.rescore and Stage.SCORE in able else [],
        },
    }


def _shards(stage: Stage, run: Run) -> list[int]:
    # Sources are a chain with one reader.
    return [0] if stage is Stage.HARVEST else list(range(run.shards))


def _open(asked: Asked, run_id: str, pipeline_arn: str) -> tuple[Run, dict[Stage, str]]:
    try:
        run, _ = runs.read(asked.campaign_id, run_id)
        return run, runs.skipped_stages(asked.campaign_id, run_id)
    except NotFound:
        pass
    if asked.as_of and not environment.time_travel():
        raise Invalid("as_of is not allowed: this stack was deployed with AllowTimeTravel=false", "as_of")
    campaign = campaigns.read(asked.campaign_id)
    frozen = preconditions.settings(campaign)
    stages = runs.DECIDING if asked.rescore else asked.stages
    run = runs.fresh(campaign, run_id, asked.trigger, stages, frozen, asked.max_leads, asked.as_of, asked.rescore)
    if not campaign.active:
        return runs.record_skipped(run, "The campaign is inactive."), {}
    skipped = preconditions.blocked(campaign, frozen, run.stages)
    try:
        executions.free(pipeline_arn, asked.campaign_id)
        return runs.open_run(run, skipped), skipped
    except RunInProgress as busy:
        return runs.record_skipped(run, str(busy)), {}


@entrypoint
def finish(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Fold the tallies into job results and close the run. Twice is as once.

    Takes the state of the execution, or the event of an execution that ended early (aborted, timed out, failed).
    """
    if "detail" in event:
        return _ended_early(event["detail"])
    campaign_id, run_id = int(event["campaign_id"]), str(event["run_id"])
    telemetry.about(campaign_id=campaign_id, run_id=run_id)
    run, _ = runs.read(campaign_id, run_id)
    status = run.status
    if status not in runs.FINISHED:
        begun = runs.frozen(campaign_id, run_id)
        skipped = runs.skipped_stages(campaign_id, run_id)
        workers = {stage: len(event["work"][stage.lower()]) for stage in begun.stages}
        failures = {stage: _failures(event, stage.lower(), workers[stage]) for stage in begun.stages}
        if begun.rescore:
            failures[Stage.SCORE] = failures[Stage.SCORE] or _failures(event, "rescore", workers[Stage.SCORE])
        status, message, results = runs.settled(begun, skipped, failures, workers)
        runs.close(begun, status, message, results)
        telemetry.outcome("run", {status.lower(): 1})
    return {"campaign_id": campaign_id, "run_id": run_id, "status": status}


def _failures(event: dict[str, Any], work: str, workers: int) -> list[str]:
    """The name of the error of each shard that failed for good."""
    if work in event["failed"]:
        return [event["failed"][work]["Error"]] * max(1, workers)
    return [shard["failed"] for shard in event["done"].get(work, []) if "failed" in shard]


def _ended_early(detail: dict[str, Any]) -> dict[str, Any]:
    run_id = str(detail["name"])
    try:
        asked = Asked.model_validate_json(detail["input"])
    except ValidationError:  # it was started with nothing that names a campaign: there is no run to close
        return {"run_id": run_id, "status": JobStatus.FAILED}
    telemetry.about(campaign_id=asked.campaign_id, run_id=run_id)
    try:
        run, _ = runs.read(asked.campaign_id, run_id)
    except NotFound:  # it ended before it was opened: nothing to close
        return {"campaign_id": asked.campaign_id, "run_id": run_id, "status": JobStatus.FAILED}
    status = run.status
    if status not in runs.FINISHED:
        ended = str(detail["status"])
        # Somebody aborts on purpose; nothing fails or times out on purpose.
        status = executions.end(run, f"The execution ended early: {ended.lower()}.", died=ended != "ABORTED")
    return {"campaign_id": asked.campaign_id, "run_id": run_id, "status": status}


class Slot(BaseModel):
    """What a fleet rule hands over: its stages, its moment, and where the page before stopped."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stages: tuple[Stage, ...]
    slot: datetime
    after: int = 0


@entrypoint
def fleet(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A page of active campaigns with the name of the run that this slot starts for each."""
    slot = Slot.model_validate(event)
    ids, last = campaigns.active_ids(slot.after, FLEET_PAGE)
    name = f"rule-{'-'.join(stage.lower() for stage in slot.stages)}-{slot.slot:%Y%m%dT%H%M%S}"
    return {
        "runs": [{"campaign_id": one, "name": f"{name}-{one}", "stages": list(slot.stages)} for one in ids],
        "next": {"stages": list(slot.stages), "slot": event["slot"], "after": last or 0},
        "more": last is not None,
    }
