"""Dropcontact and Hunter complete what leads lack: who is asked, what it costs, what goes wrong, who dies when."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
import stamina

from cam.campaigns import campaigns
from cam.leads import lead_queue, reading
from cam.mail import corrections, suppression
from cam.model.models import JobResult, JobStatus, Lead, LeadStatus, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.providers import credits
from cam.providers.credits import CallState
from cam.runs import runs
from cam.text import clock
from functions.api import lead_patch
from functions.harvest import enrichment, provider_responses
from functions.harvest import handler as harvester
from functions.harvest.clients import dropcontact as client
from functions.harvest.clients import http
from functions.harvest.clients import hunter as verifier
from functions.harvest.enrichment import batches, changes, verification
from tests.conftest import Context
from tests.fakes.dropcontact import Dropcontact
from tests.fakes.hunter import Hunter
from tests.fakes.server import Fake
from tests.integration import pipeline
from tests.integration.providers import Time, asked, harvest, monthly, spent, store_key

HEADER = "name,email,email status,company,website,role\n"
ANN = "Ann Able,,,Able Works,able.test,CEO\n"
BEN = "Ben Baker,,,Baker Works,baker.test,CEO\n"
CY = "Cy Cole,cy@cole.test,,Cole Works,cole.test,CEO\n"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    """A clock that jumps over waits; retries do not pause."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield Time(monkeypatch)


@pytest.fixture
def dropcontact(aws: None, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dropcontact]:
    """Dropcontact, which finds who is named in its `answers`."""
    with (
        Dropcontact([], answers=found("Ann Able", "Ben Baker")) as running,
        asked(time, monkeypatch, "dropcontact", running, "fake-dropcontact-key"),
    ):
        yield running


@pytest.fixture
def hunter(aws: None, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hunter]:
    """Hunter, which answers at once."""
    with Hunter(pending=0) as running, asked(time, monkeypatch, "hunter", running, "fake-hunter-key"):
        monkeypatch.setenv("HUNTER_URL", running.url)
        yield running


def found(*names: str, kind: str = "nominative@pro") -> dict[str, str]:
    return {name.casefold(): kind for name in names}


def settings(**more: Any) -> dict[str, Any]:
    return {"sources": ["csv"], "qualification": {"min_score": 0}, **more}


def people() -> dict[str, Lead]:
    return {one.name or "": one for one in reading.page(1, campaigns.read(1).shards, {}, 100)[0]}


def queue(lead: Lead) -> str:
    return (lead.todo or "").partition("#")[0]


def start(campaign: Any, *rows: str, **more: Any) -> None:
    campaign(settings=settings(**more))
    pipeline.upload(1, HEADER + "".join(rows))


# ---------------------------------------------------------------- batches


