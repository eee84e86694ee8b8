"""In which encoding a file is written: by what the user says, by its marks, or by what its letters would mean.

Bytes that are not Unicode are read in the encoding in which they look like words, names and one language, as far as
that is certain; otherwise the user is asked. A wrong guess would greet people by mangled names.
"""

import codecs
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cam.model.errors import Invalid
from cam.text import code_pages, plausibility
from cam.text.code_pages import CODE_PAGES, NAMES, USUAL
from cam.text.plausibility import Shape

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    # Before those of UTF-16: one begins like the other.
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# How much of a file is asked for what it says: the distinct cells with other characters than ASCII.
_CELLS = 600
# Up to this share of a file's cells may be no words, in the right encoding: files have mangled cells of their own.
_MANGLED = 0.04
# By how much one encoding must be likelier than the next, as a logarithm (decision 0006).
_MARGIN = 2.5
# Letters of one name depend on each other.
_DEPENDENT = 0.8
_LEAST = 1e-4
# What an odd cell costs, and how many of them count; and what a script that is not Latin costs.
_ODD = 2.5
_MOST_ODD = 6
_OTHER_SCRIPT = math.log(0.05)
_CHOICES = 3
_LONGEST_SAMPLE = 40
_BETWEEN_CELLS = re.compile(rb'[,;\t\r\n"]')
_STRANGE = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
# `M+APw-ller`: the letters of Western Europe in UTF-7.
_UTF_7 = re.compile(rb"(?<=[A-Za-z])\+A[MNOP][A-Za-z0-9+/]-(?=[a-z ,;\t\r\n])")
_SHIFTS = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_WIDE = {"utf-16": ("utf-16-le", "utf-16-be"), "utf-32": ("utf-32-le", "utf-32-be")}
SAVE = "Save the file as UTF-8."


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the cells of a file would say in an encoding (or in several, in which they say the same)."""

    codec: str
    cells: tuple[str, ...]
    shapes: tuple[Shape, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.cells)

    @property
    def wrong(self) -> int:
        """How many cells cannot be words."""
        return self.shapes.count(Shape.WRONG)

    @property
    def odd(self) -> int:
        """How many cells look strange."""
        return self.shapes.count(Shape.ODD)


def stated(text: str | None) -> str | None:
    """The codec that a user names; None without a name. Raises Invalid, with those that are known."""
    if text is None or not text.strip():
        return None
    found = code_pages.codec(text)
    if found is None:
        names = ", ".join(code_pages.offered())
        raise Invalid(f"{text.strip()[:50]!r} is not an encoding that CAM reads. Send one of: {names}.", "encoding")
    return found


def of(head: bytes, own: str | None = None, likeliest: bool = False) -> tuple[str, int]:
    """The encoding of a file that begins so, and the length of the mark that says so. `own`: what the user says.

    `likeliest`: take the likeliest encoding where none is certain.

    `ascii`: the first line with another character decides (`foreign`). Raises Invalid when `own` does not fit, or it is
    not certain what fits.
    """
    mark, marked = next(((mark, name) for mark, name in _BOMS.items() if head.startswith(mark)), (b"", None))
    if own:
        own = _with_order(head[len(mark) :], own, marked)
        if marked and marked != own:
            raise Invalid(
                f"The file begins with the byte-order mark of {NAMES[marked]}, so it is not {NAMES[own]}. "
                f"Send encoding={code_pages.parameter(marked)}, or no encoding.",
                "encoding",
            )
        _readable(head[len(mark) :], own)
        return own, len(mark)
    if marked:
        return marked, len(mark)
    if wide := _wide(head):
        return wide, 0
    if head.isascii():
        if _UTF_7.search(head):
            raise Invalid(f"The file seems to be UTF-7, which CAM does not read. {SAVE}", "encoding")
        return ("iso2022_jp" if any(shift in head for shift in _SHIFTS) else "ascii"), 0
    # A character may be cut off at the end of the head, hence the incremental decoder.
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", 0
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head)
    strange, foreign = len(_STRANGE.findall(text)), len(_FOREIGN.findall(text))
    # Other encodings hardly ever look like UTF-8: where half of it does, the other bytes are the broken ones.
    return ("utf-8" if foreign >= 2 * strange else guess(head, likeliest)), 0


def guess(sample: bytes, likeliest: bool = False) -> str:
    """The encoding of bytes that are not Unicode, by what they would say.

    Raises Invalid when it is not certain, unless the `likeliest` is good enough.
    """
    cells = _cells(sample)
    readings = _readings(cells)
    fewest = min(reading.wrong for reading in readings)
    if fewest > _MANGLED * len(cells):
        best = sorted(readings, key=lambda one: (one.wrong, one.odd, -_usual(one)))
        if likeliest:
            return best[0].codec
        raise _question(sample, cells, best, certain=False)
    likely = [reading for reading in readings if reading.wrong == fewest]
    if not all(plausibility.is_latin(reading.text) for reading in likely):
        likely = [one for one in likely if plausibility.is_one_cyrillic(one.text)] or likely
    # What is mangled in each of them tells nothing.
    sound = [at for at in range(len(cells)) if any(one.shapes[at] != Shape.WRONG for one in likely)]
    likely = [*{tuple(one.cells[at] for at in sound): one for one in sorted(likely, key=_usual)}.values()]
    if len(likely) == 1:
        return likely[0].codec
    ranked = sorted(_scores(b"\n".join(cells[at] for at in sound), likely), key=lambda one: one[0], reverse=True)
    if ranked[0][0] - ranked[1][0] < _MARGIN and not likeliest:
        raise _question(sample, cells, [reading for _, reading in ranked])
    return ranked[0][1].codec


def foreign(line: bytes, sample: bytes, likeliest: bool = False) -> str:
    """The encoding of a file in ASCII up to this line; `sample`: what follows, this line first. Raises Invalid."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return guess(sample, likeliest)
    return "utf-8"


