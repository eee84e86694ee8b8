"""One person, one lead: duplicates fill blanks and say so; who may be the same person is shown, and stays apart."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cam.leads import adding, lead_queue, reading
from cam.leads.adding import Brought
from cam.model.addresses import lead_id
from cam.model.errors import NotFound, Throttled
from cam.model.models import Enrichment, JobResult, Lead, LeadDraft, LeadStatus, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules import merging
from cam.rules.merging import Filled
from cam.runs import runs
from cam.text import clock
from functions.harvest.run_intake import Offer, RunIntake, Taken
from tests.integration import pipeline

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SHARD = keys.Shard(1, "run", 0)
LINKEDIN = "https://www.linkedin.com/in/ada-lee"


def harvest(name: str, max_leads: int | None = None) -> JobResult:
    return pipeline.pipeline(1, name, stages=["HARVEST"], max_leads=max_leads)[1][Stage.HARVEST]


def upload(*rows: str, header: str = "name,email,company,role,industry", name: str = "leads.csv") -> None:
    pipeline.upload(1, "\n".join([header, *rows]) + "\n", name)


def everybody() -> list[Lead]:
    return reading.page(1, 1, {}, 100)[0]


def only() -> Lead:
    (lead,) = everybody()
    return lead


def stored() -> list[tables.Item]:
    return list(tables.query_all(leads_table(), keys.leads_pk(1, 0), begins="LEAD#"))


def insert(**fields: Any) -> Lead:
    draft = LeadDraft.model_validate(fields)
    one = lead_id(1, draft.email, draft.linkedin_url, draft.name, draft.company_domain)
    assert one
    found = adding.Found(one, draft, "csv", "a test")
    adding.add(SHARD, 1, [(found, draft.email)], {"inserted": 1}, clock.now(), [], None)
    return reading.read(1, 1, one)[0]


def fill(lead: Lead, draft: LeadDraft, now: datetime = NOW, **more: Any) -> None:
    filled = merging.blanks(lead, draft)
    assert filled
    tables.transact([adding.fill(1, lead, [Brought(filled, "apollo", "people/bulk_match")], now, **more)])


@pytest.fixture
def intake(campaign: Any) -> Callable[..., RunIntake]:
    """Makes the intake of a run of campaign 1."""
    campaign()
    state = pipeline.start(1, "run", stages=["HARVEST"])

    def make() -> RunIntake:
        run = runs.frozen(1, state["run_id"])
        return RunIntake.of(keys.Shard(1, run.run_id, 0), run)

    return make


def take(intake: RunIntake, *drafts: LeadDraft, moves: list[tables.Action] | None = None) -> Taken:
    return intake.take(
        "csv", [Offer(draft, f"line {n}") for n, draft in enumerate(drafts, 2)], lambda taken: moves or []
    )


def after_reading(happens: Callable[[], object], times: int = 1) -> list[int]:
    """Lets something happen right after the first batch reads, as somebody else's doing; the list counts the reads."""
    reads: list[int] = []

    def read(**_: Any) -> None:
        reads.append(len(reads) + 1)
        if len(reads) <= times:
            happens()

    tables.client().meta.events.register("after-call.dynamodb.BatchGetItem", read)
    return reads


# ---------------------------------------------------------------- duplicates fill blanks


def test_a_duplicate_fills_blanks_overwrites_nothing_and_is_noted(campaign: Any) -> None:
    campaign()
    upload("Ada Lee,ada@a.example,Acme,CTO,", name="first.csv")
    harvest("run-1")
    upload("Ada King,Ada+x@a.example,Beta,CEO,software", name="second.csv")

    result = harvest("run-2")

    lead = only()
    assert (lead.name, lead.email, lead.company, lead.role) == ("Ada Lee", "ada@a.example", "Acme", "CTO")
    assert lead.enrichment.industry == "software"
    assert (result.counts["deduplicated"], result.counts["merged"], result.counts.get("inserted", 0)) == (1, 1, 0)
    assert [(change.event, change.detail) for change in lead.history] == [
        ("harvested", "first.csv line 2"),
        ("filled", "industry from second.csv line 2"),
    ]
    assert lead.provenance["role"]["detail"] == "first.csv line 2"
    assert lead.provenance["industry"]["detail"] == "second.csv line 2"


