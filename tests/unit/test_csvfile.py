from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cam.leads import csvfile, headers
from cam.model.errors import Invalid

TABLE = "name,email\nAnn Lee,ann@acme.example\nJürgen Groß,jg@acme.example\n"
NAMES = ["Ann Lee", "Jürgen Groß"]
# What a stream may hand over at once: a byte, a few, all.
CHUNKS = (1, 2, 3, 7, 64, 1 << 20)


def read(data: bytes, place: csvfile.Place | None = None) -> list[csvfile.Row]:
    return list(csvfile.rows(data, csvfile.check(data), place))


def values(row: csvfile.Row, data: bytes) -> dict[str, str]:
    return dict(zip(csvfile.check(data).header, row.cells, strict=False))


def names(data: bytes) -> list[str]:
    return [values(row, data)["name"] for row in read(data)]


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def streamed(data: bytes, size: int, place: csvfile.Place | None = None, own: str | None = None) -> list[csvfile.Row]:
    """The rows of a file of which nothing but the first megabyte is known, and perhaps its encoding."""
    facts = csvfile.facts(data[: csvfile.HEAD], encoding=own)
    start = (place or facts.start).offset
    return list(csvfile.rows(chunks(data[start:], size), facts, place))


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        csvfile.check(data)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8"),
        (TABLE.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("cp1252"), "cp1252"),
    ],
)
def test_every_usual_encoding_is_found_and_read(data, encoding):
    facts = csvfile.check(data)

    assert (facts.start.encoding, facts.header, facts.rows) == (encoding, ("name", "email"), 2)
    assert names(data) == NAMES


@pytest.mark.parametrize(("delimiter", "found"), [(",", ","), (";", ";"), ("\t", "\t")])
def test_the_delimiter_is_found_in_the_header(delimiter, found):
    data = TABLE.replace(",", delimiter).encode()

    assert csvfile.check(data).delimiter == found
    assert names(data) == NAMES


def test_a_delimiter_inside_quotes_separates_nothing():
    data = b'"Notes, Remarks, and More, Notes";Email\n"a, b, c";ann@acme.example\n'

    facts = csvfile.check(data)

    assert (facts.delimiter, facts.header) == (";", ("Notes, Remarks, and More, Notes", "Email"))


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;\r", "\ufeffsep=;"])
def test_excels_declaration_of_the_delimiter_is_no_row(first):
    data = f"{first}\nname;email\nAnn Lee;ann@acme.example\n".encode()

    (row,) = read(data)

    assert (row.row_number, row.line, row.cells, row.error) == (0, 3, ["Ann Lee", "ann@acme.example"], None)


