"""What SES tells of mails: recorded with their leads, and unsure touches settled."""

from collections import Counter
from dataclasses import replace
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.mail import engagement, unconfirmed
from cam.mail.ledger import Touch
from cam.model.errors import NotFound
from cam.platform import keys, telemetry, tokens
from cam.platform.telemetry import entrypoint
from cam.text import clock
from functions.events import notifications
from functions.events.notifications import Notice


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Record SES's events, as EventBridge or SNS brings them. Again changes nothing. Returns what was done, in numbers.

    Raises Throttled when DynamoDB is busy: the next attempt does the rest.
    """
    done: Counter[str] = Counter()
    for notice in notifications.notices(event, clock.now()):
        done[_record(notice)] += 1
    telemetry.heard("Events", done or Counter(ignored=1))
    return dict(done)


def _record(notice: Notice) -> str:
    """Settle the touch, then record the event: the other way round, a retry would stop at what is recorded already."""
    try:
        campaign_id, shard, lead_id, step = tokens.read_lead_reference(notice.reference or "")
    except NotFound:
        return "unknown"
    touch = Touch(keys.Shard(campaign_id, "", shard), lead_id, step)
    now = clock.now()
    if notice.left:
        unconfirmed.left(touch, notice.message_id, notice.sent_at, now)
    if notice.refused:
        unconfirmed.refused(touch, notice.refused, now)
    if notice.event is None:
        return "settled"
    event = replace(notice.event, step=step)
    try:
        if notice.opened_at and not event.machine:
            delivered = engagement.delivered_at(campaign_id, shard, lead_id, step)
            if notifications.at_once(notice.opened_at, notice.sent_at, delivered):
                event = replace(event, detail="machine: immediately after delivery")
        return "recorded" if engagement.record(campaign_id, shard, lead_id, event, now) else "duplicate"
    except NotFound:
        # The campaign or the lead is gone, or it was another stack's.
        return "unknown"
