"""A campaign at a glance: its funnel, its jobs, its health."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

from fastapi import APIRouter

from cam.campaigns import campaigns
from cam.leads import reviews
from cam.leads.reviews import Ageing
from cam.mail import safety
from cam.mail.safety import Halt
from cam.model.models import JobResult, JobStatus, Run, Stage
from cam.model.settings.kinds import Frozen
from cam.platform import tallies
from cam.rules import results
from cam.rules.results import Feedback
from cam.runs import runs
from cam.text import clock
from functions.api import fleet, health, problems, views
from functions.api.health import Health, Metrics
from functions.api.parameters import CampaignId, Moment, days
from functions.api.routes.outcomes import RateView
from functions.api.routes.results import Came
from functions.api.views import Job, JobView

router = APIRouter(prefix="/campaigns/{campaign_id}", tags=["dashboard"], responses=problems.documented(404))

# A month of fleet runs holds 20 of each job; they are one read.
_RUNS = 100
_HISTORY = 20
_DID = (JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED)


class Notice(Frozen):
    """A message of a job's newest finished run: an error, such as a rejected API key, or a note.

    `run_id` is null if a person or CAM has stopped the emails.
    """

    job_type: Job
    at: Moment
    run_id: str | None
    message: str


class ReviewQueue(Frozen):
    """Leads in review: how many, since when the oldest waits, and how many wait longer than a day and a week."""

    waiting: int
    oldest_since: Moment | None
    oldest_days: float
    over_1_day: int
    over_7_days: int


class Engagement(Came):
    """What came back of a campaign's emails: counts of emails, and rates in percent (spec §6).

    Opens are a share of emails sent, clicks of emails opened, replies of emails sent. Emails opened only by a program
    count as `machine_opened`, not as opened.
    """

    open_rate: float
    click_rate: float
    reply_rate: float

    @classmethod
    def of(cls, funnel: Mapping[str, int]) -> Self:
        """By the counters of a campaign's life."""
        counted = {results.SENT: funnel.get(results.SENT, 0)} | {one: funnel.get(one.counter, 0) for one in Feedback}
        opened, clicked, replied = (
            RateView.of(results.rate(counted, one)).rate
            for one in (Feedback.OPENED, Feedback.CLICKED, Feedback.REPLIED)
        )
        return cls(
            **{name.value if isinstance(name, Feedback) else name: number for name, number in counted.items()},
            open_rate=opened,
            click_rate=clicked,
            reply_rate=replied,
        )


class Dashboard(Frozen):
    """Counts over the campaign's life, the state of each job, and what needs attention."""

    campaign_id: int
    campaign_name: str
    total_leads_harvested: int
    total_leads_qualified: int
    leads_routed_to_sequence: int
    emails_sent: int
    engagement: Engagement
    pipeline_health: Health
    jobs: tuple[Metrics, ...]
    notices: tuple[Notice, ...]
    review: ReviewQueue
    last_updated: Moment


class Status(Frozen):
    """What a campaign is doing, did last and will do next."""

    campaign_id: int
    campaign_name: str
    is_healthy: bool
    health_status: Health
    current_job: Job | None
    current_run_id: str | None
    next_scheduled_job: Job | None
    hours_until_next_job: float | None
    job_history: tuple[JobView, ...]
    created_at: Moment


@router.get("/dashboard", summary="Read the dashboard")
async def dashboard(campaign_id: CampaignId) -> Dashboard:
    """Read the funnel, exact to the last transaction, each job's last 20 finished runs, and the leads in review.

    Counts are cumulative; `review` has the leads that wait now.
    """
    campaign, found = campaigns.read_with(campaign_id, safety.places(campaign_id))
    funnel = tallies.of_campaign(campaign_id, campaign.shards)
    recent, _ = runs.page(campaign_id, _RUNS)
    now = clock.now()
    starts = fleet.schedule(campaign.active, now)
    jobs = [health.metrics(job, views.jobs(job, recent), starts.get(job)) for job in Job]
    return Dashboard(
        campaign_id=campaign_id,
        campaign_name=campaign.name,
        total_leads_harvested=funnel["leads"],
        total_leads_qualified=funnel["qualified"],
        leads_routed_to_sequence=funnel["routed"],
        emails_sent=funnel["sent"],
        engagement=Engagement.of(funnel),
        pipeline_health=health.worst(one.health_status for one in jobs),
        jobs=tuple(jobs),
        notices=(*_halted(safety.halts(campaign_id, found)), *_notices(recent)),
        review=_review(
            reviews.ageing(campaign_id, campaign.shards, funnel["review"], now) if funnel["review"] else Ageing(), now
        ),
        last_updated=now,
    )


def _review(found: Ageing, now: datetime) -> ReviewQueue:
    return ReviewQueue(
        waiting=found.waiting,
        oldest_since=found.oldest_since,
        oldest_days=days(found.oldest_since, now) if found.oldest_since else 0.0,
        over_1_day=found.over_1_day,
        over_7_days=found.over_7_days,
    )


def _halted(halts: Sequence[Halt]) -> Iterator[Notice]:
    """What stops its mail now, whether a run has met it yet or not."""
    for halt in halts:
        yield Notice(job_type=Job.NURTURE, at=halt.since, run_id=None, message=halt.sentence)


def _notices(recent: Sequence[tuple[Run, Sequence[JobResult]]]) -> Iterator[Notice]:
    """Of each stage's newest run that did something. Skipped ones say why they did nothing, which is no news."""
    for stage in Stage:
        newest = next((one for one in views.jobs(Job(stage), recent) if one.status in _DID), None)
        message = newest and "; ".join(text for text in (newest.error_message, newest.note) if text)
        if newest and newest.completed_at and message:
            yield Notice(job_type=newest.type, at=newest.completed_at, run_id=newest.run_id, message=message)


@router.get("/status", summary="Read the status")
async def status(campaign_id: CampaignId) -> Status:
    """Read the health, the running stage, the next scheduled job and the last 20 job results. A campaign without runs
    is healthy.
    """
    campaign = campaigns.read(campaign_id)
    recent, _ = runs.page(campaign_id, _RUNS)
    now = clock.now()
    starts = fleet.schedule(campaign.active, now)
    following = min(starts, key=lambda job: starts[job], default=None)
    state = health.worst(health.of_job(health.counted(views.jobs(job, recent))) for job in Job)
    open_run = next((run for run, _ in recent if run.status not in runs.FINISHED), None)
    return Status(
        campaign_id=campaign_id,
        campaign_name=campaign.name,
        is_healthy=state in (Health.HEALTHY, Health.UNKNOWN),
        health_status=state,
        current_job=views.current(views.live(open_run)) if open_run else None,
        current_run_id=open_run.run_id if open_run else None,
        next_scheduled_job=following,
        hours_until_next_job=round((starts[following] - now).total_seconds() / 3600, 2) if following else None,
        job_history=tuple(_history(recent)),
        created_at=campaign.created_at,
    )


def _history(recent: Sequence[tuple[Run, Sequence[JobResult]]]) -> list[JobView]:
    return [views.job(result) for _, results in recent for result in reversed(results)][:_HISTORY]
