"""Cells that say nothing are blank, real names that look alike stay."""

import pytest

from cam.text.blanks import blank, suspects

PROGRAMS = [
    "NULL", "null", "<null>", "(null)", "[null]", "'NULL'", r"\N", r"\\N", "nil", "<nil>", "None", "none", "NONE",
    "nan", "NaN", "NAN", "-nan", "NaT", "<NA>", "NA", "na", "N/A", "n/a", "n.a.", "N. A.", "n / a", "(n/a)", "N/A.",
    "n-a", r"n\a", "undefined", "[object Object]", "[object Undefined]", "System.DBNull", "1.#QNAN", "-1.#IND",
    "-nan(ind)", "(blank)", "(Leer)", "(vide)", "(en blanco)", "0000-00-00", "00/00/0000", "0000-00-00 00:00:00",
    "(No value)", "No value", "no_value", "--None--", "-- none --", "Loading...", "not set", "unset",
]  # fmt: skip
SPREADSHEETS = [
    "#N/A", "#NA", "#n/a", "#N/A N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA", "#ERROR!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#NV", "#WERT!", "#BEZUG!", "#ZAHL!",
    "#ÜBERLAUF!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#EPARS!", "#¿NOMBRE?", "#¡REF!", "#¡VALOR!", "#¡NUM!",
    "#¡NULO!", "#¡DIV/0!", "#N/D", "#¡DESBORDAMIENTO!", "#VALORE!", "#RIF!", "#NOME?", "#N/B", "#VERW!", "#NAAM?",
    "#ODKAZ!", "Err:502", "Err:508", "########",
]  # fmt: skip
MERGE_TAGS = [
    "{{first_name}}", "{{ contact.firstname | default: '' }}", "{FIRST_NAME}", "{!Contact.FirstName}", "*|FNAME|*",
    "%FIRSTNAME%", "%%first_name%%", "${firstName}", "$FNAME$", "<<First Name>>", "«First_Name»",
    "[[Unknown]]", "[[MISSING TOKEN - FIRST NAME]]", "{% if x %}", "@@name@@", "##FNAME##",
]  # fmt: skip
PUNCTUATION = [
    "-", "--", "---", "\u2013", "—", ".", "..", "…", "?", "??", "*", "_", "/", "-/-", "()", "[]", '""', "' '", "~",
]  # fmt: skip
NOT_KNOWN = {
    "en": [
        "unknown", "Unknown", "UNKNOWN", "unkown", "not provided", "[not provided]", "Not Provided",
        "not_available", "not-available", "not specified", "unspecified", "not applicable", "not disclosed",
        "undisclosed", "no data", "no name", "tbd", "TBD", "T.B.D", "TBA", "tbc", "to be determined", "don't know",
        "don’t know", "anonymous", "missing", "n/k", "idk",
    ],
    "de": [
        "unbekannt", "Unbekannt", "keine Angabe", "Keine Angaben", "keine angabe", "KEINE ANGABE", "k.A.", "k. A.",
        "K/A", "o.A.", "ohne Angabe", "nicht angegeben", "nicht verfügbar", "nicht verfuegbar", "nicht vorhanden",
        "nicht zutreffend", "trifft nicht zu", "entfällt", "weiß nicht", "weiss nicht", "keine", "fehlt",
    ],
    "fr": [
        "inconnu", "Inconnue", "non renseigné", "non renseigne", "Non Renseigné", "NON RENSEIGNÉ", "sans objet", "s.o.",
        "n.c.", "non communiqué", "néant", "aucun", "non applicable", "non précisé", "à définir", "Indisponible",
    ],
    "es": [
        "desconocido", "Desconocida", "no aplica", "No Aplica", "sin datos", "s/d", "s/n", "S/N", "sin información",
        "sin informacion", "no disponible", "no especificado", "ninguno", "por definir", "no consta", "ns/nc",
    ],
    "it, nl, pt": ["sconosciuto", "non disponibile", "onbekend", "n.v.t.", "niet van toepassing", "não informado"],
}  # fmt: skip
FILLER = [
    "test", "Test", "TEST", "Test Test", "test user", "test1", "asdf", "qwertz", "qwerty", "x", "X", "xx", "xxx",
    "XXXX", "foo", "lorem ipsum", "dummy", "demo", "delete me", "First Name", "FIRSTNAME", "Vorname", "Prénom",
    "[First Name]", "0", "000", "Beispiel", "prueba", "blah", "N/A?",
]  # fmt: skip
SOMETHING = [
    "Null Island GmbH", "Nullmeier", "Nancy", "Nana", "Nanette", "Na'ama", "Unknown Pleasures Ltd", "Test & Measure",
    "Testa", "Xu", "Xavier", "N26", "A/B Testing", "Non", "No", "Sí", "None of the Above Inc", "Undefined Labs",
    "TBD Media", "Not Provided Records", "Ohnesorg", "Keiner & Söhne", "1", "12", "O2", "#1 Agency", "C#", "$", "+",
    "✓", "€", "李", '{"plan": "pro"}', "[VIP]", "(555) 010-0100", "+1 555 0100", "@ann", "-5", "<ann@acme.example>",
    "Hashtag #NV Media", "{3f2504e0-4f89-11d3-9a0c-0305e82c3301}", "«Ромашка»", "« La Poste »",
]  # fmt: skip


