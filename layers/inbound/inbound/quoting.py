"""What is new in a mail, without what it quotes. Pure.

By lines, each looked at a fixed number of times: the time is that of the text's length, whatever somebody sends
(docs/decisions/0011-inbound.md). Which words introduce a quotation stands in `quoting_words`.
"""

import re
from collections.abc import Sequence

from inbound import closings
from inbound.plain_letters import fold
from inbound.quoting_words import DEVICES, LABELS, OPENERS, TITLES, WEEKDAYS, WROTE

_LONGEST_LINE = 500
# Mail programs wrap the line that says who wrote, and names and addresses are long.
_MOST_WRAPPED = 4
_LONGEST_ATTRIBUTION = 600
# The headers of a quoted mail stand within so many lines, with blank ones between them in texts made from HTML.
_HEADERS_WITHIN = 9
_LONGEST_LABEL = 24
_LONGEST_DEVICE_LINE = 90
# A quoted line that is at least so long was wrapped: what stands between two of them is a part of the quotation.
_WRAPPED_FROM = 60
_RULES = "-_*=~#> \t"
_MARKS = (">", "|", "&gt;")
_WROTE = re.compile(
    rf"(?<![\w/.@-])(?:{'|'.join(re.escape(one) for one in sorted(WROTE, key=len, reverse=True))})(?![\w/.@-])"
)
_OPENS = re.compile(rf"[-> *]{{0,8}}(?:(?:{'|'.join(sorted({*OPENERS, *WEEKDAYS}, key=len, reverse=True))})\b|\d)")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d[:.h]\d\d|\b\d{1,2}[./-] ?\d{1,2}\b")
_ADDRESS = re.compile(r"[^\s<>()@,;:]@[^\s<>()@,;:]")
_IN_LINE = re.compile(rf"(?<!\w)({'|'.join(sorted({n for of in LABELS.values() for n in of if len(n) > 1}))})\s?:")
_ROLE = {name: role for role, names in LABELS.items() for name in names}


def without_quotes(text: str, longest: int = _LONGEST_LINE) -> str:
    """The words that whoever replied has written: without quotations, signature, and what a company adds below.

    Lines are cut after `longest` characters.
    """
    return closings.without_closing(unquoted(text, longest))


def unquoted(text: str, longest: int = _LONGEST_LINE) -> str:
    """A text without what it quotes, and without the signature below its mark (`-- `)."""
    lines = [line.strip().strip("\u200b\ufeff")[:longest] for line in text.split("\n")]
    folded = [fold(line[:_LONGEST_LINE]) for line in lines]
    kept: list[str] = []
    number = 0
    signature = False
    while number < len(lines):
        line = lines[number]
        if line.startswith(_MARKS) or _wedged(lines, number):
            signature = False
            number += 1
            continue
        if wrapped := _attribution(folded, number):
            if not _quoted_next(lines, number + wrapped):
                break
            number += wrapped
            continue
        if _starts_a_mail(folded, number):
            break
        by_a_device = _by_a_device(folded[number])
        # A device writes its line below what was said; one at the top says nothing about what follows.
        signature = signature or line in ("--", "__") or (by_a_device and any(kept))
        if not signature and not by_a_device:
            kept.append(line)
        number += 1
    while kept and not kept[-1].strip(_RULES):
        kept.pop()
    return "\n".join(kept).strip()


def _wedged(lines: Sequence[str], number: int) -> bool:
    """Whether a line is the rest of a quoted one, which a program broke without marking it again."""
    return (
        0 < number < len(lines) - 1
        and bool(lines[number])
        and lines[number - 1].startswith(">")
        and len(lines[number - 1]) >= _WRAPPED_FROM
        and lines[number + 1].startswith(">")
    )


def _quoted_next(lines: Sequence[str], number: int) -> bool:
    """Whether the next line that is not blank is marked as quoted: what stands below the marks is new again."""
    return _next(lines, number).startswith(_MARKS)


def _next(lines: Sequence[str], number: int) -> str:
    return next((line for line in lines[number : number + _HEADERS_WITHIN] if line), "")


def _attribution(lines: Sequence[str], number: int) -> int:
    """Of how many lines the sentence "On … Sam wrote:" consists that begins here; 0 when none does."""
    first = lines[number]
    if not first:
        return 0
    opens = bool(_OPENS.match(first)) and any(letter.isdigit() for letter in first)
    joined = ""
    for wrapped, line in enumerate(lines[number : number + _MOST_WRAPPED], 1):
        if not line or (line.startswith(">") and line.strip(_RULES + ":")):
            return 0
        joined = f"{joined} {line}" if joined else line
        if len(joined) > _LONGEST_ATTRIBUTION:
            return 0
        if _attributes(joined, opens, _next(lines, number + wrapped)):
            return wrapped
        if wrapped == 1 and not opens and not (_ADDRESS.search(first) and _WROTE.search(first)):
            return 0
    return 0


def _attributes(line: str, opens: bool, following: str) -> bool:
    end = line.rstrip(_RULES)
    colon = end.endswith(":")
    wrote = list(_WROTE.finditer(end))
    # In many languages the verb stands before the name; without a colon it must be the end of the line.
    if not wrote:
        return colon and bool(_ADDRESS.search(line) and _DATED.search(line))
    if not colon and wrote[-1].end() < len(end):
        return False
    if opens and (_DATED.search(line) or colon):
        return True
    if _ADDRESS.search(line) and colon:
        return True
    return colon and following.startswith(_MARKS)


def _starts_a_mail(lines: Sequence[str], number: int) -> bool:
    """Whether a whole mail is quoted from here on, its headers or a title above it."""
    line = lines[number]
    bare = line.strip(_RULES + ":")
    if bare.startswith(TITLES) and (line[:2] in ("--", "__", "==", "**") or bare in TITLES):
        return True
    if line.startswith("_" * 10):
        return True
    return _headers(lines, number)


def _headers(lines: Sequence[str], number: int) -> bool:
    role = _role(lines[number])
    if not role:
        return False
    within = {label for label in map(_ROLE.get, _IN_LINE.findall(lines[number])) if label}
    if len(within) >= 3 and "from" in within:
        return True
    roles = {role}
    blank = 0
    for line in lines[number + 1 : number + _HEADERS_WITHIN]:
        if not line:
            blank += 1
            continue
        following = _role(line)
        if not following and blank:
            break
        blank = 0
        roles |= {following} - {""}
    return "from" in roles and ("date" in roles or {"to", "subject"} <= roles)


def _role(line: str) -> str:
    """What a line is among the headers of a mail: `from`, `date`, `to`, `cc` or `subject`; empty for any other."""
    label, colon, _ = line.lstrip("*|> ")[: _LONGEST_LABEL + 4].partition(":")
    return _ROLE.get(label.strip("* \t"), "") if colon else ""


def _by_a_device(line: str) -> bool:
    return len(line) <= _LONGEST_DEVICE_LINE and line.lstrip("*_> ").startswith(DEVICES)
