"""The bytes of a mail, read back with the standard library."""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.mail.render import Rendered, fill
from cam.mail.skip_reasons import BadAddress, MissingValue, NeedsSmtputf8, Skip
from cam.model.models import Thread
from cam.model.settings.kinds import domain
from functions.nurture.message import build, feedback_id, mailbox
from tests.unit.example_mails import CAMPAIGN, NOW, REFERENCE, SENDER, URL, full_lead, parse, render, touch

MAIL = Rendered("A question about audits", "Hello\n\n-- \nSam\n", "<p>Hello</p>")
HEADERS = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-CAM-Ref",
    "MIME-Version",
    "Content-Type",
    "In-Reply-To",
    "References",
    "Feedback-ID",
]
FIRST = "<0102019d-7a@email.amazonses.com>"
FEEDBACK = "12:aggressive_close:1:cam-mail"
INJECTIONS = [
    "Maria\r\nBcc: spy@evil.example",
    "Maria\nBcc: spy@evil.example",
    "Maria\rBcc: spy@evil.example",
    "Maria\r\n\r\n<h1>own body</h1>",
    "Maria\u2028Bcc: spy@evil.example",
    "Maria\x0bBcc: spy@evil.example\x0c\x85",
    "=?utf-8?q?Maria=0D=0ABcc:_spy@evil.example?=",
    "=?utf-8?b?TWFyaWENCkJjYzogc3B5QGV2aWwuZXhhbXBsZQ==?=",
    'Maria" <spy@evil.example>, "x',
    "Maria, spy@evil.example",
    "Maria\\",
    "Maria (comment) <a@b>; group: c@d.example;",
    # Characters that look like, or are normalised to, the ones that part headers and addresses.
    "Maria， spy＠evil．example",
    "Maria＂ ＜spy@evil.example＞‚ x",
    "Maria\uff0dBcc\uff1a spy@evil.example",
    "Maria\u0085Bcc: spy@evil.example\u2029\u2028",
    "Maria\u240d\u240aBcc: spy@evil.example",
    "Maria\u560d\u560aBcc: spy@evil.example",
    "Maria\ud800\r\nBcc: spy@evil.example",
]


def pack(
    mail=MAIL,
    sender=SENDER,
    to="maria@brightwater.example",
    name="Maria Lopez",
    url=URL,
    ref=REFERENCE,
    date=NOW,
    feedback=FEEDBACK,
    first=FIRST,
):
    return build(mail, sender, to, name, url, ref, date, feedback, first)


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def sound(raw):
    """What holds for every mail, whatever it was made from."""
    assert raw.isascii()
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = read(raw)
    assert message.keys() == HEADERS
    assert not message.defects
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [address.addr_spec for address in message["To"].addresses] == ["maria@brightwater.example"]
    assert [address.addr_spec for address in message["From"].addresses] == ["sam@northwind.example"]
    # The old parser, which many programs use, sees the same single recipient.
    old = email.message_from_bytes(raw)
    assert [address for _, address in getaddresses(old.get_all("To", []))] == ["maria@brightwater.example"]
    assert old["List-Unsubscribe"] == f"<{URL}>"
    return message


def shown(raw, header):
    """The name before an address. `email.policy.default` puts spaces between encoded words, against RFC 2047 §6.2."""
    name, _ = parseaddr(email.message_from_bytes(raw)[header])
    return str(make_header(decode_header(name)))


def test_a_mail_carries_every_header_that_is_asked_for():
    message = sound(pack())

    assert str(message["From"]) == "Sam Rivera <sam@northwind.example>"
    assert str(message["To"]) == "Maria Lopez <maria@brightwater.example>"
    assert message["Reply-To"] == "replies@northwind.example"
    assert message["Subject"] == "A question about audits"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"].endswith("@northwind.example>")
    assert message["List-Unsubscribe"] == f"<{URL}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-CAM-Ref"] == REFERENCE
    assert message["In-Reply-To"] == message["References"] == FIRST
    assert message["Feedback-ID"] == FEEDBACK
    assert message["Content-Type"].startswith("multipart/alternative")


def test_both_parts_come_back_as_they_were_rendered():
    mail = render("regular_nurture", 1, full_lead(first_name="Zoë", company="Łódź ✓ GmbH"), CAMPAIGN, SENDER, URL)

    message = sound(pack(mail))
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())

    assert (text, html) == (mail.text, mail.html)
    assert message["Subject"] == mail.subject


def test_the_same_mail_gives_the_same_bytes_and_another_reference_another_message_id():
    assert pack() == pack()
    assert read(pack())["Message-ID"] != read(pack(ref=REFERENCE + "x"))["Message-ID"]


