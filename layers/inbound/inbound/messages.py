"""A message's headers, parts and texts, whatever its bytes are. Pure."""

import re
from binascii import Error as BadBase64
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses

from inbound import html_lines
from inbound.mime import Parsed

# The rest of a mail is attachments and what it quotes.
_MOST_TEXT = 20_000
_MOST_HTML_TEXT = 200_000
_MOST_PARTS = 50
_MOST_HTML = 5
# RFC 2047 §2, and what programs make of it: words that are longer than 75 characters, or have blanks in them.
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bq])\?([^?]{0,2000})\?=", re.IGNORECASE)
# No charsets that mail is written in: slow to decode, or the name of something else.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})
# What the standard library's reader raises for what anybody sends: comments within comments.
UNREADABLE = (ValueError, LookupError, RecursionError, TypeError, AttributeError, AssertionError)


def addresses(value: str) -> list[tuple[str, str]]:
    """The names and addresses in a header's value."""
    try:
        return getaddresses([value])
    except UNREADABLE:
        # The address stands somewhere in it.
        return [("", value)]


def headers(message: Message, name: str) -> list[str]:
    """All values of a header, decoded."""
    return [_decoded(str(value)) for value in message.get_all(name, [])]


def header(message: Message, name: str) -> str:
    """The first value of a header, decoded; empty when it has none."""
    value = message.get(name)
    return "" if value is None else _decoded(str(value))


def _decoded(value: str) -> str:
    """Encoded words as text; those next to each other in one charset are one text, which may be cut within a letter."""
    made: list[str] = []
    charset, data, end = "", b"", 0
    for word in _ENCODED.finditer(value):
        between = value[end : word.start()]
        if between.strip() or not end or word[1].lower() != charset:
            made += [_as_text(data, charset), between if between.strip() or not end else ""]
            charset, data = word[1].lower(), b""
        data += _word(word[2].lower(), word[3])
        end = word.end()
    return "".join((*made, _as_text(data, charset), value[end:]))


def _word(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding == "q":
        return a2b_qp(raw, header=True)
    try:
        return a2b_base64(raw + b"==")
    except BadBase64:
        return raw


def parts(message: Message) -> Iterator[Message]:
    """A message and its parts, at most 50 of them."""
    for number, part in enumerate(message.walk()):
        if number == _MOST_PARTS:
            return
        yield part


def own_parts(message: Message) -> Iterator[Message]:
    """The parts that whoever sent a message wrote, at most 50: without the messages that it encloses."""
    pending = [message]
    for _ in range(_MOST_PARTS):
        if not pending:
            return
        part = pending.pop()
        yield part
        enclosed = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(enclosed, list):
            pending.extend(one for one in reversed(enclosed) if isinstance(one, Message))


def texts(message: Message) -> Iterator[str]:
    """The texts of a message, plain ones first: what is new in it, then what it encloses."""
    plain: list[Message] = []
    named: list[Message] = []
    html: list[str] = []
    for part in parts(message):
        match "" if part.is_multipart() else part.get_content_type():
            case "text/plain" | "text/rfc822-headers" | "message/rfc822-headers":
                (named if part.get_filename() else plain).append(part)
            case "text/html" if not part.get_filename():
                html.append(text_of(part, _MOST_HTML_TEXT))
    # A file is what somebody has enclosed, unless there is nothing else.
    for part in plain or ([] if html else named):
        yield text_of(part)
    for one in html[:_MOST_HTML]:
        lines, is_whole = html_lines.lines(one)
        if not is_whole and isinstance(message, Parsed):
            message.left_out["tags of HTML that nothing closes"] = None
        yield "\n".join(lines)[:_MOST_TEXT]
        # Links stand in attributes.
        yield one


def text_of(part: Message, most: int = _MOST_TEXT) -> str:
    """The text of one part, as far as its bytes can be read."""
    payload = part.get_payload(decode=True)
    data = payload[: 4 * most] if isinstance(payload, bytes) else b""
    text = _as_text(data, str(part.get_content_charset() or "utf-8"))
    return text[:most].replace("\r\n", "\n").replace("\r", "\n")


def _as_text(data: bytes, charset: str) -> str:
    """Bytes in a charset; in UTF-8 where there is no such charset."""
    if not data:
        return ""
    try:
        return data.decode("utf-8" if charset.lower().replace("-", "_") in _NO_CHARSETS else charset, "replace")
    except UNREADABLE:
        return data.decode("utf-8", "replace")