def test_a_declared_delimiter_that_none_uses_is_refused():
    assert "'x' is not a valid delimiter" in refused(b"sep=x\nnamexemail\nAnnxann@acme.example\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_across_quoted_newlines_and_blank_lines(end):
    lines = ["email,note", 'a@x.example,"one', 'two"', "", "b@x.example,", " , ", "c@x.example,end"]

    found = [(row.row_number, row.line, row.cells[0]) for row in read(end.join(lines).encode())]

    assert found == [(0, 2, "a@x.example"), (1, 5, "b@x.example"), (2, 7, "c@x.example")]


def test_a_quoted_newline_in_the_header_moves_the_first_row_down():
    (row,) = read(b'email,"Notes\nand more"\na@x.example,x\n')

    assert (row.line, row.cells[1]) == (3, "x")


def test_a_row_with_more_cells_than_the_header_is_an_error_and_does_not_stop_the_file():
    first, second, third = read(b"name,email\nAnn,a@x.example,1,2\nBob,b@x.example,,\nCyd\n")

    assert first.error == "the row has 4 cells, but the header has 2 columns"
    assert (second.error, second.cells[0]) == (None, "Bob")
    assert (third.error, third.cells) == (None, ["Cyd", ""])


def test_a_quote_closed_in_mid_cell_costs_that_row_only():
    first, second = read(b'name,email\n"Ann" Lee,a@x.example\nBob,b@x.example\n')

    assert (first.line, first.error) == (2, "there is text after a closing quotation mark")
    assert second.cells[0] == "Bob"


def test_quotes_within_a_cell_and_doubled_quotes_are_text():
    data = b'name,email\nBob "Bo" Lee,a@x.example\n"Ann ""An"" Lee", "b@x.example"\n'

    assert [tuple(row.cells) for row in read(data)] == [
        ('Bob "Bo" Lee', "a@x.example"),
        ('Ann "An" Lee', "b@x.example"),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\n \r\n\n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"sep=;\n", "The file is empty."),
        (b",,,\n,,,\n", "The file is empty."),
        (b"name,email\n", "The file has a header but no rows."),
        (b"name,email\n\n , \n", "The file has a header but no rows."),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"email" + b"," * 2000 + b"\na@x.example\n", "The header has 2,001 columns; the limit is 2,000."),
        (b"name,email\nAnn\0,a@x.example\n", "Line 2 contains a NUL character"),
        (b"name,email\nAnn \x81,a@x.example\n", "The file's encoding is not certain. Look at line 2"),
        (TABLE.encode("utf-16") + b"\n", "cannot be decoded as text"),
        (b"\xef\xbb\xbfname,email\nAnn \xfc,a@x.example\n", "Line 2 is not UTF-8"),
        ("name,email\nÄnn Öhm Ünal,a@x.example\n".encode() + b"J\xfcrgen,b@x.example\n", "Line 3 is not UTF-8"),
        (b"colour,shape\nred,round\n", "among “colour”, “shape”. Rename them"),
        (b"colour,shape\nred,round\n", 'send a mapping such as {"colour": "email"}.'),
        (b"Email,name,E-Mail\na@x.example,Ann,b@x.example\n", "'Email' appears twice (columns 1 and 3)"),
        (
            b'name,email\nAnn,a@x.example\n"Bob,b@x.example\nCyd,c@x.example\n',
            "Line 3: an opening quotation mark is never closed",
        ),
        (b'name,"email\nAnn,a@x.example\n', "Line 1: an opening quotation mark is never closed"),
        (
            b'"name" x,email\nAnn,a@x.example\n',
            "The header cannot be read: there is text after a closing quotation mark",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_change(data, message):
    assert message in refused(data)


@pytest.mark.parametrize("size", [csvfile.MAX_CELL + 1, 200_000, 2_000_000])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_that_no_spreadsheet_holds_is_refused_with_its_line(size, quote):
    data = f"email,note\na@x.example,x\nb@x.example,{quote}{'x' * size}{quote}\n".encode()

    what = (
        "a cell has more than 32,767 characters"
        if size < csvfile.MAX_RECORD
        else "the row has more than 1,048,576 bytes"
    )
    assert refused(data) == f"Line 3: {what}."


def test_the_largest_cell_of_a_spreadsheet_is_read():
    (row,) = read(f"email,note\na@x.example,{'é' * csvfile.MAX_CELL}\n".encode())

    assert len(row.cells[1]) == csvfile.MAX_CELL


def test_a_character_on_the_border_of_two_chunks_is_one_character():
    padding = "x" * 30_000
    data = b"email,note\n" + "".join(f"a{n}@x.example,é{padding}\n" for n in range(80)).encode()

    for shift in range(3):
        assert csvfile.check(b" " * shift + data).start.encoding == "utf-8"


def test_columns_without_a_name_or_with_the_same_one_keep_their_values_apart():
    facts = csvfile.check(b"email,,notes,notes\na@x.example,1,2,3\n")

    assert facts.header == ("email", "Column 2", "notes", "notes (4)")


def test_the_facts_of_a_file_survive_storage():
    facts = csvfile.check(TABLE.encode("utf-16"))

    assert csvfile.FileFacts.model_validate_json(facts.model_dump_json()) == facts


def test_no_header_means_two_fields():
    meanings = [(headers.key(header), field) for field, names in headers.COLUMNS.items() for header in names]

    assert {meant: headers.KNOWN[meant][0] for meant, _ in meanings} == dict(meanings)
    assert len(dict(meanings)) == len(meanings)


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(
    st.lists(st.tuples(CELL, CELL).filter(lambda cells: any(map(str.strip, cells))), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_what_was_written_is_what_is_read(table: Sequence[tuple[str, str]], delimiter: str, encoding: str):
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [delimiter.join(map(quoted, cells)) for cells in [("name", "email"), *table]]
    data = "\r\n".join(lines).encode(encoding)

    assert [tuple(row.cells) for row in read(data)] == list(table)
    assert csvfile.check(data).rows == len(table)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda rest: b"email,name\n" + rest),
        st.binary(max_size=100).map(lambda rest: b"\xff\xfe" + rest),
        st.binary(max_size=100).map(lambda rest: "email;n\n".encode("utf-16-be") + rest),
        st.text('",;\t\n\r aé=sepmail\0', max_size=80).map(lambda text: text.encode()),
        st.text('",;\t\n\r aé', max_size=80).map(lambda text: f"email;note\n{text}".encode("cp1252", "replace")),
    )
)
@example(b"\x00")
@example(b"a\x00")
@example(b"\xff\xfe")
@example(b"sep=,")
@example(b'"')
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        facts = csvfile.check(data)
    except Invalid:
        return
    found = list(csvfile.rows(data, facts))
    assert facts.rows
    assert len(found) == facts.rows
    assert [row.row_number for row in found] == list(range(facts.rows))
    assert [row.line for row in found] == sorted({row.line for row in found})


