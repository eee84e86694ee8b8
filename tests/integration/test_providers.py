"""What all runs share of a provider: its windows, its rests, and the credits, which no interleaving overdraws."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cam.campaigns import campaigns
from cam.model.errors import NotFound, Throttled
from cam.model.models import Run, Stage, Trigger
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.providers import credits, providers, search_progress
from cam.providers.credits import Call, CallState, Purse, Spent
from cam.providers.providers import Limits, Provider, State, Window
from cam.runs import runs
from cam.text import clock
from functions.harvest import provider_responses
from tests.properties import examples

NOW = datetime(2026, 11, 25, 8, 0, 0, tzinfo=UTC)
APOLLO, HUNTER = Provider.APOLLO, Provider.HUNTER


def run(campaign_id: int = 1, name: str = "run-1", **budgets: int) -> Run:
    """A run that is open, with these budgets."""
    campaign = campaigns.read(campaign_id)
    settings = campaign.settings.model_copy(update=budgets)
    return runs.open_run(runs.fresh(campaign, name, Trigger.API, [Stage.HARVEST], settings), {})


def used(*key: keys.Key) -> list[int]:
    return [int((tables.get(leads_table(), one) or {}).get("used", 0)) for one in key]


def budgets(of: Run) -> list[int]:
    month = credits.month(clock.now())
    return used(
        keys.run_credits(of.campaign_id, of.run_id), keys.month_credits(of.campaign_id, month),
        keys.account_credits(month),
    )  # fmt: skip


# ---------------------------------------------------------------- windows

LIMITS: Limits = {Window.MINUTE: 2, Window.HOUR: 3, Window.DAY: 100}


def take(at: timedelta = timedelta(), known: State | None = None, limits: Limits = LIMITS) -> float:
    return providers.take(APOLLO, "match", limits, known or State(), NOW + at)


def counted(window: Window, at: timedelta = timedelta()) -> int:
    start = providers._start(window, NOW + at)
    return used(keys.provider_window(APOLLO, "match", window, start))[0]


def test_a_window_that_is_full_says_when_the_next_one_begins(aws: None) -> None:
    assert [take(), take(), take(timedelta(seconds=20))] == [0, 0, 40]
    assert take(timedelta(seconds=60)) == 0
    # Of two that are full, the longer one counts.
    assert take(timedelta(seconds=60)) == 3540
    assert take(timedelta(hours=1)) == 0


def test_who_is_refused_is_counted_in_no_window(aws: None) -> None:
    for _ in range(5):
        take()

    assert [counted(window) for window in LIMITS] == [2, 2, 2]


def test_one_window_by_itself_holds_too(aws: None) -> None:
    only: Limits = {Window.SECOND: 1}

    assert [take(limits=only), take(timedelta(seconds=0.25), limits=only)] == [0, 0.75]
    assert take(timedelta(seconds=1), limits=only) == 0


def test_endpoints_and_providers_are_counted_apart(aws: None) -> None:
    only: Limits = {Window.MINUTE: 1}

    assert providers.take(APOLLO, "match", only, State(), NOW) == 0
    assert providers.take(APOLLO, "search", only, State(), NOW) == 0
    assert providers.take(HUNTER, "match", only, State(), NOW) == 0
    assert providers.take(APOLLO, "match", only, State(), NOW) == 60


def test_what_the_provider_said_goes_before_what_is_documented(aws: None) -> None:
    providers.told(APOLLO, "match", {Window.MINUTE: 5, Window.HOUR: None, Window.DAY: None}, State())
    known = providers.state(APOLLO)

    assert [take(known=known) for _ in range(6)] == [0, 0, 0, 0, 0, 60]


def test_a_limit_of_none_at_all_is_a_window_that_is_always_full(aws: None) -> None:
    assert take(timedelta(seconds=15), limits={Window.MINUTE: 0, Window.DAY: 100}) == 45
    assert counted(Window.DAY) == 0


def test_no_window_at_all_is_never_full(aws: None) -> None:
    unlimited: Limits = {Window.MINUTE: None}

    assert [take(limits=unlimited) for _ in range(3)] == [0, 0, 0]


def test_a_pause_that_the_provider_asked_for_is_kept_at_its_endpoint(aws: None) -> None:
    providers.pause(APOLLO, "match", NOW + timedelta(seconds=90))
    known = providers.state(APOLLO)

    assert take(known=known) == 90
    assert take(timedelta(seconds=90), known=known) == 0
    assert providers.take(APOLLO, "search", LIMITS, known, NOW) == 0
    assert known.next_window(NOW) == NOW + timedelta(seconds=90)


# ---------------------------------------------------------------- rests


def test_three_failures_in_a_row_are_a_rest_that_doubles_up_to_an_hour(aws: None) -> None:
    now = NOW
    for _ in range(2):
        assert providers.failed(APOLLO, "out", now).resting(now) is None
    rests = []
    for _ in range(6):
        until = providers.failed(APOLLO, "out", now).resting(now)
        assert until
        rests.append((until - now).total_seconds() / 60)
        # The next failure after a rest is one try, not three.
        now = until
        assert providers.state(APOLLO).resting(now) is None

    assert rests == [5, 10, 20, 40, 60, 60]


@pytest.mark.parametrize("well", [providers.succeeded, None])
def test_a_provider_that_answers_begins_anew(aws: None, well: Any) -> None:
    for _ in range(3):
        providers.failed(APOLLO, "out", NOW)
    later = NOW + timedelta(minutes=6)
    if well:
        providers.succeeded(APOLLO, providers.state(APOLLO), later)
    else:
        providers.refused(APOLLO, "the plan is too small", later)

    assert providers.failed(APOLLO, "out", later).resting(later) is None
    assert providers.failed(APOLLO, "out", later).resting(later) is None
    until = providers.failed(APOLLO, "out", later).resting(later)
    assert until == later + timedelta(minutes=5)


def test_while_it_rests_further_failures_do_not_lengthen_the_rest(aws: None) -> None:
    for _ in range(3):
        providers.failed(APOLLO, "out", NOW)

    after = providers.failed(APOLLO, "out", NOW + timedelta(minutes=1))

    assert (after.rests, after.rests_until) == (1, NOW + timedelta(minutes=5))


def test_success_is_written_once_a_minute(aws: None, operations: Any) -> None:
    providers.succeeded(APOLLO, State(), NOW)
    known = providers.state(APOLLO)
    operations.clear()

    providers.succeeded(APOLLO, known, NOW + timedelta(seconds=30))
    providers.told(APOLLO, "match", {}, known)

    assert operations["UpdateItem"] == 0


def test_one_providers_rest_is_not_anothers(aws: None) -> None:
    for _ in range(3):
        providers.failed(APOLLO, "out", NOW)

    states = providers.states()

    assert states[APOLLO].resting(NOW)
    assert not states[HUNTER].resting(NOW)


# ---------------------------------------------------------------- credits


def claim(of: Run, number: int, **more: Any) -> Call:
    return credits.claim(of, APOLLO, "match", [str(one) for one in range(number)], number, **more)


def test_a_call_takes_its_credits_from_all_three_budgets(campaign: Any) -> None:
    campaign()
    one = run()

    call = claim(one, 4)

    assert budgets(one) == [4, 4, 4]
    assert credits.open_calls(1) == [call]
    assert credits.read(1, call.call_id) == call


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"credits_per_run": 3}, "credits_per_run"),
        ({"credits_per_month": 3}, "credits_per_month"),
        ({}, "CreditsPerMonth"),
    ],
)
def test_the_budget_that_is_too_small_is_named_and_nothing_is_taken(
    campaign: Any, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], named: str
) -> None:
    if not limits:
        monkeypatch.setenv("CREDITS_PER_MONTH", "3")
    campaign()
    one = run(1, "run-1", **limits)
    claim(one, 2)

    for number in (2, 4):
        with pytest.raises(Spent, match=named):
            claim(one, number)

    assert budgets(one) == [2, 2, 2]
    purse = credits.left(one)
    assert (purse.left, named in purse.tightest) == (1, True)


def test_nothing_is_taken_when_the_source_was_moved_meanwhile(campaign: Any) -> None:
    campaign()
    one = run()
    before = search_progress.place(1, APOLLO)
    tables.write(search_progress.moved(1, APOLLO, before, page=2)[1])

    with pytest.raises(Throttled):
        claim(one, 2, also=[search_progress.moved(1, APOLLO, before, page=2)[1]])

    assert budgets(one) == [0, 0, 0]
    assert not credits.open_calls(1)


def test_what_was_not_spent_is_given_back_once(campaign: Any) -> None:
    campaign()
    one = run()
    call = claim(one, 5)

    after = credits.settle(call, 2, CallState.ANSWERED)
    with pytest.raises(Throttled):
        credits.settle(call, 0, CallState.ANSWERED)
    credits.settle(after, 2, CallState.DONE)

    assert budgets(one) == [2, 2, 2]
    assert credits.read(1, call.call_id).spent == 2
    assert not credits.open_calls(1)


def test_a_refusal_gives_everything_back_and_twice_is_as_once(campaign: Any) -> None:
    campaign()
    one = run()
    call = claim(one, 5)

    credits.refuse(call, "no")
    credits.refuse(call, "no")

    assert budgets(one) == [0, 0, 0]
    assert (credits.read(1, call.call_id).state, credits.open_calls(1)) == (CallState.REFUSED, [])


def test_an_unsure_call_keeps_its_credits_and_stays_open(campaign: Any) -> None:
    campaign()
    one = run()
    call = claim(one, 5)

    credits.unsure(call, "nobody knows")
    credits.unsure(call, "nobody knows")
    credits.refuse(call, "too late")

    assert budgets(one) == [5, 5, 5]
    assert [call.state for call in credits.open_calls(1)] == [CallState.UNSURE]


def test_credits_go_back_to_the_month_they_came_from(campaign: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign()
    moment = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    one = run()
    call = claim(one, 5)
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(seconds=2))

    december = credits.left(one)
    credits.settle(call, 1, CallState.DONE)

    assert (december.month, december.account) == (0, 0)
    assert used(keys.month_credits(1, "2026-11"), keys.month_credits(1, "2026-12")) == [1, 0]


def test_the_purse_tells_what_is_left_and_what_a_coming_run_could_take(campaign: Any) -> None:
    campaign()
    one = run(credits_per_run=10, credits_per_month=12)
    claim(one, 8)

    coming = credits.purse(1, one.settings, None, clock.now())

    assert credits.left(one) == Purse(run=8, month=8, account=8, left=2, left_this_month=4, tightest="credits_per_run")
    assert (coming.run, coming.left, coming.tightest) == (0, 4, "credits_per_month")


def test_two_campaigns_share_the_accounts_budget_and_nothing_else(
    campaign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDITS_PER_MONTH", "10")
    campaign()
    campaign()
    one, two = run(1), run(2)
    claim(one, 7)

    with pytest.raises(Spent, match="CreditsPerMonth"):
        claim(two, 4)
    claim(two, 3)

    assert (budgets(one), budgets(two)) == ([7, 7, 10], [3, 3, 10])


def test_a_call_of_250_leads_is_read_back_whole(campaign: Any) -> None:
    campaign()
    what = [[31, f"{number:026d}"] for number in range(250)]

    call = credits.claim(run(credits_per_run=250), Provider.DROPCONTACT, "enrich", what, 250)

    assert [list(one) for one in credits.open_calls(1, Provider.DROPCONTACT)[0].what] == what
    assert credits.open_calls(1, APOLLO) == []
    assert call.credits == 250


def test_calls_are_worked_on_in_the_order_of_their_claims(campaign: Any) -> None:
    campaign()
    one = run()
    calls = [claim(one, 1) for _ in range(3)]
    credits.move(calls[0], CallState.WAITING, request_id="abc")

    assert [call.call_id for call in credits.open_calls(1)] == sorted(call.call_id for call in calls)


def test_a_call_that_is_not_there_is_not_found(campaign: Any) -> None:
    campaign()

    with pytest.raises(NotFound):
        credits.read(1, "none")


def test_a_call_is_moved_by_one_worker_only(campaign: Any) -> None:
    campaign()
    call = credits.move(claim(run(), 3), CallState.WAITING, request_id="abc")
    credits.move(call, CallState.ANSWERED, applied=2)

    with pytest.raises(Throttled):
        credits.move(call, CallState.ANSWERED, applied=2)


# What workers do, in any order: claim so much for one of two runs, or end one of the calls in one of these ways.
_STEPS = st.lists(
    st.tuples(st.just("claim"), st.integers(0, 1), st.integers(1, 7))
    | st.tuples(
        st.sampled_from(["answer", "finish", "refuse", "unsure", "expire"]), st.integers(0, 3), st.integers(0, 7)
    ),
    min_size=3,
    max_size=8,
)
_LIMITS = st.tuples(st.integers(0, 12), st.integers(0, 16), st.integers(0, 16))


@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_STEPS, _LIMITS)
def test_no_interleaving_overdraws_a_budget_or_loses_a_credit(
    campaign: Any, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int, int]], limits: tuple[int, int, int]
) -> None:
    monkeypatch.setenv("CREDITS_PER_MONTH", str(limits[2]))
    tables.write(tables.delete(leads_table(), keys.account_credits(credits.month(clock.now()))))
    number, bounds = campaign().id, {"credits_per_run": limits[0], "credits_per_month": limits[1]}
    one = run(number, "run-1", **bounds)
    runs.unlock(number, "run-1")
    both = (one, run(number, "run-2", **bounds))
    held: list[Call] = []

    for what, at, amount in steps:
        if what == "claim":
            left = credits.left(both[at]).left
            try:
                held.append(claim(both[at], amount))
                assert amount <= left
            except Spent:
                assert amount > left
        elif at < len(held):
            # Each worker holds the call as it was claimed: all but the first come too late, and change nothing.
            _end(what, held[at], min(amount, held[at].credits))
    _agree(number, both, held, limits)


def _end(what: str, call: Call, spent: int) -> None:
    try:
        match what:
            case "answer":
                credits.settle(call, spent, CallState.ANSWERED)
            case "finish":
                credits.settle(credits.read(call.campaign_id, call.call_id), spent, CallState.DONE)
            case "refuse":
                credits.refuse(call, "no")
            case "unsure":
                credits.unsure(call, "nobody knows")
            case "expire":
                credits.settle(call, call.credits, CallState.EXPIRED)
    except Throttled:
        return


def _agree(number: int, both: tuple[Run, Run], held: list[Call], limits: tuple[int, int, int]) -> None:
    """Every budget is what open calls hold and settled ones spent."""
    now = [credits.read(number, call.call_id) for call in held]
    taken = {one.run_id: 0 for one in both}
    for call in now:
        cost = call.spent if call.settled and call.spent is not None else call.credits
        taken[call.run_id] += cost
    assert [budgets(one)[0] for one in both] == [taken[one.run_id] for one in both]
    assert budgets(both[0])[1:] == [sum(taken.values())] * 2
    assert all(amount <= limits[0] for amount in taken.values())
    assert sum(taken.values()) <= min(limits[1:])


# ---------------------------------------------------------------- answers


def test_an_answer_is_kept_as_it_came(campaign: Any) -> None:
    campaign()
    call = claim(run(), 1)
    assert provider_responses.kept(call) is None

    provider_responses.keep(call, b'{"a": [1]}')

    assert provider_responses.kept(call) == {"a": [1]}


@pytest.mark.parametrize("raw", [b"half [", b"\xff", b"[" * 100_000])
def test_a_kept_answer_that_nobody_can_read_is_none(campaign: Any, raw: bytes) -> None:
    campaign()
    call = claim(run(), 1)

    provider_responses.keep(call, raw)

    assert provider_responses.kept(call) is None


def test_a_bucket_that_does_not_answer_is_no_reason_to_forget_an_answer(
    campaign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign()
    call = claim(run(), 1)
    monkeypatch.setenv("IMPORTS_BUCKET", "gone")

    provider_responses.keep(call, b"{}")
    with pytest.raises(Throttled):
        provider_responses.kept(call)
