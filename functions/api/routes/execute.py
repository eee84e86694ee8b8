"""Execute: start a run and wait for what it comes to."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from cam.model.models import JobStatus, Run, Stage
from cam.runs import runs
from functions.api import problems, run_and_wait, views
from functions.api.parameters import CampaignId, Decimal, Digits
from functions.api.strict import NoBody
from functions.api.views import JobView, PipelineView

router = APIRouter(prefix="/campaigns/{campaign_id}/execute", tags=["runs"], responses=problems.documented(404))

MaxLeads = Annotated[int, Digits, Query(ge=1, le=1000, description="Maximum number of leads per stage")]
Wait = Annotated[float, Decimal, Query(ge=0, le=25, description="Seconds to wait for the run to finish")]
_RUNNING: dict[int | str, dict[str, Any]] = {202: {"description": "The run continues: follow it at `Location`"}}


@router.post("/harvest", summary="Harvest", responses=_RUNNING)
async def harvest(
    campaign_id: CampaignId,
    request: Request,
    response: Response,
    _: NoBody,
    max_leads: MaxLeads = 100,
    wait: Wait = 25,
) -> JobView:
    """Harvest new leads from the campaign's sources. 200 with the job result, or 202 if it takes longer than `wait`."""
    run = run_and_wait.launch(request, campaign_id, [Stage.HARVEST], max_leads)
    (result,) = await _stages(request, response, run, wait)
    return result


@router.post("/full-pipeline", summary="Run all five stages", responses=_RUNNING)
async def full_pipeline(
    campaign_id: CampaignId,
    request: Request,
    response: Response,
    _: NoBody,
    max_leads: MaxLeads = 100,
    wait: Wait = 25,
) -> PipelineView:
    """Run all five stages. The response is the job result of NURTURE; `stages` has the results of all five."""
    run = run_and_wait.launch(request, campaign_id, list(Stage), max_leads)
    stages = await _stages(request, response, run, wait)
    nurture = stages[-1]
    if response.status_code == 202:
        nurture = nurture.model_copy(update={"status": JobStatus.RUNNING, "started_at": run.started_at})
    return PipelineView(**dict(nurture), stages=tuple(stages))


async def _stages(request: Request, response: Response, run: Run, wait: float) -> list[JobView]:
    """The results of the run's stages; 202 and the run's address while it goes on."""
    after, results = await run_and_wait.finished(request, run, wait)
    response.headers["Location"] = f"../runs/{run.run_id}"
    if after.status not in runs.FINISHED:
        response.status_code = 202
        stages = views.live(after)
    else:
        stages = [views.job(result) for result in results]
    return stages or [views.unreached(after, stage) for stage in after.stages]
