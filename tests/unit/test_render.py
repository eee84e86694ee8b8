"""Rendering: values are data, what is missing is said, and a broken template is found when it is saved."""

import html as html_entities
import re
from html.parser import HTMLParser
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from cam.mail import render as rendering
from cam.mail.render import VARIABLES, CampaignView, fill, view
from cam.mail.sequences import split
from cam.mail.skip_reasons import MissingValue
from cam.model.errors import NotFound
from cam.model.models import Campaign, Enrichment, LawfulBasis, Thread
from cam.model.settings.sending import Sending
from tests.unit.example_mails import (
    BARE_CAMPAIGN,
    CAMPAIGN,
    NOW,
    SENDER,
    TOUCHES,
    URL,
    bare_lead,
    check,
    full_lead,
    parse,
    render,
    touch,
)

LEAD_FIELDS = ("name", "first_name", "last_name", "company", "company_domain", "role", "source")
ANY_TEXT = st.text(st.characters(), max_size=40) | st.text("{}%#<>&\"'\r\n\u202e\u200b =?utf-8q_", max_size=40)


def fill_text(text, lead=None, campaign=CAMPAIGN, subject="A subject", **changes):
    return fill(parse(f"Subject: {subject}\n\n{text}"), lead or full_lead(**changes), campaign, SENDER, URL)


def body(mail):
    return mail.text.partition("\n\n-- \n")[0]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names, self.links = set(), []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def tags(source):
    parser = Tags()
    parser.feed(source)
    return parser


def test_no_template_is_compiled_for_a_mail():
    mails = [render(sequence, step, full_lead(), CAMPAIGN, SENDER, URL) for sequence, step in TOUCHES]

    with patch.object(Environment, "compile", side_effect=AssertionError("compiled")):
        assert [render(sequence, step, full_lead(), CAMPAIGN, SENDER, URL) for sequence, step in TOUCHES] == mails


@pytest.mark.parametrize(
    "gone", [None, "", "  ", "\u200b", "\r\n", "{{first_name}}", "{COMPANY}", "https://spam.example", "N/A", "#NV"]
)
def test_a_value_that_is_missing_or_no_value_gives_way_to_the_default(gone):
    mail = fill_text('Hello {{ company | default("your team") }}.', company=gone)

    assert body(mail) == "Hello your team."


@pytest.mark.parametrize("gone", [None, "", " ", "{{ company }}"])
@pytest.mark.parametrize(
    "text", ["{{ company }}", "{% if company %}x{% endif %}", "{{ company | upper }}", '{{ company == "x" }}']
)
def test_a_missing_value_without_default_names_itself(gone, text):
    with pytest.raises(MissingValue) as caught:
        fill_text(f"Hello {text}", company=gone)

    assert caught.value.name == "company"
    assert caught.value.reason == "missing_value:company"


@pytest.mark.parametrize("field", ["sender_name", "postal_address"])
def test_no_mail_without_a_sender_who_can_be_found(field):
    sender = SENDER.model_copy(update={field: None})

    with pytest.raises(MissingValue, match=f"missing_value:{field}"):
        render("cold_outreach", 0, full_lead(), CAMPAIGN, sender, URL)


