"""Who must not be written to, by the file that names them, from Harvest to the mail that does not leave."""

from collections.abc import Callable
from typing import Any

import pytest

from cam.leads import adding, imports, reading
from cam.mail import suppression
from cam.model.errors import Throttled
from cam.model.models import Campaign, Lead, LeadDraft, LeadStatus
from cam.platform import tables
from tests.integration import pipeline

Make = Callable[..., Campaign]
GOOD = "name,email,company,role,lawful basis,is_decision_maker"
ADA = "Ada Lee,ada@acme.example,Acme,CTO,opt_in,yes"
BOB = "Bob Ray,bob@other.example,Other,CTO,opt_in,yes"


def leads(campaign_id: int) -> dict[str, Lead]:
    """The campaign's leads, by address, else by name."""
    found, _ = reading.page(campaign_id, 1, {}, 100)
    return {lead.email or lead.name or "": lead for lead in found}


def mailed(campaign_id: int) -> set[str]:
    """The addresses that something was sent to."""
    return {
        lead.email or ""
        for lead in leads(campaign_id).values()
        for item in reading.read(campaign_id, 1, lead.id)[1]
        if item["kind"] == "send" and item["status"] == "SENT"
    }


def listed() -> dict[str | None, str]:
    return {one.name: one.reason for one in suppression.page(100, None)[0]}


def run(campaign_id: int, text: str, name: str = "leads.csv", run_id: str = "run-1", **asked: Any) -> str:
    """Upload a file and let the whole pipeline run; the import's id."""
    one = pipeline.upload(campaign_id, text, name)
    pipeline.pipeline(campaign_id, run_id, **asked)
    return one


def test_whom_the_file_marks_becomes_a_lead_that_is_never_mailed(campaign: Make) -> None:
    campaign()

    run(1, f"{GOOD},Email Opt Out\n{ADA},1\n{BOB},0\n")

    ada = leads(1)["ada@acme.example"]
    assert (ada.do_not_contact, ada.status, ada.stop_note) == (True, LeadStatus.REJECTED, "column Email Opt Out: 1")
    assert ada.qualification
    assert ada.qualification.reasons == ("suppressed",)
    assert ada.provenance["do_not_contact"]["detail"] == "leads.csv line 2"
    assert [one.event for one in ada.history][:2] == ["harvested", "do not contact"]
    assert mailed(1) == {"bob@other.example"}


def test_an_opt_out_is_suppressed_for_the_account_with_its_source(campaign: Make) -> None:
    campaign()

    run(1, f"{GOOD},Email Opt Out\n{ADA},1\n{BOB},0\n", "crm.csv")

    assert listed() == {"ada@acme.example": "opt-out in crm.csv, column Email Opt Out"}


def test_no_other_campaign_mails_them_in_another_spelling_either(campaign: Make) -> None:
    campaign()
    campaign(name="Two")
    run(1, f"{GOOD},Unsubscribed\n{ADA},true\n")

    run(2, f"{GOOD}\n{ADA.replace('ada@', 'ADA+news@')}\n{BOB}\n", run_id="run-2")

    assert mailed(2) == {"bob@other.example"}


def test_a_lead_that_waits_in_another_campaign_gets_nothing_more(campaign: Make) -> None:
    campaign()
    campaign(name="Two")
    run(1, f"{GOOD}\n{ADA}\n")
    assert mailed(1) == {"ada@acme.example"}
    run(2, f"{GOOD},Do Not Contact\n{ADA},yes\n", run_id="run-2")

    pipeline.pipeline(1, "run-3", stages=["NURTURE"], as_of="2030-01-09T12:00:00Z")

    ada = leads(1)["ada@acme.example"]
    assert (ada.status, ada.step, ada.todo) == (LeadStatus.UNSUBSCRIBED, 1, None)


def test_the_known_lead_of_the_campaign_learns_of_it_and_nothing_else(campaign: Make) -> None:
    campaign()
    run(1, f"{GOOD}\n{ADA}\n")

    run(1, f"{GOOD},City,Do Not Contact\n{ADA},Berlin,yes\n", "again.csv", "run-2")

    ada = leads(1)["ada@acme.example"]
    assert (ada.do_not_contact, ada.stop_note) == (True, "column Do Not Contact: yes")
    assert ada.enrichment.company_location is None
    assert [(one.event, one.detail) for one in ada.history][-1] == (
        "do not contact",
        "column Do Not Contact: yes, again.csv line 2",
    )
    assert listed() == {"ada@acme.example": "opt-out in again.csv, column Do Not Contact"}


def test_of_two_rows_about_one_person_the_opt_out_counts(campaign: Make) -> None:
    campaign()

    run(1, f"{GOOD},Unsubscribed\n{ADA},\n{ADA.replace('ada@', 'ADA@')},x\n")

    ada = leads(1)["ada@acme.example"]
    assert ada.do_not_contact
    assert [one.event for one in ada.history].count("do not contact") == 1
    assert mailed(1) == set()


def test_somebody_known_by_linkedin_is_stopped_under_the_address_that_the_campaign_has(campaign: Make) -> None:
    campaign()
    page = "https://www.linkedin.com/in/ada"
    pipeline.upload(1, f"name,linkedin_url\nAda Lee,{page}\n")
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])
    (ada,) = leads(1).values()
    draft = LeadDraft(email="ada@private.example", linkedin_url=page)
    adding.merge(1, 1, {ada.id: draft}, "manual", "by hand", ada.created_at)

    run(1, f"name,linkedin_url,Do Not Contact\nAda Lee,{page},1\n", "again.csv", "run-2")

    assert leads(1)["ada@private.example"].do_not_contact
    assert set(listed()) == {"ada@private.example"}