def test_the_same_duplicate_again_writes_nothing_to_the_lead(campaign: Any) -> None:
    campaign()
    upload("Ada Lee,ada@a.example,,,")
    harvest("run-1")
    upload("Ada Lee,ada@a.example,Acme,CTO,software")
    harvest("run-2")
    before = stored()
    upload("Ada Lee,ada@a.example,Acme,CTO,software")

    result = harvest("run-3")

    assert stored() == before
    assert (result.counts["deduplicated"], result.counts.get("merged", 0)) == (1, 0)


def test_a_batch_of_duplicates_is_one_read_and_one_write_whatever_they_fill(
    campaign: Any, operations: Counter[str]
) -> None:
    campaign()
    upload(*(f"Ada {n},ada{n}@a{n}.example,,," for n in range(95)))
    harvest("run-1")
    upload(*(f"Ada {n},ada{n}@a{n}.example,Acme,CTO,software" for n in range(95)))
    state = pipeline.start(1, "run-2", stages=["HARVEST"], max_leads=5)
    operations.clear()

    pipeline.stage(Stage.HARVEST, state)

    assert (operations["BatchGetItem"], operations["TransactWriteItems"]) == (1, 1)
    assert pipeline.tally(1, state["run_id"], "harvest.merged") == 95
    assert {lead.role for lead in everybody()} == {"CTO"}


def test_new_leads_fills_and_the_cap_fit_into_one_transaction(campaign: Any) -> None:
    campaign()
    upload(*(f"Ada {n},ada{n}@a{n}.example,,," for n in range(48)))
    harvest("run-1")
    upload(*(f"Ada {n},ada{n}@a{n}.example,Acme,CTO," for n in range(96)))

    result = harvest("run-2", max_leads=48)

    assert (result.counts["inserted"], result.counts["merged"]) == (48, 48)


def test_fills_do_not_use_up_the_cap(campaign: Any) -> None:
    campaign()
    upload("Ada,ada@a.example,,,")
    harvest("run-1")
    upload("Ada,ada@a.example,,CTO,", "Bob,bob@b.example,,,", "Cy,cy@c.example,,,")

    result = harvest("run-2", max_leads=1)

    assert (result.counts["inserted"], result.counts["merged"]) == (1, 1)


def test_two_rows_of_one_file_are_one_lead_and_each_field_says_which_it_came_from(campaign: Any) -> None:
    campaign()
    upload("Ada Lee,ada@a.example,Acme,,", "Ada Lee,ada@a.example,Beta,CTO,", "Ada Lee,ada@a.example,,CEO,software")

    result = harvest("run-1")

    lead = only()
    assert (lead.company, lead.role, lead.enrichment.industry) == ("Acme", "CTO", "software")
    assert [lead.provenance[name]["detail"][-1] for name in ("company", "role", "industry")] == ["2", "3", "4"]
    assert [change.detail for change in lead.history] == [
        "leads.csv line 2", "role from leads.csv line 3", "industry from leads.csv line 4",
    ]  # fmt: skip
    assert (result.counts["inserted"], result.counts["deduplicated"], result.counts["merged"]) == (1, 2, 2)


def test_rows_come_to_the_same_whether_they_are_read_together_or_one_by_one(campaign: Any) -> None:
    rows = ("Ada Lee,ada@a.example,,,", "Ada Lee,ada@a.example,,CTO,", "Ada Lee,ada@a.example,Acme,CEO,software")
    campaign()
    upload(*rows)
    together = harvest("run-1")
    first = only()
    for item in stored():
        tables.write(tables.delete(leads_table(), {"pk": item["pk"], "sk": item["sk"]}))
    counted: Counter[str] = Counter()
    for number, row in enumerate(rows):
        upload(*(",,,," for _ in range(number)), row)
        counted.update(harvest(f"run-{number + 2}").counts)

    second = only()

    def known(lead: Lead) -> Any:
        changes = [(change.event, change.detail) for change in lead.history]
        details = {name: origin["detail"] for name, origin in lead.provenance.items()}
        return lead.model_dump(exclude={"history", "provenance", "created_at", "updated_at", "todo"}), changes, details

    assert known(first) == known(second)
    assert [counted[name] for name in ("deduplicated", "merged")] == [
        together.counts[name] for name in ("deduplicated", "merged")
    ]


