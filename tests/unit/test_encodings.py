"""Which encoding a file is read in: what is certain is read right, what is not is asked."""

from itertools import product

import pytest

from cam.leads import csvfile, encodings
from cam.model.errors import Invalid
from cam.text import code_pages, mojibake

LISTS = {
    "German": ["Jürgen Müller;Köln", "Björn Strauß;München", "Käthe Schröder;Düsseldorf"],
    "French": ["François Lefèvre;Orléans", "Zoé Garçon;Besançon", "Chloé Benoît;Nîmes", "Jérôme Noël;Évry"],
    "Spanish": ["José Muñoz;Málaga", "María Núñez;León", "Íñigo Peña;A Coruña", "Raúl Martín;Cádiz"],
    "Danish": ["Søren Ægidius;Århus", "Bjørn Sørensen;København", "Kåre Nøhr;Ærø", "Åse Kjær;Nørre"],
    "Polish": ["Łukasz Wiśniewski;Kraków", "Małgorzata Żak;Łódź", "Paweł Gęsiński;Gdańsk"],
    "Czech": ["Jiří Dvořák;Plzeň", "Lukáš Němec;Děčín", "Tomáš Kučera;Přerov", "Žofie Růžičková;Olomouc"],
    "Hungarian": ["László Szőke;Győr", "Zoltán Hegedűs;Pécs", "Ágnes Kovács;Nyíregyháza", "Ödön Török;Érd"],
    "Turkish": ["Ayşe Yılmaz;İstanbul", "Gökçe Işık;Muğla", "İbrahim Çağlar;Diyarbakır", "Şükrü Öztürk;Eskişehir"],
    "Russian": ["Иван Петров;Ромашка", "Мария Сидорова;Москва", "Алексей Ёлкин;Тула"],
    "Ukrainian": ["Юрій Шевченко;Київ", "Наталія Ковальчук;Харків", "Євген Їжакевич;Львів"],
    "Greek": ["Γιώργος Παπαδόπουλος;Αθήνα", "Ελένη Νικολάου;Πάτρα", "Άννα Δημητρίου;Βόλος"],
    "Hebrew": ["דוד כהן;תל אביב", "שרה לוי;חיפה", "יוסף מזרחי;ירושלים", "רחל פרץ;אשדוד", "משה ביטון;נתניה"],
    "Arabic": ["محمد الأحمد;الرياض", "فاطمة حسن;جدة", "عبد الله العتيبي;مكة", "نورة السبيعي;الدمام"],
    "Lithuanian": ["Žydrūnas Šimkus;Šiauliai", "Rūta Kęstutienė;Panevėžys", "Jūratė Černienė;Kėdainiai"],
    "Japanese": ["田中太郎;東京都", "鈴木花子;大阪市", "佐藤健一;株式会社山田製作所", "高橋美咲;横浜市"],
    "Chinese": ["王伟;北京科技有限公司", "李娜;上海市", "张敏;广州贸易有限公司", "刘洋;深圳市"],
    "Taiwanese": ["陳志明;台北市", "林雅婷;股份有限公司", "黃淑芬;高雄市", "張家豪;新北市"],
    "Korean": ["김민수;서울시", "이영희;주식회사 한국", "박지훈;부산광역시", "최수진;인천시"],
}
CASES = [
    *product(("German", "French", "Spanish", "Danish"), ("cp1252", "mac-roman", "cp850")),
    *product(("Polish", "Czech"), ("cp1250", "iso8859-2", "mac-latin2", "cp852")),
    ("German", "iso8859-15"), ("German", "cp437"), ("Hungarian", "cp1250"), ("Hungarian", "cp852"),
    ("Turkish", "cp1254"), ("Turkish", "cp857"), ("Turkish", "iso8859-9"),
    ("Russian", "cp1251"), ("Russian", "koi8-r"), ("Russian", "cp866"), ("Russian", "mac-cyrillic"),
    ("Russian", "iso8859-5"),
    ("Ukrainian", "cp1251"), ("Ukrainian", "koi8-u"), ("Greek", "cp1253"), ("Greek", "iso8859-7"), ("Hebrew", "cp1255"),
    ("Arabic", "cp1256"), ("Lithuanian", "cp1257"), ("Japanese", "cp932"), ("Japanese", "euc_jp"),
    ("Chinese", "gb18030"),
    ("Taiwanese", "cp950"), ("Korean", "cp949"),
]  # fmt: skip


def table(language: str) -> str:
    rows = [f"{row};p{number}@x{number}.example" for number, row in enumerate(LISTS[language])]
    return "\n".join(["name;company;email", *rows, ""])


def asked(data: bytes, own: str | None = None) -> str:
    with pytest.raises(Invalid) as refusal:
        encodings.of(data, own)
    assert refusal.value.field == "encoding"
    return str(refusal.value)


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_a_few_names_tell_the_encoding_of_a_file(language, codec):
    data = table(language).encode(codec)

    found, _ = encodings.of(data)

    assert data.decode(found) == table(language)


@pytest.mark.parametrize(
    "word", ["Jürgen", "René", "Zoë", "Domino’s", "“Bob” Lee", "François", "Ñúñez", "ÖZIL", "Acme®"]
)
def test_one_usual_word_is_enough_for_windows_1252(word):
    assert encodings.of(f"name,email\n{word},a@x.example\n".encode("cp1252")) == ("cp1252", 0)


