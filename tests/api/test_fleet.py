"""The fleet's hours, as the template has them."""

from datetime import UTC, datetime

import pytest

from functions.api import fleet
from functions.api.views import Job
from tests.template import TEMPLATE


def test_the_hours_are_those_of_the_templates_rules() -> None:
    found: dict[Job, set[int]] = {}
    for body in TEMPLATE["Resources"].values():
        if body["Type"] != "AWS::Events::Rule":
            continue
        minute, hours = body["Properties"]["ScheduleExpression"].removeprefix("cron(").split()[:2]
        assert minute == "0"
        transformed = body["Properties"]["Targets"][0]["InputTransformer"]["InputTemplate"]
        job = next(job for job in Job if f'"{job}"' in transformed)
        for part in hours.split(","):
            first, _, last = part.partition("-")
            found.setdefault(job, set()).update(range(int(first), int(last or first) + 1))
    assert {job: tuple(sorted(hours)) for job, hours in found.items()} == fleet.HOURS


@pytest.mark.parametrize(
    ("job", "now", "expected"),
    [
        (Job.HARVEST, datetime(2026, 11, 23, 1, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC)),
        (Job.HARVEST, datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC)),
        (Job.ROUTE, datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 5, tzinfo=UTC)),
        (Job.NURTURE, datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 11, 24, 0, tzinfo=UTC)),
        (Job.FULL_PIPELINE, datetime(2026, 11, 23, tzinfo=UTC), None),
    ],
)
def test_the_next_start_of_a_job(job: Job, now: datetime, expected: datetime | None) -> None:
    assert fleet.next_run(job, now) == expected
