"""The touches of the coming days when nobody answers: what the fleet's runs would do, hour by hour. Pure.

Every rule is the worker's own (`mail.touch_timing`, `rules.pacing`): this module only plays one run after another.
Each lead is a number, and leads that the rules cannot tell apart share one `Kind`: what becomes of a kind is worked out
once for a run, whatever the number of leads.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import islice

from cam.mail import touch_timing
from cam.mail.caps import Spent
from cam.mail.touch_timing import CLOCKS_DIFFER, GROUP, Turn, Why
from cam.model.models import Lead
from cam.model.settings.sending import Sending
from cam.rules import pacing

# Why leads are left at the end: their touch was due, and its days were full; or its day lies behind the last one.
CAP, LATER = "cap", "later"
# A lead of which the worker says that it cannot be read.
UNREADABLE = "unreadable"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides about a lead's touches: as much of the lead as the rules look at, or None when it cannot be read."""

    lead: Lead | None
    suppressed: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One shard's leads that wait in Nurture: (due, lead id, index into `kinds`), in any order.

    `people`, in the order of `leads`: numbers of the persons that each is, by address and LinkedIn page. `free_from`,
    by lead id: from when on a person may be written to whom another lead's email has reached.
    """

    kinds: Sequence[Kind]
    leads: Sequence[tuple[datetime, str, int]]
    people: Sequence[tuple[int, ...]] = ()
    free_from: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it stands. `sender` is whatever its sender's cap is counted by; `spent` what is of today's."""

    id: int
    sending: Sending
    sender: str
    spent: Spent
    shards: Sequence[Waiting]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a campaign, in its own time zone: touches by sequence and step, and the cap that holds."""

    date: date
    touches: Counter[tuple[str, int]]
    cap: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """A campaign's days, and by reason: leads that wait at their end, leads that left their sequence unmailed."""

    days: Sequence[Day]
    waiting: Counter[str]
    stopped: Counter[str]


def forecast(
    campaigns: Sequence[Campaign], begin: datetime, days: int, minutes: Sequence[int], gap: timedelta = timedelta()
) -> dict[int, Outlook]:
    """The outlook of each campaign, by its id: `days` days of its calendar, the first of which is that of `begin`.

    A run of every campaign starts at each of the `minutes` of each UTC day, campaigns in the order in which they are
    given: whoever comes first takes the places of a sender that several share. Shards take turns, group by group.
    Emails of two leads to one person, also of two campaigns, are at least a `gap` apart.
    """
    senders: dict[str, _Sender] = {}
    for one in campaigns:
        sender = senders.setdefault(one.sender, _Sender(one.spent.first))
        sender.used[begin.astimezone(UTC).date()] = one.spent.sender
    people = _People(gap, _several(campaigns) if gap else frozenset())
    plans = [_Plan.of(one, senders[one.sender], people, begin, days) for one in campaigns]
    for moment in moments(begin, max((plan.end for plan in plans), default=begin), minutes):
        for plan in plans:
            if moment < plan.end:
                plan.run(moment)
    return {plan.campaign.id: plan.outlook(begin, days) for plan in plans}


def moments(begin: datetime, end: datetime, minutes: Sequence[int]) -> Iterator[datetime]:
    """When runs start from `begin` on and before `end`: at these minutes of each UTC day."""
    midnight = begin.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < end:
        for minute in minutes:
            moment = midnight + timedelta(minutes=minute)
            if begin <= moment < end:
                yield moment
        midnight += _DAY


def _several(campaigns: Sequence[Campaign]) -> Set[int]:
    """The persons that more than one lead is."""
    seen: set[int] = set()
    again: set[int] = set()
    for campaign in campaigns:
        for shard in campaign.shards:
            for lead in shard.people:
                again.update(seen.intersection(lead))
                seen.update(lead)
    return again


@dataclass(frozen=True, slots=True)
class _People:
    """The persons that several leads are, and the last email to each: when it left, and to which lead of a shard."""

    gap: timedelta
    several: Set[int]
    last: dict[int, tuple[datetime, "_Shard", int]] = field(default_factory=dict)

    def wrote(self, shard: "_Shard", lead: int, now: datetime) -> None:
        for person in shard.people.get(lead, ()):
            self.last[person] = now, shard, lead

    def free_from(self, shard: "_Shard", lead: int) -> datetime | None:
        """From when on a lead may be written to, as another one that is the same person has been."""
        found = [self.last[person] for person in shard.people.get(lead, ()) if person in self.last]
        moments = [at + self.gap for at, where, who in found if where is not shard or who != lead]
        return max([*moments, *([shard.free_from[lead]] if lead in shard.free_from else [])], default=None)


