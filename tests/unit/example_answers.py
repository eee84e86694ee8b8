"""Mails as they come in: raw bytes, in the shapes of the programs that write them."""

from email.message import EmailMessage
from zlib import crc32

from tests.unit.example_mails import URL

TAG = "12.0.a1b2c3.0.abcdefghijkl"
TO = f"replies+{TAG}@in.northwind.example"


def mail(body: str, subject: str = "Re: A short question", html: str | None = None, **headers: str) -> bytes:
    """A mail from the lead to us. Of headers, `_` stands for `-`."""
    message = EmailMessage()
    named = {"From": "Maria Lopez <maria@brightwater.example>", "To": TO, "Subject": subject}
    named["Message-ID"] = f"<{crc32((subject + body).encode())}@brightwater.example>"
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in named.items():
        message[name] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


GMAIL = mail(
    f"""Sounds good, can we talk on Thursday?

Maria

On Mon, 23 Nov 2026 at 10:00, Sam Rivera <sam@northwind.example>
wrote:

> Hi Maria,
> shall we talk? To unsubscribe: {URL}
""",
    html=f"""<div dir="ltr">Sounds good, can we talk on Thursday?<br><br>Maria</div><br><div class="gmail_quote">
<div class="gmail_attr">On Mon, Sam wrote:</div><blockquote><a href="{URL}">Unsubscribe me</a></blockquote></div>""",
)
OUTLOOK = mail(
    f"""Gern, rufen Sie mich an.

________________________________
Von: Sam Rivera <sam@northwind.example>
Gesendet: Montag, 23. November 2026 10:00
An: Maria Lopez
Betreff: Kurze Frage

Bitte abmelden: {URL}
""",
    "AW: Kurze Frage",
)
EXCHANGE_OOO = mail(
    "Hello,\n\nthank you for your message. I am out of the office until Friday, 4 December 2026 with limited access\n"
    "to email.\n\nMaria",
    "Automatic reply: A short question",
    Auto_Submitted="auto-generated",
    X_Auto_Response_Suppress="All",
    In_Reply_To="<0100@email.amazonses.com>",
)
GMAIL_OOO = mail(
    "I'm on vacation and will be back on Monday.",
    "Out of Office Re: A short question",
    Precedence="bulk",
    X_Autoreply="yes",
    Auto_Submitted="auto-replied",
)
GERMAN_OOO = mail(
    "Sehr geehrte Damen und Herren,\n\nich bin vom 24.11. bis einschließlich 04.12.2026 nicht im Büro. Ihre Mail wird "
    "nicht weitergeleitet.",
    "Automatische Antwort: Kurze Frage",
)
FRENCH_OOO = mail(
    "Bonjour,\n\nje suis absente jusqu'au 7 décembre inclus.",
    "Réponse automatique : Une question",
    Auto_Submitted="auto-replied",
)
SPANISH_OOO = mail(
    "Hola,\n\nestoy fuera de la oficina hasta el 9 de diciembre de 2026.",
    "Respuesta automática: Una pregunta",
    Auto_Submitted="auto-replied (vacation)",
)
UNDATED_OOO = mail(
    "I am currently out of office. For urgent matters call +49 30 1234567.",
    "Out of office",
    X_Autorespond="yes",
)
TICKET = mail(
    "We have received your request #2026-1201. A member of our team will answer within 24 hours.",
    "[Ticket 4711] A short question",
    Auto_Submitted="auto-generated",
)
LIST_UNSUBSCRIBE = mail("", "unsubscribe")

POSTFIX = b"""Return-Path: <>
From: MAILER-DAEMON@mx.northwind.example (Mail Delivery System)
To: sam@northwind.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <20261123.1@mx.northwind.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4Z"

--4Z
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.northwind.example.

<maria@brightwater.example>: host mx.brightwater.example said: 550 5.1.1 User unknown

--4Z
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.northwind.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; maria@brightwater.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--4Z
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Sam Rivera <sam@northwind.example>
To: maria@brightwater.example
Subject: A short question
X-CAM-Ref: WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000

--4Z--
"""
EXCHANGE_BOUNCE = b"""From: Microsoft Outlook <postmaster@brightwater.example>
To: sam@northwind.example
Subject: Undeliverable: A short question
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
MIME-Version: 1.0
X-MS-Exchange-Message-Is-Ndr:

--b1
Content-Type: multipart/alternative; differences=Content-Type; boundary="b2"

--b2
Content-Type: text/plain; charset="us-ascii"

Your message to maria@brightwater.example couldn't be delivered. The mailbox is full.

--b2--

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.eurprd01.prod.exchangelabs.com

Final-Recipient: rfc822;maria@brightwater.example
Action: failed
Status: 4.2.2
Diagnostic-Code: smtp;452 4.2.2 mailbox full

--b1
Content-Type: message/rfc822

X-CAM-Ref:
 WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000
From: Sam Rivera <sam@northwind.example>
To: maria@brightwater.example
Subject: A short question

Hi Maria

--b1--
"""
DELAYED = POSTFIX.replace(b"Action: failed\nStatus: 5.1.1", b"Action: delayed\nStatus: 4.4.1")
QMAIL = b"""Return-Path: <>
From: MAILER-DAEMON@mail.example.com
To: sam@northwind.example
Subject: failure notice

Hi. This is the qmail-send program at mail.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<maria@brightwater.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <sam@northwind.example>
X-CAM-Ref: WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000
Subject: A short question
"""
FEEDBACK_REPORT = b"""From: staff@isp.example
To: sam@northwind.example
Subject: FW: A short question
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="f1"

--f1
Content-Type: text/plain

This is an email abuse report.

--f1
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: ISP/1.0
Version: 1

--f1
Content-Type: message/rfc822

X-CAM-Ref: WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000
Subject: A short question

Hi Maria

--f1--
"""
