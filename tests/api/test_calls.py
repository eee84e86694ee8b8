"""Paid calls over HTTP: which are open, and what a person decides about those of which nobody knows what came."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cam.leads import adding, lead_queue, reading
from cam.leads.adding import Found
from cam.model.models import Campaign, LeadDraft, Run, Stage, Trigger
from cam.platform import keys, tables
from cam.providers import credits, search_progress
from cam.providers.credits import Call, CallState
from cam.providers.providers import Provider
from cam.runs import runs
from cam.text import clock
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
CALLS = "/campaigns/1/calls"
SAID = "Apollo did not respond in time"


@pytest.fixture
def run(campaign: Make) -> Run:
    """An open run of the first campaign, which has several shards."""
    one = campaign(settings={"expected_leads": 10_000, "credits_per_run": 250})
    return runs.open_run(runs.fresh(one, "run-1", Trigger.API, [Stage.HARVEST], one.settings), {})


def unsure(run: Run, provider: Provider, kind: str, what: Sequence[Any]) -> Call:
    call = credits.claim(run, provider, kind, what, len(what))
    credits.unsure(call, SAID)
    return credits.read(run.campaign_id, call.call_id)


def waiting() -> tuple[str, ...]:
    return search_progress.place(1, Provider.APOLLO).waiting


def line(*people: str) -> None:
    _, action = search_progress.moved(1, Provider.APOLLO, search_progress.place(1, Provider.APOLLO), waiting=people)
    tables.write(action)


def add(run: Run, number: int) -> list[list[Any]]:
    """Leads that wait for an address; what a call names them by."""
    what: list[list[Any]] = [[keys.shard_of(f"lead{at}", run.shards), f"lead{at}"] for at in range(number)]
    for shard, one in what:
        draft = LeadDraft(name=f"Eve {one}", company="Acme")
        found = [(Found(one, draft, "csv", "", queue="enrich"), None)]
        adding.add(keys.Shard(1, run.run_id, shard), run.shards, found, {"inserted": 1}, clock.now(), [], None)
    return what


def asked(run: Run) -> dict[str, tuple[str, ...]]:
    found = reading.existing(1, run.shards, [f"lead{at}" for at in range(9)])
    return {name: tuple(lead.asked) for name, lead in found.items()}


def settle(api: Client, call: Call, outcome: str, **more: Any) -> Any:
    return api.post(f"{CALLS}/{call.call_id}/settle", {"outcome": outcome}, **more)


# ------------------------------------------------------------ list


def test_without_paid_calls_the_list_is_empty(api: Client, run: Run) -> None:
    assert api.get(CALLS).json() == {"items": [], "next_cursor": None}


def test_an_open_call_has_the_shape_of_the_contract(api: Client, run: Run) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a", "b"])
    assert api.get(CALLS).json()["items"] == [
        {
            "call_id": call.call_id,
            "provider": "apollo",
            "kind": "match",
            "state": "UNSURE",
            "credits": 2,
            "leads": 2,
            "run_id": "run-1",
            "message": SAID,
            "claimed_at": clock.iso(call.claimed_at),
        }
    ]


def test_no_answer_shows_a_key_of_the_tables_or_whom_a_call_was_about(api: Client, run: Run) -> None:
    unsure(run, Provider.APOLLO, "match", ["person-1"])
    said = api.get(CALLS).body.decode()
    assert not [one for one in ("person-1", "CALL#", "call#", "L#1", "answers/", "todo") if one in said]


def test_calls_that_are_over_are_not_listed_and_those_of_others_neither(api: Client, run: Run, campaign: Make) -> None:
    campaign()
    first, second = (credits.claim(run, Provider.HUNTER, "verify", [[0, "lead0"]], 1) for _ in range(2))
    credits.refuse(first, "no")
    assert [one["call_id"] for one in api.get(CALLS).json()["items"]] == [second.call_id]
    assert api.get("/campaigns/2/calls").json()["items"] == []


def test_calls_are_listed_in_the_order_of_being_made(api: Client, run: Run) -> None:
    made = [credits.claim(run, Provider.APOLLO, "match", [str(at)], 1).call_id for at in range(5)]
    credits.unsure(credits.read(1, made[0]), SAID)
    listed = [one["call_id"] for one in api.get(CALLS).json()["items"]]
    assert listed == sorted(made)


# ------------------------------------------------------------ settle: people of a search


@pytest.mark.parametrize("outcome", ["ask_again", "ASK_AGAIN", " Ask_Again "])
def test_who_is_asked_for_again_is_the_first_in_line(api: Client, run: Run, outcome: str) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a", "b"])
    line("c", "b", "d")

    answer = settle(api, call, outcome)

    assert (answer.status, answer.json()["state"]) == (200, "SETTLED")
    assert answer.json()["message"] == f"{SAID}; settled: ask_again"
    assert waiting() == ("a", "b", "c", "d")
    assert search_progress.known(1, Provider.APOLLO, ["a", "b"]) == set()
    assert api.get(CALLS).json()["items"] == []


def test_who_is_dropped_is_not_asked_for_again(api: Client, run: Run) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a", "b"])
    line("c")
    assert settle(api, call, "drop").status == 200
    assert waiting() == ("c",)
    assert search_progress.known(1, Provider.APOLLO, ["a", "b", "c"]) == {"a", "b"}


@pytest.mark.parametrize("outcome", ["ask_again", "drop"])
def test_the_credits_of_a_settled_call_stay_spent(api: Client, run: Run, outcome: str) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a", "b"])
    settle(api, call, outcome)
    assert credits.left(run).run == 2


def test_people_go_back_also_when_the_search_was_never_written_down(api: Client, run: Run) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    assert settle(api, call, "ask_again").status == 200
    assert waiting() == ("a",)


# ------------------------------------------------------------ settle: leads that lack something


@pytest.mark.parametrize(("provider", "kind"), [(Provider.DROPCONTACT, "enrich"), (Provider.HUNTER, "verify")])
def test_leads_to_be_asked_about_again_are_left_as_they_are(
    api: Client, run: Run, provider: Provider, kind: str
) -> None:
    call = unsure(run, provider, kind, add(run, 3))
    assert settle(api, call, "ask_again").status == 200
    assert asked(run) == {f"lead{at}": () for at in range(3)}
    # Only an open call keeps them from being asked about.
    assert credits.open_calls(1) == []


@pytest.mark.parametrize(("provider", "kind"), [(Provider.DROPCONTACT, "enrich"), (Provider.HUNTER, "verify")])
def test_leads_of_a_dropped_call_count_as_asked_about(api: Client, run: Run, provider: Provider, kind: str) -> None:
    call = unsure(run, provider, kind, add(run, 3))
    assert settle(api, call, "drop").status == 200
    assert asked(run) == {f"lead{at}": (provider,) for at in range(3)}
    assert lead_queue.queued(1, run.shards, "enrich") == 3


def test_a_batch_of_more_leads_than_a_transaction_holds_is_dropped_in_one_go(api: Client, run: Run) -> None:
    what = add(run, 120)
    assert settle(api, unsure(run, Provider.DROPCONTACT, "enrich", what), "drop").status == 200
    found = reading.existing(1, run.shards, [one for _, one in what])
    assert {lead.asked for lead in found.values()} == {(Provider.DROPCONTACT,)}


def test_a_drop_that_stopped_half_way_is_finished_by_the_next(api: Client, run: Run) -> None:
    what = add(run, 2)
    call = unsure(run, Provider.DROPCONTACT, "enrich", what)
    (lead,) = reading.existing(1, run.shards, ["lead0"]).values()
    tables.write(adding.fill(1, lead, [], clock.now(), {"asked": (Provider.DROPCONTACT,)}))
    assert settle(api, call, "drop").status == 200
    assert asked(run) == {"lead0": (Provider.DROPCONTACT,), "lead1": (Provider.DROPCONTACT,)}


def test_a_lead_that_is_gone_does_not_keep_a_call_open(api: Client, run: Run) -> None:
    call = unsure(run, Provider.DROPCONTACT, "enrich", [[0, "nobody"]])
    assert settle(api, call, "drop").status == 200


# ------------------------------------------------------------ settle: what is refused


def test_only_an_unsure_call_can_be_settled(api: Client, run: Run) -> None:
    call = credits.claim(run, Provider.APOLLO, "match", ["a"], 1)
    assert_problem(settle(api, call, "drop"), 409, says="CLAIMED")
    assert credits.read(1, call.call_id).state is CallState.CLAIMED


@pytest.mark.parametrize("again", ["ask_again", "drop"])
def test_a_call_is_settled_once(api: Client, run: Run, again: str) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    settle(api, call, "drop")
    assert_problem(settle(api, call, again), 409, says="SETTLED")
    assert waiting() == ()


def test_settling_with_an_idempotency_key_answers_again_and_does_nothing_again(api: Client, run: Run) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    first = settle(api, call, "ask_again", headers={"Idempotency-Key": "once"})
    line()
    second = settle(api, call, "ask_again", headers={"Idempotency-Key": "once"})
    assert (first.status, second.status) == (200, 200)
    assert first.json() == second.json()
    assert waiting() == ()


def test_a_run_that_reads_on_meanwhile_makes_it_a_conflict(
    api: Client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    line("c")
    before = search_progress.place(1, Provider.APOLLO)
    line("d")
    with monkeypatch.context() as stale:
        stale.setattr(search_progress, "place", lambda *_: before)
        assert_problem(settle(api, call, "ask_again"), 409, says="Try again")
    assert credits.read(1, call.call_id).state is CallState.UNSURE
    assert settle(api, call, "ask_again").status == 200
    assert waiting() == ("a", "d")


@pytest.mark.parametrize("body", [{}, {"outcome": "perhaps"}, {"outcome": None}, {"outcome": 1}])
def test_a_wrong_outcome_is_refused_by_its_name(api: Client, run: Run, body: Any) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    assert_problem(api.post(f"{CALLS}/{call.call_id}/settle", body), 422, "outcome")


def test_an_unknown_field_is_refused(api: Client, run: Run) -> None:
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    body = {"outcome": "drop", "note": "why"}
    assert_problem(api.post(f"{CALLS}/{call.call_id}/settle", body), 422, "note")


@pytest.mark.parametrize("call_id", ["nothing", "CALL%231", "x" * 300])
def test_a_call_that_does_not_exist_is_not_found(api: Client, run: Run, call_id: str) -> None:
    assert_problem(api.post(f"{CALLS}/{call_id}/settle", {"outcome": "drop"}), 404)


def test_a_call_of_another_campaign_is_not_found(api: Client, run: Run, campaign: Make) -> None:
    campaign()
    call = unsure(run, Provider.APOLLO, "match", ["a"])
    assert_problem(api.post(f"/campaigns/2/calls/{call.call_id}/settle", {"outcome": "drop"}), 404)


@pytest.mark.parametrize(("method", "path"), [("GET", "/campaigns/9/calls"), ("POST", "/campaigns/9/calls/1/settle")])
def test_calls_of_a_campaign_that_does_not_exist_are_not_found(api: Client, run: Run, method: str, path: str) -> None:
    assert_problem(api.request(method, path, {"outcome": "drop"} if method == "POST" else None), 404, says="9")
