"""The review queue on the template's tables: in order over all shards, settled once, counted, and routed by a run."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain
from threading import Barrier, Lock, local
from typing import Any

import pytest

from cam.leads import adding, reading, reviews
from cam.mail import engagement
from cam.model.errors import AlreadyDecided, Conflict, NotFound
from cam.model.models import Campaign, Decision, Enrichment, Lead, LeadStatus, Stage
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock
from tests.fakes.transport import FakeTransport, use
from tests.integration import pipeline

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SHARD = keys.Shard(1, "setup", 0)
# An intern of whom nothing but recent activity is known: of low intent, and no decision maker.
UNSURE = {"role": "Intern", "enrichment": Enrichment(recent_activity=True)}
LENIENT = {
    "qualification": {"min_score": 0.0},
    "sending": {"ignore_window": True, "warm_up": None, "daily_cap": 1000},
    "routing": {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]},
}


@pytest.fixture
def in_review(campaign: Any) -> Callable[..., list[str]]:
    """A campaign of one shard whose leads a run has left to a person."""

    def make(count: int, **fields: Any) -> list[str]:
        campaign(settings=LENIENT)
        ids = pipeline.add_leads(SHARD, count, **{**UNSURE, **fields})
        pipeline.pipeline(1, "setup", stages=["SCORE", "QUALIFY"])
        return ids

    return make


@pytest.fixture
def sharded(campaign: Any) -> Callable[[int], Campaign]:
    """A campaign of four shards, with as many leads in review, a minute after each other."""

    def make(count: int) -> Campaign:
        made: Campaign = campaign(settings={"expected_leads": 9000})
        for number in range(count):
            pipeline.review(made, f"lead{number:03d}", NOW + timedelta(minutes=number))
        return made

    return make


def settle(lead_id: str, decision: Decision = Decision.APPROVE, shards: int = 1, **more: Any) -> reviews.Settled:
    said = {"reviewer": "Ann", "note": "a friend of ours", "now": clock.now(), **more}
    return reviews.settle(1, shards, lead_id, decision, **said)


def read(lead_id: str) -> Lead:
    return reading.read(1, 1, lead_id)[0]


def pages(campaign: Campaign, limit: int, between: Callable[[list[str]], Any] = lambda page: None) -> list[list[str]]:
    found, after = [], None
    for _ in range(100):
        page, after = reviews.page(campaign.id, campaign.shards, limit, after)
        found.append([one.lead_id for one in page])
        if after is None:
            return found
        between(found[-1])
    raise AssertionError("the list has no end")


def flat(found: list[list[str]]) -> list[str]:
    return list(chain.from_iterable(found))


def recount(ids: list[str]) -> Counter[str]:
    """What the tallies should say, by the leads themselves."""
    verdicts = [found.qualification.status for one in ids if (found := read(one)).qualification]
    names = {"QUALIFIED": "qualified", "MANUAL_REVIEW": "review", "REJECTED": "rejected"}
    return Counter({"qualified": 0, "review": 0, "rejected": 0} | Counter(names[one] for one in verdicts))


def counted() -> dict[str, int]:
    funnel = tallies.of_campaign(1, 1)
    return {name: funnel[name] for name in ("qualified", "review", "rejected")}


@pytest.fixture
def serial(monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction after the other, as on DynamoDB: moto takes back what others wrote when it refuses one."""
    transact, one = tables.transact, Lock()

    def alone(actions: Any) -> None:
        with one:
            transact(actions)

    monkeypatch.setattr(tables, "transact", alone)


# The queue


def test_the_oldest_is_first_over_all_shards(sharded: Callable[[int], Campaign]) -> None:
    made = sharded(20)
    (page,) = pages(made, 100)
    assert made.shards == 4
    assert page == [f"lead{number:03d}" for number in range(20)]
    assert reviews.page(1, 4, 1, None)[0][0].since == NOW