@pytest.mark.parametrize("field", ["first_name", "last_name", "name", "company", "industry", "time_zone", "own_column"])
@pytest.mark.parametrize("text", [*PROGRAMS, *SPREADSHEETS, *MERGE_TAGS, *PUNCTUATION])
def test_what_nobody_writes_as_a_value_is_blank_in_every_field(field, text):
    assert blank(field, text, {})


@pytest.mark.parametrize("text", ["NULL NULL", "null null", "None None", "N/A N/A", "nan nan", "Undefined Undefined"])
def test_two_of_them_are_no_name(text):
    assert blank("name", text, {})
    assert suspects([text], "|" + text)


@pytest.mark.parametrize("field", ["lawful_basis", "email_status"])
@pytest.mark.parametrize("text", ["NULL", "N/A", "-", "#N/A", "(No value)"])
def test_it_is_blank_where_unknown_is_a_value_too(field, text):
    assert blank(field, text, {})


@pytest.mark.parametrize("text", [text for texts in NOT_KNOWN.values() for text in texts])
def test_what_says_that_a_value_is_not_known_is_blank_where_it_is_no_value(text):
    assert blank("company", text, {})
    assert blank("own_column", text, {})
    assert not blank("lawful_basis", text, {})
    assert not blank("email_status", text, {})


@pytest.mark.parametrize("text", FILLER)
def test_what_is_typed_to_fill_a_field_is_blank_where_somebody_is_named(text):
    assert blank("first_name", text, {})


@pytest.mark.parametrize("text", ["x", "test", "0", "demo", "sample"])
def test_it_is_a_value_in_other_columns(text):
    assert blank("company", text, {})
    assert not blank("own_column", text, {})
    assert not blank("employee_count", text, {})


@pytest.mark.parametrize("field", ["company", "own_column"])
@pytest.mark.parametrize("text", SOMETHING)
def test_the_whole_cell_is_the_condition(field, text):
    blank_signs = field == "company" and not any(map(str.isalnum, text))
    assert blank(field, text, {}) is blank_signs


