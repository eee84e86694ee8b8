"""Leads that are corrected by hand, and files that update leads: who is mailed then, and who is not mailed again."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cam.campaigns import campaigns
from cam.leads import csvfile, imports, reading
from cam.leads.imports import Stated
from cam.leads.verdicts import counted
from cam.mail import corrections, engagement, ledger, suppression
from cam.mail.corrections import Corrected
from cam.mail.engagement import Event, EventType
from cam.model.addresses import lead_id
from cam.model.errors import Conflict, LeadTaken, Throttled
from cam.model.models import Lead, LeadStatus, OnDuplicate, SendStatus
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock
from functions.api import lead_patch
from tests.integration import pipeline

HEADER = "name,email,company,role,lawful basis,is_decision_maker\n"
ADA = "Ada Lee,ada@acmme.example,Acme,CTO,opt_in,yes\n"
NEW = "ada@acme.example"


def upload(text: str, on_duplicate: OnDuplicate = OnDuplicate.FILL, name: str = "leads.csv") -> str:
    data = text.encode()
    facts = csvfile.check(data)
    return imports.store(1, name, data, facts, stated=Stated(on_duplicate=on_duplicate)).import_id


def update(text: str, name: str = "again.csv", run: str = "update-1") -> imports.Import:
    """Harvest a file that updates leads."""
    import_id = upload(text, OnDuplicate.UPDATE, name)
    pipeline.pipeline(1, run, stages=["HARVEST"])
    return imports.read(1, import_id)


def correct(lead: Lead | str, now: datetime | None = None, **fields: Any) -> Corrected:
    one = lead if isinstance(lead, str) else lead.id
    return corrections.correct(campaigns.read(1), one, lead_patch.checked(fields), now or clock.now())


def everybody() -> list[Lead]:
    return reading.page(1, 1, {}, 100)[0]


def only() -> Lead:
    (lead,) = everybody()
    return lead


def sends(status: SendStatus | None = None) -> list[ledger.Send]:
    return ledger.page(1, 1, status, 100, None)[0]


def run(name: str, days: int = 0) -> None:
    pipeline.pipeline(1, name, as_of=(clock.now() + timedelta(days=days)).isoformat())


def event(lead: Lead, kind: EventType, step: int, detail: str = "", name: str = "event-1") -> None:
    engagement.record(1, lead.shard, lead.id, Event(name, kind, clock.now(), step, detail), clock.now())


def suppressed(*addresses: str) -> set[str]:
    return suppression.suppressed(addresses)


def recounts() -> None:
    """The campaign's counts are those of its leads."""
    found: Counter[str] = Counter()
    for lead in everybody():
        found.update({"leads": 1, **counted(lead)})
    totals = tallies.of_campaign(1, 1)
    names = ("leads", "scored", "qualified", "review", "rejected", "routed")
    assert {name: totals[name] for name in names} == {name: found[name] for name in names}


@pytest.fixture
def mailed(campaign: Any) -> Lead:
    """A lead that has got its first touch."""
    campaign()
    upload(HEADER + ADA)
    run("run-1")
    assert only().status is LeadStatus.CONTACTED
    return only()


@pytest.fixture
def waiting(campaign: Any) -> Lead:
    """A lead that has its sequence, and no mail yet."""
    campaign()
    upload(HEADER + ADA)
    pipeline.pipeline(1, "run-1", stages=["HARVEST", "SCORE", "QUALIFY", "ROUTE"])
    assert only().status is LeadStatus.ROUTED
    return only()


# ---------------------------------------------------------------- the address


def test_the_next_touch_goes_to_the_corrected_address_and_what_was_sent_stays(mailed: Lead) -> None:
    before = sends()

    correct(mailed, email=NEW)
    run("run-2", days=10)

    assert [(send.to, send.step, send.status) for send in sends()] == [
        ("ada@acmme.example", 0, "SENT"),
        (NEW, 1, "SENT"),
    ]
    assert sends()[0] == before[0]
    lead = only()
    assert (lead.id, lead.email, lead.sequence) == (mailed.id, NEW, mailed.sequence)
    assert lead.provenance["email"]["source"] == "by hand"


