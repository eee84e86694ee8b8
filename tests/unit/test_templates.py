"""The 21 texts of the library: each one reads well for a lead of whom everything is known, and of whom nothing is."""

import re
from pathlib import Path

import pytest

from cam.mail import render as rendering
from cam.mail.sequences import LIBRARY
from cam.model.models import LawfulBasis
from tests.unit.example_mails import (
    BARE_CAMPAIGN,
    CAMPAIGN,
    SENDER,
    TOUCHES,
    URL,
    bare_lead,
    check,
    full_lead,
    render,
)

TEMPLATES = Path(rendering.__file__).parent / "templates"
LEADS = [
    pytest.param(full_lead(), CAMPAIGN, id="everything known"),
    pytest.param(bare_lead(), BARE_CAMPAIGN, id="only an address"),
]
each_touch = pytest.mark.parametrize(("sequence", "step"), TOUCHES)
each_lead = pytest.mark.parametrize(("lead", "campaign"), LEADS)


def body(text):
    return text.partition("\n\n-- \n")[0]


def test_every_touch_of_the_library_has_a_text_and_every_text_a_touch():
    files = {(file.parent.name, file.stem) for file in TEMPLATES.glob("*/*.txt")}

    assert files == {(sequence, str(step)) for sequence, step in TOUCHES}
    assert len(files) == 21


@each_touch
def test_a_text_of_the_library_has_no_problem(sequence, step):
    source = (TEMPLATES / sequence / f"{step}.txt").read_text("utf-8")

    assert check(source) == []


@each_touch
@each_lead
@pytest.mark.parametrize("basis", LawfulBasis)
def test_a_touch_renders_short_with_one_question_and_no_shouting(sequence, step, lead, campaign, basis):
    mail = render(sequence, step, lead.model_copy(update={"lawful_basis": basis}), campaign, SENDER, URL)
    main = body(mail.text)

    assert 60 <= len(main.split()) <= 130
    assert main.count("?") == 1
    assert "!" not in mail.subject + mail.text
    assert "—" not in mail.subject + mail.text


@each_touch
@each_lead
def test_no_brace_and_no_hole_reaches_a_reader(sequence, step, lead, campaign):
    mail = render(sequence, step, lead, campaign, SENDER, URL)

    for part in (mail.subject, mail.text, mail.html):
        assert not re.search(r"[{}]|\bNone\b|\bnull\b|\bundefined\b", part)
    assert not re.search(r"  | ,| \.|\n\n\n|\.\.|,,", mail.text)


@each_touch
@each_lead
def test_every_sentence_begins_with_a_capital(sequence, step, lead, campaign):
    mail = render(sequence, step, lead, campaign, SENDER, URL)

    assert not re.search(r"(?:[.?] |\n\n)[a-z]", body(mail.text))
    assert not re.match("[a-z]", mail.subject)


@each_lead
def test_subjects_are_short_and_unlike_each_other(lead, campaign):
    subjects = [render(sequence, step, lead, campaign, SENDER, URL).subject for sequence, step in TOUCHES]

    assert max(map(len, subjects)) <= 78
    assert not any(subject.endswith("…") for subject in subjects)
    assert len({subject.casefold() for subject in subjects}) == 21


@pytest.mark.parametrize("sequence", LIBRARY)
def test_the_last_touch_says_that_it_is_the_last(sequence):
    last = len(LIBRARY[sequence].days) - 1

    says = [bool(re.search(r"\blast\b", body(render(sequence, step, full_lead(), CAMPAIGN, SENDER, URL).text)))
            and "last" in render(sequence, step, full_lead(), CAMPAIGN, SENDER, URL).subject
            for step in range(last + 1)]  # fmt: skip

    assert says == [False] * last + [True]


@pytest.mark.parametrize("sequence", LIBRARY)
def test_a_first_touch_claims_nothing_that_the_lawful_basis_contradicts(sequence):
    def first(basis):
        return body(render(sequence, 0, full_lead(lawful_basis=basis), CAMPAIGN, SENDER, URL).text)

    assert "You are a customer of ours" in first(LawfulBasis.EXISTING_CUSTOMER)
    assert "You asked to hear from us" in first(LawfulBasis.OPT_IN)
    for basis in (LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.UNKNOWN):
        assert not re.search("customer of ours|asked to hear", first(basis))
    for basis in (LawfulBasis.EXISTING_CUSTOMER, LawfulBasis.OPT_IN):
        assert not re.search("do not know us|did not ask", first(basis))
