"""Runs: start any stages, list, read, stop."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator, Field

from cam.campaigns import campaigns
from cam.model.errors import Conflict, Invalid
from cam.model.models import Stage
from cam.model.settings.kinds import Frozen
from cam.platform import environment, keys
from cam.platform.environment import required
from cam.runs import executions, runs
from functions.api import problems, run_and_wait, views
from functions.api.parameters import AnyCase, CampaignId, Cursor, Id, Limit, Page, page, place
from functions.api.timestamps import Given
from functions.api.views import Job, RunView

router = APIRouter(prefix="/campaigns/{campaign_id}/runs", tags=["runs"], responses=problems.documented(404))


def _spelled_out(value: Any) -> Any:
    """FULL_PIPELINE is a name for all five."""
    if isinstance(value, list) and any(isinstance(one, str) and one.upper() == Job.FULL_PIPELINE for one in value):
        return list(Stage)
    return value


def travels(as_of: datetime | None) -> datetime | None:
    """The moment that a run may choose. Raises Invalid where the stack does not let it."""
    if as_of and not environment.time_travel():
        raise Invalid("as_of is not allowed: this stack was deployed with AllowTimeTravel=false.", "as_of")
    return as_of


class RunRequest(Frozen):
    """What to run. The default is all five stages, without a limit."""

    stages: Annotated[tuple[Annotated[Stage, AnyCase], ...], BeforeValidator(_spelled_out)] = Field(
        default=tuple(Stage), min_length=1, max_length=20
    )
    max_leads: int | None = Field(default=None, strict=True, ge=1, le=1_000_000_000)
    as_of: Given | None = None


@router.post("", summary="Start a run", status_code=202)
async def start(
    campaign_id: CampaignId, request: Request, response: Response, body: RunRequest | None = None
) -> RunView:
    """Start stages in their order. Stages that cannot run are skipped; if none can run, 422 says why."""
    asked = body or RunRequest()
    run = run_and_wait.launch(request, campaign_id, asked.stages, asked.max_leads, travels(asked.as_of))
    response.headers["Location"] = f"./runs/{run.run_id}"
    return views.view(*runs.read(campaign_id, run.run_id))


@router.get("", summary="List runs")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[RunView]:
    """List a campaign's runs, newest first."""
    campaigns.read(campaign_id)
    scope = f"runs|{campaign_id}"
    after = place(scope, cursor, 1)
    start = {"pk": keys.campaign_pk(campaign_id), "sk": after[0]} if after else None
    found, last = runs.page(campaign_id, limit, start)
    return page(scope, [views.view(run, results) for run, results in found], [last["sk"]] if last else None)


@router.get("/{run_id}", summary="Read a run")
async def read(campaign_id: CampaignId, run_id: Id) -> RunView:
    """Read a run with the results of its stages; for an open run, what it has done so far."""
    return views.view(*runs.read(campaign_id, run_id))


@router.post("/{run_id}/stop", summary="Stop a run")
async def stop(campaign_id: CampaignId, run_id: Id) -> RunView:
    """Stop an open run. Finished work is kept, and the rest stays due. 409: the run has already finished."""
    run, _ = runs.read(campaign_id, run_id)
    if run.status in runs.FINISHED:
        raise Conflict(f"Run {run_id} has already finished.")
    executions.stop(required("PIPELINE_ARN"), run_id)
    executions.end(run, "Stopped on request.", died=False)
    return views.view(*runs.read(campaign_id, run_id))
