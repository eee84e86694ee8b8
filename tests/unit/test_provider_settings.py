"""What a campaign may say about providers and credits, and how it is told what it may not."""

from typing import Any

import pytest
from pydantic import ValidationError

from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.harvesting import Wanted
from cam.model.sources import Source


def errors(**settings: Any) -> list[tuple[str, str]]:
    """Where the settings are wrong, and how."""
    with pytest.raises(ValidationError) as raised:
        CampaignSettings.model_validate(settings)
    return [(".".join(map(str, error["loc"])), error["type"]) for error in raised.value.errors()]


def test_by_default_a_run_may_spend_100_credits_and_a_month_1000() -> None:
    found = CampaignSettings()
    assert (found.credits_per_run, found.credits_per_month) == (100, 1000)


def test_by_default_only_verified_addresses_are_bought_and_all_providers_asked() -> None:
    found = CampaignSettings().harvest
    assert (found.verified_only, found.dropcontact, found.hunter, found.job_postings) == (
        True,
        Wanted.UNVERIFIED,
        True,
        True,
    )


@pytest.mark.parametrize(("name", "most"), [("credits_per_run", 1_000_000), ("credits_per_month", 100_000_000)])
def test_a_budget_is_a_whole_number_within_bounds(name: str, most: int) -> None:
    assert getattr(CampaignSettings.model_validate({name: 0}), name) == 0
    assert getattr(CampaignSettings.model_validate({name: most}), name) == most
    assert errors(**{name: -1}) == [(name, "greater_than_equal")]
    assert errors(**{name: most + 1}) == [(name, "less_than_equal")]
    assert errors(**{name: 1.5}) == [(name, "int_from_float")]
    assert errors(**{name: "many"}) == errors(**{name: "10"}) == [(name, "value_error")]
    assert errors(**{name: None}) == [(name, "int_type")]


@pytest.mark.parametrize("text", ["missing", "MISSING", " Missing "])
def test_which_leads_are_enriched_is_said_in_any_case(text: str) -> None:
    found = CampaignSettings.model_validate({"harvest": {"dropcontact": text}})
    assert found.harvest.dropcontact is Wanted.MISSING


@pytest.mark.parametrize("text", ["apollo", "Apollo", "APOLLO "])
def test_sources_are_named_in_any_case(text: str) -> None:
    assert CampaignSettings.model_validate({"sources": [text]}).sources == (Source.APOLLO,)


@pytest.mark.parametrize(
    ("harvest", "field"),
    [
        ({"dropcontact": "always"}, "harvest.dropcontact"),
        ({"dropcontact": 1}, "harvest.dropcontact"),
        ({"dropcontact": None}, "harvest.dropcontact"),
        ({"hunter": "perhaps"}, "harvest.hunter"),
        ({"verified_only": None}, "harvest.verified_only"),
        ({"job_postings": 2}, "harvest.job_postings"),
        ({"apollo": True}, "harvest.apollo"),
        ({"hunterr": True}, "harvest.hunterr"),
        ("off", "harvest"),
    ],
)
def test_a_wrong_value_or_name_is_found_where_it_stands(harvest: Any, field: str) -> None:
    assert [where for where, _ in errors(harvest=harvest)] == [field]


@pytest.mark.parametrize("sources", [[], ["dropcontact"], ["linkedin"], "apollo"])
def test_only_sources_of_leads_are_sources(sources: Any) -> None:
    assert all(where.startswith("sources") for where, _ in errors(sources=sources))


def test_an_unknown_budget_is_refused() -> None:
    assert errors(credits_per_day=5) == [("credits_per_day", "extra_forbidden")]
