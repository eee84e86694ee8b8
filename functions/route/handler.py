"""Route: every qualified lead of a shard gets its sequence and the day of its first touch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam import verdicts
from cam.leads import Decided, Due
from cam.models import Lead, Run, Stage
from cam.pacing import first_touch
from cam.routing import choose
from cam.sequences import LIBRARY
from cam.telemetry import entrypoint
from cam.worker import Decide, work


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Route the leads of one shard that wait for it."""
    return work(Stage.ROUTE, event, _prepare, context)


def _prepare(run: Run, leads: Sequence[Lead]) -> Decide:
    rules, sending = run.settings.routing, run.settings.sending

    def decide(lead: Lead, due: Due, now: datetime) -> Decided:
        routing = choose(lead, rules)
        routing = routing.model_copy(
            update={"version": LIBRARY[routing.sequence].version, "settings_version": run.settings_version}
        )
        return verdicts.routed(due, routing, first_touch(now, sending, lead.enrichment.time_zone))

    return decide
