"""The main job over HTTP on the deployed template: leads in, mail out, and every count agrees."""

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.stack import Stack
from tests.e2e.client import OPEN, Api, Json, begun, csv, mails
from tests.template import ROOT

LEADS = (ROOT / "examples" / "leads.csv").read_bytes()
EXAMPLE = json.loads((ROOT / "examples" / "campaign.json").read_text())


def example(api: Api) -> int:
    """The example campaign under a name of its own, with the example file."""
    campaign = api.campaign(settings=EXAMPLE["settings"])
    api.upload(campaign, LEADS)
    return campaign


@pytest.fixture(scope="module")
def main_job(api: Api, stack: Stack) -> dict[str, Any]:
    before = len(list(stack.outbox.glob("*.eml")))
    campaign = example(api)
    run = api.run(campaign)
    return {"campaign": campaign, "run": run, "mails": len(list(stack.outbox.glob("*.eml"))) - before}


def test_a_run_over_http_completes_every_stage(main_job: dict[str, Any]) -> None:
    assert main_job["run"]["status"] == "COMPLETED"
    assert [stage["status"] for stage in main_job["run"]["stages"]] == ["COMPLETED"] * 5


def test_dashboard_recount_and_mailbox_agree(api: Api, main_job: dict[str, Any]) -> None:
    funnel = api.funnel(main_job["campaign"])

    assert funnel == api.recount(main_job["campaign"])
    assert funnel["emails_sent"] == main_job["mails"] > 100


def test_the_example_reaches_all_tiers_and_sequences(api: Api, main_job: dict[str, Any]) -> None:
    leads = list(api.pages(f"/campaigns/{main_job['campaign']}/leads"))

    assert {lead["tier"] for lead in leads} == {"HOT", "WARM", "COOL", "COLD"}
    assert {lead["sequence"] for lead in leads if lead["sequence"]} == {
        "aggressive_close", "regular_nurture", "long_term_nurture", "cold_outreach"
    }  # fmt: skip


def test_a_run_from_the_console_gives_the_same_funnel(
    api: Api, stack: Stack, pipeline: Any, main_job: dict[str, Any]
) -> None:
    campaign = example(api)

    execution = pipeline.start_execution(
        stateMachineArn=stack.outputs["PipelineArn"], input=json.dumps({"campaign_id": campaign})
    )["executionArn"]

    api.ended(campaign, begun(api, campaign, execution.rpartition(":")[2]))
    assert api.funnel(campaign) == api.funnel(main_job["campaign"])


def test_a_fleet_rule_that_fires_gives_the_same_funnel(api: Api, stack: Stack, main_job: dict[str, Any]) -> None:
    others = [one["id"] for one in api.ask("GET", "/campaigns", params={"limit": 100, "active_only": True})]
    campaign = example(api)
    for other in others:
        pause(api, other)
    events = stack.client("events")
    rule = next(name for name in (r["Name"] for r in events.list_rules()["Rules"]) if "HarvestRule" in name)
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    template = '{"stages": ["HARVEST", "SCORE", "QUALIFY", "ROUTE", "NURTURE"], "slot": <slot>}'
    target["InputTransformer"]["InputTemplate"] = template
    events.put_targets(Rule=rule, Targets=[target])
    events.put_rule(Name=rule, ScheduleExpression="rate(1 minute)", State="ENABLED")
    try:
        run = first_run(api, campaign)
    finally:
        events.put_rule(Name=rule, ScheduleExpression="cron(0 2 * * ? *)", State="DISABLED")

    assert (run["trigger"], run["status"]) == ("rule", "COMPLETED")
    assert api.funnel(campaign) == api.funnel(main_job["campaign"])


def pause(api: Api, campaign: int) -> None:
    given = api.ask("GET", f"/campaigns/{campaign}")
    body = {name: given[name] for name in ("name", "description", "target_niche", "target_clients", "target_mrr")}
    api.ask("PUT", f"/campaigns/{campaign}", json={**body, "active": False})


def first_run(api: Api, campaign: int) -> Json:
    for _ in range(150):
        items = api.ask("GET", f"/campaigns/{campaign}/runs")["items"]
        if items:
            return api.ended(campaign, items[0]["run_id"])
        time.sleep(1)
    raise AssertionError("the rule did not fire")


