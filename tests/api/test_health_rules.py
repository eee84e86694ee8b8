"""The rules of health (spec §7), without AWS."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import JobStatus
from functions.api import health
from functions.api.health import Health
from functions.api.views import Job, JobView

C, P, F, S, R = JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED, JobStatus.SKIPPED, JobStatus.RUNNING
AT = datetime(2026, 11, 23, tzinfo=UTC)


def jobs(*statuses: JobStatus) -> list[JobView]:
    """Runs of one job, newest first."""
    return [
        JobView(
            type=Job.SCORE, status=status, started_at=AT, completed_at=AT, duration_seconds=2, leads_processed=10,
            leads_qualified=4, run_id="r",
        )
        for status in statuses
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], Health.UNKNOWN),
        ([S, S, R], Health.UNKNOWN),
        ([C], Health.HEALTHY),
        ([F], Health.DEGRADED),
        ([F, C], Health.HEALTHY),
        ([C, F, F], Health.DEGRADED),
        ([P, F], Health.HEALTHY),
        ([F, F, C, C], Health.HEALTHY),
        ([F, F, F, *[C] * 17], Health.FAILED),
        ([F, S, F, R, F], Health.FAILED),
        ([F, F, C, F, C, C], Health.HEALTHY),
        ([*[C] * 20, *[F] * 30], Health.HEALTHY),
        ([C, *[F] * 19, *[C] * 50], Health.DEGRADED),
    ],
)
def test_health_of_a_job(statuses: Sequence[JobStatus], expected: Health) -> None:
    assert health.of_job(health.counted(jobs(*statuses))) is expected


def test_a_campaign_is_as_well_as_its_worst_job() -> None:
    assert health.worst([Health.UNKNOWN, Health.HEALTHY]) is Health.HEALTHY
    assert health.worst([Health.HEALTHY, Health.DEGRADED, Health.UNKNOWN]) is Health.DEGRADED
    assert health.worst([Health.DEGRADED, Health.FAILED]) is Health.FAILED
    assert health.worst([]) is Health.UNKNOWN


def test_a_nurture_whose_transport_refuses_everything_counts_as_a_failure() -> None:
    """Its job is FAILED, although each lead was worked on."""
    refused = [job.model_copy(update={"type": Job.NURTURE, "counts": {"refused": 3}}) for job in jobs(F, F, F, C, C)]
    found = health.metrics(Job.NURTURE, refused, None)
    assert (found.health_status, found.failed_runs, found.consecutive_failures) == (Health.FAILED, 3, 3)


def test_metrics_of_a_job() -> None:
    found = health.metrics(Job.SCORE, jobs(F, S, C, P), None)
    assert (found.total_runs, found.successful_runs, found.failed_runs) == (3, 2, 1)
    assert (found.success_rate, found.lead_success_rate, found.average_duration_seconds) == (66.67, 40.0, 2)
    assert (found.consecutive_failures, found.last_run_at, found.next_run_at) == (1, AT, None)


@given(st.lists(st.sampled_from([C, P, F, S, R]), max_size=60))
def test_skipped_and_open_runs_change_nothing(statuses: list[JobStatus]) -> None:
    without = [status for status in statuses if status not in (S, R)]
    assert health.metrics(Job.SCORE, jobs(*statuses), None) == health.metrics(Job.SCORE, jobs(*without), None)
