"""Numbers in files: what one says by itself, what a column decides, and what stays unknown."""

import pytest

from cam.leads import columns, csvfile, intake
from cam.model.models import LeadDraft
from cam.text import numbers
from cam.text.numbers import Decimal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("250", 250), ("12,5", 12.5), ("12.5", 12.5), ("1.234,56", 1234.56), ("1,234.56", 1234.56),
        ("12.500.000", 12_500_000), ("12,500,000", 12_500_000), ("12,34,567", 1_234_567), ("10 000", 10_000),
        ("10\xa0000,50", 10_000.5), ("1'000", 1000), ("1’200’000", 1_200_000), ("0,500", 0.5),
        ("1.2E+07", 12_000_000),
        ("1.2M", 1_200_000), ("€ 3,5 Mio.", 3_500_000), ("12k", 12_000), ("1,2 Mrd", 1_200_000_000),
        ("$10M-$50M", 10_000_000),
        ("$10-50M", 10_000_000), ("CHF 1'200'000.-", 1_200_000), ("EUR 1.200,00", 1200), ("5 M€", 5_000_000),
        ("1.5 billion", 1_500_000_000), ("11-50", 11), ("51–200", 51), ("1 001 – 5 000", 1001), ("ca. 500", 500),
        (">1000", 1000), ("10000+", 10_000), ("500 employees", 500), ("200 Mitarbeiter", 200), ("0", 0),
        ("abc", None), ("", None), ("-5", None), ("1.2.3", None), ("12 34", None), ("2024-01-02", None),
        ("5 apples", None),
        ("1.200", None), ("1,200", None), ("1.200 Mio", None),
    ],
)  # fmt: skip
def test_a_number_by_itself(text, number):
    assert numbers.read(text) == number


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [("1.200", ",", 1200), ("1.200", ".", 1.2), ("1,200", ".", 1200), ("1,200", ",", 1.2), ("10,001+", ".", 10_001)],
)
def test_the_column_decides_what_a_mark_means(text, decimal, number):
    assert numbers.read(text, Decimal(decimal)) == number


@pytest.mark.parametrize(
    ("text", "number"), [("1.200", 1200), ("1,200", 1200), ("10,001+", 10_001), ("1.001-5.000", 1001), ("<10", 1)]
)
def test_people_are_not_counted_in_thousandths(text, number):
    assert numbers.read(text, whole=True) == number
    assert numbers.read("1.200", Decimal.POINT, whole=True) is None


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["1.200", "12,5"], ","), (["1.234.567"], ","), (["1,234,567"], "."), (["1.5"], "."), (["10 000,50"], ","),
        (["1.200", "1.250"], None), (["250"], None), (["1,5", "1.5"], "?"), ([], None),
    ],
)  # fmt: skip
def test_a_column_shows_its_decimal_mark(texts, decimal):
    assert numbers.decimal(texts) == decimal


def read(data: bytes, known: dict[str, str | None] | None = None) -> list[LeadDraft]:
    facts = csvfile.check(data, columns.meant(known) if known else ())
    meaning = columns.mapping(facts.header, known, facts.decimals)
    leads = [intake.draft(row.cells, meaning) for row in csvfile.rows(data, facts)]
    assert all(isinstance(lead, LeadDraft) for lead in leads)
    return [lead for lead in leads if isinstance(lead, LeadDraft)]


def test_one_number_of_a_column_tells_how_the_others_are_written():
    leads = read(
        b"email;Employee Count;Annual Revenue\na@x.example;1.200;12.500.000\n"
        b"b@x.example;250;1.200,50\nc@x.example;1.5;1.200\n"
    )

    assert [lead.enrichment.annual_revenue for lead in leads] == [12_500_000, 1200.5, 1200]


def test_a_column_that_shows_nothing_follows_the_others_of_the_file():
    (lead, _) = read(b"email;Umsatz;Mitarbeiter\na@x.example;1.200;10\nb@x.example;;12,5\n")

    assert lead.enrichment.annual_revenue == 1200


def test_what_stays_ambiguous_is_unknown_and_said():
    (lead, _) = read(b"email;Umsatz;Mitarbeiter\na@x.example;1.200;1.200\nb@x.example;1.250;viele\n")

    assert (lead.enrichment.annual_revenue, lead.enrichment.employee_count) == (None, 1200)
    assert (lead.enrichment.model_extra or {})["annual_revenue_text"] == "1.200"
    (warning,) = intake.warnings(lead)
    assert warning.field == "annual_revenue"
    assert "nothing in the column shows which" in warning.message


def test_what_is_no_number_is_said():
    (lead,) = read(b"email;Mitarbeiter\nb@x.example;viele\n")

    (warning,) = intake.warnings(lead)

    assert (warning.field, lead.enrichment.employee_count) == ("employee_count", None)
    assert "“viele” is not a number" in warning.message


def test_a_mapped_column_of_numbers_decides_too():
    leads = read(b"email;Kopfzahl\na@x.example;1.200\nb@x.example;12,5\n", {"Kopfzahl": "employee_count"})

    assert [lead.enrichment.employee_count for lead in leads] == [1200, 12]
