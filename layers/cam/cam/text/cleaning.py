"""Data from outside made fit for a mail: one line, printable, of a bearable length."""

import html
import re

from cam.text.characters import one_line

_LONGEST = 100
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WORD = re.compile(r"\w{2,}")


def clip(text: str, longest: int = _LONGEST) -> str:
    """At most `longest` characters, cut between words where there are any, the cut shown by an ellipsis."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    word_end = kept.rfind(" ")
    return (kept[:word_end] if word_end > longest // 2 else kept).rstrip() + "…"


def escaped(text: str) -> bool:
    """Whether a text holds an HTML entity."""
    return "&" in text and _ENTITY.search(text) is not None


def unescaped(text: str) -> str:
    """The text without HTML entities: `O&#39;Neil` is O'Neil, also when it went through two programs."""
    for _ in range(3):
        if not escaped(text):
            break
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


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


def within(category: str) -> str:
    """An industry as it stands in a sentence: `marketing & advertising`; `IT`, `SaaS` and `B2B` stay."""
    return _WORD.sub(lambda word: word[0].lower() if word[0][1:].islower() else word[0], category)
