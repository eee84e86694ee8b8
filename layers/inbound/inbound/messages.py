"""A message's headers, parts and texts, whatever its bytes are. Pure."""

from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser

# The rest of a mail is attachments and what it quotes.
_MOST_TEXT = 20_000
_MOST_PARTS = 50
# Broken HTML takes the standard library's reader seconds a part.
_MOST_HTML = 3
# What the standard library's reader raises for what anybody sends: `boundary*=undefined''x`, parts within parts.
UNREADABLE = (ValueError, LookupError, RecursionError, TypeError, AttributeError, AssertionError)


def addresses(value: str) -> list[tuple[str, str]]:
    """The names and addresses in a header's value."""
    try:
        return getaddresses([value])
    except UNREADABLE:
        # Comments within comments; the address stands somewhere in it.
        return [("", value)]


def headers(message: Message, name: str) -> list[str]:
    """All values of a header, decoded."""
    return [_decoded(value) for value in message.get_all(name, [])]


def header(message: Message, name: str) -> str:
    """The first value of a header, decoded; empty when it has none."""
    value = message.get(name)
    return "" if value is None else _decoded(value)


def _decoded(value: object) -> str:
    try:
        return str(make_header(decode_header(str(value)[:_MOST_TEXT])))
    except (HeaderParseError, LookupError, ValueError):
        return str(value)


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
    html = []
    for part in parts(message):
        if part.is_multipart() or part.get_filename():
            continue
        match part.get_content_type():
            case "text/plain" | "text/rfc822-headers" | "message/rfc822-headers":
                yield text_of(part)
            case "text/html":
                html.append(text_of(part))
    for one in html[:_MOST_HTML]:
        yield _plain(one)
        # Links stand in attributes.
        yield one


def text_of(part: Message) -> str:
    """The text of one part, as far as its bytes can be read."""
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
