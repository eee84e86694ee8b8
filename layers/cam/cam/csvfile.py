"""CSV files as people export them: which encoding, which delimiter, which columns are known, and their rows."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, NamedTuple

from cam.errors import Invalid
from cam.settings import Frozen

# What Excel and LibreOffice keep in one cell.
MAX_CELL = 32_767
# HubSpot's and Salesforce's widest exports have some hundred columns.
MAX_COLUMNS = 2_000
_DELIMITERS = (",", ";", "\t")
# Long enough for every export's header, short enough to parse three times.
_HEAD = 65_536
_CHUNK = 1 << 20
# So many bytes beyond one per character mean that the text before the bad byte really was UTF-8.
_SURELY_UTF8 = 3
_NOT_TEXT = {b"PK\x03\x04": "an Excel workbook or a zip archive", b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive"}
_OPEN = "a quotation mark is opened and never closed"
_LONG = f"a cell has more than {MAX_CELL:,} characters"
_MIDDLE = "a quotation mark is closed in the middle of a cell"

# Field → the headers that mean it, the most telling first. They are compared by `key`, so `E-mail` is `email`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("Name", "Full Name", "Contact Name", "Lead Name"),
    "first_name": ("First Name", "Given Name", "Forename"),
    "last_name": ("Last Name", "Surname", "Family Name"),
    "email": ("Email", "Email Address", "Work Email", "Business Email", "Primary Email", "Contact Email"),
    "company": (
        # Apollo's name without the legal form, made to be read in a mail.
        "Company Name for Emails",
        "Company",
        "Company Name",
        "Company / Account",
        "Associated Company",
        "Company Name / Associated Company",
        "Primary Associated Company",
        "Account",
        "Account Name",
        "Organization",
        "Organisation",
    ),
    "company_domain": ("Company Domain", "Company Domain Name", "Domain", "Website", "Website URL", "Company Website"),
    "role": ("Role", "Title", "Job Title", "Position", "Job Role"),
    "linkedin_url": (
        "LinkedIn URL",
        "Person LinkedIn URL",
        "LinkedIn",
        "LinkedIn Profile",
        "LinkedIn Profile URL",
    ),
    "tags": ("Tags", "Labels"),
    "lawful_basis": ("Lawful Basis", "Legal Basis"),
    "company_size": ("Company Size",),
    "employee_count": ("Employee Count", "# Employees", "Number of Employees", "No. of Employees", "Headcount"),
    "industry": ("Industry", "Company Industry"),
    "annual_revenue": ("Annual Revenue", "Company Annual Revenue", "Revenue"),
    "company_location": ("Company Location", "Location", "Headquarters"),
    "company_city": ("Company City",),
    "company_state": ("Company State", "Company State/Region"),
    "company_country": ("Company Country", "Company Country/Region"),
    "city": ("City",),
    "state": ("State", "State/Region", "State/Province"),
    "country": ("Country", "Country/Region"),
    "time_zone": ("Time Zone",),
    "email_status": ("Email Status", "Email Verification Status"),
    "job_level": ("Job Level", "Seniority", "Seniority Level"),
    "recent_job_change": ("Recent Job Change",),
    "company_funded_recently": ("Company Funded Recently",),
    "company_hiring": ("Company Hiring",),
    "recent_activity": ("Recent Activity",),
    "is_decision_maker": ("Is Decision Maker", "Decision Maker"),
    "has_budget_authority": ("Has Budget Authority", "Budget Authority"),
}


def key(header: str) -> str:
    """A header reduced to what is compared: case-folded letters and digits. `# Employees` is `employees`."""
    return "".join(character for character in header.casefold() if character.isalnum())


# Header key → (field, rank): of several columns for one field, the lowest rank that holds a value is taken.
KNOWN: dict[str, tuple[str, int]] = {
    key(header): (field, rank)
    for field, headers in COLUMNS.items()
    for rank, header in reversed([*enumerate((*headers, field))])
}


class FileFacts(Frozen):
    """What a check found out, enough to read the rows later. `header` has one unique name per column, in order."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    # Physical lines before the header that are no rows of the table: Excel's `sep=;`.
    preamble: int = 0


