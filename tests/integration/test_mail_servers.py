"""The MX check of Qualify, against a real name server: what it rejects, what it leaves, what it asks and remembers."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest

from cam.leads import lead_queue, reading
from cam.mail import mail_servers, suppression
from cam.model.models import JobResult, JobStatus, LeadStatus, Stage
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.runs import runs
from cam.text import clock
from functions.qualify import mail_servers as lookup
from functions.qualify.handler import handler
from local.nameserver import Domain, NameServer
from tests.conftest import Context
from tests.integration import pipeline

SHARD = keys.Shard(1, "run-1", 0)
CHECKED = {"check_mx": True}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """Its answers may take as long as a slow machine needs."""
    monkeypatch.setattr(lookup, "LONGEST", 60.0)
    monkeypatch.setattr(lookup, "_TRY", 20.0)
    with NameServer() as running:
        host, port = running.address
        monkeypatch.setenv("DNS_SERVERS", f"{host}:{port}")
        yield running


@pytest.fixture
def silent(server: NameServer, monkeypatch: pytest.MonkeyPatch) -> NameServer:
    """A name server that never answers, and that is not waited for long."""
    monkeypatch.setattr(lookup, "LONGEST", 0.3)
    monkeypatch.setattr(lookup, "_TRY", 0.1)
    server.otherwise = Domain.SILENCE
    return server


@pytest.fixture
def scored(campaign: Callable[..., Any]) -> Callable[..., list[str]]:
    """Makes a campaign with scored leads, each at a domain of its own: `company0.example`, `company1.example` …"""

    def make(count: int, rules: dict[str, Any] | None = None, **fields: Any) -> list[str]:
        campaign(settings={"qualification": CHECKED if rules is None else rules})
        state = pipeline.start(1, "scoring", stages=["SCORE"])
        added = pipeline.add_leads(keys.Shard(1, "scoring", 0), count, **fields)
        pipeline.stage(Stage.SCORE, state)
        pipeline.end(state)
        return added

    return make


def qualified(name: str = "run-1", **asked: Any) -> JobResult:
    """One run of QUALIFY."""
    _, results = pipeline.pipeline(1, name, stages=["QUALIFY"], **asked)
    return results[Stage.QUALIFY]


def waiting() -> list[str]:
    return [one.lead_id for page in lead_queue.waiting(SHARD, "qualify") for one in page]


def lead(lead_id: str) -> Any:
    return reading.read(1, 1, lead_id)[0]


def test_domains_that_take_mail_pass_and_the_others_are_rejected(scored, server):
    ids = scored(5)
    there = (Domain.MX, Domain.A, Domain.NULL_MX, Domain.NXDOMAIN, Domain.NOTHING)
    server.domains = {f"company{number}.example": what for number, what in enumerate(there)}

    job = qualified()

    verdicts = [lead(one).qualification for one in ids]
    assert [verdict.status for verdict in verdicts] == [LeadStatus.QUALIFIED] * 2 + [LeadStatus.REJECTED] * 3
    assert {verdict.reasons for verdict in verdicts[2:]} == {("no_mail_server",)}
    assert (job.counts["qualified"], job.counts["rejected"], job.counts["no_mail_server"]) == (2, 3, 3)


def test_nobody_is_asked_unless_the_campaign_wants_it(scored, server):
    server.otherwise = Domain.NXDOMAIN
    scored(3, rules={})

    job = qualified()

    assert job.counts["qualified"] == 3
    assert not server.queries


def test_an_outage_leaves_leads_where_they_are_and_the_next_run_settles_them(scored, server):
    ids = scored(3)
    before = [lead(one) for one in ids]
    server.otherwise = Domain.SERVFAIL

    job = qualified("outage")

    assert [lead(one) for one in ids] == before
    assert job.status is JobStatus.COMPLETED
    assert job.counts == {"mx_unknown": 3, "mx_outage": 3}
    assert job.note
    assert "accept email: 3. The next run tries again." in job.note

    server.otherwise = Domain.MX
    after = qualified("later")

    assert after.counts["qualified"] == 3
    assert after.note is None
    assert waiting() == []


def test_a_silent_name_server_leaves_leads_where_they_are(scored, silent):
    ids = scored(30)

    job = qualified()

    assert job.counts == {"mx_unknown": 30, "mx_outage": 30}
    assert sorted(waiting()) == sorted(ids)
    assert len(silent.asked) < 30


def test_lookups_that_were_not_made_are_free_again(scored, silent):
    scored(30)

    qualified()

    used = tables.get("cam-leads", keys.lookups(1, "run-1"))
    assert used
    assert used["used"] == len(silent.asked)


def test_what_is_known_is_not_asked_again(scored, server):
    scored(3)
    qualified("first")
    server.queries.clear()
    state = pipeline.start(1, "more", stages=["SCORE", "QUALIFY"])
    pipeline.add_leads(keys.Shard(1, "more", 0), 1, name="Bob", email="bob@company1.example", company="One")

    for stage in (Stage.SCORE, Stage.QUALIFY):
        pipeline.stage(stage, state)

    assert not server.queries
    assert pipeline.tally(1, "more", "qualify.qualified") == 1


@pytest.mark.parametrize(("takes_mail", "days"), [(True, 7), (False, 1)])
def test_an_answer_is_remembered_for_its_time(aws, takes_mail, days):
    then = clock.now()

    mail_servers.remember({"company.example": takes_mail}, then)

    last = then + timedelta(days=days) - timedelta(seconds=2)
    assert mail_servers.known(["company.example"], last) == {"company.example": takes_mail}
    assert mail_servers.known(["company.example"], then + timedelta(days=days)) == {}


def test_an_answer_that_has_expired_is_asked_for_again(scored, server):
    scored(1)
    mail_servers.remember({"company0.example": False}, clock.now() - timedelta(days=2))

    assert qualified().counts["qualified"] == 1
    assert mail_servers.known(["company0.example"], clock.now()) == {"company0.example": True}


def test_an_outage_is_not_remembered(scored, server):
    server.otherwise = Domain.SERVFAIL
    scored(1)

    qualified()

    assert tables.get(campaigns_table(), keys.mail_server("company0.example")) is None


def test_a_budget_of_three_asks_three_and_the_others_wait_for_the_next_run(scored, server):
    scored(5, rules={"check_mx": True, "mx_per_run": 3})

    job = qualified("first")

    assert len(server.asked) == 3
    assert job.counts["qualified"] == 3
    assert (job.counts["mx_unknown"], job.counts["mx_budget"]) == (2, 2)
    assert job.note
    assert "used up (qualification.mx_per_run): 2." in job.note
    assert len(waiting()) == 2

    assert qualified("second").counts["qualified"] == 2
    assert len(server.asked) == 5


def test_without_a_budget_only_what_is_known_decides(scored, server):
    scored(2, rules={"check_mx": True, "mx_per_run": 0})
    mail_servers.remember({"company0.example": True}, clock.now())

    job = qualified()

    assert (job.counts["qualified"], job.counts["mx_budget"]) == (1, 1)
    assert not server.queries


@pytest.fixture
def _one_call_at_a_time(monkeypatch):
    """DynamoDB's calls are atomic, moto's are not made for threads."""
    call, lock = tables._call, Lock()

    def locked(*given, **named):
        with lock:
            return call(*given, **named)

    monkeypatch.setattr(tables, "_call", locked)


@pytest.mark.usefixtures("_one_call_at_a_time")
def test_shards_at_work_at_once_do_not_exceed_the_budget(campaign, server):
    campaign(settings={"qualification": {"check_mx": True, "mx_per_run": 10}})
    pipeline.start(1)
    run = runs.frozen(1, "run-1")

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: mail_servers.take(run, 3), range(6)))

    assert sum(taken) == 10
    assert sorted(taken) == [0, 0, 1, 3, 3, 3]


@pytest.mark.usefixtures("_one_call_at_a_time")
def test_two_shards_share_the_budget_and_the_job_counts_both(campaign, server):
    campaign(settings={"qualification": {"check_mx": True, "mx_per_run": 3}, "expected_leads": 8000})
    pipeline.upload(1, pipeline.csv(8))
    state = pipeline.start(1, stages=["HARVEST", "SCORE", "QUALIFY"])
    for stage in (Stage.HARVEST, Stage.SCORE):
        pipeline.stage(stage, state)
    assert state["work"]["qualify"] == [0, 1]

    events = [{"campaign_id": 1, "run_id": "run-1", "shard": shard} for shard in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda event: handler(event, pipeline.CONTEXT), events))

    _, results = pipeline.end(state)
    assert server.asked.total() == 3
    assert results[Stage.QUALIFY].counts["mx_unknown"] == 5
    assert "used up (qualification.mx_per_run): 5." in (results[Stage.QUALIFY].note or "")


def test_a_domain_of_several_leads_is_asked_once(campaign, server):
    campaign(settings={"qualification": CHECKED})
    state = pipeline.start(1)
    for number in range(3):
        pipeline.add_leads(SHARD, 1, name=f"Ada {number}", email=f"ada{number}@ACME.example")
    pipeline.stage(Stage.SCORE, state)

    pipeline.stage(Stage.QUALIFY, state)

    assert server.queries == {("acme.example", "MX"): 1}
    assert pipeline.tally(1, "run-1", "qualify.qualified") == 3


def test_a_worker_asks_once_about_a_domain_that_does_not_tell(campaign, server, monkeypatch):
    monkeypatch.setattr(lead_queue, "PAGE", 1)
    server.otherwise = Domain.SERVFAIL
    campaign(settings={"qualification": CHECKED})
    state = pipeline.start(1)
    for number in range(3):
        pipeline.add_leads(SHARD, 1, name=f"Ada {number}", email=f"ada{number}@acme.example")
    pipeline.stage(Stage.SCORE, state)

    pipeline.stage(Stage.QUALIFY, state)

    assert server.asked == {"acme.example": 1}
    assert pipeline.tally(1, "run-1", "qualify.mx_outage") == 3


def test_who_is_rejected_anyway_costs_no_lookup(scored, server):
    scored(2, rules={"check_mx": True, "blocked_domains": ["company0.example"]})
    tables.write(suppression.add("company1.example", "asked by phone", clock.now()))

    job = qualified()

    assert job.counts["rejected"] == 2
    assert not server.queries


def test_a_worker_reads_on_behind_leads_that_stay(scored, server, monkeypatch):
    monkeypatch.setattr(lead_queue, "PAGE", 3)
    ids = scored(10)
    server.domains = {f"company{number}.example": Domain.SERVFAIL for number in (0, 1, 5)}

    job = qualified()

    assert job.counts["qualified"] == 7
    assert job.counts["mx_unknown"] == 3
    assert sorted(waiting()) == sorted(ids[number] for number in (0, 1, 5))


def test_a_worker_that_is_called_again_goes_on_behind_what_it_left(scored, server, monkeypatch):
    monkeypatch.setattr(lead_queue, "PAGE", 3)
    scored(10)
    server.otherwise = Domain.SERVFAIL
    pipeline.start(1, stages=["QUALIFY"])
    event = {"campaign_id": 1, "run_id": "run-1", "shard": 0}
    late: Any = Context(milliseconds=1)

    answers = [handler(event, late)["more"] for _ in range(5)]

    assert answers == [True, True, True, True, False]
    assert pipeline.tally(1, "run-1", "qualify.mx_unknown") == 10
    assert set(server.asked.values()) == {1}


def test_a_worker_that_is_tried_again_counts_what_waits_once(scored, server):
    scored(4)
    server.otherwise = Domain.SERVFAIL
    pipeline.start(1, stages=["QUALIFY"])
    event = {"campaign_id": 1, "run_id": "run-1", "shard": 0}

    for _ in range(2):
        handler(event, pipeline.CONTEXT)

    assert pipeline.tally(1, "run-1", "qualify.mx_unknown") == 4


def test_leads_beyond_the_run_s_cap_cost_no_lookup(scored, server):
    scored(6)

    job = qualified(max_leads=2)

    assert job.counts["qualified"] == 2
    assert len(server.asked) == 2


def test_leads_that_stay_do_not_use_up_the_cap(scored, server):
    scored(6)
    server.domains = {f"company{number}.example": Domain.SERVFAIL for number in range(3)}

    job = qualified(max_leads=2)

    assert job.counts["qualified"] == 2


def test_domains_that_never_answer_do_not_use_up_every_run_s_budget(scored, server):
    ids = scored(6, rules={"check_mx": True, "mx_per_run": 2})
    server.domains = {f"company{number}.example": Domain.SERVFAIL for number in range(3)}

    found = sum(qualified(f"run {number}").counts.get("qualified", 0) for number in range(8))

    assert found == 3
    assert sorted(waiting()) == sorted(ids[:3])