@pytest.mark.parametrize("address", ["ada@acmme.example", NEW, "Ada+x@ACME.example"])
def test_a_file_with_the_old_or_the_new_address_finds_the_corrected_lead(mailed: Lead, address: str) -> None:
    correct(mailed, email=NEW)
    upload(HEADER + ADA.replace("ada@acmme.example", address))

    run("run-2")

    assert (only().id, only().email) == (mailed.id, NEW)
    assert len(sends()) == 1


def test_an_address_that_is_corrected_twice_is_found_under_all_three(mailed: Lead) -> None:
    correct(mailed, email="ada@acme-labs.example")
    correct(mailed, email=NEW)

    run("run-2")
    for number, address in enumerate(["ada@acmme.example", "ada@acme-labs.example", NEW]):
        upload(HEADER + ADA.replace("ada@acmme.example", address))
        run(f"again-{number}")

    assert (only().id, only().email) == (mailed.id, NEW)


def test_a_corrected_address_may_be_set_back(mailed: Lead) -> None:
    correct(mailed, email=NEW)
    correct(mailed, email="ada@acmme.example")
    upload(HEADER + ADA.replace("ada@acmme.example", NEW))

    run("run-2")

    assert (only().id, only().email) == (mailed.id, "ada@acmme.example")


def test_the_address_of_another_lead_is_refused_and_that_lead_is_named(mailed: Lead) -> None:
    upload(HEADER + "Bob Low,bob@beta.example,Beta,CTO,opt_in,yes\n")
    run("run-2")
    bob = next(lead for lead in everybody() if lead.id != mailed.id)

    with pytest.raises(LeadTaken, match=bob.id) as refused:
        correct(mailed, email="BOB@beta.example", role="CEO")

    assert refused.value.lead_id == bob.id
    assert reading.read(1, 1, mailed.id)[0].role == "CTO"


def test_an_address_under_which_another_lead_was_known_is_refused_too(mailed: Lead) -> None:
    upload(HEADER + "Bob Low,bob@beta.example,Beta,CTO,opt_in,yes\n")
    run("run-2")
    bob = next(lead for lead in everybody() if lead.id != mailed.id)
    correct(mailed, email=NEW)

    for address in ("ada@acmme.example", NEW):
        with pytest.raises(LeadTaken, match=mailed.id):
            correct(bob, email=address)


def test_the_same_correction_again_writes_nothing(mailed: Lead) -> None:
    correct(mailed, email=NEW, role="CEO", enrichment={"industry": "software"})
    before = tables.query(leads_table(), keys.leads_pk(1, 0))[0]

    done = correct(mailed, email=NEW, role="CEO", enrichment={"industry": "software"})

    assert tables.query(leads_table(), keys.leads_pk(1, 0))[0] == before
    assert done.lead.email == NEW


def test_what_a_verifier_said_of_the_old_address_is_not_said_of_the_new_one(campaign: Any) -> None:
    campaign()
    upload("name,email,email status\nAda Lee,ada@acmme.example,invalid\n")
    run("run-1")
    assert only().status is LeadStatus.REJECTED

    correct(only(), email=NEW)

    lead = only()
    assert (lead.enrichment.email_status, lead.status, lead.company_domain) == (None, LeadStatus.NEW, "acme.example")
    recounts()


def test_a_lead_whose_first_touch_bounced_goes_on_with_the_corrected_address(mailed: Lead) -> None:
    event(mailed, EventType.BOUNCED, 0, "hard: no such user")
    assert (only().status, only().todo) == (LeadStatus.INVALID, None)

    correct(mailed, email=NEW)

    assert only().status is LeadStatus.CONTACTED
    assert suppressed("ada@acmme.example", NEW) == {"ada@acmme.example"}
    run("run-2", days=10)
    assert [(send.to, send.step) for send in sends(SendStatus.SENT)] == [("ada@acmme.example", 0), (NEW, 1)]
    recounts()


