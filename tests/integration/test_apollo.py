"""Apollo as a source, against a server that keeps to its contract: who is asked for, what it costs, what goes wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import stamina

from cam.leads import reading
from cam.model.models import JobStatus, Stage
from cam.platform import tables
from cam.providers import credits, providers, search_progress
from cam.providers.credits import CallState
from cam.providers.providers import Provider
from cam.runs import runs
from cam.text import clock
from functions.harvest import provider_responses
from functions.harvest.clients import apollo as client
from functions.harvest.clients.http import Line
from functions.harvest.clients.outcomes import Answer, Keep, Refused
from functions.harvest.sources import apollo as source
from tests.fakes.apollo import Apollo
from tests.fakes.people import population
from tests.fakes.server import Reply
from tests.integration import pipeline
from tests.integration.providers import Time, asked, harvest, settings, spent, store_key


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    """A clock that jumps over waits; retries do not pause."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield Time(monkeypatch)


@pytest.fixture
def fake(aws: None, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apollo]:
    """Apollo with 1,200 people, and its key stored."""
    with Apollo() as running, asked(time, monkeypatch, "apollo", running, "fake-apollo-key"):
        yield running


def people(campaign_id: int) -> list[Any]:
    found, position = [], None
    while True:
        page, position = reading.page(campaign_id, 1, {}, 100, position)
        found += page
        if position is None:
            return found


def test_people_who_fit_are_taken_in_for_a_credit_each(campaign: Any, fake: Apollo, time: Time) -> None:
    campaign(settings=settings())

    _, result = harvest(time, 1, "run-1", 20)

    assert result.status is JobStatus.COMPLETED
    assert result.counts["inserted"] == 20
    assert result.counts["credits_spent"] == fake.meter.credits
    assert max(fake.meter.paid.values()) == 1
    (first, *_) = people(1)
    assert first.credits == 1
    assert first.enrichment.email_status == "verified"
    assert first.provenance["email"]["source"] == "apollo"


def test_two_hundred_leads_take_two_searches_and_twenty_matches(campaign: Any, time: Time, monkeypatch: Any) -> None:
    fit = [one for one in population(1000) if one.organization.country == "United States"]
    crowd = [one for one in fit if one.email_status == "verified" and one.enrichable][:200]
    campaign(settings=settings(icp={"location": "United States"}, credits_per_run=200))
    with Apollo(crowd) as fake, asked(time, monkeypatch, "apollo", fake, "fake-apollo-key"):
        _, result = harvest(time, 1, "run-1")

        assert result.counts["inserted"] == 200
        assert (fake.meter.count("api_search"), fake.meter.count("bulk_match")) == (2, 20)


def test_the_search_goes_on_where_the_last_run_stopped(campaign: Any, fake: Apollo, time: Time) -> None:
    campaign(settings=settings())

    for number in range(3):
        harvest(time, 1, f"run-{number}", 20)

    assert fake.meter.count("api_search") == 1
    assert len(people(1)) == 60
    assert max(fake.meter.paid.values()) == 1


def test_the_run_budget_is_never_exceeded_and_the_rest_waits(campaign: Any, fake: Apollo, time: Time) -> None:
    campaign(settings=settings(credits_per_run=7))

    _, first = harvest(time, 1, "run-1", 50)
    spent = fake.meter.credits
    _, second = harvest(time, 1, "run-2", 50)

    assert first.counts["credits_spent"] == spent <= 7
    assert "credits_per_run" in (first.note or "")
    assert fake.meter.credits <= 14
    assert second.counts["inserted"] > 0


