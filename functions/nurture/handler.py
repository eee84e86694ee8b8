"""Nurture: the touches of a shard that are due leave, each at most once."""

from itertools import batched
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.leads import lead_queue
from cam.mail import ledger
from cam.mail.touch_timing import CLOCKS_DIFFER, GROUP
from cam.model.models import Stage
from cam.platform import telemetry
from cam.platform.telemetry import entrypoint
from cam.runs import worker
from functions.nurture.mailing import Mailing

# Mails are slow: a page must not grow old while it is worked on.
_PAGE = 20 * GROUP


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Send what is due in one shard, until a cap is reached. Returns `{"more": true}` when time ran short."""
    shard, run = worker.begin(Stage.NURTURE, event)
    mailing = Mailing.of(shard, run, lambda: worker.spare_seconds(context))
    ledger.give_up_claims(shard, run.now())
    try:
        while worker.running(shard):
            now = run.now()
            page, more = lead_queue.due(shard, Stage.NURTURE, now + CLOCKS_DIFFER, _PAGE)
            for group in batched(page, GROUP, strict=False):
                # Mails are slow: a page's last group is minutes later than its first.
                if not mailing.send(group, run.now()):
                    return {"more": mailing.out_of_time}
                if worker.short_of_time(context):
                    return {"more": True}
            if not more:
                break
        return {"more": False}
    finally:
        mailing.transport.close()
        telemetry.outcome(Stage.NURTURE, mailing.counts)
