"""Answers that came in by mail: recorded with the leads whose mails they answer."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cam.mail import engagement, notices, unconfirmed
from cam.mail.engagement import Event, EventType
from cam.mail.ledger import Touch
from cam.mail.replies import ReplyKind, Written
from cam.model.errors import NotFound
from cam.platform import keys, tokens
from cam.text import clock
from inbound.replies import Kind, Reply

_MEANS = {
    Kind.HUMAN: EventType.REPLIED,
    Kind.OUT_OF_OFFICE: EventType.OUT_OF_OFFICE,
    Kind.BOUNCE: EventType.BOUNCED,
    Kind.UNSUBSCRIBE: EventType.UNSUBSCRIBED,
    Kind.COMPLAINT: EventType.COMPLAINED,
    Kind.AUTO_REPLY: EventType.AUTO_REPLIED,
    Kind.LEFT_COMPANY: EventType.LEFT_COMPANY,
}


# Somebody should know of these at once.
_TOLD = (Kind.HUMAN, Kind.LEFT_COMPANY)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it came, its end cut off when it is long, and when it came."""

    raw: bytes
    received: datetime


def record(mail: Mail, reply: Reply, kept: Callable[[str], str]) -> str:
    """Settle the touch that a mail answers, and record what it means for its lead; again changes nothing.

    `reply` is what the mail was found to be. `kept` is asked where the mail lies, by a name that is the same for a mail
    that came twice, and only when it answers a touch that we signed. Returns what it was: its kind, `duplicate`, or
    `unknown`. Raises Throttled when AWS is busy: the next attempt does the rest.
    """
    for campaign_id, shard, lead_id, step in _answered(reply):
        now = clock.now()
        # Who answers a mail has got it: unsure touches of any transport are settled so.
        unconfirmed.left(Touch(keys.Shard(campaign_id, "", shard), lead_id, step), "", mail.received, now)
        with suppress(NotFound):
            name = _name(mail, reply)
            place = kept(name)
            event = Event(
                name,
                _MEANS[reply.kind],
                mail.received,
                step,
                _detail(reply, place),
                reply.until,
                reply.suspected,
                reply.successor,
                _written(reply, place),
            )
            if not engagement.record(campaign_id, shard, lead_id, event, now):
                return "duplicate"
            if reply.kind in _TOLD:
                notices.tell(campaign_id, shard, lead_id, event)
            return reply.kind.value
    return "unknown"


def _answered(reply: Reply) -> Iterator[tuple[int, int, str, int]]:
    """The touches that a mail may answer, likeliest first: those that are named under our signature, and no other."""
    for tag in reply.tags:
        with suppress(NotFound):
            yield tokens.read_reply_tag(tag)
    for reference in reply.references:
        with suppress(NotFound):
            yield tokens.read_lead_reference(reference)


def _name(mail: Mail, reply: Reply) -> str:
    """The same for a mail that was delivered twice, with other trace headers. Also the id of its event."""
    named = reply.message_id.encode("utf-8", "replace") or mail.raw
    return f"mail-{hashlib.sha256(named).hexdigest()[:32]}"


def _detail(reply: Reply, place: str) -> str:
    """What the timeline says: for people who look for the text, where it lies for 90 days."""
    if reply.kind is Kind.BOUNCE:
        said = f"{'hard' if reply.hard else 'soft'}: {reply.status}"
        return f"{said}, {reply.diagnosis}" if reply.diagnosis else said
    return place


def _written(reply: Reply, place: str) -> Written | None:
    """What people can read in the list of replies; None for a bounce or a complaint."""
    if reply.kind in (Kind.BOUNCE, Kind.COMPLAINT):
        return None
    return Written(ReplyKind(reply.kind.value), reply.text, reply.subject, place)