@pytest.mark.parametrize("budget", ["credits_per_month", "stack"])
def test_the_budgets_of_a_month_hold_over_runs(
    campaign: Any, fake: Apollo, time: Time, monkeypatch: Any, budget: str
) -> None:
    if budget == "stack":
        monkeypatch.setenv("CREDITS_PER_MONTH", "7")
    for _ in range(3):
        campaign(settings=settings(**({"credits_per_month": 7} if budget == "credits_per_month" else {})))

    for number in range(1, 4 if budget == "stack" else 2):
        for again in range(2):
            harvest(time, number, f"run-{number}-{again}", 50)

    assert 0 < fake.meter.credits <= 7


def test_nobody_who_cannot_reach_min_score_costs_a_credit(campaign: Any, fake: Apollo, time: Time) -> None:
    campaign(settings=settings(icp={"roles": ["Founder"]}, qualification={"min_score": 0.9}, credits_per_run=50))

    _, result = harvest(time, 1, "run-1", 50)

    assert result.counts["passed_over"] > 0
    assert all("founder" in (one.role or "").casefold() for one in people(1))


def test_both_shapes_of_pagination_are_read(campaign: Any, fake: Apollo, time: Time) -> None:
    fake.set(pagination="pagination")
    campaign(settings=settings())

    _, result = harvest(time, 1, "run-1", 20)

    assert result.counts["inserted"] == 20


def test_a_429_costs_waiting_and_no_lead(campaign: Any, fake: Apollo, time: Time) -> None:
    fake.fault("api_search", "429:40")
    fake.fault("bulk_match", "429:25")
    campaign(settings=settings())

    _, result = harvest(time, 1, "run-1", 20)

    assert (result.status, result.counts["inserted"]) == (JobStatus.COMPLETED, 20)
    assert sorted(time.waits) == [25, 40]
    assert result.counts["credits_spent"] == fake.meter.credits


@pytest.mark.parametrize("daily_spelling", [True, False])
def test_the_limits_that_the_headers_name_are_kept(
    campaign: Any, fake: Apollo, time: Time, daily_spelling: bool
) -> None:
    match = {"minute": 2, "hour": None, "day": 1000}
    fake.set(limits={"enrichment": match, "search": {"minute": 200}}, daily_spelling=daily_spelling)
    campaign(settings=settings())

    harvest(time, 1, "run-1", 60)

    known = providers.state(Provider.APOLLO).limits["match"]
    assert known == {"minute": 2, "hour": None, "day": 1000}
    # Ours and theirs begin at the same second of the minute only by chance: one 429 may be the price of learning.
    assert fake.meter.count("bulk_match", 429) <= 2
    assert len(people(1)) == 60


def test_a_window_that_stays_full_for_long_says_when_the_next_one_opens(
    campaign: Any, fake: Apollo, time: Time
) -> None:
    time.wait((12 - clock.now().hour) % 24 * 3600)  # the day does not end in between
    fake.set(limits={"search": {"day": 1}})
    campaign(settings=settings(icp={"roles": ["Founder"]}, qualification={"min_score": 1.0}))

    # The first learns of the limit, the next one counts by it: nobody can reach the score, so all pages are read.
    for number in range(2):
        _, result = harvest(time, 1, f"run-{number}")

    opens = providers.state(Provider.APOLLO).next_window(clock.now())
    assert opens is not None
    assert f"{opens:%Y-%m-%d}" in (result.error_message or "")
    assert fake.meter.count("api_search") <= 2