def _with_order(head: bytes, own: str, marked: str | None) -> str:
    """The codec with its order of bytes, where the user leaves that open: by the mark, else by the zeros."""
    if own not in _WIDE:
        return own
    little, big = _WIDE[own]
    if marked in (little, big):
        return marked
    found = _wide(head)
    return found if found in (little, big) else little


def _readable(head: bytes, own: str) -> None:
    """Raises Invalid when the beginning of a file is certainly not in this encoding."""
    name, wide = NAMES[own], own.startswith("utf-")
    if not wide and not head.isascii():
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            pass
        else:
            at = next(place for place, byte in enumerate(head) if byte > 0x7F)
            raise Invalid(
                f"Line {_line(head, at)}: the file is UTF-8, not {name}. Send encoding=utf-8, or no encoding.",
                "encoding",
            )
    try:
        codecs.getincrementaldecoder(own)().decode(head)
    except UnicodeDecodeError as error:
        lines = len(head[: error.start].decode(own, "replace").splitlines() or [""])
        at = lines if wide and own != "utf-8" else _line(head, error.start)
        raise Invalid(
            f"Line {at} cannot be read as {name}. Send the encoding in which it was saved.", "encoding"
        ) from error
    if not own.startswith(("utf-16", "utf-32")) and _wide(head):
        raise Invalid(f"The file is UTF-16, not {name}. Send encoding=utf-16, or no encoding.", "encoding")


