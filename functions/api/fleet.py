"""When the fleet rules of template.yaml next start each job, in UTC (spec §7)."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta

from functions.api.views import Job

# Minutes of the day. Nurture also runs at half past every hour, for send windows that have opened since.
MINUTES: Mapping[Job, tuple[int, ...]] = {
    Job.HARVEST: (2 * 60,),
    Job.SCORE: (3 * 60,),
    Job.QUALIFY: (4 * 60,),
    Job.ROUTE: (5 * 60,),
    Job.NURTURE: tuple(sorted((6 * 60, *(hour * 60 + 30 for hour in range(24))))),
}


def enabled() -> bool:
    """Whether the stack runs the fleet rules (`FleetEnabled` of the template)."""
    return os.environ.get("FLEET_ENABLED") == "true"


def next_run(job: Job, now: datetime) -> datetime | None:
    """The job's next start after `now`; None when no rule starts it."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = (midnight + timedelta(days=day, minutes=minute) for day in (0, 1) for minute in MINUTES.get(job, ()))
    return next((start for start in starts if start > now), None)


def schedule(active: bool, now: datetime) -> dict[Job, datetime]:
    """The next start of each job of a campaign; nothing while the campaign is inactive or the rules are off."""
    if not active or not enabled():
        return {}
    return {job: start for job in Job if (start := next_run(job, now))}
