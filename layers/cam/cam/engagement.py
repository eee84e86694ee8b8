"""What people do with our mail. Each event is recorded once, counted apart from the workers, and stops what it must."""

from datetime import datetime

from cam import clock, keys, leads, suppression, tables
from cam.addresses import normalise
from cam.environment import leads_table
from cam.errors import NotFound
from cam.models import LeadStatus


def unsubscribe(campaign_id: int, shard: int, lead_id: str, step: int, now: datetime) -> None:
    """Take a person out of every sequence of the account (RFC 8058). Again changes nothing. Raises NotFound.

    One transaction: the event, the lead out of its queue, the count, the suppression of the address.
    """
    lead = leads.get(campaign_id, shard, lead_id)
    if lead is None:
        raise NotFound("This link belongs to nobody we know.")
    moment = clock.iso(now)
    event = {"kind": "event", "type": "unsubscribed", "at": moment, "step": step}
    actions = [
        tables.put(leads_table(), {**keys.event(campaign_id, shard, lead_id, "unsubscribed"), **event}, missing=["pk"]),
        tables.update(
            leads_table(),
            keys.lead(campaign_id, shard, lead_id),
            put={"status": LeadStatus.UNSUBSCRIBED, "todo": None, "updated_at": moment},
            append={"history": [[moment, "unsubscribed", f"by the link in touch {step + 1}"]]},
            exists=["pk"],
        ),
        tables.update(leads_table(), keys.engagement_tally(campaign_id), add={"unsubscribed": 1}),
    ]
    if lead.email:
        actions.append(suppression.add(normalise(lead.email), "unsubscribed", now))
    try:
        tables.transact(actions)
    except tables.Cancelled as cancelled:
        if 0 not in cancelled.refused:
            raise
