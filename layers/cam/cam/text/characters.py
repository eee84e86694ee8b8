"""Which characters a text may hold, and what is done about the others: one answer for every door (decision 0014).

Nobody can store or send NUL or half of a character: clients are refused, everything else that comes in is mended. A
text that people read on one line holds nothing that they cannot see, either.
"""

import json
import math
import re
import unicodedata
from typing import Any

# Halves of UTF-16's pairs have no form in UTF-8, and NUL ends a text for many that read it.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What stands in the place of what could not be read, or cannot be stored.
UNREADABLE = "\ufffd"
# Controls and halves; and what turns text around, so that it reads as something else (UAX #9: embeddings, overrides,
# isolates).
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Joiners belong to the writing of Persian, Hindi and emoji. Other format characters only hide text or turn it around.
_JOINERS = "\u200c\u200d"
LINE_ENDS = "\r\n\u2028\u2029"
# What lays out a text or HTML: seen by what it does.
LAYOUT = "\r\n\t"
# DynamoDB keeps numbers of up to 38 digits, below 1e126.
_MOST_WHOLE = 10**38
_MOST_FLOAT = 1e125
_LONGEST_NUMBER = 400


def unstorable(text: str) -> str | None:
    """The first character that cannot be stored, answered or sent; None when all can."""
    found = _UNSTORABLE.search(text)
    return found[0] if found else None


def named(character: str) -> str:
    """A character that is refused, as a message calls it."""
    kind = "half of a surrogate pair" if unicodedata.category(character) == "Cs" else "a control character"
    return f"{kind} (U+{ord(character):04X})"


def mended(text: str) -> str:
    """The text as it can be stored: halves that make a pair joined, every other half and NUL replaced by U+FFFD."""
    if unstorable(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", UNREADABLE)


def mended_value(value: Any) -> Any:
    """A JSON value whose texts and names are mended, and numbers that no table holds are null."""
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, dict):
        return {mended(name): mended_value(one) for name, one in value.items()}
    if isinstance(value, list):
        return [mended_value(one) for one in value]
    return value if storable_number(value) else None


def storable_number(value: Any) -> bool:
    """Whether a value is a number that can be stored as it is, or no number at all."""
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) < _MOST_FLOAT
    return not isinstance(value, int) or abs(value) < _MOST_WHOLE


def read_json(data: bytes | str) -> Any:
    """JSON that somebody else has written, mended. Raises ValueError for what is no JSON, or is nested too deep."""
    try:
        # Python refuses to read very long numbers; any of them is too large.
        return mended_value(
            json.loads(data, parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_NUMBER else math.inf)
        )
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def hidden(character: str) -> bool:
    """Whether nobody sees this character, only what it does: a control, a direction override, half of a character."""
    return _HIDDEN.match(character) is not None


def first_hidden(text: str, but: str = "") -> str | None:
    """The first character that nobody sees; None without any. `but`: those that may stand there all the same."""
    return next((found[0] for found in _HIDDEN.finditer(text) if found[0] not in but), None)


def legible(text: str, but: str = "") -> str:
    """The text, when one sees all of it and it is one line. Raises ValueError that names the character.

    `but`: characters that may stand in it all the same, such as LINE_ENDS.
    """
    # Nothing that is hidden is printable, and no end of a line is.
    if not text.isprintable():
        for place, character in enumerate(text, 1):
            if (hidden(character) or character in "\u2028\u2029") and character not in but:
                raise ValueError(f"Character {place} is {named(character)}. Remove it.")
    return text


def one_line(text: str) -> str:
    """The text on one line: white space collapsed; no control, bidi, zero-width or other invisible characters."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return " ".join(text.split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return character if category[0] != "C" or character in _JOINERS else ""
