"""Whether somebody asks not to be written to any more, as their own words say it, and how certain that is. Pure.

Precision before reach: an address that was suppressed stays so, while a reply ends the sequence all the same. So only a
sentence that asks for it, and nothing in the mail that speaks against it, is a certain wish.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from enum import IntEnum

from inbound.doubt_words import CONDITIONS, HINTS, LIMITS, OTHER_WISHES, OTHERS, QUESTIONS
from inbound.plain_letters import fold
from inbound.wish_words import FILLERS, LANGUAGES, MISTYPED, MOST_FILLERS, WORDS

_RE = re.compile(r"(?:\s*(?:re|aw|sv|vs|tr|rv|rif|antw|odp|ynt|res|enc|fw|fwd|wg|vb|pd)\s*:){1,4}", re.IGNORECASE)
# Of a long mail its beginning and its end are read: there it says what it is for.
_BEGINNING, _END = 1_600, 800
_LONGEST_SENTENCE = 400
# Who wants to hear no more says it briefly. In a long mail the same words are one thing of many.
_BRIEF = 120
_LONGEST_GREETING = 5
# A line that is so long was wrapped, and its sentence goes on in the next one.
_WRAPPED_FROM = 48
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCES = re.compile(r"(?<=[.!?;…])\s+|\s+[-*•]\s+|(?<=\))\s+(?=[A-Z])")
_QUOTED = re.compile(r'"[^"\n]{0,200}"')
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|day)|hallo|guten (?:tag|morgen)|sehr geehrte[rs]?|lieber?|moin"
    r"|bonjour"
    r"|bonsoir|madame|monsieur|cher|chere|hola|estimad[oa]s?|buenos dias|buenas tardes|buongiorno|gentile|salve|ciao"
    r"|beste"
    r"|geachte|dag|ola|prezad[oa]s?|bom dia|boa tarde|caro|cara|hej|hejsan|kaere|god dag|hei|kjaere|terve|moi|arvoisa"
    r"|dzien dobry|witam|szanown\w+|dobry den|vazen\w+)\b"
)
_UNSUBSCRIBE = re.compile(r"\buns\w{2,7}(?:ibe|rib|ide|irbe)\b")
# Words so long are known also with a letter too many, too few or wrong.
_LONG_ENOUGH = 8
_ALIKE = 0.86


class Certainty(IntEnum):
    """How certain a wish is: none at all, one that a person has to decide on, one that was said."""

    NONE = 0
    UNSURE = 1
    CERTAIN = 2


def _joined(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


_SAID = tuple(
    (re.compile(rf"\b(?:{begins})"), tuple(re.compile(one) for one in patterns)) for begins, patterns in LANGUAGES
)
_HINTS, _LIMITS, _OTHER_WISHES = _joined(HINTS), _joined(LIMITS), _joined(OTHER_WISHES)
_CONDITION, _QUESTION, _OTHERS = re.compile(CONDITIONS), re.compile(QUESTIONS), re.compile(OTHERS)


def wants_no_more(subject: str, own: str) -> Certainty:
    """Whether somebody asks not to be written to; `own` are their words alone (`quoting.without_quotes`)."""
    long = len(own) > _BEGINNING + _END
    text = _QUOTED.sub(" ", fold(f"{own[:_BEGINNING]}\n\n{own[-_END:]}" if long else own))
    words = _LETTERS.findall(text)
    if is_word(_RE.sub("", fold(subject[:200]))):
        # The subject may be ours; whoever writes something else below it means that.
        return Certainty.CERTAIN if len(words) <= MOST_FILLERS or _said(text, words) else Certainty.UNSURE
    return _said(text, words)


def _said(text: str, words: list[str]) -> Certainty:
    if not words:
        return Certainty.NONE
    sentences = list(_sentences(text))
    found = max((_of_sentence(one) for one in sentences), default=Certainty.NONE)
    if found is Certainty.CERTAIN and "?" in text and all(map(_is_doubtful, sentences)):
        # "Stop! Who else uses it?": a word alone says less than what is asked beside it.
        return Certainty.UNSURE
    if found is Certainty.CERTAIN and (len(words) > _BRIEF or _OTHER_WISHES.search(" ".join(text.split()))):
        return Certainty.UNSURE
    return found


def _is_doubtful(sentence: str) -> bool:
    return is_word(sentence) or _of_sentence(sentence) is not Certainty.CERTAIN


def _of_sentence(sentence: str) -> Certainty:
    if is_word(sentence):
        return Certainty.CERTAIN
    stated = _UNSUBSCRIBE.sub("unsubscribe", sentence.rstrip("?.!;… "))
    if found := next(_asked(stated), None):
        doubtful = (
            _LIMITS.search(stated, found.start())
            or _OTHERS.search(stated)
            or _CONDITION.match(stated)
            or (sentence.endswith("?") and _QUESTION.match(stated))
        )
        return Certainty.UNSURE if doubtful else Certainty.CERTAIN
    return Certainty.UNSURE if _HINTS.search(stated) else Certainty.NONE


def _asked(sentence: str) -> Iterator[re.Match[str]]:
    for begins, patterns in _SAID:
        if begins.search(sentence):
            yield from (found for pattern in patterns if (found := pattern.search(sentence)))


def is_word(text: str) -> bool:
    """Whether a folded text is one of the words that are a wish by themselves, with at most polite ones beside it."""
    words = _LETTERS.findall(text[:200].replace("opt out", "optout").replace("opt-out", "optout"))
    if not 0 < len(words) <= MOST_FILLERS + 1 or "?" in text or any(letter.isdigit() for letter in text):
        return False
    return any(map(_is_wish, words)) and all(one in FILLERS or _is_wish(one) for one in words)


def _is_wish(word: str) -> bool:
    if word in WORDS:
        return True
    return len(word) >= _LONG_ENOUGH and any(
        one[:4] == word[:4] for one in get_close_matches(word, MISTYPED, 1, _ALIKE)
    )


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each on one line: a line that ends before the margin ends one."""
    begun = ""
    for line in [*(one.strip(" \t*_>|") for one in text.split("\n")), ""]:
        if begun and (not line or line[0] in "-*•"):
            yield from _divided(begun)
            begun = ""
        begun = f"{begun} {line}" if begun else line
        if len(line) < _WRAPPED_FROM or (_GREETING.match(line) and len(line.split()) <= _LONGEST_GREETING):
            yield from _divided(begun)
            begun = ""


def _divided(text: str) -> Iterator[str]:
    for one in _SENTENCES.split(text):
        if sentence := " ".join(one.split())[:_LONGEST_SENTENCE]:
            yield sentence
