"""Score: how well a lead fits the ideal customer, and how good the moment is (spec §3). No model call, no clock.

All of §3 is a handful of rules, and so are a campaign's own parts: one evaluator (cam.rules.evaluator) judges them all.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from cam.model.models import SIGNALS, Lead, Part, Scored, Tier
from cam.model.settings import scoring
from cam.model.settings.icp import HEADS, CompanySize, Icp
from cam.model.settings.scoring import AnyPart, ContainsWords, Equals, Group, InList, NumberBetween, Scoring, Tiers
from cam.rules import evaluator, seniority
from cam.rules.evaluator import Between, Flags, Form, Known, Match, Outcome, Rule, Scale
from cam.text.memo import memoized

# Values and scores are kept to 1e-10, weights and contributions to 1e-12: thirty of them still sum to the score within
# 1e-9.
_DIGITS = 10
_FINE_DIGITS = 12
_ALL = set(Part.model_fields)


def score(lead: Lead, icp: Icp, scoring: Scoring) -> Scored:
    """The lead's scores and tier, with the explanation: parts whose contributions sum to the score (to 1e-9).

    The seven parts of spec §3 in its order, each group followed by the campaign's own parts in it. Pure: the same lead
    and settings give the same numbers. Each is in 0–1.
    """
    prepared = _prepared(icp, scoring)
    explanation = tuple([row.part(judge(lead)) for row, judge in prepared.rows])
    values = [part.value for part in explanation]
    total = _whole(math.fsum([part.contribution for part in explanation]))
    return Scored(
        icp_score=_whole(math.sumprod(values, prepared.icp)),
        opportunity_score=_whole(math.sumprod(values, prepared.opportunity)),
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
    """A line of the explanation, as far as it is the same for all leads."""

    name: str
    group: str
    weight: float

    def part(self, outcome: Outcome) -> Part:
        value, code, lead_value, target = outcome
        value = round(value, _DIGITS)
        # What `model_construct` does, four times as fast: a lead has seven of these, and they are most of a score.
        part = Part.__new__(Part)
        object.__setattr__(
            part,
            "__dict__",
            {
                "part": self.name,
                "group": self.group,
                "value": value,
                "weight": self.weight,
                "contribution": round(value * self.weight, _FINE_DIGITS),
                "lead_value": lead_value,
                "target": target,
                "code": code,
            },
        )
        object.__setattr__(part, "__pydantic_fields_set__", _ALL)
        object.__setattr__(part, "__pydantic_extra__", None)
        object.__setattr__(part, "__pydantic_private__", None)
        return part


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A campaign's rules, ready to be asked, and what each weighs within its group (0 in the other one)."""

    rows: tuple[tuple[_Row, Callable[[Lead], Outcome]], ...]
    icp: tuple[float, ...]
    opportunity: tuple[float, ...]


@memoized
def _prepared(icp: Icp, scoring: Scoring) -> _Prepared:
    found = rules_of(icp, scoring)
    inner = {group: _shares(group, scoring) for group in Group}
    return _Prepared(
        tuple((_Row(rule.part, rule.group, rule.weight), evaluator.compiled(rule)) for rule in found),
        tuple(inner[Group.ICP].get(rule.part, 0.0) for rule in found),
        tuple(inner[Group.OPPORTUNITY].get(rule.part, 0.0) for rule in found),
    )


def _shares(group: Group, scoring: Scoring) -> dict[str, float]:
    """What each part weighs within its group, the built-in ones first. They sum to 1 but for the last digit."""
    weights: dict[str, float] = dict(getattr(scoring, group))
    weights |= {part.name: part.weight for part in scoring.parts if part.group == group}
    whole = math.fsum(weights.values())
    return {name: weight / whole for name, weight in weights.items()}


def rules_of(icp: Icp, scoring: Scoring) -> list[Rule]:
    """All rules of a campaign in the order of the explanation. A name stands in one group only."""
    forms = {**_built_in(icp, scoring), **{part.name: ((part.field,), _own(part)) for part in scoring.parts}}
    whole = scoring.weights.icp + scoring.weights.opportunity
    return [
        Rule(name, group.value, round(getattr(scoring.weights, group) / whole * share, _FINE_DIGITS), *forms[name])
        for group in Group
        for name, share in _shares(group, scoring).items()
    ]


def _built_in(icp: Icp, scoring: Scoring) -> dict[str, tuple[tuple[str, ...], Form]]:
    """The seven parts of spec §3: their fields and forms."""
    values, signals = scoring.values, scoring.signals
    return {
        "size": (
            ("company_size", "employee_count"),
            Scale(
                tuple(size.value for size in CompanySize),
                icp.company_size.value if icp.company_size else None,
                values.size.step,
                values.size.floor,
                values.size.unknown,
                tuple((float(least), name.value) for least, name in HEADS),
            ),
        ),
        "industry": (
            ("industry",),
            Match(
                _targets(icp.industry),
                equal=values.industry.equal,
                contains=values.industry.contains,
                otherwise=values.industry.other,
                unknown=values.industry.unknown,
                either_way=True,
            ),
        ),
        "revenue": (
            ("annual_revenue",),
            Between(icp.revenue_min, icp.revenue_max, 1.0, values.revenue.floor, 0.0, values.revenue.unknown),
        ),
        "location": (
            ("company_location", "country"),
            Match(
                _targets(icp.location),
                equal=values.location.equal,
                contains=values.location.contains,
                otherwise=values.location.other,
                unknown=values.location.unknown,
            ),
        ),
        "title": (
            ("role",),
            Match(
                icp.roles,
                equal=values.title.equal,
                contains=values.title.contains,
                otherwise=values.title.other,
                unknown=values.title.unknown,
                either_way=True,
                untargeted=values.title.untargeted,
            ),
        ),
        "seniority": (seniority.FIELDS, seniority.form(values.seniority)),
        "signals": (SIGNALS, Flags(signals.base, tuple(getattr(signals, name) for name in SIGNALS))),
    }


def _targets(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _own(part: AnyPart) -> Form:
    match part:
        case Equals(value=value):
            return Match((value,), part.hit, None, part.miss, part.unknown)
        case InList(values=values):
            return Match(values, part.hit, None, part.miss, part.unknown)
        case ContainsWords(values=phrases):
            return Match(phrases, part.hit, part.hit, part.miss, part.unknown)
        case NumberBetween():
            return Between(part.min, part.max, part.hit, part.floor, part.miss, part.unknown)
        case scoring.Known():
            return Known(part.hit, part.miss)
