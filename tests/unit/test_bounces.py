"""Bounces and reports as mail servers write them: what is one, and whether the address is dead."""

import base64
from datetime import UTC, datetime

import pytest

from inbound.replies import Kind, classify
from tests.unit.example_answers import mail

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.sender.example>"
ORIGINAL = "From: sam@sender.example\nTo: kim@lead.example\nSubject: A question\n\nMailbox full? User unknown?\n"


def plain(
    text: str, subject: str = "Undelivered Mail Returned to Sender", sender: str = DAEMON, more: str = ""
) -> bytes:
    """A bounce without parts."""
    return f"From: {sender}\nTo: sam@sender.example\nSubject: {subject}\n{more}\n{text}".encode()


def dsn(
    fields: str,
    text: str = "Could not be delivered.",
    kind: str = "report; report-type=delivery-status",
    more: str = "",
) -> bytes:
    """A bounce with the parts of RFC 3464, whose last is what was sent."""
    return (
        f'From: {DAEMON}\nSubject: Undeliverable\nContent-Type: multipart/{kind}; boundary="b"\n'
        f"MIME-Version: 1.0\n\n--b\nContent-Type: text/plain\n\n{text}\n\n--b\nContent-Type: message/delivery-status\n"
        f"{more}\n{fields}\n\n--b\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--b--\n"
    ).encode()


FAILED = "Reporting-MTA: dns; mx.sender.example\n\nFinal-Recipient: rfc822; kim@lead.example\nAction: failed\n"
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  kim@lead.example
    {}

------ This is a copy of the message, including all the headers. ------

Return-path: <sam@sender.example>
"""
QMAIL = """Hi. This is the qmail-send program at mx.sender.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<kim@lead.example>:
{}

--- Below this line is a copy of the message.

Return-Path: <sam@sender.example>
"""
SENDMAIL = """The original message was received at Mon, 14 Sep 2026 09:00:00 +0000

   ----- The following addresses had permanent fatal errors -----
<kim@lead.example>

   ----- Transcript of session follows -----
