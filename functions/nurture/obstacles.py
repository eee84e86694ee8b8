"""What keeps emails of a campaign from leaving: looked at before every group of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cam.campaigns import account
from cam.mail import contacts, safety, senders
from cam.model.settings.sending import Sending
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock


@dataclass(frozen=True, slots=True)
class Look:
    """Why no email may leave now (None: it may), and how far apart emails to one person have to be.

    `found`: the items that say so, by their places.
    """

    obstacle: str | None
    gap: timedelta
    found: dict[tuple[str, str], tables.Item]


def look(shard: keys.Shard, sender: Sending | None, people: Sequence[keys.Key] = ()) -> Look:
    """Whether emails may leave: not when the campaign is off or paused, or the account is stopped. One read.

    `sender`: whose domain's check is looked at, too, and looked up when that is long ago (`senders.obstacle`).
    `people`: where it says when they were last written to (`contacts.wanted`), read with the rest.
    The obstacle is empty when the run no longer holds its campaign: then there is nobody to tell.
    """
    lock, campaign = keys.run_lock(shard.campaign_id), keys.campaign(shard.campaign_id)
    wanted = [lock, campaign, account.place(), *safety.places(shard.campaign_id)]
    wanted += [*(senders.places(sender) if sender else ()), *people]
    only = {"run_id", "active", *account.ATTRIBUTES, *contacts.ATTRIBUTES, *safety.ATTRIBUTES, *senders.ATTRIBUTES}
    found = tables.get_many(campaigns_table(), wanted, only=sorted(only))
    gap = timedelta(days=account.settings(found).contact_gap_days)
    return Look(_obstacle(shard, sender, found), gap, found)


def _obstacle(shard: keys.Shard, sender: Sending | None, found: dict[tuple[str, str], tables.Item]) -> str | None:
    lock, campaign = keys.run_lock(shard.campaign_id), keys.campaign(shard.campaign_id)
    if found.get((lock["pk"], lock["sk"]), {}).get("run_id") != shard.run_id:
        return ""
    if not found.get((campaign["pk"], campaign["sk"]), {}).get("active"):
        return "The campaign is inactive: touches wait until it is active."
    halted = next((halt.sentence for halt in safety.halts(shard.campaign_id, found)), None)
    if halted is not None or sender is None:
        return halted
    # DNS and what it said have the real time, whatever the run's is.
    return senders.obstacle(sender, shard.campaign_id, clock.now(), found)
