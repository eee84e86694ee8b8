"""A duplicate fills blanks, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cam.model.models import MOST_EXTRA, Enrichment, LawfulBasis, Lead, LeadDraft, LeadStatus
from cam.rules import merging
from cam.rules.merging import Filled

ADA = {"name": "Ada Lee", "first_name": "Ada", "last_name": "Lee"}
NOW = datetime(2026, 11, 25, tzinfo=UTC)
WORD = st.sampled_from(["Ada", "Bob", "Lee", "Ada Lee"])
OWN = st.fixed_dictionaries(
    {},
    optional={
        "company_size": st.none() | st.sampled_from(["startup", "small", "medium", "enterprise", "boutique"]),
        "employee_count": st.none() | st.integers(0, 5000),
        "industry": st.none() | st.just("software"),
        "email_status": st.none() | st.sampled_from(["verified", "guessed"]),
        "is_decision_maker": st.none() | st.booleans(),
        "crm": st.sampled_from([None, "", 0, False, "7", {"id": [7, {}]}]),
        "näher": st.text(max_size=5),
    },
)

DRAFTS = st.builds(
    LeadDraft,
    name=st.none() | WORD,
    first_name=st.none() | WORD,
    last_name=st.none() | WORD,
    email=st.none() | st.sampled_from(["ada@acme.example", "ADA@acme.example", "bob@beta.example"]),
    company=st.none() | st.sampled_from(["Acme", "acme", "Beta"]),
    company_domain=st.none() | st.sampled_from(["acme.example", "beta.example"]),
    role=st.none() | st.sampled_from(["CTO", "CEO"]),
    linkedin_url=st.none() | st.sampled_from(["linkedin.com/in/ada", "linkedin.com/in/bob"]),
    tags=st.sampled_from([(), ("a",), ("b", "c")]),
    lawful_basis=st.sampled_from(LawfulBasis),
    enrichment=st.builds(
        lambda own, more: Enrichment.model_validate(own | more),
        OWN,
        # Of two rows, each holds what may be held, and both together do not.
        st.dictionaries(
            st.sampled_from("abcd"), st.integers(0, 12_000).map(lambda size: "ä" * (size // 2)), max_size=2
        ),
    ),
)


def draft(**fields: Any) -> LeadDraft:
    return LeadDraft.model_validate(fields)


def lead(known: LeadDraft | None = None, **fields: Any) -> Lead:
    more = {"id": "one", "shard": 0, "source": "csv", "created_at": NOW, "updated_at": NOW, **fields}
    return Lead.model_validate({**(known or LeadDraft()).model_dump(), **more})


def values(known: Lead | LeadDraft) -> dict[str, Any]:
    """What is known, by name."""
    own = {name: getattr(known, name) for name in LeadDraft.model_fields if name != "enrichment"}
    own |= {f"enrichment.{name}": value for name, value in dict(known.enrichment).items()}
    return {
        name: value
        for name, value in own.items()
        if value not in (None, "", (), [], {}, LawfulBasis.UNKNOWN) or value is False or value == 0
    }


@given(DRAFTS, DRAFTS)
def test_nothing_that_is_known_is_overwritten(known: LeadDraft, other: LeadDraft) -> None:
    before = values(known)
    if not known.email and other.email:
        # The status of no address is that of none.
        before.pop("enrichment.email_status", None)
    assert before.items() <= values(merging.merged(known, other)).items()


@given(DRAFTS, DRAFTS)
def test_all_that_is_filled_is_the_duplicate_s(known: LeadDraft, other: LeadDraft) -> None:
    found = merging.blanks(lead(known), other) or Filled()
    assert all(getattr(other, name) == value for name, value in found.fields.items())
    assert all(dict(other.enrichment)[name] == value for name, value in found.enrichment.items())


@given(DRAFTS, DRAFTS)
def test_merging_twice_changes_nothing(known: LeadDraft, other: LeadDraft) -> None:
    once = merging.merged(known, other)
    assert merging.merged(once, other) == once
    assert merging.added(once, other) is None


@given(DRAFTS, DRAFTS)
def test_a_lead_and_a_row_are_filled_by_the_same_rule(known: LeadDraft, other: LeadDraft) -> None:
    assert merging.blanks(lead(known), other) == merging.added(known, other)


@given(DRAFTS)
def test_a_row_adds_nothing_to_itself(known: LeadDraft) -> None:
    assert merging.added(known, known) is None


@given(DRAFTS, DRAFTS)
def test_what_comes_out_can_be_stored(known: LeadDraft, other: LeadDraft) -> None:
    whole = merging.merged(known, other)
    assert LeadDraft.model_validate(whole.model_dump()) == whole


@given(DRAFTS, DRAFTS)
def test_every_known_value_survives_in_either_order(one: LeadDraft, other: LeadDraft) -> None:
    assume(len(one.model_dump_json().encode()) + len(other.model_dump_json().encode()) < MOST_EXTRA)
    # Values that only make sense together, or with the address they came with, have their own tests.
    together = {"name", "first_name", "last_name", "company_domain"}
    together |= {f"enrichment.{name}" for name in ("company_size", "employee_count", "email_status")}
    both = (values(one).keys() | values(other).keys()) - together

    assert both <= values(merging.merged(one, other)).keys()
    assert both <= values(merging.merged(other, one)).keys()


@pytest.mark.parametrize(
    ("known", "other", "fields"),
    [
        ({}, ADA, {"name", "first_name", "last_name"}),
        ({"name": "Ada Lee"}, {**ADA, "name": "ada lee"}, {"first_name", "last_name"}),
        ({"name": "Ada", "first_name": "Ada"}, ADA, {"last_name"}),
        ({"name": "Ann", "first_name": "Ann"}, ADA, set()),
        ({"name": "Ann Lee"}, ADA, set()),
        ({"first_name": "Ada", "last_name": "King"}, ADA, set()),
        ({"name": "Ada Lee"}, {"name": "Ada Lee", "last_name": "Lee"}, set()),
        ({"email": "a@acme.example"}, {"email": "b@acme.example"}, set()),
        ({}, {"email": "b@acme.example"}, {"email"}),
        ({"company": "Acme"}, {"company": "Beta", "company_domain": "beta.example"}, set()),
        ({"company": "Acme"}, {"company": "ACME ", "company_domain": "acme.example"}, {"company_domain"}),
        ({"tags": ("a",)}, {"tags": ("b",)}, set()),
        ({}, {"tags": ("b",)}, {"tags"}),
        ({}, {"lawful_basis": "opt_in"}, {"lawful_basis"}),
        ({"lawful_basis": "opt_in"}, {"lawful_basis": "unknown"}, set()),
        ({"lawful_basis": "legitimate_interest"}, {"lawful_basis": "opt_in"}, set()),
    ],
)  # fmt: skip
def test_own_fields_are_filled(known: dict[str, Any], other: dict[str, Any], fields: set[str]) -> None:
    found = merging.blanks(lead(draft(**known)), draft(**other)) or Filled()
    assert set(found.fields) == fields


@pytest.mark.parametrize(
    ("known", "other", "names"),
    [
        ({}, {"company_size": "small", "employee_count": 20}, {"company_size", "employee_count"}),
        ({"company_size": "enterprise"}, {"company_size": "small", "employee_count": 20}, set()),
        ({"company_size": "small"}, {"company_size": "small", "employee_count": 20}, {"employee_count"}),
        ({"company_size": "boutique"}, {"company_size": "small", "employee_count": 20}, {"employee_count"}),
        ({"employee_count": 700}, {"company_size": "small"}, set()),
        ({"is_decision_maker": False}, {"is_decision_maker": True}, set()),
        ({"is_decision_maker": None}, {"is_decision_maker": False}, {"is_decision_maker"}),
        ({"crm": ""}, {"crm": 0}, {"crm"}),
        ({"crm": 0}, {"crm": 7}, set()),
        ({"notes": "x" * 24_000}, {"long": "y" * 2_000, "short": "z"}, {"short"}),
        ({}, {"email_status": "verified"}, set()),
    ],
)
def test_enrichment_is_filled(known: dict[str, Any], other: dict[str, Any], names: set[str]) -> None:
    found = merging.blanks(lead(draft(enrichment=known)), draft(enrichment=other)) or Filled()
    assert set(found.enrichment) == names


@pytest.mark.parametrize(
    ("known", "before", "other", "after"),
    [
        ("ada@acme.example", None, "Ada+x@acme.example", "verified"),
        ("ada@acme.example", None, "ada@beta.example", None),
        ("ada@acme.example", "guessed", "ada@acme.example", "guessed"),
        (None, "unavailable", "ada@acme.example", "verified"),
        (None, "unavailable", None, "unavailable"),
    ],
)
def test_an_address_comes_with_its_own_status(known: str, before: str, other: str, after: str) -> None:
    one = draft(email=known, enrichment={"email_status": before})
    two = draft(email=other, enrichment={"email_status": "verified"})
    assert merging.merged(one, two).enrichment.email_status == after


@pytest.mark.parametrize(
    "left",
    [{"status": LeadStatus.ERASED}, {"status": LeadStatus.UNSUBSCRIBED}, {"do_not_contact": True}],
)
def test_who_left_is_left_alone(left: dict[str, Any]) -> None:
    assert merging.blanks(lead(**left), draft(role="CTO")) is None


def test_an_opt_out_is_added_to_a_lead_that_has_no_blanks_and_nothing_with_it() -> None:
    found = merging.blanks(lead(), draft(role="CTO", do_not_contact=True, stop_note="column Email Opt Out: 1"))
    assert found == Filled({"do_not_contact": True, "stop_note": "column Email Opt Out: 1"})


@pytest.mark.parametrize(("email", "bounced"), [("ADA@acme.example", True), ("ada@old.example", None), (None, None)])
def test_a_bounce_counts_for_the_address_that_bounced(email: str | None, bounced: bool | None) -> None:
    known = draft(email="ada@acme.example")
    found = merging.blanks(lead(known), draft(email=email, bounced=True)) or Filled()
    assert found.fields.get("bounced") == bounced


def test_provenance_tells_a_lead_s_field_from_an_enriched_one_of_the_same_name() -> None:
    found = merging.blanks(lead(), draft(role="CTO", enrichment={"industry": "software", "email": "second@a.example"}))
    assert found
    assert found.names == ("role", "industry", "enrichment.email")


# ---------------------------------------------------------------- files that update

EVERY_FIELD = frozenset({*LeadDraft.model_fields, *Enrichment.model_fields})


@given(DRAFTS, DRAFTS)
def test_an_update_again_changes_nothing(known: LeadDraft, row: LeadDraft) -> None:
    one = lead(known)
    change, _ = merging.updated(one, row, EVERY_FIELD)
    assume(change)
    assert change

    again, _ = merging.updated(merging.filled(one, change), row, EVERY_FIELD)

    assert again is None


@given(DRAFTS, DRAFTS)
def test_an_update_leaves_the_address_a_known_basis_and_what_was_corrected(known: LeadDraft, row: LeadDraft) -> None:
    origin = {"source": merging.BY_HAND, "at": NOW.isoformat()}
    corrected = ("role", "tags", "industry", "linkedin_url", *merging.GROUPS[0])
    one = lead(known, provenance=dict.fromkeys(corrected, origin))

    change, _ = merging.updated(one, row, EVERY_FIELD)

    if change:
        assert not {*change.names} & {*corrected}
        assert "email" not in change.fields or not known.email
        assert "lawful_basis" not in change.fields or known.lawful_basis is LawfulBasis.UNKNOWN


def test_an_update_says_what_it_leaves_as_it_was_corrected() -> None:
    origin = {"source": merging.BY_HAND, "at": NOW.isoformat()}
    one = lead(draft(role="CEO", email="ada@acme.example"), provenance={"role": origin, "email": origin})
    row = draft(role="CTO", email="old@acme.example", company="Acme")

    change, left = merging.updated(one, row, {"role", "email", "company"})

    assert change == Filled({"company": "Acme"})
    assert left == Filled({"email": "old@acme.example", "role": "CTO"})
