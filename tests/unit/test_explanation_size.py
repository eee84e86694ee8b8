"""What a score takes of its lead's item: with the decisions of Qualify and Route (300 bytes) no more than 1 KB."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cam.leads.lead_items import parts_item
from cam.model.models import SIGNALS, Lead
from cam.model.settings.icp import Icp
from cam.model.settings.scoring import Scoring
from cam.rules.scoring import score
from tests.unit import sizes
from tests.unit.example_leads import lead
from tests.unit.test_examples import CAMPAIGN, harvest

FOR_THE_REST = 300
MOST = 1024 - FOR_THE_REST
OWN_PART = 160


def size(who: Lead, icp: Icp, scoring: Scoring) -> int:
    """Bytes in DynamoDB of all that Score writes about the score."""
    scored = score(who, icp, scoring)
    return sizes.of(
        {
            "icp_score": scored.icp_score,
            "opportunity_score": scored.opportunity_score,
            "score": scored.score,
            "tier": scored.tier,
            "explanation": parts_item(scored.explanation),
            "score_settings_version": 100,
        }
    )


def test_the_size_counts_names_values_and_what_lists_take():
    assert sizes.of({"ab": "cäd", "n": 0.125, "list": [True, "x"], "none": None}) == 2 + 4 + 1 + 3 + 4 + 3 + 2 + 2


def test_the_examples_take_little():
    found = sorted(size(who, CAMPAIGN.settings.icp, CAMPAIGN.settings.scoring) for who in harvest("leads.csv")[0])

    assert found[len(found) * 99 // 100] <= 600


TEXT = st.sampled_from(
    ["Vice President of everything ", "Ingénierie ", "データ基盤の責任者", "x", "👩‍💻", "chief officer "]
)
LONG = TEXT.map(lambda text: (text * 500)[:490])
ENRICHED = st.fixed_dictionaries(
    dict.fromkeys(("company_size", "industry", "company_location", "job_level"), LONG)
    | {"annual_revenue": st.floats(0, 1e15)}
    | dict.fromkeys(SIGNALS, st.booleans())
)
ICP = Icp(
    industry="Ingénierie " * 20,
    location="データ" * 80,
    company_size="medium",
    revenue_min=1_234_567,
    revenue_max=123_456_789_000,
    roles=tuple(f"{number} {'long ' * 40}" for number in range(100)),
)


@given(role=LONG, known=ENRICHED)
def test_long_texts_are_cut(role, known):
    assert size(lead(role=role, enrichment=known), ICP, Scoring()) <= MOST


@given(value=LONG | st.lists(LONG, max_size=3) | st.floats(-1e30, 1e30) | st.booleans())
def test_an_own_part_adds_little(value):
    part: dict[str, Any] = {
        "name": "n" * 20, "group": "opportunity", "weight": 0.1, "field": "x", "test": "in_list",
        "values": ["データ" * 80, "long " * 40],
    }  # fmt: skip
    with_it = Scoring.model_validate(
        {"parts": [part], "opportunity": {"title": 0.35, "seniority": 0.25, "signals": 0.3}}
    )  # fmt: skip
    who = lead(enrichment={"x": value})

    assert size(who, ICP, with_it) - size(who, ICP, Scoring()) <= OWN_PART


def test_a_range_of_huge_numbers_is_cut_too():
    part = {
        "name": "n",
        "group": "icp",
        "weight": 0.3,
        "field": "x",
        "test": "number_between",
        "min": 1e29,
        "max": 1e30,
    }
    scoring = Scoring.model_validate({"parts": [part], "icp": {"size": 0}})

    target = score(lead(enrichment={"x": 5}), ICP, scoring).explanation[4].target
    assert isinstance(target, str)
    assert len(target.encode()) <= 56
