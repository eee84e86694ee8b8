import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cam.leads import columns, intake
from cam.leads.columns import mapping
from cam.leads.headers import COLUMNS
from cam.leads.intake import Refusal, complete, draft, problems
from cam.mail.render import fill
from cam.mail.sequence_preview import made_up
from cam.model.addresses import lead_id
from cam.model.errors import Invalid
from cam.model.models import SIGNALS, Enrichment, LawfulBasis, LeadDraft
from cam.rules.merging import merged
from tests.unit.example_mails import CAMPAIGN, SENDER, URL, parse


def lead(**cells: str) -> LeadDraft:
    """The lead of a row with these cells, by header in snake case; Ann when no identity is given."""
    values = cells if {"email", "name", "linkedin_url"} & cells.keys() else {"email": "ann@acme.example", **cells}
    found = draft(list(values.values()), mapping(list(values)))
    assert isinstance(found, LeadDraft), found
    return found


def reasons(**cells: str) -> list[tuple[str, str]]:
    """Why the row with these cells is refused."""
    found = draft(list(cells.values()), mapping(list(cells)))
    assert isinstance(found, Refusal)
    return [(problem.field, problem.message) for problem in found.problems]


def row(values: dict[str, str]) -> LeadDraft:
    found = draft(list(values.values()), mapping(list(values)))
    assert isinstance(found, LeadDraft), found
    return found


def test_an_apollo_row_fills_every_field_that_it_holds():
    found = row(
        {
            "First Name": "Zofia",
            "Last Name": "Żurawel",
            "Title": "Founder",
            "Company Name": "Quartzfern Studio, Inc.",
            "Company Name for Emails": "Quartzfern",
            "Email": "zofia@quartzfern.example",
            "Email Status": "Verified",
            "Seniority": "Founder",
            "# Employees": "32",
            "Industry": "marketing & advertising",
            "Person Linkedin Url": "http://www.linkedin.com/in/cam-example-1",
            "Website": "http://www.quartzfern.example",
            "City": "Gdynia",
            "State": "Pomorskie",
            "Country": "Poland",
            "Company City": "Łódź",
            "Company State": "Łódzkie",
            "Company Country": "Poland",
            "Annual Revenue": "4200000",
        }
    )

    assert found.model_dump(exclude_none=True) == {
        "name": "Zofia Żurawel",
        "first_name": "Zofia",
        "last_name": "Żurawel",
        "email": "zofia@quartzfern.example",
        "company": "Quartzfern",
        "company_domain": "quartzfern.example",
        "role": "Founder",
        "linkedin_url": "http://www.linkedin.com/in/cam-example-1",
        "tags": (),
        "do_not_contact": False,
        "bounced": False,
        "lawful_basis": LawfulBasis.UNKNOWN,
        "enrichment": {
            "company_size": "small",
            "employee_count": 32,
            "industry": "marketing & advertising",
            "annual_revenue": 4_200_000.0,
            "company_location": "Łódź, Łódzkie, Poland",
            "country": "Poland",
            "time_zone": "Europe/Warsaw",
            "time_zone_from": "country",
            "job_level": "Founder",
            "company_name": "Quartzfern Studio, Inc.",
            "email_status": "Verified",
            "city": "Gdynia",
            "state": "Pomorskie",
        },
    }


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("E-Mail", lambda lead: lead.email),
        ("Email Address", lambda lead: lead.email),
        ("JOB TITLE", lambda lead: lead.role),
        ("Company / Account", lambda lead: lead.company),
        ("Associated Company", lambda lead: lead.company),
        ("Company Name / Associated Company", lambda lead: lead.company),
        ("Account Name", lambda lead: lead.company),
        ("Time Zone", lambda lead: lead.enrichment.model_extra["time_zone_text"]),
        ("timezone", lambda lead: lead.enrichment.model_extra["time_zone_text"]),
        ("Seniority", lambda lead: lead.enrichment.job_level),
        ("Country/Region", lambda lead: lead.enrichment.country),
    ],
)
def test_headers_are_compared_without_case_and_punctuation(header, read):
    found = row({"name": "Ann", "company_domain": "acme.example", header: "value"})

    assert read(found) == "value"


