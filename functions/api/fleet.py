"""When the fleet rules of template.yaml next start each job, in UTC (spec §7)."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.api.views import Job

# Nurture also runs every hour, for send windows that have opened since.
HOURS: Mapping[Job, tuple[int, ...]] = {
    Job.HARVEST: (2,),
    Job.SCORE: (3,),
    Job.QUALIFY: (4,),
    Job.ROUTE: (5,),
    Job.NURTURE: tuple(range(24)),
}


def enabled() -> bool:
    """Whether the stack runs the fleet rules (`FleetEnabled` of the template)."""
    return os.environ.get("FLEET_ENABLED") == "true"


def next_run(job: Job, now: datetime) -> datetime | None:
    """The job's next start after `now`; None when no rule starts it."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = (midnight + timedelta(days=day, hours=hour) for day in (0, 1) for hour in HOURS.get(job, ()))
    return next((start for start in starts if start > now), None)


def schedule(active: bool, now: datetime) -> dict[Job, datetime]:
    """The next start of each job of a campaign; nothing while the campaign is inactive or the rules are off."""
    if not active or not enabled():
        return {}
    return {job: start for job in Job if (start := next_run(job, now))}