def test_a_lead_that_a_file_called_bounced_is_decided_about_again(campaign: Any) -> None:
    campaign()
    upload("name,email,company,role,lawful basis,Bounced\nAda Lee,ada@acmme.example,Acme,CTO,opt_in,yes\n")
    run("run-1")
    assert only().status is LeadStatus.INVALID

    correct(only(), email=NEW)
    run("run-2")

    assert (only().status, only().bounced, only().stop_note) == (LeadStatus.CONTACTED, False, None)
    assert [send.to for send in sends()] == [NEW]
    recounts()


def test_a_late_bounce_of_the_old_address_stops_only_that_address(mailed: Lead) -> None:
    correct(mailed, email=NEW)

    event(mailed, EventType.BOUNCED, 0, "hard: no such user")

    assert only().status is LeadStatus.CONTACTED
    assert suppressed("ada@acmme.example", NEW) == {"ada@acmme.example"}
    run("run-2", days=10)
    assert sends()[-1].to == NEW
    event(mailed, EventType.BOUNCED, 1, "hard: no such user", "event-2")
    assert only().status is LeadStatus.INVALID
    assert suppressed(NEW) == {NEW}


def test_late_soft_bounces_of_the_old_address_do_not_add_up_with_those_of_the_new_one(mailed: Lead) -> None:
    event(mailed, EventType.BOUNCED, 0, "soft: full")
    correct(mailed, email=NEW)
    event(mailed, EventType.BOUNCED, 0, "soft: full", "event-2")

    item = tables.get(leads_table(), keys.lead(1, 0, mailed.id)) or {}
    assert "soft_bounced" not in item


def test_who_unsubscribes_in_a_mail_to_the_old_address_is_suppressed_under_both(mailed: Lead) -> None:
    correct(mailed, email=NEW)

    engagement.unsubscribe(1, mailed.shard, mailed.id, 0, clock.now())

    assert only().status is LeadStatus.UNSUBSCRIBED
    assert suppressed("ada@acmme.example", NEW) == {"ada@acmme.example", NEW}


def test_a_suppressed_address_is_taken_over_and_gets_no_mail(mailed: Lead) -> None:
    suppression.suppress(NEW, "by hand", clock.now())

    done = correct(mailed, email=NEW)

    assert "suppressed" in done.warnings[0]
    run("run-2", days=10)
    assert [send.to for send in sends()] == ["ada@acmme.example"]
    assert only().status is LeadStatus.UNSUBSCRIBED


def test_who_unsubscribed_stays_so_whatever_is_corrected(mailed: Lead) -> None:
    engagement.unsubscribe(1, mailed.shard, mailed.id, 0, clock.now())

    done = correct(mailed, email=NEW, role="CEO")

    assert (only().status, only().todo, only().role) == (LeadStatus.UNSUBSCRIBED, None, "CEO")
    assert "UNSUBSCRIBED" in done.warnings[0]
    run("run-2", days=10)
    assert len(sends()) == 1


@pytest.mark.parametrize(
    ("address", "reason"), [("info@acme.example", "role_account"), ("ada@mailinator.com", "disposable_email")]
)
def test_a_sequence_ends_when_the_new_address_is_none_that_may_be_written_to(
    mailed: Lead, address: str, reason: str
) -> None:
    correct(mailed, email=address)

    lead = only()
    assert lead.qualification
    assert (lead.status, lead.todo, lead.qualification.reasons) == (LeadStatus.REJECTED, None, (reason,))
    recounts()


def test_a_sequence_ends_when_the_address_is_removed(mailed: Lead) -> None:
    correct(mailed, email=None, linkedin_url="https://www.linkedin.com/in/ada-lee")
    assert (only().status, only().todo) == (LeadStatus.REJECTED, None)
    recounts()


# ---------------------------------------------------------------- what follows


def test_a_lead_that_nobody_has_written_to_is_decided_about_again(waiting: Lead) -> None:
    correct(waiting, role="Clerk", enrichment={"is_decision_maker": False})

    lead = only()
    assert (lead.status, lead.score, lead.routing, lead.sequence) == (LeadStatus.NEW, None, None, None)
    assert (lead.todo or "").startswith("score#")
    recounts()
    run("run-2")
    assert only().score is not None
    assert only().score != waiting.score
    recounts()


