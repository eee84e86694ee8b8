"""Jobs: what each stage did in each run."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from cam.campaigns import campaigns
from cam.model.models import JobResult, Run
from cam.platform import keys
from cam.runs import runs
from functions.api import problems, views
from functions.api.parameters import AnyCase, CampaignId, Cursor, Limit, Page, page, place
from functions.api.views import Job, JobView

router = APIRouter(prefix="/campaigns/{campaign_id}/jobs", tags=["runs"], responses=problems.documented(404))

# Pages of runs read for one page of jobs; where a rare job is looked for, a page may be short while there is more.
_MOST_READS = 10


@router.get("", summary="List job results")
async def index(
    campaign_id: CampaignId,
    job_type: Annotated[Job | None, AnyCase, Query()] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[JobView]:
    """List the results of finished stages, newest first. FULL_PIPELINE lists runs of all five stages, one result per
    run.
    """
    campaigns.read(campaign_id)
    scope = f"jobs|{campaign_id}|{job_type}"
    after = place(scope, cursor, 1)
    found, last = _newest(campaign_id, job_type, limit, after[0] if after else None)
    return page(scope, found, [last] if last else None)


def _newest(campaign_id: int, job_type: Job | None, limit: int, after: str | None) -> tuple[list[JobView], str | None]:
    found: list[JobView] = []
    for _ in range(_MOST_READS):
        start = {"pk": keys.campaign_pk(campaign_id), "sk": after} if after else None
        some, last = runs.page(campaign_id, limit, start)
        for run, results in some:
            for sk, shown in _jobs(run, results, job_type):
                found.append(shown)
                if len(found) == limit:
                    return found, sk
        if last is None:
            return found, None
        after = last["sk"]
    return found, after


def _jobs(run: Run, results: Sequence[JobResult], wanted: Job | None) -> Iterator[tuple[str, JobView]]:
    """The jobs of a run, last stage first, each with the sort key that a list goes on from."""
    if wanted is Job.FULL_PIPELINE:
        if run.full_pipeline and run.status in runs.FINISHED:
            yield keys.run(run.campaign_id, run.started_at, run.run_id)["sk"], views.whole(run, results)
        return
    for result in reversed(results):
        if wanted in (None, Job(result.type)):
            yield keys.job(run.campaign_id, run.started_at, run.run_id, result.type)["sk"], views.job(result)