@dataclass(slots=True)
class _Sender:
    """What several campaigns share: the first day, and the mails of each UTC day."""

    first: date | None
    used: Counter[date] = field(default_factory=Counter)


@dataclass(slots=True)
class Kinds:
    """The kinds of a campaign by number; a touch that leaves makes a lead another kind."""

    known: list[Kind] = field(default_factory=list)
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    advanced: dict[int, int] = field(default_factory=dict)

    def number(self, kind: Kind) -> int:
        key = (_key(kind.lead), kind.suppressed, kind.answered)
        if key not in self.numbers:
            self.numbers[key] = len(self.known)
            self.known.append(kind)
        return self.numbers[key]

    def next(self, number: int) -> int:
        if number not in self.advanced:
            kind = self.known[number]
            assert kind.lead
            lead = kind.lead.model_copy(update={"step": kind.lead.step + 1})
            self.advanced[number] = self.number(replace(kind, lead=lead))
        return self.advanced[number]


def _key(lead: Lead | None) -> tuple[object, ...] | None:
    if lead is None or lead.routing is None:
        return None
    known = lead.enrichment.time_zone
    return (
        lead.campaign_id, lead.routing.sequence, lead.routing.scope, lead.routing.version, lead.routing.start_at,
        lead.step, lead.hold_until, known,
        lead.lawful_basis, lead.enrichment.country,
    )  # fmt: skip


@dataclass(slots=True)
class _Shard:
    """A shard's queue. A lead's number is its place in the order of ids, which is that of leads that are due at once.

    `ready` holds those whose turn has come, in their order; what is put off goes to the moment when it is due again.
    """

    kinds: list[int]
    later: dict[datetime, list[int]]
    dues: list[datetime]
    ready: deque[int] = field(default_factory=deque)
    # Those whose window has closed over them: their touch should have left.
    late: set[int] = field(default_factory=set)
    # Those who are not alone in being a person, those whom an email had reached before, and those who wait for that.
    people: dict[int, tuple[int, ...]] = field(default_factory=dict)
    free_from: dict[int, datetime] = field(default_factory=dict)
    spaced: set[int] = field(default_factory=set)

    def put(self, lead: int, due: datetime) -> None:
        if due not in self.later:
            self.later[due] = []
            heappush(self.dues, due)
        self.later[due].append(lead)

    def wake(self, by: datetime) -> bool:
        """Let all that is due take its place in the order; whether there is any."""
        while self.dues and self.dues[0] <= by:
            self.ready.extend(sorted(self.later.pop(heappop(self.dues))))
        return bool(self.ready)