class Row(NamedTuple):
    """One row of a file. `row_number` counts from 0; `line` is the physical line on which the row begins, from 1."""

    row_number: int
    line: int
    values: dict[str, str]
    error: str | None


class _Record(NamedTuple):
    line: int
    cells: list[str]
    error: str | None


def check(data: bytes | BinaryIO) -> FileFacts:
    """Find out how a CSV file is written and whether leads can be read from it.

    `data` is the file's bytes, or a seekable binary file. Rows that are wrong by themselves (too many cells, a quote
    closed in mid-cell) count as rows; `rows` reports them one by one.

    Raises Invalid, with a text for the user, when the file is empty or has only a header, is in no encoding that is
    understood, has no known column or one of them twice, has more than 2,000 columns or a cell of more than 32,767
    characters, or leaves a quotation mark open.
    """
    encoding = _encoding(data)
    with _text(data, encoding) as lines:
        head = lines.read(_HEAD)
    preamble, delimiter = _dialect(head)
    with _text(data, encoding) as lines:
        records = _records(lines, delimiter, preamble)
        first = next(records, None)
        if first is None:
            raise Invalid("The file is empty.")
        header = _header(_sound(first).cells)
        count = sum(1 for record in records if _sound(record))
    if not count:
        raise Invalid("The file has a header but no rows.")
    return FileFacts(encoding=encoding, delimiter=delimiter, header=header, rows=count, preamble=preamble)


def rows(data: bytes | BinaryIO, facts: FileFacts, start_row: int = 0) -> Iterator[Row]:
    """The rows of a checked file from row number `start_row` on: give it the number of rows read so far to go on.

    A row with more cells than the header, or with a quote closed in mid-cell, has `error` set and does not stop the
    file. Blank rows are skipped and not numbered; a short row lacks the values of its last columns.
    """
    with _text(data, facts.encoding) as lines:
        records = _records(lines, facts.delimiter, facts.preamble)
        next(records, None)
        width = len(facts.header)
        for number, (line, cells, error) in enumerate(records):
            if number < start_row:
                continue
            if error is None and len(cells) > width and any(map(str.strip, cells[width:])):
                error = f"{len(cells)} cells, but the header has {width} columns"
            yield Row(number, line, dict(zip(facts.header, cells, strict=False)), error)


