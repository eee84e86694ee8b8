"""Where mail needs an opt-in: where a lead is, what its basis is worth there, what a campaign changes."""

from typing import Any

import pytest
from pydantic import ValidationError

from cam.mail import touch_timing
from cam.model.models import Enrichment, LawfulBasis, Lead
from cam.model.settings.sending import Sending
from cam.rules import consent
from cam.text import calendars
from tests.unit.example_leads import lead as example

COLD, CUSTOMER, OPT_IN = LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.EXISTING_CUSTOMER, LawfulBasis.OPT_IN
SMTP = Sending(transport="smtp")


def lead(country: str | None = None, basis: LawfulBasis = COLD, **fields: Any) -> Lead:
    known = Enrichment(country=country, company_location=fields.pop("location", None))
    return example(**{"email": "ann@acme.example", "lawful_basis": basis, "enrichment": known, **fields})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), (" germany ", "DE"), ("DE", "DE"), ("deu", "DE"), ("Deutschland", "DE"),
        ("ÖSTERREICH", "AT"),
        ("Czech  Republic", "CZ"), ("The Netherlands", "NL"), ("U.S.A.", "US"), ("United States", "US"), ("UK", "GB"),
        ("South Korea", "KR"), ("Hong Kong", None), ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_usual_names(text: str, code: str | None) -> None:
    assert consent.country(lead(text or None)) == (code if text != "Hong Kong" else calendars.code("hong kong"))


@pytest.mark.parametrize(
    ("country", "location", "email", "code"),
    [
        ("France", "Berlin, Germany", "ann@acme.de", "FR"),
        (None, "Berlin, Germany", "ann@acme.fr", "DE"),
        (None, "Germany", None, "DE"),
        ("Nowhere", "Somewhere", "ann@acme.de", "DE"),
        (None, None, "ann@acme.co.uk", "GB"),
        (None, None, "ann@münchen.de", "DE"),
        (None, None, "ann@acme.io", None),
        (None, None, "ann@acme.ai", None),
        (None, None, "ann@acme.co", None),
        (None, None, "ann@acme.com", None),
        (None, None, None, None),
    ],
)
def test_a_lead_is_where_it_says_then_where_its_company_is_then_where_its_address_is(
    country: str | None, location: str | None, email: str | None, code: str | None
) -> None:
    assert consent.country(lead(country, location=location, email=email)) == code


@pytest.mark.parametrize("country", sorted(consent.RULES))
def test_every_country_of_the_table_is_one_and_says_which_law(country: str) -> None:
    rule = consent.RULES[country]

    assert calendars.code(country) == country == rule.country
    assert rule.law
    assert consent.required(lead(country), SMTP)
    assert not consent.required(lead(country, OPT_IN), SMTP)
    assert consent.required(lead(country, CUSTOMER), SMTP) is not rule.customers


@pytest.mark.parametrize("country", ["United States", "United Kingdom", "France", "Sweden", "Brazil", "India"])
def test_elsewhere_no_opt_in_is_needed(country: str) -> None:
    assert not consent.required(lead(country), SMTP)


@pytest.mark.parametrize(("transport", "reason"), [("smtp", None), ("ses", "basis_not_allowed_on_ses")])
def test_the_hold_is_the_same_on_either_transport(transport: str, reason: str | None) -> None:
    sending = Sending(transport=transport)

    assert touch_timing.hold(lead("Germany"), sending) == "opt_in_required"
    assert touch_timing.hold(lead("France"), sending) == reason
    assert touch_timing.hold(lead("Germany"), Sending(transport="ses", allow_cold_on_ses=True)) == "opt_in_required"


def test_a_campaign_adds_countries_and_takes_some_out() -> None:
    sending = Sending(opt_in_countries={"add": ["France"], "remove": ["DE"]})

    assert sending.opt_in_countries.add == ("FR",)
    assert consent.required(lead("FR"), sending)
    assert not consent.required(lead("FR", CUSTOMER), sending)
    assert not consent.required(lead("DE"), sending)


@pytest.mark.parametrize("wrong", ["Germanny", "US-CA", "", "Q"])
def test_a_country_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Sending(opt_in_countries={"add": [wrong]})


def test_who_is_nobody_knows_where_waits_if_the_campaign_wants_it() -> None:
    nowhere = lead(None, email="ann@acme.com")

    assert not consent.required(nowhere, SMTP)
    strict = Sending(transport="smtp", unknown_country="hold")
    assert consent.required(nowhere, strict)
    assert not consent.required(lead(None, CUSTOMER, email="ann@acme.com"), strict)
    assert not consent.required(lead(None, OPT_IN, email="ann@acme.com"), strict)