@pytest.mark.parametrize(
    ("data", "printed"),
    [
        ("Smith & Sons <script>", "Smith & Sons <script>"),
        ("Two\r\nLines", "Two Lines"),
        ("Tab\there\x00and\x1bthere", "Tab here and there"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("line\u2028para\u2029end\u0085", "line para end"),
        ("\ud800half", "half"),
        ("C" * 10_000, "C" * 99 + "…"),
        ("%(company)s $company #{1+1}".replace("{", "(").replace("}", ")"), "%(company)s $company #(1+1)"),
        ("O’Brien", "O’Brien"),
    ],
)
def test_values_are_data_on_one_line(data, printed):
    mail = fill_text("A {{ company }} B", company=data, subject="A {{ company }} B")

    assert body(mail) == f"A {printed} B"
    assert html_entities.unescape(mail.html).count(printed) >= 1
    assert "<script" not in mail.html
    assert "\n" not in mail.subject


def test_a_template_of_another_tool_in_the_data_is_neither_evaluated_nor_printed():
    mail = render("regular_nurture", 0, full_lead(company="{{ 7*7 }}", first_name="{% raw %}"), CAMPAIGN, SENDER, URL)

    assert "49" not in mail.text + mail.subject
    assert "your team" in mail.text
    assert "Hi there," in mail.text


@given(fields=st.fixed_dictionaries(dict.fromkeys(LEAD_FIELDS, ANY_TEXT)), niche=ANY_TEXT, industry=ANY_TEXT)
def test_whatever_a_lead_holds_the_mail_stays_whole(fields, niche, industry):
    lead = full_lead(**fields, enrichment=Enrichment.model_construct(industry=industry))

    for sequence, step in (("cold_outreach", 0), ("long_term_nurture", 4), ("regular_nurture", 0)):
        mail = render(sequence, step, lead, CampaignView("C", niche, niche), SENDER, URL)

        assert not re.search(
            "[{}\r\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b]", mail.subject + mail.text + mail.html
        )
        assert len(mail.subject) <= 78
        assert tags(mail.html).names == {"html", "head", "meta", "title", "body", "div", "p", "br", "a"}
        assert tags(mail.html).links == [URL]


@pytest.mark.parametrize("company", ["Acme, Inc.", "S.A.", "C" * 200])
def test_a_company_that_ends_in_a_dot_brings_no_second_full_stop(company):
    mail = fill_text("Write to {{ company }}. I know {{ company }}.\n\nWait ... {{ company }}.", company=company)
    own = parse("Subject: S\n\nText", "<p>I know {{ company }}.</p>")

    end = company if len(company) < 100 else "C" * 99 + "…"
    assert body(mail) == f"Write to {end} I know {end}\n\nWait ... {end}"
    assert f"<p>I know {end}</p>" in fill(own, full_lead(company=company), CAMPAIGN, SENDER, URL).html


@pytest.mark.parametrize(("sequence", "step"), TOUCHES)
def test_no_touch_ends_a_sentence_twice(sequence, step):
    mail = render(sequence, step, full_lead(company="Acme, Inc.", source="fair."), CAMPAIGN, SENDER, URL)

    assert ".." not in mail.text + mail.html


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("JOHN", "John"),
        ("mary-jane", "Mary-Jane"),
        ("MARY-JANE", "Mary-Jane"),
        ("o'neil", "O'Neil"),
        ("O’NEIL", "O’Neil"),
        ("\u00e9lodie", "Élodie"),
        ("e\u0301lodie", "Élodie"),
        ("ŁUKASZ", "Łukasz"),
        ("JP", "JP"),
        ("J.P.", "J.P."),
        ("jo", "Jo"),
        ("McKay", "McKay"),
        ("van der Berg", "van der Berg"),
        ("李", "李"),
    ],
)
def test_names_typed_in_one_case_only_are_spelled_as_names(typed, printed):
    mail = fill_text("{{ first_name }}|{{ last_name }}|{{ name }}", first_name=typed, last_name=typed, name=typed)

    assert body(mail) == "|".join([printed] * 3)


def test_a_company_in_lower_case_stays_as_it_calls_itself():
    assert body(fill_text("At {{ company }}", company="eventbrew")) == "At eventbrew"


@pytest.mark.parametrize(
    ("industry", "printed"),
    [
        ("Marketing & Advertising", "marketing & advertising"),
        ("IT Services", "IT services"),
        ("B2B SaaS", "B2B SaaS"),
        ("E-Learning", "E-learning"),
    ],
)
def test_an_industry_is_printed_as_within_a_sentence(industry, printed):
    assert body(fill_text("In {{ industry }}", enrichment=Enrichment(industry=industry))) == f"In {printed}"


@pytest.mark.parametrize("field", ["sender_name", "postal_address"])
@pytest.mark.parametrize("own", ["Acme {North}", "Acme, https://acme.example", "Acme: 1 Mill Lane"])
def test_what_the_sender_says_of_itself_is_printed_as_it_is(field, own):
    sender = SENDER.model_copy(update={field: own})

    assert own in render("cold_outreach", 0, full_lead(), CAMPAIGN, sender, URL).text


@pytest.mark.parametrize(
    ("basis", "why"),
    [
        (LawfulBasis.OPT_IN, "because you asked to hear from us."),
        (LawfulBasis.EXISTING_CUSTOMER, "because you're a customer of ours."),
        (LawfulBasis.LEGITIMATE_INTEREST, "our legitimate interest"),
        (LawfulBasis.UNKNOWN, "We have no record that you asked to hear from us."),
    ],
)
def test_both_parts_say_who_writes_why_and_how_to_stop_it(basis, why):
    mail = render("long_term_nurture", 2, full_lead(lawful_basis=basis), CAMPAIGN, SENDER, URL)

    for part in (mail.text, html_entities.unescape(mail.html)):
        assert "Sam Rivera" in part
        assert "Northwind Studio, 12 Mill Lane, Leeds LS1 4AP" in part
        assert "You're receiving this email because" in part
        assert why in part
        assert URL in part


