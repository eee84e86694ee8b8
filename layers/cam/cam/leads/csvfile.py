"""CSV files as people export them, read as a stream: which encoding, which delimiter, which columns, and their rows.

What a file is like is found out from its first megabyte alone. Each row knows the place behind it, so that reading goes
on from any row, in another process, without reading again what lies before it.
"""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from cam.leads.headers import KNOWN, key
from cam.model.errors import Invalid
from cam.model.settings.kinds import Frozen

# What Excel and LibreOffice keep in one cell.
MAX_CELL = 32_767
# HubSpot's and Salesforce's widest exports have some hundred columns.
MAX_COLUMNS = 2_000
# The header is kept with the import, and DynamoDB takes 400 KB an item.
MAX_HEADER = 100_000
# What is read to find out how a file is written.
HEAD = 1 << 20
# A row longer than this is reported and left out: memory stays bounded whatever a file holds.
MAX_RECORD = 1 << 20
_DELIMITERS = (",", ";", "\t")
# Long enough for every export's header, short enough to parse three times.
_SHOWN = 65_536
_NOT_TEXT = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive"}
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
OPEN = "an opening quotation mark is never closed"
_FAR = f"an opening quotation mark is not closed within {MAX_CELL:,} characters"
_LONG = f"a cell has more than {MAX_CELL:,} characters"
_HUGE = f"the row has more than {MAX_RECORD:,} bytes"
_MIDDLE = "there is text after a closing quotation mark"
_NUL = "contains a NUL character: this is not a text file"
_NOT_UTF8 = "is not UTF-8, unlike the rest of the file"
_UNREADABLE = "cannot be decoded as text"
# What to do about a line that is no text.
_FLAWS = {
    _NUL: ".",
    _NOT_UTF8: ". Save the file as UTF-8.",
    _UNREADABLE: ". Save the file as UTF-8, UTF-16 or Windows-1252.",
}
_UNKNOWN = (
    "No recognised columns. Rename them to name, email, company, role and so on, or send a mapping such as "
    '{"Firma": "company"}.'
)
NO_ROWS = "The file has a header but no rows."
# Bytes that are no text in Windows-1252.
_UNDEFINED = b"\0\x81\x8d\x8f\x90\x9d"
_STRANGE = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")


class Place(NamedTuple):
    """Where reading goes on: the byte, the row that comes next (from 0), the line there (from 1), the encoding so far.

    `ascii`: no other character has been met yet; the first one decides between UTF-8 and Windows-1252.
    """

    offset: int
    row: int
    line: int
    encoding: str


class FileFacts(Frozen):
    """What a file's beginning tells. `header` has one unique name per column, in order; `start` is behind it."""

    delimiter: str
    header: tuple[str, ...]
    start: Place
    # Counted by `check`; a stream is not read to its end for it.
    rows: int | None = None


class Row(NamedTuple):
    """One row of a file. `row_number` counts from 0; `line` is the physical line on which the row begins, from 1.

    Unless there is an `error`, `cells` has a cell for each column of the header, or more that are empty.
    """

    row_number: int
    line: int
    cells: list[str]
    error: str | None
    offset: int
    next_line: int
    encoding: str

    @property
    def after(self) -> Place:
        """The place behind this row."""
        return Place(self.offset, self.row_number + 1, self.next_line, self.encoding)


class _Record(NamedTuple):
    line: int
    cells: list[str]
    error: str | None
    offset: int
    next_line: int
    encoding: str


class _TooMuch(Exception):
    """A record has grown beyond what is read at once."""


def check(data: bytes, known: Collection[str] = ()) -> FileFacts:
    """Find out how a small CSV file is written, and whether all of it can be read.

    Rows that are wrong by themselves (too many cells, a quote closed in mid-cell) count as rows; `rows` reports them
    one by one. Raises Invalid as `facts` does, and when there is no row, a quotation mark is left open, a cell has more
    than 32,767 characters, or a line is no text.
    """
    found = facts(data[:HEAD], known)
    count = 0
    for row in rows(data, found):
        if row.error and (grave := _grave(row.line, row.error)):
            raise Invalid(grave)
        count += 1
    if not count:
        raise Invalid(NO_ROWS)
    return found.model_copy(update={"rows": count})


def facts(head: bytes, known: Collection[str] | None = ()) -> FileFacts:
    """How a file is written, by its first megabyte. `known`: keys of further headers that mean something.

    With `known` None no column has to mean anything. Raises Invalid, with a text for the user, when the file is empty,
    is in no encoding that is understood, or has no known column, one of them twice, or a header that cannot be read.
    """
    encoding, offset = _encoding(head)
    meant = KNOWN.keys() | (known or ())
    preamble, delimiter = _dialect(head[offset : offset + _SHOWN].decode(encoding, "replace"), meant)
    first = next(_records((head[offset:],), delimiter, Place(offset, 0, 1, encoding), preamble), None)
    if first is None:
        raise Invalid("The file is empty.")
    if first.error:
        raise Invalid(_grave(first.line, first.error) or f"The header cannot be read: {first.error}.")
    header = _header(first.cells, meant, needed=known is not None)
    return FileFacts(delimiter=delimiter, header=header, start=Place(first.offset, 0, first.next_line, first.encoding))


