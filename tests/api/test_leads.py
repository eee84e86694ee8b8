"""Leads over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from cam.leads import adding, imports, reading
from cam.leads.adding import Found
from cam.leads.lead_items import parts_item
from cam.mail import engagement
from cam.model import addresses
from cam.model.models import Campaign, LeadDraft, LeadStatus, Part, Stage, Trigger
from cam.platform import keys, tables
from cam.runs import runs
from cam.text import clock
from functions.api.lead_views import waits
from functions.harvest.handler import handler as harvest
from tests.api.client import Client, assert_problem
from tests.integration import pipeline as rules
from tests.unit.test_gates import ADDRESSES

Make = Callable[..., Campaign]
ANN = {"name": "Ann Lee", "email": "ann@acme.example"}


def insert(campaign: Campaign, **fields: Any) -> str:
    """A lead as harvest writes it."""
    draft = LeadDraft.model_validate(fields)
    one = addresses.lead_id(campaign.id, draft.email, draft.linkedin_url, draft.name, draft.company_domain)
    assert one
    shard = keys.Shard(campaign.id, "run", keys.shard_of(one, campaign.shards))
    found = Found(one, draft, "csv", "leads.csv line 2")
    adding.add(shard, campaign.shards, [(found, draft.email)], {"inserted": 1}, clock.now(), (), None)
    return one


def change(campaign: Campaign, lead_id: str, **values: Any) -> None:
    """Set attributes of a lead, as a stage does."""
    shard = keys.shard_of(lead_id, campaign.shards)
    tables.write(tables.update("cam-leads", keys.lead(campaign.id, shard, lead_id), put=values))


def test_leads_wait_for_the_next_harvest(api: Client, campaign: Make) -> None:
    campaign()

    answer = api.post("/campaigns/1/leads", {"leads": [ANN, {"email": "bob@acme.example"}]})

    assert (answer.status, answer.json()) == (200, {"queued": 2, "duplicates": 0, "refused": []})
    assert {draft.email for _, _, draft in imports.waiting(1, 10)} == {"ann@acme.example", "bob@acme.example"}


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
    assert meant == ["Unknown field. Did you mean 'email'?"]


NUMBER = "This must be a number from 0 to 1,000,000,000,000,000."


@pytest.mark.parametrize(
    ("lead", "field", "says"),
    [
        ('{"enrichment": {"employee_count": -1}}', "enrichment.employee_count", NUMBER),
        ('{"enrichment": {"annual_revenue": 1000000000000001}}', "enrichment.annual_revenue", NUMBER),
        ('{"enrichment": {"employee_count": true}}', "enrichment.employee_count", NUMBER),
        ('{"enrichment": {"employee_count": [5]}}', "enrichment.employee_count", NUMBER),
        ('{"enrichment": {"has_budget_authority": {}}}', "enrichment.has_budget_authority", "true or false"),
        ('{"enrichment": {"industry": ["software"]}}', "enrichment.industry", "text"),
        ('{"role": {"title": "CEO"}}', "role", "text"),
        ('{"role": false}', "role", "text"),
        ('{"enrichment": {"time_zone": "Europe/Berln"}}', "enrichment.time_zone", "Europe/Berlin"),
        ('{"enrichment": {"time_zone": "IST"}}', "enrichment.time_zone", "Asia/Kolkata"),
        ('{"enrichment": {"time_zone": "Mars/Base", "country": "Japan"}}', "enrichment.time_zone", "IANA"),
    ],
)
def test_what_json_can_hold_and_a_file_cannot_does_not_get_lost(
    api: Client, campaign: Make, lead: str, field: str, says: str
) -> None:
    campaign()
    body = '{"leads": [%s]}' % ('{"email": "a@acme.example", ' + lead[1:])

    added = api.post("/campaigns/1/leads", body=body.encode(), headers={"Content-Type": "application/json"}).json()

    assert added["queued"] == 0
    ((error,),) = [one["errors"] for one in added["refused"]]
    assert error["field"] == field
    assert says in error["message"]


def test_everything_wrong_with_a_lead_is_said_at_once(api: Client, campaign: Make) -> None:
    campaign()
    lead = {"emial": "x", "role": [], "enrichment": {"employee_count": -5}}
    (refused,) = api.post("/campaigns/1/leads", {"leads": [lead]}).json()["refused"]
    assert {error["field"] for error in refused["errors"]} == {"emial", "role", "enrichment.employee_count"}


def test_numbers_may_be_text_as_in_files_and_sizes_any_word(api: Client, campaign: Make) -> None:
    campaign()
    enrichment = {
        "employee_count": "51-200", "annual_revenue": 1e15, "company_size": "boutique", "time_zone": " Europe/Berlin ",
        "is_decision_maker": "yes", "industry": 7, "country": None,
    }  # fmt: skip
    assert api.post("/campaigns/1/leads", {"leads": [{**ANN, "enrichment": enrichment}]}).json()["queued"] == 1
    ((_, _, draft),) = imports.waiting(1, 1)
    assert (draft.enrichment.employee_count, draft.enrichment.annual_revenue) == (51, 1e15)
    assert (draft.enrichment.company_size, draft.enrichment.time_zone) == ("boutique", "Europe/Berlin")


def test_text_that_says_nothing_is_blank_before_anything_is_asked_of_it(api: Client, campaign: Make) -> None:
    campaign()
    nothing = {
        "first_name": "NULL",
        "last_name": "NULL",
        "company": "#N/A",
        "lawful_basis": "N/A",
        "tags": ["-", "vip"],
    }
    leads = [
        {**nothing, "email": "ann@acme.example", "enrichment": {"time_zone": "n/a", "industry": "unknown", "own": "-"}},
        {**nothing, "company_domain": "acme.example"},
        {"name": "Bob", "email": "(No value)"},
    ]

    answer = api.post("/campaigns/1/leads", {"leads": leads}).json()

    assert (answer["queued"], [one["index"] for one in answer["refused"]]) == (1, [1, 2])
    ((_, _, ann),) = imports.waiting(1, 10)
    assert ann.model_dump(exclude_none=True, exclude_defaults=True) == {"email": "ann@acme.example", "tags": ("vip",)}


def test_a_lead_nested_very_deep_is_refused(api: Client, campaign: Make) -> None:
    campaign()
    body = '{"leads": [{"email": "a@acme.example", "enrichment": {"x": %s}}]}' % ("[" * 500 + "]" * 500)
    answer = api.post("/campaigns/1/leads", body=body.encode(), headers={"Content-Type": "application/json"})
    assert answer.status == 200
    assert answer.json()["refused"][0]["errors"][0]["field"] == "enrichment"


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


def test_what_a_duplicate_knows_fills_the_blanks_of_the_lead(api: Client, campaign: Make) -> None:
    lead = insert(campaign(), **ANN, role="CTO")
    again = {"email": "Ann@ACME.example", "name": "A. Lee", "role": "CEO", "enrichment": {"industry": "software"}}

    for _ in range(2):
        assert api.post("/campaigns/1/leads", {"leads": [again]}).json()["duplicates"] == 1

    shown = api.get(f"/campaigns/1/leads/{lead}").json()
    assert (shown["name"], shown["role"], shown["enrichment"]["industry"]) == ("Ann Lee", "CTO", "software")
    assert (shown["provenance"]["role"]["source"], shown["provenance"]["industry"]["source"]) == ("csv", "manual")
    assert [entry["event"] for entry in shown["timeline"]] == ["harvested", "filled"]
    assert shown["timeline"][1]["detail"].startswith("company_domain, industry from added by hand at ")
    assert clock.parse(shown["provenance"]["industry"]["at"])
    assert not imports.waiting(1, 1)


def test_two_of_a_list_about_one_person_wait_as_one(api: Client, campaign: Make) -> None:
    campaign()
    api.post("/campaigns/1/leads", {"leads": [ANN, {**ANN, "name": "A. Lee", "role": "CTO"}]})
    ((_, _, draft),) = imports.waiting(1, 10)
    assert (draft.name, draft.role) == ("Ann Lee", "CTO")


def test_two_of_a_list_that_are_too_much_for_one_lead_are_not_joined(api: Client, campaign: Make) -> None:
    campaign()
    tags = [f"{number}".rjust(290, "x") for number in range(50)]
    api.post("/campaigns/1/leads", {"leads": [{**ANN, "enrichment": {"notes": "x" * 20_000}}, {**ANN, "tags": tags}]})
    ((_, _, draft),) = imports.waiting(1, 10)
    assert draft.tags == ()


def test_a_lead_shows_who_may_be_the_same_person(api: Client, campaign: Make) -> None:
    one = campaign()
    page = "https://www.linkedin.com/in/ann-lee"
    ann = insert(one, **ANN, company_domain="acme.example", linkedin_url=page)
    other = insert(one, name="ann lee", email="a.lee@acme.example", company="Acme", company_domain="acme.example")
    third = insert(one, name="A. Lee", linkedin_url=page)

    shown = api.get(f"/campaigns/1/leads/{ann}").json()

    assert shown["possible_duplicates"] == [
        {"lead_id": third, "name": "A. Lee", "email": None, "company": None, "because": ["linkedin_url"]},
        {
            "lead_id": other, "name": "ann lee", "email": "a.lee@acme.example", "company": "Acme",
            "because": ["name and company domain"],
        },
    ]  # fmt: skip
    assert len(api.get("/campaigns/1/leads").json()["items"]) == 3
    alone = insert(one, email="bob@acme.example")
    assert api.get(f"/campaigns/1/leads/{alone}").json()["possible_duplicates"] == []


def test_a_lead_answers_to_its_other_id(api: Client, campaign: Make) -> None:
    one = campaign()
    found = insert(one, name="Ann", linkedin_url="linkedin.com/in/ann")
    other = addresses.lead_id(1, "ann@acme.example", None, None, None)
    assert other
    lead, _ = reading.read(1, 1, found)
    tables.write(adding.alias(1, 1, other, lead))

    assert api.get(f"/campaigns/1/leads/{other}").json()["id"] == found
    assert [item["id"] for item in api.get("/campaigns/1/leads").json()["items"]] == [found]
    added = api.post("/campaigns/1/leads", {"leads": [{"email": "ann@acme.example", "role": "CTO"}]}).json()
    assert added["duplicates"] == 1
    assert api.get(f"/campaigns/1/leads/{found}").json()["role"] == "CTO"


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
    assert_problem(api.get("/campaigns/1/leads", {"tier": "wram"}), 422, "tier", says="Did you mean 'WARM'?")
    assert_problem(api.get("/campaigns/1/leads", {"sequence": "zzz"}), 422, "sequence", says="'cold_outreach'")
    near = api.get("/campaigns/1/leads", {"sequence": "Cold-Outreach"})
    assert_problem(near, 422, "sequence", says="Did you mean 'cold_outreach'?")
    assert_problem(api.get("/campaigns/1/leads", {"sequence": ""}), 422, "sequence")
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
            "sentence": "The location, “Berlin, Germany”, is within the target, “Germany”: "
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


def test_each_change_is_in_the_timeline_once_and_in_its_place(api: Client, campaign: Make) -> None:
    """A touch that was not sent is in the history; only where a worker died it is in the ledger alone."""
    one = campaign()
    lead = insert(one, **ANN)
    change(
        one,
        lead,
        history=[
            ["2026-01-01T08:00:00.000Z", "harvested", ""],
            ["2026-01-02T10:00:00.000Z", "refused", "touch 1: mailbox full"],
            ["2026-01-03T10:00:00.000Z", "refused", "touch 1: mailbox full; given up"],
            ["2026-01-05T10:00:00.000Z", "skipped", "touch 2: no_company"],
        ],
    )
    for step, status, day in ((0, "FAILED", 3), (1, "SKIPPED", 5), (2, "SENT", 4), (3, "UNCONFIRMED", 6)):
        send = {
            **keys.send(1, 0, lead, step), "kind": "send", "step": step, "status": status, "sequence": "cold_outreach",
            "claimed_at": f"2026-01-0{day}T10:00:00.000Z", "reason": None if status == "SENT" else "why",
            "subject": "Hello",
        }  # fmt: skip
        tables.write(tables.put("cam-leads", send))

    timeline = api.get(f"/campaigns/1/leads/{lead}").json()["timeline"]

    assert [(entry["event"], entry["detail"].partition(":")[0]) for entry in timeline] == [
        ("harvested", ""), ("refused", "touch 1"), ("refused", "touch 1"), ("mail sent", "touch 3 of cold_outreach"),
        ("skipped", "touch 2"), ("mail unconfirmed", "touch 4 of cold_outreach"),
    ]  # fmt: skip
    assert timeline[-1]["detail"].endswith(": why")


def test_a_lead_says_what_it_waits_for_and_since_or_until_when(api: Client, campaign: Make) -> None:
    one = campaign()
    lead = insert(one, **ANN)
    (listed,) = api.get("/campaigns/1/leads").json()["items"]
    assert (listed["waits_for"], listed["due_at"]) == ("score", listed["created_at"])

    change(one, lead, todo=keys.todo(Stage.NURTURE, clock.parse("2026-11-24T09:00:00Z"), lead))
    read = api.get(f"/campaigns/1/leads/{lead}").json()
    assert (read["waits_for"], read["due_at"]) == ("nurture", "2026-11-24T09:00:00.000Z")

    change(one, lead, todo=None)
    read = api.get(f"/campaigns/1/leads/{lead}").json()
    assert (read["waits_for"], read["due_at"]) == (None, None)


@pytest.mark.parametrize(
    "stage", [*(stage.lower() for stage in Stage if stage != Stage.HARVEST), "review", "unconfirmed"]
)
def test_every_queue_has_its_name(stage: str) -> None:
    assert waits(keys.todo(stage, clock.parse("2026-11-24T09:00:00Z"), "a#b"))[0] == stage


def test_a_lead_with_its_timeline_takes_two_reads(api: Client, campaign: Make, operations: Any) -> None:
    lead = insert(campaign(), **ANN)
    operations.clear()
    api.get(f"/campaigns/1/leads/{lead}")
    assert operations == {"GetItem": 1, "Query": 1}


def test_a_missing_lead_is_404(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get("/campaigns/1/leads/nobody"), 404)
    assert_problem(api.get("/campaigns/2/leads/nobody"), 404)


def test_what_belongs_to_a_lead_is_no_lead(api: Client, campaign: Make) -> None:
    one = campaign()
    lead = insert(one, **ANN)
    tables.write(tables.put("cam-leads", {**keys.send(1, 0, lead, 0), "kind": "send", "step": 0}))
    assert_problem(api.get(f"/campaigns/1/leads/{lead}%23SEND%23000"), 404)
    assert_problem(api.get(f"/campaigns/1/leads/{lead}#SEND#000"), 404)


def test_real_harvest_takes_what_was_added(api: Client, campaign: Make, context: Any) -> None:
    one = campaign()
    api.post("/campaigns/1/leads", {"leads": [ANN]})
    run = runs.open_run(runs.fresh(one, "run-1", Trigger.API, [Stage.HARVEST], one.settings), {})

    harvest({"campaign_id": 1, "run_id": run.run_id, "shard": 0}, context)

    (item,) = api.get("/campaigns/1/leads").json()["items"]
    assert (item["email"], item["source"], item["company_domain"]) == ("ann@acme.example", "manual", "acme.example")
    assert api.post("/campaigns/1/leads", {"leads": [ANN]}).json()["duplicates"] == 1


def test_the_address_table_is_explained_gate_by_gate(api: Client, campaign: Make) -> None:
    campaign()
    state = rules.start(1)
    shard = keys.Shard(1, "run-1", 0)
    ids = {email: rules.add_leads(shard, 1, email=email)[0] for email, _ in ADDRESSES}
    for stage in (Stage.SCORE, Stage.QUALIFY):
        rules.stage(stage, state)

    verdicts = {email: api.get(f"/campaigns/1/leads/{one}").json()["qualification"] for email, one in ids.items()}

    said = {gate["sentence"] for verdict in verdicts.values() for gate in verdict["gates"] if gate["passed"] is False}
    found = [
        (email, tuple(gate["gate"] for gate in verdict["gates"] if gate["passed"] is False))
        for email, verdict in verdicts.items()
    ]
    assert found == ADDRESSES
    assert all(tuple(verdicts[email]["reasons"]) == reasons for email, reasons in ADDRESSES)
    assert said == {
        "“info” is a role account, not a person.",
        "“sales” is a role account, not a person.",
        "“no.reply” is a role account, not a person.",
        "“bot” marks an automated address: nobody reads its email.",
        "“alerts” marks an automated address: nobody reads its email.",
        "mailinator.com is a disposable domain.",
    }


def test_a_lead_says_why_it_has_its_verdict_and_its_sequence(api: Client, campaign: Make) -> None:
    campaign()
    state = rules.start(1)
    (lead,) = rules.add_leads(keys.Shard(1, "run-1", 0), 1)
    for stage in (Stage.SCORE, Stage.QUALIFY, Stage.ROUTE):
        rules.stage(stage, state)

    shown = api.get(f"/campaigns/1/leads/{lead}").json()

    verdict, routing = shown["qualification"], shown["routing"]
    assert (shown["score_settings_version"], verdict["settings_version"], routing["settings_version"]) == (1, 1, 1)
    assert verdict["gates"][0] == {
        "gate": "low_score", "passed": True, "value": 0.61, "limit": 0.4, "fault": None,
        "sentence": "The score, 0.61, is at least 0.40.",
    }  # fmt: skip
    assert verdict["gates"][5]["sentence"] == "Not checked: the campaign blocks no domains."
    assert (routing["effective"], routing["boost"], routing["signals"]) == (0.61, 0.0, 1)
    assert [(step["sequence"], step["min_score"], step["reached"]) for step in routing["ladder"]] == [
        ("aggressive_close", 0.85, False),
        ("regular_nurture", 0.7, False),
        ("long_term_nurture", 0.5, True),
    ]
    assert routing["sentence"] == (
        "The score, 0.61, reaches long_term_nurture, which begins at 0.50. "
        "1 of the 6 signals is true, which adds nothing."
    )


def test_a_list_of_leads_has_verdicts_without_their_gates(api: Client, campaign: Make) -> None:
    one = campaign()
    lead = insert(one, **ANN)
    change(one, lead, qualification={"status": "QUALIFIED", "reasons": [], "gates": ["ra", ["fe"]]})
    change(one, lead, routing={"sequence": "cold_outreach", "boosted": False, "reason": "score 0.06"})

    (shown,) = api.get("/campaigns/1/leads").json()["items"]

    assert set(shown["qualification"]) == {"status", "reasons", "intent", "settings_version"}
    assert set(shown["routing"]) == {
        "sequence", "boosted", "reason", "start_at", "version", "scope", "settings_version"
    }  # fmt: skip


def test_a_person_s_decision_is_shown(api: Client, campaign: Make) -> None:
    one = campaign()
    lead = insert(one, **ANN)
    change(one, lead, review={"decision": "approve", "at": "2026-11-24T09:00:00.000Z", "reviewer": "Bo", "note": "Ok."})

    shown = api.get(f"/campaigns/1/leads/{lead}").json()

    assert shown["review"] == {
        "decision": "approve", "reviewer": "Bo", "note": "Ok.", "at": "2026-11-24T09:00:00.000Z",
    }  # fmt: skip


def test_lists_of_a_campaign_are_checked_entry_by_entry(api: Client) -> None:
    lists = {
        "disposable_domains": {"add": ["a.example", "no domain"]},
        "role_names": {"add": ["front-intake"]},
        "automated_words": {"add": ["bot"], "remove": ["bot"]},
        "free_mail_domains": {"ad": []},
    }

    refused = api.post("/campaigns", {"name": "A", "settings": {"qualification": lists}})

    assert_problem(
        refused,
        422,
        "settings.qualification.disposable_domains.add[1]",
        "settings.qualification.role_names.add[0]",
        "settings.qualification.automated_words",
        "settings.qualification.free_mail_domains.ad",
        says="Did you mean 'add'?",
    )