@pytest.mark.parametrize("header", ["# Employees", "Number of Employees", "No. of Employees", "employee_count"])
@pytest.mark.parametrize(
    ("text", "count", "size"),
    [
        ("1", 1, "startup"),
        ("9", 9, "startup"),
        ("10", 10, "small"),
        ("49", 49, "small"),
        ("50", 50, "medium"),
        ("499", 499, "medium"),
        ("500", 500, "enterprise"),
        ("10,000+", 10_000, "enterprise"),
        ("51-200", 51, "medium"),
        ("0", 0, None),
        ("some", None, None),
    ],
)
def test_the_size_follows_from_the_head_count(header, text, count, size):
    found = row({"email": "ann@acme.example", header: text}).enrichment

    assert (found.employee_count, found.company_size) == (count, size)


@pytest.mark.parametrize(
    ("cells", "count", "size"),
    [
        ({"company_size": "Enterprise", "employee_count": "3"}, 3, "enterprise"),
        ({"company_size": "51-200 employees"}, 51, "medium"),
        ({"company_size": "51-200", "employee_count": "12"}, 12, "small"),
        ({"company_size": "mid-market"}, None, "mid-market"),
    ],
)
def test_a_stated_size_wins_and_a_range_in_its_place_is_a_head_count(cells, count, size):
    found = lead(**cells).enrichment

    assert (found.employee_count, found.company_size) == (count, size)


def test_a_number_that_cannot_be_read_is_kept_as_text():
    found = lead(annual_revenue="between friends").enrichment

    assert found.annual_revenue is None
    assert found.model_extra == {"annual_revenue_text": "between friends"}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("María José Núñez", "María", "José Núñez"),
        ("Weiß, Jörg", "Jörg", "Weiß"),
        ("de la Cruz, Inés", "Inés", "de la Cruz"),
        ("Dr. Anna Groß", "Anna", "Groß"),
        ("Prof. Dr. Anna Groß, MBA", "Anna", "Groß"),
        ("Ann Lee, Ph.D.", "Ann", "Lee"),
        ("Ann Lee, CISSP, SHRM-CP", "Ann", "Lee"),
        ("LEE, ANN", "ANN", "LEE"),
        ("Ann Lee Jr.", "Ann", "Lee"),
        ("Jing Yi Ma", "Jing", "Yi Ma"),
        ("Hon Nguyễn", "Hon", "Nguyễn"),
        ("Cosima", "Cosima", None),
        ("Dr.", None, None),
        ("Mr Smith", None, "Smith"),
        ("李小龙", "李小龙", None),
        ("李 青岚", "青岚", "李"),
    ],
)
def test_first_and_last_name_are_taken_from_the_name(name, first, last):
    found = lead(name=name, email="x@acme.example")

    assert (found.name, found.first_name, found.last_name) == (name, first, last)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"first_name": "Ann", "last_name": "Lee"}, ("Ann Lee", "Ann", "Lee")),
        ({"first_name": "Ann"}, ("Ann", "Ann", None)),
        ({"last_name": "Lee"}, ("Lee", None, "Lee")),
        ({"name": "Ann Mary Lee", "first_name": "Ann Mary"}, ("Ann Mary Lee", "Ann Mary", "Lee")),
        ({"name": "Robert Lee", "first_name": "Bob"}, ("Robert Lee", "Bob", None)),
        ({"name": "Ann van Lee", "last_name": "van Lee"}, ("Ann van Lee", "Ann", "van Lee")),
    ],
)
def test_names_complete_one_another(cells, expected):
    found = lead(email="x@acme.example", **cells)

    assert (found.name, found.first_name, found.last_name) == expected


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("acme.example", "acme.example"),
        ("HTTPS://www.Acme.example/about?x=1", "acme.example"),
        ("//acme.example:8080", "acme.example"),
        ("http://user@blog.acme.example/", "blog.acme.example"),
        ("https://www.Bücher.example", "xn--bcher-kva.example"),
        ("https://www.facebook.com/acme", "mail.example"),
        ("gmail.com", "mail.example"),
        ("none yet", "mail.example"),
        ("", "mail.example"),
    ],
)
def test_the_company_domain_comes_from_the_website_else_from_the_address(website, domain):
    assert lead(email="ann@mail.example", website=website).company_domain == domain


def test_a_free_mail_address_tells_no_company():
    assert lead(email="cam_example_1@gmail.com").company_domain is None


def test_a_website_without_a_domain_of_its_own_is_kept_as_text():
    found = lead(website="https://www.facebook.com/acme").enrichment

    assert found.model_extra == {"website_text": "https://www.facebook.com/acme"}


