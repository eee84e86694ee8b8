"""CSV files as people export them, read as a stream: which encoding, which delimiter, which columns, and their rows.

What a file is like is found out from its first megabyte alone. Each row knows the place behind it, so that reading goes
on from any row, in another process, without reading again what lies before it.
"""

import codecs
import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from cam.leads import encodings, number_columns, table_head
from cam.leads.headers import KNOWN, key
from cam.model.errors import Invalid
from cam.model.settings.kinds import Frozen
from cam.text import mojibake
from cam.text.numbers import Decimal

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
# Long enough for every export's header, short enough to parse three times.
_SHOWN = 65_536
_NOT_TEXT = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive"}
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
    _NOT_UTF8: f". {encodings.SAVE}",
    _UNREADABLE: f". {encodings.SAVE}",
}
# What an error names of a header.
_MOST_NAMED = 20
_LONGEST_NAME = 60
# How much of a file decides its encoding when its first megabyte was ASCII.
_AHEAD = 64 * 1024
type Known = Collection[str] | Mapping[str, str]
NO_ROWS = "The file has a header but no rows."


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
    # Counted by `check`; a stream is not read to its end for it. So is the encoding, of a file that begins in ASCII.
    rows: int | None = None
    encoding: str | None = None
    # How the columns of numbers write them: place and decimal mark.
    decimals: tuple[tuple[int, Decimal], ...] = ()
    # Text that was encoded twice, such as `JÃ¼rgen`: the first of it.
    twice: str | None = None
    # A file whose names nobody prints: the likeliest encoding will do where none is certain.
    likeliest: bool = False


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


def check(data: bytes, known: Known = (), encoding: str | None = None) -> FileFacts:
    """Find out how a small CSV file is written, and whether all of it can be read.

    Rows that are wrong by themselves (too many cells, a quote closed in mid-cell) count as rows; `rows` reports them
    one by one. Raises Invalid as `facts` does, and when there is no row, a quotation mark is left open, a cell has more
    than 32,767 characters, or a line is no text.
    """
    found = facts(data[:HEAD], known, encoding)
    count, row = 0, None
    for row in rows(data, found):
        if row.error and (grave := _grave(row.line, row.error)):
            raise Invalid(grave)
        count += 1
    if row is None:
        raise Invalid(NO_ROWS)
    return found.model_copy(update={"rows": count, "encoding": row.encoding})


def facts(
    head: bytes,
    known: Known | None = (),
    encoding: str | None = None,
    own: Known | None = None,
    likeliest: bool = False,
) -> FileFacts:
    """How a file is written, by its first megabyte. `known`: keys of further headers that mean something, or key to
    field. `encoding`: the codec that the user states.

    With `known` None no column has to mean anything; `own` are those that do, and None means that there need not be a
    header at all. `likeliest`: the file is never refused for its encoding. Raises Invalid, with a text for the user,
    when the file is empty, its encoding is not certain, or it has no known column, one of them twice, or a header that
    cannot be read.
    """
    if not head:
        raise Invalid("The file is empty.")
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            raise Invalid(f"The file is {what}, not CSV. Save it as CSV.")
    found, offset = encodings.of(head, encoding, likeliest)
    further = (known if known is not None else own) or ()
    meant = KNOWN.keys() | further
    headed = known is not None or own is not None
    preamble, delimiter = table_head.find(head[offset : offset + _SHOWN].decode(found, "replace"), meant, headed)
    place = Place(offset, 0, 1, found)
    first = next(_records((head[offset:],), delimiter, place, preamble, likeliest), None)
    if first is None:
        raise Invalid("The file is empty.")
    if first.error:
        raise Invalid(_grave(first.line, first.error) or f"The header cannot be read: {first.error}.")
    header = _header(first.cells, meant, needed=known is not None)
    start = Place(first.offset, 0, first.next_line, first.encoding)
    told = FileFacts(delimiter=delimiter, header=header, start=start, likeliest=likeliest)
    columns = number_columns.places(header, further if isinstance(further, Mapping) else {})
    decimals = number_columns.decimals(_cells(head, told), columns) if columns else ()
    twice = mojibake.first(head[offset:], found) if found.startswith("utf-") else None
    return told.model_copy(update={"decimals": decimals, "twice": twice})


def _cells(head: bytes, facts: FileFacts) -> Iterator[list[str]]:
    """The rows of a file's beginning as far as they can be read at once: enough to see how its numbers are written."""
    text = head[facts.start.offset :].decode(facts.start.encoding, "replace")
    with suppress(csv.Error):
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=facts.delimiter, skipinitialspace=True)


def rows(data: bytes | Iterable[bytes], facts: FileFacts, place: Place | None = None) -> Iterator[Row]:
    """The rows of a file from `place` on, else from its first: of a whole file, or of chunks that begin at that place.

    A row with too many cells or too much text, text in another encoding, or a quotation mark astray has `error` set and
    does not stop the file: reading goes on with the physical line after the row's first. Blank rows are skipped and not
    numbered. No more chunks are taken than the rows that are asked for need.
    """
    place = place or facts.start
    chunks = (data[place.offset :],) if isinstance(data, bytes) else data
    width, number = len(facts.header), place.row
    for line, cells, error, offset, next_line, encoding in _records(chunks, facts.delimiter, place, 0, facts.likeliest):
        if len(cells) != width and error is None:
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            elif any(map(str.strip, cells[width:])):
                error = f"the row has {len(cells)} cells, but the header has {width} columns"
        yield Row(number, line, cells, error, offset, next_line, encoding)
        number += 1


