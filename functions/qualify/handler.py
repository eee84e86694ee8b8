"""Qualify: every scored lead of a shard is found worth a mail, rejected, or left to a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam import keys, suppression
from cam.gates import qualify
from cam.leads import Decided, Due
from cam.models import Lead, LeadStatus, Qualification, Run, Stage
from cam.telemetry import entrypoint
from cam.worker import Decide, work

_COUNTED = {
    LeadStatus.QUALIFIED: "qualified",
    LeadStatus.MANUAL_REVIEW: "review",
    LeadStatus.REJECTED: "rejected",
}


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Qualify the leads of one shard that wait for it."""
    return work(Stage.QUALIFY, event, _prepare, context)


def _prepare(run: Run, leads: Sequence[Lead]) -> Decide:
    rules = run.settings.qualification
    suppressed = suppression.suppressed(lead.email for lead in leads if lead.email)

    def decide(lead: Lead, due: Due, now: datetime) -> Decided:
        return _verdict(due, qualify(lead, rules, lead.email in suppressed), now, paid=lead.credits > 0)

    return decide


def _verdict(due: Due, verdict: Qualification, now: datetime, paid: bool) -> Decided:
    waits = {
        LeadStatus.QUALIFIED: keys.todo(Stage.ROUTE, now, due.lead_id),
        LeadStatus.MANUAL_REVIEW: keys.todo("review", now, due.lead_id),
    }
    return Decided(
        due,
        waits.get(verdict.status),
        verdict.status.lower(),
        ", ".join(verdict.reasons),
        put={"status": verdict.status, "qualification": verdict.model_dump(mode="json", exclude_none=True)},
        counts={
            _COUNTED[verdict.status]: 1,
            # What credits bring is measured by those who qualify.
            "paid_qualified": int(paid and verdict.status is LeadStatus.QUALIFIED),
            **dict.fromkeys(verdict.reasons, 1),
        },
    )
