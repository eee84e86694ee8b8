"""What an answer of Dropcontact says of a lead, and what it costs."""

import pytest

from functions.harvest.clients import dropcontact


@pytest.mark.parametrize(
    ("qualification", "usable"),
    [("nominative@pro", True), ("catch-all@pro", True), ("random@pro", False), ("invalid@pro", False),
     ("generic@pro", False), ("Do_Not_Contact@pro", False)],
)  # fmt: skip
def test_an_address_costs_a_credit_whatever_it_is_worth(qualification: str, usable: bool) -> None:
    email = [{"email": "ada@acme.test", "qualification": qualification}]

    (found,) = dropcontact.found({"data": [{"email": email, "custom_fields": {"lead": "0.1"}}]})

    assert found.paid
    assert bool(found.draft.email) is usable


def test_nothing_found_costs_nothing() -> None:
    (found,) = dropcontact.found({"data": [{"email": [], "custom_fields": {"lead": "0.1"}}]})

    assert not found.paid