def test_the_same_day_again_sends_nothing_and_two_days_later_exactly_what_is_due(api: Api, stack: Stack) -> None:
    campaign = example(api)
    start = datetime.now(UTC)
    api.run(campaign)
    first = api.funnel(campaign)
    again = [api.run(campaign)["stages"][-1]["counts"].get("sent", 0) for _ in range(3)]
    contacted = list(api.pages(f"/campaigns/{campaign}/leads", status="CONTACTED"))

    later = api.run(campaign, as_of=(start + timedelta(days=2)).isoformat())

    sequences = Counter(lead["sequence"] for lead in contacted)
    assert again == [0, 0, 0]
    assert later["stages"][-1]["counts"]["sent"] == sequences["aggressive_close"] > 0
    assert api.funnel(campaign)["emails_sent"] == first["emails_sent"] + sequences["aggressive_close"]


def test_the_reference_client_works_with_the_key_header_added(api: Api) -> None:
    name = f"Q1 SaaS Campaign {time.time_ns()}"
    body = {
        "name": name,
        "description": "Target SaaS companies",
        "target_niche": "SaaS",
        "target_clients": 100,
        "target_mrr": 50000,
        "active": True,
    }
    campaign = api.ask("POST", "/campaigns", 201, json=body)["id"]

    result = api.ask("POST", f"/campaigns/{campaign}/execute/full-pipeline?max_leads=100")
    shown = api.ask("GET", f"/campaigns/{campaign}/dashboard")
    health = api.ask("GET", "/health")

    assert result["type"] == "NURTURE"
    assert len(result["stages"]) == 5
    assert shown["campaign_name"] == name
    assert health["database_connected"] is True


def test_without_a_key_only_health_and_unsubscribe_answer(stack: Stack) -> None:
    with Api(stack.api_url, "") as stranger:
        assert stranger.get("/campaigns").status_code == 403
        assert stranger.get("/health").status_code == 200
        assert httpx.get(f"{stack.api_url}/u/nonsense", trust_env=False).status_code == 404


def test_what_cannot_be_stored_is_refused_on_the_wire(api: Api) -> None:
    campaign = api.campaign()
    kind = {"Content-Type": "application/json"}
    for body, status, says in (
        (b'{"name": "\\ud800"}', 422, "half of a surrogate pair (U+D800)"),
        (b'{"name": "\\u0000"}', 422, "a control character (U+0000)"),
        (b'{"name": 1e999}', 422, "finite number"),
        (b'{"name": "\xed\xa0\x80"}', 400, "UTF-8"),
    ):
        answer = api.post("/campaigns", content=body, headers=kind)
        assert (answer.status_code, says in answer.text) == (status, True), answer.text
    for text in ("%00", "%ED%A0%80", "%FF"):
        assert api.get(f"/campaigns/{campaign}/leads?sequence={text}").status_code == 422
        assert api.get(f"/campaigns/{campaign}/leads/{text}").status_code == 404


def test_unsubscribing_is_one_click_and_a_scanner_does_not_click(api: Api, stack: Stack) -> None:
    mark = f"m{time.time_ns()}"
    campaign = api.campaign()
    api.upload(campaign, csv(1, mark))
    api.run(campaign)
    (mail,) = mails(stack.outbox, mark)
    link = str(mail["List-Unsubscribe"]).strip("<>")

    scanned = httpx.get(link, trust_env=False)
    for found in (httpx.head(link, trust_env=False), *(httpx.get(link + behind, trust_env=False) for behind in "./>")):
        assert found.status_code == 200
    before = next(api.pages(f"/campaigns/{campaign}/leads"))["status"]
    clicked = httpx.post(link, content=b"List-Unsubscribe=One-Click", trust_env=False)
    after = next(api.pages(f"/campaigns/{campaign}/leads"))["status"]

    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert (scanned.status_code, before) == (200, "CONTACTED")
    assert (clicked.status_code, after) == (200, "UNSUBSCRIBED")


def test_a_file_that_is_not_utf_8_keeps_its_letters_on_the_wire(api: Api) -> None:
    campaign = api.campaign()
    text = "name;email;company\nJosé Núñez;jose@a.example;Café Überall\n"
    api.upload(campaign, text.encode("cp1252"))

    api.run(campaign, stages=["HARVEST"])

    assert next(api.pages(f"/campaigns/{campaign}/leads"))["company"] == "Café Überall"


def test_caps_hold_across_runs_and_250_rows_come_in_by_hundreds(api: Api) -> None:
    campaign = api.campaign()
    api.upload(campaign, csv(250, "hundreds"))

    harvested = [
        api.ask("POST", f"/campaigns/{campaign}/execute/harvest", params={"max_leads": 100})["leads_qualified"]
        for _ in range(3)
    ]

    assert harvested == [100, 100, 50]