@pytest.mark.parametrize("link", ["javascript:alert(1)", "see notes", "https://evil.example/linkedin.com/in/ann"])
def test_a_link_that_leads_elsewhere_is_text_and_no_link(link):
    found = lead(linkedin_url=link, email="ann@acme.example")

    assert found.linkedin_url is None
    assert found.enrichment.model_extra == {"linkedin_url_text": link}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("  ann@acme.example ", "ann@acme.example"),
        ("ann @ acme.example", "ann@acme.example"),
        ("ann@acme.example\r\n", "ann@acme.example"),
        ("ann@acme\u200b.example", "ann@acme.example"),
        ("Ann Lee <ann@acme.example>", "ann@acme.example"),
        ("mailto:ann@acme.example", "ann@acme.example"),
        ("ann@acme.example\r\nBcc: eve@x.example", "ann@acme.example Bcc: eve@x.example"),
        ("ann lee@acme.example", "ann lee@acme.example"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_is_cleaned_but_never_guessed(text, address):
    assert lead(email=text, name="Ann", company_domain="acme.example").email == address


def test_line_ends_and_controls_in_what_mails_show_become_one_space():
    found = lead(
        email="ann@acme.example", name="Ann\r\nBcc: x@y.example", company="Acme\u2028\tLtd\x07", role=" CEO\u202e "
    )

    assert (found.name, found.company, found.role) == ("Ann Bcc: x@y.example", "Acme Ltd", "CEO")


def test_joiners_inside_persian_words_stay():
    assert lead(email="a@x.example", company="می\u200cخواهم").company == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("cells", "location", "country", "kept"),
    [
        ({"company_city": "Graz", "city": "Rome"}, "Graz", None, {"city": "Rome"}),
        ({"company_city": "Graz", "company_country": "Austria"}, "Graz, Austria", "Austria", {}),
        ({"city": "Rome", "state": "Lazio", "country": "Italy"}, "Rome, Lazio, Italy", "Italy", {}),
        ({"city": "Berlin", "state": "Berlin", "country": "Germany"}, "Berlin, Germany", "Germany", {}),
        ({"company_country": "Austria", "country": "Italy"}, "Austria", "Italy", {}),
        ({"company_location": "Vienna", "company_city": "Graz"}, "Vienna", None, {"company_city": "Graz"}),
        ({}, None, None, {}),
    ],
)  # fmt: skip
def test_the_location_is_the_companys_and_only_without_one_the_persons(cells, location, country, kept):
    found = lead(**cells).enrichment

    assert (found.company_location, found.country, found.model_extra) == (location, country, kept)


def test_of_several_columns_for_one_field_the_most_telling_wins_and_no_text_is_lost():
    found = row({"Work Email": "work@acme.example", "Email": "ann@acme.example", "Email Address": ""})

    assert found.email == "ann@acme.example"
    assert found.enrichment.model_extra == {"work_email": "work@acme.example"}


def test_a_second_column_stands_in_for_an_empty_one():
    assert row({"Email": " ", "Work Email": "work@acme.example"}).email == "work@acme.example"


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("y", True), ("0", False), ("No", False), ("maybe", None)])
@pytest.mark.parametrize("name", SIGNALS)
def test_signals_are_read_from_words(name, text, value):
    header = name.replace("_", " ").title()

    assert getattr(row({"Email": "a@x.example", header: text}).enrichment, name) is value


def test_tags_are_parted_by_semicolon_and_comma_and_named_once():
    assert lead(tags="a; b,c;;a, ").tags == ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("opt_in", LawfulBasis.OPT_IN),
        ("Opt-In", LawfulBasis.OPT_IN),
        ("Existing Customer", LawfulBasis.EXISTING_CUSTOMER),
        ("legitimate interest", LawfulBasis.LEGITIMATE_INTEREST),
        ("", LawfulBasis.UNKNOWN),
    ],
)
def test_the_lawful_basis_is_read_from_words(text, basis):
    assert lead(lawful_basis=text).lawful_basis is basis


def not_an_address(text: str) -> tuple[str, str]:
    return (
        "email",
        f"{text!r} is not a valid email address, and there is no LinkedIn URL and no name with a company domain",
    )


