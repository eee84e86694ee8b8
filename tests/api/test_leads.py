"""Leads over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from cam import addresses, clock, engagement, files, keys, leads, runs, tables
from cam.leads import Found, parts_item
from cam.models import Campaign, LeadDraft, LeadStatus, Part, Stage, Trigger
from functions.harvest.handler import handler as harvest
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
ANN = {"name": "Ann Lee", "email": "ann@acme.example"}


def insert(campaign: Campaign, **fields: Any) -> str:
    """A lead as harvest writes it."""
    draft = LeadDraft.model_validate(fields)
    one = addresses.lead_id(campaign.id, draft.email, draft.linkedin_url, draft.name, draft.company_domain)
    assert one
    shard = keys.Shard(campaign.id, "run", keys.shard_of(one, campaign.shards))
    found = Found(one, draft, "csv", "leads.csv line 2")
    leads.add(shard, campaign.shards, [(found, draft.email)], {"inserted": 1}, clock.now(), (), None)
    return one


def change(campaign: Campaign, lead_id: str, **values: Any) -> None:
    """Set attributes of a lead, as a stage does."""
    shard = keys.shard_of(lead_id, campaign.shards)
    tables.write(tables.update("cam-leads", keys.lead(campaign.id, shard, lead_id), put=values))


def test_leads_wait_for_the_next_harvest(api: Client, campaign: Make) -> None:
    campaign()

    answer = api.post("/campaigns/1/leads", {"leads": [ANN, {"email": "bob@acme.example"}]})

    assert (answer.status, answer.json()) == (200, {"queued": 2, "duplicates": 0, "refused": []})
    assert {draft.email for _, _, draft in files.waiting(1, 10)} == {"ann@acme.example", "bob@acme.example"}


def test_a_refused_lead_does_not_stop_the_others(api: Client, campaign: Make) -> None:
    campaign()
    several = [
        ANN,
        {"name": "Nobody"},
        {"email": "c@acme.example", "lawful_basis": "hope"},
        "text",
        {"email": "d@acme.example", "emial": "x", "tags": ["a", "x" * 501]},
        {"email": "e@acme.example", "name": "x" * 256},
        {"email": "f@acme.example", "enrichment": {"notes": "x" * 31_000}},
    ]

    added = api.post("/campaigns/1/leads", {"leads": several}).json()

    assert added["queued"] == 1
    refused = {one["index"]: {error["field"] for error in one["errors"]} for one in added["refused"]}
    assert refused == {
        1: {"email"}, 2: {"lawful_basis"}, 3: {"body"}, 4: {"tags[1]", "emial"}, 5: {"name"}, 6: {"enrichment"},
    }  # fmt: skip
    meant = [error["message"] for error in added["refused"][3]["errors"] if error["field"] == "emial"]
    assert meant == ["This field is not known. Did you mean 'email'?"]


def test_duplicates_are_counted_wherever_they_are(api: Client, campaign: Make) -> None:
    insert(campaign(), email="known@acme.example")
    api.post("/campaigns/1/leads", {"leads": [{"email": "waiting@acme.example"}]})

    added = api.post(
        "/campaigns/1/leads",
        {
            "leads": [
                {"email": "Known+tag@ACME.example"},
                {"email": "waiting@acme.example"},
                ANN,
                {**ANN, "name": "A. Lee"},
            ]
        },
    ).json()

    assert added == {"queued": 1, "duplicates": 3, "refused": []}


def test_first_and_last_name_with_a_domain_say_who_it_is(api: Client, campaign: Make) -> None:
    campaign()
    lead = {"first_name": "Ann", "last_name": "Lee", "company_domain": "acme.example"}
    assert api.post("/campaigns/1/leads", {"leads": [lead]}).json()["queued"] == 1


def test_an_inactive_campaign_accepts_leads(api: Client, campaign: Make) -> None:
    campaign(active=False)
    assert api.post("/campaigns/1/leads", {"leads": [ANN]}).json()["queued"] == 1


def test_at_most_500_leads_come_at_once(api: Client, campaign: Make) -> None:
    campaign()
    many = [{"email": f"p{number}@acme.example"} for number in range(501)]
    assert_problem(api.post("/campaigns/1/leads", {"leads": many}), 422, "leads")
    assert api.post("/campaigns/1/leads", {"leads": many[:500]}).json()["queued"] == 500


def test_adding_leads_says_what_is_wrong_with_the_whole(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.post("/campaigns/2/leads", {"leads": []}), 404)
    assert_problem(api.post("/campaigns/1/leads", {}), 422, "leads")
    assert_problem(api.post("/campaigns/1/leads", {"leads": "all"}), 422, "leads")
    assert_problem(api.post("/campaigns/1/leads", {"leads": [], "lead": 1}), 422, "lead")


def test_leads_are_listed_page_by_page_across_shards(api: Client, campaign: Make) -> None:
    one = campaign(settings={"expected_leads": 10_000})
    expected = {insert(one, email=f"p{number}@acme.example") for number in range(9)}

    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/campaigns/1/leads", query).json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == 9
    assert set(seen) == expected


def test_leads_are_filtered_in_any_case(api: Client, campaign: Make) -> None:
    one = campaign()
    first, second = insert(one, email="a@acme.example"), insert(one, email="b@acme.example")
    change(one, first, status=LeadStatus.ROUTED, tier="HOT", sequence="aggressive_close")
    change(one, second, tier="COLD")

    def found(**query: str) -> list[str]:
        return [item["id"] for item in api.get("/campaigns/1/leads", query).json()["items"]]

    assert found(status="routed") == found(tier="hot") == found(sequence="Aggressive_Close") == [first]
    assert found(status="New", tier="Cold") == [second]
    assert found(status="REPLIED") == []


def test_a_listed_lead_shows_no_internals(api: Client, campaign: Make) -> None:
    insert(campaign(), email="a@acme.example", enrichment={"crm_id": "7"})
    (item,) = api.get("/campaigns/1/leads").json()["items"]
    assert not {"todo", "shard", "pk", "sk", "history", "person"} & set(item)
    assert item["enrichment"]["crm_id"] == "7"
    assert item["status"] == "NEW"


def test_wrong_filters_are_named(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get("/campaigns/1/leads", {"status": "HAPPY"}), 422, "status", says="'NEW'")
    assert_problem(api.get("/campaigns/1/leads", {"tier": "TEPID"}), 422, "tier")
    assert_problem(api.get("/campaigns/1/leads", {"limit": 101}), 422, "limit")
    assert_problem(api.get("/campaigns/1/leads", {"teir": "HOT"}), 422, "teir", says="'tier'")


@pytest.mark.parametrize("forged", ["x", "WzAsbnVsbF0.x", ""])
def test_a_cursor_of_somewhere_else_is_refused(api: Client, campaign: Make, forged: str) -> None:
    one = campaign()
    for number in range(3):
        insert(one, email=f"p{number}@acme.example")
    campaign()
    cursor = api.get("/campaigns/1/leads", {"limit": 1}).json()["next_cursor"]

    assert_problem(api.get("/campaigns/1/leads", {"cursor": forged}), 422, "cursor")
    assert_problem(api.get("/campaigns/2/leads", {"cursor": cursor}), 422, "cursor")
    assert_problem(api.get("/campaigns/1/leads", {"cursor": cursor, "tier": "HOT"}), 422, "cursor")
    assert_problem(api.get("/campaigns/1/imports", {"cursor": cursor}), 422, "cursor")


def test_a_lead_is_read_with_explanation_provenance_and_timeline(api: Client, campaign: Make) -> None:
    one = campaign()
    lead = insert(one, **ANN)
    part = Part(
        part="location", group="icp", value=0.8, weight=0.075, contribution=0.06, lead_value="Berlin, Germany",
        target="Germany", code="contains",
    )  # fmt: skip
    change(
        one, lead, score=0.06, icp_score=0.8, opportunity_score=0.5, tier="COLD", explanation=parts_item([part]),
        qualification={"status": "REJECTED", "reasons": ["low_score"], "intent": None},
        routing={
            "sequence": "cold_outreach", "boosted": False, "reason": "score 0.06",
            "start_at": "2026-11-24T09:00:00.000Z",
        },
    )  # fmt: skip

    answer = api.get(f"/campaigns/1/leads/{lead}")

    assert answer.status == 200
    shown = answer.json()
    assert shown["explanation"] == [
        {
            "part": "location", "group": "icp", "value": 0.8, "weight": 0.075, "contribution": 0.06,
            "lead_value": "Berlin, Germany", "target": "Germany",
            "sentence": "The location, “Berlin, Germany”, lies in the target, “Germany”: "
            "0.80 of 1, weight 0.075, adds 0.0600.",
        }
    ]  # fmt: skip
    assert shown["qualification"]["reasons"] == ["low_score"]
    assert shown["routing"]["start_at"] == "2026-11-24T09:00:00.000Z"
    assert shown["provenance"]["email"]["source"] == "csv"
    assert shown["provenance"]["email"]["detail"] == "leads.csv line 2"
    assert [entry["event"] for entry in shown["timeline"]] == ["harvested"]


def test_the_timeline_holds_mails_and_what_came_back_in_order_and_once(api: Client, campaign: Make) -> None:
    one = campaign()
    lead = insert(one, **ANN)
    send = {
        **keys.send(1, 0, lead, 0), "kind": "send", "send_id": f"0-{lead}-0", "lead_id": lead, "to": ANN["email"],
        "sequence": "cold_outreach", "step": 0, "status": "SENT", "subject": "Hello",
        "claimed_at": "2026-01-01T10:00:00.000Z", "sent_at": "2026-01-01T10:00:01.000Z",
    }  # fmt: skip
    tables.write(tables.put("cam-leads", send))
    engagement.unsubscribe(1, 0, lead, 0, clock.now())

    timeline = api.get(f"/campaigns/1/leads/{lead}").json()["timeline"]

    assert [entry["event"] for entry in timeline] == ["mail sent", "harvested", "unsubscribed"]
    assert timeline[0] == {
        "at": "2026-01-01T10:00:01.000Z", "event": "mail sent", "detail": "touch 1 of cold_outreach: Hello",
    }  # fmt: skip


def test_a_lead_with_its_timeline_takes_two_reads(api: Client, campaign: Make, operations: Any) -> None:
    lead = insert(campaign(), **ANN)
    operations.clear()
    api.get(f"/campaigns/1/leads/{lead}")
    assert operations == {"GetItem": 1, "Query": 1}


def test_a_missing_lead_is_404(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get("/campaigns/1/leads/nobody"), 404)
    assert_problem(api.get("/campaigns/2/leads/nobody"), 404)


def test_real_harvest_takes_what_was_added(api: Client, campaign: Make, context: Any) -> None:
    one = campaign()
    api.post("/campaigns/1/leads", {"leads": [ANN]})
    run = runs.open_run(runs.fresh(one, "run-1", Trigger.API, [Stage.HARVEST], one.settings), {})

    harvest({"campaign_id": 1, "run_id": run.run_id, "shard": 0}, context)

    (item,) = api.get("/campaigns/1/leads").json()["items"]
    assert (item["email"], item["source"], item["company_domain"]) == ("ann@acme.example", "manual", "acme.example")
    assert api.post("/campaigns/1/leads", {"leads": [ANN]}).json()["duplicates"] == 1
