"""Mails that come in: what each is, whom it is about, and until when somebody is away; whatever the bytes are."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound import absences, quoting
from inbound.replies import Kind, classify
from tests.unit import example_answers as answers
from tests.unit.example_answers import mail

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
REFERENCE = "WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (answers.GMAIL, Kind.HUMAN),
        (answers.OUTLOOK, Kind.HUMAN),
        (answers.EXCHANGE_OOO, Kind.OUT_OF_OFFICE),
        (answers.GMAIL_OOO, Kind.OUT_OF_OFFICE),
        (answers.GERMAN_OOO, Kind.OUT_OF_OFFICE),
        (answers.FRENCH_OOO, Kind.OUT_OF_OFFICE),
        (answers.SPANISH_OOO, Kind.OUT_OF_OFFICE),
        (answers.UNDATED_OOO, Kind.OUT_OF_OFFICE),
        (answers.TICKET, Kind.AUTO_REPLY),
        (answers.LIST_UNSUBSCRIBE, Kind.UNSUBSCRIBE),
        (answers.POSTFIX, Kind.BOUNCE),
        (answers.EXCHANGE_BOUNCE, Kind.BOUNCE),
        (answers.QMAIL, Kind.BOUNCE),
        (answers.DELAYED, Kind.AUTO_REPLY),
        (answers.FEEDBACK_REPORT, Kind.COMPLAINT),
        (mail("I'm out of office next week, let us talk in December."), Kind.HUMAN),
        (mail("Our unsubscribe rate is 2 %: can you help?"), Kind.HUMAN),
        (mail("Danke, bitte schicken Sie mehr."), Kind.HUMAN),
        (mail("Not interested."), Kind.HUMAN),
        (mail("Read.", "Re: Out of office, the game", Auto_Submitted="no"), Kind.HUMAN),
    ],
)
def test_a_mail_is_what_it_is(raw: bytes, kind: Kind) -> None:
    assert classify(raw, MONDAY).kind is kind


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (answers.EXCHANGE_OOO, date(2026, 12, 4)),
        (answers.GMAIL_OOO, date(2026, 11, 30)),
        (answers.GERMAN_OOO, date(2026, 12, 4)),
        (answers.FRENCH_OOO, date(2026, 12, 7)),
        (answers.SPANISH_OOO, date(2026, 12, 9)),
        (answers.UNDATED_OOO, None),
    ],
)
def test_an_absence_lasts_until_the_day_that_it_states(raw: bytes, expected: date | None) -> None:
    assert classify(raw, MONDAY).until == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I return on 2026-12-01.", date(2026, 12, 1)),
        ("back on December 1st, 2026", date(2026, 12, 1)),
        ("I am away until Dec 1", date(2026, 12, 1)),
        ("away from 20 Nov until 27 Nov, back on 30 Nov", date(2026, 11, 30)),
        ("until 7 January", date(2027, 1, 7)),
        ("until 12/03/2026", date(2026, 12, 3)),
        ("until 11/12", date(2026, 12, 11)),
        ("ab dem 1. Dezember wieder da", date(2026, 12, 1)),
        ("wieder am Dienstag", date(2026, 11, 24)),
        ("bis 3.12.", date(2026, 12, 3)),
        ("de retour le 1er décembre 2026", date(2026, 12, 1)),
        ("regreso el lunes 30 de noviembre", date(2026, 11, 30)),
        ("until further notice, call 030 12 34 56", None),
        ("until 31 February 2027", None),
        ("until 4 December 2031", None),
        ("back on 3 March 2026", None),
        ("our offices are open until 17:30", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, expected: date | None) -> None:
    assert absences.until(text, MONDAY.date()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Unsubscribe",
        "Please unsubscribe me from this list.",
        "please remove me",
        "Take me off your list!",
        "Stop emailing me.",
        "Hi,\nDon't contact me again.\nAnn",
        "STOP",
        "Bitte abmelden.",
        "Bitte streichen Sie mich aus Ihrem Verteiler.",
        "Bitte keine weiteren E-Mails.",
        "Ich möchte nicht mehr kontaktiert werden.",
        "Merci de me désinscrire.",
        "Désabonnez-moi svp",
        "Merci de ne plus me contacter.",
        "Por favor, quiero darme de baja.",
        "No me escriban más.",
        "Darme de baja, por favor",
    ],
)
def test_who_wants_no_more_mail_is_understood(text: str) -> None:
    assert classify(mail(f"{text}\n\nOn Mon, Sam wrote:\n> Hello"), MONDAY).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize(
    ("raw", "status", "hard"),
    [(answers.POSTFIX, "5.1.1", True), (answers.EXCHANGE_BOUNCE, "4.2.2", False), (answers.QMAIL, "5.1.1", True)],
)
def test_a_bounce_is_hard_or_soft_by_its_code(raw: bytes, status: str, hard: bool) -> None:
    found = classify(raw, MONDAY)
    assert (found.status, found.hard) == (status, hard)


@pytest.mark.parametrize("raw", [answers.POSTFIX, answers.EXCHANGE_BOUNCE, answers.QMAIL, answers.FEEDBACK_REPORT])
def test_what_quotes_our_mail_names_its_touch(raw: bytes) -> None:
    assert classify(raw, MONDAY).references[0] == REFERENCE


def test_an_answer_names_its_touch_by_its_address_and_by_the_link_that_it_quotes() -> None:
    found = classify(answers.GMAIL, MONDAY)

    assert found.tags == (answers.TAG,)
    assert found.references == ("eyJsIjoiYTEifQ.Zx-9_k",)


def test_a_link_that_somebody_tracks_is_still_ours() -> None:
    link = "https://x.awstrack.me/L0/https:%2F%2Fcam.example%2Fu%2FeyJsIjoiYTEifQ.Zx-9_k/1/0100"
    assert classify(mail(f"yes\n> {link}"), MONDAY).references == ("eyJsIjoiYTEifQ.Zx-9_k",)


def test_quotes_and_signatures_are_no_answer() -> None:
    assert quoting.without_quotes("Yes.\n\n-- \nunsubscribe") == "Yes."
    assert quoting.without_quotes("Yes.\n-----Original Message-----\nunsubscribe") == "Yes."
    assert quoting.without_quotes("> unsubscribe\nYes.") == "Yes."


def test_an_answer_in_html_alone_is_read_without_its_quotation() -> None:
    html = "<p>Please call me.</p><blockquote><p>unsubscribe</p></blockquote>"
    raw = b"Subject: Re: A\nContent-Type: text/html; charset=utf-8\n\n" + html.encode()
    assert classify(raw, MONDAY).kind is Kind.HUMAN
    assert classify(raw.replace(b"Please call me.", b"Please remove me."), MONDAY).kind is Kind.UNSUBSCRIBE


@given(st.binary(max_size=3000))
def test_any_bytes_are_something(raw: bytes) -> None:
    assert classify(raw, MONDAY).kind in Kind


@given(st.sampled_from([answers.POSTFIX, answers.GMAIL, answers.EXCHANGE_BOUNCE, answers.QMAIL]), st.data())
def test_a_mail_that_is_cut_short_or_damaged_is_something(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw)))
    until = data.draw(st.integers(0, len(raw)))
    assert classify(raw[:at] + data.draw(st.binary(max_size=20)) + raw[until:], MONDAY).kind in Kind


@pytest.mark.parametrize(
    "piece",
    ["Am 1 schrieb ", "On a wrote ", "\n", "- ", "_", "> ", "<a@b> ", "until 1/", "From: ", "a@", "+a.b@", "\t \n",
     "5.1.1 ", "%2Fu%2F", "remove ", "Failed-Recipients: ", "<div>", "=?utf-8?q?", "--4Z\n"],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    raws = (
        mail(text[:50_000]),
        b"From: MAILER-DAEMON@a.example\nSubject: " + text[:2000].encode() + b"\n\n" + text.encode(),
    )
    started = time.process_time()
    for raw in raws:
        classify(raw, MONDAY)
    # Seconds would be a way to stop us; a slow machine takes 0.5.
    assert time.process_time() - started < 5


def test_a_mail_names_what_it_refers_to_the_latest_first() -> None:
    raw = mail(
        "Yes.",
        To="sam@northwind.example",
        In_Reply_To="<12.0.a1b2c3.1.abcdefghijkl@northwind.example>",
        References="<12.0.a1b2c3.0.abcdefghijkl@northwind.example> <12.0.a1b2c3.1.abcdefghijkl@northwind.example>",
    )

    assert classify(raw, MONDAY).tags == ("12.0.a1b2c3.1.abcdefghijkl", "12.0.a1b2c3.0.abcdefghijkl")


@pytest.mark.parametrize(
    "mail",
    [
        b"Subject: x\r\n\r\nx-cam-ref:" + b" \t" * 140_000,
        b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"<a " * 5_000,
    ],
)
def test_no_mail_takes_long(mail: bytes) -> None:
    """It would take minutes, and stop all mails behind it."""
    assert classify(mail, datetime(2026, 3, 2, tzinfo=UTC)).kind is Kind.HUMAN