@pytest.mark.parametrize(
    ("field", "text", "row"),
    [
        ("first_name", "Nan", {}),
        ("first_name", "Nan", {"last_name": "Li"}),
        ("name", "Nan", {"first_name": "Nan"}),
        ("first_name", "Nil", {"last_name": "Puig"}),
        ("first_name", "Nada", {"last_name": "Novak"}),
        ("first_name", "Rien", {"last_name": "de Vries"}),
        ("first_name", "Na", {"last_name": "Li"}),
        ("last_name", "Null", {"first_name": "Christopher"}),
        ("last_name", "Null.", {"first_name": "Christopher"}),
        ("last_name", "Test", {"first_name": "Anna"}),
        ("last_name", "Blank", {"first_name": "Anna"}),
        ("last_name", "Leer", {"first_name": "Anna"}),
        ("last_name", "X", {"first_name": "Malcolm"}),
        ("last_name", "Nan", {"first_name": "Li"}),
        ("name", "Jennifer Null", {}),
        ("name", "Na Li", {}),
        ("company", "X", {"first_name": "Anna"}),
        ("company", "AAA", {}),
        ("company", "XYZ", {}),
        ("role", "Tester", {}),
        ("first_name", "N.R.", {"last_name": "Murthy"}),
        ("state", "S.D.", {}),
        ("state", "NC", {}),
        ("country", "NA", {"city": "Windhoek"}),
        ("state", "NA", {"city": "Napoli"}),
        ("country", "NO", {}),
        ("own_column", "n", {}),
        ("is_decision_maker", "no", {}),
    ],
)
def test_real_names_that_look_alike_stay(field, text, row):
    assert not blank(field, text, {field: text, **row})


@pytest.mark.parametrize(
    ("field", "text", "row"),
    [
        ("first_name", "nan", {"last_name": "Li"}),
        ("first_name", "NaN", {"last_name": "Li"}),
        ("first_name", "Nan", {"last_name": "Nan"}),
        ("first_name", "Na", {}),
        ("first_name", "Na", {"last_name": "N/A"}),
        ("first_name", "None", {"last_name": "Lee"}),
        ("first_name", "Null", {"last_name": "Lee"}),
        ("last_name", "Null", {}),
        ("last_name", "Null", {"first_name": "Null"}),
        ("last_name", "NULL", {"first_name": "Christopher"}),
        ("last_name", "null", {"first_name": "Christopher"}),
        ("last_name", "Test", {"first_name": "Test"}),
        ("last_name", "x", {"first_name": "Anna"}),
        ("company", "X", {"first_name": "X", "last_name": "X"}),
        ("company", "Test", {"first_name": "Anna"}),
        ("name", "null null", {}),
        ("name", "N/A Unknown", {}),
        ("name", "Firstname Lastname", {}),
        ("country", "NA", {}),
        ("country", "NA", {"city": "NA"}),
        ("country", "na", {"city": "Windhoek"}),
        ("state", "n/d", {}),
    ],
)
def test_a_name_that_the_row_does_not_bear_out_is_blank(field, text, row):
    assert blank(field, text, {field: text, **row})


@pytest.mark.parametrize(
    "text",
    [
        *PROGRAMS,
        *SPREADSHEETS,
        *MERGE_TAGS,
        *PUNCTUATION,
        *FILLER,
        *(text for texts in NOT_KNOWN.values() for text in texts),
    ],
)
def test_a_row_with_such_a_cell_is_looked_at(text):
    cells = ["Ann", text, "+1 555 0100", ""]

    assert text in suspects(cells, "|" + "|".join(cells))


def test_a_row_in_which_every_cell_says_something_is_not_looked_at():
    cells = ["Ann", "Null Island GmbH", "+1 555 0100", "", "ann@acme.example", "Élodie", "李", "12"]

    assert not suspects(cells, "|" + "|".join(cells))


def test_a_long_text_is_never_blank():
    assert not blank("own_column", "-" * 1000, {})


@pytest.mark.parametrize(
    "text",
    ["Keine Angabe.", "not available.", "Non renseigné.", "#DIV/0", "#WERT", "#VALEUR", "NULL NULL", "none none",
     "<br>", "$null$", "None/None", "à déterminer", "wird nachgereicht"],
)  # fmt: skip
def test_other_spellings_are_blank_in_a_file_and_over_the_api(text):
    assert suspects([text], f"|{text}")
    assert blank("company", text, {})
    assert blank("own_column", text, {})


@pytest.mark.parametrize("text", ["#WERTvoll", "Duran Duran", "Not Available Inc.", "Keine Angabe GmbH"])
def test_names_that_look_like_them_stay(text):
    assert not blank("company", text, {})
