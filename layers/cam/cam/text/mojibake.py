"""Text that was encoded as UTF-8 twice, such as `JÃ¼rgen`: repaired where it is certain. Pure."""

import re

from cam.text import plausibility

# The bytes that Windows-1252 leaves undefined are read as Latin-1 by those who make such text.
_BYTES = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
_FOLLOWING = "".join(re.escape(sign) for sign, byte in _BYTES.items() if byte < 0xC0)
_TWICE = re.compile(
    f"[\\u00c2-\\u00df][{_FOLLOWING}]|[\\u00e0-\\u00ef][{_FOLLOWING}]{{2}}|[\\u00f0-\\u00f4][{_FOLLOWING}]{{3}}"
)


def repaired(text: str) -> str:
    """The text with characters in the place of those that were encoded twice.

    Only what reads better then is changed: `Ã¼` is never written, `É®` may be.
    """
    if text.isascii() or not _TWICE.search(text):
        return text
    return _TWICE.sub(_once, text)


def _once(found: re.Match[str]) -> str:
    try:
        sign = bytes(_BYTES[one] for one in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return sign if plausibility.usual(sign) else found[0]
