"""Mails made to stop whoever parses them: read within limits, and as far as they can be."""

import base64
from datetime import UTC, datetime
from email.message import Message

import pytest

from inbound import bounces, html_lines, messages, mime
from inbound.replies import Kind, classify
from tests.unit import example_answers as answers
from tests.unit.example_answers import mail
from tests.unit.mail_bombs import HEAD, KINDS, ODD, WISH

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
TAG = "12.0.a1b2c3.0.abcdefghijkl"
# What is about something else, or says it behind so much that nobody reads it.
OTHERWISE = {
    "absences": Kind.AUTO_REPLY,
    "reports within reports": Kind.AUTO_REPLY,
    "no colon": Kind.HUMAN,
    "one header line": Kind.HUMAN,
    "a status that is no list": Kind.AUTO_REPLY,
    "nothing": Kind.HUMAN,
    "an empty line": Kind.HUMAN,
    "bytes": Kind.HUMAN,
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_opt_out_in_a_bomb_is_read(kind: str) -> None:
    raw = KINDS[kind](100_000)

    found = classify(raw, MONDAY)

    if b"MAILER-DAEMON" in raw:
        assert found.kind in (Kind.BOUNCE, Kind.AUTO_REPLY)
    elif kind in OTHERWISE:
        assert found.kind is OTHERWISE[kind]
    else:
        # Among so much else a wish is not certain: a person decides.
        assert Kind.UNSUBSCRIBE in (found.kind, found.suspected)
    assert found.tags == (TAG,) or HEAD not in raw


@pytest.mark.parametrize("kind", KINDS)
def test_no_bomb_of_megabytes_raises(kind: str) -> None:
    assert classify(KINDS[kind](2_500_000), MONDAY).kind in Kind


@pytest.mark.parametrize("kind", ODD)
def test_an_opt_out_in_an_odd_mail_is_read(kind: str) -> None:
    found = classify(ODD[kind], MONDAY)

    assert found.kind is OTHERWISE.get(kind, Kind.UNSUBSCRIBE)
    assert found.tags == (TAG,) or HEAD.partition(b"To:")[0] not in ODD[kind]


@pytest.mark.parametrize("raw", [*ODD.values(), *(made(3_000) for made in KINDS.values())])
def test_nothing_that_is_asked_of_a_parsed_message_raises(raw: bytes) -> None:
    message = mime.parse(raw)

    for part in message.walk():
        part.get_filename()
        part.get_content_charset()
        part.get_boundary()
        part.get_params()
        assert isinstance(part.as_string(), str)
    bounces.failure(message)


@pytest.mark.parametrize(
    ("raw", "left_out"),
    [
        (KINDS["parameters"](100_000), "header of more than 4,000 characters"),
        (KINDS["spaces in the subject"](20_000), "header of more than 16,000 characters"),
        (KINDS["comments"](10_000), "comments"),
        (KINDS["many headers"](10_000), "headers after the first 500"),
        (KINDS["tiny parts"](10_000), "parts after the first 100"),
        (KINDS["parts within parts"](10_000), "10 deep"),
        (KINDS["tags cut short"](60_000), "HTML"),
    ],
)
def test_what_is_left_out_is_said(raw: bytes, left_out: str) -> None:
    assert [one for one in classify(raw, MONDAY).left_out if left_out in one]


@pytest.mark.parametrize("raw", [value for value in vars(answers).values() if isinstance(value, bytes)])
def test_of_a_usual_mail_nothing_is_left_out(raw: bytes) -> None:
    assert classify(raw, MONDAY).left_out == ()


def size(message: Message) -> int:
    """Characters that a parsed message holds."""
    held = sum(len(name) + len(str(value)) for name, value in message.items())
    payload = message.get_payload()
    return held + (sum(map(size, payload)) if isinstance(payload, list) else len(str(payload)))


def test_needed_headers_are_found_behind_thousands() -> None:
    raw = b"".join(b"X-%d: a\n" % one for one in range(4_000)) + HEAD + b"\n" + WISH
    assert classify(raw, MONDAY).tags == (TAG,)


def test_a_mail_is_read_sparingly_as_far_as_that_goes() -> None:
    raw = KINDS["parts within parts"](500)

    found = classify(raw, MONDAY, sparingly=True)

    assert (found.tags, found.message_id) == ((TAG,), "<1@b.example>")
    assert "all but its headers and the beginning of its text" in found.left_out


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?Caf=C3=A9_?= =?utf-8?b?w6k=?=", "Café é"),
        ("=?utf-8?q?D=C3?= =?utf-8?q?=A9sinscription?=", "Désinscription"),
        ("=?iso-8859-1?Q?Abwesend_f=FCr?= heute", "Abwesend für heute"),
        ("Re: =?utf-8?B?QQ?= b", "Re: A b"),
        ("=?unheard-of?q?a=C3=A9?=", "aé"),
        ("=?utf-8?x?a?= =?", "=?utf-8?x?a?= =?"),
        ("Désinscription", "Désinscription"),
    ],
)
def test_headers_are_decoded(value: str, text: str) -> None:
    message = mime.parse(f"Subject: {value}\n\n".encode())
    assert messages.header(message, "Subject") == text


