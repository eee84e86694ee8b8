"""Qualify: every scored lead of a shard is found worth a mail, rejected, or left to a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam import suppression, verdicts
from cam.gates import qualify
from cam.leads import Decided, Due
from cam.models import Lead, Run, Stage
from cam.telemetry import entrypoint
from cam.worker import Decide, work


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Qualify the leads of one shard that wait for it."""
    return work(Stage.QUALIFY, event, _prepare, context)


def _prepare(run: Run, leads: Sequence[Lead]) -> Decide:
    rules = run.settings.qualification
    suppressed = suppression.suppressed(lead.email for lead in leads if lead.email)

    def decide(lead: Lead, due: Due, now: datetime) -> Decided:
        verdict = qualify(lead, rules, lead.email in suppressed)
        verdict = verdict.model_copy(update={"settings_version": run.settings_version})
        return verdicts.qualified(due, verdict, now, paid=lead.credits > 0)

    return decide