IDENTITY = ("email", "requires an email address, a LinkedIn URL, or a name with a company domain")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"role": "CEO"}, [IDENTITY]),
        ({"name": "Ann Lee", "company": "Acme"}, [IDENTITY]),
        ({"website": "acme.example"}, [IDENTITY]),
        ({"email": "n/a"}, [IDENTITY]),
        ({"name": "Bad", "email": "not-an-email"}, [not_an_address("not-an-email")]),
        ({"email": "@acme.example"}, [not_an_address("@acme.example")]),
        ({"email": "x" * 400}, [not_an_address("x" * 49 + "…")]),
        ({"email": "a@x.example", "name": "x" * 256}, [("name", "has 256 characters; the limit is 255")]),
        (
            {"email": "a@x.example", "first_name": "x" * 200, "last_name": "y" * 100},
            [("name", "has 301 characters; the limit is 255")],
        ),
        ({"email": "a@x.example", "role": "x" * 501}, [("role", "has 501 characters; the limit is 500")]),
        (
            {"email": "a@x.example", "industry": "x" * 501},
            [("industry", "has 501 characters; the limit is 500")],
        ),
        ({"email": "a@x.example", "tags": "x" * 501}, [("tags", "has 501 characters; the limit is 500")]),
        (
            {"email": "a@x.example", "tags": ",".join(map(str, range(51)))},
            [("tags", "has 51 tags; the limit is 50")],
        ),
        (
            {"email": "a@x.example", "lawful_basis": "met once"},
            [
                (
                    "lawful_basis",
                    "'met once' is not one of: opt_in, existing_customer, legitimate_interest, unknown",
                )
            ],
        ),
    ],
)
def test_a_row_is_refused_with_its_reason(cells, expected):
    assert reasons(**cells) == expected


def test_a_row_is_refused_with_all_its_reasons():
    fields = [field for field, _ in reasons(name="x" * 600, role="x" * 600, lawful_basis="met once")]

    assert fields == ["lawful_basis", "email", "name", "role"]


@pytest.mark.parametrize(
    "cells",
    [
        {"linkedin_url": "https://www.linkedin.com/in/cam-example-1"},
        {"name": "Ann Lee", "website": "acme.example"},
        {"email": "not@quite right"},
    ],
)
def test_one_identity_is_enough(cells):
    found = lead(**cells)

    assert lead_id(1, found.email, found.linkedin_url, found.name, found.company_domain)


@pytest.mark.parametrize("nothing", ["NULL", "-", "#N/A", "n/a", "(No value)", "keine Angabe", "{{value}}", " None "])
@pytest.mark.parametrize(
    "field", [field for field in COLUMNS if field not in ("email", "lawful_basis", "email_status")]
)
def test_a_cell_that_says_nothing_is_as_good_as_an_empty_one(field, nothing):
    assert row({"Email": "ann@acme.example", field: nothing, "Own": nothing}) == row(
        {"Email": "ann@acme.example", field: "", "Own": ""}
    )


@pytest.mark.parametrize("nothing", ["NULL", "-", "#N/A", "n/a", "(No value)"])
def test_an_address_or_a_basis_that_says_nothing_is_none(nothing):
    found = row({"Name": "Ann Lee", "Website": "acme.example", "Email": nothing, "Lawful Basis": nothing})

    assert (found.email, found.lawful_basis) == (None, LawfulBasis.UNKNOWN)


def test_unknown_stays_where_it_is_a_value_of_its_own():
    found = draft(["ann@acme.example", "unknown", "unknown"], mapping(["Email", "Lawful Basis", "Email Status"]))

    assert isinstance(found, LeadDraft)
    assert "lawful_basis" in found.model_fields_set
    assert found.enrichment.email_status == "unknown"


def test_the_next_column_of_a_field_is_taken_when_the_first_says_nothing():
    found = row(
        {"Company Name for Emails": "N/A", "Company Name": "Acme Ltd", "Email": "NULL", "Work Email": "a@x.example"}
    )

    assert (found.company, found.email, found.enrichment.model_extra) == ("Acme Ltd", "a@x.example", {})


def test_a_later_row_fills_what_said_nothing():
    first = lead(company="N/A", industry="-", own="NULL")

    both = merged(first, lead(company="Acme", industry="Software", own="yes"))

    assert (both.company, both.enrichment.industry, both.enrichment.model_extra) == ("Acme", "Software", {"own": "yes"})