LINES = st.lists(
    st.sampled_from(
        [
            "ann@x.example,plain",
            'bob@x.example,"quoted\nnewline"',
            'cy@x.example,"two\r\n\r\nlines, and ""marks"""',
            "dé@x.example,élan 漢字 😀",
            'éa@x.example,"né\rwton"',
            "",
            " , ",
            "few",
            "many,1,2,3",
            '"closed"early,x',
            '"never closed,x',
            "nul\0,x",
            "\u2028,\x85",
        ]
    ),
    min_size=1,
    max_size=8,
)


@given(
    LINES,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]),
    st.sampled_from(CHUNKS),
)
def test_reading_goes_on_from_every_row_with_the_same_rows(lines: list[str], end: str, encoding: str, size: int):
    data = end.join(["email,note", *lines]).encode(encoding, "replace")
    own = encoding if encoding == "cp1252" else None

    whole = streamed(data, 1 << 20, own=own)

    assert streamed(data, size, own=own) == whole
    for number, row in enumerate(whole, start=1):
        assert streamed(data, size, row.after, own=own) == whole[number:]
    assert all(one.after.offset <= other.after.offset for one, other in pairwise(whole))


@given(
    st.binary(max_size=200),
    st.sampled_from(CHUNKS),
    st.sampled_from([b"email\n", b"\xff\xfe" + "email\n".encode("utf-16-le")]),
)
def test_any_bytes_behind_a_header_give_the_same_rows_however_they_arrive(rest: bytes, size: int, header: bytes):
    data = header + rest
    try:
        whole = streamed(data, 1 << 20)
    except Invalid:
        with pytest.raises(Invalid):
            streamed(data, size)
        return

    assert streamed(data, size) == whole
    for number, row in enumerate(whole, start=1):
        assert streamed(data, size, row.after) == whole[number:]


@pytest.mark.parametrize(
    ("first", "encoding"),
    [
        ("é".encode(), "utf-8"),
        ("Müller".encode("cp1252"), "cp1252"),
        (b"\x93The\x94 Lee", "cp1252"),
        ("Jürgen Müller".encode("mac-roman"), "mac-roman"),
    ],
)
def test_behind_a_beginning_in_ascii_the_first_other_character_decides_the_encoding(first, encoding):
    data = b"name,email\n" + b"Ann,a@x.example\n" * 70_000 + b"Bob " + first + b",b@x.example\n"

    found = streamed(data, 100_000)

    assert {row.encoding for row in found[:-1]} == {"ascii"}
    assert (found[-1].encoding, found[-1].cells[0]) == (encoding, "Bob " + first.decode(encoding))