@pytest.mark.parametrize(
    "left", [{"status": LeadStatus.UNSUBSCRIBED}, {"status": LeadStatus.ERASED}, {"do_not_contact": True}]
)
def test_who_left_is_counted_and_left_alone(campaign: Any, left: dict[str, Any]) -> None:
    campaign()
    lead = insert(email="ada@a.example")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put=left))
    before = stored()
    upload("Ada Lee,ada@a.example,Acme,CTO,software")

    result = harvest("run-1")

    assert stored() == before
    assert result.counts["deduplicated"] == 1


def test_a_lead_that_cannot_be_read_is_known_all_the_same(campaign: Any) -> None:
    campaign()
    lead = insert(email="ada@a.example")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put={"status": "LOST"}))
    upload("Ada Lee,ada@a.example,Acme,CTO,software", "Bob,bob@a.example,,,")

    result = harvest("run-1")

    assert (result.counts["deduplicated"], result.counts["inserted"]) == (1, 1)


# ---------------------------------------------------------------- races


def test_a_lead_that_moves_between_read_and_fill_is_read_again(intake: Callable[..., RunIntake]) -> None:
    lead = insert(email="ada@a.example")
    reads = after_reading(lambda: fill(lead, LeadDraft(role="CEO"), clock.now()))

    taken = take(intake(), LeadDraft(email="ada@a.example", role="CTO", company="Acme"))

    assert (reads, taken.merged) == ([1, 2], 1)
    assert (only().role, only().company) == ("CEO", "Acme")
    assert pipeline.tally(1, "run", "harvest.deduplicated") == 1


def test_a_lead_that_never_stops_moving_is_tried_again_later(intake: Callable[..., RunIntake]) -> None:
    lead = insert(email="ada@a.example")
    after_reading(lambda: fill(only(), LeadDraft(enrichment=Enrichment.model_validate({uuid4().hex: "x"}))), times=99)

    with pytest.raises(Throttled):
        take(intake(), LeadDraft(email="ada@a.example", role="CTO"))

    assert reading.read(1, 1, lead.id)[0].role is None


def test_two_fills_within_a_millisecond_do_not_both_pass_on_one_read(campaign: Any) -> None:
    campaign()
    lead = insert(email="ada@a.example")
    for now in (lead.updated_at, lead.updated_at - timedelta(days=1)):
        before = reading.read(1, 1, lead.id)[0]
        filled = Filled(enrichment={f"at {now}": "x"})
        tables.transact([adding.fill(1, before, [Brought(filled, "csv", "one")], now)])
        with pytest.raises(tables.Cancelled):
            tables.transact([adding.fill(1, before, [Brought(filled, "csv", "other")], now)])


@pytest.mark.parametrize("moved", [{"todo": None}, {"todo": "route#x"}, {"status": LeadStatus.UNSUBSCRIBED}])
def test_a_stage_within_the_same_millisecond_refuses_the_fill(campaign: Any, moved: dict[str, Any]) -> None:
    campaign()
    lead = insert(email="ada@a.example")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put=moved))

    with pytest.raises(tables.Cancelled):
        fill(lead, LeadDraft(role="CEO"))


def test_a_lead_that_waits_for_nothing_can_be_filled_and_made_to_wait(campaign: Any) -> None:
    campaign()
    lead = insert(email="ada@a.example")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put={"todo": None}))
    todo = keys.todo(Stage.SCORE, NOW, lead.id)

    fill(reading.read(1, 1, lead.id)[0], LeadDraft(role="CEO"), put={"todo": todo})

    assert only().todo == todo


