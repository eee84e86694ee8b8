"""Daily caps and warm-up: places reserved before mails leave, and given back when they are not used."""

from dataclasses import dataclass
from datetime import date

from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules import pacing
from cam.text import clock


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits on the number of mails: of campaign and sender a day, and of the run.

    A campaign's day is that of its own time zone. A sender's is UTC's: it may write for campaigns of several zones.
    """

    campaign_id: int
    sender: str
    day: date
    sender_day: date
    daily: int
    run_key: keys.Key | None = None
    run: int | None = None

    def _counters(self) -> list[tuple[keys.Key, int]]:
        counters = [
            (keys.campaign_sends(self.campaign_id, self.day.isoformat()), self.daily),
            (keys.sender_sends(self.sender, self.sender_day.isoformat()), self.daily),
        ]
        return [*counters, (self.run_key, self.run)] if self.run_key and self.run is not None else counters

    def take(self, wanted: int) -> int:
        """Reserve places for up to `wanted` mails under every limit at once; how many were granted."""
        wanted = min(wanted, *(limit for _, limit in self._counters()))
        while wanted > 0:
            first = {"expires_at": tallies.expiry(clock.now())}
            try:
                tables.transact(
                    [
                        tables.update(
                            leads_table(), key, add={"used": wanted}, at_most={"used": limit - wanted}, first=first
                        )
                        for key, limit in self._counters()
                    ]
                )
                return wanted
            except tables.Cancelled:
                wanted = self._room(wanted)
        return 0

    def give_back(self, places: int) -> None:
        """Return places that were not used."""
        if places:
            tables.transact([tables.update(leads_table(), key, add={"used": -places}) for key, _ in self._counters()])

    def _room(self, wanted: int) -> int:
        used = tables.get_many(leads_table(), [key for key, _ in self._counters()])
        return pacing.places(
            wanted, ((used.get((key["pk"], key["sk"]), {}).get("used", 0), limit) for key, limit in self._counters())
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been counted against the caps: of the campaign's day, of its sender's; and the sender's first day.

    `first` None: it has never sent.
    """

    campaign: int
    sender: int
    first: date | None


def spent(campaign_id: int, day: date, sender: str, sender_day: date) -> Spent:
    """What of the caps of these days is used up. One read."""
    wanted = (
        keys.campaign_sends(campaign_id, day.isoformat()),
        keys.sender_sends(sender, sender_day.isoformat()),
        keys.sender_start(sender),
    )
    found = tables.get_many(leads_table(), wanted)
    ours, its, start = (found.get((key["pk"], key["sk"]), {}) for key in wanted)
    first = start.get("day")
    return Spent(int(ours.get("used", 0)), int(its.get("used", 0)), date.fromisoformat(first) if first else None)


def todays_cap(sender: str, today: date, sending: Sending) -> int:
    """How many mails this sender may send on this day (UTC): warm-up counts from its first day."""
    key = keys.sender_start(sender)
    first = tables.write(tables.update(leads_table(), key, first={"day": today.isoformat()}), answer="ALL_NEW")["day"]
    return pacing.daily_cap(date.fromisoformat(first), today, sending)