def test_a_row_that_is_refused_for_something_else_still_objects(campaign: Make) -> None:
    campaign()

    one = run(1, f"{GOOD},Email Opt Out\n{ADA.replace('opt_in', 'perhaps')},1\n")

    assert imports.read(1, one).refused == 1
    assert set(listed()) == {"ada@acme.example"}


def test_every_address_of_the_row_is_suppressed(campaign: Make) -> None:
    campaign()

    run(1, f"{GOOD},Work Email,Email Opt Out\n{ADA},Ada <ada@work.example>,1\n")

    assert set(listed()) == {"ada@acme.example", "ada@work.example"}


def test_the_suppression_is_written_before_the_lead(campaign: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign()
    pipeline.upload(1, f"{GOOD},Email Opt Out\n{ADA},1\n")

    def die(*arguments: object) -> None:
        raise Throttled("DynamoDB is busy")

    monkeypatch.setattr(adding, "add", die)
    with pytest.raises(Throttled):
        pipeline.pipeline(1, "run-1", stages=["HARVEST"])

    assert (set(listed()), leads(1)) == ({"ada@acme.example"}, {})


def test_a_second_harvest_leaves_the_first_reason(campaign: Make) -> None:
    campaign()
    run(1, f"{GOOD},Email Opt Out\n{ADA},1\n", "first.csv")

    run(1, f"{GOOD},Email Opt Out\n{ADA},1\n", "second.csv", "run-2")

    assert listed() == {"ada@acme.example": "opt-out in first.csv, column Email Opt Out"}


def test_a_file_of_nothing_but_opt_outs_takes_a_few_calls(campaign: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign()
    rows = "".join(f"p{number}@acme.example,1\n" for number in range(190))
    pipeline.upload(1, f"email,Email Opt Out\n{rows}")
    sizes: list[int] = []
    transact = tables.transact

    def counted(actions: Any) -> None:
        sizes.append(len(actions))
        transact(actions)

    monkeypatch.setattr(tables, "transact", counted)
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])

    assert len(listed()) == 100
    assert max(sizes) <= tables.MOST
    # One for the suppressions and one for the leads of each batch.
    assert len([size for size in sizes if size > 10]) == 4


def test_a_bounced_address_makes_the_lead_invalid_and_suppresses_nobody(campaign: Make) -> None:
    campaign()

    run(1, f"{GOOD},Email Bounced\n{ADA},TRUE\n{BOB},FALSE\n")

    ada = leads(1)["ada@acme.example"]
    assert (ada.status, ada.bounced, ada.todo) == (LeadStatus.INVALID, True, None)
    assert ada.qualification
    gate = next(one for one in ada.qualification.gates if one.gate == "invalid_email")
    assert (gate.passed, gate.value, gate.limit) == (False, "column Email Bounced: TRUE", "bounced")
    assert mailed(1) == {"bob@other.example"}
    assert listed() == {}


def test_a_known_lead_whose_address_has_bounced_waits_for_nothing_more(campaign: Make) -> None:
    campaign()
    run(1, f"{GOOD}\n{ADA}\n")

    run(1, f"{GOOD},Email Bounced\n{ADA},TRUE\n", "again.csv", "run-2")

    ada = leads(1)["ada@acme.example"]
    assert (ada.status, ada.todo) == (LeadStatus.INVALID, None)


def test_another_address_that_bounced_says_nothing_about_this_one(campaign: Make) -> None:
    campaign()
    run(1, f"{GOOD},linkedin_url\n{ADA},https://www.linkedin.com/in/ada\n")
    (ada,) = leads(1).values()
    bounced = LeadDraft(email="old@acme.example", bounced=True)

    adding.merge(1, 1, {ada.id: bounced}, "manual", "by hand", ada.created_at)

    assert not leads(1)["ada@acme.example"].bounced


def test_what_verifiers_call_undeliverable_is_not_mailed(campaign: Make) -> None:
    campaign()
    words = ["undeliverable", "spamtrap", "do_not_mail", "Bounced", "Unsubscribed", "catch-all", "valid", "banana"]
    rows = "".join(f"P {at},p{at}@c{at}.example,Acme,CTO,opt_in,yes,{word}\n" for at, word in enumerate(words))

    one = run(1, f"{GOOD},Email Status\n{rows}")

    assert mailed(1) == {"p5@c5.example", "p6@c6.example", "p7@c7.example"}
    read = imports.read(1, one)
    assert read.statuses == {"deliverable": 1, "risky": 1, "undeliverable": 4, "unknown": 2}
    assert read.strange == ("banana",)


def test_an_import_counts_over_all_runs(campaign: Make) -> None:
    campaign()
    rows = "".join(f"p{at}@acme.example,{at % 2},{int(at == 4)}\n" for at in range(10))
    one = pipeline.upload(1, f"email,Email Opt Out,Email Bounced\n{rows}")

    for number in range(4):
        pipeline.pipeline(1, f"run-{number}", stages=["HARVEST"], max_leads=3)

    assert imports.read(1, one).stopped == {"do_not_contact:Email Opt Out": 5, "bounced:Email Bounced": 1}


def test_whoever_was_added_by_hand_is_suppressed_with_their_lead(campaign: Make) -> None:
    campaign()
    imports.queue(1, [("one", LeadDraft(name="Ada", email="ada@acme.example", do_not_contact=True))])

    pipeline.pipeline(1, "run-1")

    assert leads(1)["ada@acme.example"].do_not_contact
    assert listed() == {"ada@acme.example": adding.BY_HAND}
    assert mailed(1) == set()
