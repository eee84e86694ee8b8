"""What stops mail at once: the account's stop switch, a campaign's pause, and too many bounces or complaints (spec §6).

Control items beside the campaigns, not settings: a worker reads them before every group of mails, and stopping or going
on is no version of anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cam.campaigns import campaigns
from cam.model.settings.sending import AutoPause
from cam.platform import alerts, keys, tables, tallies
from cam.platform.environment import campaigns_table
from cam.text import clock

# What of the control items a worker needs to know.
ATTRIBUTES = ("since", "reason", "by", "automatic")


@dataclass(frozen=True, slots=True)
class Halt:
    """Who let no more mail go, why and since when. `campaign_id` None: for the whole account."""

    campaign_id: int | None
    since: datetime
    reason: str
    by: str | None = None
    automatic: bool = False

    @property
    def sentence(self) -> str:
        """What it means for touches, and how mail goes on."""
        who = f" by {self.by}" if self.by else " automatically" if self.automatic else ""
        why = f": {self.reason.rstrip('.')}" if self.reason else ""
        begun = f"{who} at {clock.iso(self.since)}{why}. Touches wait. "
        if self.campaign_id is None:
            return f"All email of the account was stopped{begun}To resume, call DELETE /stop."
        return f"The campaign was paused{begun}To resume, call POST /campaigns/{self.campaign_id}/resume."


def places(campaign_id: int) -> list[keys.Key]:
    """Where it says whether a campaign's mail may leave: read with whatever else is read before a group of mails."""
    return [keys.stop(), keys.pause(campaign_id)]


def halts(campaign_id: int, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Halt]:
    """What stops a campaign's mail, by the items at its `places`."""
    stop, pause = (found.get((key["pk"], key["sk"]), {}) for key in places(campaign_id))
    several = (_halt(None, stop), _halt(campaign_id, pause))
    return [one for one in several if one]


def halted(campaign_id: int) -> list[Halt]:
    """What stops a campaign's mail now. One read."""
    return halts(campaign_id, tables.get_many(campaigns_table(), places(campaign_id), only=ATTRIBUTES))


def _halt(campaign_id: int | None, item: Mapping[str, Any]) -> Halt | None:
    if "since" not in item:
        return None
    return Halt(
        campaign_id=campaign_id,
        since=clock.parse(item["since"]),
        reason=item.get("reason", ""),
        by=item.get("by"),
        automatic=bool(item.get("automatic")),
    )


def stopped() -> Halt | None:
    """The account's stop switch. One read."""
    return _halt(None, tables.get(campaigns_table(), keys.stop()) or {})


def stop(reason: str, by: str | None, now: datetime) -> Halt:
    """Let no mail of the account go. Again changes nothing: who came first is named."""
    return _begin(keys.stop(), None, reason, by, now)[0]


def release() -> None:
    """Let the account's mail go again."""
    tables.write(tables.delete(campaigns_table(), keys.stop()))


def paused(campaign_id: int) -> Halt | None:
    """The pause of a campaign. One read."""
    return _halt(campaign_id, tables.get(campaigns_table(), keys.pause(campaign_id)) or {})


def pause(campaign_id: int, reason: str, by: str | None, now: datetime) -> Halt:
    """Let no mail of a campaign go; its other stages work on. Again changes nothing: who came first is named."""
    return _begin(keys.pause(campaign_id), campaign_id, reason, by, now)[0]


def _begin(
    key: keys.Key, campaign_id: int | None, reason: str, by: str | None, now: datetime, **more: Any
) -> tuple[Halt, bool]:
    """The halt that stands from now on, and whether it is this one."""
    put = {"since": clock.iso(now), "reason": reason, "by": by, **more}
    while True:
        try:
            tables.write(tables.update(campaigns_table(), key, put=put, missing=["since"]))
            return Halt(campaign_id, now, reason, by, bool(more.get("automatic"))), True
        except tables.Refused:
            found = _halt(campaign_id, tables.get(campaigns_table(), key) or {})
        if found:
            return found, False