@dataclass(slots=True)
class _Plan:
    """A campaign on its way through the days."""

    campaign: Campaign
    sender: _Sender
    people: _People
    end: datetime
    kinds: Kinds
    shards: list[_Shard]
    used: Counter[date]
    left: Counter[tuple[date, str, int]] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    # What was worked out for the run at hand, by kind.
    turns: dict[int, Turn] = field(default_factory=dict)
    onward: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign, sender: _Sender, people: _People, begin: datetime, days: int) -> "_Plan":
        zone, kinds = campaign.sending.zone(None), Kinds()
        first = begin.astimezone(zone).date()
        end = datetime.combine(first + days * _DAY, datetime.min.time(), zone).astimezone(UTC)
        shards = [_shard(waiting, kinds, people) for waiting in campaign.shards]
        return cls(campaign, sender, people, end, kinds, shards, Counter({first: campaign.spent.campaign}))

    def run(self, now: datetime) -> None:
        """One run: every shard until none is due any more, or a cap is reached."""
        working = deque(shard for shard in self.shards if shard.wake(now + CLOCKS_DIFFER))
        if not working:
            return
        self.turns, self.onward = {}, {}
        day, sender_day = now.astimezone(self.campaign.sending.zone(None)).date(), now.astimezone(UTC).date()
        while working:
            shard = working.popleft()
            if self._group(shard, now, day, sender_day) and shard.ready:
                working.append(shard)

    def _group(self, shard: _Shard, now: datetime, day: date, sender_day: date) -> bool:
        """A group of a shard's leads, as the worker takes them. False: no more may leave in this run."""
        group = [shard.ready.popleft() for _ in range(min(GROUP, len(shard.ready)))]
        candidates = [lead for lead in group if self._mailable(shard, lead, now)]
        places = self._places(len(candidates), day, sender_day)
        for lead in islice(candidates, places):
            # Another one of the group may be the same person.
            if self._spaced(shard, lead, now):
                self.used[day] -= 1
                self.sender.used[sender_day] -= 1
            else:
                self._send(shard, lead, now, day)
        shard.ready.extendleft(reversed(candidates[places:]))
        return places == len(candidates)

    def _mailable(self, shard: _Shard, lead: int, now: datetime) -> bool:
        """Whether a lead is to be mailed now; one that is not waits for its moment, or is out."""
        number = shard.kinds[lead]
        turn = self.turns.get(number)
        if turn is None:
            turn = self.turns[number] = self._turn(self.kinds.known[number], now)
        if turn.why is None:
            if self.kinds.known[number].lead is None:
                return self._out(UNREADABLE)
            return not self._spaced(shard, lead, now)
        if turn.until is not None:
            shard.put(lead, turn.until)
            if turn.why is Why.CLOSED:
                shard.late.add(lead)
        elif turn.why is not Why.ENDED:
            self._out(turn.why)
        return False

    def _spaced(self, shard: _Shard, lead: int, now: datetime) -> bool:
        """Whether a lead that is to be mailed has to wait, as another lead's email has reached the person."""
        free_from = self.people.free_from(shard, lead) if lead in shard.people or lead in shard.free_from else None
        one = self.kinds.known[shard.kinds[lead]].lead
        if free_from is None or free_from <= now or one is None:
            return False
        shard.put(lead, touch_timing.after_gap(one, now, free_from, self.campaign.sending))
        shard.late.discard(lead)
        shard.spaced.add(lead)
        return True

    def _turn(self, kind: Kind, now: datetime) -> Turn:
        if kind.lead is None:
            return Turn()
        return touch_timing.turn(kind.lead, now, self.campaign.sending, kind.suppressed, kind.answered)

    def _out(self, reason: str) -> bool:
        self.stopped[reason] += 1
        return False

    def _places(self, wanted: int, day: date, sender_day: date) -> int:
        if not wanted:
            return 0
        self.sender.first = self.sender.first or sender_day
        limit = pacing.daily_cap(self.sender.first, sender_day, self.campaign.sending)
        places = pacing.places(wanted, ((self.used[day], limit), (self.sender.used[sender_day], limit)))
        self.used[day] += places
        self.sender.used[sender_day] += places
        return places

    def _send(self, shard: _Shard, lead: int, now: datetime, day: date) -> None:
        number = shard.kinds[lead]
        one = self.kinds.known[number].lead
        assert one
        assert one.routing
        due = self.onward.get(number)
        if due is None:
            due = self.onward[number] = touch_timing.following(one, now, self.campaign.sending)
        self.left[day, one.routing.sequence, one.step] += 1
        shard.kinds[lead] = self.kinds.next(number)
        self.people.wrote(shard, lead, now)
        shard.late.discard(lead)
        shard.spaced.discard(lead)
        shard.put(lead, due)

    def outlook(self, begin: datetime, days: int) -> Outlook:
        """What has come of it."""
        sending = self.campaign.sending
        first = begin.astimezone(sending.zone(None)).date()
        dates = [first + number * _DAY for number in range(days)]
        by_day: dict[date, Counter[tuple[str, int]]] = {one: Counter() for one in dates}
        for (day, sequence, step), number in self.left.items():
            by_day[day][sequence, step] += number
        caps = [pacing.daily_cap(self.sender.first or first, one, sending) for one in dates]
        return Outlook(
            [Day(one, by_day[one], cap) for one, cap in zip(dates, caps, strict=True)],
            Counter(reason for shard in self.shards for reason in self._reasons(shard)),
            self.stopped,
        )

    def _reasons(self, shard: _Shard) -> Iterator[str]:
        for lead in shard.ready:
            yield from self._reason(shard.kinds[lead], CAP)
        for leads in shard.later.values():
            for lead in leads:
                otherwise = Why.CONTACTED if lead in shard.spaced else CAP if lead in shard.late else LATER
                yield from self._reason(shard.kinds[lead], otherwise)

    def _reason(self, number: int, otherwise: str) -> Iterable[str]:
        kind = self.kinds.known[number]
        if kind.lead is None or kind.suppressed or touch_timing.ended(kind.lead):
            return ()
        return (touch_timing.hold(kind.lead, self.campaign.sending) or otherwise,)


def _shard(waiting: Waiting, kinds: Kinds, people: _People) -> _Shard:
    numbers = [kinds.number(kind) for kind in waiting.kinds]
    in_order = sorted(waiting.leads, key=lambda one: one[1])
    shard = _Shard([numbers[kind] for _, _, kind in in_order], {}, [])
    shared = {
        lead_id: who
        for (_, lead_id, _), who in zip(waiting.leads, waiting.people, strict=False)
        if not people.several.isdisjoint(who)
    }
    for lead, (due, lead_id, _) in enumerate(in_order):
        shard.put(lead, due)
        if lead_id in shared:
            shard.people[lead] = shared[lead_id]
        if lead_id in waiting.free_from:
            shard.free_from[lead] = waiting.free_from[lead_id]
    return shard
