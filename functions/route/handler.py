"""Route: every qualified lead of a shard gets its sequence and the day of its first touch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.leads import verdicts
from cam.leads.lead_queue import Decided, Due, Left
from cam.mail import sequences
from cam.mail.sequences import Head
from cam.model.models import Lead, Run, Stage
from cam.platform.telemetry import entrypoint
from cam.rules.pacing import first_touch
from cam.rules.routing import choose
from cam.runs.worker import Decide, work


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Route the leads of one shard that wait for it. Those whose sequence there is not stay, and the run says why."""
    known: dict[str, Head] = {}

    def gone(run: Run) -> bool:
        """Look up what the ladder names, once for this worker; whether some of it does not exist."""
        names = [rung.sequence for rung in run.settings.routing.ladder]
        known.update(sequences.newest(run.campaign_id, names))
        return len(known) < len(names)

    def prepare(run: Run, leads: Sequence[Lead]) -> Decide:
        return _decide(run, known)

    return work(Stage.ROUTE, event, prepare, context, leaves=gone)


def _decide(run: Run, known: Mapping[str, Head]) -> Decide:
    rules, sending = run.settings.routing, run.settings.sending
    lacking = ", ".join(sorted({rung.sequence for rung in rules.ladder} - known.keys()))

    def decide(lead: Lead, due: Due, now: datetime) -> Decided | Left:
        routing = choose(lead, rules)
        head = known.get(routing.sequence)
        if head is None:
            return Left({"no_sequence": 1}, {"sequence": _HINT.format(lacking)})
        routing = routing.model_copy(
            update={"version": head.version, "scope": head.scope, "settings_version": run.settings_version}
        )
        return verdicts.routed(due, routing, first_touch(now, sending, lead.enrichment.time_zone))

    return decide


_HINT = (
    "Leads waiting because their sequence does not exist: {{no_sequence}}. Save a sequence with that name ({}), "
    "or remove it from routing.ladder."
)
