"""A rendered mail as bytes on the wire: RFC 5322 headers, one-click unsubscribe (RFC 8058), text and HTML parts.

Everything that comes from outside is made one line before it becomes a header, and a header with a line break in it
is refused. Headers are written as they stand: Python 3.13 would fold a long `List-Unsubscribe` into encoded words,
which no mailbox provider reads as a link, and drop the quotes of a long name, so that its commas part recipients.
"""

import re
from binascii import b2a_qp
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from hashlib import blake2s

from cam.settings import Sending, domain
from functions.nurture.render import SUBJECT_LENGTH, Rendered
from functions.nurture.skips import BadAddress, MissingValue, NeedsSmtputf8
from functions.nurture.values import clip, one_line

# RFC 5322 §3.2.3 dot-atom; RFC 5321 §4.5.3.1.1: 64 octets.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_URL = re.compile(r"https?://[!#-;=?-~]+")
_REFERENCE = re.compile(r"[A-Za-z0-9._~=:-]{1,500}")
_BREAK_OUT = re.compile(r"\r\n(?![ \t]\S)|\r(?!\n)|(?<!\r)\n|[^\t\r\n -~]")
_LONGEST_NAME = 60


class _AsWritten(EmailPolicy):
    """SMTP's policy, but a header is neither parsed nor folded again.

    One that could become two is refused, and so is a second one of the same name.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        if _BREAK_OUT.search(value):
            raise ValueError(f"the header {name} holds a line break or a character that is not ASCII")
        return name, value

    def header_max_count(self, name: str) -> int:
        return 1

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


_POLICY = _AsWritten(linesep=SMTP.linesep)


def mailbox(address: str) -> str:
    """The address as SMTP without extensions takes it: ASCII, the domain in its IDNA form. This is also the envelope's.

    Raises NeedsSmtputf8 when the local part is not ASCII, BadAddress when the address cannot stand in a header.
    """
    local, at, host = address.strip().rpartition("@")
    if not local.isascii():
        raise NeedsSmtputf8
    if not at or len(local) > 64 or not _LOCAL_PART.fullmatch(local):
        raise BadAddress
    try:
        return f"{local}@{domain(host)}"
    except ValueError as error:
        raise BadAddress from error


def build(
    rendered: Rendered,
    sending: Sending,
    to: str,
    to_name: str | None,
    unsubscribe_url: str,
    message_ref: str,
    date: datetime,
) -> bytes:
    """The whole message with CRLF line ends, no line longer than 998 bytes, ASCII only.

    `message_ref` is the signed reference by which a reply or a provider event finds its lead: it goes into X-CAM-Ref,
    and a hash of it into the Message-ID (SES replaces that). `date` is aware. The same arguments give the same bytes.
    Raises NeedsSmtputf8, BadAddress or MissingValue when lead or sender have no address that can be used, ValueError
    for a URL or a reference that no header can hold.
    """
    if not sending.sender_email:
        raise MissingValue("sender_email")
    if not _URL.fullmatch(unsubscribe_url) or len(unsubscribe_url) > 900:
        raise ValueError("the unsubscribe URL cannot stand in a header")
    if not _REFERENCE.fullmatch(message_ref):
        raise ValueError("the message reference cannot stand in a header")
    sender = mailbox(sending.sender_email)
    digest = blake2s(message_ref.encode(), digest_size=16).hexdigest()
    message = EmailMessage(_POLICY)
    message["From"] = _named(sending.sender_name, sender)
    message["Reply-To"] = mailbox(sending.reply_to) if sending.reply_to else sender
    message["To"] = _named(to_name, mailbox(to))
    message["Subject"] = _words(clip(one_line(rendered.subject), SUBJECT_LENGTH), "Subject")
    message["Date"] = format_datetime(date.astimezone(UTC))
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-CAM-Ref"] = message_ref
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="=_{digest}"'
    message.attach(_part(rendered.text, "plain"))
    message.attach(_part(rendered.html, "html"))
    return message.as_bytes()


def _part(text: str, subtype: str) -> EmailMessage:
    """One body part. Quoted-printable keeps lines short and ASCII, which is what SES takes.

    Encoded by `binascii`: what `set_content` does in Python costs more than the rest of the mail.
    """
    part = EmailMessage(_POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode("utf-8", "replace"), istext=True).decode("ascii"))
    return part


def _named(name: str | None, address: str) -> str:
    """`"Name" <address>`, the name quoted or in encoded words, so that nothing in it can be read as an address."""
    shown = clip(one_line(name or ""), _LONGEST_NAME)
    if not shown:
        return address
    words = _words(shown, "Reply-To")
    if words == shown:
        words = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    fold = "\r\n " if len(words) + len(address) > _LONGEST_NAME else " "
    return f"{words}{fold}<{address}>"


def _words(text: str, header: str) -> str:
    """Text for a header: as it is when it is ASCII, else as folded encoded words (RFC 2047)."""
    # What looks like an encoded word would be decoded by the reader: lead data could smuggle in anything.
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
