"""Harvest: the sources of a campaign, one after the other, until the run has what it wanted."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam import tallies, telemetry, worker
from cam.errors import ProviderFailed
from cam.models import Stage
from cam.telemetry import entrypoint
from functions.harvest.desk import Desk
from functions.harvest.sources import in_order


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Take in new leads. Returns `{"more": true}` when time ran short: every source knows where it stopped.

    A source that fails is recorded, and the next one fills up.
    """
    shard, run = worker.begin(Stage.HARVEST, event)
    desk = Desk.of(shard, run)
    try:
        for name, source in in_order(run):
            if desk.full or not worker.running(shard):
                break
            tallies.note(shard, Stage.HARVEST, f"source.{name}", "ok", keep=True)
            try:
                for _ in source.pull(run, desk):
                    if worker.short_of_time(context):
                        return {"more": True}
            except ProviderFailed as failure:
                telemetry.logger.warning("source failed", source=name)
                tallies.note(shard, Stage.HARVEST, f"source.{name}", str(failure))
        return {"more": False}
    finally:
        telemetry.outcome(Stage.HARVEST, desk.counts)
