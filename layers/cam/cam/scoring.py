"""Score: how well a lead fits the ideal customer, and how good the moment is (spec §3). No model call, no clock."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from operator import attrgetter

from cam.models import SIGNALS, Enrichment, Lead, Part, Scored, Tier
from cam.seniority import seniority
from cam.settings import CompanySize, Icp, Scoring, Tiers, size_of
from cam.words import fold, words

UNKNOWN = 0.5
# Values and scores are kept to 1e-10 and contributions to 1e-12: seven of them still sum to the score within 1e-9.
_DIGITS = 10
_CONTRIBUTION_DIGITS = 12
_SIZES: tuple[str, ...] = tuple(CompanySize)
# A hundred target roles would be copied into every lead's explanation.
_ROLES_SHOWN = 5

_signals: Callable[[Enrichment], tuple[bool | None, ...]] = attrgetter(*SIGNALS)


def score(lead: Lead, icp: Icp, scoring: Scoring) -> Scored:
    """The lead's scores and tier, with the explanation: seven parts whose contributions sum to the score (to 1e-9).

    Pure: the same lead and settings give the same numbers. Each is in 0–1.
    """
    scale = _scale(icp, scoring)
    known = lead.enrichment
    explanation = (
        _size(known, scale),
        _industry(known, scale),
        _revenue(known.annual_revenue, scale),
        _location(known, scale),
        _title(lead.role, scale),
        _seniority(lead.role, known.job_level, scale),
        _signal_points(known, scale),
    )
    values = [part.value for part in explanation]
    total = _whole(math.fsum([part.contribution for part in explanation]))
    return Scored(
        icp_score=_whole(math.sumprod(values[:4], scale.icp_weights)),
        opportunity_score=_whole(math.sumprod(values[4:], scale.opportunity_weights)),
        score=total,
        tier=_tier(total, scoring.tiers),
        explanation=explanation,
    )


def _whole(total: float) -> float:
    return min(1.0, round(total, _DIGITS))


def _tier(total: float, tiers: Tiers) -> Tier:
    # Nine digits on both sides: 0.85 made of seven products must count as 0.85.
    total = round(total, 9)
    if total >= round(tiers.hot, 9):
        return Tier.HOT
    if total >= round(tiers.warm, 9):
        return Tier.WARM
    return Tier.COOL if total >= round(tiers.cool, 9) else Tier.COLD


@dataclass(frozen=True, slots=True)
class _Row:
    """One part of the score: its name, its group and its effective weight in the final score."""

    part: str
    group: str
    weight: float

    def gives(self, value: float, code: str, lead_value: str | float | None = None, target: str | None = None) -> Part:
        value = round(value, _DIGITS)
        return Part(
            part=self.part,
            group=self.group,
            value=value,
            weight=self.weight,
            contribution=round(value * self.weight, _CONTRIBUTION_DIGITS),
            lead_value=lead_value,
            target=target,
            code=code,
        )


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A target text as it was written, as it is compared, and in words."""

    text: str
    folded: str
    words: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """A campaign's target and weights, prepared once: what of a part does not depend on the lead is ready-made."""

    icp_weights: tuple[float, ...]
    opportunity_weights: tuple[float, ...]
    sizes: dict[str, Part]
    size: _Row
    size_target: str | None
    industry: _Row
    industry_target: _Phrase | None
    industry_unknown: Part
    revenue: _Row
    revenue_min: float
    revenue_max: float
    revenue_target: str | None
    revenue_unknown: Part
    location: _Row
    location_target: _Phrase | None
    location_unknown: Part
    title: _Row
    roles: dict[str, str]
    role_words: tuple[tuple[str, str], ...]
    roles_target: str | None
    title_unknown: Part
    seniority: _Row
    seniority_unknown: Part
    signals: _Row
    signals_unknown: Part
    base: float
    points: tuple[float, ...]


# A Lambda meets few campaigns at a time; the bound keeps one that lives for days from growing.
@lru_cache(maxsize=64)
def _scale(icp: Icp, scoring: Scoring) -> _Scale:
    def row(group: str, part: str) -> _Row:
        weight = getattr(scoring.weights, group) * getattr(getattr(scoring, group), part)
        return _Row(part, group, round(weight, _DIGITS))

    size, industry, revenue, location = (row("icp", part) for part in ("size", "industry", "revenue", "location"))
    title, level, signals = (row("opportunity", part) for part in ("title", "seniority", "signals"))
    revenue_target = _range(icp.revenue_min, icp.revenue_max)
    roles_target = _listed(icp.roles)
    return _Scale(
        icp_weights=(scoring.icp.size, scoring.icp.industry, scoring.icp.revenue, scoring.icp.location),
        opportunity_weights=(scoring.opportunity.title, scoring.opportunity.seniority, scoring.opportunity.signals),
        sizes={word: _step(size, word, icp.company_size) for word in _SIZES},
        size=size,
        size_target=icp.company_size,
        industry=industry,
        industry_target=_phrase(icp.industry),
        industry_unknown=industry.gives(UNKNOWN, "unknown", None, icp.industry),
        revenue=revenue,
        revenue_min=icp.revenue_min or 0.0,
        revenue_max=math.inf if icp.revenue_max is None else icp.revenue_max,
        revenue_target=revenue_target,
        revenue_unknown=revenue.gives(UNKNOWN, "unknown", None, revenue_target),
        location=location,
        location_target=_phrase(icp.location),
        location_unknown=location.gives(UNKNOWN, "unknown", None, icp.location),
        title=title,
        roles={fold(role): role for role in icp.roles},
        role_words=tuple((spoken, role) for role in icp.roles if (spoken := words(fold(role)))),
        roles_target=roles_target,
        title_unknown=title.gives(UNKNOWN, "unknown", None, roles_target),
        seniority=level,
        seniority_unknown=level.gives(UNKNOWN, "unknown"),
        signals=signals,
        signals_unknown=signals.gives(scoring.signals.base, "unknown"),
        base=scoring.signals.base,
        points=tuple(getattr(scoring.signals, name) for name in SIGNALS),
    )