def test_leads_that_are_merged_outside_a_harvest_are_read_again_when_they_move(campaign: Any) -> None:
    campaign()
    several = [insert(email=f"ada{n}@a.example") for n in range(3)]
    drafts = {lead.id: LeadDraft(role="CTO", company="Acme") for lead in several}
    after_reading(lambda: fill(several[0], LeadDraft(role="CEO"), clock.now()))

    known = adding.merge(1, 1, {**drafts, "nobody": LeadDraft(role="CTO")}, "manual", "by hand", clock.now())

    assert known == drafts.keys()
    assert sorted((lead.role, lead.company) for lead in everybody()) == [
        ("CEO", "Acme"), ("CTO", "Acme"), ("CTO", "Acme"),
    ]  # fmt: skip


# ---------------------------------------------------------------- one lead under two ids


def found_by_linkedin_then_by_mail() -> tuple[Lead, str]:
    """A lead that was found by its LinkedIn page, and whose address an enricher told later."""
    lead = insert(name="Ada Lee", linkedin_url=LINKEDIN)
    other = lead_id(1, "ada@a.example", None, None, None)
    assert other
    draft = LeadDraft(email="ada@a.example")
    filled = merging.blanks(lead, draft)
    assert filled
    tables.transact(
        [adding.fill(1, lead, [Brought(filled, "dropcontact", "enrich")], NOW), adding.alias(1, 1, other, lead)]
    )
    return reading.read(1, 1, lead.id)[0], other


def test_whoever_comes_with_the_address_of_a_lead_found_otherwise_is_that_lead(campaign: Any) -> None:
    campaign()
    lead, _ = found_by_linkedin_then_by_mail()
    upload("Ada Lee,ADA@a.example,,CTO,")

    result = harvest("run-1")

    assert (only().id, only().role) == (lead.id, "CTO")
    assert (result.counts["deduplicated"], result.counts["merged"]) == (1, 1)


def test_rows_under_both_ids_of_a_lead_are_one_write(intake: Callable[..., RunIntake]) -> None:
    found_by_linkedin_then_by_mail()

    taken = take(
        intake(),
        LeadDraft(email="ada@a.example", role="CTO"),
        LeadDraft(linkedin_url=LINKEDIN, role="CEO", company="A"),
    )

    assert taken.merged == 2
    assert (only().role, only().company) == ("CTO", "A")


def test_an_alias_is_known_and_never_shown_as_a_lead(campaign: Any) -> None:
    campaign()
    lead, other = found_by_linkedin_then_by_mail()

    assert reading.known(1, 1, [other, lead.id, "nobody"]) == {other, lead.id}
    assert reading.existing(1, 1, [other, lead.id, "nobody"]) == {other: lead, lead.id: lead}
    assert reading.read(1, 1, other)[0] == lead
    assert reading.get(1, 0, other) is None
    assert everybody() == [lead]
    assert [due.lead_id for due in lead_queue.due(SHARD, Stage.SCORE, None)[0]] == [lead.id]


def test_an_address_that_became_known_is_found_by_it(campaign: Any) -> None:
    campaign()
    lead, _ = found_by_linkedin_then_by_mail()
    items, _ = tables.query(leads_table(), keys.person("ada@a.example"), index=tables.PERSON)
    assert [item["sk"] for item in items] == [f"LEAD#{lead.id}"]


def test_an_id_that_belongs_to_a_lead_never_becomes_another_name(campaign: Any) -> None:
    campaign()
    lead, other = insert(linkedin_url=LINKEDIN), insert(email="ada@a.example")
    with pytest.raises(tables.Cancelled):
        tables.transact([adding.alias(1, 1, other.id, lead)])
    assert len(everybody()) == 2


def test_an_address_that_becomes_known_while_it_is_harvested_is_one_lead(intake: Callable[..., RunIntake]) -> None:
    after_reading(found_by_linkedin_then_by_mail)

    taken = take(intake(), LeadDraft(email="ada@a.example", role="CTO"))

    assert (len(taken.inserted), taken.duplicates, taken.merged) == (0, 1, 1)
    assert only().role == "CTO"


