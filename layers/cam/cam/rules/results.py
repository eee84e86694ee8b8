"""How the mails of a sequence did, by edition, touch and variant: of sends, not of events (spec §6).

Pure. A mail counts once for each thing that came back of it, however many events tell of it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from statistics import NormalDist

from cam.rules.outcomes import LEAST, Rate, wilson

SENT = "sent"
# Between what is counted and the variant, in counters of a touch.
AT = "@"
VARIANT, EDITION = "a", "built_in.1"
_CONFIDENCE = 0.95
# How surely a difference that is really there is to be found, when it is said how many mails that takes.
_POWER = 0.8
# When variants do as well as each other: how much better one would have to be, and of which rate at least.
_WORTH, _LEAST_RATE = 1.5, 0.01


class Feedback(StrEnum):
    """What can come back of one mail. A soft bounce is none: it says nothing for good."""

    DELIVERED = "delivered"
    OPENED = "opened"
    MACHINE_OPENED = "machine_opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"

    @property
    def flag(self) -> str:
        """The attribute of a ledger entry that says when it first came: each mail counts once."""
        return f"{self}_at"

    @property
    def counter(self) -> str:
        """The counter of the campaign's tally: mails of any touch to which this happened."""
        return f"{_TOTALS}{self}"

    @classmethod
    def counted_by(cls, counter: str) -> "Feedback | None":
        """What a counter of that name counts; None for others than `counter` makes."""
        return cls(counter.removeprefix(_TOTALS)) if counter.startswith(_TOTALS) else None


_TOTALS = "sends."


@dataclass(frozen=True, slots=True)
class Counted:
    """Under what a mail counts: its text, by sequence, edition and variant, and a first mail's cohort (`outcomes`)."""

    sequence: str
    edition: str = EDITION
    variant: str = VARIANT
    cohort: tuple[str, ...] = ()


Counters = Mapping[tuple[str, int, str], Mapping[str, int]]


def counts(names: Iterable[str], variant: str) -> dict[str, int]:
    """What to count for one mail in the item of its touch: `sent`, or `Feedback`."""
    return {f"{name}{AT}{variant}": 1 for name in names}


