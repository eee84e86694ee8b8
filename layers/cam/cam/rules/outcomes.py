"""Whether the score predicts anything: what a lead's score said when it was first written to, and what came of it.

Pure. A lead belongs to one bucket of the score (its decile, `d0`–`d9`) and to one of each part (`title.equal`): its
cohort, fixed when its first touch is claimed. Counters are named `<outcome>@<bucket>`; each counts a lead once.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import NormalDist

from cam.model.models import Lead, Part

SENT = "sent"
_AT = "@"
_DECILES = 10
_CONFIDENCE = 0.95
# Of fewer leads an interval is so wide that any two overlap.
LEAST = 50


class Outcome(StrEnum):
    """What can come of a lead that was written to. A complaint is an `unsubscribed`, a soft bounce is nothing."""

    REPLIED = "replied"
    POSITIVE = "positive"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"


# Codes that say little about the value: its level stands in their place, or behind them.
_LEVEL_ALONE = frozenset({"role", "job_level", "true"})
_LEVEL_BEHIND = frozenset({"below", "above"})
_LEVELS = ((0.8, "high"), (0.5, "mid"))
_LABELS = {
    "equal": "equal to a target",
    "inside": "inside the range",
    "known": "known",
    "contains": "contains the words of a target",
    "near": "one step from the target",
    "far": "two or more steps from the target",
    "untargeted": "the campaign has no targets",
    "other": "not one of the targets",
    "below": "below the range",
    "above": "above the range",
    "high": "worth 0.8 or more",
    "mid": "worth 0.5 to 0.8",
    "low": "worth less than 0.5",
    "none": "none is true",
    "unknown": "not known, or nothing to compare with",
}
_PARTS = ("size", "industry", "revenue", "location", "title", "seniority", "signals")


def cohort(lead: Lead) -> tuple[str, ...]:
    """The buckets of a lead as it is scored now, the decile first; none for a lead without a score."""
    if lead.score is None:
        return ()
    return (_decile(lead.score), *dict.fromkeys(map(_bucket, lead.explanation)))


def _decile(score: float) -> str:
    # 0.7 × 10 is a little more than 7, 0.29 made of seven products may be a little less: nine digits decide.
    return f"d{min(_DECILES - 1, math.floor(round(score * _DECILES, 9)))}"


def _bucket(part: Part) -> str:
    level = next((level for least, level in _LEVELS if round(part.value, 9) >= least), "low")
    if part.code in _LEVEL_ALONE:
        return f"{part.part}.{level}"
    return f"{part.part}.{part.code}.{level}" if part.code in _LEVEL_BEHIND else f"{part.part}.{part.code}"


def counts(outcome: str, buckets: Iterable[str]) -> dict[str, int]:
    """What to count for one lead: `sent` or an `Outcome`, in each of its buckets."""
    return {f"{outcome}{_AT}{bucket}": 1 for bucket in buckets}


def is_count(name: str) -> bool:
    """Whether a counter is one of these."""
    return _AT in name


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and the interval that holds the true one in 95 of 100 cases; all in 0–1."""

    rate: float
    low: float
    high: float


def wilson(hits: int, of: int, confidence: float = _CONFIDENCE) -> Rate:
    """The Wilson score interval of `hits` among `of` (E. B. Wilson, JASA 22, 1927, 209–212). Of none it is 0 to 1."""
    if not of:
        return Rate(0.0, 0.0, 1.0)
    share = hits / of
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    scale = 1 + z * z / of
    middle = (share + z * z / (2 * of)) / scale
    reach = z / scale * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    # At the ends the bounds are 0 and 1 exactly; floats miss that by 1e-17.
    low = middle - reach if hits else 0.0
    high = middle + reach if hits < of else 1.0
    return Rate(share, min(share, max(0.0, low)), max(share, min(1.0, high)))


@dataclass(frozen=True, slots=True)
class Bucket:
    """Leads of whom the score, or a part of it, said the same. `sent` were written to, `hits` by outcome."""

    name: str
    label: str
    sent: int = 0
    hits: Mapping[Outcome, int] = field(default_factory=dict)

    def rate(self, outcome: Outcome) -> Rate:
        """The share of those written to that came to this."""
        return wilson(self.hits.get(outcome, 0), self.sent)


