"""A transport's rate (spec §6), shared by all workers: time is cut into slots, and each slot is one mail's.

Workers book slots ahead, as far apart as they need for a mail, so that several mail at once. A slot that is not used in
its time is lost: so the rate is never exceeded, whoever is slow.
"""

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cam.model.errors import CamError, Throttled
from cam.platform import keys, tables
from cam.platform.environment import leads_table

# Above this, slots are shorter than the jitter of a worker: all workers together send no faster.
FASTEST = 250.0
# How long a transport's answer about its quota counts.
_FRESH = 60.0
# Nobody books further ahead: whoever dies leaves no more than this unused.
_AHEAD = 5.0
# A mail may begin so late. Slots are longer than the rate asks for by the same share of a second: else the mail of a
# slot that began late, and those of the second behind it, would be one too many.
_GRACE = 0.005
# What is booked begins so much later: the booking itself takes some of it.
_LEAD = 0.02
_ATTEMPTS = 30
# A worker for which no slot is near waits so long before it says so.
_PAUSE = 20.0
_SPENT = "The transport's 24-hour quota is used up. Touches wait for the next run."


class Spent(CamError):
    """The transport takes no more mails of the account for the time being."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a transport takes: mails a second, and how many more in these 24 hours (None: it does not say)."""

    per_second: float
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The slots from `first` on: bit n of `taken` says whether slot `first + n` is somebody's. All before are over.

    Slot n begins n / `per_second` seconds after the epoch.
    """

    per_second: float
    first: int = 0
    taken: int = 0

    def at_rate(self, per_second: float) -> "Line":
        """The line at another rate, behind everything that is booked."""
        if per_second == self.per_second:
            return self
        end = (self.first + self.taken.bit_length()) / self.per_second
        return Line(per_second, math.ceil(end * per_second))


def reserve(line: Line, now: float, wanted: int, apart: float) -> tuple[list[int], Line]:
    """Up to `wanted` free slots, at least one, the first to come and then each `apart` seconds or more. Pure.

    `now` in seconds since the epoch. A clock that is behind books nothing that is over for others.
    """
    # A slot that has begun is over.
    present = max(line.first, math.ceil(now * line.per_second))
    taken = line.taken >> (present - line.first)
    step, furthest = max(1, math.ceil(apart * line.per_second)), math.floor(_AHEAD * line.per_second)
    slots: list[int] = []
    place = 0
    while len(slots) < wanted:
        while taken >> place & 1:
            place += 1
        if slots and place > furthest:
            break
        slots.append(present + place)
        taken |= 1 << place
        place += step
    return slots, replace(line, first=present, taken=taken)


@dataclass(frozen=True, slots=True)
class _Known:
    line: Line
    left: int | None
    read_at: float
    version: int = 0


@dataclass(slots=True)
class Pace:
    """One worker's share of a transport's rate. `quota` asks the transport: once a minute for all workers together.

    Without a quota, mails leave as fast as they can.
    """

    transport: str
    quota: Callable[[], Quota | None]
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    expected: int = 1
    _slots: list[float] = field(default_factory=list)
    # Seconds that one mail takes this worker, without waiting: quick to grow, slow to shrink.
    _busy: float = 0.1
    _began: float | None = None
    _free_until: float = -math.inf
    # Slots that it came too late for: nothing left in them.
    _lost: int = 0

    def wait(self, patience: float) -> bool:
        """Wait until one mail may leave. False: that is more than `patience` seconds away.

        `expected` says how many are to be mailed, this one included. Two calls for each booking. Raises Spent, and
        Throttled when DynamoDB is busy.
        """
        start = self.now()
        if start < self._free_until:
            return True
        if self._began is not None:
            took = start - self._began
            self._busy = max(took, self._busy + 0.2 * (took - self._busy))
            self._began = None
        while True:
            if not self._slots and (booked := self._book(patience)) is not None:
                if not booked:
                    # Whoever calls again at once would find no more: some of the time is spent here.
                    self.sleep(max(0.0, min(patience, _PAUSE)))
                return booked
            slot = self._slots.pop(0)
            ahead = slot - self.now()
            if ahead > patience:
                return False
            if ahead > 0:
                self.sleep(ahead)
            if self.now() - slot < _GRACE:
                self._began = self.now()
                self.expected -= 1
                return True
            self._lost += 1

    def _book(self, patience: float) -> bool | None:
        """Book slots: None. True: the transport has no rate that is known. False: all are too far ahead, and none is
        booked, so that nobody who gives up pushes the others further.
        """
        key = keys.transport_rate(self.transport)
        for attempt in range(_ATTEMPTS):
            stored = _load(key)
            known = self._known(stored)
            if known is None:
                self._free_until = self.now() + _FRESH
                return True
            wanted = max(1, self.expected)
            # What the transport has just told counts only what has left.
            lost = self._lost if stored and known.read_at == stored.read_at else 0
            room = None if known.left is None else known.left + lost
            if room is not None:
                if room <= 0:
                    raise Spent(_SPENT)
                wanted = min(wanted, room)
            slots, line = reserve(known.line, self.now() + _LEAD, wanted, self._busy)
            if slots[0] / line.per_second - self.now() > patience:
                return False
            left = None if room is None else room - len(slots)
            if _store(key, replace(known, line=line, left=left)):
                self._lost = 0
                self._slots = [slot / line.per_second for slot in slots]
                return None
            self.sleep(random.uniform(0, min(0.2, 0.005 * 2**attempt)))
        raise Throttled("other workers are booking the transport's rate")

    def _known(self, stored: _Known | None) -> _Known | None:
        """What is known of the rate, asked for again when it is old."""
        now = self.now()
        if stored and now - stored.read_at < _FRESH:
            return stored
        quota = self.quota()
        if quota is None:
            # It does not tell: what it said last counts on.
            return stored and replace(stored, read_at=now)
        per_second = min(quota.per_second, FASTEST) / (1 + _GRACE)
        line = stored.line.at_rate(per_second) if stored else Line(per_second)
        return _Known(line, quota.left, now, stored.version if stored else 0)


def _load(key: keys.Key) -> _Known | None:
    item = tables.get(leads_table(), key)
    if item is None:
        return None
    line = Line(float(item["per_second"]), int(item["first"]), int(item["taken"], 16))
    return _Known(line, item.get("left"), float(item["read_at"]), int(item["version"]))


def _store(key: keys.Key, known: _Known) -> bool:
    """Whether it was written: nobody else has booked since it was read."""
    item = {
        **key,
        "per_second": known.line.per_second,
        "first": known.line.first,
        "taken": f"{known.line.taken:x}",
        "left": known.left,
        "read_at": known.read_at,
        "version": known.version + 1,
    }
    condition: Mapping[str, Any] = {"equal": {"version": known.version}} if known.version else {"missing": ["pk"]}
    try:
        tables.write(tables.put(leads_table(), item, **condition))
    except tables.Refused:
        return False
    return True
