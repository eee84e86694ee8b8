"""How a campaign's jobs are doing (spec §7): pure rules over their finished runs, newest first."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from cam.model.models import JobStatus
from cam.model.settings.kinds import Frozen
from functions.api.parameters import Moment
from functions.api.views import Job, JobView

LAST = 20
_FAILED_IN_A_ROW = 3


class Health(StrEnum):
    """Health, from worst to best; a job that never ran does not affect the others."""

    FAILED = "failed"
    DEGRADED = "degraded"
    HEALTHY = "healthy"
    UNKNOWN = "unknown"


class Metrics(Frozen):
    """A job over its last 20 finished runs. Rates are percentages; skipped runs are ignored."""

    job_type: Job
    total_runs: int
    successful_runs: int
    failed_runs: int
    success_rate: float
    lead_success_rate: float
    health_status: Health
    consecutive_failures: int
    average_duration_seconds: float
    last_run_at: Moment | None
    next_run_at: Moment | None


def counted(outcomes: Iterable[JobView]) -> list[JobView]:
    """Those of the outcomes that count: the last 20 that were neither skipped nor are still going on."""
    did = (JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED)
    return [outcome for outcome in outcomes if outcome.status in did][:LAST]


def failures_in_a_row(outcomes: Sequence[JobView]) -> int:
    """How many of the newest runs failed, up to the first that did not."""
    return next((at for at, one in enumerate(outcomes) if one.status is not JobStatus.FAILED), len(outcomes))


def of_job(outcomes: Sequence[JobView]) -> Health:
    """3 failures in a row: failed; less than half succeeded: degraded. A partial run did its work, less some of it."""
    if not outcomes:
        return Health.UNKNOWN
    if failures_in_a_row(outcomes) >= _FAILED_IN_A_ROW:
        return Health.FAILED
    failed = sum(outcome.status is JobStatus.FAILED for outcome in outcomes)
    return Health.DEGRADED if 2 * failed > len(outcomes) else Health.HEALTHY


def worst(jobs: Iterable[Health]) -> Health:
    """A campaign is as well as its worst job."""
    return min(jobs, key=list(Health).index, default=Health.UNKNOWN)


def metrics(job: Job, outcomes: Iterable[JobView], next_run_at: Moment | None) -> Metrics:
    """A job in numbers."""
    runs = counted(outcomes)
    failed = sum(outcome.status is JobStatus.FAILED for outcome in runs)
    return Metrics(
        job_type=job,
        total_runs=len(runs),
        successful_runs=len(runs) - failed,
        failed_runs=failed,
        success_rate=percent(len(runs) - failed, len(runs)),
        lead_success_rate=percent(sum(r.leads_qualified for r in runs), sum(r.leads_processed for r in runs)),
        health_status=of_job(runs),
        consecutive_failures=failures_in_a_row(runs),
        average_duration_seconds=round(sum(r.duration_seconds for r in runs) / max(1, len(runs)), 3),
        last_run_at=runs[0].started_at if runs else None,
        next_run_at=next_run_at,
    )


def percent(part: float, whole: float) -> float:
    """A share in percent to two places; of nothing it is 0."""
    return round(100 * part / whole, 2) if whole else 0.0
