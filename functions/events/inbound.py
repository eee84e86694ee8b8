"""Answers that came in by mail: recorded with the leads whose mails they answer."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam import clock, engagement, keys, settling, telemetry, tokens
from cam.engagement import Event, EventType
from cam.errors import NotFound
from cam.outbox import Touch
from cam.telemetry import entrypoint
from functions.events import mailstore, replies
from functions.events.mailstore import Mail
from functions.events.replies import Kind, Reply

_MEANS = {
    Kind.HUMAN: EventType.REPLIED,
    Kind.OUT_OF_OFFICE: EventType.OUT_OF_OFFICE,
    Kind.BOUNCE: EventType.BOUNCED,
    Kind.UNSUBSCRIBE: EventType.UNSUBSCRIBED,
    Kind.COMPLAINT: EventType.COMPLAINED,
    Kind.AUTO_REPLY: EventType.AUTO_REPLIED,
}


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Record the mails that SES has laid into the bucket. Again changes nothing. Returns what was done, in numbers.

    Raises Throttled when AWS is busy: the next attempt does the rest.
    """
    done: Counter[str] = Counter()
    for key in mailstore.keys(event):
        mail = mailstore.read(key)
        done[_record(key, mail) if mail else "gone"] += 1
    telemetry.heard("Inbound", done or Counter(ignored=1))
    return dict(done)


def _record(key: str, mail: Mail) -> str:
    reply = replies.classify(mail.raw, mail.received)
    for campaign_id, shard, lead_id, step in _answered(reply):
        now = clock.now()
        # Who answers a mail has got it: unsure touches of any transport are settled so.
        settling.left(Touch(keys.Shard(campaign_id, "", shard), lead_id, step), "", mail.received, now)
        with suppress(NotFound):
            event = Event(
                _event_id(reply, mail.raw), _MEANS[reply.kind], mail.received, step, _detail(reply, key), reply.until
            )
            recorded = engagement.record(campaign_id, shard, lead_id, event, now)
            return reply.kind.value if recorded else "duplicate"
    return "unknown"


def _answered(reply: Reply) -> Iterator[tuple[int, int, str, int]]:
    """The touches that a mail may answer, likeliest first: those that are named under our signature, and no other."""
    for tag in reply.tags:
        with suppress(NotFound):
            yield tokens.read_reply_tag(tag)
    for reference in reply.references:
        with suppress(NotFound):
            yield tokens.read_lead_reference(reference)


def _event_id(reply: Reply, raw: bytes) -> str:
    """The same for a mail that was delivered twice, with other trace headers."""
    named = reply.message_id.encode("utf-8", "replace") or raw
    return f"mail-{hashlib.sha256(named).hexdigest()[:32]}"


def _detail(reply: Reply, key: str) -> str:
    """What the timeline says: for people who look for the text, where it lies for 90 days."""
    if reply.kind is Kind.BOUNCE:
        return f"{'hard' if reply.hard else 'soft'}: {reply.status}"
    return key
