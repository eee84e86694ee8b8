from typing import Any

import pytest

from cam.campaigns import known_fields
from cam.platform import keys
from tests.api.client import Client, assert_problem
from tests.api.test_scoring_parts import PART, body
from tests.integration.pipeline import add_leads

Make = Any


def harvested(campaign: Make) -> None:
    """A campaign with a lead of which the technology is known."""
    campaign()
    add_leads(keys.Shard(1, "run-1", 0), 1, enrichment={"technology": "PHP", "industry": "software"})


def test_a_field_that_no_lead_has_is_refused_with_the_one_that_was_meant(api: Client, campaign: Make) -> None:
    harvested(campaign)

    wrong = api.put("/campaigns/1", body({**PART, "field": "technolgy"}))

    message = "No lead has the field 'technolgy'. Did you mean 'technology'?"
    assert_problem(wrong, 422, "settings.scoring.parts[0].field", says=message)
    far = api.put("/campaigns/1", body({**PART, "field": "zzz"}))
    assert_problem(far, 422, "settings.scoring.parts[0].field", says="Leads have CAM's fields, and technology.")


@pytest.mark.parametrize(
    "field", ["technology", "enrichment.technology", "role", "tags", "job_level", "company_hiring"]
)
def test_a_field_that_leads_have_or_could_have_is_taken(api: Client, campaign: Make, field: str) -> None:
    harvested(campaign)

    assert api.put("/campaigns/1", body({**PART, "field": field})).status == 200


def test_a_campaign_without_leads_takes_any_field(api: Client, campaign: Make) -> None:
    campaign()

    assert api.put("/campaigns/1", body({**PART, "field": "technolgy"})).status == 200


def test_a_part_that_was_there_is_not_checked_again(api: Client, campaign: Make) -> None:
    campaign(settings=body({**PART, "field": "technolgy"})["settings"])
    add_leads(keys.Shard(1, "run-1", 0), 1)

    assert api.put("/campaigns/1", {"name": "B"}).status == 200
    changed = api.put("/campaigns/1", body({**PART, "field": "technolgy", "hit": 0.5}))
    assert_problem(changed, 422, "settings.scoring.parts[0].field")


def test_a_put_without_own_parts_reads_no_list_of_fields(api: Client, campaign: Make, operations: Any) -> None:
    campaign()
    known_fields.note(1, ["technology"])
    operations.clear()
    api.put("/campaigns/1", {"name": "B"})
    without = operations["GetItem"]
    operations.clear()
    api.put("/campaigns/1", body({**PART}))
    assert (without, operations["GetItem"]) == (1, 2)
