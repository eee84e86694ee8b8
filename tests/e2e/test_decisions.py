"""Decisions over HTTP on the deployed template: explained, previewed, made again, settled by people."""

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.stack import Stack, verify
from tests.e2e.client import Api, Json, mails
from tests.template import ROOT
from tests.unit.test_gates import ADDRESSES

VECTORS = json.loads((ROOT / "tests" / "vectors" / "scoring.json").read_text("utf-8"))
EXAMPLE = json.loads((ROOT / "examples" / "campaign.json").read_text())
LEADS = (ROOT / "examples" / "leads.csv").read_bytes()
DECIDE = ["HARVEST", "SCORE", "QUALIFY", "ROUTE"]


def by(name: str, api: Api, campaign: int) -> dict[str, Json]:
    """The campaign's leads by one of their fields."""
    return {lead[name]: lead for lead in api.pages(f"/campaigns/{campaign}/leads")}


def change(api: Api, campaign: int, **settings: Any) -> Json:
    """The campaign with other settings."""
    before = api.ask("GET", f"/campaigns/{campaign}")
    changed: Json = api.ask("PUT", f"/campaigns/{campaign}", json={"name": before["name"], "settings": settings})
    return changed


def rescore(api: Api, campaign: int) -> Json:
    return api.ended(campaign, api.ask("POST", f"/campaigns/{campaign}/rescore", 202)["run_id"])


@pytest.fixture(scope="module")
def scored(api: Api) -> list[tuple[Json, Json]]:
    """Every vector and the lead that it became, over HTTP: one campaign for each ideal customer."""
    found = []
    for icp in {json.dumps(case["icp"], sort_keys=True) for case in VECTORS}:
        cases = [case for case in VECTORS if json.dumps(case["icp"], sort_keys=True) == icp]
        campaign = api.campaign(settings={"icp": json.loads(icp), "qualification": {"min_score": 0}})
        people = [
            {
                "name": f"Ada Number{number}", "email": f"ada{number}@vector{number}.example",
                "role": case["role"], "enrichment": case["enrichment"],
            }
            for number, case in enumerate(cases)
        ]  # fmt: skip
        added = api.ask("POST", f"/campaigns/{campaign}/leads", json={"leads": people})
        assert (added["queued"], added["refused"]) == (len(cases), [])
        api.run(campaign, stages=DECIDE)
        leads = by("email", api, campaign)
        for number, case in enumerate(cases):
            one = leads[f"ada{number}@vector{number}.example"]
            found.append((case, api.ask("GET", f"/campaigns/{campaign}/leads/{one['id']}")))
    assert len(found) == len(VECTORS)
    return found


def test_every_vector_comes_out_exactly(scored: list[tuple[Json, Json]]) -> None:
    for case, lead in scored:
        wanted = case["expected"]
        numbers = (lead["icp_score"], lead["opportunity_score"], lead["score"])
        assert numbers == pytest.approx((wanted["icp"], wanted["opportunity"], wanted["score"]), abs=1e-6), case
        assert lead["tier"] == wanted["tier"], case
        assert lead["qualification"].get("intent") == pytest.approx(wanted["intent"], abs=1e-6), case


def test_contributions_add_up_to_the_score(scored: list[tuple[Json, Json]]) -> None:
    for case, lead in scored:
        assert sum(part["contribution"] for part in lead["explanation"]) == pytest.approx(lead["score"], abs=1e-6), case
        assert all(part["sentence"].endswith(".") for part in lead["explanation"])


def test_every_vector_that_is_routed_finds_its_sequence(scored: list[tuple[Json, Json]]) -> None:
    routed = [(case["expected"], lead) for case, lead in scored if lead["routing"]]

    assert len(routed) > 30
    for wanted, lead in routed:
        assert (lead["routing"]["sequence"], lead["routing"]["boosted"]) == (wanted["sequence"], wanted["boosted"])


def test_every_gate_and_rung_is_explained(scored: list[tuple[Json, Json]]) -> None:
    for _, lead in scored:
        verdict, routing = lead["qualification"], lead["routing"]
        assert {gate["gate"] for gate in verdict["gates"]} >= {"low_score", "role_account", "suppressed", "low_intent"}
        assert all(gate["sentence"] for gate in verdict["gates"])
        assert verdict["settings_version"] == lead["score_settings_version"] == 1
        if routing:
            assert routing["effective"] == pytest.approx(min(1, lead["score"] + routing["boost"]), abs=1e-9)
            assert routing["ladder"][-1]["sequence"] == routing["sequence"]
            assert routing["sentence"]


