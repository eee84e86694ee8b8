"""People whom a client adds with `do_not_contact`: no campaign of the account writes to them from then on."""

from collections.abc import Mapping
from datetime import datetime
from itertools import batched

from cam.leads import adding, reading
from cam.mail import suppression
from cam.model.addresses import normalise
from cam.model.models import Campaign, LeadDraft
from cam.platform import tables


def suppress(campaign: Campaign, drafts: Mapping[str, LeadDraft], now: datetime) -> None:
    """Suppress who of these (complete, by id) must not be contacted. Again changes nothing.

    Their addresses, and those under which the campaign knows them already.
    """
    objecting = {one: draft for one, draft in drafts.items() if draft.do_not_contact}
    if not objecting:
        return
    known = reading.matches(campaign.id, campaign.shards, objecting)
    emails = [*(draft.email for draft in objecting.values()), *(lead.email for lead in known.values() if lead)]
    addresses = {normalise(email) for email in emails if email and "@" in email}
    for batch in batched(sorted(addresses), tables.MOST, strict=False):
        tables.transact([suppression.add(address, adding.BY_HAND, now, campaign.id) for address in batch])
