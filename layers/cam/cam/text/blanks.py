"""Cells that say nothing: what people and programs write where they know no value. Pure.

The whole cell is the condition: `Null Island GmbH` and `Nancy` are names. Case, accents, spaces and the punctuation
around a word make no difference: `N/A`, `n.a.` and `[n / a]` are one entry of the list, as are `None` and `-- none --`.

What a word means depends on the field:

- What nobody writes as a value (database nulls, `n/a`, spreadsheet errors, merge tags, punctuation alone) is blank in
  every field.
- What says that a value is not known (`unknown`, `keine Angabe`, `sans objet`, `sin datos`) is blank in every field but
  those that have such words among their own values: `unknown` is a lawful basis and a result of verifiers.
- What people type to get past a required field (`test`, `xxx`, `asdf`, `First Name`) is blank where a person, a company
  or a role is named. Elsewhere `x` is a tick, and `test` is one half of an A/B test.

Real names that look alike stay. The spelling decides, and then the row:

- `Nan`, `Nil`, `Nada` and `Rien` are first names when they are spelled as such. Programs write `nan`, `NaN`, `NAN`,
  `nil`.
- `Null`, `Test`, `Blank`, `Leer` and other family names stay beside a first name: `Christopher, Null` is a person, and
  `Null` alone is nobody. `None` is never a name here: that is how Python writes its null.
- `NA` stays as a state or country beside a city: `Windhoek, NA` is in Namibia, `Napoli, NA` in Italy.
- None of them stays when another name in the row is the same word: `Nan, Nan` and `X, X, X` name nobody.

Where the words come from:

- null markers of programs that read and write tables: pandas (`STR_NA_VALUES`), Kotlin DataFrame
  (`DEFAULT_DELIM_NULL_STRINGS`), R (`common_na_strings` of naniar and cleanepi), CatBoost, MySQL (`\\N`), Go (`<nil>`),
  JavaScript (`undefined`, `[object Object]`), Microsoft's C (`1.#QNAN`)
- CRMs: Salesforce (`[not provided]`, article 000171026; `--None--` of pick lists), Account Engagement (`[[Unknown]]`),
  HubSpot (`(No value)`, `[[MISSING TOKEN - …]]`), the values that Tamr cleans
- spreadsheets: error values (MS-VSDX §2.5.4.14), their translations in the language packs of HyperFormula, `(blank)`
  of pivot tables
- placeholder lists of public code that cleans contacts, in each language
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import product
from string import ascii_letters, ascii_lowercase

_PROGRAMS = """
null, nil, none, nan, NaN, -nan, nat, NaT, na, n/a, n a, undefined, void, unset, empty, blank, nothing, loading,
loading..., DBNull, System.DBNull, nullptr, no value, not set, not a number, missing value, object object, object null,
object undefined, 1.#qnan, 1.#ind, 1.#inf, nan(ind), 0000-00-00, 0000-00-00 00:00:00, 00/00/0000, 00.00.0000,
1900-01-00, leer, kein Wert, vide, sans valeur, vacío, vacía, en blanco, sin valor, nulo, nula, vuoto, vuota, nullo,
leeg, vazio, <br>, $null$, null/null, none/none
"""
_ENGLISH = """
unknown, unkown, uknown, unknow, unkn, unk, ukn, unknown value, unknown name, unknown company, unknown contact, not
known, not provided, none provided, not supplied, not given, none given, not specified, none specified, unspecified,
not stated, not available, not avail, unavailable, not applicable, non applicable, not disclosed, undisclosed, not
listed, not found, not entered, not recorded, not reported, not defined, not mentioned, not answered, not filled, not
filled in, no answer, no response, no data, no info, no information, no information available, no details, no name,
noname, no first name, no last name, no company, no company specified, no company name, no title, no job title, no
role, no email, no e-mail, no website, no record, no entry, not sure, don't know, dont know, do not know, idk, to be
determined, to be defined, to be confirmed, to be announced, to be advised, to be added, tbd, tba, tbc, t/b/d, t/b/a,
t/b/c, missing, withheld, prefer not to say, anonymous, anon, unnamed, untitled, unassigned, nonexistent, not valid,
n/k, n/s, n/r, n/n
"""
_GERMAN = """
unbekannt, unbek, nicht bekannt, noch unbekannt, keine Angabe, keine Angaben, ohne Angabe, ohne Angaben, k/A, o/A,
keine, keiner, keines, kein, nicht angegeben, nicht vorhanden, nicht verfügbar, n/v, nicht zutreffend, trifft nicht zu,
entfällt, nicht relevant, wird nachgereicht,
nicht erfasst, nicht erhoben, nicht genannt, nicht hinterlegt, nicht gesetzt, nicht definiert, nicht
eingetragen, nicht gepflegt, nicht mitgeteilt, ohne, ohne Name, ohne Namen, kein Name, kein Vorname, kein Nachname,
keine Firma, keine E-Mail, keine Email, kein Eintrag, keine Daten, keine Information, keine Informationen, keine
Informationen verfügbar, keine Informationen vorhanden, Wert nicht vorhanden, fehlt, fehlend, Angabe fehlt, weiß nicht,
weiß nicht/keine Angabe, keine Ahnung, anonym, namenlos, noch offen, folgt, unklar, nichts
"""
_FRENCH = """
inconnu, inconnue, inconnus, inconnues, non renseigné, non renseignée, non communiqué, non communiquée, n/c, n/d,
non disponible, indisponible, sans objet, s/o, aucun, aucune, néant, non précisé, non précisée, non défini, non définie,
non spécifié, non spécifiée, non fourni, non fournie, non indiqué, non indiquée, non connu, non connue, non déterminé,
non identifié, non concerné, non vérifié, non saisi, pas renseigné, pas d'information, pas d'informations,
pas de donnée, pas de nom, sans nom, sans prénom, sans société, sans email, à définir, à compléter, à renseigner,
à préciser, à déterminer,
anonyme, rien, donnée manquante, manquant, manquante, ne sait pas, ne sais pas, aucune information,
aucune donnée
"""
_SPANISH = """
desconocido, desconocida, se desconoce, no aplica, no aplicable, no disponible, sin dato, sin datos, s/d, s/dato,
s/datos, sin información, sin nombre, sin apellido, sin apellidos, sin empresa, sin correo, sin email, sin cargo, s/n,
sin número, sin especificar, sin definir, sin asignar, no especificado, no especificada, no especifica, a determinar,
no indicado, no indicada,
no informado, no informada, no proporcionado, no proporcionada, no definido, no definida, no consta, no tiene, no hay,
no sabe, no contesta, ns/nc, no registra, no registrado, no reportado, no mencionado, no se menciona, no referido,
ninguno, ninguna, nada, por definir, por confirmar, anónimo, anónima
"""
_OTHERS = """
sconosciuto, sconosciuta, ignoto, ignota, non specificato, non specificata, non disponibile, non applicabile,
non indicato, non indicata, non pervenuto, non fornito, nessuno, nessuna, nessun dato, da definire, senza nome,
onbekend, niet bekend, niet beschikbaar, niet van toepassing, n/v/t, nvt, geen, geen opgave, geen naam, geen gegevens,
niet opgegeven, niet ingevuld, n/b,
desconhecido, desconhecida, não informado, não informada, não disponível, não aplicável, não especificado, não consta,
não se aplica, sem informação, sem nome, sem dados, nenhum, nenhuma
"""
_TYPED = """
test, testing, test test, test user, testuser, test account, test contact, test lead, test company, test name,
testfirma, test1, test2, test123, test 1, test 2, asdf, asdfg, asdfgh, asdfasdf, qwer, qwert, qwerty, qwertz, azerty,
zxcv, foo, bar, foo bar, foobar, lorem, ipsum, lorem ipsum, dummy, sample, demo, demo user, example, beispiel, muster,
exemple, ejemplo, prueba, fake, delete, delete me, deleted, remove, duplicate, do not use, blah, blah blah, bla bla,
guest, copy from, x, 0, 00, 000, 0000, 0.0,
first name, firstname, fname, last name, lastname, lname, full name, your name, name, name surname, first last, surname,
vorname, nachname, prénom, nom, nombre, apellido, apellidos, company, company name, your company, firma, firmenname,
société, entreprise, empresa, title, job title, position, email, e-mail, email address
"""
# Companies are called ABC, AAA and XYZ; people are not. A role may be that of a user or an administrator.
_TYPED_BY_PEOPLE = "abc, abcd, xyz, qwe, tester, user, username, admin"

# English, German, French, Spanish, Italian, Portuguese, Dutch.
_ERRORS = """
#n/a, #n/a!, #n/a n/a, #na, #na!, #nv, #n/d, #nd, #n/b, #null, #error, #ref, #value, #name, #getting_data,
#div/0, #value, #name, #num, #wert, #bezug, #zahl, #valeur, #nom, #nombre, #valor, #valore, #rif, #waarde, #verw,
#null!, #div/0!, #value!, #ref!, #name?, #num!, #spill!, #calc!, #field!, #blocked!, #connect!, #busy!, #unknown!,
#error!, #cycle!, #python!, #external!, #parse!,
#wert!, #bezug!, #zahl!, #überlauf!, #kalk!, #feld!, #leer!, #daten_abrufen,
#valeur!, #nom?, #nombre!, #nul!, #epars!, #propagation!, #calcul!, #champ!,
#¡valor!, #valor!, #¡ref!, #¿nombre?, #nombre?, #¡num!, #¡nulo!, #nulo!, #¡div/0!, #¡calc!, #¡campo!,
#¡desbordamiento!, #desbordamiento!, #obteniendo_datos,
#valore!, #rif!, #nome?, #espansione!, #núm!, #transposição!, #waarde!, #verw!, #naam?, #getal!, #leeg!, #deel/0!,
#overloop!
"""
# The errors of other languages and versions have the same shape, in capitals. LibreOffice numbers its own.
_ERROR = re.compile(r"#[¡¿]?[^\W\da-zß-öø-ÿ][^\Wa-zß-öø-ÿ]*(?:/\w*)?[!?]|[Ee]rr:\d{3}")
_ESCAPED_NULL = re.compile(r"\\+N")
# What a mail merge leaves when it finds no value: Handlebars and HubSpot, Salesforce, Mailchimp, Brevo, JavaScript,
# Word, SAP. JSON in braces is none of them.
_MERGE_TAG = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{[!$%#]?[\w .|]+\}|\*\|[^|]*\|\*|%{1,2}[^\W\d][\w .]*%{1,2}|\$\{[^{}]*\}"
    r"|\$[A-Z_]+\$|<<[^<>]*>>|«[A-Za-z]+(?:_[A-Za-z0-9]+)+»|\[\[[^\[\]]*\]\]|\[%[^\[\]]*%\]|@@\w+@@|##\w+##"
)
_CROSSES = re.compile(r"x{2,}")
_ONE_LETTER = re.compile(r"([^\W\d_])\1{2,}")

_PERSON = frozenset({"name", "first_name", "last_name"})
_NAMING = _PERSON | {"company", "company_domain", "role", "industry", "email", "linkedin_url"}
_WITH_SUCH_VALUES = frozenset({"lawful_basis", "email_status"})
# Where `S.D.` may be somebody's first names, or South Dakota. `N.A.` is neither.
_WITH_INITIALS = _PERSON | {"state", "company_state", "company_location"}
_ABBREVIATION = re.compile(r"\w(?:/\w)+")

# Spellings that are real names: by themselves, and beside another field that says something.
_REAL: dict[str, frozenset[str]] = {
    "first_name": frozenset({"Nan", "Nil", "Nada", "Rien"}),
    "name": frozenset({"Nan", "Nil", "Nada", "Rien"}),
}
_FAMILIES = frozenset(
    {"Null", "Nan", "Na", "Nil", "Nada", "Void", "Empty", "Test", "Tester", "Blank", "Leer", "Guest", "Demo", "Sample"}
    | {"Muster", "Bar", "Abc", "X"}
)
_REAL_BESIDE: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "first_name": (frozenset({"Na"}), ("last_name",)),
    "last_name": (_FAMILIES, ("first_name",)),
    "company": (frozenset({"X"}), ("first_name", "last_name", "name")),
    "state": (frozenset({"NA"}), ("city",)),
    # What was said of a city is part of the location once the lead is complete.
    "country": (frozenset({"NA"}), ("city", "company_city", "company_location")),
    "company_state": (frozenset({"NA"}), ("company_city",)),
    "company_country": (frozenset({"NA"}), ("company_city",)),
}
_COMPARED = ("first_name", "last_name", "company", "role")

_EDGE = " ()[]{}<>\"'“”„«»‹›‚‘’-_.,;:!?¡¿*~=|/\\`^…·•"
_SEPARATOR = re.compile(r"\s*[./\\|]\s*")
_GAP = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")
# Signs that are no punctuation to Unicode, and say as little. `+`, `$` and `★` can be values.
_BARE_SIGNS = frozenset("~^=|<>`")
_SIGN_FIRST = re.compile(r"\|\s*(?=[^\w|+\s]|_)")


def _entries(table: str) -> Iterator[str]:
    return (entry for one in table.split(",") if (entry := " ".join(one.split())))


def _plain(text: str) -> str:
    """In lower case and without accents."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))


