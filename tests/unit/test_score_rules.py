import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import SIGNALS, Part, Tier
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.icp import Icp
from cam.model.settings.scoring import GroupWeights, IcpWeights, Scoring, Tiers
from cam.rules.gates import qualify
from cam.rules.routing import choose
from cam.rules.scoring import score
from cam.rules.seniority import seniority
from tests.unit.example_leads import VECTORS, lead

ICP = Icp(
    company_size="medium",
    industry="technology",
    revenue_min=1_000_000,
    revenue_max=100_000_000,
    location="US",
    roles=("CTO", "VP Engineering", "Head of Engineering"),
)


def part(name: str, icp: Icp = ICP, role: str | None = None, **known: Any) -> Part:
    scored = score(lead(role=role, enrichment=known), icp, Scoring())
    return next(part for part in scored.explanation if part.part == name)


@pytest.mark.parametrize("case", VECTORS)
def test_a_lead_of_the_table_gets_its_scores_and_tier(case):
    scored = score(lead(role=case["role"], enrichment=case["enrichment"]), Icp(**case["icp"]), Scoring())

    expected = case["expected"]
    got = (scored.icp_score, scored.opportunity_score, scored.score)
    assert got == pytest.approx((expected["icp"], expected["opportunity"], expected["score"]), rel=0, abs=1e-9)
    assert scored.tier == expected["tier"]


@pytest.mark.parametrize("case", VECTORS)
def test_a_lead_of_the_table_gets_its_intent_and_sequence(case):
    settings, expected = CampaignSettings(), case["expected"]
    scored = lead(role=case["role"], enrichment=case["enrichment"], score=expected["score"])

    assert qualify(scored, settings.qualification, suppressed=False).intent == pytest.approx(expected["intent"])
    routing = choose(scored, settings.routing)
    assert (routing.sequence, routing.boosted) == (expected["sequence"], expected["boosted"])


@pytest.mark.parametrize(
    ("known", "value", "code"),
    [
        ({}, 0.5, "unknown"),
        ({"company_size": "huge"}, 0.5, "unknown"),
        ({"company_size": " MEDIUM "}, 1.0, "equal"),
        ({"company_size": "small"}, 0.8, "near"),
        ({"company_size": "enterprise"}, 0.8, "near"),
        ({"company_size": "startup"}, 0.6, "far"),
        ({"employee_count": 9}, 0.6, "far"),
        ({"employee_count": 49}, 0.8, "near"),
        ({"employee_count": "50"}, 1.0, "equal"),
        ({"employee_count": 499}, 1.0, "equal"),
        ({"employee_count": 500}, 0.8, "near"),
        ({"employee_count": 0}, 0.5, "unknown"),
        ({"company_size": "51-200", "employee_count": 120}, 1.0, "equal"),
    ],
)
def test_size_counts_the_steps_to_the_target(known, value, code):
    found = part("size", **known)

    assert (found.value, found.code) == (value, code)


def test_size_is_never_worth_less_than_a_half():
    assert part("size", Icp(company_size="enterprise"), company_size="startup").value == 0.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, 0.5),
        ("---", 0.5),
        (" TECHNOLOGY", 1.0),
        ("Technology services", 0.8),
        ("bio-technology", 0.8),
        ("biotechnology", 0.3),
        ("tech", 0.3),
        ("retail", 0.3),
    ],
)
def test_industries_are_compared_in_whole_words(text, value):
    assert part("industry", industry=text).value == value


def test_a_vowel_sign_parts_no_words():
    # Hindi "din" (day) without the sign inside it would be the two words "d" and "n".
    assert part("industry", Icp(industry="द"), industry="दिन").value == 0.3


def test_an_industry_may_lie_in_the_target():
    assert part("industry", Icp(industry="Information Technology"), industry="technology").value == 0.8


@pytest.mark.parametrize(
    ("amount", "value", "code"),
    [
        (None, 0.5, "unknown"),
        (1_000_000, 1.0, "inside"),
        (100_000_000, 1.0, "inside"),
        (500_000, 0.5, "below"),
        (0, 0.3, "below"),
        (200_000_000, 0.5, "above"),
        (1e15, 0.3, "above"),
    ],
)
def test_revenue_outside_the_range_is_worth_its_ratio(amount, value, code):
    found = part("revenue", annual_revenue=amount)

    assert (found.value, found.code) == (value, code)


@pytest.mark.parametrize(
    ("icp", "value"),
    [
        (Icp(), 0.5),
        (Icp(revenue_min=10), 1.0),
        (Icp(revenue_max=1000), 1.0),
        (Icp(revenue_min=400), 0.5),
        (Icp(revenue_max=0), 0.3),
    ],
)
def test_a_missing_bound_is_open(icp, value):
    assert part("revenue", icp, annual_revenue=200).value == value


