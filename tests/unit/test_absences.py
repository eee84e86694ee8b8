"""Automatic replies: who is away until when, and who has left, in thirteen languages."""

from datetime import UTC, date, datetime

import pytest

from inbound.replies import Kind, classify
from tests.unit.example_absences import ABSENCES, LEFT
from tests.unit.example_answers import mail

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)


@pytest.mark.parametrize(("subject", "text", "until"), [one for several in ABSENCES.values() for one in several])
def test_an_absence_is_known_by_its_subject_and_by_its_headers(subject: str, text: str, until: date | None) -> None:
    for headers in ({}, {"Auto_Submitted": "auto-replied"}):
        found = classify(mail(text, subject, **headers), MONDAY)
        assert (found.kind, found.until) == (Kind.OUT_OF_OFFICE, until)


@pytest.mark.parametrize(("text", "successor"), LEFT)
def test_who_has_left_is_known_and_who_follows(text: str, successor: str | None) -> None:
    found = classify(mail(text, "Automatic reply: A question"), MONDAY)

    assert (found.kind, found.successor) == (Kind.LEFT_COMPANY, successor)


def test_a_colleague_who_says_that_somebody_has_left_is_heard_by_a_person() -> None:
    found = classify(mail("Kim has left the company, please write to anna@brightwater.example."), MONDAY)

    assert (found.kind, found.suspected) == (Kind.HUMAN, Kind.LEFT_COMPANY)
    assert found.successor == "anna@brightwater.example"


def test_an_absence_that_names_somebody_who_has_left_is_an_absence() -> None:
    text = "I am out of the office until 25 September. Ann Roe no longer works here, write to max@brightwater.example."

    found = classify(mail(text, "Automatic reply: A question"), MONDAY)

    assert (found.kind, found.until) == (Kind.OUT_OF_OFFICE, date(2026, 9, 25))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Urlaub auf dem Bauernhof: Ihr Angebot", "Ja gern, rufen Sie an."),
        ("Vacation rentals: your offer", "Yes, call me."),
        ("Absence management", "We look for such a tool."),
        ("Auto: Leasing", "Was kostet es?"),
        ("Re: Out of office, the game", "I like it."),
        ("Re: A question", "I'm out of office next week, let us talk in December."),
        ("Re: Automatic reply: A question", "I am back. Call me."),
    ],
)
def test_a_person_who_writes_of_absences_is_a_person(subject: str, text: str) -> None:
    assert classify(mail(text, subject), MONDAY).kind is Kind.HUMAN


@pytest.mark.parametrize(
    "headers",
    [
        {"Precedence": "list"},
        {"Precedence": "bulk", "List_Id": "<sales.brightwater.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"X_MS_Exchange_Inbox_Rules_Loop": "maria@brightwater.example"},
        {"Auto_Submitted": "no"},
        {"X_Autoreply": "no"},
    ],
)
def test_a_persons_mail_through_groups_and_rules_is_a_persons(headers: dict[str, str]) -> None:
    assert classify(mail("Sounds good, call me on Tuesday.", **headers), MONDAY).kind is Kind.HUMAN


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[Ticket#2026091410000012] A question", "We have received your request. We get back to you within two days."),
        ("[#4711] A question", "Vielen Dank für Ihre Anfrage. Wir melden uns."),
        ("A question", "This is an automated message. Please do not reply."),
        ("Automatic reply: A question", "Thank you for contacting us."),
    ],
)
def test_a_confirmation_is_a_programs(subject: str, text: str) -> None:
    assert classify(mail(text, subject), MONDAY).kind is Kind.AUTO_REPLY
