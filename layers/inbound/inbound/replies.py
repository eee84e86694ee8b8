"""What came back by mail: a person's answer, an absence, a bounce, a wish to hear no more, or a machine's word. Pure.

A raw message goes in, a `Reply` comes out, whatever the bytes are. Texts are looked at, and not kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from enum import StrEnum
from html.parser import HTMLParser

from flufl.bounce import all_failures

from cam.text.bounce_codes import GONE
from inbound import absences, quoting

# The rest of a mail is attachments and what it quotes.
_MOST_TEXT = 20_000
_MOST_RAW = 300_000
_MOST_PARTS = 50
# Broken HTML takes the standard library's reader seconds a part.
_MOST_HTML = 3
_MOST_REFERENCES = 20
_TAG = re.compile(r"\+([A-Za-z0-9._-]{10,64})@")
# The Message-ID of a mail that left over SMTP is its tag.
_ANSWERED_ID = re.compile(r"<([A-Za-z0-9._-]{10,64})@")
_LINK = re.compile(r"(?:/|%2F)u(?:/|%2F)([A-Za-z0-9._-]{20,500})", re.IGNORECASE)
_OURS = re.compile(r"^x-cam-ref:[ \t]{0,8}(?:\r?\n[ \t]{1,8})?([A-Za-z0-9._-]{20,500})", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_GONE = frozenset(f"{subject}.{detail}" for subject, detail in GONE)
_RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To")
# What the standard library's reader raises for what anybody sends: `boundary*=undefined''x`, parts within parts.
_UNREADABLE = (ValueError, LookupError, RecursionError, TypeError, AttributeError, AssertionError)
_POSTMASTERS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")


class Kind(StrEnum):
    """What a mail is."""

    HUMAN = "human"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail that came in. `tags` and `references` may name the touch that it answers, once their signature is checked.

    `until` is the day until which somebody is away, if they say; `status` the code of a bounce (RFC 3463), as `5.1.1`.
    Whether a person's answer is `positive` is not decided here.
    """

    kind: Kind
    message_id: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    until: date | None = None
    status: str = ""
    positive: bool | None = None

    @property
    def hard(self) -> bool:
        """Whether a bounce is for good: there is no such mailbox, or nothing says what else it is."""
        kind, _, detail = self.status.partition(".")
        return kind == "5" and (detail == "0.0" or detail in _GONE)


def classify(raw: bytes, received: datetime) -> Reply:
    """What a raw message, which may be cut short or be none at all, is; `received` tells which year a day is in.

    One whose parts cannot be told apart is read as far as it can be: its headers, and all behind them as plain text.
    """
    try:
        return _classified(message_from_bytes(raw), raw, received)
    except _UNREADABLE:
        return _classified(_undivided(raw), raw, received)


def _undivided(raw: bytes) -> Message:
    message = BytesHeaderParser().parsebytes(raw)
    for name in ("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"):
        del message[name]
    return message


def _classified(message: Message, raw: bytes, received: datetime) -> Reply:
    if _header(message, "X-CAM-Ref").strip():
        # One of our own mails, come back as it was: forwarded by a rule, or from a folder of all mail. No answer.
        return Reply(Kind.AUTO_REPLY, _header(message, "Message-ID").strip())
    subject = _header(message, "Subject")
    texts = list(_texts(message))
    found = texts[0] if texts else ""
    kind, until, status = _kind(message, subject, found, received.date())
    links = [one for text in (*texts, subject) for one in _LINK.findall(text)]
    return Reply(
        kind=kind,
        message_id=_header(message, "Message-ID").strip(),
        tags=_some((*_from_recipients(message), *_from_threads(message))),
        references=_some(
            (*(one for text in (raw[:_MOST_RAW].decode("latin-1"), *texts) for one in _OURS.findall(text)), *links)
        ),
        until=until,
        status=status,
    )


def _from_recipients(message: Message) -> Iterator[str]:
    for name in _RECIPIENT_HEADERS:
        for value in _headers(message, name):
            yield from _tags(value)


def _from_threads(message: Message) -> Iterator[str]:
    """What an answer refers to, the latest first (RFC 5322 §3.6.4)."""
    yield from _ANSWERED_ID.findall(_header(message, "In-Reply-To"))
    yield from reversed(_ANSWERED_ID.findall(_header(message, "References")))


def _some(found: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST_REFERENCES]


def _kind(message: Message, subject: str, text: str, today: date) -> tuple[Kind, date | None, str]:
    report = _report(message)
    if report == "feedback-report":
        return Kind.COMPLAINT, None, ""
    if report == "delivery-status" or _from_postmaster(message):
        status = _delivery_status(message)
        # A delay, or a success that somebody asked to be told of, is nothing that came back.
        return (Kind.BOUNCE, None, status) if status else (Kind.AUTO_REPLY, None, "")
    new = quoting.without_quotes(text)
    if _is_automatic(message, subject):
        if absences.says_away(subject, new):
            return Kind.OUT_OF_OFFICE, absences.until(f"{subject}\n{new}", today), ""
        return Kind.AUTO_REPLY, None, ""
    if quoting.wants_no_more(subject, new):
        return Kind.UNSUBSCRIBE, None, ""
    return Kind.HUMAN, None, ""


