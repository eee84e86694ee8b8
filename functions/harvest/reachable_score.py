"""Whether a credit for somebody could change anything: judged on what is known without paying. Pure."""

import math
from datetime import datetime

from cam.model.models import SIGNALS, Enrichment, Lead, LeadDraft
from cam.model.settings.campaign import CampaignSettings
from cam.rules.scoring import score
from cam.rules.seniority import seniority

# Parts that stay unknown however much is found out, when the campaign names no target for them.
_TARGETS = {"size": "company_size", "industry": "industry", "location": "location"}
# Of any other part, and of a campaign's own, more may be found out.
_OPEN = ("unknown", "absent")


def lead(draft: LeadDraft, now: datetime) -> Lead:
    """A draft as the rules read it; it is not stored yet."""
    known = {name: getattr(draft, name) for name in LeadDraft.model_fields}
    return Lead.model_construct(id="", shard=0, source="", created_at=now, updated_at=now, **known)


def present(one: Lead, settings: CampaignSettings) -> float:
    """The score as it would be now, 0–1."""
    return score(one, settings.icp, settings.scoring).score


def ceiling(one: Lead, settings: CampaignSettings) -> float:
    """The best score that this lead could reach if all that is unknown turned out well, 0–1."""
    icp, scoring = settings.icp, settings.scoring
    fixed = {part for part, field in _TARGETS.items() if getattr(icp, field) is None}
    if icp.revenue_min is None and icp.revenue_max is None:
        fixed.add("revenue")
    best = min(1.0, scoring.signals.base + math.fsum(getattr(scoring.signals, name) for name in SIGNALS))
    total = []
    for part in score(one, icp, scoring).explanation:
        value = part.value
        if part.part == "signals":
            value = best
        elif part.code in _OPEN and part.part not in fixed:
            value = 1.0
        total.append(value * part.weight)
    return min(1.0, math.fsum(total))


def candidate(role: str | None, company: str | None, settings: CampaignSettings, now: datetime) -> tuple[float, bool]:
    """Of somebody out of a search: the score as far as it is known, and whether `min_score` can still be reached."""
    one = lead(LeadDraft(role=role, company=company, enrichment=Enrichment()), now)
    return present(one, settings), reachable(one, settings)


def reachable(one: Lead, settings: CampaignSettings) -> bool:
    """Whether the lead can still reach `min_score`."""
    return round(ceiling(one, settings), 9) >= round(settings.qualification.min_score, 9)


def hiring_matters(draft: LeadDraft, settings: CampaignSettings, now: datetime) -> bool:
    """Whether knowing that the company hires could change the verdict: the score's, or that of the intent."""
    if draft.enrichment.company_hiring is not None:
        return False
    rules, levels = settings.qualification, settings.scoring.values.seniority
    one = lead(draft, now)
    hiring = lead(
        draft.model_copy(update={"enrichment": draft.enrichment.model_copy(update={"company_hiring": True})}), now
    )
    least = round(rules.min_score, 9)
    after = round(present(hiring, settings), 9)
    if after < least:
        return False
    if round(present(one, settings), 9) < least:
        return True
    signals = one.signals
    if not rules.review_low_intent or all(value is None for value in signals.values()):
        return False
    decides = (
        signals["is_decision_maker"] is True
        or seniority(one.role, one.enrichment.job_level, levels).points >= rules.decision_maker_seniority
    )
    intent = math.fsum(getattr(rules.intent, name) for name, value in signals.items() if value is True)
    low = round(rules.low_intent, 9)
    return not decides and round(intent, 9) < low <= round(intent + rules.intent.company_hiring, 9)
