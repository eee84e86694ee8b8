"""What may not be saved as a sequence, and what becomes of its HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.mail import render
from cam.mail.sequences import LIBRARY, SequenceDraft, Texts, texts
from functions.api.mail_html import inlined, profiles
from functions.api.problems import InvalidFields
from functions.api.sequence_check import ready
from tests.properties import examples

PAGE = """<!doctype html>
<html><head><title>Hello</title><meta charset="utf-8">
<style>
  body { margin: 0 }
  td { padding: 4px }
  .loud { color: red }
</style></head>
<body bgcolor="#ffffff"><!-- a note -->
<p class="loud">Hi {{ first_name | default("there & <you>") }},</p>
<table>{% if company is defined and company != "A > B" %}
<tr><td>{{ company | upper }}</td></tr>{% else %}<tr><td>your firm</td></tr>{% endif %}
</table>
<p><a href="https://example.com/?c={{ company_domain | default('x') }}&a=1" title="{{ niche | default("n") }}">
More</a></p><p>{#- nothing -#}<a href='{{ unsubscribe_url }}'>No more</a>
</body></html>"""


def draft(*touches, **changes):
    days = list(range(len(touches)))
    return SequenceDraft.model_validate({"days": days, "length_days": 30, "touches": touches, **changes})


def errors(*touches):
    with pytest.raises(InvalidFields) as refused:
        ready(draft(*touches))
    return [(error.field, error.message) for error in refused.value.errors]


def html_errors(html):
    return [message for field, message in errors({"subject": "A", "text": "B", "html": html})]


def expressions(template):
    return re.findall(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", template, re.DOTALL)


@pytest.mark.parametrize("sequence", LIBRARY.values(), ids=LIBRARY)
def test_built_in_sequences_pass_the_check_that_others_must_pass(sequence):
    written = [one.model_dump() for one in texts(sequence)]

    saved = ready(draft(*written, days=sequence.days, length_days=sequence.length_days))

    assert [one.model_dump() for one in saved.touches] == written


def test_everything_that_is_wrong_is_told_at_once_with_its_place_and_line():
    found = errors(
        {"text": "Hi\n{{ frist_name }}", "html": "<p>\n{{ compny }}</p>"},
        {"subject": "{{ loop(1) }}", "text": "{% for x in name %}{% endfor %}",
         "variants": [{"name": "b", "text": "{{ company }", "html": "<script>1</script>"}]},
    )  # fmt: skip

    assert found[:3] == [
        ("touches[0].subject", "The first touch requires a subject: there is no earlier email to reply to."),
        ("touches[0].text", "Line 2: there is no variable frist_name; did you mean first_name?"),
        ("touches[0].html", "Line 2: there is no variable compny; did you mean company?"),
    ]
    assert {field for field, _ in found[3:]} == {
        "touches[1].subject",
        "touches[1].text",
        "touches[1].variants[0].text",
        "touches[1].variants[0].html",
    }


def test_each_variant_of_the_first_touch_needs_a_subject():
    first = {"subject": "A", "text": "B", "variants": [{"name": "b", "text": "C"}]}

    assert [field for field, _ in errors(first)] == ["touches[0].variants[0].subject"]


@pytest.mark.parametrize("name", render.OPTIONAL)
@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_variable_that_may_be_missing_needs_a_default(name, part):
    touch = {"subject": "A", "text": "B", "html": "<p>C</p>"}

    ((field, message),) = errors(touch | {part: f"One {{{{ {name} }}}}"})

    assert field == f"touches[0].{part}"
    assert re.match(
        rf"Line 1: a lead may have no {name}: add a default, such as {{{{ {name} \| default\(\".+\"\) }}}}", message
    )
    ready(
        draft(
            touch
            | {part: f'One {{{{ {name} | default("x") }}}}{{% if {name} is defined %}}{{{{ {name} }}}}{{% endif %}}'}
        )
    )


def test_a_variable_without_a_default_is_told_in_its_line_beside_others():
    text = 'Hi {{ first_name | default("there") }},\n{{ company }} and\n{{ role }}'

    assert [message.partition(":")[0] for _, message in errors({"subject": "A", "text": text})] == ["Line 3", "Line 2"][
        ::-1
    ]


def test_what_is_missing_only_together_is_found_too():
    text = "{% if first_name is defined %}{{ first_name }}{% else %}{{ company }}{% endif %}"

    assert ["a lead may have no company" in message for _, message in errors({"subject": "A", "text": text})] == [True]


def test_a_text_of_which_nothing_is_left_for_some_leads_is_refused():
    touch = {"subject": "A", "text": "{% if company is defined %}B{% endif %}"}

    assert errors(touch) == [("touches[0].text", "This would be empty for a lead without company: add an else.")]


def test_html_that_grows_beyond_what_is_stored_is_refused():
    html = f"<style>p {{ font-family: {'a' * 300} }}</style>" + "<p>x</p>" * 300

    assert "the limit is 60,000" in html_errors(html)[0]


def test_styles_are_put_inline_and_the_template_stays_what_it_was():
    made = inlined(PAGE)

    assert made.problems == ()
    assert "<style" not in made.html
    assert '<div bgcolor="#ffffff" style="margin: 0;">' in made.html
    assert '<p class="loud" style="color: red;">Hi {{ first_name | default("there & <you>") }},</p>' in made.html
    assert made.html.count('<td style="padding: 4px;">') == 2
    assert expressions(made.html) == expressions(PAGE)
    assert set(render.used(made.html)) == {"first_name", "company", "company_domain", "niche", "unsubscribe_url"}
    assert render.check(made.html) == []


def test_rows_between_conditions_stay_in_their_table():
    made = render.compiled(Texts(text="x", html=inlined(PAGE).html)).html
    assert made is not None

    with_company, without = (made.render(profiles()[missing]) for missing in ((), ("company",)))

    assert re.search(r"<table><tbody>\s*<tr><td [^>]*>SAMPLECOMPANY</td></tr>\s*</tbody></table>", with_company)
    assert re.search(r"<table><tbody>\s*<tr><td [^>]*>your firm</td></tr>\s*</tbody></table>", without)


def test_inline_html_is_saved_as_it_is():
    once = inlined(PAGE).html

    assert inlined(once) == type(inlined(once))(once)


def test_a_value_cannot_leave_an_attribute_that_was_written_without_quotes():
    assert inlined('<p title={{ name | default("x") }}>x</p>').html == '<p title="{{ name | default("x") }}">x</p>'


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<p>\n<script>alert(1)</script></p>", "Line 2: <script> is not allowed in an email"),
        ("<form><input></form>", "<form> is not allowed"),
        ("<iframe src='https://a.example'></iframe>", "<iframe> is not allowed"),
        ("<object></object>", "<object> is not allowed"),
        ("<svg><p>x</p></svg>", "<svg> is not allowed"),
        ("<link rel=stylesheet href='https://a.example/a.css'>", "<link> is not allowed"),
        ("<base href='https://a.example/'>", "<base> is not allowed"),
        ("<html><head><meta http-equiv=Refresh content=1></head></html>", "<meta http-equiv=refresh> is not allowed"),
        ("<p><meta charset=utf-8></p>", "<meta> is allowed only in <head>"),
        ("<p onclick=x>y</p>", "the attribute onclick of <p>"),
        ("<body onload=x>y</body>", "the attribute onload of <body>"),
        ("<a href='javascript:alert(1)'>y</a>", "javascript: is not allowed"),
        ("<a href=' JAVA&#9;script:alert(1)'>y</a>", "javascript: is not allowed"),
        ("<a href='data:text/html,x'>y</a>", "the attribute href of <a>"),
        ("<img src='a.png'>", "the attribute src of <img>"),
        ("<img srcset='https://a.example/a.png 2x'>", "the attribute srcset of <img>"),
        ("<a href='{{ company | default(\"x\") }}'>y</a>", "the attribute href of <a>"),
        ("<a href='{{ unsubscribe_url }}{{ company | default(\"x\") }}'>y</a>", "the attribute href of <a>"),
        ("<style>@import 'https://a.example/a.css';</style>x", "@import is not allowed"),
        ("<style>\n@media print { p { color: red } }</style>x", "@media rules cannot be inlined"),
        ("<style media=print>p { color: red }</style>x", "a <style> with a media attribute"),
        ("<style>p { background: url(javascript:x) }</style>x", "javascript: URLs are not allowed"),
        ("<style>p { background: url('//a.example/x') }</style>x", "url(…) in a style must begin with https://"),
        ("<style>p { width: expression(x) }</style>x", "styles that run scripts"),
        ("<style>p { behavior: url(https://a.example) }</style>x", "styles that run scripts"),
        ("<style>p { color: \\72 ed }</style>x", "backslashes are not allowed"),
        ("<p style='background: url(data:x)'>x</p>", "url(…) in a style"),
        ("<style>p { color: {{ company }} }</style>x", "expressions are not allowed in <style>"),
        ("x\n<style>p { color: red }", "Line 2: this <style> is not closed"),
        ("x\n<!-- y", "Line 2: this comment is not closed: add -->"),
        ("<!--[if mso]><p>x</p><![endif]-->", "conditional comments"),
        ("<![if mso]>", "conditional comments"),
        ("&#123;&#123; name &#125;&#125;", "a stray brace would be printed"),
        ("<p title='&#123;'>x</p>", "a stray brace would be printed"),
        ("<p {{ company | default('x') }}>x</p>", "in quoted attribute values"),
        ("<{{ company | default('x') }}>x</p>", "expressions are allowed only in text"),
        ("<p class=a <b>x</p>", "<b is not an attribute of <p>"),
        ("<head><title>{{ company | default('x') }}</title></head><body>x</body>", "would be lost or moved"),
        ("<p style='{% if niche is defined %}color: red{% endif %}'>x</p><style>p { color: blue }</style>", "Inlining"),
        ("<p class='{% if niche is defined %}a{% endif %}'>x</p><style>.a { color: red }</style>", "the result of an"),
        ("{% if niche is defined %}<div>{% else %}<div class='b'>{% endif %}x</div>", "around whole elements"),
        ("<table>{{ niche | default('x') }}<tr><td>y</td></tr></table>", "around whole elements"),
        ("<p>{{ first_name", "Line 1: "),
        ("<!-- x -->", "would be empty"),
        (f"<style>{'p { color: red }' * 2_000}</style>{'<p>x' * 1_000}", "Too many styles for this many elements"),
        ("<p>" + "".join(f"<b id=b{one}>" for one in range(90)) + "</p>" + "<p>x</p>" * 2_000, "are not closed"),
        ("<div>" * 11_000, "nested more than 100 levels deep"),
        ("<b/>" * 14_000, "nested more than 100 levels deep"),
        ("<a '" * 14_000, "this element is not closed"),
        ('<a "' * 14_000, "this element is not closed"),
        ("<p>x</p>\n<a href='https://a.example/>x</a>", "Line 2: this element is not closed"),
        ("<b></ b>" * 7_000, "write a closing tag as </b>"),
        ("<p>x</p><![x", "conditional comments"),
        ("<p>x</p><!x[>", "Line 1: "),
        ("<p>&#x202e;x</p>", "contains a control character (U+202E)"),
        ("<p title='&#x1b;'>x</p>", "contains a control character (U+001B)"),
        ("<p>\u202ex</p>", "contains a control character (U+202E)"),
        ("".join(f"<p><b id=b{number}>x</p>" for number in range(200)), "nested more than 100 levels deep"),
    ],
)  # fmt: skip
def test_html_that_acts_or_would_come_out_as_something_else_is_refused_by_name(html, message):
    assert any(message in found for found in html_errors(html)), html_errors(html)


WORDS = st.sampled_from(
    [
        "<p>", "</p>", "<b>", "</b>",
        "<table>", "</table>", "<tr>", "<td>", "</td>", "</tr>", "<br>", "x & y", "<", ">",
        '"', "'", "\n", " ", "&amp;", "&#123;", "}", "<script>", "</script>", "<style>", "</style>", "p { color: red }",
        "<!--", "-->", "<a href='https://a.example/'>", "</a>", "<p class=a ", "title=",
        "<plaintext>", "<title>", "<svg>",
        '{{ company | default("<b>") }}', "{{ unsubscribe_url }}", "{% if niche is defined %}",
        "{% else %}", "{% endif %}", "{# c #}", "<body onload=x>", "<html>", "camx0z",
    ]
)  # fmt: skip


@examples(400)
@given(st.lists(WORDS, min_size=1, max_size=12).map("".join))
def test_whatever_html_is_given_it_is_refused_or_safe_and_the_same_template(html):
    made = inlined(html)

    if made.problems:
        return
    assert render.check(made.html) == []
    assert not re.search(r"<(?:script|style|svg|plaintext|title)|\son", made.html)
    kept = re.sub(r"(?s)<!--.*?-->|<style.*?</style>", "", html)
    assert expressions(made.html) == expressions(kept)
    assert inlined(made.html).html == made.html


@pytest.mark.parametrize(
    "html",
    [
        "<style>br ~ b { color: red }</style><p>x</p>",
        "<style>h1+p{color:red}</style><p>x</p>",
        """<p style="color: {{ company | default('red') }}">x</p>""",
        """<a href="https://{{ company_domain | default('x.example') }}/">x</a>""",
    ],
)
def test_what_would_let_a_lead_decide_or_take_minutes_is_refused(html: str) -> None:
    assert inlined(html).problems


@pytest.mark.parametrize(
    "html",
    [
        """<p style="{% if role is defined %}color: red{% else %}color: blue{% endif %}">x</p>""",
        """<a href="https://us.example/?c={{ company_domain | default('x.example') }}">x</a>""",
        "<style>p > b { margin: calc(1px + 2px) }</style><p><b>x</b></p>",
    ],
)
def test_what_the_author_decides_is_taken(html: str) -> None:
    assert not inlined(html).problems