def test_a_line_in_another_encoding_is_a_row_with_an_error_and_the_file_goes_on():
    data = "name,email\nJürgen,a@x.example\n".encode() + b"J\xfcrgen,b@x.example\nCy,c@x.example\n"

    found = streamed(data, 10)

    assert [(row.line, row.error) for row in found] == [
        (2, None), (3, "line 3 is not UTF-8, unlike the rest of the file"), (4, None),
    ]  # fmt: skip


def test_a_nul_character_costs_its_row():
    found = streamed(b"name,email\nAnn\0,a@x.example\nBob,b@x.example\n", 10)

    assert [row.error for row in found] == ["line 2 contains a NUL character: this is not a text file", None]


@pytest.mark.parametrize("rest", [0, 50_000])
def test_a_quote_that_is_never_closed_costs_one_row_of_any_number(rest):
    lines = ["name,email", '"Ann,a@x.example', "Bob,b@x.example", *(f"P{n},p{n}@x.example" for n in range(rest))]

    found = streamed("\n".join(lines).encode(), 100_000)

    assert [row.row_number for row in found] == list(range(rest + 2))
    assert (found[0].line, found[0].error is None, found[1].line) == (2, False, 3)
    assert {row.error for row in found[1:]} == {None}


@pytest.mark.parametrize("size", [1000, 300_000, 1 << 22])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_row_without_an_end_costs_itself_and_no_memory(size, end):
    data = f"email,note\na@x.example,{'x' * 3_000_000}{end}{'b@x.example,y' if end else ''}".encode()

    found = streamed(data, size)

    assert [(row.line, row.error) for row in found] == [
        (2, "the row has more than 1,048,576 bytes"),
        *([(3, None)] if end else []),
    ]


def test_no_more_is_read_than_the_rows_need():
    data = b"name,email\n" + b"Ann,a@x.example\n" * 10_000
    facts = csvfile.facts(data)
    handed = []

    def source() -> Iterator[bytes]:
        for chunk in chunks(data[facts.start.offset :], 1000):
            handed.append(chunk)
            yield chunk

    reading = csvfile.rows(source(), facts)
    for _ in range(100):
        next(reading)

    assert len(handed) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_with_every_delimiter_and_line_end(encoding, delimiter, end):
    lines = [["name", "email", "note"], ["Jürgen Groß", "j@x.example", f'"one{end}two"'], ["Ann", "a@x.example", "€"]]
    data = end.join(delimiter.join(cells) for cells in lines).encode(encoding)

    found = streamed(data, 5)

    assert [(row.line, row.cells) for row in found] == [
        (2, ["Jürgen Groß", "j@x.example", f"one{end}two"]),
        (4, ["Ann", "a@x.example", "€"]),
    ]


def test_a_file_that_turns_out_to_be_in_no_certain_encoding_asks_there():
    data = b"name,email\n" + b"Ann,a@x.example\n" * 70_000 + b"Bob \x81,b@x.example\n"
    facts = csvfile.facts(data[: csvfile.HEAD])
    rows = csvfile.rows(chunks(data[facts.start.offset :], 100_000), facts)

    with pytest.raises(Invalid) as refusal:
        list(rows)

    assert "The file's encoding is not certain" in str(refusal.value)
    assert refusal.value.field == "encoding"


def test_a_header_in_another_language_is_read_when_its_meaning_is_given():
    data = b"Sposta;Zapis\na@x.example;Ann\n"

    assert "No recognised columns" in refused(data)
    assert csvfile.check(data, {"sposta"}).header == ("Sposta", "Zapis")
    assert csvfile.facts(data, None).delimiter == ";"