def test_the_date_is_written_in_utc():
    date = datetime(2026, 3, 2, 11, 30, tzinfo=timezone(timedelta(hours=2)))

    assert b"Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n" in pack(date=date)
    assert b"Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n" in pack(date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


def test_without_a_reply_to_answers_go_to_the_sender():
    sender = SENDER.model_copy(update={"reply_to": None})

    assert read(pack(sender=sender))["Reply-To"] == "sam@northwind.example"


@pytest.mark.parametrize(
    "name", ["Zoë Müller", "山田 太郎", "Dr. Łukasz, MBA", 'Anna "Ann" O’Neil', "A. B. <C>", "ann@home", "😀" * 15]
)
def test_names_come_back_as_they_are(name):
    raw = pack(name=name, sender=SENDER.model_copy(update={"sender_name": name}))
    sound(raw)

    assert shown(raw, "To") == name
    assert shown(raw, "From") == name


@pytest.mark.parametrize(
    "subject", ["Über Prüfungen bei Łódź", "山" * 78, "ascii " * 12, "=?utf-8?q?hidden?= words", "é" + " e" * 38]
)
def test_subjects_come_back_as_they_are(subject):
    raw = pack(Rendered(subject, "t", "h"))

    assert str(sound(raw)["Subject"]).strip() == subject.strip()
    assert max(map(len, raw.partition(b"Date:")[0].split(b"\r\n"))) <= 87


@pytest.mark.parametrize("name", [None, "", " ", "\u200b\r\n"])
def test_a_lead_without_a_name_is_addressed_bare(name):
    assert b"To: maria@brightwater.example\r\n" in pack(name=name)


@pytest.mark.parametrize("evil", INJECTIONS)
@pytest.mark.parametrize(
    "field",
    [
        "name",
        "first_name",
        "last_name",
        "company",
        "company_domain",
        "role",
        "source",
        "industry",
        "company_location",
        "country",
        "provenance",
        "thread",
    ],
)
def test_no_field_can_add_a_header_a_recipient_or_a_part(evil, field):
    if field in ("industry", "company_location", "country"):
        lead = full_lead(enrichment=full_lead().enrichment.model_copy(update={field: evil}))
    elif field == "provenance":
        lead = full_lead(provenance={"email": {"source": evil}})
    elif field == "thread":
        lead = full_lead(thread=Thread(message_id=FIRST, subject=evil))
    else:
        lead = full_lead(**{field: evil})
    reply = parse("Subject:\n\nText of {{ company }}")
    for sequence, step in (("aggressive_close", 0), ("cold_outreach", 0), ("cold_outreach", 4), (None, 1)):
        if sequence:
            mail = render(sequence, step, lead, CAMPAIGN, SENDER, URL)
        else:
            mail = fill(reply, lead, CAMPAIGN, SENDER, URL, touch("cold_outreach", 0))

        message = sound(pack(mail, name=lead.name))

        assert "Bcc" not in message
        assert "<h1>" not in mail.html


@pytest.mark.parametrize("evil", INJECTIONS)
def test_no_name_or_subject_can_add_a_header_or_a_recipient(evil):
    sound(pack(Rendered(evil, "t", "h"), name=evil, sender=SENDER.model_copy(update={"sender_name": evil})))


def test_names_and_subjects_of_ten_kilobytes_are_cut():
    raw = pack(Rendered("S" * 10_000, "t", "h"), name="N" * 10_000)

    assert len(sound(raw)["Subject"]) == 78
    assert shown(raw, "To") == "N" * 59 + "…"


def test_a_text_line_of_any_length_is_wrapped_on_the_wire():
    mail = Rendered("S", "word " * 20_000 + "\n.\n", "<p>" + "ü" * 20_000 + "</p>")

    text, html = (part.get_content() for part in sound(pack(mail)).iter_parts())

    assert (text.replace("\r\n", "\n"), html) == (mail.text, mail.html)


def test_bidi_controls_never_reach_a_header():
    message = sound(pack(Rendered("a\u202eb\u2066c", "t", "h"), name="\u202eairaM"))

    assert message["Subject"] == "abc"
    assert message["To"].addresses[0].display_name == "airaM"


@given(name=st.text(max_size=200), subject=st.text(max_size=200), sender_name=st.text(min_size=1, max_size=200))
def test_whatever_the_names_hold_the_message_is_sound(name, subject, sender_name):
    sound(pack(Rendered(subject, "t", "h"), name=name, sender=SENDER.model_copy(update={"sender_name": sender_name})))


@given(name=st.text(st.sampled_from('",;:<>@()[]\\.=?utf8qbQB_ \t\r\né'), max_size=90))
def test_no_punctuation_in_a_name_makes_a_second_recipient(name):
    sound(pack(name=name))


def test_a_domain_in_any_script_goes_out_in_ascii():
    assert mailbox("info@Bücher.example") == "info@xn--bcher-kva.example"
    message = read(
        pack(to="maria@bücher.example", sender=SENDER.model_copy(update={"sender_email": "sam@日本.example"}))
    )

    assert message["To"].addresses[0].addr_spec == "maria@xn--bcher-kva.example"
    assert message["From"].addresses[0].addr_spec == "sam@xn--wgv71a.example"
    assert message["Message-ID"].endswith("@xn--wgv71a.example>")


@pytest.mark.parametrize(
    "address", ["jörg@example.com", "用户@example.com", "\u0430nn@example.com", "jörg@bücher.example"]
)
def test_a_local_part_outside_ascii_needs_smtputf8(address):
    with pytest.raises(NeedsSmtputf8) as caught:
        pack(to=address)

    assert isinstance(caught.value, Skip)
    assert caught.value.reason == "needs_smtputf8"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "maria",
        "@example.com",
        "maria@",
        "maria@localhost",
        "maria@exa mple.com",
        "maria@-.example",
        "maria@[127.0.0.1]",
        "a b@example.com",
        '"a b"@example.com',
        "a@b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a\r\nBcc: x@example.com",
        "a,b@example.com",
        "<a@example.com>",
        "a@example.com\r\nBcc: x@evil.example",
        "a@example.com, x@evil.example",
        "a" * 65 + "@example.com",
        "a@" + "b" * 260 + ".example",
    ],
)
def test_what_is_no_address_is_skipped(address):
    with pytest.raises(BadAddress) as caught:
        pack(to=address)

    assert caught.value.reason == "invalid_email"


