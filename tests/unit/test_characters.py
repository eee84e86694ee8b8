"""One answer about characters: refused for clients, mended for everything else."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.text.characters import legible, mended, mended_value, named, one_line, read_json, unstorable

LONE, NUL, JOINED = "\ud800", "\0", "\U0001f600"
texts = st.text(st.characters() | st.characters(categories=["Cs"]) | st.just(NUL))


@given(texts)
def test_a_mended_text_can_be_stored_and_an_unharmed_one_stays_itself(text):
    made = mended(text)

    assert unstorable(made) is None
    assert made.encode().decode() == made
    assert mended(made) == made
    assert unstorable(text) is not None or made == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Ann", "Ann"),
        (f"A{LONE}n", "A\ufffdn"),
        (f"A{NUL}n", "A\ufffdn"),
        ("\ud83d\ude00", JOINED),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        (JOINED, JOINED),
        ("\ufffe\uffff\u0301", "\ufffe\uffff\u0301"),
    ],
)
def test_halves_are_joined_or_replaced_and_nul_is_replaced(text, made):
    assert mended(text) == made


def test_names_and_values_of_json_are_mended_wherever_they_stand():
    given_value = {"a\0": [LONE, {"b": f"x{LONE}"}, 1, True, None], LONE: math.inf}

    assert mended_value(given_value) == {"a\ufffd": ["\ufffd", {"b": "x\ufffd"}, 1, True, None], "\ufffd": None}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 5000, "-" + "9" * 400, "1e200"])
def test_a_number_that_no_table_holds_is_null(number):
    assert read_json(f'{{"a": {number}, "b": 1}}') == {"a": None, "b": 1}


@pytest.mark.parametrize("text", ["", "{", "\ud800", "[" * 100_000])
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"JSON|Expecting|surrogates"):
        read_json(text)


def test_json_is_read_from_bytes_with_its_escapes_mended():
    assert read_json(b'["\\ud800", "\\ud83d\\ude00", "\\u0000x"]') == ["\ufffd", JOINED, "\ufffdx"]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | texts, st.lists, max_leaves=5))
def test_whatever_was_read_can_be_written_again(value):
    assert json.dumps(read_json(json.dumps(value)), allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\0", "Character 2 is a control character (U+0000)"),
        (LONE, "Character 1 is half of a surrogate pair (U+D800)"),
        ("ab\u202e", "Character 3 is a control character (U+202E)"),
        ("\n", "Character 1 is a control character (U+000A)"),
        ("\x85", "(U+0085)"),
        ("\u2028", "(U+2028)"),
    ],
)
def test_what_nobody_sees_is_named_with_its_place(text, says):
    with pytest.raises(ValueError, match="Remove it") as refusal:
        legible(text)

    assert says in str(refusal.value)


def test_signs_that_people_write_are_legible():
    text = f"Zoë 李 {JOINED} می\u200cخواهم e\u0301 \u00a0 \ufffe"

    assert legible(text) == text
    assert legible("a\n\tb", but="\n\t") == "a\n\tb"


@given(texts)
def test_one_line_is_legible(text):
    assert legible(one_line(text)) == " ".join(one_line(text).split(" "))


def test_a_character_is_named_by_its_kind_and_code():
    assert named(LONE) == "half of a surrogate pair (U+D800)"
    assert named(NUL) == "a control character (U+0000)"
