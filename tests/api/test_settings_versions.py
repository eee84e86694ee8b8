"""Versions of a campaign's settings over HTTP: counted, kept, listed, compared."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cam.campaigns import campaigns, versions
from cam.model.errors import Conflict
from cam.model.models import Campaign, CampaignDraft
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
VERSIONS = "/campaigns/1/settings/versions"


def put(api: Client, settings: dict[str, Any], name: str = "A") -> Any:
    answer = api.put("/campaigns/1", {"name": name, "settings": settings})
    assert answer.status == 200
    return answer.json()


def numbers(api: Client, **query: Any) -> list[int]:
    return [one["version"] for one in api.get(VERSIONS, query).json()["items"]]


def draft(**given: Any) -> CampaignDraft:
    return CampaignDraft.model_validate({"name": "Campaign 1", **given})


def test_a_campaign_begins_with_version_1_told_from_the_defaults(api: Client) -> None:
    created = api.post("/campaigns", {"name": "A", "settings": {"qualification": {"min_score": 0.5}}}).json()

    assert created["settings_version"] == 1
    assert api.get(VERSIONS).json() == {
        "items": [{"version": 1, "at": created["created_at"], "changes": ["qualification.min_score"], "more": 0}],
        "next_cursor": None,
    }
    assert api.get(f"{VERSIONS}/1").json()["settings"] == created["settings"]


def test_each_change_of_the_settings_is_a_version(api: Client, campaign: Make) -> None:
    campaign()
    first = put(api, {"qualification": {"min_score": 0.5}, "sending": {"warm_up": None}})
    second = put(api, {"qualification": {"min_score": 0.6}})

    assert (first["settings_version"], second["settings_version"]) == (2, 3)
    assert api.get("/campaigns/1").json()["settings_version"] == 3
    listed = api.get(VERSIONS).json()["items"]
    assert [(one["version"], one["changes"]) for one in listed] == [
        (3, ["qualification.min_score"]),
        (2, ["qualification.min_score", "sending.warm_up"]),
        (1, []),
    ]
    shown = api.get(f"{VERSIONS}/2").json()
    assert shown == {"version": 2, "at": first["updated_at"], "settings": first["settings"]}


def test_what_changes_no_setting_makes_no_version(api: Client, campaign: Make) -> None:
    campaign()
    put(api, {}, name="Renamed")
    put(api, {"qualification": {"min_score": 0.4}, "sending": {"window": {"start": "09:00"}}})
    shown = api.get("/campaigns/1").json()

    assert api.put("/campaigns/1", {**shown, "settings_version": 7}).json()["settings_version"] == 1
    assert numbers(api) == [1]


def test_old_settings_put_back_are_a_new_version(api: Client, campaign: Make) -> None:
    campaign()
    put(api, {"icp": {"roles": ["CEO"]}})

    again = put(api, api.get(f"{VERSIONS}/1").json()["settings"])

    assert again["settings_version"] == 3
    assert api.get(f"{VERSIONS}/3/diff", {"against": 1}).json()["changes"] == []


def test_versions_are_paged_newest_first(api: Client, campaign: Make) -> None:
    campaign()
    for cap in range(1, 5):
        put(api, {"sending": {"daily_cap": cap}})

    first = api.get(VERSIONS, {"limit": 3}).json()
    rest = api.get(VERSIONS, {"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [one["version"] for one in first["items"]] == [5, 4, 3]
    assert [one["version"] for one in rest["items"]] == [2, 1]
    assert rest["next_cursor"] is None
    campaign()
    other = api.get("/campaigns/2/settings/versions", {"cursor": first["next_cursor"]})
    assert_problem(other, 422, "cursor")


def test_a_version_names_20_paths_and_counts_the_rest(api: Client) -> None:
    names = ("recent_job_change", "company_funded_recently", "company_hiring", "recent_activity")
    settings = {
        "icp": {"industry": "a", "location": "b", "roles": ["c"], "company_size": "small", "revenue_min": 1},
        "scoring": {
            "weights": {"icp": 0.4, "opportunity": 0.6}, "signals": dict.fromkeys(names, 0.01),
            "tiers": {"hot": 0.8, "warm": 0.6, "cool": 0.3},
        },
        "qualification": {"min_score": 0, "block_free_email": True, "low_intent": 0},
        "harvest": {"verified_only": False, "hunter": False, "job_postings": False, "dropcontact": "off"},
        "sending": {"daily_cap": 7},
    }  # fmt: skip
    api.post("/campaigns", {"name": "A", "settings": settings})

    (only,) = api.get(VERSIONS).json()["items"]

    assert len(only["changes"]) == 20
    assert only["more"] == 2


def test_a_diff_says_what_was_and_what_is(api: Client, campaign: Make) -> None:
    blocked = [f"d{number}.example" for number in range(11)]
    campaign(settings={"qualification": {"blocked_domains": blocked}})
    ladder = [{"sequence": "aggressive_close", "min_score": 0.9}, {"sequence": "cold_outreach", "min_score": 0}]
    put(
        api,
        {
            "qualification": {"blocked_domains": [*blocked[1:], "new.example"], "min_score": 0.5},
            "routing": {"ladder": ladder},
            "sending": {"warm_up": None},
        },
    )

    assert api.get(f"{VERSIONS}/2/diff").json() == {
        "version": 2,
        "against": 1,
        "changes": [
            {"path": "qualification.min_score", "before": 0.4, "after": 0.5},
            {"path": "qualification.blocked_domains", "added": ["new.example"], "removed": ["d0.example"]},
            {"path": "routing.ladder[aggressive_close].min_score", "before": 0.85, "after": 0.9},
            {
                "path": "routing.ladder[regular_nurture]",
                "before": {"sequence": "regular_nurture", "min_score": 0.7},
            },
            {
                "path": "routing.ladder[long_term_nurture]",
                "before": {"sequence": "long_term_nurture", "min_score": 0.5},
            },
            {"path": "sending.warm_up", "before": {"start": 10, "step": 5}, "after": None},
        ],
    }


def test_version_1_is_compared_with_the_defaults(api: Client, campaign: Make) -> None:
    campaign(settings={"qualification": {"min_score": 0.5}})
    put(api, {"qualification": {"min_score": 0.6}})

    assert api.get(f"{VERSIONS}/1/diff").json() == {
        "version": 1, "against": 0, "changes": [{"path": "qualification.min_score", "before": 0.4, "after": 0.5}],
    }  # fmt: skip
    backwards = api.get(f"{VERSIONS}/1/diff", {"against": 2}).json()["changes"]
    assert backwards == [{"path": "qualification.min_score", "before": 0.6, "after": 0.5}]
    assert api.get(f"{VERSIONS}/2/diff", {"against": 0}).json()["changes"][0]["before"] == 0.4


def test_what_is_not_there_is_404_with_the_present_version(api: Client, campaign: Make) -> None:
    assert_problem(api.get(VERSIONS), 404, says="no campaign 1")
    campaign()
    assert_problem(api.get(f"{VERSIONS}/2"), 404, says="the current one is 1")
    assert_problem(api.get(f"{VERSIONS}/2/diff"), 404, says="no version 2")
    assert_problem(api.get(f"{VERSIONS}/1/diff", {"against": 9}), 404, says="no version 9")
    assert_problem(api.get(f"{VERSIONS}/0"), 422, "version")
    assert_problem(api.get(f"{VERSIONS}/x"), 422, "version")
    assert_problem(api.get(f"{VERSIONS}/1/diff", {"against": -1}), 422, "against")


@pytest.mark.parametrize("still", [True, False])
def test_of_two_changes_at_once_one_is_made(campaign: Make, monkeypatch: pytest.MonkeyPatch, still: bool) -> None:
    if still:
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 1, tzinfo=UTC))
    before = campaign()
    campaigns.replace(before, draft(settings={"icp": {"industry": "one"}}))

    with pytest.raises(Conflict):
        campaigns.replace(before, draft(settings={"icp": {"industry": "two"}}))
    with pytest.raises(Conflict):
        campaigns.replace(before, draft(description="two"))

    after = campaigns.read(1)
    assert (after.settings.icp.industry, after.settings_version) == ("one", 2)
    assert len(versions.page(after, 10)[0]) == 2


def test_a_version_that_is_there_is_never_overwritten(campaign: Make) -> None:
    before = campaign()
    tables.write(tables.put(campaigns_table(), {**keys.settings(1, 2), "version": 2, "settings": "{}"}))

    with pytest.raises(Conflict, match="changed by another request"):
        campaigns.replace(before, draft(settings={"icp": {"industry": "two"}}))

    assert campaigns.read(1) == before


def test_a_name_that_is_taken_leaves_no_version(api: Client, campaign: Make) -> None:
    campaign(name="One")
    campaign(name="Two")
    renamed = {"name": "Two", "settings": {"icp": {"industry": "x"}}}

    assert_problem(api.put("/campaigns/1", renamed), 409, says="already exists")

    assert numbers(api) == [1]


def test_settings_that_cannot_be_stored_are_refused(api: Client, campaign: Make) -> None:
    campaign()
    long = [f"{number:04d}{'x' * 59}.{'.'.join(['y' * 62] * 2)}.{'z' * 60}" for number in range(1000)]
    settings = {"icp": {"roles": ["\U0001f600" * 255] * 100}, "qualification": {"blocked_domains": long}}

    for answer in (
        api.post("/campaigns", {"name": "B", "settings": settings}),
        api.put("/campaigns/1", {"name": "A", "settings": settings}),
    ):
        assert_problem(answer, 422, "settings", says="the limit is 350,000")

    assert numbers(api) == [1]


def test_a_thousand_long_domains_can_be_stored(api: Client) -> None:
    long = [f"{number:04d}{'x' * 59}.{'.'.join(['y' * 62] * 2)}.{'z' * 60}" for number in range(1000)]
    created = api.post("/campaigns", {"name": "B", "settings": {"qualification": {"blocked_domains": long}}})

    assert created.status == 201
    assert len(api.get(f"{VERSIONS}/1").json()["settings"]["qualification"]["blocked_domains"]) == 1000


def test_a_campaign_older_than_versions_shows_its_present_one(api: Client, campaign: Make) -> None:
    made = campaign(settings={"qualification": {"min_score": 0.5}})
    tables.write(tables.delete(campaigns_table(), keys.settings(1, 1)))

    assert numbers(api) == [1]
    assert api.get(VERSIONS).json()["items"][0]["changes"] == ["qualification.min_score"]
    assert api.get(f"{VERSIONS}/1").json()["settings"] == made.settings.model_dump(mode="json")
    put(api, {"qualification": {"min_score": 0.6}})
    assert numbers(api) == [2]
    assert_problem(api.get(f"{VERSIONS}/2/diff"), 404, says="no version 1")


def test_a_version_of_stricter_rules_is_shown_as_it_was(api: Client, campaign: Make) -> None:
    campaign()
    put(api, {"qualification": {"min_score": 0.6}})
    tables.write(tables.update(campaigns_table(), keys.settings(1, 1), put={"settings": '{"gone": 1}'}))

    assert api.get(f"{VERSIONS}/1").json()["settings"] == {"gone": 1}
    assert {"path": "gone", "before": 1} in api.get(f"{VERSIONS}/2/diff").json()["changes"]


def test_versions_take_the_calls_of_the_data_model(api: Client, campaign: Make, operations: Any) -> None:
    campaign()
    put(api, {"qualification": {"min_score": 0.6}})
    for path, calls in (
        (VERSIONS, {"GetItem": 1, "Query": 1}),
        (f"{VERSIONS}/1", {"GetItem": 2}),
        (f"{VERSIONS}/2/diff", {"GetItem": 3}),
    ):
        operations.clear()
        api.get(path)
        assert operations == calls
