"""What a run would bring and cost, from what lies ready and what happened before."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.sources import Source
from cam.providers.credits import Purse
from cam.providers.search_progress import Place
from functions.api.estimates import Estimate, Supply, estimate, people, per_qualified

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def purse(left: int = 100, tightest: str = "credits_per_run") -> Purse:
    return Purse(run=0, month=0, account=0, left=left, left_this_month=left, tightest=tightest)


def of(
    max_leads: int, *supplies: tuple[str, Supply], left: int = 100, incomplete: int = 0, askers: int = 0, **life: int
) -> Estimate:
    return estimate(
        max_leads, [(Source(name), supply) for name, supply in supplies], purse(left), life, incomplete, askers
    )


def shares(found: Estimate) -> dict[str, tuple[int, int]]:
    return {one.source: (one.leads, one.credits) for one in found.sources}


def test_a_campaign_without_sources_expects_nothing() -> None:
    found = of(100)
    assert (found.sources, found.expected_leads, found.expected_credits) == ((), 0, 0)
    assert (found.expected_qualified, found.credits_per_lead, found.credits_per_qualified_lead) == (None, None, None)


def test_each_source_fills_up_what_the_one_before_left() -> None:
    found = of(100, ("apollo", Supply(30)), ("csv", Supply(50)), ("manual", Supply(500)))
    assert shares(found) == {"apollo": (30, 30), "csv": (50, 0), "manual": (20, 0)}
    assert (found.expected_leads, found.expected_credits) == (100, 30)


def test_the_order_is_the_campaign_s() -> None:
    found = of(100, ("csv", Supply(90)), ("apollo", Supply(90)))
    assert shares(found) == {"csv": (90, 0), "apollo": (10, 10)}


def test_a_source_that_is_not_configured_is_not_named() -> None:
    assert shares(of(10, ("apollo", Supply(0, there=False)), ("manual", Supply(5)))) == {"manual": (5, 0)}


def test_people_are_no_more_than_the_budget_holds() -> None:
    found = of(100, ("apollo", Supply(80)), ("csv", Supply(7)), left=12)
    assert shares(found) == {"apollo": (12, 12), "csv": (7, 0)}
    assert found.credits_left == 12


def test_the_tightest_budget_is_named() -> None:
    assert estimate(9, [], purse(3, "credits_per_month"), {}, 0, 0).limited_by == "credits_per_month"


def test_people_cost_what_the_campaign_s_leads_have_cost() -> None:
    found = of(100, ("apollo", Supply(80)), left=30, credits=60, paid=40)
    assert shares(found) == {"apollo": (20, 30)}
    assert found.credits_per_lead == 1.5


def test_nobody_costs_less_than_a_credit() -> None:
    assert shares(of(10, ("apollo", Supply(80)), credits=5, paid=10)) == {"apollo": (10, 10)}


def test_a_search_that_was_never_made_may_give_all_and_says_so() -> None:
    found = of(40, ("apollo", Supply(None)))
    assert shares(found) == {"apollo": (40, 40)}
    assert "not been searched yet" in (found.note or "")


def test_a_file_whose_rows_are_not_counted_may_give_all_and_says_so() -> None:
    found = of(40, ("csv", Supply(None)))
    assert shares(found) == {"csv": (40, 0)}
    assert "not been read yet" in (found.note or "")


def test_completing_costs_a_credit_for_each_lead_and_provider_at_most() -> None:
    found = of(10, ("csv", Supply(4)), incomplete=6, askers=2)
    assert shares(found) == {"csv": (4, 0), "enrichment": (0, 20)}
    assert found.expected_leads == 4


def test_completing_takes_what_people_leave_of_the_budget() -> None:
    found = of(10, ("apollo", Supply(8)), left=11, incomplete=50, askers=1)
    assert shares(found) == {"apollo": (8, 8), "enrichment": (0, 3)}


def test_nothing_is_spent_on_completing_when_nobody_is_asked() -> None:
    assert of(10, ("csv", Supply(4)), incomplete=6).expected_credits == 0


def test_as_many_qualify_as_did_before() -> None:
    found = of(40, ("csv", Supply(40)), qualified=30, rejected=60, review=30)
    assert found.expected_qualified == 10


def test_what_a_qualified_lead_has_cost_counts_only_those_that_cost_any() -> None:
    assert per_qualified({"credits": 50, "paid_qualified": 20, "qualified": 90}) == 2.5
    assert per_qualified({"credits": 50}) is None
    assert per_qualified({}) is None


@given(
    max_leads=st.integers(1, 1000),
    numbers=st.lists(st.one_of(st.none(), st.integers(0, 500)), max_size=3),
    left=st.integers(0, 300),
    credits=st.integers(0, 1000),
    paid=st.integers(0, 1000),
    incomplete=st.integers(0, 300),
)
def test_neither_the_cap_nor_the_budget_is_ever_exceeded(
    max_leads: int, numbers: list[int | None], left: int, credits: int, paid: int, incomplete: int
) -> None:
    supplies = [(source, Supply(number)) for source, number in zip(Source, numbers, strict=False)]
    found = estimate(max_leads, supplies, purse(left), {"credits": credits, "paid": paid}, incomplete, 2)
    assert found.expected_leads <= max_leads
    assert found.expected_credits <= left
    assert all(one.leads >= 0 and one.credits >= 0 for one in found.sources)


# ------------------------------------------------------------ what is left of a search


@pytest.mark.parametrize(
    ("place", "life", "number", "ended"),
    [
        (Place(), {}, None, False),
        (Place(page=2, total=250), {}, 150, False),
        (Place(page=2, total=250, waiting=("a", "b")), {}, 152, False),
        (Place(page=2, total=250, waiting=("a", "b")), {"searched": 100, "passed_over": 60}, 62, False),
        (Place(page=4, total=250), {}, 0, False),
        (Place(page=4, total=250, waiting=("a",), ended_at=NOW), {}, 1, False),
        (Place(page=4, total=250, ended_at=NOW), {}, 0, True),
        (Place(page=2, ended_at=NOW), {}, 0, True),
    ],
)
def test_what_is_left_of_a_search(place: Place, life: dict[str, Any], number: int | None, ended: bool) -> None:
    assert people(place, life) == Supply(number, ended=ended)