def test_tags_that_say_nothing_are_left_out():
    assert lead(tags="a; n/a, -; b").tags == ("a", "b")


def test_columns_of_the_users_own_keep_ticks_and_numbers():
    found = row(
        {"Email": "ann@acme.example", "Webinar": "x", "Variant": "test", "Deals": "0", "Sign": "+", "Note": "?"}
    )

    assert found.enrichment.model_extra == {"webinar": "x", "variant": "test", "deals": "0", "sign": "+"}


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"first_name": "Nan", "last_name": "Li"}, ("Nan Li", "Nan", "Li")),
        ({"first_name": "Christopher", "last_name": "Null"}, ("Christopher Null", "Christopher", "Null")),
        ({"first_name": "Null", "last_name": "Null"}, (None, None, None)),
        ({"name": "Jennifer Null"}, ("Jennifer Null", "Jennifer", "Null")),
        ({"name": "null Lee"}, ("null Lee", None, "Lee")),
        ({"name": "Ann undefined"}, ("Ann undefined", "Ann", None)),
        ({"name": "undefined undefined"}, (None, None, None)),
    ],
)
def test_names_that_look_like_placeholders_stay_where_the_row_bears_them_out(cells, names):
    found = lead(email="x@acme.example", **cells)

    assert (found.name, found.first_name, found.last_name) == names


def test_a_company_whose_name_begins_like_a_placeholder_stays():
    assert lead(company="Null Island GmbH").company == "Null Island GmbH"


def test_entities_are_read_as_the_characters_that_they_stand_for():
    found = row(
        {
            "Email": "ann@acme.example",
            "Last Name": "O&#39;Neil",
            "Company": "Smith &amp;amp; Sons",
            "Title": "&nbsp;",
            "Own": "R&amp;D",
            "Plain": "R&D; AT&T",
        }
    )

    assert (found.last_name, found.company, found.role) == ("O'Neil", "Smith & Sons", None)
    assert found.enrichment.model_extra == {"own": "R&D", "plain": "R&D; AT&T"}


# First name, last name, company, and what a mail makes of first name and company.
PLACEHOLDERS = [
    ("İBRAHİM", "YILMAZ", "Acme", "İbrahim", "Acme"),
    ("Dr. Anna", "Lee", "Acme", "Anna", "Acme"),
    ("J.", "Lee", "Acme", "there", "Acme"),
    ("anna.lee", "", "Acme", "Anna", "Acme"),
    ("VAN DER BERG", "X", "Acme", "Van der Berg", "Acme"),
    ("D’ANGELO", "X", "Acme", "D’Angelo", "Acme"),
    ("Anna, PhD", "X", "Acme", "Anna", "Acme"),
    ("test", "test", "test", "there", "your team"),
    (r"\N", r"\N", r"\N", "there", "your team"),
    ("None", "None", "None", "there", "your team"),
    ("(blank)", "", "(blank)", "there", "your team"),
    ("?", "", "?", "there", "your team"),
    ("xxx", "xxx", "xxx", "there", "your team"),
    ("Mr", "Smith", "Acme", "there", "Acme"),
    ("NULL", "NULL", "NULL", "there", "your team"),
    ("-", "-", "-", "there", "your team"),
    ("Nan", "Li", "Null Island GmbH", "Nan", "Null Island GmbH"),
    ("O&#39;NEIL", "Lee", "Smith &amp; Sons", "O'Neil", "Smith & Sons"),
    ("Anna (she/her)", "Lee", "#NV", "Anna", "your team"),
]


@pytest.mark.parametrize(("first", "last", "company", "called", "team"), PLACEHOLDERS)
def test_a_greeting_gets_a_first_name_or_the_default(first, last, company, called, team):
    found = row(
        {"First Name": first, "Last Name": last, "Company": company, "Email": "p@nm.example", "Lawful Basis": "opt_in"}
    )
    text = 'Hello {{ first_name | default("there") }}, at {{ company | default("your team") }}'

    mail = fill(parse(f"Subject: S\n\n{text}"), made_up(found), CAMPAIGN, SENDER, URL)

    assert mail.text.partition("\n")[0] == f"Hello {called}, at {team}"