FAULTS: list[tuple[str, str, dict[str, Any], JobStatus, str, int]] = [
    # path, kind, options, what the run becomes, what it says, calls that are unsure
    ("", "401", {"times": None}, JobStatus.PARTIAL, "rejected its API key", 0),
    ("", "403", {"times": None}, JobStatus.PARTIAL, "403", 0),
    ("", "422", {"times": None}, JobStatus.PARTIAL, "422", 0),
    ("api_search", "status:500", {"times": None}, JobStatus.PARTIAL, "500", 0),
    ("api_search", "status:500", {"times": 2}, JobStatus.COMPLETED, "", 0),
    ("api_search", "html", {"times": None}, JobStatus.PARTIAL, "not JSON", 0),
    ("api_search", "malformed", {"times": 1}, JobStatus.COMPLETED, "", 0),
    ("api_search", "truncated", {"times": 1}, JobStatus.COMPLETED, "", 0),
    ("api_search", "reset", {"times": 1}, JobStatus.COMPLETED, "", 0),
    ("bulk_match", "status:500", {"times": None}, JobStatus.PARTIAL, "500", 0),
    ("bulk_match", "status:503", {"times": 2, "body": "html"}, JobStatus.COMPLETED, "", 0),
    ("bulk_match", "malformed", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("bulk_match", "truncated", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("bulk_match", "reset_after", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("bulk_match", "html", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("bulk_match", "slow", {"seconds": 0.3}, JobStatus.COMPLETED, "", 0),
]


@pytest.mark.parametrize(("path", "kind", "options", "status", "says", "unsure"), FAULTS)
def test_whatever_a_provider_does_no_credit_is_lost_twice_and_no_lead(
    campaign: Any, fake: Apollo, time: Time, path: str, kind: str, options: dict[str, Any], status: JobStatus,
    says: str, unsure: int,
) -> None:  # fmt: skip
    campaign(settings=settings(sources=["apollo", "csv"], harvest={"job_postings": False, "dropcontact": "off"}))
    pipeline.upload(1, pipeline.csv(5))
    fake.fault(path, kind, **options)

    _, result = harvest(time, 1, "run-1", 15)

    assert result.status is status, result
    assert says in (result.error_message or "")
    calls = [call for call in credits.open_calls(1) if call.state is CallState.UNSURE]
    assert len(calls) == unsure
    # The file fills up what Apollo does not give.
    assert result.counts["inserted"] == (15 if status is JobStatus.COMPLETED else 5)
    # Afterwards, all is well again: everybody comes, nobody was paid for twice, and the books agree.
    fake.faults.clear()
    time.wait(3700)
    lost = [one for call in calls for one in call.what]
    _, again = harvest(time, 1, "run-2", 15)
    assert again.status is JobStatus.COMPLETED, again
    assert again.counts["inserted"] == 15
    assert max(fake.meter.paid.values()) == 1
    # What the books say is what the provider has taken, and all that an unsure call may have cost.
    charged = fake.meter.credits - sum(fake.meter.paid[str(one)] for one in lost)
    assert spent() == charged + len(lost)


def test_a_rotated_key_is_used_without_a_new_deployment(campaign: Any, fake: Apollo, time: Time) -> None:
    campaign(settings=settings())
    harvest(time, 1, "run-1", 10)
    fake.set(keys=["another"])
    _, refused = harvest(time, 1, "run-2", 10)
    store_key("apollo", "another")
    _, again = harvest(time, 1, "run-3", 10)

    assert refused.status is JobStatus.FAILED
    assert "rejected its API key" in (refused.error_message or "")
    assert again.counts["inserted"] == 10


def test_three_failures_in_a_row_and_the_provider_rests(campaign: Any, fake: Apollo, time: Time) -> None:
    campaign(settings=settings(sources=["apollo", "csv"], harvest={"job_postings": False, "dropcontact": "off"}))
    pipeline.upload(1, pipeline.csv(9))
    fake.fault("", "status:500", times=None)

    harvest(time, 1, "run-1", 3)
    asked_before = fake.meter.count()
    _, second = harvest(time, 1, "run-2", 3)

    assert asked_before == 3
    assert fake.meter.count() == 3
    assert "is not called until" in (second.error_message or "")
    assert second.counts["inserted"] == 3
    fake.faults.clear()
    time.wait(301)
    assert harvest(time, 1, "run-3", 3)[1].status is JobStatus.COMPLETED


def test_an_answer_that_was_kept_is_used_by_the_next_worker(
    campaign: Any, fake: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=settings())

    class Died(BaseException):
        pass

    with monkeypatch.context() as dying:
        dying.setattr(source, "_apply", lambda *_: (_ for _ in ()).throw(Died()))
        with pytest.raises(Died):
            harvest(time, 1, "run-1", 10)
    spent = fake.meter.credits
    time.wait(120)

    state = pipeline.start(1, "run-1", stages=["HARVEST"], max_leads=10)
    pipeline.stage(Stage.HARVEST, state)
    pipeline.end(state)

    assert fake.meter.credits == spent
    assert len(people(1)) == spent
    assert not credits.open_calls(1)


def test_a_worker_that_dies_with_the_answer_in_its_hands_leaves_it_to_a_person(
    campaign: Any, fake: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=settings())

    class Died(BaseException):
        pass

    with monkeypatch.context() as dying:
        dying.setattr(provider_responses, "keep", lambda *_: (_ for _ in ()).throw(Died()))
        with pytest.raises(Died):
            harvest(time, 1, "run-1", 10)
    paid = Counter(fake.meter.paid)
    time.wait(120)
    state = pipeline.start(1, "run-1", stages=["HARVEST"], max_leads=10)
    pipeline.stage(Stage.HARVEST, state)
    pipeline.end(state)

    assert all(fake.meter.paid[one] == 1 for one in paid)
    (call,) = credits.open_calls(1)
    assert (call.state, set(call.what)) == (CallState.UNSURE, set(paid))


def test_an_answer_of_another_shape_fails_one_run_and_not_those_after_it(
    campaign: Any, fake: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=settings())
    work = fake._work
    with monkeypatch.context() as changed:
        changed.setattr(
            fake, "_work",
            lambda name, *rest: Reply(200, b'{"matches": []}') if "bulk_match" in name else work(name, *rest),
        )  # fmt: skip
        _, first = harvest(time, 1, "run-1", 10)

    _, second = harvest(time, 1, "run-2", 10)

    assert (first.status, second.status) == (JobStatus.FAILED, JobStatus.COMPLETED), second
    assert second.counts["inserted"] == 10
    assert [call.state for call in credits.open_calls(1)] == [CallState.UNSURE]


def test_people_of_an_answer_that_is_not_kept_any_more_wait_for_a_person(
    campaign: Any, fake: Apollo, time: Time
) -> None:
    campaign(settings=settings())
    state = pipeline.start(1, "run-1", stages=["HARVEST"], max_leads=1)
    call = credits.claim(runs.frozen(1, "run-1"), Provider.APOLLO, "match", ["somebody"], 1)
    credits.settle(call, 1, CallState.ANSWERED)

    pipeline.stage(Stage.HARVEST, state)
    pipeline.end(state)

    (left,) = credits.open_calls(1)
    assert (left.call_id, left.state, left.spent) == (call.call_id, CallState.UNSURE, 1)


@pytest.fixture
def hiring(time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apollo]:
    """Apollo with twelve people of one company that hires, which decides about their intent."""
    crowd = [one for one in population(2000) if one.email_status == "verified" and one.enrichable]
    settled = [one for one in crowd if one.title == "Copywriter" and one.jobs[0].started.year < 2026]
    junior = next(one for one in settled if one.organization.postings and not one.organization.funded_on)
    alike = [replace(junior, id=f"{at:024x}", address=f"p{at}@{junior.organization.domain}") for at in range(12)]
    with Apollo(alike) as running, asked(time, monkeypatch, "apollo", running, "fake-apollo-key"):
        yield running


SIGNALS = settings(icp={"revenue_min": 0}, harvest={}, qualification={"min_score": 0}, credits_per_run=50)


def test_a_company_is_asked_about_once_although_the_worker_dies_with_the_answer(
    campaign: Any, aws: None, hiring: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=SIGNALS)

    class Died(BaseException):
        pass

    with monkeypatch.context() as dying:
        dying.setattr(providers, "remember", lambda *_: (_ for _ in ()).throw(Died()))
        with pytest.raises(Died):
            harvest(time, 1, "run-1")
    state = pipeline.start(1, "run-1", stages=["HARVEST"])
    pipeline.stage(Stage.HARVEST, state)
    _, results = pipeline.end(state)

    assert hiring.meter.count("job_postings") == 1
    assert results[Stage.HARVEST].counts["credits_spent"] == hiring.meter.credits == 13
    assert {one.enrichment.company_hiring for one in people(1)} == {True}


def test_a_company_of_which_nobody_knows_what_an_answer_cost_is_not_asked_about_again(
    campaign: Any, aws: None, hiring: Apollo, time: Time
) -> None:
    campaign(settings=SIGNALS)
    hiring.fault("job_postings", "truncated")

    _, result = harvest(time, 1, "run-1")

    assert hiring.meter.count("job_postings") == 1
    assert (result.counts["inserted"], result.counts["credits_spent"]) == (12, hiring.meter.credits)
    assert {one.enrichment.company_hiring for one in people(1)} == {None}


def test_a_plan_without_job_postings_is_asked_for_them_once(
    campaign: Any, aws: None, hiring: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=SIGNALS)
    firms = [
        replace(one, organization=replace(one.organization, id=f"firm{at}")) for at, one in enumerate(hiring.people)
    ]
    with Apollo(firms, inaccessible=["job_postings"]) as fake, asked(
        time, monkeypatch, "apollo", fake, "fake-apollo-key"
    ):  # fmt: skip
        _, result = harvest(time, 1, "run-1")

    assert fake.meter.count("job_postings") == 1
    assert (result.status, result.counts["inserted"], fake.meter.credits) == (JobStatus.COMPLETED, 12, 12)


def test_nothing_of_keys_or_people_is_in_the_logs(
    campaign: Any, fake: Apollo, time: Time, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    campaign(settings=settings())
    caplog.set_level("DEBUG", "cam")
    fake.fault("bulk_match", "status:500", times=2)

    harvest(time, 1, "run-1", 20)

    said = capsys.readouterr().out + caplog.text
    assert "fake-apollo-key" not in said
    assert not [one.email for one in people(1) if one.email in said]


def test_an_answer_of_another_shape_is_left_to_a_person_and_does_not_stop_later_runs(
    campaign: Any, fake: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=settings())
    match = client.match

    def odd(line: Line, ids: Any, keep: Keep) -> Answer:
        match(line, ids, lambda _: None)
        keep(b'{"matches": []}')
        return Answer(200, {"matches": []}, b'{"matches": []}')

    with monkeypatch.context() as once:
        once.setattr(client, "match", odd)
        _, first = harvest(time, 1, "run-1", 3)
    _, second = harvest(time, 1, "run-2", 3)

    assert "UNSURE" in (first.error_message or "")
    assert [call.state for call in credits.open_calls(1)] == [CallState.UNSURE]
    assert (second.status, second.counts["inserted"]) == (JobStatus.COMPLETED, 3)


def test_people_whom_nobody_matched_are_the_first_of_the_line_again_whoever_moved_it_meanwhile(
    campaign: Any, fake: Apollo, time: Time, monkeypatch: Any
) -> None:
    campaign(settings=settings())

    def refusing(line: Line, ids: Any, keep: Keep) -> Answer:
        # As when somebody settles another call over the API at this moment.
        place = search_progress.place(1, Provider.APOLLO)
        tables.write(search_progress.moved(1, Provider.APOLLO, place, waiting=("settled", *place.waiting))[1])
        raise Refused("not today", 403)

    monkeypatch.setattr(client, "match", refusing)

    harvest(time, 1, "run-1", 3)

    waiting = search_progress.place(1, Provider.APOLLO).waiting
    assert waiting[3] == "settled"
    assert len(set(waiting)) == len(waiting)
    assert not credits.open_calls(1)
    assert spent() == 0
