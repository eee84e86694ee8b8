"""Who asks to hear no more is understood in thirteen languages; who asks for something else is not taken for them."""

from datetime import UTC, datetime

import pytest

from inbound.replies import Kind, classify
from tests.unit.example_answers import mail
from tests.unit.example_wishes import ORDINARY, UNSURE, WISHES

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)
QUOTATION = "\n\nOn Mon, 7 Sep 2026, at 09:00, Sam wrote:\n> Please unsubscribe me"


@pytest.mark.parametrize("text", [text for texts in WISHES.values() for text in texts])
def test_who_wants_no_more_mail_is_understood(text: str) -> None:
    assert classify(mail(text + QUOTATION), MONDAY).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_reply_is_a_persons(text: str) -> None:
    assert classify(mail(text + QUOTATION), MONDAY).kind is Kind.HUMAN


@pytest.mark.parametrize("text", UNSURE)
def test_what_may_be_a_wish_is_for_a_person_to_decide(text: str) -> None:
    found = classify(mail(text + QUOTATION), MONDAY)

    assert (found.kind, found.suspected, found.certain) == (Kind.HUMAN, Kind.UNSUBSCRIBE, False)


@pytest.mark.parametrize("text", ["Call me on Tuesday.", "Not interested.", "Kein Interesse, danke."])
def test_what_is_no_wish_is_certain(text: str) -> None:
    assert classify(mail(text), MONDAY).certain


@pytest.mark.parametrize(
    "text",
    [
        "PLEASE UNSUBSCRIBE ME",
        "bitte aus dem verteiler loeschen",
        "bitte aus dem Verteiler LÖSCHEN!!",
        "desabonnez moi",
        "no quiero recibir mas correos",
        "nao quero mais receber e-mails",
        "unsubcribe",
        "Please unsuscribe me",
        "Don’t contact me again",
    ],
)
def test_spelling_does_not_matter(text: str) -> None:
    assert classify(mail(text), MONDAY).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize("subject", ["Unsubscribe", "STOP", "Re: unsubscribe", "AW: Abmelden", "Désinscription"])
def test_a_subject_alone_is_a_wish(subject: str) -> None:
    assert classify(mail("", subject), MONDAY).kind is Kind.UNSUBSCRIBE
    assert (
        classify(mail("Yes, call me tomorrow, I would like to hear more about it.", subject), MONDAY).kind is Kind.HUMAN
    )


def test_a_wish_in_a_long_mail_is_for_a_person_to_decide() -> None:
    text = "We have used such tools for years, and this is what we have learned from it. " * 12

    found = classify(mail(f"{text}\n\nPlease remove me from your list.\n\n{text}"), MONDAY)

    assert (found.kind, found.suspected) == (Kind.HUMAN, Kind.UNSUBSCRIBE)