@dataclass(frozen=True, slots=True)
class PartReport:
    """How leads did by one part of their score, and in one sentence whether that part tells them apart."""

    part: str
    buckets: tuple[Bucket, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Report:
    """How leads did by their score and by each part of it. `sent` leads were written to at least once."""

    sent: int
    deciles: tuple[Bucket, ...]
    parts: tuple[PartReport, ...]
    statement: str


def report(counted: Mapping[str, int]) -> Report:
    """The report of a campaign, from its counters."""
    found: dict[str, dict[str, int]] = {}
    for name, number in counted.items():
        outcome, at, bucket = name.partition(_AT)
        if at:
            found.setdefault(bucket, {})[outcome] = number
    deciles = tuple(
        _counted(f"d{number}", _scores(number, number), found.get(f"d{number}", {})) for number in range(_DECILES)
    )
    by_part: dict[str, list[Bucket]] = {}
    for name, numbers in found.items():
        part, dot, code = name.partition(".")
        if dot:
            by_part.setdefault(part, []).append(_counted(name, _label(code), numbers))
    sent = sum(bucket.sent for bucket in deciles)
    return Report(
        sent=sent,
        deciles=deciles,
        parts=tuple(_part(part, by_part[part]) for part in sorted(by_part, key=_known_first)),
        statement=_of_score(deciles) if sent else "Nothing has been sent yet.",
    )


def _counted(name: str, label: str, numbers: Mapping[str, int]) -> Bucket:
    return Bucket(name, label, numbers.get(SENT, 0), {outcome: numbers.get(outcome, 0) for outcome in Outcome})


def _scores(first: int, last: int) -> str:
    return f"{first / _DECILES:.1f} to {(last + 1) / _DECILES:.1f}"


def _label(code: str) -> str:
    return ", ".join(_LABELS.get(one, one.replace("_", " ")) for one in code.split("."))


def _known_first(part: str) -> tuple[int, str]:
    return (_PARTS.index(part) if part in _PARTS else len(_PARTS), part)


def _part(part: str, buckets: Sequence[Bucket]) -> PartReport:
    order = list(_LABELS)

    def place(bucket: Bucket) -> list[tuple[int, str]]:
        codes = bucket.name.split(".")[1:]
        return [(order.index(code) if code in order else len(order), code) for code in codes]

    ordered = tuple(sorted(buckets, key=place))
    return PartReport(part, ordered, _of_part(part, ordered))


def _of_score(deciles: Sequence[Bucket]) -> str:
    """Whether the top third of the deciles that hold mails replies more than the bottom third."""
    used = [number for number, bucket in enumerate(deciles) if bucket.sent]
    if len(used) < 2:
        return (
            f"All emails went to leads scored {_scores(used[0], used[0])}, so there is nothing to compare. Check again "
            "when leads with other scores have been emailed."
        )
    third = max(1, len(used) // 3)
    bottom, top = _joined(deciles, used[:third]), _joined(deciles, used[-third:])
    if min(top.sent, bottom.sent) < LEAST:
        return (
            f"Not enough data: fewer than {LEAST} emails went to leads scored {top.label} ({top.sent}) or to those "
            f"scored {bottom.label} ({bottom.sent}). Check again when there are more."
        )
    compared = f"of leads scored {top.label}, {_said(top)}; of those scored {bottom.label}, {_said(bottom)}"
    high, low = top.rate(Outcome.REPLIED), bottom.rate(Outcome.REPLIED)
    if high.low > low.high:
        return f"The score predicts replies: {compared}; the intervals do not overlap."
    if low.low > high.high:
        return (
            f"Higher scores get fewer replies: {compared}; the intervals do not overlap. Review the parts of the score "
            "and change their weights."
        )
    return (
        f"There is no evidence yet that the score predicts replies: {compared}; the intervals overlap, so do not rely "
        "on it until there is more data."
    )


def _joined(deciles: Sequence[Bucket], numbers: Sequence[int]) -> Bucket:
    chosen = [deciles[number] for number in numbers]
    hits = {outcome: sum(one.hits.get(outcome, 0) for one in chosen) for outcome in Outcome}
    return Bucket("", _scores(numbers[0], numbers[-1]), sum(one.sent for one in chosen), hits)


def _of_part(part: str, buckets: Sequence[Bucket]) -> str:
    """Whether any two buckets with enough mails have intervals of replies that do not overlap."""
    enough = [bucket for bucket in buckets if bucket.sent >= LEAST]
    if len(enough) < 2:
        return f"Not enough data: fewer than two groups of {part} have {LEAST} emails. Check again when there are more."
    best = max(enough, key=lambda bucket: bucket.rate(Outcome.REPLIED).low)
    worst = min(enough, key=lambda bucket: bucket.rate(Outcome.REPLIED).high)
    if best.rate(Outcome.REPLIED).low <= worst.rate(Outcome.REPLIED).high:
        return f"There is no evidence yet that {part} predicts replies: the intervals overlap."
    return (
        f"{part} predicts replies: of “{best.label}”, {_said(best)}; of “{worst.label}”, {_said(worst)}; the "
        "intervals do not overlap."
    )


def _said(bucket: Bucket) -> str:
    rate = bucket.rate(Outcome.REPLIED)
    replied = bucket.hits.get(Outcome.REPLIED, 0)
    return (
        f"{replied} of {bucket.sent} replied ({100 * rate.rate:.1f} %, between {100 * rate.low:.1f} and "
        f"{100 * rate.high:.1f} % at 95 %)"
    )