def test_the_address_table(api: Api) -> None:
    campaign = api.campaign(settings={"qualification": {"min_score": 0}})
    people = [
        {"name": f"Ada Number{number}", "email": address, "role": "CEO"}
        for number, (address, _) in enumerate(ADDRESSES)
    ]
    api.ask("POST", f"/campaigns/{campaign}/leads", json={"leads": people})
    api.run(campaign, stages=DECIDE)

    leads = by("email", api, campaign)
    for address, reasons in ADDRESSES:
        verdict = leads[address]["qualification"]
        assert [one for one in verdict["reasons"] if one != "intent_unknown"] == list(reasons), address
        assert verdict["status"] == ("REJECTED" if reasons else "QUALIFIED"), address


@pytest.fixture(scope="module")
def mailed(api: Api, stack: Stack) -> int:
    """The example campaign with 60 mails out, by a cap on a sender of its own, and leads that wait for theirs."""
    sender = f"ada@{uuid.uuid4().hex}.example"
    verify(stack.client("sesv2"), sender)
    sending = {**EXAMPLE["settings"]["sending"], "daily_cap": 60, "sender_email": sender}
    settings = {**EXAMPLE["settings"], "sending": sending}
    campaign = api.campaign(settings=settings)
    api.upload(campaign, LEADS)
    run = api.run(campaign)
    assert api.funnel(campaign)["emails_sent"] == 60, run["stages"][-1]
    return campaign


def standings(api: Api, campaign: int) -> Json:
    leads = by("id", api, campaign).values()
    return {
        "tier": Counter(lead["tier"] for lead in leads),
        "verdict": Counter(lead["qualification"]["status"] for lead in leads),
        "sequence": Counter(lead["routing"]["sequence"] if lead["routing"] else "NONE" for lead in leads),
    }


def test_a_preview_says_what_rescoring_does_and_the_outbox_stays_as_it_is(api: Api, stack: Stack, mailed: int) -> None:
    wanted = {"qualification": {"min_score": 0.65}}
    before = by("id", api, mailed)
    outbox = sorted(path.name for path in stack.outbox.glob("*.eml"))

    told = api.ask("POST", f"/campaigns/{mailed}/preview", json={"settings": wanted})
    assert by("id", api, mailed) == before
    assert change(api, mailed, **wanted)["settings_version"] == 2
    run = rescore(api, mailed)

    assert run["status"] == "COMPLETED"
    assert told["status"] == "COMPLETED"
    assert standings(api, mailed) == {what: told[what]["then"] for what in ("tier", "verdict", "sequence")}
    assert told["kept"] == 60
    assert any(move["because"] == ["+low_score"] and move["leads"] > 20 for move in told["moves"])
    assert told["cost"]["mails"]["difference"] < 0
    after = by("id", api, mailed)
    kept = [one for one, lead in before.items() if lead["status"] == "CONTACTED"]
    for one in kept:
        for name in ("status", "sequence", "routing", "qualification", "due_at"):
            assert after[one][name] == before[one][name], (one, name)
    assert sorted(path.name for path in stack.outbox.glob("*.eml")) == outbox
    assert api.funnel(mailed) == api.recount(mailed)
    moved = next(lead for one, lead in after.items() if lead["status"] == "REJECTED" != before[one]["status"])
    entry = api.ask("GET", f"/campaigns/{mailed}/leads/{moved['id']}")["timeline"][-1]
    assert entry["event"] == "rescored"
    assert entry["detail"].startswith("settings 2: ")


def test_a_second_rescoring_changes_nothing(api: Api, mailed: int) -> None:
    before = by("id", api, mailed)

    run = rescore(api, mailed)

    assert [stage["leads_processed"] for stage in run["stages"]] == [0, 0, 0]
    assert by("id", api, mailed) == before


def test_leads_come_back_and_are_mailed_once(api: Api, stack: Stack, mailed: int) -> None:
    change(api, mailed, qualification={"min_score": 0.40}, sending={"daily_cap": 1000})
    rescore(api, mailed)
    api.run(mailed, stages=["NURTURE"])

    sends = [send for send in api.pages(f"/campaigns/{mailed}/sends", status="SENT") if send["step"] == 0]
    assert Counter(Counter(send["lead_id"] for send in sends).values()).keys() == {1}
    assert len(sends) > 150
    assert api.funnel(mailed) == api.recount(mailed)


def test_the_example_reaches_all_four_sequences_with_default_rules(api: Api, mailed: int) -> None:
    settings = api.ask("GET", f"/campaigns/{mailed}")["settings"]

    assert "scoring" not in EXAMPLE["settings"]
    assert "routing" not in EXAMPLE["settings"]
    assert [rung["min_score"] for rung in settings["routing"]["ladder"]] == [0.85, 0.70, 0.50, 0]
    assert {lead["sequence"] for lead in by("id", api, mailed).values()} >= {
        "aggressive_close", "regular_nurture", "long_term_nurture", "cold_outreach"
    }  # fmt: skip