def rows(data: bytes | Iterable[bytes], facts: FileFacts, place: Place | None = None) -> Iterator[Row]:
    """The rows of a file from `place` on, else from its first: of a whole file, or of chunks that begin at that place.

    A row with too many cells or too much text, text in another encoding, or a quotation mark astray has `error` set and
    does not stop the file: reading goes on with the physical line after the row's first. Blank rows are skipped and not
    numbered. No more chunks are taken than the rows that are asked for need.
    """
    place = place or facts.start
    chunks = (data[place.offset :],) if isinstance(data, bytes) else data
    width, number = len(facts.header), place.row
    for line, cells, error, offset, next_line, encoding in _records(chunks, facts.delimiter, place, 0):
        if len(cells) != width and error is None:
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            elif any(map(str.strip, cells[width:])):
                error = f"the row has {len(cells)} cells, but the header has {width} columns"
        yield Row(number, line, cells, error, offset, next_line, encoding)
        number += 1


def _records(chunks: Iterable[bytes], delimiter: str, place: Place, preamble: int) -> Iterator[_Record]:
    """Header and rows as cells, blank ones left out; the first `preamble` lines are neither."""
    offset, _, line, encoding = place
    lines = _lines(chunks, encoding)
    # Lines that are read again after a broken record, and those of the record at hand.
    again: deque[bytes] = deque()
    taken: list[bytes] = []
    flaw: str | None = None

    def feed() -> Iterator[str]:
        nonlocal encoding, flaw
        held = 0
        while (raw := again.popleft() if again else next(lines, None)) is not None:
            held = held + len(raw) if taken else len(raw)
            taken.append(raw)
            if held > MAX_RECORD:
                raise _TooMuch
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                encoding, text, wrong = _foreign(raw, encoding)
                flaw = flaw or (wrong and f"line {line + len(taken) - 1} {wrong}")
            if "\0" in text:
                flaw = flaw or f"line {line + len(taken) - 1} {_NUL}"
            yield text

    for _ in range(preamble):
        offset, line = offset + len(next(lines, b"")), line + 1
    reader = _reader(feed(), delimiter)
    while True:
        cells, error = [], None
        try:
            cells = next(reader)
            size = len(taken[0]) if len(taken) == 1 else sum(map(len, taken))
            if size > MAX_CELL and max(map(len, cells)) > MAX_CELL:
                error = _LONG
        except StopIteration:
            return
        except (csv.Error, _TooMuch) as refused:
            error = _reason(refused, len(taken))
            # What looked like the rest of this row may be rows of its own: nothing but its first line is given up.
            again.extendleft(reversed(taken[1:]))
            del taken[1:]
            size = len(taken[0])
            ends = ("\n".encode(encoding), "\r".encode(encoding))
            piece: bytes | None = taken[0] if size > MAX_RECORD else None
            while piece is not None and not piece.endswith(ends):
                piece = again.popleft() if again else next(lines, None)
                size += len(piece or b"")
            reader = _reader(feed(), delimiter)
        begin = line
        offset, line = offset + size, line + len(taken)
        taken.clear()
        if flaw:
            error, flaw = error or flaw, None
        if error or any(map(str.strip, cells)):
            yield _Record(begin, cells, error, offset, line, encoding)


