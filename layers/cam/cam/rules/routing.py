"""Route: which sequence a qualified lead gets (spec §5)."""

from cam.model.models import Lead, Routing, Step
from cam.model.settings.routing import RoutingRules


def choose(lead: Lead, rules: RoutingRules) -> Routing:
    """The sequence for a qualified lead, and why. Pure; the caller adds when it starts and which version it is.

    With the boost on, enough true signals raise the score by `rules.boost`, to at most 1.0; `boost` is what that added.
    Raises ValueError for a lead without a score.
    """
    if lead.score is None:
        raise ValueError(f"lead {lead.id} has no score")
    signals = list(lead.signals.values()).count(True)
    boosted = rules.intent_boost and signals >= rules.boost_signals
    # Nine digits: 0.55 + 0.15 must reach the rung at 0.70.
    effective = round(min(1.0, lead.score + (rules.boost if boosted else 0.0)), 9)
    ladder: list[Step] = []
    for rung in rules.ladder:
        floor = round(rung.min_score, 9)
        ladder.append(Step(sequence=rung.sequence, min_score=floor))
        if effective >= floor:
            break
    return Routing(
        sequence=ladder[-1].sequence,
        boosted=boosted,
        reason=f"score {lead.score:.2f}" + (f", {signals} signals" if boosted else ""),
        effective=effective,
        boost=round(effective - lead.score, 9) if boosted else 0.0,
        signals=signals,
        ladder=tuple(ladder),
    )