def test_an_alias_of_a_lead_that_is_gone_is_known_and_not_found(campaign: Any) -> None:
    campaign()
    lead, other = found_by_linkedin_then_by_mail()
    tables.write(tables.delete(leads_table(), keys.lead(1, 0, lead.id)))
    upload("Ada Lee,ada@a.example,,CTO,")

    assert harvest("run-1").counts["deduplicated"] == 1
    assert reading.existing(1, 1, [other]) == {}
    with pytest.raises(NotFound):
        reading.read(1, 1, other)


# ---------------------------------------------------------------- who may be the same


def because(lead: Lead) -> dict[str, tuple[str, ...]]:
    return {one.lead_id: one.because for one in reading.possible_duplicates(1, lead)}


def test_leads_of_one_linkedin_page_or_one_name_at_one_company_may_be_the_same(campaign: Any) -> None:
    campaign()
    ada = insert(name="Ada Lee", email="ada@a.example", company_domain="a.example", linkedin_url=LINKEDIN)
    page = insert(name="A. Lee", email="a.lee@b.example", linkedin_url="linkedin.com/in/Ada-Lee/?x=1")
    name = insert(name="ADA  LEE", email="lee@a.example", company_domain="a.example")
    both = insert(name="ada lee", email="al@a.example", company_domain="a.example", linkedin_url=LINKEDIN)
    insert(name="Ada Lee", email="ada@c.example", company_domain="c.example")

    found = reading.possible_duplicates(1, ada)

    assert {one.lead_id: one.because for one in found} == {
        page.id: ("linkedin_url",),
        name.id: ("name and company domain",),
        both.id: ("linkedin_url", "name and company domain"),
    }
    assert found[0] == reading.Alike(both.id, "ada lee", "al@a.example", None, found[0].because)
    assert because(name) == {ada.id: ("name and company domain",), both.id: ("name and company domain",)}
    assert len(everybody()) == 5


@pytest.mark.parametrize("domain", ["gmail.com", "linkedin.com", "sites.google.com"])
def test_a_domain_that_many_share_makes_no_namesakes(campaign: Any, domain: str) -> None:
    campaign()
    one = insert(name="Ada Lee", email="ada@a.example", company_domain=domain)
    insert(name="Ada Lee", email="lee@b.example", company_domain=domain)
    assert because(one) == {}


def test_another_campaign_s_leads_are_no_duplicates(campaign: Any) -> None:
    campaign(), campaign()
    one = insert(name="Ada Lee", linkedin_url=LINKEDIN)
    found = adding.Found("other", LeadDraft(linkedin_url=LINKEDIN), "csv", "")
    adding.add(keys.Shard(2, "run", 0), 1, [(found, None)], {"inserted": 1}, NOW, [], None)
    assert because(one) == {}


def test_what_is_filled_counts_for_who_may_be_the_same(campaign: Any) -> None:
    campaign()
    one, other = (
        insert(email="ada@a.example"),
        insert(name="Ada Lee", email="lee@a.example", company_domain="a.example"),
    )
    fill(one, LeadDraft(name="Ada Lee", company_domain="a.example", linkedin_url=LINKEDIN))
    third = insert(linkedin_url=LINKEDIN)

    one = reading.read(1, 1, one.id)[0]
    assert because(one) == {other.id: ("name and company domain",), third.id: ("linkedin_url",)}
    assert because(third) == {one.id: ("linkedin_url",)}


def test_an_erased_lead_is_nobody_s_duplicate(campaign: Any) -> None:
    campaign()
    one, other = insert(email="ada@a.example", linkedin_url=LINKEDIN), insert(linkedin_url=LINKEDIN)
    tables.write(tables.update(leads_table(), keys.lead(1, 0, other.id), put={"status": LeadStatus.ERASED}))
    assert because(one) == {}


def test_at_most_20_possible_duplicates_are_shown(campaign: Any) -> None:
    campaign()
    several = [insert(email=f"ada{n}@a.example", linkedin_url=LINKEDIN) for n in range(25)]
    assert {len(because(one)) for one in several} == {20}


def test_who_shares_nothing_costs_no_read(campaign: Any, operations: Counter[str]) -> None:
    campaign()
    lead = insert(email="ada@a.example", enrichment=Enrichment(industry="software"))
    operations.clear()
    assert reading.possible_duplicates(1, lead) == []
    assert not operations