def _line(head: bytes, at: int) -> int:
    return len(head[:at].splitlines()) + (head[:at].endswith((b"\n", b"\r")) or at == 0)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: of the characters that every file has, one byte of two is zero, always the same one."""
    begin = head[:4096]
    if len(begin) < 8:
        return None
    # A header nearly always begins in ASCII.
    if not any(begin[1:8:2]) and all(begin[:8:2]):
        return "utf-16-le"
    if not any(begin[:8:2]) and all(begin[1:8:2]):
        return "utf-16-be"
    low, high = begin[::2].count(0), begin[1::2].count(0)
    least = max(4, len(begin) // 10)
    if high >= least and low * 50 < high:
        return "utf-16-le"
    if low >= least and high * 50 < low:
        return "utf-16-be"
    return None


def _cells(sample: bytes) -> list[bytes]:
    """Distinct cells with other characters than ASCII: those in which a byte first occurs, and some of all parts."""
    every = list(dict.fromkeys(cell.strip() for cell in _BETWEEN_CELLS.split(sample) if not cell.isascii()))
    if len(every) <= _CELLS:
        return every
    seen: set[int] = set()
    first = []
    for cell in every:
        if not seen.issuperset(cell):
            seen.update(cell)
            first.append(cell)
    return list(dict.fromkeys((*first, *every[:: math.ceil(len(every) / _CELLS)])))


def _readings(cells: Sequence[bytes]) -> list[_Reading]:
    """What the cells say in each code page, the most usual of those in which they say the same."""
    found: dict[tuple[str, ...], _Reading] = {}
    for page in CODE_PAGES:
        texts = tuple(unicodedata.normalize("NFC", cell.decode(page.codec, "replace")) for cell in cells)
        known = found.get(texts)
        if known is None:
            found[texts] = _Reading(page.codec, texts, tuple(map(plausibility.shape, texts)))
        elif USUAL[known.codec] < page.usual:
            found[texts] = _Reading(page.codec, texts, known.shapes)
    return list(found.values())


def _usual(reading: _Reading) -> float:
    return USUAL[reading.codec]


def _scores(blob: bytes, readings: Sequence[_Reading]) -> Iterable[tuple[float, _Reading]]:
    """Logarithms of how likely each reading is: how usual its encoding, what chardet thinks of it, and its letters."""
    confidence = _confidence(blob, [reading.codec for reading in readings])
    for reading in readings:
        score = math.log(USUAL[reading.codec]) + math.log(max(confidence.get(reading.codec, 0), _LEAST))
        share = plausibility.eastern(reading.text, reading.codec)
        if share is not None:
            score += 4 * math.log(max(share, 0.01))
        elif plausibility.is_latin(reading.text):
            score += _DEPENDENT * plausibility.likelihood(reading.text)
        else:
            score += _OTHER_SCRIPT
        yield score - _ODD * min(reading.odd, _MOST_ODD), reading


def _confidence(blob: bytes, codec_names: Sequence[str]) -> dict[str, float]:
    """What chardet's models of languages think of each encoding."""
    # 80 ms that only files pay of which two readings are plausible.
    import chardet

    own = {page.library or page.codec: page.codec for page in CODE_PAGES if page.codec in codec_names}
    found = chardet.detect_all(
        blob,
        ignore_threshold=True,
        compat_names=False,
        include_encodings=list(own),
        no_match_encoding=next(iter(own)),
    )
    told: dict[str, float] = {}
    for one in found:
        codec = own.get(one["encoding"] or "")
        if codec:
            told[codec] = max(told.get(codec, 0), one["confidence"])
    return told


def _question(sample: bytes, cells: Sequence[bytes], readings: Sequence[_Reading], certain: bool = True) -> Invalid:
    """What to ask the user: what one cell would say in each of the likeliest encodings."""
    choices = readings[:_CHOICES]
    different = range(len(cells))
    # A short cell that each encoding reads in its own way shows it best.
    at = min(
        different, key=lambda place: (-len({one.cells[place] for one in choices}), len(cells[place]) > _LONGEST_SAMPLE)
    )
    line = _line(sample, sample.find(cells[at]))
    options = [
        f"encoding={code_pages.parameter(one.codec)} if it should read “{_shown(one.cells[at])}”" for one in choices
    ]
    told = ", ".join(options[:-1]) + f" or {options[-1]}" if len(options) > 1 else options[0]
    known = "is not certain" if certain else "is not known"
    return Invalid(
        f"The file's encoding {known}. Look at line {line} and send {told}. Or save the file as UTF-8.", "encoding"
    )


def _shown(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return plain if len(plain) <= _LONGEST_SAMPLE else plain[: _LONGEST_SAMPLE - 1] + "…"
