"""The fleet's hours, as the template has them."""

from datetime import UTC, datetime

import pytest

from functions.api import fleet
from functions.api.views import Job
from tests.template import TEMPLATE


def test_the_hours_are_those_of_the_templates_rules() -> None:
    found: dict[Job, list[int]] = {}
    for body in TEMPLATE["Resources"].values():
        if body["Type"] != "AWS::Events::Rule":
            continue
        minute, hours = body["Properties"]["ScheduleExpression"].removeprefix("cron(").split()[:2]
        transformed = body["Properties"]["Targets"][0]["InputTransformer"]["InputTemplate"]
        job = next(job for job in Job if f'"{job}"' in transformed)
        found.setdefault(job, []).extend(
            60 * hour + int(minute) for hour in (range(24) if hours == "*" else [int(hours)])
        )
    assert {job: tuple(sorted(minutes)) for job, minutes in found.items()} == fleet.MINUTES


def test_no_two_rules_start_at_the_same_minute() -> None:
    """A campaign has one run at a time: the one that came second would be skipped."""
    minutes = [minute for several in fleet.MINUTES.values() for minute in several]
    assert len(minutes) == len(set(minutes))


@pytest.mark.parametrize(
    ("job", "now", "expected"),
    [
        (Job.HARVEST, datetime(2026, 11, 23, 1, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC)),
        (Job.HARVEST, datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC)),
        (Job.ROUTE, datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 5, tzinfo=UTC)),
        (Job.NURTURE, datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 11, 24, 0, 30, tzinfo=UTC)),
        (Job.FULL_PIPELINE, datetime(2026, 11, 23, tzinfo=UTC), None),
    ],
)
def test_the_next_start_of_a_job(job: Job, now: datetime, expected: datetime | None) -> None:
    assert fleet.next_run(job, now) == expected
