"""Text that was encoded as UTF-8 twice, such as `JÃ¼rgen`: repaired where it is certain. Pure."""

import re

from cam.text import plausibility

# The bytes that Windows-1252 leaves undefined are read as Latin-1 by those who make such text.
_BYTES = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
_FOLLOWING = "".join(re.escape(sign) for sign, byte in _BYTES.items() if byte < 0xC0)
_TWICE = re.compile(
    f"[\\u00c2-\\u00df][{_FOLLOWING}]|[\\u00e0-\\u00ef][{_FOLLOWING}]{{2}}|[\\u00f0-\\u00f4][{_FOLLOWING}]{{3}}"
)


# What such sequences begin with in UTF-8: a megabyte is searched in a millisecond.
_IN_UTF_8 = re.compile(rb"\xc3[\x82-\x85\x8e-\x91\x97-\x99\xa2][\xc2\xc5\xc6\xcb\xe2]")
_LONGEST = 30
_BEFORE = re.compile(r"\w*$")
_BEHIND = re.compile(r"\w{0,30}")


def repaired(text: str) -> str:
    """The text with characters in the place of those that were encoded twice.

    Only what reads better then is changed: `Ã¼` is never written, `É®` may be.
    """
    return _TWICE.sub(_once, text) if suspicious(text) and _TWICE.search(text) else text


def first(data: bytes, encoding: str) -> str | None:
    """The first word in encoded text that was encoded twice; None when there is none."""
    if encoding == "utf-8" and not _IN_UTF_8.search(data):
        return None
    text = data.decode(encoding, "replace")
    for found in _TWICE.finditer(text) if suspicious(text) else ():
        if _once(found) != found[0]:
            begin, end = (
                _BEFORE.search(text[max(0, found.start() - _LONGEST) : found.start()]),
                _BEHIND.match(text, found.end()),
            )
            return (begin[0] if begin else "") + found[0] + (end[0] if end else "")
    return None


def suspicious(text: str) -> bool:
    """Whether a text has one of the characters with which such sequences begin: asked of every row, so it is quick."""
    return not text.isascii() and (
        "Ã" in text or "Â" in text or "â" in text or "Å" in text or "Ä" in text or "Ð" in text or "Ñ" in text
        or "Î" in text or "Ï" in text or "Ø" in text or "Ù" in text or "×" in text
    )  # fmt: skip


def _once(found: re.Match[str]) -> str:
    try:
        sign = bytes(_BYTES[one] for one in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return sign if plausibility.usual(sign) else found[0]