def test_what_no_decision_looks_at_leaves_the_lead_in_its_place(waiting: Lead) -> None:
    correct(waiting, first_name="Ida")

    lead = only()
    assert (lead.name, lead.first_name, lead.last_name) == ("Ida Lee", "Ida", "Lee")
    assert (lead.status, lead.routing, lead.score) == (LeadStatus.ROUTED, waiting.routing, waiting.score)
    run("run-2")
    assert len(sends()) == 1
    recounts()


def test_a_lead_in_a_sequence_keeps_it_and_gets_a_new_score(mailed: Lead) -> None:
    correct(mailed, role="Clerk", enrichment={"is_decision_maker": False})

    lead = only()
    assert (lead.status, lead.sequence, lead.step) == (mailed.status, mailed.sequence, mailed.step)
    assert lead.score != mailed.score
    recounts()


def test_a_lead_in_review_leaves_the_queue_and_comes_back_when_it_should(campaign: Any) -> None:
    campaign()
    upload(HEADER + "Eve Doe,eve@a.example,A,Clerk,opt_in,no\n")
    run("run-1")
    assert only().status is LeadStatus.MANUAL_REVIEW

    correct(only(), company="Beta", enrichment={"is_decision_maker": True})
    assert only().status is LeadStatus.NEW
    recounts()
    run("run-2")

    assert only().status is LeadStatus.CONTACTED
    recounts()


def test_a_new_time_zone_moves_the_next_touch_to_the_same_time_of_day(campaign: Any) -> None:
    campaign(settings={"sending": {"warm_up": None}})
    upload("name,email,company,role,lawful basis,time zone\nAda Lee,ada@a.example,A,CTO,opt_in,Europe/Berlin\n")
    pipeline.pipeline(1, "run-1", stages=["HARVEST", "SCORE", "QUALIFY", "ROUTE"], as_of="2027-01-09T12:00:00Z")
    assert keys.due(only().todo or "") == datetime(2027, 1, 11, 8, tzinfo=UTC)

    correct(only(), enrichment={"time_zone": "Eastern Standard Time"})

    lead = only()
    assert (lead.enrichment.time_zone, lead.enrichment.time_zone_from) == ("America/New_York", "stated")
    assert keys.due(lead.todo or "") == datetime(2027, 1, 11, 14, tzinfo=UTC)
    assert lead.routing
    assert lead.routing.start_at == datetime(2027, 1, 11, 14, tzinfo=UTC)


def test_a_new_place_tells_a_derived_zone_anew_and_leaves_a_stated_one(campaign: Any) -> None:
    campaign()
    upload("name,email,country,time zone\nAda Lee,ada@a.example,Germany,\nBob Lee,bob@b.example,Germany,Asia/Tokyo\n")
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])

    for lead in everybody():
        correct(lead, enrichment={"country": "Japan" if lead.first_name == "Ada" else "France"})

    zones = {lead.first_name: (lead.enrichment.time_zone, lead.enrichment.time_zone_from) for lead in everybody()}
    assert zones == {"Ada": ("Asia/Tokyo", "country"), "Bob": ("Asia/Tokyo", "stated")}


def test_do_not_contact_suppresses_for_the_whole_account(mailed: Lead) -> None:
    correct(mailed, do_not_contact=True)

    assert suppressed("ada@acmme.example") == {"ada@acmme.example"}
    run("run-2", days=10)
    assert len(sends()) == 1


def test_an_erased_lead_is_not_corrected(mailed: Lead) -> None:
    tables.write(tables.update(leads_table(), keys.lead(1, 0, mailed.id), put={"status": "ERASED"}))
    with pytest.raises(Conflict, match="erased"):
        correct(mailed, role="CEO")


# ---------------------------------------------------------------- at the same time as workers


