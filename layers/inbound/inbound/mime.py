"""Parses a raw message within limits, in time proportional to its length, whatever it contains. Pure.

The standard library's parser takes minutes for a header of semicolons, and raises an error for a charset called
`undefined`. This one keeps what fits into the limits below and notes what it left out. Its result is the standard
library's `Message`; headers are unfolded and Content-Type is rewritten, so that its methods raise nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from urllib.parse import unquote_to_bytes

MOST_RAW = 2_000_000  # bytes; what says who wrote why stands at the beginning
_MOST_PARTS = 100
_MOST_DEPTH = 10
_MOST_BLOCKS = 100  # recipients of a delivery report
# Header fields, and characters of one, before white space is collapsed. RFC 5322 §2.1.1 has 998 a line.
_MOST_FIELDS = 500
_MOST_LOOKED_AT = 5_000  # for those that classification reads
_MOST_OF_FIELD = 16_000
_MOST_OF_CONTENT_FIELD = 4_000
_MOST_OF_RECIPIENT = 1_000  # of a delivery report
# Of all headers with addresses together: the standard library needs 50 ms for so many.
_MOST_OF_ADDRESSES = 64_000
_MOST_COMMENTS = 50
# Of a text, as it is encoded. Of attachments nothing is read.
_MOST_OF_TEXT = {"text/html": 600_000}
_MOST_OF_ANY_TEXT = 250_000
_MOST_OF_ATTACHMENT = 2_000

# Fields that classification reads: they are kept wherever they stand among thousands.
_ADDRESSES = frozenset(
    {"from", "to", "cc", "return-path", "delivered-to", "x-original-to", "x-forwarded-to", "envelope-to",
     "x-failed-recipients"}
)  # fmt: skip
_NEEDED = _ADDRESSES | {
    "subject", "message-id", "in-reply-to", "references", "date", "auto-submitted", "precedence", "x-autoreply",
    "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply", "x-cam-ref", "content-type",
    "content-disposition", "content-transfer-encoding", "action", "status", "final-recipient", "original-recipient",
}  # fmt: skip
_MOST_OF_NEEDED = 20
_NAME = re.compile(rb"[!-9;-~]{1,200}+[ \t]{0,20}+:")
_WHITE = re.compile(r"[\x00-\x20\x7f]+")
# A type with its subtype, or a disposition, which has none.
_KIND = re.compile(r"([a-z0-9!#$&^_.+-]{1,80}+(?:/[a-z0-9!#$&^_.+-]{1,80}+)?)(?![^\s;])", re.IGNORECASE)
_PARAMETER = re.compile(r";\s*+([^\s=;\"]{1,80}+)\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^;]*+))")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_MOST_PARAMETERS = 50
_MOST_OF_PARAMETER = 200
_KEPT = ("charset", "report-type", "name", "filename", "format", "delsp")
_UNSAFE = re.compile(r"[^ !#-\[\]-~]")
_ENCODINGS = frozenset({"base64", "quoted-printable", "7bit", "8bit", "binary", "x-uuencode", "uuencode", "x-uue"})
_DELIMITERS = re.compile(rb"^(?:--.*|content-[!-9;-~]+:.*)?\n", re.IGNORECASE | re.MULTILINE)
_BASE64 = re.compile(rb"\s*+[A-Za-z0-9+/=\-_]*+\s*?(?:\n|$)")
_FIRST_BOUNDARY = re.compile(rb"\s*--([!-~]{0,200})[ \t]*\n")
_BLANK = re.compile(rb"\n[ \t]*\n")
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status", "message/disposition-notification"})
_ENCLOSED = frozenset({"message/rfc822", "message/global", "message/news"})


class Parsed(Message):
    """A message and what of it was left out, in words for the log."""

    def __init__(self) -> None:
        super().__init__()
        self.left_out: dict[str, None] = {}


def parse(raw: bytes) -> Parsed:
    """A message and its parts; never raises. The rest of what is longer than 2 MB is not read."""
    root = Parsed()
    _Reader(root).fill(root, _lines(raw), depth=0)
    return root


def undivided(raw: bytes) -> Parsed:
    """The headers of a message, and all that follows as one plain text."""
    root = Parsed()
    body, _ = _Reader(root).head(root, _lines(raw))
    for name in ("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"):
        del root[name]
    root.set_payload(_held(body[:_MOST_OF_ANY_TEXT]))
    return root


def _lines(raw: bytes) -> bytes:
    """What is read of a message, with the line ends of Unix, and without the empty line that some stores begin with."""
    return raw[:MOST_RAW].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")


class _Reader:
    """Fills the parts of one message, and counts them."""

    def __init__(self, root: Parsed) -> None:
        self._left_out = root.left_out
        self._parts = 0
        self._addresses = _MOST_OF_ADDRESSES

    def fill(self, message: Message, text: bytes, depth: int) -> None:
        """Give a message its headers and its body."""
        self._parts += 1
        body, boundary = self.head(message, text)
        kind, main = message.get_content_type(), message.get_content_maintype()
        encloses = main == "multipart" or kind in _ENCLOSED
        if encloses and depth >= _MOST_DEPTH:
            self._leave_out(f"parts nested more than {_MOST_DEPTH} deep")
            # What is in the innermost of them.
            message.set_payload([_plain(_DELIMITERS.sub(b"", body))])
        elif main == "multipart":
            parts: list[Message | str] = [*self._within(body, boundary, depth)]
            if parts:
                message.set_payload(parts)
            else:
                # No boundary is in it: it is one text, whatever its header says.
                message.replace_header("Content-Type", "text/plain")
                message.set_payload(_held(body[:_MOST_OF_ANY_TEXT]))
        elif kind in _ENCLOSED:
            message.set_payload([self._part(_unencoded(message, body), depth)])
        elif kind in _REPORTS:
            message.set_payload([*self._blocks(_unencoded(message, body))])
        else:
            if message.get("Content-Transfer-Encoding", "").lower() == "base64" and not _BASE64.match(body):
                # A gateway has put something before it, or it never was.
                del message["Content-Transfer-Encoding"]
            is_text = main in ("text", "message")
            most = _MOST_OF_TEXT.get(kind, _MOST_OF_ANY_TEXT) if is_text else _MOST_OF_ATTACHMENT
            message.set_payload(_held(body[:most]))

    def head(self, message: Message, text: bytes) -> tuple[bytes, str]:
        """Give a message its headers; what follows them, and the boundary of its parts."""
        kept = Counter[str]()
        boundary = ""
        fields = _Fields(text)
        for number, (name, value) in enumerate(fields):
            lower, full = name.lower(), number >= _MOST_FIELDS
            if number == _MOST_FIELDS:
                self._leave_out(f"headers after the first {_MOST_FIELDS}")
            if (full and lower not in _NEEDED) or kept[lower] >= (_MOST_OF_NEEDED if full else _MOST_FIELDS):
                continue
            kept[lower] += 1
            clean = self._value(lower, value)
            if lower == "content-transfer-encoding" and clean.lower() not in _ENCODINGS:
                continue
            if lower in ("content-type", "content-disposition"):
                if kept[lower] > 1:
                    continue
                clean, stated = _rewritten(clean, "text/plain" if lower == "content-type" else "inline")
                boundary = boundary or stated
            message[name] = clean
        return text[fields.end :], boundary

    def _value(self, name: str, value: bytes) -> str:
        """A header's value: unfolded, its white space collapsed, and cut."""
        most = _MOST_OF_FIELD
        if name.startswith("content-"):
            most = _MOST_OF_CONTENT_FIELD
        elif name.endswith("-recipient"):
            most = _MOST_OF_RECIPIENT
        if len(value) > most:
            self._leave_out(f"the rest of a header of more than {most:,} characters")
        if name in _ADDRESSES:
            if len(value) > self._addresses:
                self._leave_out(f"addresses after the first {_MOST_OF_ADDRESSES:,} characters of them")
            most = min(most, self._addresses)
            self._addresses -= min(most, len(value))
        text = _WHITE.sub(" ", _text(value[:most])).strip(" ")
        if name in _ADDRESSES and text.count("(") > _MOST_COMMENTS:
            self._leave_out(f"more than {_MOST_COMMENTS} comments in a header")
            text = text.replace("(", " ").replace(")", " ")
        return text

    def _part(self, text: bytes, depth: int) -> Message:
        part = Message()
        self.fill(part, text, depth + 1)
        return part

    def _within(self, body: bytes, boundary: str, depth: int) -> Iterator[Message]:
        for piece in _pieces(body, boundary):
            if self._parts >= _MOST_PARTS:
                self._leave_out(f"parts after the first {_MOST_PARTS}")
                return
            yield self._part(piece, depth)

    def _blocks(self, text: bytes) -> Iterator[Message]:
        """The blocks of fields that a delivery report consists of (RFC 3464 §2.1)."""
        blocks = [block for block in _BLANK.split(text.strip(b"\n"), _MOST_BLOCKS) if block.strip()]
        if len(blocks) > _MOST_BLOCKS:
            self._leave_out(f"recipients of a report after the first {_MOST_BLOCKS}")
        for block in blocks[:_MOST_BLOCKS]:
            message = Message()
            rest, _ = self.head(message, block + b"\n")
            message.set_payload(_held(rest[:_MOST_OF_ATTACHMENT]))
            yield message

    def _leave_out(self, what: str) -> None:
        self._left_out[what] = None