def resume(campaign_id: int, shards: int, now: datetime) -> None:
    """Let a campaign's mail go again. What came back until now pauses it no more: that counts anew.

    Two reads and a write. Twice is as once.
    """
    key = keys.pause(campaign_id)
    item = tables.get(campaigns_table(), key) or {}
    if "since" not in item:
        return
    # A run that moved its clock may have paused it on a later day.
    day = max(now.astimezone(UTC).date().isoformat(), item.get("day", ""))
    counted = tallies.of_days(campaign_id, shards, [day])
    ended = dict.fromkeys((*ATTRIBUTES, "alerted", "day"))
    put = {**ended, "fresh_from": day, "before": {name: counted[name] for name in _COUNTED}}
    try:
        tables.write(tables.update(campaigns_table(), key, put=put, equal={"since": item["since"]}))
    except tables.Refused:
        return


_COUNTED = ("sent", "bounced", "complained")


def watch(campaign_id: int, moment: datetime) -> None:
    """Pause a campaign by itself when too much came back in the days up to this moment, and alert; once.

    Called after each bounce and complaint, again after a crash: an alert that did not go out is sent by the next one.
    Three reads; two writes when it pauses. Resuming is for a person.
    """
    campaign = campaigns.read(campaign_id)
    key = keys.pause(campaign_id)
    item = tables.get(campaigns_table(), key) or {}
    halt: Halt | None
    if "since" not in item:
        rules = campaign.settings.sending.auto_pause
        counted = _counted(campaign_id, campaign.shards, rules.days, moment, item)
        reason = verdict(counted, rules)
        if reason is None:
            return
        day = moment.astimezone(UTC).date().isoformat()
        begun, ours = _begin(key, campaign_id, reason, None, clock.now(), automatic=True, day=day)
        halt = begun if ours else None
    else:
        halt = _halt(campaign_id, item)
    if halt and halt.automatic and "alerted" not in item:
        _alert(key, campaign_id, campaign.name, halt)


def _counted(campaign_id: int, shards: int, days: int, moment: datetime, item: Mapping[str, Any]) -> dict[str, int]:
    """What counts of the last days: from when somebody let it go on, if that was within them."""
    last, fresh_from = moment.astimezone(UTC).date(), item.get("fresh_from", "")
    window = [day for day in _days(last, days) if day >= fresh_from]
    counted = tallies.of_days(campaign_id, shards, window)
    before = item.get("before", {}) if fresh_from in window else {}
    return {name: counted[name] - before.get(name, 0) for name in _COUNTED}


def _days(last: date, number: int) -> list[str]:
    return [(last - timedelta(days=ago)).isoformat() for ago in range(number)]


def verdict(counted: Mapping[str, int], rules: AutoPause) -> str | None:
    """Why a campaign must pause, by what was sent and came back; None when it need not. Pure.

    Above, not at, a share; never before enough mails were sent.
    """
    sent = counted["sent"]
    if sent < rules.after:
        return None
    found = [
        f"{counted[name]} of {sent:,} emails of the last {rules.days} days {what} ({100 * counted[name] / sent:.2f} %, "
        f"more than {100 * share:g} %)"
        for name, what, share in (
            ("bounced", "bounced", rules.bounces),
            ("complained", "drew complaints", rules.complaints),
        )
        if counted[name] / sent > share
    ]
    return "; ".join(found) or None


def _alert(key: keys.Key, campaign_id: int, name: str, halt: Halt) -> None:
    message = (
        f"Campaign {campaign_id} ({name}). {halt.sentence}\n\nCheck its bounces and complaints before you resume it."
    )
    if not alerts.publish(f"CAM: campaign {campaign_id} was paused", message):
        return
    try:
        tables.write(
            tables.update(campaigns_table(), key, put={"alerted": True}, equal={"since": clock.iso(halt.since)})
        )
    except tables.Refused:  # somebody has let it go on already
        return
