"""The 21 texts of the library: each reads well whether everything, all but one thing, or nothing is known of a lead."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from cam.mail import render as rendering
from cam.mail.render import CampaignView
from cam.mail.sequences import LIBRARY
from cam.model.models import Enrichment, LawfulBasis
from tests.unit.example_mails import (
    BARE_CAMPAIGN,
    CAMPAIGN,
    SENDER,
    TOUCHES,
    URL,
    bare_lead,
    check,
    full_lead,
    parse,
    render,
)

TEMPLATES = Path(rendering.__file__).parent / "templates"
FULL = (full_lead(), CAMPAIGN)
BARE = (bare_lead(), BARE_CAMPAIGN)
# Values of several words, as long as they usually get.
WORDY = (
    full_lead(
        first_name="Mary Ann",
        company="Harper & Stone Consulting Group",
        role="Senior Vice President of Marketing",
        enrichment=Enrichment(industry="information technology and services"),
    ),
    CampaignView("Spring", "marketing agencies with SaaS clients", "landing pages"),
)


def without(name):
    """Everything is known but this."""
    lead, campaign = FULL
    if name in ("niche", "service"):
        return lead, replace(campaign, **{name: ""})
    if name in type(lead).model_fields:
        return lead.model_copy(update={name: None}), campaign
    field = {"location": "company_location"}.get(name, name)
    return lead.model_copy(update={"enrichment": lead.enrichment.model_copy(update={field: None})}), campaign


LEADS = [FULL, *(without(name) for name in rendering.OPTIONAL), BARE]
each_touch = pytest.mark.parametrize(("sequence", "step"), TOUCHES)


def emails(sequence, step):
    """A touch as it reads for every kind of lead, on every lawful basis."""
    for lead, campaign in (*LEADS, WORDY):
        for basis in LawfulBasis:
            yield render(sequence, step, lead.model_copy(update={"lawful_basis": basis}), campaign, SENDER, URL)


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


def test_a_lead_of_whom_one_thing_is_missing_lacks_nothing_else():
    missing = " ".join(f"{{% if {one} is undefined %}}{one}{{% endif %}}" for one in rendering.OPTIONAL)
    touch = parse(f"Subject: S\n\n{missing}")

    for name in rendering.OPTIONAL:
        lead, campaign = without(name)
        assert body(rendering.fill(touch, lead, campaign, SENDER, URL).text).split() == [name]


@each_touch
def test_an_email_has_at_most_90_words_one_question_and_no_shouting(sequence, step):
    for email in emails(sequence, step):
        main = body(email.text)

        assert 40 <= len(main.split()) <= 90
        assert (email.subject + main).count("?") == 1
        assert not re.search("[!—]", email.subject + email.text)
        assert not re.search(r"\bmails?\b", email.subject + main)


@each_touch
def test_no_brace_and_no_hole_reaches_a_reader(sequence, step):
    for email in emails(sequence, step):
        assert not re.search(r"[{}]|\bNone\b|\bnull\b|\bundefined\b", email.subject + email.text + email.html)
        assert not re.search(r"  | ,| \.|\n\n\n|\.\.|,,", email.text)


@each_touch
def test_every_sentence_begins_with_a_capital(sequence, step):
    for email in emails(sequence, step):
        assert not re.search(r"(?:[.?] |\n\n)[a-z]", body(email.text))
        assert not re.match("[a-z]", email.subject)


@each_touch
def test_an_email_leans_on_no_earlier_one(sequence, step):
    earlier = r"\b(last time|as promised|I (asked|wrote|mentioned|promised)|(first|previous|earlier|other) emails?)\b"

    for email in emails(sequence, step):
        assert not re.search(earlier, body(email.text))


@pytest.mark.parametrize("basis", LawfulBasis)
def test_the_footer_has_at_most_90_words_no_question_and_no_hole(basis):
    sources = ("csv", "manual", "apollo", "trade fair", "{{x}}")
    finders = (None, "csv", "manual", "apollo", "dropcontact", "hunter", "crm", "{{y}}")

    for source, finder in product(sources, finders):
        lead = full_lead(lawful_basis=basis, source=source, provenance={"email": {"source": finder}})
        _, _, footer = render("cold_outreach", 0, lead, CAMPAIGN, SENDER, URL).text.partition("\n\n-- \n")
        _, sentences, _ = footer.split("\n\n")

        assert len(footer.split()) <= 90
        assert not re.search(r"[?!{}]|  | ,| \.|\.\.|\. [a-z]|\bNone\b", sentences)


@pytest.mark.parametrize(("lead", "campaign"), LEADS)
def test_subjects_have_at_most_60_characters_and_are_unlike_each_other(lead, campaign):
    subjects = [render(sequence, step, lead, campaign, SENDER, URL).subject for sequence, step in TOUCHES]

    assert max(map(len, subjects)) <= 60
    assert len({subject.casefold() for subject in subjects}) == 21


@pytest.mark.parametrize("sequence", LIBRARY)
def test_the_last_touch_says_that_it_is_the_last(sequence):
    texts = [render(name, step, *FULL, SENDER, URL) for name, step in TOUCHES if name == sequence]

    assert ["last" in email.subject.lower() for email in texts] == [False] * (len(texts) - 1) + [True]
    assert re.search(r"\b[Tt]his is (my|the) last\b", texts[-1].text)


@pytest.mark.parametrize("sequence", LIBRARY)
def test_a_first_touch_claims_nothing_that_the_lawful_basis_contradicts(sequence):
    def first(basis):
        return body(render(sequence, 0, full_lead(lawful_basis=basis), CAMPAIGN, SENDER, URL).text)

    assert "You're a customer of ours" in first(LawfulBasis.EXISTING_CUSTOMER)
    assert "You asked to hear from us" in first(LawfulBasis.OPT_IN)
    for basis in (LawfulBasis.LEGITIMATE_INTEREST, LawfulBasis.UNKNOWN):
        assert not re.search("customer of ours|asked to hear", first(basis))
    for basis in (LawfulBasis.EXISTING_CUSTOMER, LawfulBasis.OPT_IN):
        assert not re.search("weren't expecting", first(basis))