def _report(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    named = message.get_param("report-type")
    return named.lower() if isinstance(named, str) else "unknown"


def _from_postmaster(message: Message) -> bool:
    if _header(message, "Auto-Submitted").lower().startswith("auto-replied"):
        return False
    senders = [address.lower().partition("@")[0] for _, address in _addresses(_header(message, "From"))]
    return any(sender.startswith(_POSTMASTERS) for sender in senders)


def _delivery_status(message: Message) -> str:
    """The code of a bounce, the worst of several; empty when nothing came back.

    By RFC 3464 where the report follows it, else by what postmasters are known to write.
    """
    fields = [
        (_header(part, "Action").lower().strip(), _header(part, "Status"))
        for whole in _parts(message)
        if whole.get_content_type() in ("message/delivery-status", "message/global-delivery-status")
        for part in (whole.get_payload() if isinstance(whole.get_payload(), list) else ())
        if isinstance(part, Message) and (part.get("Action") or part.get("Status"))
    ]
    if fields:
        failed = [_STATUS.search(status) for action, status in fields if action in ("failed", "")]
        codes = sorted(one.group() for one in failed if one and one.group(1) != "2")
        unnumbered = "5.0.0" if any(action == "failed" for action, _ in fields) else ""
        return codes[-1] if codes else unnumbered
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # its detectors read whatever anybody sends
        return ""
    if not (temporary or permanent):
        return ""
    stated = [one.group() for text in _texts(message) for one in _STATUS.finditer(text) if one.group(1) != "2"]
    return max(stated, default="5.0.0" if permanent else "4.0.0")


# Subjects that programs give to what they answer by themselves; a person's answer begins with "Re:".
_AUTOMATIC = re.compile(
    r"\s*(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|autoreply|automatische (?:antwort|rückmeldung)"
    r"|réponse automatique|respuesta automática|out[ -]of[ -](?:the[ -])?office|abwesen|abwesenheit|ooo\b|absence"
    r"|absent|fuera de (?:la )?oficina|ausencia|ausente|vacation|on (?:leave|vacation|holiday)|urlaub|en congés?)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\s*(?:re|aw|sv|tr|rv|antw|fw|fwd|wg)\s*:", re.IGNORECASE)
_BY_PROGRAMS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From", "X-Mail-Autoreply")
_PRECEDENCES = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})


def _is_automatic(message: Message, subject: str) -> bool:
    """RFC 3834 §5, what programs wrote before it, and their subjects."""
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if any(_header(message, name).strip() for name in _BY_PROGRAMS):
        return True
    if _header(message, "Precedence").strip().lower() in _PRECEDENCES:
        return True
    if _header(message, "Return-Path").strip() == "<>" or _report(message):
        return True
    return not _ANSWERED.match(subject) and bool(_AUTOMATIC.match(subject))


def _tags(value: str) -> Iterator[str]:
    for _, address in _addresses(value):
        yield from _TAG.findall(address)


def _addresses(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except _UNREADABLE:
        # Comments within comments; the address stands somewhere in it.
        return [("", value)]


def _headers(message: Message, name: str) -> list[str]:
    return [_decoded(value) for value in message.get_all(name, [])]


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    return "" if value is None else _decoded(value)


def _decoded(value: object) -> str:
    try:
        return str(make_header(decode_header(str(value)[:_MOST_TEXT])))
    except (HeaderParseError, LookupError, ValueError):
        return str(value)


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number == _MOST_PARTS:
            return
        yield part


def _texts(message: Message) -> Iterator[str]:
    """The texts of a message, plain ones first: what is new in it, then what it encloses."""
    html = []
    for part in _parts(message):
        if part.is_multipart() or part.get_filename():
            continue
        match part.get_content_type():
            case "text/plain" | "text/rfc822-headers" | "message/rfc822-headers":
                yield _text(part)
            case "text/html":
                html.append(_text(part))
    for one in html[:_MOST_HTML]:
        yield _plain(one)
        # Links stand in attributes.
        yield one


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload[: 4 * _MOST_TEXT] if isinstance(payload, bytes) else b""
    try:
        text = data.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except (LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    return text[:_MOST_TEXT].replace("\r\n", "\n").replace("\r", "\n")


class _Lines(HTMLParser):
    """HTML as lines; quotations marked as in plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._hidden = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "head"):
            self._hidden += 1
        if tag == "blockquote" or ("class", "gmail_quote") in attrs:
            self._quoted += 1
        if tag in ("br", "p", "div", "tr", "li", "blockquote", "hr"):
            self.lines.append("> " if self._quoted else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head"):
            self._hidden = max(0, self._hidden - 1)
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in ("p", "div", "tr", "li", "blockquote"):
            self.lines.append("> " if self._quoted else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.lines[-1] += " ".join(data.split("\n"))


def _plain(html: str) -> str:
    reader = _Lines()
    try:
        reader.feed(html)
        reader.close()
    except (ValueError, AssertionError):
        return html
    return "\n".join(reader.lines)