def _reader(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def _reason(refused: Exception, lines: int) -> str:
    """What is wrong with a row in words. The csv module has one error class and three texts for what we meet."""
    text = str(refused)
    if isinstance(refused, _TooMuch):
        return _HUGE if lines == 1 else _FAR
    if text.startswith("unexpected end"):
        return OPEN
    return (_LONG if lines == 1 else _FAR) if text.startswith("field larger") else _MIDDLE


def _foreign(raw: bytes, encoding: str) -> tuple[str, str, str | None]:
    """For a line that is not in `encoding`: the file's encoding from here on, the text, and what is wrong with it."""
    if encoding == "ascii":
        for found in ("utf-8", "cp1252"):
            try:
                return found, raw.decode(found), None
            except UnicodeDecodeError:
                continue
        encoding = "cp1252"
    return encoding, raw.decode(encoding, "replace"), _NOT_UTF8 if encoding == "utf-8" else _UNREADABLE


def _grave(line: int, error: str) -> str | None:
    """What to tell of a row that makes a whole small file doubtful; None for one that is merely wrong by itself."""
    if error in (OPEN, _FAR, _LONG, _HUGE):
        return f"Line {line}: {error}."
    hint = next((hint for text, hint in _FLAWS.items() if error.endswith(text)), None)
    return None if hint is None else f"L{error[1:]}{hint}"


def _lines(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Physical lines with their ends: LF, CR LF or CR. A line that is far too long comes in pieces."""
    if encoding.startswith("utf-16"):
        yield from _wide_lines(chunks, encoding)
        return
    rest = b""
    for chunk in chunks:
        # Of bytes, these ends and no others part lines.
        found = (rest + chunk).splitlines(keepends=True)
        # After a CR the next chunk may begin with its LF.
        rest = found.pop() if found and not found[-1].endswith(b"\n") else b""
        yield from found
        if len(rest) > MAX_RECORD and not rest.endswith(b"\r"):
            yield rest
            rest = b""
    if rest:
        yield rest


def _wide_lines(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    rest = ""
    for chunk in chunks:
        found = io.StringIO(rest + decoder.decode(chunk), newline="").readlines()
        rest = found.pop() if found and not found[-1].endswith("\n") else ""
        for text in found:
            yield text.encode(encoding, "surrogatepass")
        if 2 * len(rest) > MAX_RECORD and not rest.endswith("\r"):
            yield rest.encode(encoding, "surrogatepass")
            rest = ""
    # With half a character that may stand at the end.
    last = rest.encode(encoding, "surrogatepass") + decoder.getstate()[0]
    if last:
        yield last


def _header(cells: Sequence[str], known: Collection[str], needed: bool) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise Invalid(f"The header has {len(cells):,} columns; the limit is {MAX_COLUMNS:,}.")
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    if sum(len(name.encode()) for name in names) > MAX_HEADER:
        raise Invalid(f"The header has more than {MAX_HEADER:,} bytes.")
    keys = [key(name) for name in names]
    if needed and not any(each in known for each in keys):
        raise Invalid(_UNKNOWN)
    for each, times in Counter(keys).items():
        if times > 1 and each in known:
            places = [number for number, other in enumerate(keys, start=1) if other == each]
            where = f"{', '.join(map(str, places[:-1]))} and {places[-1]}"
            often = "twice" if times == 2 else f"{times} times"
            raise Invalid(f"The column {names[places[0] - 1]!r} appears {often} (columns {where}). Keep one of them.")
    return _unique(names)


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, an empty one called after its place, a repeated one numbered: no value hides another."""
    taken: set[str] = set()
    unique = []
    for number, name in enumerate(names, start=1):
        own = name or f"Column {number}"
        if own in taken:
            own = f"{own} ({number})"
        while own in taken:
            own += "'"
        taken.add(own)
        unique.append(own)
    return tuple(unique)


def _dialect(head: str, known: Collection[str]) -> tuple[int, str]:
    """How many lines stand before the table, and its delimiter: the one that shows the most known columns."""
    declaration = head.partition("\n")[0].strip("\r \ufeff").strip('"').lower()
    if declaration.startswith("sep=") and len(declaration) == 5:
        if declaration[4] not in (*_DELIMITERS, "|"):
            raise Invalid(f"Line 1: {declaration[4]!r} is not a valid delimiter. Use a comma, a semicolon or a tab.")
        return 1, declaration[4]
    if not head.strip():
        raise Invalid("The file is empty.")

    def plausibility(delimiter: str) -> tuple[int, int]:
        table = _reader(io.StringIO(head, newline=""), delimiter)
        try:
            cells = next((cells for cells in table if any(map(str.strip, cells))), [])
        except csv.Error:
            # A header with a quotation mark astray is still the header: the message should be about that mark.
            cells = head.strip().splitlines()[0].split(delimiter)
        return sum(key(cell) in known for cell in cells), len(cells)

    return 0, max(_DELIMITERS, key=plausibility)


def _encoding(head: bytes) -> tuple[str, int]:
    """The encoding by the file's beginning, and the length of the mark that says so. Raises Invalid when none fits."""
    if not head:
        raise Invalid("The file is empty.")
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            raise Invalid(f"The file is {what}, not CSV. Save it as CSV.")
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return encoding, len(mark)
    # A header begins in ASCII: in UTF-16 every other byte of that is zero, in the other encodings none is.
    begin = head[:64]
    for encoding, zeros, letters in (("utf-16-le", begin[1::2], begin[::2]), ("utf-16-be", begin[::2], begin[1::2])):
        if len(begin) >= 8 and all(letters[:4]) and not any(zeros[:4]):
            return encoding, 0
    if head.isascii():
        return "ascii", 0
    # A character may be cut off at the end of the head, hence the incremental decoder.
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head)
    strange, foreign = len(_STRANGE.findall(text)), len(_FOREIGN.findall(text))
    # Windows-1252 hardly ever looks like UTF-8: where half of it does, the other bytes are the broken ones.
    if foreign >= 2 * strange:
        return "utf-8", 0
    # Bytes without a meaning are the fault of their rows, not of the file.
    if not _is_windows_1252(head.translate(None, _UNDEFINED)):
        line = next(number for number, line in enumerate(head.splitlines(), start=1) if not line.isascii())
        raise Invalid(f"Line {line} {_UNREADABLE}{_FLAWS[_UNREADABLE]}")
    return "cp1252", 0


def _is_windows_1252(head: bytes) -> bool:
    """Whether the bytes look like text that people write, to charset-normalizer: nearly any bytes are characters there.

    0.4 (its default is 0.2) lets small files with capitals and umlauts pass, and nothing Cyrillic.
    """
    # 40 ms that only files without another sign of their encoding pay.
    from charset_normalizer import from_bytes

    return from_bytes(head, cp_isolation=["cp1252"], threshold=0.4).best() is not None