def test_the_versions_of_the_settings_and_what_they_differ_in(api: Api, mailed: int) -> None:
    versions = list(api.pages(f"/campaigns/{mailed}/settings/versions"))
    changes = api.ask("GET", f"/campaigns/{mailed}/settings/versions/2/diff")["changes"]

    assert [one["version"] for one in versions] == [3, 2, 1]
    assert changes == [{"path": "qualification.min_score", "before": 0.4, "after": 0.65}]


def test_of_two_reviewers_at_once_one_decides(api: Api, mailed: int) -> None:
    waiting = list(api.pages(f"/campaigns/{mailed}/review"))
    assert waiting
    assert all((lead["email"], lead["reasons"]) == (lead["email"], ["low_intent"]) for lead in waiting)
    assert [lead["since"] for lead in waiting] == sorted(lead["since"] for lead in waiting)
    path = f"/campaigns/{mailed}/review/{waiting[0]['lead_id']}"
    people = [{"decision": "approve", "reviewer": "Ann"}, {"decision": "reject", "reviewer": "Bob"}]

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda person: api.post(path, json=person), people))

    won = next(answer for answer in answers if answer.status_code == 200)
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert lost.json()["decided"]["reviewer"] == won.json()["reviewer"]
    assert api.ask("GET", f"/campaigns/{mailed}/dashboard")["review"]["waiting"] == len(waiting) - 1
    assert api.funnel(mailed) == api.recount(mailed)


def test_approved_leads_are_routed_and_mailed_once_in_the_next_run(api: Api, stack: Stack, mailed: int) -> None:
    waiting = [lead["lead_id"] for lead in api.pages(f"/campaigns/{mailed}/review")][:3]
    settled = api.ask("POST", f"/campaigns/{mailed}/review", json={"decision": "approve", "lead_ids": waiting})

    api.run(mailed, stages=["ROUTE", "NURTURE"])

    assert settled["settled"] == waiting
    leads = [api.ask("GET", f"/campaigns/{mailed}/leads/{one}") for one in waiting]
    assert all(lead["routing"] for lead in leads)
    sender = api.ask("GET", f"/campaigns/{mailed}")["settings"]["sending"]["sender_email"]
    for lead in leads:
        got = [mail for mail in mails(stack.outbox, lead["email"]) if sender in str(mail["From"])]
        assert len(got) == (lead["status"] == "CONTACTED")


def test_a_part_of_ones_own_is_scored_and_a_misspelt_field_is_refused(api: Api, mailed: int) -> None:
    part = {"name": "uses_slack", "group": "icp", "weight": 0.3, "test": "contains_words", "values": ["Slack"]}
    parts = {"icp": {"size": 0.2, "industry": 0.2, "revenue": 0.15, "location": 0.15}, "parts": [part]}
    wrong = {"settings": {"scoring": {**parts, "parts": [{**part, "field": "technolgies"}]}}}
    right = {"settings": {"scoring": {**parts, "parts": [{**part, "field": "technologies"}]}}}

    refused = api.ask("POST", f"/campaigns/{mailed}/preview", 422, json=wrong)
    told = api.ask("POST", f"/campaigns/{mailed}/preview", json=right)

    assert refused["errors"][0]["field"] == "settings.scoring.parts[0].field"
    assert "did you mean 'technologies'" in refused["errors"][0]["message"].lower()
    assert any(why == "score:uses_slack" for move in told["moves"] for why in move["because"])


def test_outcomes_tell_what_came_back_by_score(api: Api, mailed: int) -> None:
    sends = [send for send in api.pages(f"/campaigns/{mailed}/sends", status="SENT") if send["step"] == 0]
    for number, send in enumerate(sends[:12]):
        event = {
            "event_id": f"reply-{number}", "type": "replied", "occurred_at": send["sent_at"],
            "detail": "positive" if number % 2 else "",
        }  # fmt: skip
        path = f"/campaigns/{mailed}/leads/{send['lead_id']}/events"
        assert api.ask("POST", path, json=event) == {"recorded": True}
        assert api.ask("POST", path, json=event) == {"recorded": False}

    report = api.ask("GET", f"/campaigns/{mailed}/outcomes")

    deciles = report["deciles"]
    totals = {name: sum(one[name] for one in deciles) for name in ("sent", "replied", "positive")}
    assert totals == {"sent": len(sends), "replied": 12, "positive": 6}
    assert all(one["rates"]["replied"]["low"] <= one["rates"]["replied"]["rate"] for one in deciles)
    assert report["statement"]
    assert {part["part"] for part in report["parts"]} >= {"title", "size", "signals"}