def test_a_touch_that_is_claimed_right_before_is_sent_once_and_to_the_old_address(waiting: Lead) -> None:
    """The correction reads the lead, then a worker claims its first touch."""
    done: list[int] = []
    change = lead_patch.checked({"email": NEW})

    def slow(lead: Lead) -> Any:
        if not done:
            done.append(1)
            pipeline.pipeline(1, "run-2", stages=["NURTURE"])
        return change(lead)

    corrections.correct(campaigns.read(1), waiting.id, slow, clock.now())
    run("run-3", days=10)

    assert [(send.to, send.step) for send in sends()] == [("ada@acmme.example", 0), (NEW, 1)]


def test_a_worker_that_holds_the_lead_as_it_was_sends_nothing_to_the_old_address(
    waiting: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ledger.claim
    corrected: list[int] = []

    def late(*arguments: Any, **more: Any) -> Any:
        if not corrected:
            corrected.append(1)
            correct(waiting, first_name="Ida")
        return claim(*arguments, **more)

    monkeypatch.setattr(ledger, "claim", late)
    pipeline.pipeline(1, "run-2", stages=["NURTURE"])
    assert not sends()

    pipeline.pipeline(1, "run-3", stages=["NURTURE"])
    assert [send.status for send in sends()] == ["SENT"]


def test_a_lead_that_keeps_changing_is_left_as_it_is(mailed: Lead) -> None:
    change = lead_patch.checked({"email": NEW})
    number = iter(range(100))

    def meanwhile(lead: Lead) -> Any:
        moment = clock.iso(clock.now() + timedelta(seconds=next(number)))
        tables.write(tables.update(leads_table(), keys.lead(1, 0, mailed.id), put={"updated_at": moment}))
        return change(lead)

    with pytest.raises(Throttled):
        corrections.correct(campaigns.read(1), mailed.id, meanwhile, clock.now())

    assert only().email == "ada@acmme.example"
    other = lead_id(1, NEW, None, None, None)
    assert other
    assert tables.get(leads_table(), keys.lead(1, 0, other)) is None


def test_a_lead_that_comes_with_the_new_address_meanwhile_is_named(mailed: Lead) -> None:
    change = lead_patch.checked({"email": NEW})
    done: list[int] = []

    def meanwhile(lead: Lead) -> Any:
        if not done:
            done.append(1)
            upload(HEADER + ADA.replace("ada@acmme.example", NEW))
            pipeline.pipeline(1, "run-2", stages=["HARVEST"])
        return change(lead)

    with pytest.raises(LeadTaken):
        corrections.correct(campaigns.read(1), mailed.id, meanwhile, clock.now())


# ---------------------------------------------------------------- files that update leads


def test_a_file_that_updates_replaces_values_and_keeps_what_was_corrected(mailed: Lead) -> None:
    correct(mailed, first_name="Anna", email=NEW)

    done = update(HEADER + ADA.replace("CTO", "CEO").replace("Acme", "Acme Ltd"))

    lead = only()
    assert (lead.first_name, lead.name, lead.email) == ("Anna", "Anna Lee", NEW)
    assert (lead.role, lead.company) == ("CEO", "Acme Ltd")
    assert (done.inserted, done.duplicates, done.updated, done.refused, done.warned) == (0, 1, 1, 0, 1)
    said = {one.field: one.message for one in done.row_warnings}
    assert "'Ada Lee'" in said["name"]
    assert NEW in said["email"]
    assert said.keys() == {"name", "email"}
    assert lead.provenance["role"]["detail"] == "again.csv line 2"
    assert ("updated", "company, role from again.csv line 2") in [(one.event, one.detail) for one in lead.history]


def test_the_same_file_again_updates_nothing(mailed: Lead) -> None:
    text = HEADER + ADA.replace("CTO", "CEO")
    update(text)
    before = only()

    done = update(text, run="update-2")

    assert (done.duplicates, done.updated) == (1, 0)
    assert only() == before


def test_a_file_that_fills_replaces_nothing(mailed: Lead) -> None:
    import_id = upload(HEADER + ADA.replace("CTO", "CEO"))
    pipeline.pipeline(1, "run-2", stages=["HARVEST"])
    done = imports.read(1, import_id)
    assert (only().role, done.updated, done.on_duplicate) == ("CTO", 0, OnDuplicate.FILL)


def test_blank_cells_remove_nothing_and_a_no_withdraws_no_opt_out(mailed: Lead) -> None:
    update("name,email,company,role,Do Not Contact\n,ada@acmme.example,,n/a,yes\n", run="update-1")
    assert (only().company, only().role, only().do_not_contact) == ("Acme", "CTO", True)
    assert suppressed("ada@acmme.example") == {"ada@acmme.example"}

    done = update("name,email,company,role,Do Not Contact\n,ada@acmme.example,Beta,CEO,no\n", run="update-2")

    assert (only().company, only().do_not_contact, done.updated) == ("Acme", True, 0)


def test_a_known_basis_stays_and_a_domain_that_only_follows_from_the_address_replaces_none(campaign: Any) -> None:
    campaign()
    upload("name,email,website,lawful basis\nAda Lee,ada@mail-acme.example,acme.example,legitimate_interest\n")
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])

    update("name,email,website,lawful basis\nAda Lee,ada@mail-acme.example,,opt_in\n")

    assert (only().company_domain, only().lawful_basis) == ("acme.example", "legitimate_interest")