def test_headers_in_older_charsets_are_read() -> None:
    assert messages.header(mime.parse(b"Subject: D\xe9sinscription\n\n"), "Subject") == "Désinscription"


def test_lines_of_html_are_those_that_a_reader_sees() -> None:
    page = """<html><head><title>No <b>title</title><style>p > a {}</style></head><body class=x>
    <p title="a > b">One &amp; two</p><!-- <p>unsubscribe</p> --><script>"</p>"</script>
    <div>Three<br>four</div><blockquote><p>unsubscribe</p></blockquote>5 < 6</body></html>"""

    lines, is_whole = html_lines.lines(page)

    assert is_whole
    assert [line.strip() for line in lines if line.strip(" >")] == [
        "One & two", "Three", "four", "> unsubscribe", "5 < 6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "page", ["Stop <a '", "<!--Stop", "<p>Stop<", "Stop<a href=\"x'>", "<textarea>Stop", "<b 'x>Stop"]
)
def test_what_html_leaves_open_is_read_all_the_same(page: str) -> None:
    assert "Stop" in "\n".join(html_lines.lines(page)[0])


def test_a_text_without_its_boundary_is_read() -> None:
    raw = HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=lost\n\n" + WISH
    assert classify(raw, MONDAY).kind is Kind.UNSUBSCRIBE


def test_an_encoded_report_is_read() -> None:
    status = base64.encodebytes(b"Reporting-MTA: dns; a\n\nAction: failed\nStatus: 5.1.1\n")
    head = (
        b'From: MAILER-DAEMON@a.example\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    part = b"--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + status + b"--b--\n"

    message = mime.parse(head + part)

    blocks = [(part["Content-Transfer-Encoding"], part["Status"]) for part in message.walk()]
    assert blocks == [(None, None)] * 3 + [(None, "5.1.1")]
    judged = bounces.failure(message)
    assert judged is not None
    assert judged.status == "5.1.1"


def test_an_empty_line_before_the_headers_is_no_end_of_them() -> None:
    assert classify(b"\r\n" + HEAD + b"\n" + WISH, MONDAY).tags == (TAG,)


def test_parts_are_found_by_the_boundary_that_they_have() -> None:
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=lost\n\n--b\nContent-Type: text/plain\n\n" + WISH + b"--b--\n"
    )
    assert classify(raw, MONDAY).kind is Kind.UNSUBSCRIBE


def test_a_file_is_no_answer_unless_there_is_nothing_else() -> None:
    named = b'Content-Disposition: attachment; filename="a.txt"\n\n' + WISH
    assert classify(HEAD + named, MONDAY).kind is Kind.UNSUBSCRIBE
    parts = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nCall me.\n--b\n' + named + b"--b--\n"
    assert classify(HEAD + parts, MONDAY).kind is Kind.HUMAN


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_any_line_ends_are_understood(line_end: bytes) -> None:
    raw = mail("Please remove me.", html="<p>Please remove me.</p>").replace(b"\n", line_end)
    assert (classify(raw, MONDAY).kind, classify(raw, MONDAY).tags) == (Kind.UNSUBSCRIBE, (answers.TAG,))
