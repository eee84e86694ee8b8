from collections.abc import Callable
from typing import Any

import pytest

from cam.campaigns import known_fields
from cam.leads import adding, reading
from cam.leads.adding import Brought
from cam.model.errors import Throttled
from cam.model.models import Campaign, LeadDraft, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules.merging import Filled
from cam.text import clock
from tests.integration.pipeline import add_leads, pipeline, upload

Make = Callable[..., Campaign]
SHARD = keys.Shard(1, "run-1", 0)


def test_new_names_are_on_the_list_before_their_leads(campaign: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign()

    def refuse(actions: Any) -> None:
        raise Throttled("dead")

    monkeypatch.setattr(tables, "transact", refuse)
    with pytest.raises(Throttled):
        add_leads(SHARD, 1, enrichment={"technology": "PHP", "industry": "software"})

    assert known_fields.known(1) == {"technology", "industry"}


def test_what_fills_a_lead_is_on_the_list(campaign: Make) -> None:
    campaign()
    [one] = add_leads(SHARD, 1)
    lead = reading.get(1, 0, one)
    assert lead

    adding.fill(1, lead, [Brought(Filled({}, {"funding": "A"}), "csv", "row 2")], clock.now())

    assert known_fields.known(1) == {"is_decision_maker", "funding"}


def test_what_a_list_over_the_api_fills_is_on_the_list(campaign: Make) -> None:
    campaign()
    [one] = add_leads(SHARD, 1)

    adding.merge(1, 1, {one: LeadDraft(email="a@b.example", enrichment={"funding": "A"})}, "manual", "x", clock.now())

    assert "funding" in known_fields.known(1)


def test_a_harvest_notes_the_columns_of_its_file(campaign: Make) -> None:
    campaign(settings={"sending": {"ignore_window": True}})
    upload(1, "name,email,Open Deals\nAda Lovelace,ada@acme.example,3\nAda Lovelace,ada@acme.example,3\n")

    pipeline(1, stages=["HARVEST"])

    assert known_fields.known(1) >= {"open_deals"}


def test_a_process_reads_the_list_once_and_writes_only_new_names(campaign: Make, operations: Any) -> None:
    campaign()
    operations.clear()
    for names in (["a", "b"], ["b", "a"], ["a", "c"], ["c"]):
        known_fields.note(1, names)

    assert operations == {"GetItem": 1, "UpdateItem": 2}
    known_fields._noted.cache_clear()
    operations.clear()
    known_fields.note(1, ["a", "b", "c"])
    assert operations == {"GetItem": 1}


def test_two_processes_lose_no_name(campaign: Make) -> None:
    campaign()
    known_fields.note(1, ["a"])
    mine = known_fields._noted(1)
    known_fields._noted.cache_clear()
    known_fields.note(1, ["b"])
    mine.clear()
    known_fields._noted.cache_clear()
    known_fields.note(1, ["c"])

    assert known_fields.known(1) == {"a", "b", "c"}
    assert known_fields.known(2) == set()


def test_a_full_list_refuses_nothing(campaign: Make) -> None:
    campaign()
    known_fields.note(1, [f"name{number}" for number in range(known_fields.MOST + 5)])
    known_fields.note(1, ["one more", " not trimmed", "", "x" * 101])

    assert len(known_fields.known(1)) == known_fields.MOST
    part = {"name": "p", "group": "icp", "weight": 0.3, "field": "zzz", "test": "known"}
    scoring = Campaign.model_fields["settings"].default.scoring.model_validate({"parts": [part], "icp": {"size": 0}})
    assert known_fields.unknown(1, scoring) == []


def test_the_list_is_one_item_beside_the_leads(campaign: Make) -> None:
    campaign()
    known_fields.note(1, ["a"])

    assert tables.get(leads_table(), {"pk": "L#1", "sk": "FIELDS"}) == {
        "pk": "L#1", "sk": "FIELDS", "kind": "fields", "names": frozenset({"a"}),
    }  # fmt: skip


def scored(campaign: Make, field: str) -> str | None:
    """What the Score stage has to say after scoring two leads, one of which has `technology`."""
    part = {"name": "p", "group": "icp", "weight": 0.1, "field": field, "test": "equals", "value": "PHP"}
    campaign(settings={"scoring": {"parts": [part], "icp": {"size": 0.2}}})
    add_leads(SHARD, 1, enrichment={"technology": "PHP"})
    add_leads(SHARD, 1, email="bob@acme.example", enrichment={"technology": None})
    _, results = pipeline(1, stages=["SCORE"])
    assert results[Stage.SCORE].counts["scored"] == 2
    return results[Stage.SCORE].note


def test_a_part_whose_field_no_lead_has_is_hinted_at(campaign: Make) -> None:
    assert scored(campaign, "technolgy") == (
        "Scoring parts: No lead has the field 'technolgy'. Did you mean 'technology'?"
    )


def test_a_field_that_other_leads_of_the_campaign_have_is_not_hinted_at(campaign: Make) -> None:
    part = {"name": "own", "group": "icp", "weight": 0.1, "field": "technology", "test": "known"}
    campaign(settings={"scoring": {"parts": [part], "icp": {"size": 0.2}}})
    add_leads(SHARD, 1, enrichment={"technology": "PHP"})
    pipeline(1, "first", stages=["SCORE"])
    add_leads(SHARD, 1, email="bob@acme.example", enrichment={"colour": "red"})

    _, results = pipeline(1, "second", stages=["SCORE"])

    assert results[Stage.SCORE].note is None


def test_a_part_whose_field_one_lead_has_is_not(campaign: Make) -> None:
    assert scored(campaign, "technology") is None
