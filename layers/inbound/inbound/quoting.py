"""What is new in an answer, without what it quotes. Pure.

By lines, in one pass: the time is that of the text's length, whatever somebody sends (docs/decisions/0011-inbound.md).
"""

import re

_LONGEST_LINE = 500
# Lines behind which there is only what was written before.
_ATTRIBUTION = re.compile(
    r"(?:on\b.*\bwrote|am\b.*\bschrieb\b.*|le\b.*\ba écrit|el\b.*\bescribió"
    r"|.*<[^<>@ ]+@[^<>@ ]+> (?:wrote|schrieb|a écrit|escribió))\s*:\s*",
    re.IGNORECASE,
)
_RULES = "-_*=> "
_SEPARATORS = frozenset(
    {
        "original message",
        "original appointment",
        "forwarded message",
        "ursprüngliche nachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "message original",
        "mensaje original",
    }
)
_FROM = re.compile(r"\*?(?:from|von|de)\s?:\*?\s.*", re.IGNORECASE)
_SENT = re.compile(r"\*?(?:sent|date|gesendet|datum|envoyé|fecha|enviado(?: el)?)\s?:\*?\s.*", re.IGNORECASE)


def without_quotes(text: str) -> str:
    """The lines that whoever answered has written; signature and quotations left out."""
    lines = [line.strip()[:_LONGEST_LINE] for line in text.split("\n")]
    kept = []
    for number, line in enumerate(lines):
        following = lines[number + 1 : number + 4]
        # Mail programs wrap the line that says who wrote: two lines are tried as one.
        wrapped = f"{line} {following[0]}" if following else line
        if _ATTRIBUTION.fullmatch(line) or (_starts_one(line) and _ATTRIBUTION.fullmatch(wrapped)):
            break
        if _separates(line):
            break
        if _FROM.fullmatch(line) and any(_SENT.fullmatch(one) for one in following):
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _separates(line: str) -> bool:
    """Whether a line is a rule, with or without a title in it, or the mark before a signature."""
    return (
        line in ("--", "-- ")
        or line.startswith("_" * 10)
        or (line.startswith("--") and line.strip(_RULES).lower() in _SEPARATORS)
    )


def _starts_one(line: str) -> bool:
    return line.lower().startswith(("on ", "am ", "le ", "el "))