def rate(counted: Mapping[str, int], feedback: Feedback) -> Rate:
    """The share of mails to which this happened: of those sent, clicks of those opened (spec §6)."""
    of = counted.get(Feedback.OPENED if feedback is Feedback.CLICKED else SENT, 0)
    return wilson(min(of, counted.get(feedback, 0)), of)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the texts of a touch: how many mails of it were sent, and to how many of them something happened."""

    name: str
    counted: Mapping[str, int]

    @property
    def sent(self) -> int:
        """Mails that left."""
        return self.counted.get(SENT, 0)

    @property
    def replied(self) -> Rate:
        """The share that was replied to, which decides between variants."""
        return rate(self.counted, Feedback.REPLIED)


@dataclass(frozen=True, slots=True)
class TouchResults:
    """How the variants of a touch did, and in one sentence which is better; None when there is only one."""

    step: int
    variants: tuple[Variant, ...]
    statement: str | None


@dataclass(frozen=True, slots=True)
class EditionResults:
    """How the touches of an edition of a sequence did."""

    edition: str
    touches: tuple[TouchResults, ...]


def report(counted: Counters) -> tuple[EditionResults, ...]:
    """The results of a sequence, from its counters: editions by scope and version, touches and variants in order."""
    ordered = sorted(counted, key=lambda place: (_version(place[0]), place))
    return tuple(
        EditionResults(edition, tuple(_touch(step, several, counted) for step, several in groupby(places, _step)))
        for edition, places in groupby(ordered, lambda place: place[0])
    )


def _version(edition: str) -> tuple[str, int]:
    scope, _, number = edition.rpartition(".")
    return scope, int(number) if number.isascii() and number.isdecimal() else 0


def _step(place: tuple[str, int, str]) -> int:
    return place[1]


def _touch(step: int, places: Iterable[tuple[str, int, str]], counted: Counters) -> TouchResults:
    variants = tuple(Variant(place[2], counted[place]) for place in places)
    return TouchResults(step, variants, statement(variants))


def statement(variants: Sequence[Variant]) -> str | None:
    """Which variant is replied to more often, as far as that is known; None when there are not several.

    One is better than another when the interval of their difference lies above 0, at 95 % for all pairs together
    (Bonferroni), and each was sent at least 50 times. Whoever looks every day and stops at the first difference is
    wrong more often than that.
    """
    if len(variants) < 2:
        return None
    best, *others = sorted(variants, key=lambda one: (-one.replied.rate, -one.sent, one.name))
    confidence = 1 - (1 - _CONFIDENCE) / math.comb(len(variants), 2)
    open_yet = [one for one in others if not _better(best, one, confidence)]
    compared = "; ".join(_said(one) for one in (best, *others))
    if not open_yet:
        low = min(difference(best, one, confidence)[0] for one in others)
        return (
            f"Variant {best.name} gets more replies, with 95 % confidence: {compared}; the difference is at least "
            f"{_points(low)} percentage points. Keep it and drop the {'others' if len(others) > 1 else 'other'}."
        )
    needed = max(_needed(best, one, confidence) for one in open_yet)
    more = max(_rounded(needed - one.sent) for one in (best, *open_yet))
    against = " and ".join(one.name for one in open_yet)
    worse = [one.name for one in others if one not in open_yet]
    dropped = f" Variant {' and '.join(worse)} is worse than {best.name}." if worse else ""
    alike = any(one.replied.rate == best.replied.rate for one in open_yet)
    supposing = "there is a 1.5× difference" if alike else "the rates stay as they are"
    return (
        f"Not enough data to tell {best.name} from {against}: {compared}.{dropped} If {supposing}, about {more:,} more "
        "emails of each would show it. Check again then."
    )


def _better(one: Variant, other: Variant, confidence: float) -> bool:
    return min(one.sent, other.sent) >= LEAST and difference(one, other, confidence)[0] > 0


def difference(one: Variant, other: Variant, confidence: float = _CONFIDENCE) -> tuple[float, float]:
    """The interval of the difference of two rates of replies, in -1 to 1, made of the Wilson intervals of both.

    R. G. Newcombe, Statistics in Medicine 17, 1998, 873-890, method 10.
    """
    first, second = (wilson(round(it.replied.rate * it.sent), it.sent, confidence) for it in (one, other))
    apart = first.rate - second.rate
    below = math.hypot(first.rate - first.low, second.high - second.rate)
    above = math.hypot(first.high - first.rate, second.rate - second.low)
    return apart - below, apart + above


def _needed(one: Variant, other: Variant, confidence: float) -> int:
    """Mails of each variant after which rates like these would be told apart in four of five cases."""
    high, low = one.replied.rate, other.replied.rate
    if high == low:
        low = max(low, _LEAST_RATE)
        high = min(1.0, _WORTH * low)
        low = high / _WORTH
    normal = NormalDist()
    z = normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(_POWER)
    return max(LEAST, math.ceil(z * z * (high * (1 - high) + low * (1 - low)) / (high - low) ** 2))


def _rounded(number: int) -> int:
    """Up to two digits that count: no more is known."""
    scale = int("1".ljust(max(2, len(str(max(1, number))) - 1), "0"))
    return math.ceil(max(1, number) / scale) * scale


def _said(variant: Variant) -> str:
    rate, replied = variant.replied, variant.counted.get(Feedback.REPLIED, 0)
    return (
        f"{replied} of {variant.sent} emails of {variant.name} got a reply ({_points(rate.rate)} %, between "
        f"{_points(rate.low)} and {_points(rate.high)} %)"
    )


def _points(share: float) -> str:
    return f"{100 * share:.1f}"