def _key(text: str) -> str:
    """What is compared: `[N/A]`, `n. a.` and `n/a` are `n/a`; `-- Not_Provided --` is `not provided`."""
    return _GAP.sub(" ", _SEPARATOR.sub("/", _plain(text).replace("’", "'"))).strip(_EDGE)


def _typings(entry: str) -> set[str]:
    """An entry, and how it is typed on a keyboard without its letters: `verfügbar` is `verfuegbar` or `verfugbar`."""
    return {
        entry,
        _plain(entry),
        entry.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"),
        entry.replace("'", "’"),
    }


def _keys(*tables: str) -> frozenset[str]:
    return frozenset(_key(word) for table in tables for entry in _entries(table) for word in _typings(entry))


_ERROR_NAMES = frozenset(_entries(_ERRORS))
_NOTHING = _keys(_PROGRAMS)
_NOT_KNOWN = _keys(_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _OTHERS)
_FILLER = _keys(_TYPED)
_PERSON_FILLER = _keys(_TYPED_BY_PEOPLE)
_WORDS = _NOTHING | _NOT_KNOWN | _FILLER | _PERSON_FILLER
# A merge tag is the longest of what is looked for.
_LONGEST = 80


@cache
def _usual() -> frozenset[str]:
    """The entries in the spellings in which they stand in cells, those that begin with a letter or a digit.

    No more than that: a set that the processor's caches hold is looked up twice as fast.
    """
    tables = (_PROGRAMS, _ENGLISH, _GERMAN, _FRENCH, _SPANISH, _OTHERS, _TYPED, _TYPED_BY_PEOPLE)
    found = {letter * count for letter in ascii_letters for count in range(2, 6)}
    found |= {letter.upper() + (count - 1) * letter for letter in ascii_lowercase for count in range(2, 6)}
    found |= {f"Err:{number}" for number in range(500, 541)}
    # A first and a last name that a program joined.
    twice = {f"{word} {word}" for word in _entries(_PROGRAMS) if " " not in word}
    found |= twice | {name.upper() for name in twice} | {name.title() for name in twice}
    for entry in {entry for table in tables for entry in _entries(table)}:
        words = _typings(entry)
        if _ABBREVIATION.fullmatch(entry):
            cases = {"".join(letters) for letters in product(*zip(entry.lower(), entry.upper(), strict=True))}
            joined = {word.replace("/", joint) for word in cases for joint in ("/", ".", " / ", ". ", "\\", "-", "|")}
            words |= {word + end for word in joined for end in ("", ".", "?")}
        found |= words
        found |= {form for word in words for form in (word.upper(), word[0].upper() + word[1:], word.title())}
        if " " in entry:
            # A sentence ends with a full stop.
            found |= {f"{form}." for form in (entry, entry[0].upper() + entry[1:])}
            joined = {word.replace(" ", joint) for word in words for joint in "_-"}
            found |= joined | {word.upper() for word in joined}
    return frozenset(found)


