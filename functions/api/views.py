"""Runs and their stages as clients see them; of an open run, what is known while it goes on."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain

from pydantic import ConfigDict, Field

from cam.model.models import Decision, JobResult, JobStatus, Run, Stage, Trigger
from cam.model.settings.kinds import Frozen
from cam.platform import tallies
from cam.runs import runs
from functions.api.parameters import Moment


class Job(StrEnum):
    """A job: one of the five stages, or all of them in one run."""

    HARVEST = "HARVEST"
    SCORE = "SCORE"
    QUALIFY = "QUALIFY"
    ROUTE = "ROUTE"
    NURTURE = "NURTURE"
    FULL_PIPELINE = "FULL_PIPELINE"


class JobView(Frozen):
    """What one stage did in one run. `counts` has its counts by name, `note` information that is not an error."""

    type: Job
    status: JobStatus
    started_at: Moment | None
    completed_at: Moment | None
    leads_processed: int = 0
    leads_qualified: int = 0
    error_message: str | None = None
    note: str | None = None
    duration_seconds: float = 0
    run_id: str
    counts: dict[str, int | float] = Field(default_factory=dict)


class PipelineView(JobView):
    """The job result of NURTURE, with the results of every stage."""

    stages: tuple[JobView, ...]


class ReviewView(Frozen):
    """What a person decided about a lead in review."""

    model_config = ConfigDict(from_attributes=True)

    decision: Decision
    reviewer: str | None
    note: str
    at: Moment


class RunView(Frozen):
    """A run. While it is open, `stages` has the counts so far, and `percent` is by stages."""

    run_id: str
    campaign_id: int
    status: JobStatus
    trigger: Trigger
    stages: tuple[JobView, ...]
    started_at: Moment
    completed_at: Moment | None
    max_leads: int | None
    as_of: Moment | None
    rescore: bool = False
    error_message: str | None
    percent: int


def job(result: JobResult) -> JobView:
    """The result of a stage."""
    counts = {name: int(value) if value == int(value) else value for name, value in result.counts.items()}
    return JobView.model_validate({**result.model_dump(exclude={"counts"}), "counts": counts})


def whole(run: Run, results: Sequence[JobResult]) -> JobView:
    """A run of all five stages as one job."""
    by_stage = {result.type: result for result in results}
    harvest, qualify = by_stage.get(Stage.HARVEST), by_stage.get(Stage.QUALIFY)
    return JobView(
        type=Job.FULL_PIPELINE,
        status=run.status,
        started_at=run.started_at,
        completed_at=run.completed_at,
        leads_processed=harvest.leads_processed if harvest else 0,
        leads_qualified=qualify.leads_qualified if qualify else 0,
        error_message=run.error_message,
        note="; ".join(f"{result.type}: {result.note}" for result in results if result.note) or None,
        duration_seconds=(run.completed_at - run.started_at).total_seconds() if run.completed_at else 0,
        run_id=run.run_id,
    )


def jobs(wanted: Job, found: Iterable[tuple[Run, Sequence[JobResult]]]) -> list[JobView]:
    """What a job came to in these runs. Runs of all five stages are FULL_PIPELINE's."""
    if wanted is Job.FULL_PIPELINE:
        return [whole(run, results) for run, results in found if run.full_pipeline]
    return [job(result) for _, results in found for result in results if Job(result.type) is wanted]


def view(run: Run, results: Sequence[JobResult]) -> RunView:
    """A run with its stages, as they were closed, or as they are now. Three reads more for an open run."""
    finished = run.status in runs.FINISHED
    stages = [job(result) for result in results] if finished else live(run)
    over = sum(stage.status in runs.FINISHED for stage in stages)
    return RunView(
        run_id=run.run_id,
        campaign_id=run.campaign_id,
        status=run.status,
        trigger=run.trigger,
        stages=tuple(stages),
        started_at=run.started_at,
        completed_at=run.completed_at,
        max_leads=run.max_leads,
        as_of=run.as_of,
        rescore=run.rescore,
        error_message=run.error_message,
        percent=100 if finished else min(99, 100 * over // max(1, len(stages))),
    )


def live(run: Run) -> list[JobView]:
    """The stages of an open run by their tallies: stages run in order, so those before the last that counted are over.

    A stage that finds nothing to do counts nothing; it is seen as over as soon as a later one counts.
    """
    skipped = runs.skipped_stages(run.campaign_id, run.run_id)
    _, _, results = runs.settled(run, skipped, {}, {})
    _, texts = tallies.of_run(run.campaign_id, run.shards, run.run_id)
    able = [stage for stage in run.stages if stage not in skipped]
    begun = [stage for stage in able if f"{stage.lower()}.from" in texts]
    current = begun[-1] if begun else able[0] if able else None
    return [_live(result, current, able) for result in results]


def _live(result: JobResult, current: Stage | None, able: Sequence[Stage]) -> JobView:
    shown = job(result)
    if result.type not in able or current is None:
        return shown
    order = able.index(result.type) - able.index(current)
    if order < 0:
        return shown
    going = {"completed_at": None, "duration_seconds": 0.0, "error_message": None}
    if order == 0:
        return shown.model_copy(update={**going, "status": JobStatus.RUNNING})
    pending: dict[str, object] = {**going, "status": JobStatus.PENDING, "started_at": None, "counts": {}, "note": None}
    return shown.model_copy(update=pending)


def unreached(run: Run, stage: Stage) -> JobView:
    """A stage of a run that was closed before any result was written."""
    return JobView(
        type=Job(stage), status=run.status, started_at=run.started_at, completed_at=run.completed_at, run_id=run.run_id,
        error_message=run.error_message,
    )  # fmt: skip


def current(stages: Sequence[JobView]) -> Job | None:
    """The stage that an open run works on."""
    running = (stage.type for stage in stages if stage.status is JobStatus.RUNNING)
    return next(chain(running, [None]))
