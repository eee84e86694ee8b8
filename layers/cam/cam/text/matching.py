"""Text as the rules compare it (spec §3): case-folded, trimmed, in whole words."""

import re
import unicodedata
from typing import Any

# Every ASCII character that is neither a letter nor a digit parts words: hyphen and underscore too, so that
# "co-founder" holds "founder" and a provider's "c_suite" reads like "c-suite".
_APART = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
# One-letter steps joined by dots are one word: "c.e.o." is "ceo", "u.s." is "us".
_ABBREVIATION = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b(?!\.\w)")


def fold(text: str | None) -> str:
    """The form in which two texts are equal: NFKC, case-folded, trimmed. Empty when there is no text."""
    if not text:
        return ""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def words(folded: str) -> str:
    """The words of a folded text between single spaces, with one at each end: `" vp engineering "`.

    So `words(a) in words(b)` is "b contains a as whole words". A text without any word gives `""`: ask for that first,
    because the empty text is in every other.
    """
    if "." in folded:
        folded = _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), folded)
    if not folded.isascii():
        # Marks belong to the letter before them: the vowel signs of Hindi or Thai part no words.
        folded = "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in folded)
    else:
        folded = folded.translate(_APART)
    found = folded.split()
    return f" {' '.join(found)} " if found else ""


def any_case(value: Any) -> Any:
    """Names of closed sets may come in any case (spec §7): what is text comes back trimmed and in lower case."""
    return value.strip().lower() if isinstance(value, str) else value