def suspects(texts: Collection[str], cells: str) -> Collection[str]:
    """Those of a row's stripped cells that may say nothing; none of them in most rows, which are asked once and whole.

    These are the usual spellings of the entries, and cells that begin with a sign, but for the `+` of telephone
    numbers. `cells`: all of them in one text, each behind a `|`.
    """
    usual = _usual()
    if usual.isdisjoint(texts) and not _SIGN_FIRST.search(cells):
        return ()
    return {text for text in texts if text in usual or not (text[:1].isalnum() or text[:1] in "+")}


def blank(field: str, text: str, row: Mapping[str, str | None]) -> bool:
    """Whether a text in a field says nothing. A `field` that CAM does not know is one of a lead's own columns.

    `row` holds the other fields of the same lead, by name; those that decide about real names are those of the person,
    the company and the place.
    """
    if len(text) > _LONGEST:
        return False
    if _unmistakable(field, text):
        return True
    word = _key(text)
    if not _listed(field, word):
        return False
    if field in _WITH_INITIALS and text.isupper() and "." in text and _ABBREVIATION.fullmatch(word) and word != "n/a":
        return False
    return not _real(field, text, word, row)


def not_known(text: str) -> bool:
    """Whether a text says, in any of the languages, that a value is not known: `unbekannt` is `unknown`."""
    return len(text) <= _LONGEST and _key(text) in _NOT_KNOWN