@pytest.mark.parametrize("limit", [1, 3, 7, 10, 20])
def test_pages_lose_nothing_and_repeat_nothing(sharded: Callable[[int], Campaign], limit: int) -> None:
    found = pages(sharded(20), limit)
    assert flat(found) == [f"lead{number:03d}" for number in range(20)]
    assert len(found) == -(-20 // limit)


def test_pages_go_on_while_leads_are_settled_and_others_come(sharded: Callable[[int], Campaign]) -> None:
    made = sharded(20)

    def meanwhile(page: list[str]) -> None:
        for one in page:
            settle(one, Decision.REJECT, made.shards)
        pipeline.review(made, f"new{page[0]}", NOW + timedelta(days=1, minutes=int(page[0][-3:])))

    found = flat(pages(made, 6, meanwhile))

    assert found[:20] == [f"lead{number:03d}" for number in range(20)]
    assert found[20:] == ["newlead000", "newlead006", "newlead012", "newlead018"][: len(found) - 20]
    assert len(set(found)) == len(found) >= 23


def test_leads_of_the_same_moment_part_pages_cleanly(sharded: Callable[[int], Campaign]) -> None:
    made = sharded(0)
    ids = [f"lead{number:03d}" for number in range(9)]
    for one in ids:
        pipeline.review(made, one, NOW)
    assert pages(made, 2) == [ids[at : at + 2] for at in range(0, 9, 2)]


def test_a_read_that_ends_early_takes_nobody_out_of_the_order(
    sharded: Callable[[int], Campaign], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of DynamoDB ends after 1 MB: here, after two leads of a shard."""
    made = sharded(20)
    whole = tables.query

    def short(*asked: Any, limit: int, **more: Any) -> Any:
        return whole(*asked, limit=min(limit, 2), **more)

    monkeypatch.setattr(tables, "query", short)
    found = pages(made, 10)

    assert flat(found) == [f"lead{number:03d}" for number in range(20)]
    assert all(found)


def test_a_page_is_one_read_for_each_shard(sharded: Callable[[int], Campaign], operations: Counter[str]) -> None:
    made = sharded(10)
    operations.clear()
    reviews.page(1, made.shards, 5, None)
    assert operations == {"Query": 4}


def test_a_lead_that_cannot_be_read_breaks_no_page_and_can_be_settled(sharded: Callable[[int], Campaign]) -> None:
    made = sharded(2)
    pipeline.review(made, "broken", NOW, enrichment="no map", qualification="no map")

    page, _ = reviews.page(1, made.shards, 10, None)

    assert [(one.lead_id, one.lead is None) for one in page] == [
        ("broken", True), ("lead000", False), ("lead001", False),
    ]  # fmt: skip
    assert settle("broken", Decision.REJECT, made.shards).status is LeadStatus.REJECTED
    assert [one.lead_id for one in reviews.page(1, made.shards, 10, None)[0]] == ["lead000", "lead001"]


def test_other_queues_and_campaigns_are_not_in_it(sharded: Callable[[int], Campaign], campaign: Any) -> None:
    made, other = sharded(1), campaign()
    pipeline.review(other, "another", NOW)
    pipeline.review(made, "routes", NOW, todo=keys.todo(Stage.ROUTE, NOW, "routes"))
    pipeline.review(made, "scores", NOW, todo=keys.todo(Stage.SCORE, NOW, "scores"))
    assert pages(made, 10) == [["lead000"]]


def test_ages_are_counted_over_all_shards(sharded: Callable[[int], Campaign], operations: Counter[str]) -> None:
    made = sharded(0)
    for number, hours in enumerate((1, 23, 25, 100, 167, 169, 1000)):
        pipeline.review(made, f"lead{number}", NOW - timedelta(hours=hours))
    operations.clear()

    found = reviews.ageing(1, made.shards, 7, NOW)

    assert found == reviews.Ageing(7, NOW - timedelta(hours=1000), over_1_day=5, over_7_days=2)
    assert operations == {"Query": 4}
    assert reviews.ageing(2, 1, 0, NOW) == reviews.Ageing()


# Settling


def test_an_approved_lead_waits_for_route_and_keeps_what_qualify_said(in_review: Callable[..., list[str]]) -> None:
    one, other = in_review(2)
    before = tables.get(leads_table(), keys.lead(1, 0, one))
    assert before
    gates = {"gates": [["low_intent", 0, 0.15, 0.2]]}
    tables.write(
        tables.update(
            leads_table(), keys.lead(1, 0, other), put={"qualification": {**before["qualification"], **gates}}
        )
    )

    settle(one, now=NOW)
    settle(other, now=NOW)

    lead = read(one)
    assert lead.qualification
    assert (lead.status, lead.qualification.status) == (LeadStatus.QUALIFIED, LeadStatus.QUALIFIED)
    assert lead.qualification.reasons == ("low_intent", "approved_in_review")
    assert lead.qualification.intent == 0.15
    assert lead.todo == keys.todo(Stage.ROUTE, NOW, one)
    assert lead.review
    assert lead.review.model_dump() == {
        "decision": "approve", "reviewer": "Ann", "note": "a friend of ours", "at": NOW,
    }  # fmt: skip
    entry = lead.history[-1]
    assert (entry.at, entry.event, entry.detail) == (NOW, "approved in review", "by Ann: a friend of ours")
    kept = tables.get(leads_table(), keys.lead(1, 0, other))
    assert kept
    assert kept["qualification"]["gates"] == gates["gates"]


def test_a_rejected_lead_waits_for_nothing(in_review: Callable[..., list[str]]) -> None:
    (one,) = in_review(1)

    done = settle(one, Decision.REJECT, reviewer=None, note="")

    lead = read(one)
    assert lead.qualification
    assert (done.status, lead.status, lead.qualification.status) == (LeadStatus.REJECTED,) * 3
    assert lead.qualification.reasons == ("low_intent", "rejected_in_review")
    assert lead.todo is None
    assert (lead.history[-1].event, lead.history[-1].detail) == ("rejected in review", "")


def test_tallies_equal_a_recount_after_every_decision(in_review: Callable[..., list[str]]) -> None:
    ids = in_review(5)
    decisions = dict(zip(ids, [Decision.APPROVE, Decision.REJECT, Decision.APPROVE], strict=False))
    for one, decision in decisions.items():
        settle(one, decision)
        assert counted() == recount(ids)
    assert counted() == {"qualified": 2, "review": 2, "rejected": 1}
    assert tallies.of_campaign(1, 1)["scored"] == sum(counted().values())


def test_an_approved_lead_that_cost_credits_counts_as_paid(in_review: Callable[..., list[str]]) -> None:
    paid, refused, free = in_review(3)
    for one in (paid, refused):
        tables.write(tables.update(leads_table(), keys.lead(1, 0, one), put={"credits": 2}))
    settle(paid)
    settle(refused, Decision.REJECT)
    settle(free)
    assert tallies.of_campaign(1, 1)["paid_qualified"] == 1


def test_the_second_to_decide_is_told_what_was_decided_by_whom_and_when(in_review: Callable[..., list[str]]) -> None:
    (one,) = in_review(1)
    settle(one, Decision.REJECT, now=NOW)

    for decision in Decision:
        with pytest.raises(AlreadyDecided, match="rejected in review by Ann at 2026-11-23T08:00") as told:
            settle(one, decision, reviewer="Bob")

    assert (told.value.review.decision, told.value.review.reviewer) == (Decision.REJECT, "Ann")
    assert told.value.review.at == NOW
    assert counted() == {"qualified": 0, "review": 0, "rejected": 1}
    assert [change.event for change in read(one).history].count("rejected in review") == 1


@pytest.mark.parametrize("reviewers", [2, 8])
def test_of_reviewers_at_once_exactly_one_wins(
    in_review: Callable[..., list[str]], serial: None, monkeypatch: pytest.MonkeyPatch, reviewers: int
) -> None:
    """All have read that the lead waits before the first of them writes."""
    (one,) = in_review(1)
    together, own, first = Barrier(reviewers), reviews._read, local()

    def slowly(*asked: Any) -> Any:
        found = own(*asked)
        if not hasattr(first, "done"):
            first.done = True
            together.wait()
        return found

    def decide(number: int) -> tuple[Decision | None, str]:
        decision, name = list(Decision)[number % 2], f"Reviewer {number}"
        try:
            settle(one, decision, reviewer=name)
        except AlreadyDecided as refused:
            return None, str(refused.review.reviewer)
        return decision, name

    monkeypatch.setattr(reviews, "_read", slowly)
    with ThreadPoolExecutor(reviewers) as pool:
        found = list(pool.map(decide, range(reviewers)))

    lead = read(one)
    assert lead.review
    assert [decision for decision, _ in found if decision] == [lead.review.decision]
    assert {name for _, name in found} == {lead.review.reviewer}
    assert counted() == recount([one])
    assert len(lead.history) == 4


def test_who_read_the_lead_before_another_settled_it_changes_nothing(
    in_review: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the read and the write of one reviewer, the other one is quicker."""
    (one,) = in_review(1)
    slow = tables.transact

    def overtaken(actions: Any) -> None:
        monkeypatch.setattr(tables, "transact", slow)
        settle(one, Decision.REJECT, reviewer="Bob")
        slow(actions)

    monkeypatch.setattr(tables, "transact", overtaken)
    with pytest.raises(AlreadyDecided, match="by Bob"):
        settle(one, Decision.APPROVE)

    assert read(one).status is LeadStatus.REJECTED
    assert counted() == recount([one])


def test_a_lead_that_came_back_into_review_meanwhile_is_settled_all_the_same(
    in_review: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = in_review(1)
    later = keys.todo("review", clock.now() + timedelta(hours=1), one)
    slow = tables.transact

    def overtaken(actions: Any) -> None:
        monkeypatch.setattr(tables, "transact", slow)
        tables.write(tables.update(leads_table(), keys.lead(1, 0, one), put={"todo": later}))
        slow(actions)

    monkeypatch.setattr(tables, "transact", overtaken)
    assert settle(one).status is LeadStatus.QUALIFIED
    assert counted() == recount([one])


def test_a_lead_that_does_not_wait_for_review_is_left_alone(in_review: Callable[..., list[str]]) -> None:
    (one,) = in_review(1, role="CTO", enrichment=Enrichment(is_decision_maker=True))
    with pytest.raises(Conflict, match="it is QUALIFIED") as told:
        settle(one, Decision.REJECT)
    assert not isinstance(told.value, AlreadyDecided)
    assert read(one).status is LeadStatus.QUALIFIED


def test_who_unsubscribed_meanwhile_is_not_approved(in_review: Callable[..., list[str]]) -> None:
    (one,) = in_review(1)
    engagement.unsubscribe(1, 0, one, 0, clock.now())
    with pytest.raises(Conflict, match="it is UNSUBSCRIBED"):
        settle(one)
    assert read(one).status is LeadStatus.UNSUBSCRIBED


def test_a_lead_is_settled_under_another_of_its_ids(in_review: Callable[..., list[str]]) -> None:
    (one,) = in_review(1)
    tables.write(adding.alias(1, 1, "another", read(one)))
    assert settle("another").lead_id == one
    assert read(one).status is LeadStatus.QUALIFIED


def test_there_is_nothing_to_settle_where_there_is_no_lead(in_review: Callable[..., list[str]]) -> None:
    (one,) = in_review(1)
    for unknown in ("nobody", f"{one}x"):
        with pytest.raises(NotFound, match=unknown):
            settle(unknown)


# With runs


class Outside(FakeTransport):
    """The world outside: takes every mail."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        self.taken.append(to)
        return f"message-{len(self.taken)}"


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    world = Outside()
    use(monkeypatch, "ses", world)
    return world


def test_a_lead_that_qualify_left_to_a_person_is_listed_with_its_reasons(campaign: Any) -> None:
    campaign()
    pipeline.add_leads(keys.Shard(1, "made", 0), 1, role="Clerk", enrichment=Enrichment(is_decision_maker=False))
    pipeline.pipeline(1, "run")

    [waiting], _ = reviews.page(1, 1, 10, None)

    assert waiting.lead
    assert waiting.lead.email == "ada0@company0.example"
    assert waiting.lead.qualification
    assert waiting.lead.qualification.reasons == ("low_intent",)
    assert waiting.lead.score


def test_the_next_run_routes_and_mails_who_was_approved_once_and_nobody_else(
    in_review: Callable[..., list[str]], outside: Outside
) -> None:
    approved, rejected, undecided = in_review(3)
    pipeline.pipeline(1, "before")
    assert outside.taken == []

    settle(approved)
    settle(rejected, Decision.REJECT)
    for name in ("next", "after"):
        pipeline.pipeline(1, name)

    assert outside.taken == [read(approved).email]
    assert [read(one).status for one in (approved, rejected, undecided)] == [
        LeadStatus.CONTACTED, LeadStatus.REJECTED, LeadStatus.MANUAL_REVIEW,
    ]  # fmt: skip
    assert [change.event for change in read(approved).history] == [
        "harvested", "scored", "manual_review", "approved in review", "routed",
    ]  # fmt: skip
    assert counted() == recount([approved, rejected, undecided])


def test_leads_may_be_approved_while_a_run_routes(
    in_review: Callable[..., list[str]], outside: Outside, serial: None
) -> None:
    ids = in_review(12)
    state = pipeline.start(1, "open")
    together = Barrier(2)

    def approve() -> None:
        together.wait()
        for one in ids:
            settle(one)

    with ThreadPoolExecutor(1) as pool:
        reviewer = pool.submit(approve)
        together.wait()
        for _ in range(5):
            pipeline.stage(Stage.ROUTE, state)
        reviewer.result()
    pipeline.stage(Stage.NURTURE, state)
    pipeline.end(state)
    pipeline.pipeline(1, "next")

    assert sorted(outside.taken) == sorted(str(read(one).email) for one in ids)
    assert tallies.of_campaign(1, 1)["routed"] == 12
    assert counted() == recount(ids) == {"qualified": 12, "review": 0, "rejected": 0}
