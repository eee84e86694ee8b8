"""The time zone of a lead: the same from a file and from the API, and what a second row about the person does to it."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from cam.leads import columns, intake
from cam.model.models import Enrichment, Lead, LeadDraft
from cam.model.settings.sending import Sending
from cam.rules import merging
from cam.rules.merging import Filled
from functions.api.lead_checks import checked_draft
from functions.api.problems import InvalidFields
from functions.harvest.clients import apollo

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FILE = """\
First Name,Email,Company,Time Zone,City,State,Country,Lawful Basis
berlin,berlin@tz-berlin.example,Co berlin,Europe/Berlin,,,,opt_in
space,space@tz-space.example,Co space,America/New York,,,,opt_in
lower,lower@tz-lower.example,Co lower,america/new_york,,,,opt_in
win,win@tz-win.example,Co win,Eastern Standard Time,,,,opt_in
hub,hub@tz-hub.example,Co hub,america_slash_new_york,,,,opt_in
utcoff,utcoff@tz-utcoff.example,Co utcoff,UTC-05:00,,,,opt_in
est,est@tz-est.example,Co est,EST,,,,opt_in
none-sf,none-sf@tz-none-sf.example,Co none-sf,,San Francisco,California,United States,opt_in
none-tokyo,none-tokyo@tz-none-tokyo.example,Co none-tokyo,,Tokyo,,Japan,opt_in
ny,ny@tz-ny.example,Co ny,America/New_York,,,,opt_in
kolkata,kolkata@tz-kolkata.example,Co kolkata,Asia/Calcutta,,,,opt_in
lordhowe,lordhowe@tz-lordhowe.example,Co lordhowe,Australia/Lord_Howe,,,,opt_in
"""
EXPECTED = {
    "berlin": ("Europe/Berlin", "stated"),
    "space": ("America/New_York", "stated"),
    "lower": ("America/New_York", "stated"),
    "win": ("America/New_York", "stated"),
    "hub": ("America/New_York", "stated"),
    "utcoff": ("Etc/GMT+5", "stated"),
    "est": ("America/New_York", "stated"),
    "none-sf": ("America/Los_Angeles", "state"),
    "none-tokyo": ("Asia/Tokyo", "country"),
    "ny": ("America/New_York", "stated"),
    "kolkata": ("Asia/Kolkata", "stated"),
    "lordhowe": ("Australia/Lord_Howe", "stated"),
}
# What is said of a person: time zone, city, state, country, company city, state and country, and the zone.
SAID = [
    (("W. Europe Standard Time", "", "", "", "", "", ""), ("Europe/Berlin", "stated")),
    (("MST", "Phoenix", "AZ", "US", "", "", ""), ("America/Phoenix", "stated")),
    (("", "Munich", "Bavaria", "Germany", "", "", ""), ("Europe/Berlin", "country")),
    (("", "Austin", "Texas", "US", "New York", "New York", "US"), ("America/Chicago", "city")),
    (("", "", "", "", "Boston", "MA", "United States"), ("America/New_York", "state")),
    (("", "", "", "United States", "Boston", "MA", "United States"), ("America/New_York", "state")),
    (("", "", "", "United States", "Munich", "", "Germany"), (None, None)),
    (("", "", "Texas", "United States", "", "", ""), (None, None)),
    (("", "", "", "", "", "", ""), (None, None)),
]  # fmt: skip


def from_file(**cells: str) -> LeadDraft:
    made = intake.draft([*cells.values()], columns.mapping([*cells]))
    assert isinstance(made, LeadDraft)
    return made


def from_api(**enrichment: Any) -> LeadDraft:
    return intake.complete(checked_draft({"email": "ann@acme.example", "enrichment": enrichment}))


def zone(lead: Lead | LeadDraft) -> tuple[str | None, str | None]:
    return lead.enrichment.time_zone, lead.enrichment.time_zone_from


@pytest.mark.parametrize("cells", [*csv.DictReader(io.StringIO(FILE))], ids=lambda cells: cells["First Name"])
def test_each_row_has_its_zone_over_the_api_too(cells):
    enrichment = {
        "time_zone": cells["Time Zone"],
        "city": cells["City"],
        "state": cells["State"],
        "country": cells["Country"],
    }

    assert zone(from_file(**cells)) == EXPECTED[cells["First Name"]]
    assert zone(from_api(**enrichment)) == EXPECTED[cells["First Name"]]


@pytest.mark.parametrize(("said", "expected"), SAID)
def test_a_file_and_the_api_agree(said, expected):
    headers = ("Time Zone", "City", "State", "Country", "Company City", "Company State", "Company Country")
    names = (header.lower().replace(" ", "_") for header in headers)

    assert zone(from_file(Email="ann@acme.example", **dict(zip(headers, said, strict=True)))) == expected
    assert zone(from_api(**dict(zip(names, said, strict=True)))) == expected


def test_a_location_in_one_line_has_a_zone():
    assert zone(from_file(Email="ann@acme.example", Location="Austin, TX")) == ("America/Chicago", "city")
    assert zone(from_api(company_location="Austin, TX")) == ("America/Chicago", "city")


@pytest.mark.parametrize(
    ("stated", "country", "expected", "says"),
    [
        ("Europe/Berln", "", (None, None), ["Did you mean Europe/Berlin?", "with the campaign's time zone"]),
        ("Mars/Base", "Japan", ("Asia/Tokyo", "country"), ["Use an IANA name", "with Asia/Tokyo", "of its country"]),
        ("IST", "", (None, None), ["'IST' is ambiguous", "Asia/Kolkata"]),
    ],
)
def test_an_unknown_zone_in_a_file_is_a_warning_and_one_over_the_api_an_error(stated, country, expected, says):
    made = from_file(**{"Email": "ann@acme.example", "Time Zone": stated, "Country": country})

    ((field, message),) = intake.warnings(made)
    assert zone(made) == expected
    assert field == "time_zone"
    assert all(part in message for part in says)
    assert (made.enrichment.model_extra or {})["time_zone_text"] == stated
    with pytest.raises(InvalidFields) as refused:
        from_api(time_zone=stated, country=country)
    assert [error.field for error in refused.value.errors] == ["enrichment.time_zone"]


def test_a_known_zone_and_a_column_of_the_file_s_own_are_no_warning():
    assert not intake.warnings(
        from_file(**{"Email": "a@acme.example", "Time Zone": "EST", "Time Zone Text": "Eastern"})
    )


def test_a_text_that_is_too_long_for_a_zone_is_unknown():
    made = from_file(**{"Email": "ann@acme.example", "Time Zone": "Europe/Berlin " * 1000, "Country": "Japan"})

    assert zone(made) == ("Asia/Tokyo", "country")
    assert len(intake.warnings(made)) == 1
    assert zone(from_file(Email="ann@acme.example", Country="Japan " * 40)) == (None, None)


def test_what_a_client_says_of_the_source_is_ignored():
    assert zone(from_api(time_zone="EST", time_zone_from="country")) == ("America/New_York", "stated")
    assert zone(from_api(country="Japan", time_zone_from="stated")) == ("Asia/Tokyo", "country")
    assert zone(from_api(time_zone_from="stated")) == (None, None)


def test_completing_a_lead_twice_changes_nothing():
    once = from_api(country="Japan")

    assert intake.complete(once) == once


def test_a_place_that_is_no_text_is_none():
    assert zone(from_api(city=5, state=["CA"], country="Japan")) == ("Asia/Tokyo", "country")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (
            {"city": "San Francisco", "state": "California", "country": "United States"},
            ("America/Los_Angeles", "state"),
        ),
        ({"city": "El Paso", "state": "Texas", "country": "United States"}, ("America/Denver", "city")),
        ({"country": "Germany"}, ("Europe/Berlin", "country")),
        ({}, ("America/New_York", "state")),
        ({"country": "Canada"}, (None, None)),
    ],
)
def test_apollo_s_places_have_zones(place, expected):
    company = {"name": "Acme", "city": "Boston", "state": "Massachusetts", "country": "United States"}

    made = apollo.draft({"id": "1", "email": "ann@acme.example", "organization": company, **place}, NOW.date())

    assert isinstance(made, LeadDraft)
    assert zone(made) == expected


def known(**enrichment: Any) -> Lead:
    fields = {
        "id": "one",
        "shard": 0,
        "source": "csv",
        "created_at": NOW,
        "updated_at": NOW,
        "email": "ann@acme.example",
    }
    return Lead.model_validate({**fields, "enrichment": enrichment})


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ({}, {"country": "Japan"}, ("Asia/Tokyo", "country")),
        ({}, {"time_zone": "EST"}, ("America/New_York", "stated")),
        (
            {"time_zone": "Asia/Tokyo", "time_zone_from": "country"},
            {"time_zone": "EST"},
            ("America/New_York", "stated"),
        ),
        ({"time_zone": "Asia/Tokyo", "time_zone_from": "country"}, {"country": "Germany"}, ("Asia/Tokyo", "country")),
        ({"time_zone": "Asia/Tokyo", "time_zone_from": "stated"}, {"time_zone": "EST"}, ("Asia/Tokyo", "stated")),
        ({"time_zone": "Asia/Tokyo", "time_zone_from": "stated"}, {"country": "Germany"}, ("Asia/Tokyo", "stated")),
        # From before the source was kept.
        ({"time_zone": "Asia/Tokyo"}, {"time_zone": "EST"}, ("Asia/Tokyo", None)),
        ({"time_zone": "Mars/Base"}, {"country": "Germany"}, ("Europe/Berlin", "country")),
    ],
)
def test_a_stated_zone_replaces_one_that_was_derived(before, said, after):
    lead = known(**before)
    second = from_api(**said)
    brought = merging.blanks(lead, second)
    whole = merging.filled(lead, brought) if brought else lead

    assert zone(whole) == after
    assert "time_zone" not in (merging.blanks(whole, second) or Filled()).enrichment


def test_a_zone_that_was_stored_in_another_spelling_is_used():
    sending = Sending(time_zone="UTC")

    assert sending.zone("america_slash_new_york").key == "America/New_York"
    assert sending.zone("Mars/Base").key == "UTC"


@pytest.mark.parametrize(
    ("given", "kept"), [("W. Europe Standard Time", "Europe/Berlin"), ("us/pacific", "America/Los_Angeles")]
)
def test_a_campaign_s_zone_may_be_spelled_as_a_lead_s(given, kept):
    assert Sending(time_zone=given).time_zone == kept


def test_an_enrichment_without_a_zone_has_no_source():
    assert Enrichment().time_zone_from is None
