"""Whether a credit could change anything: the best that a lead can still become, and whether hiring matters."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import SIGNALS, Enrichment, LeadDraft
from cam.model.settings.campaign import CampaignSettings
from cam.rules.scoring import score
from cam.text import clock
from functions.harvest import reachable_score

NOW = clock.now()
ICP = {
    "company_size": "small",
    "industry": "marketing",
    "revenue_min": 1_000_000,
    "revenue_max": 20_000_000,
    "location": "United States",
    "roles": ["CEO", "Head of Growth"],
}


def settings(**fields: Any) -> CampaignSettings:
    return CampaignSettings.model_validate(fields)


def lead(role: str | None = None, **known: Any) -> Any:
    return reachable_score.lead(LeadDraft(role=role, enrichment=Enrichment.model_validate(known)), NOW)


# What may be found out of somebody of whom a search tells only the role.
FINDINGS = st.fixed_dictionaries(
    {},
    optional={
        "company_size": st.sampled_from(["startup", "small", "medium", "enterprise", "huge"]),
        "employee_count": st.integers(0, 100_000),
        "industry": st.sampled_from(["marketing", "marketing & advertising", "construction"]),
        "annual_revenue": st.integers(0, 10**9),
        "company_location": st.sampled_from(["United States", "Austin, Texas, United States", "Germany"]),
        "job_level": st.sampled_from(["c_suite", "manager", "owner"]),
        **{name: st.booleans() for name in SIGNALS},
    },
)
ICPS = st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in ICP.items()})


OWN = {
    "icp": {"size": 0.1},
    "parts": [
        {"name": "hires", "group": "icp", "weight": 0.1, "field": "company_hiring", "test": "known"},
        {"name": "crowd", "group": "icp", "weight": 0.1, "field": "employee_count", "test": "number_between", "min": 9},
    ],
}


@given(
    FINDINGS,
    ICPS,
    st.sampled_from([None, "CEO", "Intern", "Head of Growth", "Marketing Manager"]),
    st.sampled_from([{}, OWN]),
)
def test_nobody_becomes_better_than_the_ceiling_said(found: Any, icp: Any, role: str | None, scoring: Any) -> None:
    rules = settings(icp=icp, scoring=scoring)

    before = reachable_score.ceiling(lead(role), rules)
    after = score(lead(role, **found), rules.icp, rules.scoring).score

    assert after <= before + 1e-9


@given(FINDINGS, FINDINGS, ICPS)
def test_what_is_known_only_lowers_the_ceiling(first: Any, second: Any, icp: Any) -> None:
    rules = settings(icp=icp)

    assert (
        reachable_score.ceiling(lead("CEO", **first | second), rules)
        <= reachable_score.ceiling(lead("CEO"), rules) + 1e-9
    )


def test_who_cannot_reach_min_score_is_not_worth_a_credit() -> None:
    rules = settings(icp=ICP, qualification={"min_score": 0.9})

    assert reachable_score.candidate("CEO", "Acme", rules, NOW)[1]
    assert not reachable_score.candidate("Design Intern", "Acme", rules, NOW)[1]


def test_candidates_are_ranked_by_what_is_known_of_their_score() -> None:
    rules = settings(icp=ICP)

    assert (
        reachable_score.candidate("CEO", None, rules, NOW)[0]
        > reachable_score.candidate("Copywriter", None, rules, NOW)[0]
    )


def test_parts_without_a_target_stay_at_one_half() -> None:
    # ICP fit 0.5; no target roles: 0.6; seniority and signals may still be 1.
    rules = settings(icp={})

    assert reachable_score.ceiling(lead("CEO"), rules) == pytest.approx(0.5 * 0.5 + 0.5 * (0.35 * 0.6 + 0.25 + 0.40))


def test_a_score_that_is_exactly_enough_is_enough() -> None:
    best = reachable_score.ceiling(lead("CEO"), settings(icp={}))

    assert reachable_score.reachable(lead("CEO"), settings(icp={}, qualification={"min_score": round(best, 9)}))


@pytest.mark.parametrize(
    ("role", "known", "rules", "matters"),
    [
        # It is known.
        ("CEO", {"company_hiring": False}, {}, False),
        # Hopeless with it, and good enough without.
        ("Intern", {}, {"min_score": 0.9}, False),
        ("CEO", {}, {"min_score": 0.1}, False),
        # Just the points that were missing: 0.65 becomes 0.67.
        ("CEO", {}, {"min_score": 0.66}, True),
        # A known, low intent that hiring lifts; but not for who decides, and not when nobody looks at intent.
        ("Manager", {"recent_activity": True}, {"min_score": 0.1}, True),
        ("Manager", {"recent_activity": False}, {"min_score": 0.1}, True),
        ("Manager", {"is_decision_maker": True}, {"min_score": 0.1}, False),
        ("CEO", {"recent_activity": True}, {"min_score": 0.1}, False),
        ("Manager", {"recent_activity": True}, {"min_score": 0.1, "review_low_intent": False}, False),
        ("Manager", {"recent_job_change": True}, {"min_score": 0.1}, False),
    ],
)
def test_hiring_matters_where_it_can_change_the_verdict(role: str, known: Any, rules: Any, matters: bool) -> None:
    draft = LeadDraft(role=role, enrichment=Enrichment.model_validate(known))
    chosen = settings(icp={"roles": ["CEO"]}, qualification=rules)

    assert reachable_score.hiring_matters(draft, chosen, NOW) is matters
