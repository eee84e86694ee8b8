"""Sources over HTTP: what is configured and how it does, what credits are left, what a run would bring."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cam.leads import adding
from cam.leads.adding import Found
from cam.model.models import Campaign, LeadDraft, Run, Stage, Trigger
from cam.platform import keys, tables, tallies
from cam.providers import credits, providers, search_progress
from cam.providers.providers import Provider
from cam.runs import runs
from cam.text import clock
from tests.api.client import Client, assert_problem
from tests.integration.providers import store_key

Make = Callable[..., Campaign]
SOURCES = "/campaigns/1/sources"
ESTIMATE = SOURCES + "/estimate"
CSV = {"Content-Type": "text/csv"}
NOTHING = {
    "last_error": None, "last_error_at": None, "last_success_at": None, "next_window": None,
    "provider_credits_left": None, "unsure": 0,
}  # fmt: skip


@pytest.fixture
def campaign(campaign: Make) -> Make:
    """Makes campaigns that say whom Apollo is to look for."""

    def make(**fields: Any) -> Campaign:
        return campaign(**fields | {"settings": {"icp": {"roles": ["CEO"]}, **fields.get("settings", {})}})

    return make


def named(api: Client) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in api.get(SOURCES).json()["items"]}


def upload(api: Client, rows: int) -> None:
    lines = [f"Ada {number},ada{number}@company{number}.example" for number in range(rows)]
    answer = api.post("/campaigns/1/imports", body="\n".join(["name,email", *lines]).encode(), headers=CSV)
    assert answer.status == 201


def by_hand(api: Client, count: int) -> None:
    people = [{"name": f"Bob {number}", "email": f"bob{number}@company.example"} for number in range(count)]
    assert api.post("/campaigns/1/leads", {"leads": people}).json()["queued"] == count


def queue(campaign: Campaign, where: Sequence[str]) -> None:
    """One lead in each of the queues, as Harvest leaves it."""
    shard = keys.Shard(1, "run-1", 0)
    found = [
        (Found(f"lead{at}", LeadDraft(name=f"Eve {at}", company="Acme"), "csv", "", queue=one), None)
        for at, one in enumerate(where)
    ]
    adding.add(shard, campaign.shards, found, {"inserted": len(found)}, clock.now(), [], None)


def open_run(campaign: Campaign) -> Run:
    return runs.open_run(runs.fresh(campaign, "run-1", Trigger.API, [Stage.HARVEST], campaign.settings), {})


def count(stage: Stage, **counts: int) -> None:
    tables.transact(tallies.actions(keys.Shard(1, "run-1", 0), stage, counts))


def searched(**place: Any) -> None:
    _, action = search_progress.moved(1, Provider.APOLLO, search_progress.Place(), **place)
    tables.write(action)


# ------------------------------------------------------------ list


def test_without_any_key_the_answer_says_that_nothing_is_configured(api: Client, campaign: Make) -> None:
    campaign()
    answer = api.get(SOURCES)
    assert answer.status == 200
    own = {"kind": "source", "configured": False, "healthy": True, "condition": "not_configured", "credits_left": None}
    paid = {"configured": False, "healthy": True, "condition": "not_configured", "credits_left": 1000, "waiting": 0}
    assert answer.json() == {
        "items": [
            {"name": "apollo", "kind": "source", **paid, **NOTHING},
            {"name": "csv", "waiting": 0, **own, **NOTHING},
            {"name": "manual", "waiting": 0, **own, **NOTHING},
            {"name": "dropcontact", "kind": "enricher", **paid, **NOTHING},
            {"name": "hunter", "kind": "verifier", **paid, **NOTHING},
        ],
        "credits": {
            "per_run": 100, "per_month": 1000, "spent_this_month": 0, "left_this_month": 1000,
            "spent_by_all_campaigns_this_month": 0, "limited_by": "credits_per_run", "spent": 0,
            "per_qualified_lead": None,
        },
        "next_cursor": None,
    }  # fmt: skip


def test_a_provider_with_a_key_is_configured_and_ready(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "a key that nobody may see")
    apollo = named(api)["apollo"]
    assert (apollo["configured"], apollo["condition"], apollo["waiting"]) == (True, "ready", None)
    assert not named(api)["hunter"]["configured"]


def test_no_answer_shows_a_key_or_where_it_is_kept(api: Client, campaign: Make) -> None:
    campaign()
    for one in Provider:
        store_key(one, f"secret-{one}")
        providers.refused(one, f"{one} rejected its API key (401). Store a valid key", clock.now())
    for path in (SOURCES, ESTIMATE):
        said = api.get(path).body.decode()
        for hidden in ("secret-", "/cam/keys", "PROVIDER#", "SOURCE#", "CREDITS#", "L#1", "cam-leads"):
            assert hidden not in said


def test_the_sources_are_in_the_campaign_s_own_order(api: Client, campaign: Make) -> None:
    campaign(settings={"sources": ["manual", "apollo"]})
    assert [*named(api)] == ["manual", "apollo", "dropcontact", "hunter"]


def test_a_refused_key_is_named_with_its_error_until_an_answer_comes(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "wrong")
    store_key("hunter", "right")
    now = clock.now()
    providers.refused(Provider.APOLLO, "Apollo rejected its API key (401). Store a valid key", now)

    apollo, hunter = named(api)["apollo"], named(api)["hunter"]

    assert (apollo["healthy"], apollo["condition"]) == (False, "failing")
    assert apollo["last_error"] == "Apollo rejected its API key (401). Store a valid key"
    assert apollo["last_error_at"] == clock.iso(now)
    assert (hunter["healthy"], hunter["last_error"]) == (True, None)
    providers.succeeded(Provider.APOLLO, providers.state(Provider.APOLLO), now + timedelta(seconds=1))
    again = named(api)["apollo"]
    assert (again["healthy"], again["condition"], again["last_success_at"]) == (
        True,
        "ready",
        clock.iso(now + timedelta(seconds=1)),
    )
    assert again["last_error"]


def test_a_provider_that_rests_says_until_when(api: Client, campaign: Make) -> None:
    campaign()
    store_key("dropcontact", "key")
    now = clock.now()
    for _ in range(providers.FAILURES):
        state = providers.failed(Provider.DROPCONTACT, "Dropcontact did not respond in time", now)
    assert state.rests_until

    found = named(api)["dropcontact"]

    assert (found["condition"], found["healthy"]) == ("resting", False)
    assert found["next_window"] == clock.iso(state.rests_until)


def test_a_full_window_says_when_the_next_one_opens(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "key")
    until = clock.now() + timedelta(minutes=10)
    providers.pause(Provider.APOLLO, "match", until)

    found = named(api)["apollo"]

    assert (found["condition"], found["healthy"], found["next_window"]) == ("waiting", True, clock.iso(until))


def test_a_window_of_the_past_is_none(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "key")
    providers.pause(Provider.APOLLO, "match", clock.now() - timedelta(seconds=1))
    assert (named(api)["apollo"]["condition"], named(api)["apollo"]["next_window"]) == ("ready", None)


def test_what_the_campaign_does_not_want_is_off(api: Client, campaign: Make) -> None:
    campaign(settings={"harvest": {"dropcontact": "off", "hunter": False}})
    store_key("dropcontact", "key")
    store_key("hunter", "key")
    assert [named(api)[one]["condition"] for one in ("dropcontact", "hunter")] == ["off", "off"]


def test_a_search_read_to_its_end_is_exhausted_once_nobody_waits(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "key")
    searched(page=4, total=250, waiting=("a", "b"), ended_at=clock.now())
    found = named(api)["apollo"]
    assert (found["condition"], found["waiting"]) == ("ready", 2)
    _, action = search_progress.moved(1, Provider.APOLLO, search_progress.place(1, Provider.APOLLO), waiting=())
    tables.write(action)
    found = named(api)["apollo"]
    assert (found["condition"], found["waiting"]) == ("exhausted", 0)


def test_a_search_under_way_says_how_many_are_left(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "key")
    searched(page=2, total=300, waiting=("a",) * 10)
    assert named(api)["apollo"]["waiting"] == 210


def test_credits_that_calls_have_taken_are_spent(api: Client, campaign: Make) -> None:
    one = campaign(settings={"credits_per_month": 50})
    campaign()
    credits.claim(open_run(one), Provider.APOLLO, "match", ["a"] * 10, 10)

    found = api.get(SOURCES).json()["credits"]

    assert (found["spent_this_month"], found["left_this_month"], found["limited_by"]) == (10, 40, "credits_per_month")
    assert named(api)["apollo"]["credits_left"] == 40
    other = api.get("/campaigns/2/sources").json()["credits"]
    assert (other["spent_this_month"], other["spent_by_all_campaigns_this_month"]) == (0, 10)


def test_apollo_is_not_asked_for_a_campaign_that_does_not_say_whom_to_look_for(api: Client, campaign: Make) -> None:
    campaign(settings={"icp": {}})
    store_key("apollo", "key")
    assert (named(api)["apollo"]["configured"], named(api)["apollo"]["condition"]) == (True, "no_icp")
    found = api.get(ESTIMATE).json()
    assert (found["expected_leads"], found["expected_credits"]) == (0, 0)
    assert "settings.icp" in found["note"]


def test_a_source_that_is_named_twice_is_tried_once(api: Client, campaign: Make) -> None:
    campaign(settings={"sources": ["manual", "CSV", "manual"]})
    assert [one["name"] for one in api.get(SOURCES).json()["items"]][:2] == ["manual", "csv"]
    assert api.get("/campaigns/1").json()["settings"]["sources"] == ["manual", "csv"]


def test_a_provider_without_a_budget_is_out_of_credits(api: Client, campaign: Make) -> None:
    campaign(settings={"credits_per_run": 0})
    store_key("apollo", "key")
    assert named(api)["apollo"]["condition"] == "out_of_credits"


def test_an_account_without_credits_is_shown(api: Client, campaign: Make) -> None:
    campaign()
    store_key("dropcontact", "key")
    providers.credits_left(Provider.DROPCONTACT, 0, providers.state(Provider.DROPCONTACT))
    found = named(api)["dropcontact"]
    assert (found["condition"], found["provider_credits_left"]) == ("out_of_credits", 0)


def test_what_credits_brought_is_told_from_the_campaign_s_life(api: Client, campaign: Make) -> None:
    campaign()
    count(Stage.HARVEST, credits_spent=50, paid=40)
    count(Stage.QUALIFY, qualified=30, paid_qualified=20)
    found = api.get(SOURCES).json()["credits"]
    assert (found["spent"], found["per_qualified_lead"]) == (50, 2.5)


def test_files_and_leads_by_hand_say_how_many_wait(api: Client, campaign: Make) -> None:
    campaign()
    upload(api, 3)
    upload(api, 4)
    by_hand(api, 2)
    found = named(api)
    assert [(found[one]["condition"], found[one]["waiting"]) for one in ("csv", "manual")] == [
        ("ready", 7),
        ("ready", 2),
    ]


def test_a_file_that_was_read_is_exhausted_and_one_that_broke_says_why(api: Client, campaign: Make) -> None:
    campaign()
    upload(api, 2)
    imported = keys.imported(1, api.get("/campaigns/1/imports").json()["items"][0]["import_id"])
    tables.write(tables.update("cam-leads", imported, put={"status": "COMPLETED", "row": 2}))
    found = named(api)["csv"]
    assert (found["configured"], found["condition"], found["waiting"]) == (True, "exhausted", 0)
    error = {"line": 1, "field": "file", "message": "the uploaded file no longer exists: upload it as a new import"}
    tables.write(tables.update("cam-leads", imported, put={"status": "FAILED", "errors": [error]}))
    found = named(api)["csv"]
    assert (found["condition"], found["healthy"]) == ("failing", False)
    assert str(found["last_error"]).endswith(": the uploaded file no longer exists: upload it as a new import")
    assert found["last_error_at"]


def test_a_file_that_is_still_to_come_counts_for_nothing_until_it_is_there(api: Client, campaign: Make) -> None:
    campaign(settings={"sources": ["csv"]})
    one = api.post("/campaigns/1/imports", {"filename": "a.csv", "size": 25}).json()
    assert named(api)["csv"]["condition"] == "not_configured"
    assert api.get(ESTIMATE).json()["expected_leads"] == 0
    key = f"imports/1/{one['import_id']}.csv"
    boto3.client("s3").put_object(Bucket="cam-imports", Key=key, Body=b"name,email\nA,a@acme.test\n")
    assert named(api)["csv"]["condition"] == "ready"
    assert api.get(ESTIMATE).json()["note"] == "A file has not been read yet: the first run counts its rows."


def test_leads_that_wait_for_a_provider_are_counted_at_it(api: Client, campaign: Make) -> None:
    one = campaign()
    queue(one, ["enrich", "enrich", "verify", "score"])
    found = named(api)
    assert (found["dropcontact"]["waiting"], found["hunter"]["waiting"]) == (2, 1)
    listed = api.get("/campaigns/1/leads").json()["items"]
    assert sorted(lead["waits_for"] for lead in listed) == ["enrich", "enrich", "score", "verify"]


def test_unsure_calls_are_counted_at_their_provider(api: Client, campaign: Make) -> None:
    run = open_run(campaign())
    credits.unsure(credits.claim(run, Provider.APOLLO, "match", ["a"], 1), "Apollo did not respond in time")
    credits.claim(run, Provider.APOLLO, "match", ["b"], 1)
    found = named(api)
    assert (found["apollo"]["unsure"], found["hunter"]["unsure"]) == (1, 0)


# ------------------------------------------------------------ estimate


def test_an_estimate_without_sources_is_nothing(api: Client, campaign: Make) -> None:
    campaign()
    assert api.get(ESTIMATE).json() == {
        "max_leads": 100,
        "sources": [],
        "expected_leads": 0,
        "expected_credits": 0,
        "expected_qualified": None,
        "credits_left": 100,
        "limited_by": "credits_per_run",
        "credits_per_lead": None,
        "credits_per_qualified_lead": None,
        "note": None,
    }


def test_an_estimate_follows_the_order_and_fills_up(api: Client, campaign: Make) -> None:
    campaign(settings={"sources": ["csv", "manual", "apollo"]})
    store_key("apollo", "key")
    upload(api, 3)
    by_hand(api, 4)
    found = api.get(ESTIMATE, {"max_leads": 10}).json()
    assert found["sources"] == [
        {"source": "csv", "leads": 3, "credits": 0},
        {"source": "manual", "leads": 4, "credits": 0},
        {"source": "apollo", "leads": 3, "credits": 3},
    ]
    assert (found["expected_leads"], found["expected_credits"]) == (10, 3)
    assert "not been searched yet" in found["note"]


def test_an_estimate_reckons_with_leads_that_providers_complete(api: Client, campaign: Make) -> None:
    one = campaign(settings={"harvest": {"hunter": False}})
    queue(one, ["enrich", "verify"])
    upload(api, 3)
    assert api.get(ESTIMATE).json()["expected_credits"] == 0
    store_key("dropcontact", "key")
    store_key("hunter", "key")
    found = api.get(ESTIMATE).json()
    assert found["sources"][-1] == {"source": "enrichment", "leads": 0, "credits": 5}


def test_an_estimate_changes_nothing_and_asks_nobody(api: Client, campaign: Make) -> None:
    campaign()
    store_key("apollo", "key")
    before = api.get(SOURCES).json()
    api.get(ESTIMATE)
    assert api.get(SOURCES).json() == before


@pytest.mark.parametrize("value", ["0", "-1", "1000001", "1.5", "many", "", "01"])
def test_a_wrong_cap_is_refused(api: Client, campaign: Make, value: str) -> None:
    campaign()
    assert_problem(api.get(ESTIMATE, {"max_leads": value}), 422, "max_leads")


@pytest.mark.parametrize("path", ["/campaigns/9/sources", "/campaigns/9/sources/estimate"])
def test_sources_of_a_campaign_that_does_not_exist_are_not_found(api: Client, campaign: Make, path: str) -> None:
    campaign()
    assert_problem(api.get(path), 404, says="9")


def test_a_campaign_number_that_is_none_is_refused(api: Client) -> None:
    assert_problem(api.get("/campaigns/one/sources"), 422, "campaign_id")


def test_the_list_takes_few_reads(api: Client, campaign: Make, operations: Any) -> None:
    campaign()
    store_key("apollo", "key")
    operations.clear()
    api.get(SOURCES)
    # Campaign, place of the search; budgets, counters, providers; calls, files twice, leads by hand, two queues.
    assert operations == {"GetItem": 2, "BatchGetItem": 3, "Query": 6}
