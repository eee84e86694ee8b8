"""Campaigns over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from cam.model.models import Campaign
from functions.api.routes.campaigns import merged
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]


def test_a_campaign_is_created_with_defaults_and_an_address(api: Client) -> None:
    answer = api.post("/campaigns", {"name": "Autumn"})

    assert answer.status == 201
    assert answer.location == "/campaigns/1"
    created = answer.json()
    assert (created["id"], created["name"], created["active"]) == (1, "Autumn", True)
    assert created["settings"]["qualification"]["min_score"] == 0.4
    assert created["created_at"].endswith("Z")
    assert "shards" not in created
    assert api.get("/campaigns/1").json() == created


def test_ids_count_up_from_one(api: Client) -> None:
    assert [api.post("/campaigns", {"name": name}).json()["id"] for name in "ABC"] == [1, 2, 3]


def test_a_name_is_taken_whatever_its_case(api: Client) -> None:
    api.post("/campaigns", {"name": "Autumn"})

    assert_problem(api.post("/campaigns", {"name": " AUTUMN "}), 409, says="autumn")


def test_a_missing_campaign_is_404(api: Client) -> None:
    assert_problem(api.get("/campaigns/7"), 404, says="no campaign 7")


@pytest.mark.parametrize("campaign_id", ["0", "-1", "x", "1.5", "01", "+1", "1_0", "1.0", " 1", "1 ", "１"])
def test_a_campaign_id_is_a_whole_number_from_one(api: Client, campaign_id: str) -> None:
    assert_problem(api.get(f"/campaigns/{campaign_id}"), 422, "campaign_id")


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": 5}, "name"),
        ({"name": "A", "description": "x" * 1001}, "description"),
        ({"name": "A", "target_niche": "x" * 256}, "target_niche"),
        ({"name": "A", "service_key": "x" * 101}, "service_key"),
        ({"name": "A", "target_clients": 0}, "target_clients"),
        ({"name": "A", "target_mrr": -1}, "target_mrr"),
        ({"name": "A", "target_mrr": float("nan")}, "target_mrr"),
        ({"name": "A", "settings": {"icp": {"company_size": "huge"}}}, "settings.icp.company_size"),
        ({"name": "A", "settings": {"icp": {"roles": ["CEO", ""]}}}, "settings.icp.roles[1]"),
        ({"name": "A", "settings": {"icp": {"revenue_min": 2, "revenue_max": 1}}}, "settings.icp"),
        ({"name": "A", "settings": {"scoring": {"weights": {"icp": 0.9}}}}, "settings.scoring.weights"),
        ({"name": "A", "settings": {"sending": {"sender_email": "nobody"}}}, "settings.sending.sender_email"),
        ({"name": "A", "settings": {"sending": {"time_zone": "Mars/Base"}}}, "settings.sending.time_zone"),
        ({"name": "A\tB"}, "name"),
        ({"name": "A\u202eB"}, "name"),
        ({"name": "A\x85B"}, "name"),
        ({"name": "A", "description": "one\ttwo"}, "description"),
        ({"name": "A", "description": "\u2066"}, "description"),
        ({"name": "A", "target_niche": "a\nb"}, "target_niche"),
        ({"name": "A", "service_key": "a\x00"}, "service_key"),
        ([], "body"),
        ("Autumn", "body"),
    ],
)
def test_each_wrong_field_is_named(api: Client, draft: Any, field: str) -> None:
    assert_problem(api.post("/campaigns", draft), 422, field)


def test_all_wrong_fields_are_named_at_once(api: Client) -> None:
    assert_problem(
        api.post("/campaigns", {"target_clients": 0, "target_mrr": -1}), 422, "name", "target_clients", "target_mrr"
    )


def test_an_unknown_field_is_refused_with_the_name_that_was_meant(api: Client) -> None:
    assert_problem(api.post("/campaigns", {"name": "A", "descripton": "x"}), 422, "descripton", says="'description'")
    nested = {"name": "A", "settings": {"sending": {"warm_up": {"strat": 5}}}}
    assert_problem(api.post("/campaigns", nested), 422, "settings.sending.warm_up.strat", says="'start'")
    api.post("/campaigns", {"name": "A"})
    replaced = api.put("/campaigns/1", {"name": "A", "settings": {"qualificaton": {}}})
    assert_problem(replaced, 422, "settings.qualificaton", says="'qualification'")


def test_a_description_may_have_lines_and_a_name_any_script(api: Client) -> None:
    draft = {"name": "مرحبا 👩‍💻", "description": "one\r\ntwo\n\nthree"}
    created = api.post("/campaigns", draft).json()
    assert {name: created[name] for name in draft} == draft


def test_text_that_is_not_unicode_is_refused(api: Client) -> None:
    answer = api.post("/campaigns", body=b'{"name": "\\ud800"}', headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, "name")
    unknown = api.post("/campaigns", body=b'{"\\ud800": 1}', headers={"Content-Type": "application/json"})
    assert_problem(unknown, 422, "\ufffd", says="half of a surrogate pair (U+D800)")


def test_campaigns_are_listed_oldest_first_with_their_total(api: Client, campaign: Make) -> None:
    for number in range(12):
        campaign(active=number % 2 == 0)

    first = api.get("/campaigns")
    assert [one["id"] for one in first.json()] == list(range(1, 11))
    assert first.headers["x-total-count"] == "12"
    rest = api.get("/campaigns", {"skip": 10, "limit": 100})
    assert [one["id"] for one in rest.json()] == [11, 12]
    active = api.get("/campaigns", {"active_only": "true", "limit": 3})
    assert [one["id"] for one in active.json()] == [1, 3, 5]
    assert active.headers["x-total-count"] == "6"
    assert api.get("/campaigns", {"skip": 99}).json() == []


@pytest.mark.parametrize(
    ("query", "field"), [({"skip": -1}, "skip"), ({"limit": 0}, "limit"), ({"limit": 101}, "limit")]
)
def test_the_bounds_of_a_list_are_checked(api: Client, query: dict[str, int], field: str) -> None:
    assert_problem(api.get("/campaigns", query), 422, field)


def test_a_list_of_campaigns_takes_one_count_and_one_read(api: Client, campaign: Make, operations: Any) -> None:
    campaign()
    operations.clear()
    api.get("/campaigns")
    assert operations == {"Query": 2}


def test_replacing_keeps_active_and_the_settings_that_are_left_out(api: Client, campaign: Make) -> None:
    campaign(
        name="Before", description="old", active=False,
        settings={
            "icp": {"industry": "software", "roles": ["CEO", "CTO"]},
            "sending": {"daily_cap": 7, "warm_up": None},
        },
    )  # fmt: skip

    answer = api.put("/campaigns/1", {"name": "After", "settings": {"icp": {"roles": ["CMO"]}}})

    assert answer.status == 200
    after = answer.json()
    assert (after["name"], after["active"], after["description"]) == ("After", False, "")
    assert after["settings"]["icp"] == {
        "company_size": None, "industry": "software", "revenue_min": None, "revenue_max": None, "location": None,
        "roles": ["CMO"],
    }  # fmt: skip
    assert after["settings"]["sending"]["daily_cap"] == 7
    assert after["settings"]["sending"]["warm_up"] is None
    assert api.put("/campaigns/1", {"name": "After", "active": True}).json()["active"] is True
    assert api.get("/campaigns/1").json()["settings"]["icp"]["industry"] == "software"


def test_weights_are_checked_together_with_those_that_were_kept(api: Client, campaign: Make) -> None:
    campaign(settings={"scoring": {"weights": {"icp": 0.7, "opportunity": 0.3}}})

    wrong = api.put("/campaigns/1", {"name": "A", "settings": {"scoring": {"weights": {"icp": 0.5}}}})

    assert_problem(wrong, 422, "settings.scoring.weights", says="sum to 1")


def test_what_get_answered_can_be_put_back(api: Client, campaign: Make) -> None:
    campaign(settings={"sending": {"window": {"start": "08:30"}}, "icp": {"roles": ["CEO"]}})
    shown = api.get("/campaigns/1").json()

    answer = api.put("/campaigns/1", shown)

    assert answer.status == 200
    assert {**answer.json(), "updated_at": shown["updated_at"]} == shown
    for other in (2, "1", True, None):
        assert_problem(api.put("/campaigns/1", {**shown, "id": other}), 422, "id")


def test_replacing_says_why_not(api: Client, campaign: Make) -> None:
    campaign(name="One")
    campaign(name="Two")
    assert_problem(api.put("/campaigns/9", {"name": "A"}), 404)
    assert_problem(api.put("/campaigns/2", {"name": "one"}), 409)
    assert_problem(api.put("/campaigns/2", {}), 422, "name")
    assert_problem(api.put("/campaigns/2", {"name": "A", "settings": None}), 422, "settings")
    assert_problem(api.put("/campaigns/2", {"name": "A", "id": 3}), 422, "id")


def test_merging_lays_objects_over_one_another_and_replaces_the_rest() -> None:
    kept = {"a": {"b": 1, "c": [1, 2]}, "d": None}
    assert merged(kept, {"a": {"c": [3]}, "d": {"e": 1}}) == {"a": {"b": 1, "c": [3]}, "d": {"e": 1}}
    assert merged(kept, {"a": None}) == {"a": None, "d": None}
    assert kept == {"a": {"b": 1, "c": [1, 2]}, "d": None}