def _phrase(text: str | None) -> _Phrase | None:
    return _Phrase(text, fold(text), words(fold(text))) if text else None


def _range(low: float | None, high: float | None) -> str | None:
    if low is None and high is None:
        return None
    if high is None:
        return f"from {low:,.0f}"
    return f"up to {high:,.0f}" if low is None else f"{low:,.0f} to {high:,.0f}"


def _listed(roles: tuple[str, ...]) -> str | None:
    shown = ", ".join(roles[:_ROLES_SHOWN])
    more = len(roles) - _ROLES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown or None


def _step(row: _Row, word: str, target: CompanySize | None) -> Part:
    if target is None:
        return row.gives(UNKNOWN, "unknown", word)
    steps = abs(_SIZES.index(word) - _SIZES.index(target))
    return row.gives(max(0.5, 1 - 0.2 * steps), ("equal", "near")[steps] if steps < 2 else "far", word, target)


def _size(known: Enrichment, scale: _Scale) -> Part:
    part = scale.sizes.get(fold(known.company_size))
    if part is not None:
        return part
    # No size, or a word that is none: the head count says it, if there is one.
    derived = size_of(known.employee_count or 0)
    if derived:
        return scale.sizes[derived]
    return scale.size.gives(UNKNOWN, "unknown", known.company_size, scale.size_target)


def _industry(known: Enrichment, scale: _Scale) -> Part:
    text, target = known.industry, scale.industry_target
    if not text:
        return scale.industry_unknown
    folded = fold(text)
    spoken = words(folded)
    if target is None or not spoken:
        return scale.industry.gives(UNKNOWN, "unknown", text, target.text if target else None)
    if folded == target.folded:
        return scale.industry.gives(1.0, "equal", text, target.text)
    if spoken in target.words or (target.words and target.words in spoken):
        return scale.industry.gives(0.8, "contains", text, target.text)
    return scale.industry.gives(0.3, "other", text, target.text)


def _revenue(amount: float | None, scale: _Scale) -> Part:
    if amount is None:
        return scale.revenue_unknown
    if scale.revenue_target is None:
        return scale.revenue.gives(UNKNOWN, "unknown", amount)
    if amount < scale.revenue_min:
        return scale.revenue.gives(max(0.3, amount / scale.revenue_min), "below", amount, scale.revenue_target)
    if amount > scale.revenue_max:
        return scale.revenue.gives(max(0.3, scale.revenue_max / amount), "above", amount, scale.revenue_target)
    return scale.revenue.gives(1.0, "inside", amount, scale.revenue_target)


def _location(known: Enrichment, scale: _Scale) -> Part:
    text, target = known.company_location or known.country, scale.location_target
    if not text:
        return scale.location_unknown
    folded = fold(text)
    spoken = words(folded)
    if target is None or not spoken:
        return scale.location.gives(UNKNOWN, "unknown", text, target.text if target else None)
    if folded == target.folded:
        return scale.location.gives(1.0, "equal", text, target.text)
    if target.words and target.words in spoken:
        return scale.location.gives(0.8, "contains", text, target.text)
    return scale.location.gives(0.4, "other", text, target.text)


def _title(role: str | None, scale: _Scale) -> Part:
    folded = fold(role)
    spoken = words(folded)
    if not spoken:
        return scale.title_unknown
    if not scale.roles:
        return scale.title.gives(0.6, "untargeted", role)
    if equal := scale.roles.get(folded):
        return scale.title.gives(1.0, "equal", role, equal)
    for target_words, target in scale.role_words:
        if target_words in spoken or spoken in target_words:
            return scale.title.gives(0.8, "contains", role, target)
    return scale.title.gives(0.3, "other", role, scale.roles_target)


def _seniority(role: str | None, job_level: str | None, scale: _Scale) -> Part:
    points, word, source = seniority(role, job_level)
    if word is None:
        return scale.seniority_unknown
    return scale.seniority.gives(points, source, role if source == "role" else job_level, word)


def _signal_points(known: Enrichment, scale: _Scale) -> Part:
    values = _signals(known)
    if True not in values:
        return scale.signals_unknown if False not in values else scale.signals.gives(scale.base, "none")
    added = math.fsum(compress(scale.points, values))
    return scale.signals.gives(min(1.0, scale.base + added), "true", ", ".join(compress(SIGNALS, values)))