def test_no_message_without_a_sender():
    with pytest.raises(MissingValue, match="missing_value:sender_email"):
        pack(sender=SENDER.model_copy(update={"sender_email": None}))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:x@y.example",
        "https://x.example/a b",
        "https://x.example/>\r\nBcc: a",
        "https://x.example/" + "a" * 900,
    ],
)
def test_an_unsubscribe_url_that_no_header_holds_is_an_error(url):
    with pytest.raises(ValueError, match="unsubscribe URL"):
        pack(url=url)


@pytest.mark.parametrize("reference", ["", "a b", "a\r\nBcc: x@y.example", "ü", "a" * 501])
def test_a_reference_that_no_header_holds_is_an_error(reference):
    with pytest.raises(ValueError, match="reference"):
        pack(ref=reference)


def test_a_long_unsubscribe_url_stays_on_one_line_as_it_is():
    url = "https://mail.example/u/" + "a" * 800

    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in pack(url=url)


def test_the_first_mail_replies_to_nothing():
    message = read(pack(first=None, feedback=None))

    assert message.keys() == [name for name in HEADERS if name not in ("In-Reply-To", "References", "Feedback-ID")]


@pytest.mark.parametrize(
    "first",
    ["", "no-brackets@x.example", "<no-at>", "<a@b>\r\nBcc: x@y.example", "<a b@c>", "<" + "a" * 300 + "@b>", "<é@b>"],
)
def test_an_id_that_no_header_holds_is_left_out(first):
    message = read(pack(first=first))

    assert "In-Reply-To" not in message
    assert "References" not in message
    assert "Bcc" not in message


def test_a_reply_keeps_the_whole_subject_of_the_first_mail():
    subject = "S" * 78

    assert read(pack(Rendered(f"Re: {subject}", "t", "h")))["Subject"] == f"Re: {subject}"


@pytest.mark.parametrize(
    ("stack", "last"), [("cam-mail", "cam-mail"), ("a-rather-long-stack-mail", "a-rather-long-s"), ("cam", "cam__")]
)
def test_the_feedback_id_ends_in_a_name_as_long_as_gmail_wants_it(stack, last):
    assert feedback_id(12, "regular_nurture", 3, stack) == f"12:regular_nurture:3:{last}"


def test_nothing_in_a_sequences_name_adds_a_field_or_a_header():
    assert feedback_id(1, "a:b\r\nBcc: é", 0, "cam-mail") == "1:a_b__Bcc___:0:cam-mail"


@given(st.from_regex(r"[a-z0-9.-]{1,70}", fullmatch=True))
def test_a_host_that_needs_no_idna_is_what_idna_makes_of_it(host):
    try:
        expected = f"a@{domain(host)}"
    except ValueError:
        with pytest.raises(BadAddress):
            mailbox(f"a@{host}")
    else:
        assert mailbox(f"a@{host}") == expected
