from typing import Any

import pytest

from cam.model.models import SIGNALS, Part
from cam.model.settings.icp import Icp
from cam.model.settings.scoring import Scoring
from cam.rules.explain import sentence
from cam.rules.scoring import score
from tests.unit.example_leads import VECTORS, lead

ICP = Icp(company_size="medium", industry="technology", revenue_min=1e6, revenue_max=1e8, location="US", roles=("CTO",))


def sentences(icp: Icp = ICP, role: str | None = None, **known: object) -> dict[str, str]:
    return {part.part: sentence(part) for part in score(lead(role=role, enrichment=known), icp, Scoring()).explanation}


def test_a_sentence_gives_the_fact_and_what_it_adds():
    text = sentences(industry="Technology services")["industry"]

    assert text == (
        "The industry, “Technology services”, and the target, “technology”, have the same words: "
        "0.80 of 1, weight 0.15, adds 0.1200."
    )


@pytest.mark.parametrize(
    ("part", "known", "start"),
    [
        ("size", {"company_size": "small"}, "The company's size, small, is one step from the target, medium: 0.80"),
        ("size", {"company_size": "huge"}, "The company size, “huge”, cannot be compared: 0.50"),
        ("size", {}, "The company size is not known: 0.50"),
        (
            "revenue",
            {"annual_revenue": 500_000},
            "The annual revenue, 500,000, is below the target, 1,000,000 to 100,000,000: 0.50",
        ),
        (
            "location",
            {"company_location": "Austin, US"},
            "The location, “Austin, US”, is within the target, “US”: 0.80",
        ),
        ("seniority", {"job_level": "director"}, "The job level, “director”, contains “director”: 0.90"),
        ("signals", {"company_hiring": True}, "Buying signals: company hiring: 0.60"),
        ("signals", {"company_hiring": False}, "None of the known buying signals is true: 0.50"),
    ],
)
def test_the_sentence_of_a_part(part, known, start):
    assert sentences(**known)[part].startswith(start)


def test_a_missing_target_is_named_as_such():
    assert sentences(Icp(), industry="retail")["industry"].startswith("The campaign has no target industry: 0.50")


def test_a_role_without_targets_is_named_as_such():
    assert sentences(Icp(), role="CTO")["title"].startswith("The role is “CTO”; the campaign has no target roles: 0.60")


def test_braces_in_a_lead_s_text_stay_as_they_are():
    assert "“{lead} {0}”" in sentences(industry="{lead} {0}")["industry"]


@pytest.mark.parametrize("case", VECTORS)
def test_every_code_of_the_rules_has_its_sentence(case):
    scored = score(lead(role=case["role"], enrichment=case["enrichment"]), Icp(**case["icp"]), Scoring())

    unexplained = [part for part in scored.explanation if part.code != "unknown" and "nothing" in sentence(part)]
    assert unexplained == []


def test_all_true_signals_are_listed():
    signals: Any = dict.fromkeys(SIGNALS, True)
    text = sentences(**signals)["signals"]

    assert all(name.replace("_", " ") in text for name in SIGNALS)


def test_a_part_that_is_not_known_here_still_has_a_sentence():
    part = Part(part="weather", group="icp", value=0.5, weight=0.1, contribution=0.05, lead_value="sun", target="rain")

    assert sentence(part).startswith("The weather, “sun”, cannot be compared: 0.50")