@pytest.mark.parametrize(
    ("word", "codec"),
    [("Köln", "mac-roman"), ("Kučera", "cp1250"), ("Yılmaz", "cp1254"), ("Groß", "mac-roman"), ("Muñoz", "mac-roman")],
)
def test_a_word_that_reads_well_in_two_encodings_is_asked_about(word, codec):
    text = asked(f"name,email\n{word},a@x.example\n".encode(codec))

    assert "not certain. Look at line 2" in text
    assert f"encoding={code_pages.parameter(codec)} if it should read “{word}”" in text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["Russian", "German", "Korean"])
def test_utf_16_needs_no_mark(language, encoding):
    assert encodings.of(table(language).encode(encoding)) == (encoding, 0)
    assert encodings.of(table(language).encode(encoding), "utf-16") == (encoding, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_says_the_encoding(encoding):
    data = table("Russian").encode(encoding)

    facts = csvfile.check(data)

    assert next(csvfile.rows(data, facts)).cells[0] == "Иван Петров"


@pytest.mark.parametrize(
    ("spelling", "codec"),
    [
        ("latin1", "cp1252"), ("ISO-8859-1", "cp1252"), ("Windows-1252", "cp1252"), ("ANSI", "cp1252"),
        ("1252", "cp1252"),
        ("macintosh", "mac-roman"), ("x-mac-roman", "mac-roman"), ("Mac OS Roman", "mac-roman"), ("utf8", "utf-8"),
        ("UTF-8-SIG", "utf-8"), ("shift-jis", "cp932"), ("sjis", "cp932"), ("utf-16", "utf-16"), ("win1251", "cp1251"),
        ("CP-437", "cp437"), ("IBM850", "cp850"), ("latin2", "iso8859-2"), ("koi8r", "koi8-r"), ("GBK", "gb18030"),
        ("euc-kr", "cp949"), ("big5", "cp950"), ("us-ascii", "ascii"),
    ],
)  # fmt: skip
def test_encodings_may_be_spelled_in_any_usual_way(spelling, codec):
    assert encodings.stated(spelling) == codec


@pytest.mark.parametrize("name", ["utf-7", "rot13", "klingon", "unicode_escape", "idna"])
def test_other_encodings_are_refused_with_those_that_are_known(name):
    with pytest.raises(Invalid, match=r"Send one of: utf-8, utf-16, .*windows-1252.*mac_roman"):
        encodings.stated(name)


def test_every_encoding_that_is_offered_is_understood():
    for name in code_pages.offered():
        codec = code_pages.codec(name)
        assert codec
        assert codec in code_pages.NAMES or codec == "utf-16"


def test_what_the_user_states_goes_first():
    data = "name,email\nKöln,a@x.example\n".encode("mac-roman")

    facts = csvfile.check(data, encoding="mac-roman")

    assert [row.cells[0] for row in csvfile.rows(data, facts)] == ["Köln"]


@pytest.mark.parametrize(
    ("data", "own", "says"),
    [
        (b"name,email\nAnn,a@x.example\nJ\x9frgen,b@x.example\n", "utf-8", "Line 3 cannot be read as UTF-8"),
        ("name,email\nJürgen,b@x.example\n".encode(), "cp1252", "Line 2: the file is UTF-8, not Windows-1252"),
        ("name,email\nJürgen,b@x.example\n".encode("utf-8-sig"), "mac-roman", "byte-order mark of UTF-8"),
        ("name,email\nJürgen,b@x.example\n".encode("utf-16"), "utf-8", "byte-order mark of UTF-16"),
        ("name,email\nJürgen,b@x.example\n".encode("utf-16-le"), "cp1252", "The file is UTF-16"),
        (b"name,email\nAnn,a@x.example\nJ\x81rgen,b@x.example\n", "cp1252", "Line 3 cannot be read as Windows-1252"),
        (b"name,email\nM+APw-ller,a@x.example\n", None, "UTF-7"),
    ],
)
def test_an_encoding_that_cannot_be_is_refused(data, own, says):
    assert says in asked(data, own)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("JÃ¼rgen MÃ¼ller", "Jürgen Müller"),
        ("FranÃ§ois", "François"),
        ("Dâ€™Angelo", "D’Angelo"),
        ("Å\x81ukasz", "Łukasz"),
        ("Ð˜Ð²Ð°Ð½", "Иван"),
        ("SÃO PAULO", "SÃO PAULO"),
        ("CAFÉ®", "CAFÉ®"),
        ("Jürgen", "Jürgen"),
        ("Ann", "Ann"),
    ],
)
def test_text_that_was_encoded_twice_is_repaired_where_that_is_certain(text, right):
    assert mojibake.repaired(text) == right


def test_a_file_of_a_code_page_may_have_a_mangled_cell():
    rows = [f"Jürgen Müller{number};Söhne GmbH;p{number}@x.example" for number in range(60)]
    data = "\n".join(["name;company;email", *rows]).encode("cp1252") + b"\nBo\x81b;Acme;b@x.example\n"

    assert encodings.of(data)[0] == "cp1252"
