"""Data from outside made fit for a mail: one line, printable, of a bearable length, spelled as people write."""

import re
import unicodedata

from cam.text.characters import one_line

_LONGEST = 100
_WORD = re.compile(r"\w{2,}")


def clip(text: str, longest: int = _LONGEST) -> str:
    """At most `longest` characters, cut between words where there are any, the cut shown by an ellipsis."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    word_end = kept.rfind(" ")
    return (kept[:word_end] if word_end > longest // 2 else kept).rstrip() + "…"


def value(text: str | None) -> str | None:
    """What a template may print of a field of a lead or campaign; None when that is nothing.

    A brace is what somebody else's mail merge left behind (`{{first_name}}`, `{COMPANY}`), and a URL is no name of
    anything: both count as missing, so that the template's default stands there instead.
    """
    if not text:
        return None
    line = one_line(text)
    if not line or "{" in line or "}" in line or "://" in line:
        return None
    return clip(line)


def spelled(name: str) -> str:
    """A person's name that was typed in one case only in title case: `JOHN`, `mary-jane`, `O'NEIL`; `JP` stays."""
    if name.islower() or (name.isupper() and sum(map(str.isalpha, name)) > 2):
        # Composed first: `title` takes a letter after a separate accent for the beginning of a word.
        return unicodedata.normalize("NFC", name).title()
    return name


def within(category: str) -> str:
    """An industry as it stands in a sentence: `marketing & advertising`; `IT`, `SaaS` and `B2B` stay."""
    return _WORD.sub(lambda word: word[0].lower() if word[0][1:].islower() else word[0], category)
