"""Score: every new lead of a shard gets its score, its tier and the reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.campaigns import known_fields
from cam.leads import verdicts
from cam.leads.lead_queue import Decided, Due
from cam.model.models import Lead, Run, Stage
from cam.platform import keys, tallies
from cam.platform.telemetry import entrypoint
from cam.rules.scoring import score
from cam.runs.worker import Decide, work


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Score the leads of one shard that wait for it."""
    return work(Stage.SCORE, event, _prepare, context)


def _prepare(run: Run, leads: Sequence[Lead]) -> Decide:
    icp, scoring = run.settings.icp, run.settings.scoring
    if known_fields.missing(scoring, leads):
        _hint(run, leads[0].shard)

    def decide(lead: Lead, due: Due, now: datetime) -> Decided:
        return verdicts.scored(due, score(lead, icp, scoring), run.settings_version, now)

    return decide


def _hint(run: Run, number: int) -> None:
    """Say of scoring parts that no lead of the whole campaign has their field."""
    shard = keys.Shard(run.campaign_id, run.run_id, number)
    for _, message in known_fields.unknown(run.campaign_id, run.settings.scoring):
        tallies.note(shard, Stage.SCORE, "hint.fields", f"Scoring parts: {message}", keep=True)