def _unmistakable(field: str, text: str) -> bool:
    """Whether the form of a text alone says that it is no value."""
    if not any(map(str.isalnum, text)):
        return field in _NAMING or all(map(_says_nothing, text))
    return (
        text.casefold() in _ERROR_NAMES
        or _ERROR.fullmatch(text) is not None
        or _ESCAPED_NULL.fullmatch(text) is not None
        or _MERGE_TAG.fullmatch(text) is not None
    )


def _says_nothing(sign: str) -> bool:
    return sign in _BARE_SIGNS or unicodedata.category(sign)[0] in "PZC"


def _listed(field: str, word: str) -> bool:
    if word in _NOTHING or (" " in word and len(twice := {*word.split()}) == 1 and twice <= _NOTHING):
        return True
    if word in _NOT_KNOWN:
        return field not in _WITH_SUCH_VALUES
    if field not in _NAMING:
        return False
    if word in _FILLER or _CROSSES.fullmatch(word):
        return True
    if field not in _PERSON:
        return False
    if word in _PERSON_FILLER or _ONE_LETTER.fullmatch(word):
        return True
    # `null null`, `N/A Unknown`: first and last name joined by somebody's program.
    several = word.split()
    return field == "name" and len(several) > 1 and all(part in _WORDS for part in several)


def _real(field: str, text: str, word: str, row: Mapping[str, str | None]) -> bool:
    """Whether a text that looks like a placeholder is a name, by its spelling and by what stands beside it."""
    spelling = text.strip(_EDGE)
    if spelling not in _REAL.get(field, ()):
        names, beside = _REAL_BESIDE.get(field, (frozenset(), ()))
        if spelling not in names or not any(map(_says_something, map(row.get, beside))):
            return False
    others = (row.get(other) for other in _COMPARED if other != field and "name" not in (field, other))
    return all(_key(other) != word for other in others if other and len(other) <= _LONGEST)


def _says_something(text: str | None) -> bool:
    if not text or len(text) > _LONGEST:
        return bool(text)
    return _key(text) not in _WORDS and not _unmistakable("name", text)