@pytest.mark.parametrize(
    ("known", "value"),
    [
        ({}, 0.5),
        ({"company_location": "us"}, 1.0),
        ({"company_location": "Austin, US"}, 0.8),
        ({"company_location": "Austin, U.S."}, 0.8),
        ({"company_location": "Austin"}, 0.4),
        ({"company_location": "UK", "country": "US"}, 0.4),
        ({"country": "US"}, 1.0),
    ],
)
def test_the_location_holds_the_target(known, value):
    assert part("location", **known).value == value


def test_a_location_that_only_lies_in_the_target_is_another():
    assert part("location", Icp(location="Austin, US"), company_location="US").value == 0.4


@pytest.mark.parametrize(
    ("role", "value", "target"),
    [
        (None, 0.5, "CTO, VP Engineering, Head of Engineering"),
        (" cto ", 1.0, "CTO"),
        ("VP Engineering, EMEA", 0.8, "VP Engineering"),
        ("Engineering", 0.8, "VP Engineering"),
        ("Director", 0.3, "CTO, VP Engineering, Head of Engineering"),
    ],
)
def test_a_title_is_compared_with_the_target_roles(role, value, target):
    found = part("title", role=role)

    assert (found.value, found.target) == (value, target)


@pytest.mark.parametrize(("role", "value"), [(None, 0.5), ("  ", 0.5), ("CTO", 0.6)])
def test_a_title_without_target_roles_is_worth_little(role, value):
    assert part("title", Icp(), role=role).value == value


def test_a_long_list_of_target_roles_is_not_copied_into_every_lead():
    icp = Icp(roles=tuple(f"role {number}" for number in range(100)))

    assert part("title", icp, role="CTO").target == "role 0, role 1, role 2, role 3, role 4 and 95 more"


@pytest.mark.parametrize(
    ("role", "points"),
    [
        ("CEO", 1.0),
        ("C.E.O.", 1.0),
        ("C-Level advisor", 1.0),
        ("c_suite", 1.0),
        ("Chief Happiness and Culture Officer", 1.0),
        ("Chief of Staff", 0.60),
        ("Police Officer", 0.5),
        ("Founder", 1.0),
        ("Co-Founder", 1.0),
        ("Cofounder & CTO", 1.0),
        ("Vice President", 0.95),
        ("Vice-President, Sales", 0.95),
        ("President", 0.95),
        ("VP/GM", 0.95),
        ("Managing Director", 0.95),
        ("Account Executive", 0.95),
        ("Director of Ops", 0.90),
        ("Head of Engineering", 0.90),
        ("Headmaster", 0.5),
        ("Store Manager", 0.70),
        ("Management Consultant", 0.5),
        ("Team Lead", 0.65),
        ("Leadership Coach", 0.5),
        ("Senior Manager", 0.70),
        ("Staff Engineer", 0.60),
        ("Executive Assistant", 0.30),
        ("Assistant Vice President", 0.30),
        ("Assistant to the CEO", 0.30),
        ("Marketing Intern", 0.30),
        ("Trainee Manager", 0.30),
        ("Director, International Sales", 0.90),
        ("Internal Audit Director", 0.90),
        ("Analyst", 0.5),
    ],
)
def test_seniority_is_the_best_whole_word_of_the_role(role, points):
    assert seniority(role, None).points == points


@pytest.mark.parametrize(
    ("role", "job_level", "points"),
    [
        ("Analyst", "director", 0.90),
        (None, "c-level", 1.0),
        ("Manager", "c-level", 0.70),
        ("Assistant", "owner", 0.30),
        (None, "intern", 0.30),
        (None, None, 0.5),
        ("", "entry", 0.5),
    ],
)
def test_the_job_level_speaks_when_the_role_does_not(role, job_level, points):
    assert seniority(role, job_level).points == points


@pytest.mark.parametrize(
    ("known", "value", "code"),
    [
        ({}, 0.5, "unknown"),
        ({"company_hiring": "maybe"}, 0.5, "unknown"),
        ({"company_hiring": False}, 0.5, "none"),
        ({"company_hiring": "yes"}, 0.6, "true"),
        ({"recent_job_change": 1, "company_funded_recently": "y", "company_hiring": "n"}, 0.9, "true"),
        (dict.fromkeys(SIGNALS, True), 1.0, "true"),
    ],
)
def test_only_true_signals_count(known, value, code):
    found = part("signals", **known)

    assert (found.value, found.code) == (value, code)