class _Fields:
    """Iterates over names and raw values of header fields; `end` is where the body begins afterwards."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.end = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        text, at, number = self._text, 0, 0
        while at < len(text) and not text.startswith(b"\n", at):
            if (number := number + 1) > _MOST_LOOKED_AT:
                blank = text.find(b"\n\n", at)
                self.end = blank + 2 if blank >= 0 else len(text)
                return
            named, end = _NAME.match(text, at), _line_end(text, at)
            if named:
                value, at = self._value(named.end(), end)
                yield named.group()[:-1].rstrip().decode("ascii"), value
            elif text.startswith((b"From ", b">From ", b" ", b"\t"), at):
                # The envelope of a mbox file; what continues nothing.
                at = end
            else:
                # A broken mail's text begins without an empty line.
                self.end = at
                return
        self.end = min(at + 1, len(text))

    def _value(self, begin: int, end: int) -> tuple[bytes, int]:
        """The beginning of a field's value with its folded lines, a little more than is kept; where the next begins."""
        pieces, size = [], 0
        while True:
            if size <= _MOST_OF_FIELD:
                pieces.append(self._text[begin : min(end, begin + _MOST_OF_FIELD + 1)])
                size += len(pieces[-1])
            if not self._text.startswith((b" ", b"\t"), end):
                return b"".join(pieces), end
            begin, end = end, _line_end(self._text, end)