@pytest.mark.parametrize(
    ("source", "finder", "origin"),
    [
        ("csv", None, "Your details come from a contact list we imported. Reply"),
        ("csv", "csv", "Your details come from a contact list we imported. Reply"),
        ("manual", None, "Your details come from our own records. Reply"),
        ("apollo", None, "Your details come from Apollo.io, a database of business contacts. Reply"),
        ("csv", "dropcontact", "we imported. Your email address comes from Dropcontact, a service that finds "),
        ("csv", "hunter", "we imported. Your email address comes from Hunter, a service that finds "),
        ("trade fair", None, "Your details come from a source we recorded as “trade fair”. Reply"),
        ("{{x}}", "{{y}}", "a source we didn't record. Your email address comes from a source we didn't record. Reply"),
    ],
)
def test_the_footer_says_where_the_data_came_from(source, finder, origin):
    lead = full_lead(source=source, provenance={"email": {"source": finder}} if finder else {})

    assert origin in render("cold_outreach", 0, lead, CAMPAIGN, SENDER, URL).text


def test_a_long_postal_address_is_printed_whole():
    sender = Sending(sender_name="S" * 200, sender_email="a@b.example", postal_address="P" * 200)

    text = render("cold_outreach", 0, full_lead(), CAMPAIGN, sender, URL).text

    assert "S" * 200 in text
    assert "P" * 200 in text


@pytest.mark.parametrize(
    ("source", "own", "links"),
    [
        ("Subject: S\n\nText", None, 1),
        ("Subject: S\n\nNot for you? {{ unsubscribe_url }}", None, 2),
        ("Subject: S\n\nText", '<p><a class="x" href="{{ unsubscribe_url }}">No more</a></p>', 2),
    ],
)
def test_no_click_on_an_unsubscribe_link_is_tracked_whoever_wrote_it(source, own, links):
    url = "https://mail.example/u/a.b?x=1&y=2"

    mail = fill(parse(source, own), full_lead(), CAMPAIGN, SENDER, url)

    assert mail.html.count('ses:no-track href="https://mail.example/u/a.b?x=1&amp;y=2"') == links
    assert mail.html.count("href=") == links
    assert "no-track" not in mail.text


def test_other_links_of_a_mail_may_be_tracked():
    mail = fill_text("See https://a.example/ for more.")

    assert '<a href="https://a.example/">' in mail.html


def test_the_html_part_is_the_text_in_paragraphs_with_links():
    mail = fill_text("One & two\nlines.\n\n\n\nSee <https://a.example/?x=1&y=2>, or not.")

    assert "<p>One &amp; two<br>\nlines.</p>\n<p>See &lt;" in mail.html
    assert '<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>&gt;, or not.</p>' in mail.html


def test_a_touch_may_bring_its_own_html_which_escapes_values_and_keeps_the_footer():
    own = parse("Subject: S\n\nText", '<h1 title="{{ company }}">{{ company }}</h1>')

    mail = fill(own, full_lead(company='"><b>x'), CAMPAIGN, SENDER, URL)

    assert '<h1 title="&#34;&gt;&lt;b&gt;x">&#34;&gt;&lt;b&gt;x</h1>' in mail.html
    assert URL in mail.html


def test_a_paragraph_under_an_if_leaves_no_gap():
    source = "One\n\n{% if role is defined %}\nTwo\n{% endif %}\n\nThree"

    assert body(fill_text(source)) == "One\n\nTwo\n\nThree"
    assert body(fill_text(source, role=None)) == "One\n\nThree"


@pytest.mark.parametrize("step", [8, -1])
def test_a_touch_that_a_sequence_does_not_have_is_not_found(step):
    with pytest.raises(NotFound):
        touch("cold_outreach", step)


@pytest.mark.parametrize(
    ("wrong", "near"), [("compnay", "company"), ("firstname", "first_name"), ("lead", None), ("why", None)]
)
def test_an_unknown_variable_is_found_with_what_was_probably_meant(wrong, near):
    [problem] = check(f"Subject: S\n\nHello {{{{ {wrong} }}}}")

    assert (problem.name, problem.near) == (wrong, near)
    assert wrong in problem.message
    assert near is None or f"did you mean {near}?" in problem.message


