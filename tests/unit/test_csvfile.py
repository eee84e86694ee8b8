import io
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cam import csvfile
from cam.errors import Invalid

TABLE = "name,email\nAnn Lee,ann@acme.example\nJürgen Groß,jg@acme.example\n"
NAMES = ["Ann Lee", "Jürgen Groß"]


def read(data: bytes, start_row: int = 0) -> list[csvfile.Row]:
    return list(csvfile.rows(data, csvfile.check(data), start_row))


def names(data: bytes) -> list[str]:
    return [row.values["name"] for row in read(data)]


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        csvfile.check(data)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8-sig"),
        (TABLE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("cp1252"), "cp1252"),
    ],
)
def test_every_usual_encoding_is_found_and_read(data, encoding):
    facts = csvfile.check(data)

    assert (facts.encoding, facts.header, facts.rows) == (encoding, ("name", "email"), 2)
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

    assert row == csvfile.Row(0, 3, {"name": "Ann Lee", "email": "ann@acme.example"}, None)


def test_a_declared_delimiter_that_none_uses_is_refused():
    assert "'x' cannot separate cells" in refused(b"sep=x\nnamexemail\nAnnxann@acme.example\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_across_quoted_newlines_and_blank_lines(end):
    lines = ["email,note", 'a@x.example,"one', 'two"', "", "b@x.example,", " , ", "c@x.example,end"]

    found = [(row.row_number, row.line, row.values["email"]) for row in read(end.join(lines).encode())]

    assert found == [(0, 2, "a@x.example"), (1, 5, "b@x.example"), (2, 7, "c@x.example")]


def test_a_quoted_newline_in_the_header_moves_the_first_row_down():
    (row,) = read(b'email,"Notes\nand more"\na@x.example,x\n')

    assert (row.line, row.values["Notes and more"]) == (3, "x")


def test_a_row_with_more_cells_than_the_header_is_an_error_and_does_not_stop_the_file():
    first, second, third = read(b"name,email\nAnn,a@x.example,1,2\nBob,b@x.example,,\nCyd\n")

    assert first.error == "4 cells, but the header has 2 columns"
    assert (second.error, second.values["name"]) == (None, "Bob")
    assert (third.error, third.values) == (None, {"name": "Cyd"})


def test_a_quote_closed_in_mid_cell_costs_that_row_only():
    first, second = read(b'name,email\n"Ann" Lee,a@x.example\nBob,b@x.example\n')

    assert (first.line, first.error) == (2, "a quotation mark is closed in the middle of a cell")
    assert second.values["name"] == "Bob"


def test_quotes_within_a_cell_and_doubled_quotes_are_text():
    data = b'name,email\nBob "Bo" Lee,a@x.example\n"Ann ""An"" Lee", "b@x.example"\n'

    assert [(row.values["name"], row.values["email"]) for row in read(data)] == [
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
        (b",,,\n,,,\n", "No column of this file is known"),
        (b"name,email\n", "The file has a header but no rows."),
        (b"name,email\n\n , \n", "The file has a header but no rows."),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"email" + b"," * 2000 + b"\na@x.example\n", "The header has 2,001 columns, at most 2,000 are read."),
        (b"name,email\nAnn\0,a@x.example\n", "Line 2 holds a NUL character"),
        (b"name,email\nAnn \x81,a@x.example\n", "Line 2 cannot be read as text"),
        (TABLE.encode("utf-16") + b"\n", "cannot be read as text"),
        (b"\xef\xbb\xbfname,email\nAnn \xfc,a@x.example\n", "Line 2 is not UTF-8"),
        ("name,email\nÄnn Öhm Ünal,a@x.example\n".encode() + b"J\xfcrgen,b@x.example\n", "Line 3 is not UTF-8"),
        (b"colour,shape\nred,round\n", "Columns that are understood: name, first_name, last_name, email"),
        (b"Email,name,E-Mail\na@x.example,Ann,b@x.example\n", "'Email' is there 2 times (columns 1 and 3)"),
        (b'name,email\nAnn,a@x.example\n"Bob,b@x.example\nCyd,c@x.example\n', "Line 3: a quotation mark is opened"),
        (b'name,"email\nAnn,a@x.example\n', "Line 1: a quotation mark is opened"),
        (b'"name" x,email\nAnn,a@x.example\n', "The header cannot be read: a quotation mark is closed in the middle"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_change(data, message):
    assert message in refused(data)


@pytest.mark.parametrize("size", [csvfile.MAX_CELL + 1, 200_000, 2_000_000])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_that_no_spreadsheet_holds_is_refused_with_its_line(size, quote):
    data = f"email,note\na@x.example,x\nb@x.example,{quote}{'x' * size}{quote}\n".encode()

    assert refused(data) == "Line 3: a cell has more than 32,767 characters."


def test_the_largest_cell_of_a_spreadsheet_is_read():
    (row,) = read(f"email,note\na@x.example,{'é' * csvfile.MAX_CELL}\n".encode())

    assert len(row.values["note"]) == csvfile.MAX_CELL


def test_a_character_on_the_border_of_two_chunks_is_one_character():
    padding = "x" * 30_000
    data = b"email,note\n" + "".join(f"a{n}@x.example,é{padding}\n" for n in range(80)).encode()

    for shift in range(3):
        assert csvfile.check(b" " * shift + data).encoding == "utf-8"


def test_columns_without_a_name_or_with_the_same_one_keep_their_values_apart():
    facts = csvfile.check(b"email,,notes,notes\na@x.example,1,2,3\n")

    assert facts.header == ("email", "Column 2", "notes", "notes (4)")


def test_a_seekable_file_is_read_like_its_bytes_and_left_open():
    file = io.BytesIO(TABLE.encode())

    facts = csvfile.check(file)

    assert [row.values["name"] for row in csvfile.rows(file, facts)] == NAMES
    assert not file.closed


def test_the_facts_of_a_file_survive_storage():
    facts = csvfile.check(TABLE.encode("utf-16"))

    assert csvfile.FileFacts.model_validate_json(facts.model_dump_json()) == facts


def test_no_header_means_two_fields():
    meanings = [(csvfile.key(header), field) for field, headers in csvfile.COLUMNS.items() for header in headers]

    assert {meant: csvfile.KNOWN[meant][0] for meant, _ in meanings} == dict(meanings)
    assert len(dict(meanings)) == len(meanings)


@given(start=st.integers(0, 12))
def test_going_on_from_a_row_gives_exactly_the_rest(start):
    lines = [f'p{n}@x.example,"note\n{n}"' if n % 3 else f"p{n}@x.example,x,surplus" for n in range(10)]
    data = ("email,note\n" + "\n\n".join(lines)).encode()

    assert read(data, start) == read(data)[start:]


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

    assert [tuple(row.values.values()) for row in read(data)] == list(table)
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
    assert len(found) == facts.rows > 0
    assert [row.row_number for row in found] == list(range(facts.rows))
    assert [row.line for row in found] == sorted({row.line for row in found})
