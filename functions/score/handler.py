"""Score: every new lead of a shard gets its score, its tier and the reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam import keys
from cam.leads import Decided, Due, parts_item
from cam.models import Lead, LeadStatus, Run, Scored, Stage
from cam.scoring import score
from cam.tallies import MILLION
from cam.telemetry import entrypoint
from cam.worker import Decide, work


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Score the leads of one shard that wait for it."""
    return work(Stage.SCORE, event, _prepare, context)


def _prepare(run: Run, leads: Sequence[Lead]) -> Decide:
    icp, scoring = run.settings.icp, run.settings.scoring

    def decide(lead: Lead, due: Due, now: datetime) -> Decided:
        return _advance(due, score(lead, icp, scoring), run.settings_version, now)

    return decide


def _advance(due: Due, scored: Scored, version: int, now: datetime) -> Decided:
    return Decided(
        due,
        keys.todo(Stage.QUALIFY, now, due.lead_id),
        "scored",
        f"{scored.tier}, score {scored.score:.2f}",
        put={
            "status": LeadStatus.SCORED,
            "icp_score": scored.icp_score,
            "opportunity_score": scored.opportunity_score,
            "score": scored.score,
            "tier": scored.tier,
            "explanation": parts_item(scored.explanation),
            "score_settings_version": version,
        },
        counts={
            "scored": 1,
            scored.tier.lower(): 1,
            "icp_sum": round(scored.icp_score * MILLION),
            "opportunity_sum": round(scored.opportunity_score * MILLION),
            "score_sum": round(scored.score * MILLION),
        },
    )