def test_unknown_variables_are_found_in_the_subject_in_branches_and_in_html():
    found = check(
        "Subject: {{ a1 }}\n\n{% if a2 is defined %}{{ a3 }}{% else %}{{ a4 | default(a5) }}{% endif %}", "{{ a6 }}"
    )

    assert [problem.name for problem in found] == ["a1", "a2", "a3", "a4", "a5", "a6"]


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_can_be_printed(name):
    assert body(fill_text(f"Value {{{{ {name} }}}}")) != "Value "


@pytest.mark.parametrize(
    "text",
    [
        "{{ company }",
        "{ company }",
        "{company}",
        "{{ company",
        "}} company",
        "{% raw %}{{ company }}{% endraw %}",
        "{{ '{{' }}",
        "{{ '\\x7b\\x7b' }}",
        "{{ company | default('{x}') }}",
        "{% for c in company %}{{ company }}{% endfor %}",
        "{% set company = 1 %}",
        "{% include 'footer.txt' %}",
        "{% import 'x' as company %}",
        "{% macro company() %}{% endmacro %}",
        "{{ company.__class__ }}",
        "{{ company['x'] }}",
        "{{ company.upper() }}",
        "{{ company() }}",
        "{{ 10 ** 10 }}",
        "{{ company * 99999999 }}",
        "{{ company ~ role }}",
        "{{ company | center(99999999) }}",
        "{{ company | safe }}",
        "{{ company | attr('x') }}",
        "{{ company | lower(1) }}",
        "{{ company | default(1, 2, 3) }}",
        "{{ company | default(x=1) }}",
        "{{ company | default(*role) }}",
        "{{ company in 5 }}",
        "{{ company < 5 }}",
        "{{ company if role is defined }}",
        "{{ company is divisibleby 2 }}",
        "{% autoescape false %}{{ company }}{% endautoescape %}",
        "{{ range(3) }}",
        "{{ self }}",
        "{% if company %}",
        "{{ " + "(" * 5000 + "company" + ")" * 5000 + " }}",
        "{% if company == company %}" * 300 + "{% endif %}" * 300,
        "{% if company is defined %}{{ company | truncate }}{% endif %}",
        "{% if company is defined %}{% if company is even %}x{% endif %}{% endif %}",
        "{{ (company | nothing) if company is defined else 'x' }}",
        "{{ company | default('a', default_value='b') }}",
        "{{ company | default('a', true, boolean=true) }}",
        "{{ company | default(default_value='a', default_value='b') }}",
        "{{ company | default(" + "9" * 5000 + ") }}",
        "{{ company | default(0x" + "f" * 5000 + ") }}",
        "{{ company | default(" + "9" * 16 + ") }}",
        "{{ company | default(1e999) }}",
        "{{ company | default(none) }}",
        "{{ None }}",
        "{{ company | default('\\ud800') }}",
        "{{ company | default('\\x00') }}",
        "{{ company | default('\\u202e') }}",
        "a\u202eb",
        "a\x1bb",
    ],
)
def test_what_a_template_may_not_do_is_found_when_it_is_saved(text):
    source = f"Subject: S\n\n{text}"

    assert check(source)
    assert all(problem.message for problem in check(source))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{% if company is defined %}\n{{ company | loer }}{% endif %}",
            "there is no filter loer; did you mean lower?",
        ),
        ("{% if company\nis definet %}x{% endif %}", "there is no test definet; did you mean defined?"),
        ("\n{{ company | default(" + "9" * 5000 + ") }}", "a number may have at most 15 digits"),
        ("\n{{ company | default('\\ud800') }}", "this text contains half of a surrogate pair (U+D800): remove it"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_was_probably_meant(text, message):
    assert [(one.line, one.message) for one in rendering.check(text)] == [(2, message)]


@pytest.mark.parametrize(
    "text",
    [
        "{{ company | default(5) }}, {{ company | default('a', true) }}, {{ company | d }}",
        "Ä 李 \U0001f600\ttab\n\n{% if company is undefined %}1{% endif %}",
        "9" * 5000 + "_" * 2000,
    ],
)
def test_what_people_write_passes_the_check(text):
    assert rendering.check(text) == []


@pytest.mark.parametrize("source", ["", "Text only", "Subject: S\nText", "Subject: S\n\n  \n", "Subject: S"])
def test_a_file_without_subject_or_text_is_no_template(source):
    with pytest.raises(ValueError, match="a line `Subject: …`, an empty line, and the text"):
        split(source)


@pytest.mark.parametrize(
    "source", ["Subject: S\r\n\r\nText\r\n", "\ufeffSubject: S\n\nText", "Subject:  S  \n \nText\n\n"]
)
def test_a_template_may_come_from_any_editor(source):
    mail = fill(parse(source), bare_lead(), BARE_CAMPAIGN, SENDER, URL)

    assert (mail.subject, body(mail)) == ("S", "Text")


# Templates as people write them, and a little beside it.
LITERALS = ["'x'", "5", "1.5", "true", "none", "1e999", "9" * 30, "'\\ud800'", "'\\x00'", "''"]
FILTERS = ["lower", "upper", "title", "capitalize", "trim", "default", "d", "safe", "nothing"]
VALUES = st.recursive(
    st.sampled_from([*LITERALS, "company", "role", "first_name", "nobody"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(FILTERS)).map(" | ".join),
        st.tuples(inner, inner).map("{0[0]} | default({0[1]})".format),
        st.tuples(inner, inner, inner).map("{0[0]} | default({0[1]}, {0[2]})".format),
        st.tuples(inner, inner, st.sampled_from(["default_value", "boolean", "x"])).map(
            "{0[0]} | default({0[1]}, {0[2]}=true)".format
        ),
        st.tuples(inner, st.sampled_from(["is defined", "is undefined", "is not defined", "is odd"])).map(
            "({0[0]} {0[1]})".format
        ),
        st.tuples(inner, st.sampled_from(["==", "!=", "and", "or", "<", "~"]), inner).map(
            "({0[0]} {0[1]} {0[2]})".format
        ),
        st.tuples(inner, inner, inner).map("({0[0]} if {0[1]} else {0[2]})".format),
    ),
    max_leaves=6,
)
EXPRESSIONS = st.lists(
    VALUES.map("{{{{ {} }}}}".format) | VALUES.map("{{% if {} %}}y{{% else %}}z{{% endif %}}".format), max_size=3
).map(" ".join)


@given(
    text=st.text(st.sampled_from("{}%|\"'( )=<abcompanydefaultifrole is defined endif\n"), max_size=60) | EXPRESSIONS
)
def test_a_template_that_passes_the_check_fails_on_nothing_but_missing_values(text):
    source = f"Subject: S\n\nx{text}x"
    if check(source):
        return

    for lead in (full_lead(), bare_lead()):
        try:
            mail = fill(parse(source), lead, CAMPAIGN, SENDER, URL)
        except MissingValue:
            continue
        assert "{{" not in mail.text


@pytest.mark.parametrize(
    ("service_key", "service"),
    [("web_design", "web design"), ("SEO-Audit", "SEO Audit"), ("svc-001", ""), ("", ""), ("__", ""), ("a.b", "")],
)
def test_only_a_service_key_made_of_words_is_read_out(service_key, service):
    campaign = Campaign(id=1, name="N", target_niche="T", service_key=service_key, created_at=NOW, updated_at=NOW)

    assert view(campaign) == CampaignView("N", "T", service)


REPLY = parse("Subject:\n\nDid you see {{ company }}?")
FIRST = touch("aggressive_close", 0)
THREAD = Thread(message_id="<a@b.example>", subject="20 minutes about audits")


def test_a_follow_up_without_a_subject_replies_to_the_first_mail():
    mail = fill(REPLY, full_lead(thread=THREAD), CAMPAIGN, SENDER, URL, FIRST)

    assert mail.subject == "Re: 20 minutes about audits"


def test_a_follow_up_with_a_subject_keeps_it():
    mail = fill(parse("Subject: Own\n\nText"), full_lead(thread=THREAD), CAMPAIGN, SENDER, URL, FIRST)

    assert mail.subject == "Own"


def test_a_reply_to_a_reply_is_still_one_reply():
    lead = full_lead(thread=THREAD.model_copy(update={"subject": "Re: audits"}))

    assert fill(REPLY, lead, CAMPAIGN, SENDER, URL, FIRST).subject == "Re: audits"


def test_without_a_first_mail_a_follow_up_takes_its_subject_and_claims_no_reply():
    mail = fill(REPLY, full_lead(), CAMPAIGN, SENDER, URL, FIRST)

    assert mail.subject == render("aggressive_close", 0, full_lead(), CAMPAIGN, SENDER, URL).subject


def test_a_follow_up_that_nobody_gives_a_subject_is_skipped():
    with pytest.raises(MissingValue, match="missing_value:subject"):
        fill(REPLY, full_lead(), CAMPAIGN, SENDER, URL)


def test_styles_are_inline_in_the_layout_and_no_template_brings_others():
    html = render("aggressive_close", 0, full_lead(), CAMPAIGN, SENDER, URL).html

    assert "<style" not in html
    assert "style=" in html
    assert check("Subject: S\n\nText", "<style>p { color: red }</style>")
