"""What keeps all emails of a campaign from leaving: looked at before every group of them."""

from cam.mail import safety, senders
from cam.model.settings.sending import Sending
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock


def obstacle(shard: keys.Shard, sender: Sending | None) -> str | None:
    """Why no email may leave now: the campaign is off or paused, the account is stopped; None when it may. One read.

    `sender`: whose domain's check is looked at, too, and looked up when that is long ago (`senders.obstacle`).
    Empty when the run no longer holds its campaign: then there is nobody to tell.
    """
    lock, campaign = keys.run_lock(shard.campaign_id), keys.campaign(shard.campaign_id)
    wanted = [lock, campaign, *safety.places(shard.campaign_id), *(senders.places(sender) if sender else ())]
    only = {"run_id", "active", *safety.ATTRIBUTES, *senders.ATTRIBUTES}
    found = tables.get_many(campaigns_table(), wanted, only=sorted(only))
    if found.get((lock["pk"], lock["sk"]), {}).get("run_id") != shard.run_id:
        return ""
    if not found.get((campaign["pk"], campaign["sk"]), {}).get("active"):
        return "The campaign is inactive: touches wait until it is active."
    halted = next((halt.sentence for halt in safety.halts(shard.campaign_id, found)), None)
    if halted is not None or sender is None:
        return halted
    # DNS and what it said have the real time, whatever the run's is.
    return senders.obstacle(sender, shard.campaign_id, clock.now(), found)