def _records(lines: Iterable[str], delimiter: str, preamble: int) -> Iterator[_Record]:
    """Header and rows as cells, blank ones left out. After a broken row the parser goes on with the next line."""
    reader = csv.reader(islice(lines, preamble, None), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = preamble + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Record(line, [], _reason(error))
            continue
        if any(map(str.strip, cells)):
            yield _Record(line, cells, None)


def _reason(error: csv.Error) -> str:
    """What is wrong with a row in words. The csv module has one error class and three texts for what we meet."""
    text = str(error)
    return _OPEN if text.startswith("unexpected end") else _LONG if text.startswith("field larger") else _MIDDLE


def _sound(record: _Record) -> _Record:
    """The record itself, unless what is wrong with it makes the rest of the file doubtful: then Invalid."""
    if record.error in (_OPEN, _LONG):
        raise Invalid(f"Line {record.line}: {record.error}.")
    if record.error is None and max(map(len, record.cells)) > MAX_CELL:
        raise Invalid(f"Line {record.line}: {_LONG}.")
    return record


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    if not cells:
        raise Invalid(f"The header cannot be read: {_MIDDLE}.")
    if len(cells) > MAX_COLUMNS:
        raise Invalid(f"The header has {len(cells):,} columns, at most {MAX_COLUMNS:,} are read.")
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    keys = [key(name) for name in names]
    if not any(each in KNOWN for each in keys):
        raise Invalid("No column of this file is known. Columns that are understood: " + ", ".join(COLUMNS) + ".")
    for each, times in Counter(keys).items():
        if times > 1 and each in KNOWN:
            places = [number for number, other in enumerate(keys, start=1) if other == each]
            where = f"{', '.join(map(str, places[:-1]))} and {places[-1]}"
            raise Invalid(
                f"The column {names[places[0] - 1]!r} is there {times} times (columns {where}). Keep one of them."
            )
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


def _dialect(head: str) -> tuple[int, str]:
    """How many lines stand before the table, and its delimiter: the one that shows the most known columns."""
    declaration = head.partition("\n")[0].strip("\r \ufeff").strip('"').lower()
    if declaration.startswith("sep=") and len(declaration) == 5:
        if declaration[4] not in (*_DELIMITERS, "|"):
            raise Invalid(f"Line 1: {declaration[4]!r} cannot separate cells. Use a comma, a semicolon or a tab.")
        return 1, declaration[4]
    if not head.strip():
        raise Invalid("The file is empty.")

    def plausibility(delimiter: str) -> tuple[int, int]:
        header = next(_records(io.StringIO(head, newline=""), delimiter, 0), _Record(1, [], None))
        # A header with a quotation mark astray is still the header: the message should be about that mark.
        cells = head.strip().splitlines()[0].split(delimiter) if header.error else header.cells
        return sum(key(cell) in KNOWN for cell in cells), len(cells)

    return 0, max(_DELIMITERS, key=plausibility)


def _encoding(data: bytes | BinaryIO) -> str:
    """The codec of the whole file, tried on every byte of it. Raises Invalid when none fits."""
    with _binary(data) as file:
        head = file.read(64)
    if not head:
        raise Invalid("The file is empty.")
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            raise Invalid(f"The file is {what}, not CSV. Export or save it as CSV.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _try(data, "utf-16")
        return "utf-16"
    # A header begins in ASCII: in UTF-16 every other byte of that is zero, in the other encodings none is.
    for encoding, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(head) >= 8 and all(letters[:4]) and not any(zeros[:4]):
            _try(data, encoding)
            return encoding
    utf8 = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        _decode(data, utf8)
        return utf8
    except _BadByte as bad:
        if utf8 == "utf-8-sig" or bad.extra >= _SURELY_UTF8:
            raise Invalid(f"Line {bad.line} is not UTF-8, as the rest of the file is. Save the file as UTF-8.") from bad
    _try(data, "cp1252")
    return "cp1252"


class _BadByte(Exception):
    """A byte that the codec does not know, on that line; `extra`: bytes beyond one per character before it."""

    def __init__(self, line: int, extra: int) -> None:
        super().__init__(f"line {line}")
        self.line = line
        self.extra = extra


def _try(data: bytes | BinaryIO, encoding: str) -> None:
    try:
        _decode(data, encoding)
    except _BadByte as bad:
        raise Invalid(
            f"Line {bad.line} cannot be read as text. CSV files in UTF-8, UTF-16 and Windows-1252 are understood."
        ) from bad


def _decode(data: bytes | BinaryIO, encoding: str) -> None:
    """Decode all, keep nothing. Raises _BadByte, and Invalid for NUL characters, which no text file holds."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, extra = 1, 0
    with _binary(data) as file:
        while True:
            chunk = file.read(_CHUNK)
            before = decoder.getstate()
            held = len(before[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                decoder.setstate(before)
                good = decoder.decode(chunk[: max(0, error.start - held)])
                raise _BadByte(line + good.count("\n"), extra + error.start - len(good)) from error
            if "\0" in text:
                line += text[: text.index("\0")].count("\n")
                raise Invalid(f"Line {line} holds a NUL character: this is not a text file.")
            if not chunk:
                return
            line += text.count("\n")
            extra += held + len(chunk) - len(decoder.getstate()[0]) - len(text)


@contextmanager
def _binary(data: bytes | BinaryIO) -> Iterator[BinaryIO]:
    """The file at its beginning. A caller's file is left open."""
    if isinstance(data, bytes):
        yield io.BytesIO(data)
    else:
        data.seek(0)
        yield data


@contextmanager
def _text(data: bytes | BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    with _binary(data) as file:
        # newline="": the csv module sees the line ends as they are, so that quoted ones survive.
        lines = io.TextIOWrapper(file, encoding=encoding, newline="")
        try:
            yield lines
        finally:
            lines.detach()