@pytest.mark.parametrize(
    ("tiers", "tier"),
    [
        ({"hot": 0.5, "warm": 0.4, "cool": 0.3}, Tier.HOT),
        ({"hot": 0.5 + 1e-12, "warm": 0.4, "cool": 0.3}, Tier.HOT),
        ({"hot": 0.51, "warm": 0.5, "cool": 0.3}, Tier.WARM),
        ({"hot": 0.9, "warm": 0.6, "cool": 0.5}, Tier.COOL),
        ({"hot": 0.9, "warm": 0.8, "cool": 0.6}, Tier.COLD),
    ],
)
def test_a_cut_off_belongs_to_the_tier_above_it(tiers, tier):
    assert score(lead(), Icp(), Scoring(tiers=Tiers(**tiers))).tier == tier


def test_the_weights_can_be_set():
    scoring = Scoring(
        weights=GroupWeights(icp=1, opportunity=0), icp=IcpWeights(size=0, industry=1, revenue=0, location=0)
    )

    scored = score(lead(role="CEO", enrichment={"industry": "retail"}), ICP, scoring)

    assert (scored.score, scored.icp_score, scored.tier) == (0.3, 0.3, Tier.COLD)


def test_a_weight_is_the_part_s_share_of_the_final_score():
    assert (part("size").weight, part("signals").weight) == (0.15, 0.2)


Json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
Words = st.text(max_size=30) | st.sampled_from(["CTO", "tech", "Technology services", "us", "Austin, US", "Medium"])
Known = st.fixed_dictionaries(
    {},
    optional={
        "company_size": Words,
        "employee_count": Json,
        "industry": Words,
        "annual_revenue": Json,
        "company_location": Words,
        "job_level": Words,
        **dict.fromkeys(SIGNALS, st.none() | st.booleans()),
    },
)
Roles = st.none() | Words | st.sampled_from(["VP Engineering", "Executive Assistant", "chief officer"])
Icps = st.sampled_from([Icp(), ICP, Icp(revenue_max=3), Icp(industry="???", location=".", roles=("-",))])


def weights(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, float]]:
    def shares(parts: list[int]) -> dict[str, float]:
        return {name: number / sum(parts) for name, number in zip(names, parts, strict=True)}

    return st.lists(st.integers(1, 1000), min_size=len(names), max_size=len(names)).map(shares)


Scorings = st.builds(
    lambda groups, icp: Scoring(weights=groups, icp=icp),
    weights(("icp", "opportunity")),
    weights(("size", "industry", "revenue", "location")),
)


@given(known=Known, role=Roles, icp=Icps, scoring=Scorings)
def test_the_contributions_sum_to_the_score(known, role, icp, scoring):
    scored = score(lead(role=role, enrichment=known), icp, scoring)

    assert abs(math.fsum(part.contribution for part in scored.explanation) - scored.score) <= 1e-9


@given(known=Known, role=Roles, icp=Icps, scoring=Scorings)
def test_the_score_is_made_of_its_two_groups(known, role, icp, scoring):
    scored = score(lead(role=role, enrichment=known), icp, scoring)

    groups = scoring.weights.icp * scored.icp_score + scoring.weights.opportunity * scored.opportunity_score
    assert abs(groups - scored.score) <= 1e-9


@given(known=Known, role=Roles, icp=Icps)
def test_every_number_lies_between_0_and_1(known, role, icp):
    scored = score(lead(role=role, enrichment=known), icp, Scoring())

    numbers = [scored.icp_score, scored.opportunity_score, scored.score, *(part.value for part in scored.explanation)]
    assert all(0 <= number <= 1 for number in numbers)


@given(known=Known, role=Roles, icp=Icps, signal=st.sampled_from(SIGNALS))
def test_a_signal_that_becomes_true_never_lowers_the_score(known, role, icp, signal):
    before = score(lead(role=role, enrichment=known), icp, Scoring())
    after = score(lead(role=role, enrichment={**known, signal: True}), icp, Scoring())

    assert after.score >= before.score


@given(known=st.dictionaries(st.sampled_from(sorted(lead().enrichment.model_dump())) | st.text(max_size=12), Json))
def test_whatever_json_the_enrichment_holds_a_lead_gets_a_score(known):
    assert 0 <= score(lead(role="CTO", enrichment=known), ICP, Scoring()).score <= 1


@given(known=Known, role=Roles, icp=Icps)
def test_the_same_lead_gets_the_same_score(known, role, icp):
    same = lead(role=role, enrichment=known)

    assert score(same, icp, Scoring()) == score(same, icp, Scoring())
