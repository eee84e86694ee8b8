"""A rendered mail as bytes on the wire: RFC 5322 headers, one-click unsubscribe (RFC 8058), text and HTML parts.

Everything that comes from outside is made one line before it becomes a header, and a header with a line break in it
is refused. Headers are written as they stand: Python 3.13 would fold a long `List-Unsubscribe` into encoded words,
which no mailbox provider reads as a link, and drop the quotes of a long name, so that its commas part recipients.
Words, dates and parts are encoded by the standard library; `EmailMessage` around them costs five times as much.
"""

import re
from binascii import b2a_qp
from collections.abc import Iterable
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2s

from cam.mail.render import REPLY, SUBJECT_LENGTH, Rendered
from cam.mail.skip_reasons import BadAddress, MissingValue, NeedsSmtputf8
from cam.model.settings.kinds import domain
from cam.model.settings.sending import Sending
from cam.text.characters import one_line
from cam.text.cleaning import clip

# RFC 5322 §3.2.3 dot-atom; RFC 5321 §4.5.3.1.1: 64 octets.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
# What `domain` gives back as it is. IDNA is asked about all others: that takes a tenth of a whole mail's time.
_PLAIN_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_URL = re.compile(r"https?://[!#-;=?-~]+")
_REFERENCE = re.compile(r"[A-Za-z0-9._~=:-]{1,500}")
_BREAK_OUT = re.compile(r"\r\n(?![ \t]\S)|\r(?!\n)|(?<!\r)\n|[^\t\r\n -~]")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,255}>")
_FEEDBACK = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST_NAME = 60
_PART = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
_PLAIN, _HTML = _PART % b"plain", _PART % b"html"


def mailbox(address: str) -> str:
    """The address as SMTP without extensions takes it: ASCII, the domain in its IDNA form. This is also the envelope's.

    Raises NeedsSmtputf8 when the local part is not ASCII, BadAddress when the address cannot stand in a header.
    """
    local, at, host = address.strip().rpartition("@")
    if not local.isascii():
        raise NeedsSmtputf8
    if not at or len(local) > 64 or not _LOCAL_PART.fullmatch(local):
        raise BadAddress
    if _PLAIN_HOST.fullmatch(host) and "--" not in host and len(host) <= 253:
        return f"{local}@{host}"
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
    feedback_id: str | None = None,
    in_reply_to: str | None = None,
    tag: str | None = None,
) -> bytes:
    """The whole message with CRLF line ends, no line longer than 998 bytes, ASCII only.

    `message_ref` is the signed reference by which a reply or a provider event finds its lead: it goes into X-CAM-Ref,
    and `tag`, its short form, into the Message-ID, which answers name; without one a hash of the reference (SES
    replaces that). `feedback_id` is made by the function of that name, `in_reply_to` is the Message-ID, in angle
    brackets, of the mail that this one follows; one that is none is left out.
    `date` is aware. The same arguments give the same bytes.
    Raises NeedsSmtputf8, BadAddress or MissingValue when lead or sender have no address that can be used, ValueError
    for a URL or a reference that no header can hold.
    """
    if not sending.sender_email:
        raise MissingValue("sender_email")
    if not _URL.fullmatch(unsubscribe_url) or len(unsubscribe_url) > 900:
        raise ValueError("the unsubscribe URL is not valid in a header")
    if not _REFERENCE.fullmatch(message_ref):
        raise ValueError("the message reference is not valid in a header")
    author, reply_to, host = _sender(sending.sender_name, sending.sender_email, sending.reply_to)
    digest = blake2s(message_ref.encode(), digest_size=16).hexdigest()
    headers = {
        "From": author,
        "Reply-To": reply_to,
        "To": _named(to_name, mailbox(to)),
        "Subject": _words(_subject(rendered.subject), "Subject"),
        "Date": _date(date),
        "Message-ID": f"<{tag or digest}@{host}>",
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-CAM-Ref": message_ref,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="=_{digest}"',
    }
    if in_reply_to and _MESSAGE_ID.fullmatch(in_reply_to):
        headers |= {"In-Reply-To": in_reply_to, "References": in_reply_to}
    if feedback_id:
        headers["Feedback-ID"] = feedback_id
    _check(headers.values())
    head = "".join([f"{name}: {value}\r\n" for name, value in headers.items()]).encode("ascii")
    # Quoted-printable writes "=" as "=3D": no line of a part can be taken for the boundary.
    edge = f"--=_{digest}".encode("ascii")
    parts = [_PLAIN, _quoted(rendered.text), _HTML, _quoted(rendered.html)]
    return b"%b\r\n%b\r\n%b%b\r\n%b\r\n%b%b\r\n%b--\r\n" % (head, edge, *parts[:2], edge, *parts[2:], edge)


def _check(values: Iterable[str]) -> None:
    """Raises ValueError for a header that could become two, or is not ASCII. Folded lines begin with a space."""
    # Between the values stands what no folded line begins with.
    text = ":".join(values)
    if not text.isascii() or (not text.isprintable() and _BREAK_OUT.search(text)):
        raise ValueError("a header contains a line break or a non-ASCII character")


def feedback_id(campaign_id: int, sequence: str, step: int, stack: str) -> str:
    """`Feedback-ID`, by which Gmail's Postmaster Tools tell our mails apart: campaign, sequence, step and sender.

    Four fields; Gmail wants the last, which stays the same for all mails of a sender, to have 5 to 15 characters.
    """
    names = [_FEEDBACK.sub("_", name) for name in (str(campaign_id), sequence, str(step), stack)]
    return ":".join([*names[:3], names[3][:15].ljust(5, "_")])


@lru_cache(maxsize=16)
def _sender(name: str | None, address: str, reply_to: str | None) -> tuple[str, str, str]:
    """From, Reply-To and the domain of a sender: the same for all its mails."""
    sender = mailbox(address)
    return _named(name, sender), mailbox(reply_to) if reply_to else sender, sender.rpartition("@")[2]


@lru_cache(maxsize=16)
def _date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))


def _subject(text: str) -> str:
    """One line of a bearable length. Of a reply, the first mail's subject stays whole: mail programs compare it."""
    line = one_line(text)
    return clip(line, SUBJECT_LENGTH + len(REPLY) if line.startswith(REPLY) else SUBJECT_LENGTH)


def _quoted(text: str) -> bytes:
    """A part's text in quoted-printable, which keeps lines short and ASCII, as SES wants them.

    By `binascii`: what `set_content` does in Python costs more than the rest of the mail.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")


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