def test_unknown_columns_are_kept_under_a_plain_key():
    found = row(
        {
            "Email": "a@x.example",
            "# Open Deals!": "3",
            "Größe": "XL",
            "model_config": "x",
            "": "y",
            "Notes": "a\r\nb\x00",
        }
    )

    assert found.enrichment.model_extra == {
        "open_deals": "3",
        "größe": "XL",
        "model_config": "x",
        "column_5": "y",
        "notes": "a\nb",
    }


def test_an_unknown_column_never_takes_the_place_of_a_known_field():
    columns = mapping(["Industry", "Company Industry", "company size!", "INDUSTRY GROUP", "industry-group"])

    assert {own for _, own in columns.others} == {"industry_group", "industry_group_5"}
    assert not {own for _, _, own in columns.known} & set(Enrichment.model_fields)


def test_unknown_columns_are_bounded_in_number_key_and_text():
    values = {"Email": "a@x.example"} | {f"{'Long ' * 30}{number}": "x" * 90 for number in range(80)}

    extras = row({"First": "x" * 900, **values}).enrichment.model_extra or {}

    assert len(extras) == intake.MAX_EXTRAS
    assert max(map(len, extras)) <= columns.MAX_EXTRA_KEY
    assert len(extras["first"]) == intake.MAX_EXTRA_TEXT


@pytest.mark.parametrize("letter", ["x", "李", '"', "\\", "\n", "😀"])
def test_a_row_with_more_text_than_a_lead_holds_loses_its_last_columns_and_is_taken(letter):
    values = {f"Notes {number}": f"a{letter * 900}b" for number in range(60)}

    found = row({"Email": "a@x.example", "Website": letter * 900, "LinkedIn": letter * 900, **values})

    extras = found.enrichment.model_extra or {}
    assert "notes_0" in extras
    assert "notes_59" not in extras
    assert LeadDraft.model_validate(found.model_dump()) == found


def test_a_draft_from_the_api_is_completed_like_a_row():
    given_ = LeadDraft.model_validate(
        {
            "name": "Ann\nLee",
            "email": " ann@Acme.example",
            "company_domain": "https://www.acme.example/",
            "enrichment": {"employee_count": 20, "hobby": "chess"},
        }
    )

    found = complete(given_)

    assert (found.name, found.first_name, found.last_name) == ("Ann Lee", "Ann", "Lee")
    assert (found.email, found.company_domain) == ("ann@Acme.example", "acme.example")
    assert (found.enrichment.company_size, found.enrichment.model_extra) == ("small", {"hobby": "chess"})
    assert LeadDraft.model_validate(found.model_dump()) == found


def test_a_draft_from_any_source_is_completed_without_what_says_nothing():
    found = complete(
        LeadDraft.model_validate(
            {
                "first_name": "NULL",
                "last_name": "O&#39;Neil",
                "email": "ann@acme.example",
                "company": "[not provided]",
                "role": "#N/A",
                "tags": ["a", "-"],
                "basis_note": "n/a",
                "enrichment": {"industry": "unknown", "time_zone": "N/A", "hobby": "keine Angabe", "size": {"x": "-"}},
            }
        )
    )

    assert found.model_dump(exclude_none=True) == {
        "name": "O'Neil",
        "last_name": "O'Neil",
        "email": "ann@acme.example",
        "company_domain": "acme.example",
        "tags": ("a",),
        "enrichment": {"size": {"x": "-"}},
        "lawful_basis": LawfulBasis.UNKNOWN,
        "do_not_contact": False,
        "bounced": False,
    }


def test_completing_twice_changes_nothing():
    once = complete(LeadDraft(first_name="Ann", last_name="Lee", email="ann@acme.example", linkedin_url="n/a"))

    assert complete(once) == once


def test_a_completed_draft_tells_why_it_cannot_be_taken():
    assert problems(complete(LeadDraft(name="Ann"))) == (IDENTITY,)
    assert problems(complete(LeadDraft(name="Ann", email="ann@acme.example"))) == ()
    too_long = complete(LeadDraft(first_name="x" * 300, last_name="y" * 300, email="ann@acme.example"))
    assert [problem.field for problem in problems(too_long)] == ["name"]


HEADERS = ["name", "first name", "email", "company", "website", "linkedin", "tags", "lawful basis", "employees", "city"]


