"""Apollo, Dropcontact and Hunter on the deployed stack: nothing is paid for twice, nobody who was paid for is lost, no
budget is exceeded, and the books say what the providers' own meters say.
"""

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from local import providers
from local.stack import Stack
from tests.e2e.client import OPEN, Api, Json, csv
from tests.fakes.process import Fakes
from tests.template import ROOT

ICP = json.loads((ROOT / "examples" / "apollo_campaign.json").read_text())["settings"]["icp"]
HARVEST = ["HARVEST"]
NOBODY = {"dropcontact": "off", "hunter": False, "job_postings": False}  # is asked about leads of files


@pytest.fixture(scope="module", autouse=True)
def _configured(stack: Stack) -> Iterator[None]:
    """The providers have keys for as long as this module runs."""
    ssm = stack.client("ssm")
    providers.store_keys(ssm)
    yield
    providers.remove_keys(ssm)


@pytest.fixture(autouse=True)
def _fresh(stack: Stack, fakes: Fakes) -> None:
    """The fakes are as new, and nothing is known of how they did, or of how often they were asked."""
    fakes.reset()
    table, database = stack.outputs["LeadsTable"], stack.client("dynamodb")
    for name in providers.PORTS:
        known = database.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"PROVIDER#{name}"}},
        )
        for item in known["Items"]:
            database.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def settings(**more: Any) -> Json:
    """Of a campaign that looks for the fakes' people at Apollo and asks for nothing else."""
    return {"sending": OPEN, "icp": ICP, "sources": ["apollo"], "harvest": {"job_postings": False}, **more}


def spent(run: Json) -> int:
    """The credits that a run's books say were spent."""
    return int(run["stages"][0]["counts"].get("credits_spent", 0))


def leads(api: Api, campaign: int) -> list[Json]:
    return list(api.pages(f"/campaigns/{campaign}/leads"))


def bought(api: Api, campaign: int) -> list[str]:
    """Apollo's ids of the people whom a campaign has as leads."""
    return [lead["enrichment"]["apollo_id"] for lead in leads(api, campaign)]


def calls(api: Api, campaign: int) -> list[Json]:
    """The paid calls that are not over."""
    return list(api.ask("GET", f"/campaigns/{campaign}/calls")["items"])


def source(api: Api, campaign: int, name: str) -> Json:
    """How a source does."""
    items = api.ask("GET", f"/campaigns/{campaign}/sources")["items"]
    return next(item for item in items if item["name"] == name)


