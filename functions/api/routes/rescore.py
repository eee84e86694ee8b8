"""Rescore: score, qualify and route again with the current settings. Nobody is mailed by it."""

from fastapi import APIRouter, Request, Response

from cam.campaigns import campaigns
from cam.model.settings.kinds import Frozen
from cam.runs import runs
from functions.api import problems, run_and_wait, views
from functions.api.parameters import CampaignId
from functions.api.routes.campaigns import refuse_unknown_sequences
from functions.api.routes.runs import travels
from functions.api.timestamps import Given
from functions.api.views import RunView

router = APIRouter(prefix="/campaigns/{campaign_id}", tags=["what if"], responses=problems.documented(404))


class RescoreRequest(Frozen):
    """`as_of` moves the clock of the run, if the stack allows it."""

    as_of: Given | None = None


@router.post("/rescore", summary="Decide again", status_code=202)
async def start(
    campaign_id: CampaignId, request: Request, response: Response, body: RescoreRequest | None = None
) -> RunView:
    """Start a run that scores, qualifies and routes every lead again with the current settings.

    Leads that have been emailed keep their sequence. Rejected leads and leads in review may get another verdict;
    decisions made by a person are kept. Each lead's timeline shows the change. 409: a run is open.
    """
    as_of = travels(body.as_of if body else None)
    refuse_unknown_sequences(campaign_id, campaigns.read(campaign_id).settings)
    run = run_and_wait.launch(request, campaign_id, runs.DECIDING, None, as_of, rescore=True)
    response.headers["Location"] = f"./runs/{run.run_id}"
    return views.view(*runs.read(campaign_id, run.run_id))