def _line_end(text: bytes, at: int) -> int:
    """Where the next line begins."""
    return (text.find(b"\n", at) + 1) or len(text)


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """The parts between boundaries; by the first line that looks like one when the stated one is not in it."""
    found = _FIRST_BOUNDARY.match(body)
    candidates = [boundary.encode("utf-8", "replace")] if boundary else []
    candidates += [found[1]] if found else []
    for candidate in candidates:
        begin = -1
        for line, end, is_last in _boundaries(body, candidate):
            if begin >= 0:
                yield body[begin : max(begin, line - 1)]
            begin = end
            if is_last:
                return
        if begin >= 0:
            yield body[begin:]
            return


def _boundaries(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each line of that boundary begins and ends, and whether it says that no part follows (RFC 2046 §5.1.1)."""
    mark = b"\n--" + boundary
    at = -1 if body.startswith(mark[1:]) else body.find(mark)
    while at >= -1:
        end = _line_end(body, at + len(mark))
        rest = body[at + len(mark) : end].rstrip()
        if rest in (b"", b"--"):
            yield at + 1, end, rest == b"--"
        found = body.find(mark, end - 1)
        at = found if found >= 0 else -2


def _rewritten(value: str, default: str) -> tuple[str, str]:
    """A Content-Type or Content-Disposition with only the parameters that are read, all ASCII; and the boundary."""
    kind = _KIND.match(value)
    continued: dict[str, dict[int, str]] = {}
    for number, found in enumerate(_PARAMETER.finditer(value)):
        name = _CONTINUED.fullmatch(found[1])
        if name is None or number >= _MOST_PARAMETERS:
            continue
        text = found[3].strip() if found[2] is None else _ESCAPED.sub(r"\1", found[2])
        place = int(name[2] or 0)
        if name[3]:
            # RFC 2231 §4: charset'language'text, the charset only in the first piece. What is read of it is ASCII.
            text = unquote_to_bytes(text if place else text.split("'", 2)[-1]).decode("utf-8", "replace")
        continued.setdefault(name[1].lower(), {}).setdefault(place, text)
    parameters = {name: "".join(text for _, text in sorted(pieces.items())) for name, pieces in continued.items()}
    kept = [(name, _UNSAFE.sub("_", parameters[name])[:_MOST_OF_PARAMETER]) for name in _KEPT if name in parameters]
    return "; ".join((kind[1].lower() if kind else default, *(f'{name}="{text}"' for name, text in kept))), (
        parameters.get("boundary", "").rstrip()
    )


def _unencoded(message: Message, body: bytes) -> bytes:
    """A body that other headers stand in; RFC 2046 §5.2.1 wants it as it is, some programs encode it all the same."""
    message.set_payload(_held(body))
    decoded = message.get_payload(decode=True)
    del message["Content-Transfer-Encoding"]
    return decoded if isinstance(decoded, bytes) else body


def _plain(body: bytes) -> Message:
    message = Message()
    message.set_payload(_held(body[:_MOST_OF_ANY_TEXT]))
    return message


def _held(body: bytes) -> str:
    """Bytes as `Message` holds them."""
    return body.decode("ascii", "surrogateescape")


def _text(value: bytes) -> str:
    """A header's bytes as text: UTF-8 (RFC 6532), else what older programs wrote."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