def at_once[T](*work: Callable[[], T]) -> list[T]:
    """Do all of it at the same time."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [one.result() for one in [pool.submit(part) for part in work]]


def harvest_function(stack: Stack) -> str:
    functions = stack.client("lambda").list_functions(MaxItems=100)["Functions"]
    return next(str(one["FunctionName"]) for one in functions if "HarvestFunction" in one["FunctionName"])


def with_workers(api: Api, stack: Stack, campaign: int, number: int) -> Json:
    """A harvest whose state machine is not alone: `number` more workers do the same work at the same time."""
    client, name = stack.client("lambda"), harvest_function(stack)
    run_id = api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={"stages": HARVEST})["run_id"]
    event = json.dumps({"campaign_id": campaign, "run_id": run_id, "shard": 0}).encode()

    def work() -> None:
        for _ in range(5):  # as Step Functions tries again
            if "FunctionError" not in client.invoke(FunctionName=name, Payload=event):
                return
            time.sleep(0.5)

    at_once(*[work] * number)
    return api.ended(campaign, run_id)


# ---------------------------------------------------------------- sources end to end


def test_an_apollo_campaign_goes_through_all_five_stages_and_the_books_are_the_meter(api: Api, fakes: Fakes) -> None:
    campaign = api.campaign(
        settings=settings(credits_per_run=40, harvest={}, sending=OPEN | {"allow_cold_on_ses": True})
    )
    estimate = api.ask("GET", f"/campaigns/{campaign}/sources/estimate")

    run = api.run(campaign)

    credits = api.ask("GET", f"/campaigns/{campaign}/sources")["credits"]
    assert run["status"] == "COMPLETED"
    assert [stage["status"] for stage in run["stages"]] == ["COMPLETED"] * 5
    assert api.funnel(campaign) == api.recount(campaign)
    assert api.funnel(campaign)["emails_sent"] > 20
    assert spent(run) == credits["spent"] == credits["spent_this_month"] == fakes.meter("apollo")["credits"]
    assert spent(run) == estimate["expected_credits"] == 40
    assert credits["per_qualified_lead"] >= 1


def test_of_two_harvests_of_one_file_at_once_one_is_refused_and_everybody_comes_in_once(api: Api) -> None:
    campaign = api.campaign(settings={"sending": OPEN, "sources": ["csv"], "harvest": NOBODY})
    api.upload(campaign, csv(500, "twice"))
    path = f"/campaigns/{campaign}/runs"
    at_once(*[lambda: [api.ask("GET", path) for _ in range(3)]] * 2)  # two Lambdas of the API are warm

    answers = at_once(
        *(lambda cap=cap: api.post(path, json={"stages": HARVEST, "max_leads": cap}) for cap in (300, 200))
    )
    started = next(answer.json() for answer in answers if answer.status_code == 202)
    api.ended(campaign, started["run_id"])
    after = api.run(campaign, stages=HARVEST)

    assert sorted(answer.status_code for answer in answers) == [202, 409]
    assert after["stages"][0]["counts"]["inserted"] == 500 - started["max_leads"]
    assert api.funnel(campaign)["total_leads_harvested"] == len(leads(api, campaign)) == 500


def test_workers_of_one_run_at_once_take_everybody_of_a_file_in_once(api: Api, stack: Stack) -> None:
    campaign = api.campaign(settings={"sending": OPEN, "sources": ["csv"], "harvest": NOBODY})
    api.upload(campaign, csv(500, "workers"))

    run = with_workers(api, stack, campaign, 2)

    assert run["status"] == "COMPLETED"
    assert run["stages"][0]["counts"]["inserted"] == 500
    assert run["stages"][0]["counts"].get("deduplicated", 0) == 0
    assert api.funnel(campaign)["total_leads_harvested"] == len(leads(api, campaign)) == 500


def test_workers_of_one_run_at_once_pay_for_everybody_once(api: Api, stack: Stack, fakes: Fakes) -> None:
    fakes.set("apollo", latency=0.3)  # long enough for the others to come in between
    campaign = api.campaign(settings=settings(credits_per_run=50))

    run = with_workers(api, stack, campaign, 3)

    assert checked(api, fakes, campaign, run)["credits"] > 20
    assert run["status"] == "COMPLETED"


def test_a_thousand_leads_take_ten_at_a_time_and_no_search_too_many(api: Api, fakes: Fakes) -> None:
    campaign = api.campaign(
        settings=settings(icp={"revenue_min": 0}, qualification={"min_score": 0}, credits_per_run=1000)
    )

    run = api.run(campaign, stages=HARVEST, max_leads=1000)

    meter, counts = fakes.meter("apollo"), run["stages"][0]["counts"]
    matches = meter["requests"]["POST /api/v1/people/bulk_match"]
    searches = meter["requests"]["POST /api/v1/mixed_people/api_search"]
    assert run["status"] == "COMPLETED"
    assert counts["inserted"] == meter["credits"] == len(bought(api, campaign)) == 1000
    assert searches == {"200": math.ceil((1000 + counts["not_found"]) / 100)}
    assert 100 <= matches["200"] <= 100 + counts["not_found"]
    assert matches.keys() == {"200"}


def test_dropcontact_finds_addresses_hunter_vouches_and_who_objects_is_suppressed(api: Api, fakes: Fakes) -> None:
    mark = f"found{time.time_ns()}"
    answers = {"ada number0": "Do_Not_Contact@pro", "ada number1": "catch-all@pro", "ada number2": "none"}
    named = {f"ada number{number}": "nominative@pro" for number in range(3, 6)}
    fakes.set("dropcontact", polls_until_ready=1, answers=answers | named)
    fakes.set("hunter", answers={address(1, mark): "valid"}, pending=0)
    campaign = api.campaign(settings={"sending": OPEN, "sources": ["csv"]})
    api.upload(campaign, nameless(6, mark))

    run = api.run(campaign)

    found = {lead["name"]: lead for lead in leads(api, campaign)}
    meters = {name: fakes.meter(name) for name in ("dropcontact", "hunter")}
    assert run["status"] == "COMPLETED"
    assert meters["dropcontact"]["requests"]["GET /v1/enrich/all/{request_id}"] == {"200": 2}
    assert spent(run) == sum(meter["credits"] for meter in meters.values()) == 5 + 1
    assert [found[f"Ada Number{number}"]["email"] for number in (1, 2, 3)] == [address(1, mark), None, address(3, mark)]
    assert found["Ada Number1"]["enrichment"]["email_status"] == "verified"
    assert found["Ada Number0"]["qualification"]["reasons"] == ["missing_email", "suppressed"]
    assert found["Ada Number2"]["qualification"]["reasons"] == ["missing_email"]
    assert api.funnel(campaign) == api.recount(campaign)
    other = api.campaign(settings={"sending": OPEN, "sources": ["csv"], "harvest": NOBODY})
    api.upload(other, f"name,email,role\nAda,{address(0, mark)},CTO\n")
    api.run(other)
    assert leads(api, other)[0]["qualification"]["reasons"] == ["suppressed"]


def nameless(count: int, mark: str) -> str:
    """A file of leads without addresses."""
    rows = [f"Ada Number{number},Company {number},company{number}.{mark}.example,CTO" for number in range(count)]
    return "\n".join(["name,company,website,role", *rows]) + "\n"


def address(number: int, mark: str) -> str:
    """What Dropcontact finds for a row of such a file."""
    return f"ada.number{number}@company{number}.{mark}.example"


def test_three_failures_let_apollo_rest_and_the_file_fills_up(api: Api, fakes: Fakes) -> None:
    fakes.fault("apollo", "api_search", "status:500", times=None)
    campaign = api.campaign(settings=settings(sources=["apollo", "csv"], harvest=NOBODY))
    api.upload(campaign, csv(20, "rests"))

    first, second = api.run(campaign, stages=HARVEST), api.run(campaign, stages=HARVEST)

    shown, counts = source(api, campaign, "apollo"), first["stages"][0]["counts"]
    assert (first["status"], counts["inserted"], counts["sources_failed"], counts["sources_succeeded"]) == (
        "PARTIAL", 20, 1, 1
    )  # fmt: skip
    assert "Apollo" in first["stages"][0]["error_message"]
    assert "is not called until" in second["stages"][0]["error_message"]
    assert fakes.meter("apollo")["requests"] == {"POST /api/v1/mixed_people/api_search": {"500": 3}}
    assert (shown["condition"], shown["healthy"]) == ("resting", False)
    assert "500" in shown["last_error"]
    assert shown["next_window"] > datetime.now(UTC).isoformat()
    assert source(api, campaign, "csv")["healthy"]


# ---------------------------------------------------------------- budgets and limits, whoever runs at the same time


def test_a_budget_of_seven_never_pays_for_an_eighth(api: Api, stack: Stack, fakes: Fakes) -> None:
    fakes.set("apollo", latency=0.3)
    campaign = api.campaign(settings=settings(credits_per_run=7))

    run = with_workers(api, stack, campaign, 3)

    assert checked(api, fakes, campaign, run)["credits"] <= 7
    assert "credits_per_run" in run["stages"][0]["note"]


@contextmanager
def variable(stack: Stack, name: str, value: str) -> Iterator[None]:
    """Give the Harvest function another environment variable, for a while."""
    client, function = stack.client("lambda"), harvest_function(stack)
    before = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]

    def put(variables: dict[str, str]) -> None:
        client.update_function_configuration(FunctionName=function, Environment={"Variables": variables})
        client.get_waiter("function_updated_v2").wait(FunctionName=function, WaiterConfig={"Delay": 1})

    put(before | {name: value})
    try:
        yield
    finally:
        put(before)


def test_four_campaigns_at_once_share_what_the_stack_has_left_for_the_month(
    api: Api, stack: Stack, fakes: Fakes
) -> None:
    campaigns = [api.campaign(settings=settings()) for _ in range(4)]
    credits = api.ask("GET", f"/campaigns/{campaigns[0]}/sources")["credits"]
    limit = credits["spent_by_all_campaigns_this_month"] + 7

    with variable(stack, "CREDITS_PER_MONTH", str(limit)):
        runs = all_at_once(api, campaigns)

    after = api.ask("GET", f"/campaigns/{campaigns[0]}/sources")["credits"]["spent_by_all_campaigns_this_month"]
    meter = fakes.meter("apollo")
    assert 0 < meter["credits"] <= 7
    assert max(run["stages"][0]["counts"].get("inserted", 0) for run in runs) <= 7
    assert sum(map(spent, runs)) == meter["credits"] == after - (limit - 7)
    assert {run["status"] for run in runs} == {"COMPLETED"}


def all_at_once(api: Api, campaigns: Sequence[int], **body: Any) -> list[Json]:
    """A harvest of each campaign at the same time."""
    return at_once(*(lambda one=one: api.run(one, stages=HARVEST, **body) for one in campaigns))


def test_four_runs_at_once_keep_to_a_limit_that_apollos_headers_name(api: Api, fakes: Fakes) -> None:
    limits = {"search": {"minute": 200}, "enrichment": {"minute": 6}}
    fakes.set("apollo", limits=limits)
    campaigns = [api.campaign(settings=settings(credits_per_run=11)) for _ in range(4)]

    runs = all_at_once(api, campaigns)

    meter = fakes.meter("apollo")
    ended = meter["requests"]["POST /api/v1/people/bulk_match"]
    assert {run["status"] for run in runs} == {"COMPLETED"}
    assert [len(set(bought(api, campaign))) for campaign in campaigns] == [11] * 4
    assert sum(map(spent, runs)) == meter["credits"] == 44
    assert ended["200"] > 6
    assert ended.get("429", 0) <= 2


# ---------------------------------------------------------------- a worker dies


def checked(api: Api, fakes: Fakes, campaign: int, run: Json, provider: str = "apollo") -> Json:
    """The invariants, whoever died: nobody was paid for twice, and whoever was paid for is a lead, or in an unsure
    call; the books are the meter, with what is unsure beside it. The meter.
    """
    meter, left = fakes.meter(provider), calls(api, campaign)
    unsure = sum(call["credits"] for call in left)
    people = [lead["enrichment"].get("apollo_id") or lead["email"] for lead in leads(api, campaign)]
    known = [person for person in people if person]
    lost = meter["paid"].keys() - set(known)
    assert run["status"] in ("COMPLETED", "PARTIAL"), run
    assert {call["state"] for call in left} <= {"UNSURE"}
    assert max(meter["paid"].values(), default=1) == 1
    assert len(known) == len(set(known))
    assert len(people) == api.funnel(campaign)["total_leads_harvested"]
    assert len(lost) <= sum(call["leads"] for call in left)
    assert spent(run) - unsure == len(known) == meter["credits"] - len(lost)
    assert run["stages"][0]["counts"].get("credits_unsure", 0) == unsure
    return meter


# Where Harvest dies: (AWS call, before or after it, which of them, how many credits are unsure then). With Apollo it
# writes a search's windows (1), the people found (2), then of each ten people the claim (3) and the leads (4).
APOLLO_POINTS = [
    ("TransactWriteItems", "after", 2, 0),
    ("TransactWriteItems", "before", 3, 0),
    ("TransactWriteItems", "after", 3, 10),
    ("PutObject", "before", 1, 10),
    ("PutObject", "after", 1, 0),
    ("TransactWriteItems", "before", 4, 0),
    ("TransactWriteItems", "after", 4, 0),
]


@pytest.mark.parametrize(("operation", "when", "nth", "unsure"), APOLLO_POINTS)
def test_a_harvest_that_dies_over_apollo_pays_nobody_twice(
    api: Api, stack: Stack, fakes: Fakes, operation: str, when: str, nth: int, unsure: int
) -> None:
    campaign = api.campaign(settings=settings(credits_per_run=30))
    used = stack.fault("HarvestFunction", operation, when, nth)

    run = api.run(campaign, stages=HARVEST)

    assert used.exists(), "the fault never struck"
    checked(api, fakes, campaign, run)
    assert sum(call["credits"] for call in calls(api, campaign)) == unsure
    assert len(bought(api, campaign)) == 30 - unsure


def test_an_answer_that_breaks_off_is_not_asked_for_again_and_the_run_says_so(api: Api, fakes: Fakes) -> None:
    fakes.fault("apollo", "bulk_match", "reset_after", after=1)
    campaign = api.campaign(settings=settings(credits_per_run=30))

    first = api.run(campaign, stages=HARVEST)
    checked(api, fakes, campaign, first)
    second = api.run(campaign, stages=HARVEST)

    (call,) = calls(api, campaign)
    assert (first["status"], second["status"]) == ("PARTIAL", "COMPLETED")
    assert (call["state"], call["leads"], call["credits"]) == ("UNSURE", 10, 10)
    assert "UNSURE" in first["stages"][0]["error_message"]
    assert max(fakes.meter("apollo")["paid"].values()) == 1


# With a file and Dropcontact: the leads (1), the claim (2), what the answer cost (3), what it brought (4).
DROPCONTACT_POINTS = [
    ("TransactWriteItems", "before", 2),
    ("TransactWriteItems", "after", 2),
    ("PutObject", "before", 1),
    ("PutObject", "after", 1),
    ("TransactWriteItems", "before", 4),
    ("TransactWriteItems", "after", 4),
]


@pytest.mark.parametrize(("operation", "when", "nth"), DROPCONTACT_POINTS)
def test_a_harvest_that_dies_over_dropcontact_pays_for_no_address_twice(
    api: Api, stack: Stack, fakes: Fakes, operation: str, when: str, nth: int
) -> None:
    campaign, mark = waiting_for_addresses(api, fakes, 8)
    used = stack.fault("HarvestFunction", operation, when, nth)

    run = api.run(campaign, stages=HARVEST)

    assert used.exists(), "the fault never struck"
    checked(api, fakes, campaign, run, "dropcontact")
    unsure = sum(call["leads"] for call in calls(api, campaign))
    found = [lead["email"] for lead in leads(api, campaign)]
    assert sorted(filter(None, found)) == ([] if unsure else [address(number, mark) for number in range(8)])
    assert unsure in (0, 8)
    assert len(found) == 8


def waiting_for_addresses(api: Api, fakes: Fakes, count: int) -> tuple[int, str]:
    """A campaign with a file without addresses, which Dropcontact finds at once; and its mark."""
    mark = f"lost{time.time_ns()}"
    fakes.set("dropcontact", polls_until_ready=0, answers={f"ada number{n}": "nominative@pro" for n in range(count)})
    campaign = api.campaign(settings={"sending": OPEN, "sources": ["csv"], "harvest": {"hunter": False}})
    api.upload(campaign, nameless(count, mark))
    return campaign, mark


@pytest.mark.parametrize(("outcome", "most"), [("ask_again", 2), ("drop", 1)])
def test_an_unsure_call_is_settled_by_asking_again_or_going_on(
    api: Api, stack: Stack, fakes: Fakes, outcome: str, most: int
) -> None:
    campaign = api.campaign(settings=settings(credits_per_run=10))
    stack.fault("HarvestFunction", "PutObject", "before")
    api.run(campaign, stages=HARVEST)
    lost = set(fakes.meter("apollo")["paid"])
    (call,) = calls(api, campaign)
    shown = source(api, campaign, "apollo")["unsure"]

    settled = api.ask("POST", f"/campaigns/{campaign}/calls/{call['call_id']}/settle", json={"outcome": outcome})
    again = api.post(f"/campaigns/{campaign}/calls/{call['call_id']}/settle", json={"outcome": outcome})
    run = api.run(campaign, stages=HARVEST)

    meter, known = fakes.meter("apollo"), set(bought(api, campaign))
    assert (shown, settled["state"], again.status_code) == (1, "SETTLED", 409)
    assert calls(api, campaign) == []
    assert max(meter["paid"].values()) == most
    assert (lost <= known) if outcome == "ask_again" else not lost & known
    assert spent(run) == len(known) == 10
    assert api.ask("GET", f"/campaigns/{campaign}/sources")["credits"]["spent"] == meter["credits"]