def test_leads_without_an_address_get_one(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    start(campaign, ANN, BEN)

    _, result = harvest(time, 1, "run-1")

    ann = people()["Ann Able"]
    assert result.status is JobStatus.COMPLETED
    assert (ann.email, ann.enrichment.email_status, queue(ann)) == ("ann.able@able.test", "verified", "score")
    assert (ann.credits, ann.asked) == (1, ("dropcontact",))
    assert ann.provenance["email"]["source"] == "dropcontact"
    assert dropcontact.meter.count("POST") == 1
    assert result.counts["enriched"] == result.counts["credits_spent"] == dropcontact.meter.credits == spent() == 2


def test_a_batch_is_one_request_and_a_bigger_crowd_is_several(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batches, "MOST_RECORDS", 2)
    monkeypatch.setattr(batches, "SLICE", 1)
    start(campaign, ANN, BEN, "Zoe Zed,,,Zed,zed.test,CEO\n")
    dropcontact.set(answers=found("Ann Able", "Ben Baker", "Zoe Zed"))

    harvest(time, 1, "run-1")

    assert dropcontact.meter.count("POST") == 2
    assert [one.email for one in people().values() if not one.email] == []
    assert not credits.open_calls(1)


def test_the_run_waits_shortly_at_first_until_the_batch_is_ready(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    dropcontact.set(polls_until_ready=3, ready_after=60)
    start(campaign, ANN)

    _, result = harvest(time, 1, "run-1")

    assert result.counts["enriched"] == 1
    assert time.waits[0] == 5
    assert time.waits == sorted(time.waits)
    assert max(time.waits) <= 30
    assert len(time.waits) < 15


def test_after_ten_minutes_the_leads_wait_for_the_next_run(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    dropcontact.set(ready_after=3600)
    start(campaign, ANN)

    _, first = harvest(time, 1, "run-1")
    waited, waits = sum(time.waits), len(time.waits)
    time.wait(3600)
    _, second = harvest(time, 1, "run-2")

    assert first.status is JobStatus.COMPLETED
    assert "1 leads wait for the next run" in (first.note or "")
    assert 560 < waited < 640
    # An execution has 25,000 events, and a wait takes 11.
    assert waits < 40
    assert second.counts["enriched"] == 1
    assert dropcontact.meter.count("POST") == dropcontact.meter.credits == spent() == 1


def test_a_batch_without_an_answer_is_given_up_after_a_day(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    start(campaign, ANN, BEN)
    dropcontact.set(ready_after=1e9)
    harvest(time, 1, "run-1")
    # As Dropcontact answers about a request that it does not know.
    dropcontact.batches.clear()
    time.wait(24 * 3600)

    _, result = harvest(time, 1, "run-2")

    assert {queue(one) for one in people().values()} == {"score"}
    assert {one.asked for one in people().values()} == {("dropcontact",)}
    assert not credits.open_calls(1)
    assert result.counts["credits_spent"] == spent() == 2
    assert "within a day" in (result.note or "")


def test_a_batch_is_given_up_also_when_dropcontact_is_down_or_its_key_is_gone(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    start(campaign, ANN)
    dropcontact.set(ready_after=1e9)
    harvest(time, 1, "run-1")
    boto3.client("ssm").delete_parameter(Name="/cam/keys/dropcontact")
    _, said = harvest(time, 1, "run-2")
    still = credits.open_calls(1)
    time.wait(24 * 3600)

    harvest(time, 1, "run-3")

    assert (
        said.note == "Dropcontact's API key is missing: 1 leads wait for a result until a key is stored, or for a day."
    )
    assert [call.state for call in still] == [CallState.WAITING]
    assert not credits.open_calls(1)
    assert queue(people()["Ann Able"]) == "score"


def test_a_run_says_how_many_leads_wait_for_a_provider_that_is_down(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    start(campaign, ANN, CY)
    dropcontact.fault("", "status:500", times=None)

    _, result = harvest(time, 1, "run-1")

    assert result.note == "2 leads wait for Dropcontact; the next run tries again."


def test_without_a_key_leads_that_waited_go_on(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    start(campaign, ANN, CY, credits_per_run=0)
    dropcontact.fault("", "status:500", times=None)
    harvest(time, 1, "run-1")
    waiting = [queue(one) for one in people().values()]
    boto3.client("ssm").delete_parameter(Name="/cam/keys/dropcontact")

    harvest(time, 1, "run-2")

    assert "enrich" in waiting
    assert {queue(one) for one in people().values()} == {"score"}


# ---------------------------------------------------------------- who is asked


def test_verified_addresses_are_asked_of_nobody(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time
) -> None:
    start(campaign, "Ann Able,ann@able.test,verified,Able Works,able.test,CEO\n")

    harvest(time, 1, "run-1")

    assert (dropcontact.meter.count(), hunter.meter.count()) == (0, 0)
    assert queue(people()["Ann Able"]) == "score"


def test_what_dropcontact_cannot_vouch_for_goes_to_hunter_and_each_is_asked_once(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time
) -> None:
    dropcontact.set(answers={**found("Ann Able"), **found("Ben Baker", kind="catch-all@pro"), **found("Cy Cole")})
    hunter.set(answers={"ben.baker@baker.test": "valid"})
    start(campaign, ANN, BEN, CY)

    _, result = harvest(time, 1, "run-1")
    harvest(time, 1, "run-2")

    known = people()
    assert {name: one.enrichment.email_status for name, one in known.items()} == dict.fromkeys(known, "verified")
    assert known["Ben Baker"].asked == ("dropcontact", "hunter")
    assert known["Ben Baker"].credits == 2
    assert (dropcontact.meter.count("POST"), hunter.meter.count()) == (1, 1)
    assert result.counts["credits_spent"] == dropcontact.meter.credits + hunter.meter.credits == spent() == 4
    assert result.counts["verified"] == 3
    assert {queue(one) for one in known.values()} == {"score"}


@pytest.mark.parametrize(
    ("harvesting", "to_dropcontact", "to_hunter"),
    [
        ({}, 1, 1),
        ({"dropcontact": "missing"}, 1, 1),
        ({"dropcontact": "off"}, 0, 1),
        ({"hunter": False}, 1, 0),
        ({"dropcontact": "off", "hunter": False}, 0, 0),
    ],
)
def test_the_campaign_says_who_may_be_asked(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time, harvesting: Any, to_dropcontact: int,
    to_hunter: int,
) -> None:  # fmt: skip
    dropcontact.set(answers={**found("Ann Able"), **found("Cy Cole", kind="catch-all@pro")})
    hunter.set(answers={"cy@cole.test": "valid"})
    start(campaign, ANN, CY, harvest=harvesting)

    harvest(time, 1, "run-1")

    assert (dropcontact.meter.count("POST"), hunter.meter.count()) == (to_dropcontact, to_hunter)
    assert {queue(one) for one in people().values()} == {"score"}
    asked_cy = ("dropcontact",) * (not harvesting.get("dropcontact")) + ("hunter",) * to_hunter
    assert people()["Cy Cole"].asked == asked_cy


def test_nobody_is_asked_about_leads_that_cannot_reach_min_score(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time
) -> None:
    start(
        campaign,
        "Ann Able,,,Able Works,able.test,Intern\n",
        "Cy Cole,cy@cole.test,,Cole Works,cole.test,Intern\n",
        icp={"roles": ["CEO"]},
        qualification={"min_score": 0.95},
    )

    harvest(time, 1, "run-1")

    assert (dropcontact.meter.count(), hunter.meter.count()) == (0, 0)
    assert {queue(one) for one in people().values()} == {"score"}


def test_text_that_is_no_address_is_asked_of_nobody(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time
) -> None:
    start(campaign, "Ann Able,ann at able,,Able Works,able.test,CEO\n", CY)
    dropcontact.set(answers=found("Cy Cole", kind="catch-all@pro"))

    _, result = harvest(time, 1, "run-1")

    assert result.status is JobStatus.COMPLETED
    assert people()["Ann Able"].asked == ()
    assert people()["Cy Cole"].asked == ("dropcontact", "hunter")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("valid", "verified"),
        ("accept_all", "catch_all"),
        ("invalid", "invalid"),
        ("webmail", "webmail"),
        ("disposable", "disposable"),
        ("unknown", "unknown"),
    ],
)
def test_hunters_word_is_kept_and_the_lead_goes_on(
    campaign: Any, hunter: Hunter, time: Time, said: str, status: str
) -> None:
    hunter.set(answers={"cy@cole.test": said})
    start(campaign, CY)

    _, result = harvest(time, 1, "run-1")

    cy = people()["Cy Cole"]
    assert (cy.enrichment.email_status, queue(cy), cy.credits) == (status, "score", 1)
    assert result.counts["credits_spent"] == hunter.meter.credits == spent() == 1


def test_what_hunter_says_of_an_address_is_not_said_of_the_one_that_it_was_corrected_to(
    campaign: Any, hunter: Hunter, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    hunter.set(answers={"cy@cole.test": "invalid"})
    start(campaign, CY)
    verify = verifier.verify

    def corrected_meanwhile(*arguments: Any) -> Any:
        verdict = verify(*arguments)
        change = lead_patch.checked({"email": "cy.cole@cole.test"})
        corrections.correct(campaigns.read(1), people()["Cy Cole"].id, change, clock.now())
        return verdict

    monkeypatch.setattr(verifier, "verify", corrected_meanwhile)

    harvest(time, 1, "run-1")

    cy = people()["Cy Cole"]
    assert (cy.email, cy.enrichment.email_status, queue(cy)) == ("cy.cole@cole.test", None, "score")


# ---------------------------------------------------------------- not to be contacted


@pytest.mark.parametrize("word", ["Do_Not_Contact@pro", "Ne_Pas_Contacter@pro"])
def test_who_asked_not_to_be_contacted_is_suppressed_and_rejected(
    campaign: Any, dropcontact: Dropcontact, time: Time, word: str
) -> None:
    dropcontact.set(answers={**found("Ann Able", kind=word), **found("Cy Cole", kind=word)})
    start(campaign, ANN, CY)

    state = pipeline.start(1, "run-1", stages=["HARVEST", "SCORE", "QUALIFY"])
    work(time, state)
    pipeline.stage(Stage.SCORE, state)
    pipeline.stage(Stage.QUALIFY, state)
    _, results = pipeline.end(state)

    known = people()
    assert suppression.suppressed(["ann.able@able.test", "cy@cole.test"]) == {"ann.able@able.test", "cy@cole.test"}
    assert known["Ann Able"].email is None
    assert "ann.able@able.test" not in str(known["Ann Able"].model_dump())
    assert {one.status for one in known.values()} == {LeadStatus.REJECTED}
    assert all("suppressed" in one.qualification.reasons for one in known.values() if one.qualification)
    assert results[Stage.HARVEST].counts["suppressed"] == 2
    assert results[Stage.HARVEST].counts["credits_spent"] == dropcontact.meter.credits == spent() == 2


def test_an_objection_at_hunter_suppresses_and_costs_nothing(campaign: Any, hunter: Hunter, time: Time) -> None:
    hunter.set(answers={"cy@cole.test": "451"})
    start(campaign, CY)

    _, result = harvest(time, 1, "run-1")

    cy = people()["Cy Cole"]
    assert suppression.suppressed(["cy@cole.test"])
    assert (cy.do_not_contact, cy.credits, queue(cy)) == (True, 0, "score")
    assert result.counts.get("credits_spent", 0) == hunter.meter.credits == spent() == 0


# ---------------------------------------------------------------- the same person


def test_two_leads_of_one_batch_with_the_same_address_are_one_person(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    dropcontact.set(answers=found("Ann Able", "Ann  Able"))
    start(campaign, ANN, "Ann Able,,,Able Holding,www.able.test/team,Founder\n", "Ann Able,,,Able,ABLE.test,\n")
    # The same name and company is one lead; another LinkedIn page makes a second one.
    pipeline.upload(
        1, "name,linkedin url,website,role\nAnn Able,https://www.linkedin.com/in/ann-able,able.test,CEO\n", "two.csv"
    )

    _, result = harvest(time, 1, "run-1")

    both, _ = reading.page(1, 1, {}, 10)
    assert sorted(str(one.email) for one in both) == ["None", "ann.able@able.test"]
    (other,) = [one for one in both if not one.email]
    assert (other.status, other.qualification and other.qualification.reasons) == (LeadStatus.REJECTED, ("duplicate",))
    assert other.todo is None
    assert result.counts["same_person"] == 1


def test_an_address_of_an_earlier_lead_makes_a_duplicate(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    start(campaign, ANN, harvest={"dropcontact": "missing"})
    pipeline.upload(1, "email,role\nann.able@able.test,CEO\n", "two.csv")

    harvest(time, 1, "run-1")

    ann = people()["Ann Able"]
    assert (ann.status, ann.email, ann.todo) == (LeadStatus.REJECTED, None, None)
    assert "duplicate: dropcontact" in ann.history[-1].detail


def test_a_later_row_with_the_found_address_is_no_second_lead(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    start(campaign, ANN)
    harvest(time, 1, "run-1")
    pipeline.upload(1, "email,role\nAnn.Able+x@able.test,CEO\n", "two.csv")

    _, result = harvest(time, 1, "run-2")

    assert result.counts["deduplicated"] == 1
    assert result.counts.get("inserted", 0) == 0
    assert len(people()) == 1


def test_an_address_that_a_lead_has_is_never_replaced(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any
) -> None:
    other = {"email": "cy.other@cole.test", "qualification": "nominative@pro"}
    record = Dropcontact._enriched

    def enriched(self: Dropcontact, one: Any, language: str) -> dict[str, Any]:
        return record(self, one, language) | {"email": [other]}

    monkeypatch.setattr(Dropcontact, "_enriched", enriched)
    start(campaign, CY)

    harvest(time, 1, "run-1")

    cy = people()["Cy Cole"]
    assert (cy.email, cy.enrichment.email_status) == ("cy@cole.test", None)
    assert (cy.enrichment.model_extra or {})["other_email"] == "cy.other@cole.test"
    assert queue(cy) == "score"


def test_nothing_is_added_to_who_unsubscribed_meanwhile(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    start(campaign, ANN)
    dropcontact.set(ready_after=3600)
    harvest(time, 1, "run-1")
    ann = people()["Ann Able"]
    gone = {"status": LeadStatus.ERASED, "name": None, "todo": None}
    tables.write(tables.update(leads_table(), keys.lead(1, ann.shard, ann.id), put=gone))
    time.wait(3600)

    harvest(time, 1, "run-2")

    (erased,) = people().values()
    assert (erased.email, erased.name, erased.todo) == (None, None, None)
    assert "able.test" not in str(erased.enrichment.model_dump())


# ---------------------------------------------------------------- credits


def test_what_is_not_found_is_given_back(campaign: Any, dropcontact: Dropcontact, time: Time) -> None:
    dropcontact.set(answers={**found("Ann Able", kind="none"), **found("Ben Baker", kind="generic@pro")})
    start(campaign, ANN, BEN)

    _, result = harvest(time, 1, "run-1")

    assert {one.email for one in people().values()} == {None}
    assert result.counts["credits_spent"] == dropcontact.meter.credits == spent() == 1
    assert result.counts["not_found"] == 1
    assert {queue(one) for one in people().values()} == {"score"}


def test_without_credits_leads_with_an_address_go_on_and_the_others_wait(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    start(campaign, ANN, BEN, CY, credits_per_run=1)

    _, first = harvest(time, 1, "run-1")
    after_first = {name: queue(one) for name, one in people().items()}
    harvest(time, 1, "run-2")

    assert first.status is JobStatus.COMPLETED
    assert "credits_per_run" in (first.note or "")
    assert "1 leads" in (first.note or "")
    assert sorted(after_first.values()) == ["enrich", "score", "score"]
    assert after_first["Cy Cole"] == "score"
    assert all(one.email for one in people().values())
    assert dropcontact.meter.credits == spent() == 2
    assert max(dropcontact.meter.paid.values()) == 1


def test_while_an_answer_may_give_credits_back_nobody_goes_on_for_lack_of_them(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    dropcontact.set(answers=found("Ann Able", kind="none"))
    start(campaign, ANN, CY, credits_per_run=1)

    _, result = harvest(time, 1, "run-1")

    # Nothing was found of the one: its credit was spent on the other, who waited for it.
    cy = people()["Cy Cole"]
    assert (cy.asked, queue(cy)) == (("dropcontact",), "score")
    assert result.counts["credits_spent"] == dropcontact.meter.credits == 1


def test_the_budget_of_the_month_holds_over_runs_and_providers(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time
) -> None:
    dropcontact.set(answers=found("Ann Able", "Ben Baker", kind="catch-all@pro"))
    start(campaign, ANN, BEN, CY, credits_per_month=3)

    for number in range(3):
        harvest(time, 1, f"run-{number}")

    assert dropcontact.meter.credits + hunter.meter.credits == spent() <= 3
    assert {queue(one) for one in people().values()} == {"score"}


# ---------------------------------------------------------------- faults


def work(time: Time, state: dict[str, Any]) -> None:
    """Harvest as the state machine works it off, waits jumped over."""
    for _ in range(200):
        event = {"campaign_id": state["campaign_id"], "run_id": state["run_id"], "shard": 0}
        said = harvester.handler(event, pipeline.CONTEXT)
        if said["wait"]:
            time.wait(said["wait"])
        elif not said["more"]:
            return
    raise AssertionError("the run never ends")


Case = tuple[str, str, dict[str, Any], JobStatus, str, int]
DROPCONTACT_FAULTS: list[Case] = [
    # path, kind, options, what the run becomes, what it says, calls that are unsure
    ("", "401", {"times": None}, JobStatus.PARTIAL, "rejected its API key", 0),
    ("POST", "status:400", {"times": None}, JobStatus.PARTIAL, "400: Dropcontact says 400", 0),
    ("POST", "422", {"times": None}, JobStatus.PARTIAL, "422", 0),
    ("POST", "status:500", {"times": None}, JobStatus.PARTIAL, "500", 0),
    ("POST", "status:503", {"times": 2, "body": "html"}, JobStatus.COMPLETED, "", 0),
    ("POST", "status:502", {"body": "html"}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "hang", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "hang_after", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "reset", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "reset_after", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "malformed", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "truncated", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "html", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("POST", "429:20", {}, JobStatus.COMPLETED, "", 0),
    ("GET", "status:500", {"times": None}, JobStatus.PARTIAL, "500", 0),
    ("GET", "hang", {"times": None}, JobStatus.PARTIAL, "did not respond in time", 0),
    ("GET", "reset", {}, JobStatus.COMPLETED, "", 0),
    ("GET", "malformed", {}, JobStatus.COMPLETED, "", 0),
    ("GET", "html", {"times": None}, JobStatus.PARTIAL, "not JSON", 0),
    ("GET", "429:20", {}, JobStatus.COMPLETED, "", 0),
    ("GET", "422", {"times": None}, JobStatus.COMPLETED, "", 0),
]
HUNTER_FAULTS: list[Case] = [
    ("", "401", {"times": None}, JobStatus.PARTIAL, "rejected its API key", 0),
    ("", "403", {}, JobStatus.COMPLETED, "", 0),
    ("", "status:400", {"times": None}, JobStatus.PARTIAL, "400", 0),
    ("", "status:500", {"times": None}, JobStatus.PARTIAL, "500", 0),
    ("", "status:500", {"times": 2}, JobStatus.COMPLETED, "", 0),
    ("", "hang_after", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("", "reset", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("", "malformed", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("", "truncated", {}, JobStatus.PARTIAL, "UNSURE", 1),
    ("", "html", {}, JobStatus.PARTIAL, "UNSURE", 1),
]


@pytest.mark.parametrize(("path", "kind", "options", "status", "says", "unsure"), DROPCONTACT_FAULTS)
def test_whatever_dropcontact_does_no_lead_is_lost_and_nobody_paid_for_twice(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any, path: str, kind: str,
    options: dict[str, Any], status: JobStatus, says: str, unsure: int,
) -> None:  # fmt: skip
    if "hang" in kind:
        monkeypatch.setattr(http, "PATIENCE", 1.5)
    dropcontact.set(answers=found("Ann Able", "Ben Baker", "Cy Cole"))
    start(campaign, ANN, CY)
    dropcontact.fault(path, kind, **options)

    _, result = harvest(time, 1, "run-1")

    assert_outcome(result, status, says)
    calls = [call for call in credits.open_calls(1) if call.state is CallState.UNSURE]
    assert len(calls) == unsure
    done = status is JobStatus.COMPLETED and not credits.open_calls(1)
    assert [queue(one) == "score" for one in people().values()] == [done, done]
    recover(dropcontact, time, calls)
    assert [one.enrichment.email_status for one in people().values()] == ["verified"] * 2
    assert max(dropcontact.meter.paid.values()) <= 1 + unsure


@pytest.mark.parametrize(("path", "kind", "options", "status", "says", "unsure"), HUNTER_FAULTS)
def test_whatever_hunter_does_no_lead_is_lost_and_nobody_paid_for_twice(
    campaign: Any, hunter: Hunter, time: Time, monkeypatch: Any, path: str, kind: str, options: dict[str, Any],
    status: JobStatus, says: str, unsure: int,
) -> None:  # fmt: skip
    if "hang" in kind:
        monkeypatch.setattr(http, "PATIENCE", 1.5)
    hunter.set(answers={"cy@cole.test": "valid"})
    start(campaign, CY)
    hunter.fault(path, kind, **options)

    _, result = harvest(time, 1, "run-1")

    assert_outcome(result, status, says)
    calls = [call for call in credits.open_calls(1) if call.state is CallState.UNSURE]
    assert len(calls) == unsure
    assert queue(people()["Cy Cole"]) == ("score" if status is JobStatus.COMPLETED else "verify")
    recover(hunter, time, calls)
    assert people()["Cy Cole"].enrichment.email_status == "verified"
    assert max(hunter.meter.paid.values()) <= 1 + unsure


def assert_outcome(result: JobResult, status: JobStatus, says: str) -> None:
    assert result.status is status, result
    assert says in (result.error_message or "")
    assert "fake-" not in (result.error_message or "")


def recover(fake: Fake[Any], time: Time, unsure: list[credits.Call]) -> None:
    """Afterwards all is well again; who is unsure is asked for again. The books agree with what was paid."""
    fake.faults.clear()
    for call in unsure:
        credits.move(call, CallState.SETTLED)
    time.wait(3700)
    _, again = harvest(time, 1, "run-2")
    assert again.status is JobStatus.COMPLETED, again
    assert {queue(one) for one in people().values()} == {"score"}
    assert not credits.open_calls(1)
    lost = sum(call.credits for call in unsure)
    assert fake.meter.credits <= spent() <= fake.meter.credits + lost
    if not unsure:
        assert spent() == fake.meter.credits


def test_an_outage_of_hunter_approves_nobody(campaign: Any, hunter: Hunter, time: Time) -> None:
    start(campaign, CY, credits_per_run=1)
    hunter.fault("", "status:503", times=None)

    for number in range(3):
        harvest(time, 1, f"run-{number}")

    assert queue(people()["Cy Cole"]) == "verify"
    assert spent() == 0


def test_hunters_202_is_asked_again_and_costs_once(campaign: Any, hunter: Hunter, time: Time) -> None:
    hunter.set(pending=2, answers={"cy@cole.test": "valid"})
    start(campaign, CY)

    _, result = harvest(time, 1, "run-1")

    assert result.status is JobStatus.COMPLETED
    assert people()["Cy Cole"].enrichment.email_status == "verified"
    assert hunter.meter.credits == spent() == 1
    assert len(time.waits) == 2


def test_one_address_that_hunter_never_answers_does_not_stop_the_others(
    campaign: Any, hunter: Hunter, time: Time
) -> None:
    hunter.fault("", "status:202", times=None)
    start(campaign, CY)
    _, first = harvest(time, 1, "run-1")
    waits = len(time.waits)

    hunter.faults.clear()
    harvest(time, 1, "run-2")

    assert first.status is JobStatus.COMPLETED
    assert "Hunter did not finish" in (first.note or "")
    assert waits < 40
    assert queue(people()["Cy Cole"]) == "score"
    assert hunter.meter.credits == spent() == 1


def test_one_address_that_hunter_refuses_does_not_stop_the_others(campaign: Any, hunter: Hunter, time: Time) -> None:
    hunter.fault("", "status:400", times=1)
    start(campaign, CY, "Dan Dorn,dan@dorn.test,,Dorn,dorn.test,CEO\n")

    _, result = harvest(time, 1, "run-1")

    assert result.status is JobStatus.PARTIAL
    assert sorted(queue(one) for one in people().values()) == ["score", "verify"]
    assert hunter.meter.credits == spent() == 1


def test_a_plan_of_hunter_that_is_used_up_lets_addresses_go_on(campaign: Any, hunter: Hunter, time: Time) -> None:
    hunter.set(credits=1)
    start(campaign, CY, "Dan Dorn,dan@dorn.test,,Dorn,dorn.test,CEO\n")

    _, result = harvest(time, 1, "run-1")

    assert result.status is JobStatus.COMPLETED
    assert "no verifications left" in (result.note or "")
    assert {queue(one) for one in people().values()} == {"score"}
    assert hunter.meter.credits == spent() == 1


def test_apollo_that_is_down_does_not_hold_leads_for_whom_no_credits_are_left(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    store_key("apollo", "nobody answers there")
    start(campaign, CY, sources=["apollo", "csv"], credits_per_run=0, icp={"location": "Anywhere"})

    _, result = harvest(time, 1, "run-1")

    assert "apollo" in (result.error_message or "")
    assert queue(people()["Cy Cole"]) == "score"


# ---------------------------------------------------------------- deaths


class Died(BaseException):
    """The worker is gone: nothing is caught, nothing is tidied up."""


def dying(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at: int, after: bool) -> Callable[[], bool]:
    """Make the `at`-th call of a function the worker's last; `after`: what it does is still done."""
    real, made = getattr(owner, name), 0

    def last(*arguments: Any, **named: Any) -> Any:
        nonlocal made
        made += 1
        if made == at and not after:
            raise Died
        result = real(*arguments, **named)
        if made == at:
            raise Died
        return result

    monkeypatch.setattr(owner, name, last)
    return lambda: made >= at


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "place", [(tables, "transact"), (tables, "write"), (provider_responses, "keep"), (http, "_exchange")]
)
def test_whoever_dies_the_next_worker_finishes_and_nobody_is_paid_for_twice(
    campaign: Any, dropcontact: Dropcontact, hunter: Hunter, time: Time, place: tuple[Any, str], after: bool
) -> None:
    dropcontact.set(answers={**found("Ann Able"), **found("Ben Baker", kind="catch-all@pro")})
    hunter.set(answers={"ben.baker@baker.test": "valid"})
    campaign(settings=settings())
    pipeline.upload(1, HEADER + ANN + BEN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enrichment, "steps", lambda _: iter(()))
        harvest(time, 1, "run-0")
    at = 0
    while True:
        at += 1
        snapshot = people()
        state = pipeline.start(1, f"run-{at}", stages=["HARVEST"])
        with pytest.MonkeyPatch.context() as patch:
            reached = dying(patch, *place, at, after)
            try:
                work(time, state)
            except Died:
                assert reached()
        work(time, state)
        pipeline.end(state)
        assert_whole(dropcontact, hunter)
        if not reached():
            break
        assert len(people()) == len(snapshot)
        again(dropcontact, hunter, time)
    assert at > 1


def assert_whole(dropcontact: Dropcontact, hunter: Hunter) -> None:
    """Nobody was paid for twice; what is neither done nor unsure is not left behind; the books agree."""
    calls = credits.open_calls(1)
    assert {call.state for call in calls} <= {CallState.UNSURE}
    unsure = {str(one) for call in calls for _, one in call.what}
    assert {queue(one) for one in people().values() if one.id not in unsure} <= {"score"}
    paid = dropcontact.meter.credits + hunter.meter.credits
    assert paid <= spent() <= paid + sum(call.credits for call in calls)
    assert not [one for one, times in (*dropcontact.meter.paid.items(), *hunter.meter.paid.items()) if times > 1]


def again(dropcontact: Dropcontact, hunter: Hunter, time: Time) -> None:
    """The same leads as at first, and the providers as at first."""
    for call in credits.open_calls(1):
        credits.move(call, CallState.SETTLED)
    for counter in monthly():
        month = counter["sk"].removeprefix("CREDITS#")
        for key in (keys.month_credits(1, month), keys.account_credits(month)):
            tables.write(tables.delete(leads_table(), key))
    for lead in people().values():
        anew: dict[str, Any] = {"enrichment": {}, "asked": None, "email": None, "credits": None}
        anew["todo"] = keys.todo("enrich", clock.now(), lead.id)
        tables.write(tables.update(leads_table(), keys.lead(1, lead.shard, lead.id), put=anew))
    for item in list(tables.query_all(leads_table(), keys.leads_pk(1, 0), begins="LEAD#")):
        if item["kind"] == "alias":
            tables.write(tables.delete(leads_table(), {"pk": item["pk"], "sk": item["sk"]}))
    for fake in (dropcontact, hunter):
        kept_answers = fake.settings.answers
        fake.reset()
        fake.set(answers=kept_answers, clock_offset=time.ahead.total_seconds())
    hunter.set(pending=0)


def test_a_worker_short_of_time_hands_over_between_steps(campaign: Any, hunter: Hunter, time: Time) -> None:
    start(campaign, CY, "Dan Dorn,dan@dorn.test,,Dorn,dorn.test,CEO\n")

    harvest(time, 1, "run-1", context=Context(milliseconds=1000))

    assert hunter.meter.credits == spent() == 2
    assert {queue(one) for one in people().values()} == {"score"}


def test_a_run_that_was_stopped_asks_nobody_any_more(
    campaign: Any, hunter: Hunter, time: Time, monkeypatch: Any
) -> None:
    start(campaign, CY, "Dan Dorn,dan@dorn.test,,Dorn,dorn.test,CEO\n")
    state = pipeline.start(1, "run-1", stages=["HARVEST"])
    verified = verification._verified

    def stopped(*arguments: Any) -> bool:
        runs.unlock(1, "run-1")
        return verified(*arguments)

    monkeypatch.setattr(verification, "_verified", stopped)

    work(time, state)

    assert hunter.meter.credits == 1


def test_a_run_waits_for_providers_but_not_for_ever(
    campaign: Any, hunter: Hunter, time: Time, monkeypatch: Any
) -> None:
    monkeypatch.setattr(harvester, "_LONGEST", timedelta(minutes=5))
    hunter.fault("", "403", times=None)
    start(campaign, CY)

    _, result = harvest(time, 1, "run-1")

    assert 240 <= sum(time.waits) <= 300
    assert "run's hour" in (result.note or "")
    assert queue(people()["Cy Cole"]) == "verify"


# ---------------------------------------------------------------- many leads, and odd ones


def test_leads_of_every_shard_and_behind_every_page_are_asked_about(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any
) -> None:
    monkeypatch.setattr(lead_queue, "PAGE", 1)
    names = [f"Ann Able{number}" for number in range(5)]
    dropcontact.set(answers={**found(*names[:3]), **found(*names[3:], kind="none")})
    rows = [f"{name},,,Able Works,able{number}.test,CEO\n" for number, name in enumerate(names)]
    start(campaign, *rows, expected_leads=8000, credits_per_run=5)

    _, result = harvest(time, 1, "run-1")

    assert campaigns.read(1).shards == 2
    assert dropcontact.meter.count("POST") == 1
    assert result.counts["enriched"] == dropcontact.meter.credits == 3
    assert {queue(one) for one in people().values()} == {"score"}


def test_a_lead_that_cannot_be_read_is_left_to_score_and_stops_nobody(
    campaign: Any, dropcontact: Dropcontact, time: Time
) -> None:
    start(campaign, ANN, BEN, credits_per_run=0)
    harvest(time, 1, "run-1")
    ann = people()["Ann Able"]
    tables.write(tables.update(leads_table(), keys.lead(1, 0, ann.id), put={"status": "NO STATUS"}))

    harvest(time, 1, "run-2")

    item = tables.get(leads_table(), keys.lead(1, 0, ann.id))
    assert item
    assert item["todo"].startswith("score#")
    (page,) = lead_queue.waiting(keys.Shard(1, "", 0), "enrich")
    assert [one.lead.name for one in page if one.lead] == ["Ben Baker"]


def test_a_kept_answer_that_got_lost_is_fetched_again(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any
) -> None:
    start(campaign, ANN)
    with monkeypatch.context() as dying_worker:
        dying_worker.setattr(provider_responses, "keep", lambda *_: None)
        dying(dying_worker, changes, "change", 1, after=False)
        state = pipeline.start(1, "run-1", stages=["HARVEST"])
        with pytest.raises(Died):
            work(time, state)
    (call,) = credits.open_calls(1)

    work(time, state)

    assert (call.state, call.settled) == (CallState.ANSWERED, True)
    assert people()["Ann Able"].email == "ann.able@able.test"
    assert dropcontact.meter.credits == spent() == 1
    assert not credits.open_calls(1)


def test_an_answer_about_leads_that_nobody_asked_for_changes_nothing(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any
) -> None:
    record = Dropcontact._enriched

    def swapped(self: Dropcontact, one: Any, language: str) -> dict[str, Any]:
        return record(self, one, language) | {"custom_fields": {"lead": "0.somebodyelse"}}

    monkeypatch.setattr(Dropcontact, "_enriched", swapped)
    start(campaign, ANN)

    _, result = harvest(time, 1, "run-1")

    assert result.status is JobStatus.COMPLETED
    assert people()["Ann Able"].email is None
    assert queue(people()["Ann Able"]) == "score"


def test_a_batch_that_dropcontact_takes_without_a_receipt_is_unsure(
    campaign: Any, dropcontact: Dropcontact, time: Time, monkeypatch: Any
) -> None:
    monkeypatch.setattr(client, "receipt", lambda _: None)
    start(campaign, ANN)

    _, result = harvest(time, 1, "run-1")

    assert "without returning a request ID" in (result.error_message or "")
    assert [call.state for call in credits.open_calls(1)] == [CallState.UNSURE]
    assert spent() == 1
