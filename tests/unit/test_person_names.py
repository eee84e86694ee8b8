"""A greeting gets a first name or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.text.person_names import family, greeting, spelled, split, whole

# First name, last name, what the mail says.
GREETINGS = [
    # titles
    ("Dr. Anna", "Lee", "Anna"),
    ("Dr.Anna", "Lee", "Anna"),
    ("Prof. Dr. Anna", "Lee", "Anna"),
    ("Prof. Dr. med. dent. Anna", "Lee", "Anna"),
    ("Dr. rer. nat. Anna", "Lee", "Anna"),
    ("Dipl.-Ing. Anna", "Lee", "Anna"),
    ("Frau Anna", "Lee", "Anna"),
    ("Mrs Anna", "Lee", "Anna"),
    ("Mme Anna", "Lee", "Anna"),
    ("Sra. Ana", "Gil", "Ana"),
    ("Dott.ssa Anna", "Rossi", "Anna"),
    ("Md. Rahim", "Khan", "Rahim"),
    ("Hon", "Nguyen", "Hon"),
    ("Don", "Lee", "Don"),
    ("Ing", "Tan", "Ing"),
    ("Mr", "Smith", None),
    ("Mr.", "Smith", None),
    ("Frau", "Groß", None),
    ("Dr.", "Lee", None),
    ("Prof. Dr.", "Lee", None),
    ("Herr Müller", None, None),
    ("Mr. Smith", "", None),
    # credentials
    ("Anna, PhD", "Lee", "Anna"),
    ("Anna PhD", "Lee", "Anna"),
    ("Anna Ph.D.", "Lee", "Anna"),
    ("Anna, MBA, PMP", "Lee", "Anna"),
    ("Anna, CISSP", "Lee", "Anna"),
    ("Anna (MBA)", "Lee", "Anna"),
    ("Anna MBA", "Lee", "Anna"),
    ("John Jr.", "Lee", "John"),
    ("PhD", "Lee", None),
    ("MBA", None, None),
    # pronouns
    ("Anna (she/her)", "Lee", "Anna"),
    ("Anna (She/Her/Hers)", "Lee", "Anna"),
    ("Anna she/her", "Lee", "Anna"),
    ("Anna - she/her", "Lee", "Anna"),
    ("Anna, she/her", "Lee", "Anna"),
    ("Sam (they/them)", "Lee", "Sam"),
    ("Anna (sie/ihr)", "Lee", "Anna"),
    ("Anne (elle/la)", "Lee", "Anne"),
    # nicknames, emoji, what stands behind
    ('Robert "Bob"', "Lee", "Robert"),
    ("Robert “Bob”", "Lee", "Robert"),
    ("Robert 'Bob'", "Lee", "Robert"),
    ("Robert (Bob)", "Lee", "Robert"),
    ('"Anna"', "Lee", "Anna"),
    ("(Anna)", "Lee", "Anna"),
    ("'Anna", "Lee", "Anna"),
    ("🚀 Anna ✨", "Lee", "Anna"),
    ("Anna👩🏽‍💻", "Lee", "Anna"),
    ("★Anna★", "Lee", "Anna"),
    ("Anna®", "Lee", "Anna"),
    ("Anna | CEO", "Acme", "Anna"),
    ("Anna - Growth Hacker", "Lee", "Anna"),
    ("Anna – CEO @ Acme", "Lee", "Anna"),
    ("🚀", "Lee", None),
    # entities
    ("O&#39;NEIL", "Lee", "O'Neil"),
    ("Ren&eacute;e", "Lee", "Renée"),
    ("Andr&amp;eacute;", "Lee", "André"),
    ("Tim &amp; Ann", "Lee", None),
    ("&nbsp;", "Lee", None),
    # one case only
    ("ANNA", "LEE", "Anna"),
    ("anna", "lee", "Anna"),
    ("aNNA", "Lee", "Anna"),
    ("anna Maria", "Lee", "Anna Maria"),
    ("JEAN-LUC", "X", "Jean-Luc"),
    ("jean-luc", "x", "Jean-Luc"),
    ("ANNA MARIA", "X", "Anna Maria"),
    ("MARÍA DEL CARMEN", "X", "María del Carmen"),
    ("D’ANGELO", "X", "D’Angelo"),
    ("D'ANGELO", "X", "D'Angelo"),
    ("O'NEIL", "X", "O'Neil"),
    ("MCDONALD", "X", "McDonald"),
    ("McDONALD", "X", "McDonald"),
    ("mckenzie", "X", "McKenzie"),
    ("VAN DER BERG", "X", "Van der Berg"),
    ("LA TOYA", "JACKSON", "La Toya"),
    ("VAN", "MORRISON", "Van"),
    ("JO", "SMITH", "Jo"),
    ("JP", "SMITH", "JP"),
    ("JP", "Smith", "JP"),
    ("ŁUKASZ", "X", "Łukasz"),
    ("АННА", "Ли", "Анна"),
    ("ΓΙΏΡΓΟΣ", "X", "Γιώργος"),
    # Turkish
    ("İBRAHİM", "YILMAZ", "İbrahim"),
    ("ibrahim", "yıldız", "İbrahim"),
    ("ILGIN", "AĞAOĞLU", "Ilgın"),
    ("ışıl", "x", "Işıl"),
    ("IRINA", "IVANOVA", "Irina"),
    ("İbrahi̇m", "Yılmaz", "İbrahim"),
    # initials
    ("J.", "Lee", None),
    ("J", "Lee", None),
    ("j.", "Lee", None),
    ("Mr. J.", "Lee", None),
    ("J. R.", "Lee", None),
    ("J.P.", "Lee", "J.P."),
    ("J. Anna", "Lee", "Anna"),
    ("Anna M.", "Lee", "Anna"),
    ("Anna M", "Lee", "Anna"),
    ("Ма.", "Ли", "Ма."),
    # addresses and what else is no name
    ("anna.lee", "", "Anna"),
    ("Anna.Lee", None, "Anna"),
    ("anna_lee", None, "Anna"),
    ("anna.lee@acme.example", None, "Anna"),
    ("mailto:anna.lee@acme.example", None, "Anna"),
    ("jean-luc.picard@acme.example", None, "Jean-Luc"),
    ("anna@acme.example", None, None),
    ("a.lee@acme.example", None, None),
    ("a.lee", None, None),
    ("lee.a", None, None),
    ("info@acme.example", None, None),
    ("sales.team@acme.example", None, None),
    ("anna.lee92", None, None),
    ("acme.com", None, None),
    ("www.acme.com", None, None),
    ("https://acme.example/anna", None, None),
    ("@anna", None, None),
    ("anna_92", None, None),
    ("Anna2", "Lee", None),
    ("12345", None, None),
    ("Anna 2", "Lee", "Anna"),
    ("Info", None, None),
    ("Sales Team", None, None),
    ("Acme GmbH", None, None),
    ("The Acme Widget Company", None, None),
    ("Anna & Bob", "Lee", None),
    ("Anna und Bob", "Lee", None),
    ("Anna/Bob", "Lee", None),
    ("Anna, Bob", "Lee", None),
    # whole names in the first name's column, and the other way about
    ("Anna Lee", "Lee", "Anna"),
    ("Lee, Anna", "Lee", "Anna"),
    ("Anna", "Anna Lee", "Anna"),
    # other scripts
    ("青岚", "李", "青岚"),
    ("李青岚", None, "李青岚"),
    ("明", "王", "明"),
    ("太郎様", "山田", "太郎"),
    ("민준님", "김", "민준"),
    ("محمد", "علی", "محمد"),
    # placeholders
    ("Nan", "Li", "Nan"),
    ("Nan", None, "Nan"),
    ("nan", "Li", None),
    ("{{first_name}}", "Lee", None),
    ("Test", "Test", None),
    ("[not provided]", "Lee", None),
]


@pytest.mark.parametrize(
    "title",
    [
        "Dipl. Ing.",
        "Dipl.-Kfm.",
        "Univ. Prof.",
        "Mag.a",
        "MUDr.",
        "Mgr.",
        "Freiherr",
        "Atty.",
        "Prof.ssa",
        "Dipl-Ing.",
        "Dipl.Ing.",
        "Mag.rer.soc.oec.",
        "Dr.med.",
        "Dipl.-Ing.(FH)",
    ],
)
def test_a_title_is_no_part_of_a_greeting(title: str) -> None:
    assert greeting(f"{title} Eva", "Roth") == "Eva"
    assert title == "Freiherr" or greeting(f"Eva {title}", "Roth") == "Eva"


@pytest.mark.parametrize(
    "text",
    ["The Team", "Team Acme", "Marketing Department", "Accounts Payable", "Geschäftsführung", "Front Desk",
     "Hotel Sonne", "CEO", "Managing Director", "Vice President", "Head of Sales", "Human Resources",
     "Familie Müller", "Praxis Dr. Müller",
     "Universität Essen"],
)  # fmt: skip
def test_who_is_no_person_gets_the_default_greeting(text: str) -> None:
    assert greeting(text) is None
    first, last = split(text)
    assert first is None or greeting(first, last) is None


@pytest.mark.parametrize(("first", "last"), [("Dame", "N'Doye"), ("Doc", "Rivers"), ("Rain", "Lee"), ("Eng", "Tan")])
def test_a_first_name_that_is_a_title_as_well_stays(first: str, last: str) -> None:
    assert greeting(first, last) == first


def test_a_whole_name_in_both_columns_is_greeted_by_its_first():
    assert greeting("Anna Lee", "Anna Lee") == "Anna"


def test_an_initial_behind_a_comma_is_no_degree():
    assert split("Smith, J.") == ("J.", "Smith")


@pytest.mark.parametrize(("first", "last", "called"), GREETINGS)
def test_a_greeting_gets_a_first_name_or_nothing(first, last, called):
    assert greeting(first, last) == called


@given(st.text(max_size=40), st.none() | st.text(max_size=20))
def test_whatever_is_in_the_cell_a_greeting_holds_no_sign_that_no_name_has(first, last):
    called = greeting(first, last)

    assert called is None or (any(map(str.isalpha, called)) and not set(called) & set("@/\\_#<>{}[]()0123456789|*"))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Anna Lee (she/her)", "Anna", "Lee"),
        ('Robert "Bob" Lee', "Robert", "Lee"),
        ("🚀 Anna Lee", "Anna", "Lee"),
        ("Anna Lee | CEO at Acme", "Anna", "Lee"),
        ("Anna Lee, Dr.", "Anna", "Lee"),
        ("Lee, Dr. Anna", "Anna", "Lee"),
        ("Anna Lee PhD", "Anna", "Lee"),
        ("Anna Lee MD", "Anna", "Lee"),
        ("Jing Yi Ma", "Jing", "Yi Ma"),
        ("Jack Ma", "Jack", "Ma"),
        ("Mr Smith", None, "Smith"),
        ("Dr. Lee", None, "Lee"),
        ("Dr.", None, None),
        ("van der Berg", None, "van der Berg"),
        ("von Arx", None, "von Arx"),
        ("Van Morrison", "Van", "Morrison"),
        ("Anna van der Berg", "Anna", "van der Berg"),
        ("anna.lee@acme.example", "anna", "lee"),
        ("info@acme.example", None, None),
        ("Acme GmbH", None, None),
        ("Anna & Bob Lee", None, None),
        ("J.P. Morgan", "J.P.", "Morgan"),
        ("김 민준", "민준", "김"),
    ],
)
def test_a_whole_name_is_split(name, first, last):
    assert split(name) == (first, last)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("ANNA VAN DER BERG", "Anna van der Berg"),
        ("İBRAHİM YILMAZ", "İbrahim Yılmaz"),
        ("Dr. Anna Lee, PhD (she/her)", "Anna Lee"),
        ("Weiß, Anna", "Anna Weiß"),
        ("李 青岚", "李 青岚"),
        ("anna.lee@acme.example", "Anna Lee"),
        ("Mr Smith", "Smith"),
        ("HENRY FORD II", "Henry Ford"),
        ("null null", None),
        ("info@acme.example", None),
        ("N/A", None),
        ("Ann Sample1", "Ann Sample1"),
    ],
)
def test_a_whole_name_is_printed_as_people_write_it(name, printed):
    assert whole(name) == printed


@pytest.mark.parametrize(
    ("first", "last", "printed"),
    [
        ("Anna, PhD", "Lee", "Anna Lee"),
        ("J.", "Lee", "J. Lee"),
        ("Mr", "Smith", "Smith"),
        ("İBRAHİM", "YILMAZ", "İbrahim Yılmaz"),
        ("?", "Lee", "Lee"),
        ("?", "-", None),
    ],
)
def test_a_name_that_was_joined_is_printed_part_by_part(first, last, printed):
    assert whole(f"{first} {last}", first, last) == printed


@pytest.mark.parametrize(
    ("last", "first", "printed"),
    [
        ("Lee, PhD", "Anna", "Lee"),
        ("LEE MBA", "ANNA", "Lee"),
        ("VAN DER BERG", "ANNA", "van der Berg"),
        ("LE GOFF", "ANNE", "Le Goff"),
        ("O'NEIL", "ANNA", "O'Neil"),
        ("YILMAZ", "İBRAHİM", "Yılmaz"),
        ("Null", "Chris", "Null"),
        ("NULL", "Chris", None),
        ("-", "Chris", None),
        ("lee@acme.example", "Anna", None),
    ],
)
def test_a_last_name_is_printed_as_people_write_it(last, first, printed):
    assert family(last, first) == printed


@pytest.mark.parametrize(
    "name", ["McKay", "van der Berg", "DeShawn", "JP", "李", "MacGregor", "bell hooks", "Ludwig van Beethoven"]
)
def test_a_name_in_both_cases_stays_as_it_is(name):
    assert spelled(name) in (name, name.title())
