"""Texts as they are compared: small letters without marks, so `Désabonnez`, `DESABONNEZ` and `desabonnez` are one."""

import re
import unicodedata

# Letters that Unicode does not take apart, and the marks that programs and keyboards put for others.
_SAME = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
        "’": "'", "‘": "'", "´": "'", "`": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "º": "", "ª": "", "°": "", "\u00a0": " ", "\u202f": " ",
        "\u2009": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": "",
    }
)  # fmt: skip
_MARKS = re.compile("[\u0300-\u036f\ufe0f]")


def fold(text: str) -> str:
    """A text in small letters without accents, its quotation marks, dashes and blanks the plain ones."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower().translate(_SAME)))