... while talking to mx.lead.example.:
{}
"""


@pytest.mark.parametrize(
    ("raw", "status", "hard"),
    [
        (dsn(f"{FAILED}Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"), "5.1.1", True),
        (dsn(f"{FAILED}Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1\n User unknown"), "5.1.1", True),
        (dsn(f"{FAILED}Status: 5.0.0"), "5.0.0", False),
        (dsn(f"{FAILED}Status: 5.0.0", "kim@lead.example: 550 5.1.1 User unknown"), "5.1.1", True),
        (dsn(f"{FAILED}Status: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown", kind="mixed"), "5.0.0", True),
        (dsn(f"{FAILED}Status: 5.0.0\nDiagnostic-Code: smtp; 550 Unknown user",
             "host mx.lead.example said: 550 Unknown user (in reply to end of DATA command)"), "5.0.0", False),
        (dsn("Final-Recipient: rfc822; a@lead.example\nAction: delayed\nStatus: 4.4.1\n\n"
             "Final-Recipient: rfc822; b@lead.example\nAction: failed\nStatus: 5.2.2\n\n"
             "Final-Recipient: rfc822; c@lead.example\nAction: failed\nStatus: 5.1.1"), "5.1.1", True),
        (dsn(base64.b64encode(f"{FAILED}Status: 5.1.1\n".encode()).decode(),
             more="Content-Transfer-Encoding: base64\n"), "5.1.1", True),
        (dsn(f"{FAILED}Status: 5.2.2").replace(b'boundary="b"', b'boundary="lost"'), "5.2.2", False),
        (plain(EXIM.format("SMTP error from remote mail server after RCPT TO:<kim@lead.example>:\n    host "
                           "mx.lead.example [192.0.2.5]: 550 5.1.1 User unknown")), "5.1.1", True),
        (plain(EXIM.format("Unrouteable address")), "5.0.0", True),
        (plain(EXIM.format("all relevant MX records point to non-existent hosts")), "5.0.0", True),
        (plain(EXIM.format("mailbox is full: retry timeout exceeded")), "5.0.0", False),
        (plain(EXIM.format("SMTP error from remote mail server after MAIL FROM:<sam@sender.example>:\n    host "
                           "mx.lead.example [192.0.2.5]: 550 5.1.7 No such domain sender.example")), "5.1.7", False),
        (plain(EXIM.format("retry timeout exceeded"), more="X-Failed-Recipients: kim@lead.example\n"
                           "Auto-Submitted: auto-replied\n", sender="Support <help@lead.example>"), "5.0.0", False),
        (plain(QMAIL.format("Sorry, no mailbox here by that name. (#5.1.1)"), "failure notice"), "5.1.1", True),
        (plain(QMAIL.format("Sorry, I couldn't find any host named lead.example. (#5.1.2)")), "5.1.2", True),
        (plain(QMAIL.format("Connected to 192.0.2.5 but my name was rejected.\n"
                            "Remote host said: 501 5.0.0 Invalid domain name")), "5.0.0", False),
        (plain(SENDMAIL.format(">>> RCPT To:<kim@lead.example>\n<<< 550 5.7.1 Blocked by policy\n"
                               "550 5.1.1 <kim@lead.example>... User unknown")), "5.7.1", False),
        (plain(SENDMAIL.format(">>> DATA\n<<< 550 Invalid recipient\n<<< 554 5.5.1 Error: no valid recipients")),
         "5.0.0", True),
        (plain("Delivery has failed to these recipients or groups:\n\nkim@lead.example\n\n#550 5.1.1 "
               "RESOLVER.ADR.RecipNotFound; not found ##", "Undeliverable: A question",
               "Microsoft Outlook <exchange@lead.example>"), "5.1.1", True),
        (plain("Your message did not reach some or all of the intended recipients.\n\nThe following recipient(s) could "
               "not be reached:\n\n  kim@lead.example on 9/14/2026 9:00 AM\n    The e-mail account does not exist at "
               "the organization this message was sent to.", "Undeliverable: A question",
               "System Administrator <sysadmin@lead.example>"), "5.0.0", True),
        (plain("Your message\n\n  Subject: A question\n\nwas not delivered to:\n\n  kim@lead.example\n\nbecause:\n\n  "
               "User Kim Lee (kim@lead.example) not listed in Domino Directory", "DELIVERY FAILURE",
               "postmaster@lead.example"), "5.0.0", True),
        (plain("550 5.1.1 <kim@lead.example>: User unknown", "Mail delivery failed", "MAILER-DAEMON <>"),
         "5.1.1", True),
        (plain("Your mail could not be delivered to: <kim@lead.example>\nAs their mailbox is full.", "Mail",
               "no-reply@lead.example", "Return-Path: <>\n"), "5.0.0", False),
        (plain("Ваше письмо не может быть доставлено:\n\n  kim@lead.example\n    550 пользователь не найден",
               "Mail failure", "mailer-daemon@lead.example"), "5.0.0", True),
        (plain("Ihre Nachricht konnte nicht zugestellt werden.\nkim@lead.example: Empfänger unbekannt", "Unzustellbar",
               "postmaster@lead.example"), "5.0.0", True),
        (b"\n" + dsn(f"{FAILED}Status: 5.1.1"), "5.1.1", True),
        (plain("<html><body><p>Your message could not be delivered.</p><p>It said:<br>550 5.1.1 The email account"
               " that you tried to reach does not exist.</p></body></html>", more="Content-Type: text/html\n"),
         "5.1.1", True),
    ],
)  # fmt: skip
def test_what_came_back_is_a_bounce_by_what_the_server_says(raw: bytes, status: str, hard: bool) -> None:
    found = classify(raw, NOW)

    assert (found.kind, found.status, found.hard) == (Kind.BOUNCE, status, hard)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (dsn(f"{FAILED.replace('failed', 'delayed')}Status: 4.4.1"), Kind.AUTO_REPLY),
        (dsn(f"{FAILED.replace('failed', 'relayed')}Status: 2.0.0"), Kind.AUTO_REPLY),
        (plain("A message that you sent has not yet been delivered to one or more of its recipients after more than "
               "24 hours on the queue.\n\n  kim@lead.example\n    Delay reason: 451 4.7.1 Greylisted",
               "Warning: message delayed 24 hours", more="Auto-Submitted: auto-replied\n"), Kind.AUTO_REPLY),
        (plain("THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\nDelivery has been delayed:\n "
               "kim@lead.example\nMessage will be retried for 2 more days", "Delivery Status Notification (Delay)"),
         Kind.AUTO_REPLY),
        (plain("I am out of the office until 18 September 2026.", "Out of office", "postmaster@lead.example",
               "Auto-Submitted: auto-replied\n"), Kind.OUT_OF_OFFICE),
        (plain("Thank you for your message.\n\nTicket: 4711\nStatus: open\nAction: none", "Ticket 4711",
               "postmaster@lead.example", "Auto-Submitted: auto-replied\n"), Kind.AUTO_REPLY),
        (mail("See below: Kim's address is dead, I got this back.\n\n> 550 5.1.1 User unknown"), Kind.HUMAN),
        (mail("Your email to Kim could not be delivered, try ann@lead.example.", "Undeliverable?"), Kind.HUMAN),
        (mail("I got this:\n\nReporting-MTA: dns; mx.lead.example\n\nFinal-Recipient: rfc822; kim@lead.example\n"
              "Action: failed\nStatus: 5.1.1", "Fwd: Undelivered Mail Returned to Sender"), Kind.HUMAN),
        (mail("Yes, please call me.", From="System Administrator <it@lead.example>"), Kind.HUMAN),
        (mail("Yes, please call me.", From="Kim <kim@postmaster.example>"), Kind.HUMAN),
    ],
)  # fmt: skip
def test_a_delay_and_a_persons_words_are_no_bounce(raw: bytes, kind: Kind) -> None:
    assert classify(raw, NOW).kind is kind


def test_a_person_who_attaches_a_bounce_is_a_person() -> None:
    attached = dsn(f"{FAILED}Status: 5.1.1").decode()
    raw = (
        "From: Ann <ann@lead.example>\nSubject: Re: A question\nContent-Type: multipart/mixed; boundary=o\n\n--o\n"
        f"Content-Type: text/plain\n\nMe neither.\n\n--o\nContent-Type: message/rfc822\n\n{attached}\n--o--\n"
    )
    assert classify(raw.encode(), NOW).kind is Kind.HUMAN


def test_a_bounce_says_in_words_what_is_wrong() -> None:
    raw = dsn(f"{FAILED}Status: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full")
    assert classify(raw, NOW).diagnosis == "the mailbox is full"


def arf(kind: str) -> bytes:
    """A report of a mailbox provider (RFC 5965)."""
    return (
        'From: abuse@isp.example\nSubject: FW: A question\nContent-Type: multipart/report; boundary="f"; '
        f"report-type=feedback-report\n\n--f\nContent-Type: text/plain\n\nA report.\n\n--f\n"
        f"Content-Type: message/feedback-report\n\n{kind}User-Agent: ISP/1.0\nVersion: 1\n\n--f\n"
        f"Content-Type: message/rfc822\n\n{ORIGINAL}\n--f--\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (arf("Feedback-Type: abuse\n"), Kind.COMPLAINT),
        (arf(""), Kind.COMPLAINT),
        (arf("Feedback-Type: opt-out\n"), Kind.UNSUBSCRIBE),
        (arf("Feedback-Type: opt-out-list\n"), Kind.UNSUBSCRIBE),
        (arf("Feedback-Type: auth-failure\n"), Kind.AUTO_REPLY),
        (arf("Feedback-Type: not-spam\n"), Kind.AUTO_REPLY),
        (arf("Feedback-Type: virus\n"), Kind.AUTO_REPLY),
        (plain(f"X-HmXmrOriginalRecipient: kim@lead.example\n{ORIGINAL}", "complaint", "staff@hotmail.example"),
         Kind.COMPLAINT),
        (b"From: staff@hotmail.example\nSubject: complaint\nContent-Type: multipart/mixed; boundary=j\n\n--j\n"
         b"Content-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: kim@lead.example\nSubject: A\n\nHi\n--j--\n",
         Kind.COMPLAINT),
        (plain("---\nReported-From: abuse@isp.example\nCategory: abuse\nReport-Type: spam\n", "abuse report",
               "abuse@isp.example", "X-ARF: Yes\n"), Kind.COMPLAINT),
        (plain("---\nCategory: abuse\nReport-Type: login-attack\n", "abuse", "abuse@isp.example", "X-XARF: PLAIN\n"),
         Kind.AUTO_REPLY),
        (mail("They say > X-HmXmrOriginalRecipient: is a header"), Kind.HUMAN),
    ],
)  # fmt: skip
def test_a_report_of_a_provider_counts_by_its_kind(raw: bytes, kind: Kind) -> None:
    assert classify(raw, NOW).kind is kind


def test_a_mail_programs_button_is_a_wish() -> None:
    raw = mail("Apple Mail sent this email.", "unsubscribe", Auto_Submitted="auto-replied", X_Apple_Unsubscribe="true")
    assert classify(raw, NOW).kind is Kind.UNSUBSCRIBE