def test_a_second_run_at_once_is_refused(api: Api) -> None:
    campaign = api.campaign()
    api.upload(campaign, csv(300, "second"))
    started = api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={"stages": ["HARVEST"]})

    refused = api.post(f"/campaigns/{campaign}/runs", json={"stages": ["HARVEST"]})

    assert refused.status_code == 409
    assert api.ended(campaign, started["run_id"])["status"] == "COMPLETED"


def test_a_run_can_be_stopped_and_the_campaign_is_free_again(api: Api) -> None:
    campaign = api.campaign()
    api.upload(campaign, csv(200, "stopped"))
    started = api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={})

    stopped = api.post(f"/campaigns/{campaign}/runs/{started['run_id']}/stop")

    assert stopped.status_code in (200, 202), stopped.text
    assert api.run(campaign)["status"] in ("COMPLETED", "PARTIAL")
    assert api.funnel(campaign) == api.recount(campaign)


def test_an_execution_aborted_in_the_console_frees_its_campaign(api: Api, stack: Stack, pipeline: Any) -> None:
    campaign = api.campaign()
    api.upload(campaign, csv(200, "aborted"))
    started = api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={})
    machine = stack.outputs["PipelineArn"]

    pipeline.stop_execution(executionArn=f"{machine.replace(':stateMachine:', ':execution:')}:{started['run_id']}")

    run = api.ended(campaign, started["run_id"], 60)
    assert run["status"] in ("PARTIAL", "SKIPPED", "COMPLETED")
    assert api.run(campaign)["status"] in ("COMPLETED", "PARTIAL")


def test_an_idempotency_key_starts_one_run(api: Api) -> None:
    campaign = api.campaign()
    api.upload(campaign, csv(5, "idem"))
    headers = {"Idempotency-Key": f"key-{time.time_ns()}"}

    first, second = (api.ask("POST", f"/campaigns/{campaign}/execute/full-pipeline", headers=headers) for _ in range(2))

    assert first["run_id"] == second["run_id"]
    assert len(api.ask("GET", f"/campaigns/{campaign}/runs")["items"]) == 1


def test_a_thousand_leads_go_through_with_every_tally_exact(api: Api, stack: Stack) -> None:
    mark = f"k{time.time_ns()}"
    campaign = api.campaign(settings={"sending": OPEN, "expected_leads": 8000})
    api.upload(campaign, csv(1000, mark))

    run = api.run(campaign)

    assert run["status"] == "COMPLETED"
    assert [stage["leads_qualified"] for stage in run["stages"]] == [1000] * 5
    assert api.funnel(campaign) == api.recount(campaign)
    assert len(mails(stack.outbox, mark)) == 1000


def test_the_lead_explains_itself(api: Api, main_job: dict[str, Any]) -> None:
    path = f"/campaigns/{main_job['campaign']}/leads"
    listed = next(api.pages(path, status="CONTACTED"))

    lead = api.ask("GET", f"{path}/{listed['id']}")

    assert abs(sum(part["contribution"] for part in lead["explanation"]) - lead["score"]) < 1e-9
    assert all(part["sentence"] for part in lead["explanation"])
    assert [entry["event"] for entry in lead["timeline"]][:4] == ["harvested", "scored", "qualified", "routed"]


def test_nothing_is_kept_of_a_broken_file(api: Api) -> None:
    campaign = api.campaign()
    huge = "name,email\n" + '"' + "x" * 2_000_000 + '",a@a.example\n'

    for broken in (b"", b"name,email\n", huge.encode(), bytes(range(256))):
        answer = api.post(f"/campaigns/{campaign}/imports", content=broken, headers={"content-type": "text/csv"})
        assert answer.status_code == 422, answer.text
        assert answer.json()["detail"]

    assert api.ask("GET", f"/campaigns/{campaign}/imports")["items"] == []


def test_state_payloads_stay_small(api: Api, stack: Stack, pipeline: Any, main_job: dict[str, Any]) -> None:
    machine = stack.outputs["PipelineArn"].replace(":stateMachine:", ":execution:")
    arn = f"{machine}:{main_job['run']['run_id']}"
    events = pipeline.get_execution_history(executionArn=arn, maxResults=1000)["events"]

    assert max(len(json.dumps(event, default=str)) for event in events) < 64 * 1024


def test_the_stack_file_says_where_everything_is(stack: Stack) -> None:
    written = json.loads((Path(stack.state) / "stack.json").read_text())

    assert {"api_url", "api_key", "aws_endpoint_url", "dashboard_url"} <= set(written)