def _records(
    chunks: Iterable[bytes], delimiter: str, place: Place, preamble: int, likeliest: bool
) -> Iterator[_Record]:
    """Header and rows as cells, blank ones left out; the first `preamble` lines are neither."""
    offset, _, line, encoding = place
    lines = _lines(chunks, encoding)
    # Lines that are read again after a broken record, and those of the record at hand.
    again: deque[bytes] = deque()
    taken: list[bytes] = []
    flaw: str | None = None
    # Whether blanks behind quotation marks are left out: only where a record cannot be read otherwise.
    lenient = False
    blanks = "[ \xa0]" if delimiter == "\t" else "[ \t\xa0]"
    mark = re.escape(delimiter)
    behind = re.compile(f'"{blanks}+(?={mark}|[\r\n]|$)')
    before = re.compile(f'(^|{mark}){blanks}+(?=")')
    # The reader leaves out spaces before quotation marks, and no other blanks.
    blank = "\xa0" if delimiter == "\t" else "\t"

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
                if encoding == "ascii":
                    encoding = encodings.foreign(raw, _ahead(raw, again, lines), likeliest)
                text, wrong = _foreign(raw, encoding)
                flaw = flaw or (wrong and f"line {line + len(taken) - 1} {wrong}")
            if "\0" in text:
                flaw = flaw or f"line {line + len(taken) - 1} {_NUL}"
            if lenient:
                text = behind.sub('"', text)
            if (blank in text or "\xa0" in text) and '"' in text:
                text = before.sub(r"\1", text)
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
            if error == _MIDDLE and not lenient:
                lenient, flaw = True, None
                again.extendleft(reversed(taken))
                taken.clear()
                reader = _reader(feed(), delimiter)
                continue
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
        begin, lenient = line, False
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


def _ahead(raw: bytes, again: deque[bytes], lines: Iterator[bytes]) -> bytes:
    """This line and those behind it, which are put back: as many whatever the size of the chunks."""
    held = len(raw) + sum(map(len, again))
    while held < _AHEAD and (following := next(lines, None)) is not None:
        again.append(following)
        held += len(following)
    return b"".join((raw, *again))[:_AHEAD]


def _foreign(raw: bytes, encoding: str) -> tuple[str, str | None]:
    """For a line that is not, or not quite, in `encoding`: its text, and what is wrong with it."""
    try:
        return raw.decode(encoding), None
    except UnicodeDecodeError:
        return raw.decode(encoding, "replace"), _NOT_UTF8 if encoding == "utf-8" else _UNREADABLE


def _grave(line: int, error: str) -> str | None:
    """What to tell of a row that makes a whole small file doubtful; None for one that is merely wrong by itself."""
    if error in (OPEN, _FAR, _LONG, _HUGE):
        return f"Line {line}: {error}."
    hint = next((hint for text, hint in _FLAWS.items() if error.endswith(text)), None)
    return None if hint is None else f"L{error[1:]}{hint}"


def _lines(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Physical lines with their ends: LF, CR LF or CR. A line that is far too long comes in pieces."""
    if encoding.startswith(("utf-16", "utf-32")):
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


def _header(cells: Sequence[str], known: Container[str], needed: bool) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise Invalid(f"The header has {len(cells):,} columns; the limit is {MAX_COLUMNS:,}.")
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    if sum(len(name.encode()) for name in names) > MAX_HEADER:
        raise Invalid(f"The header has more than {MAX_HEADER:,} bytes.")
    keys = [key(name) for name in names]
    if needed and not any(each in known for each in keys):
        raise Invalid(_unrecognised(names))
    for each, times in Counter(keys).items():
        if times > 1 and each in known:
            places = [number for number, other in enumerate(keys, start=1) if other == each]
            where = f"{', '.join(map(str, places[:-1]))} and {places[-1]}"
            often = "twice" if times == 2 else f"{times} times"
            raise Invalid(f"The column {names[places[0] - 1]!r} appears {often} (columns {where}). Keep one of them.")
    return _unique(names)


def _unrecognised(names: Sequence[str]) -> str:
    """What to do about a header that means nothing, with the names that it has."""
    found = [name for name in names if name]
    if not found:
        return "No recognised columns: the first line is blank. Name the columns there: name, email, company, role."
    named = ", ".join(f"“{name[:_LONGEST_NAME]}”" for name in found[:_MOST_NAMED])
    more = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
    example = json.dumps({found[0][:_LONGEST_NAME]: "email"}, ensure_ascii=False)
    return (
        f"No recognised columns among {named}{more}. Rename them to name, email, company, role and so on, or send a "
        f"mapping such as {example}."
    )


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