@given(st.dictionaries(st.sampled_from([*HEADERS, "company size", "x", "y"]), st.text(max_size=40)))
def test_any_row_is_a_lead_with_an_identity_or_refused(values: dict[str, str]):
    found = draft(list(values.values()), mapping(list(values)))

    if isinstance(found, Refusal):
        assert all(problem.field and problem.message for problem in found.problems)
        return
    assert lead_id(1, found.email, found.linkedin_url, found.name, found.company_domain)
    assert complete(found) == found
    for text in (found.name, found.first_name, found.last_name, found.company, found.role):
        assert not set(text or "") & {*map(chr, range(32)), "\x7f", "\u2028", "\u2029"}


@given(st.lists(st.text(string.printable + "éß李", max_size=12), max_size=40))
def test_any_header_has_a_key_for_each_column(header: list[str]):
    meaning = mapping(header)

    keys = [own for *_, own in meaning.known] + [own for _, own in meaning.others]
    assert len(keys) == len(set(keys)) == len(header)
    assert all(0 < len(own) <= columns.MAX_EXTRA_KEY for own in keys)


FIELDS = [header for headers in COLUMNS.values() for header in headers[:1]]
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["ann@acme.example", "mailto: a@x.example", "<>", "acme.example", "51-200", "1e3", "yes", "x" * 200]
    ),
    st.sampled_from(
        [
            "opt_in",
            "small",
            "\xa0",
            "n/a",
            "-",
            "NA",
            "Nan",
            "null Lee",
            "&amp;",
            "Dr.",
            "linkedin.com/in/ann",
            "Ann Lee",
            "a;b",
            "x" * 501,
            "\ud800",
        ]
    ),
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "x", "y"]), WORDS, max_size=12))
@example({"Email": "ann@acme.example", "Employee Count": "\ud800"})
@example({"Email": "ann@acme.example", "Employee Count": "\0"})
def test_a_lead_is_what_the_models_make_of_it(values: dict[str, str]):
    found = draft(list(values.values()), mapping(list(values)))

    if isinstance(found, LeadDraft):
        assert complete(found) == found
        again = LeadDraft.model_validate(found.model_dump())
        assert again == found
        assert again.model_dump_json() == found.model_dump_json()
        kinds = [{name: type(value) for name, value in one} for one in (again.enrichment, found.enrichment)]
        assert kinds[0] == kinds[1]
        assert found.model_dump(exclude_unset=True, exclude_none=True).keys() <= found.model_fields_set


def test_the_users_own_word_for_a_column_goes_first():
    header = ["Firma", "E-Mail", "Company", "Title", "Notes"]
    own = {"Firma": "company", "e-mail": "email", "Title": None}

    meaning = mapping(header, own)

    assert [(header[place], field) for place, field, _ in meaning.known] == [
        ("E-Mail", "email"), ("Firma", "company"), ("Company", "company"),
    ]  # fmt: skip
    assert [(header[place], kept) for place, kept in meaning.others] == [("Title", "title"), ("Notes", "notes")]
    assert columns.meant(own).keys() == {"firma", "email"}


def test_a_word_for_a_column_that_is_not_there_is_refused_with_a_near_match():
    columns.fits({"e-mail": "email"}, ["EMail"])

    with pytest.raises(Invalid, match=r"no column 'Emial'. Did you mean 'Email'\?") as refusal:
        columns.fits({"Emial": "email"}, ["Name", "Email"])
    assert refusal.value.field == "mapping.Emial"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["First Name", "Email", "Person Linkedin Url"], "apollo"),
        (["First Name", "Email", "Associated Company", "Country/Region"], "hubspot"),
        (["First Name", "Email", "Company / Account", "State/Province"], "salesforce"),
        (["name", "email"], "plain"),
        (["Zapis", "Sposta"], None),
    ],
)
def test_the_layout_is_known_by_headers_that_nobody_else_writes(header, expected):
    assert columns.layout(header) == expected


@pytest.mark.parametrize("text", ["unbekannt", "k.A.", "Non renseigné", "sin datos", "not available"])
def test_a_lawful_basis_that_is_not_known_is_unknown_in_any_language(text):
    assert lead(lawful_basis=text).lawful_basis is LawfulBasis.UNKNOWN


@pytest.mark.parametrize("name", ["Unbekannt Unbekannt", "TBD TBD", "Vorname Nachname", "k.A. k.A."])
def test_a_whole_name_of_placeholders_is_none(name):
    found = lead(name=name, email="ann@acme.example")

    assert (found.name, found.first_name, found.last_name) == (None, None, None)