def test_an_updated_lead_is_decided_about_again(waiting: Lead) -> None:
    update(HEADER + ADA.replace("CTO", "Clerk").replace(",yes", ",no"))

    assert only().status is LeadStatus.NEW
    recounts()
    run("run-2")
    assert only().score != waiting.score
    recounts()


def test_an_updated_lead_in_a_sequence_keeps_it(mailed: Lead) -> None:
    update(HEADER + ADA.replace("CTO", "Clerk").replace(",yes", ",no"))

    lead = only()
    assert (lead.status, lead.sequence, lead.step) == (mailed.status, mailed.sequence, mailed.step)
    assert lead.score != mailed.score
    recounts()
    run("run-2", days=10)
    assert [send.step for send in sends()] == [0, 1]


@pytest.mark.parametrize("rows", [2, 120])
def test_the_last_row_about_a_person_counts_wherever_a_batch_ends(campaign: Any, rows: int) -> None:
    campaign()
    text = HEADER + ADA + "".join(f"Bob {n},bob{n}@b{n}.example,B,CTO,,\n" for n in range(rows))

    done = update(text + ADA.replace("CTO", "CEO"))

    ada = next(lead for lead in everybody() if lead.email == "ada@acmme.example") if rows == 2 else None
    ada = ada or reading.read(1, 1, lead_id(1, "ada@acmme.example", None, None, None) or "")[0]
    assert (ada.role, done.updated, done.duplicates) == ("CEO", 1, 1)
    assert ada.provenance["role"]["detail"] == f"again.csv line {rows + 3}"


def test_what_was_removed_by_hand_is_not_filled_again(mailed: Lead) -> None:
    correct(mailed, role=None)
    upload(HEADER + ADA)
    pipeline.pipeline(1, "run-2", stages=["HARVEST"])
    assert only().role is None

    done = update(HEADER + ADA)

    assert only().role is None
    assert [one.message for one in done.row_warnings] == [
        "The lead stays blank, as corrected by hand. The file has 'CTO'."
    ]


def test_files_that_update_read_and_write_no_more_than_files_that_fill(
    campaign: Any, operations: Counter[str], make: Callable[[str], str]
) -> None:
    campaign()
    upload(make("CTO"))
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])
    operations.clear()
    upload(make("CTO"))
    pipeline.pipeline(1, "run-2", stages=["HARVEST"])
    fills = Counter(operations)
    operations.clear()

    update(make("CEO"))

    assert operations["TransactWriteItems"] == fills["TransactWriteItems"]
    assert operations["BatchGetItem"] == fills["BatchGetItem"]


@pytest.fixture
def make() -> Callable[[str], str]:
    return lambda role: HEADER + "".join(f"Ada {n},ada{n}@a{n}.example,A,{role},opt_in,yes\n" for n in range(90))
