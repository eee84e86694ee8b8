"""Whether text reads like names that people write, or like bytes that were read in another encoding. Pure.

`shape` looks at the shape of words (`JŸrgen` has a capital in mid-word), `likelihood` at how often the languages of
Europe use a letter: `š` is usual in Czech and never in German.
"""

import math
import re
import unicodedata
from collections import Counter
from enum import IntEnum
from functools import lru_cache


class _Classes(dict[int, str]):
    """Characters by what may stand beside them, as `str.translate` asks for them."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _class(chr(code))
        return found


# Kinds that end at a letter, begin before one, or stand alone.
_APOSTROPHES = "'’ʼ‐‑"
_WITHIN = "´`·–—"
_BEHIND = "®©™°»"
_BEFORE = "«“„‚‹¿¡"
_ALONE = "€£¥§•¹²³¼½¾±×"
_SCRIPTS = {"GREEK": "gG", "CYRILLIC": "cC", "HEBREW": "hh", "ARABIC": "aa"}
_EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def _class(sign: str) -> str:
    if sign < "\x80":
        return "x" if sign.islower() else "X" if sign.isupper() else "0" if sign.isdigit() else " "
    for signs, kind in (
        (_APOSTROPHES, "'"),
        (_WITHIN, "w"),
        ("‘", "q"),
        ("…”", "z"),
        ("ºª", "o"),
        (_BEHIND, ">"),
        (_BEFORE, "<"),
    ):
        if sign in signs:
            return kind
    if sign in "\xa0\u3000":
        return " "
    if sign in _ALONE:
        return "y"
    name, category = unicodedata.name(sign, ""), unicodedata.category(sign)
    script = name.partition(" ")[0]
    if category.startswith("M"):
        return "n" if script in ("ARABIC", "HEBREW") else "m"
    if sign == "ß":
        return "s"
    if script == "LATIN":
        return "l" if sign.islower() else "L"
    if script in _SCRIPTS and category.startswith("L"):
        return _SCRIPTS[script][not sign.islower()]
    if script == "ARABIC":
        return "a"
    if script == "HALFWIDTH":
        return "k"
    if name.startswith(_EASTERN):
        return "j" if category.startswith("L") else "p"
    return "p" if script in ("FULLWIDTH", "IDEOGRAPHIC") else "b"


_CLASSES = _Classes()
_LETTER = "[xXlLsgGcChajkm]"
_WESTERN = "[xXlLsgGcC]"
# What no word of any language has.
_FAULT = re.compile(
    "|".join(
        (
            "b",
            f"(?<={_LETTER})y|y(?={_LETTER})|(?<={_WESTERN})<|[>o](?=[xXlLsgGcC])",
            # A capital in mid-word, a small letter among capitals.
            "[xl]L|X+L[xl]|lX|XXl(?![a-z])|gG|cC",
            "(?:^|[ 0])'[gc]",
            # Four accented Latin letters in a row.
            "[lL]{4}(?!m)",
            # Two scripts in one word.
            "[xXlLs][gGcCha]|[gGcCha][xXlLs]|[gG][cCha]|[cC][gGha]|[ha][gGcC]|ha|ah",
            "[xXlL]j[xXlL]|k[xXlLjgGcC]|[xXlLjgGcC]k|[gGcClL]j|j[gGcClL]",
            f"(?:^|[ '0])m|{_WESTERN}n|n{_WESTERN}",
        )
    )
)
# What some words have, such as a name that begins with a small letter.
_ODDITY = re.compile(
    f"(?<={_LETTER})[zq]|[xXlLs]'(?=[ '0]|$)|z(?={_LETTER})|(?:^|[ '0])[gcl]|(?:^|[ 0])'[xl]"
    f"|(?<={_LETTER})w|w(?={_LETTER})|(?<=[xls])o|[lL]{{3}}(?!m)"
)


# The small sigma has a form of its own at the end of a word, and only there.
_SIGMA = re.compile("ς(?=[α-ωά-ώ])|(?<=[α-ωά-ώ])σ(?![α-ωά-ώ])")


class Shape(IntEnum):
    """Whether a text has the shape of words."""

    SOUND = 0
    ODD = 1
    WRONG = 2


def shape(text: str) -> Shape:
    """Whether these can be words of a language: a capital in mid-word cannot."""
    classes = text.translate(_CLASSES)
    if _FAULT.search(classes) or ("g" in classes and _SIGMA.search(text)):
        return Shape.WRONG
    return Shape.ODD if _ODDITY.search(classes) else Shape.SOUND


# A language's share of lists of contacts, and of its letters outside ASCII in names, each in per cent.
_LANGUAGES = {
    "German": (16, "ö35 ü33 ä21 ß9 é2"),
    "French": (14, "é55 è12 ç6 ê5 ë4 î4 ô4 à4 ï3 â2 û1 œ1 ù1 ü1"),
    "Spanish": (13, "á27 ó21 í20 é13 ñ12 ú5 ü1 ç1"),
    "Portuguese": (8, "ã20 é17 ç16 á14 í9 ó9 ú6 õ4 â3 ê3 ô2"),
    "Polish": (8, "ł33 ó18 ś11 ę10 ż9 ń7 ą7 ć4 ź3"),
    "Italian": (6, "à32 ò20 è20 ù12 é8 ì8"),
    "Swedish": (6, "ö50 ä22 å22 é6"),
    "Danish and Norwegian": (6, "ø60 å15 æ18 é4 ö2 ü1"),
    "Czech": (6, "á30 í13 š12 č11 ř9 ě8 ž7 ý6 é5 ů3 ú2 ň2 ť1 ď1 ö1 ü1 ó1"),
    "Hungarian": (6, "á40 é24 ó14 ö7 ő4 ü4 í4 ú2 ű1"),
    "Dutch": (5, "ë45 é20 ï10 ö10 ü5 è3 ç3 á2 ó2"),
    "Romanian": (4, "ă34 ș15 ț14 ş12 ţ10 â7 î6 é1"),
    "Croatian": (4, "ć35 č20 š20 ž14 đ6 ü1"),
    "Turkish": (4, "ü23 ş20 ı20 ç14 ğ10 ö9 İ3 â1"),
    "Finnish": (3, "ä78 ö20 å2"),
    "Slovak": (3, "á34 š14 č13 í9 é6 ľ5 ý5 ž5 ň3 ú3 ď2 ť2 ó2 ô1 ä1 ü1 ĺ1 ŕ1"),
    "Slovenian": (3, "č42 š28 ž24 ć4 đ1"),
    "Lithuanian": (3, "ė32 ž20 š20 č12 ū11 ą2 ę1 į1 ų1"),
    "Estonian": (2, "ä34 õ25 ü24 ö10 š4 ž3"),
    "Latvian": (2, "ņ20 ī20 š17 ā17 ē9 ū6 ģ3 ļ3 ž3 ķ2 č2"),
    "Catalan": (2, "à25 è15 é15 í12 ó14 ò8 ú6 ç5 ï3 ü2"),
    "Icelandic": (1, "ó15 á15 ð12 ö12 í10 é8 ú8 æ7 þ6 ý5"),
    "Albanian": (1, "ë85 ç15"),
    "Vietnamese": (1, "à19 ố9 đ8 ô7 ầ5 ơ4 á4 ư4 ạ4 ệ3 ặ3 ũ3 ê2 ù2 ễ2 ả2 ò2 ế2 ồ2 í2 ộ2 ẵ2 â2 ữ1 ợ1 ậ1 ổ1"),
    # Lists of several countries.
    "Western Europe": (3, "é16 ü14 ö14 á8 ä8 ó6 í5 ø5 è4 ç4 ñ4 å3 ß3 ã2 à2 ë2 ú2 ô1 ê1 î1 ï1 æ1 õ1 â1 ò1 ù1"),
    "Central Europe": (2, "á16 ó9 é8 ł8 š8 č8 í6 ö6 ü6 ž5 ć4 ä3 ř3 ś2 ż2 ę2 ń2 ý2 ě2 ă2 ą1 ő1 ß1 ş1 ţ1 đ1 ú1 ů1"),
}
_SHARE = re.compile(r"([^\d\s])(\d+)")
_TABLES = tuple(
    (math.log(share / 100), {letter.lower(): math.log(int(part) / 100) for letter, part in _SHARE.findall(letters)})
    for share, letters in _LANGUAGES.values()
)
_NEVER = math.log(0.0007)
_WORD = re.compile(r"[^\W\d_]+")


def likelihood(text: str) -> float:
    """The logarithm of how likely the Latin letters outside ASCII are, in the language that fits them best.

    Each word counts once: a company that stands in every row says no more than one in a single row.
    """
    letters: Counter[str] = Counter()
    for word in set(_WORD.findall(text.lower())):
        letters.update(sign for sign in word if sign > "\x7f" and _is_latin(sign))
    found = [
        share + sum(times * table.get(letter, _NEVER) for letter, times in letters.items()) for share, table in _TABLES
    ]
    best = max(found)
    return best + math.log(sum(math.exp(one - best) for one in found))


def is_latin(text: str) -> bool:
    """Whether all letters of a text outside ASCII are Latin ones."""
    return all(_is_latin(sign) for sign in set(text) if sign > "\x7f" and sign.isalpha() and sign not in "ªº")


@lru_cache(maxsize=4096)
def _is_latin(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith("LATIN ")


# The alphabets of Cyrillic languages: letters of two of them in one list are a sign of another encoding.
_COMMON = "абвгдежзийклмнопрстуфхцчшщьюя"
_CYRILLIC = (
    frozenset(_COMMON + "ъыэё"),
    frozenset(_COMMON + "ґєії"),
    frozenset("абвгдђежзијклљмнњопрстћуфхцчџш"),
    frozenset(_COMMON + "ыэёіў"),
)


def is_one_cyrillic(text: str) -> bool:
    """Whether the Cyrillic letters of a text are those of one language, but for one in a hundred."""
    letters = [sign for sign in text.lower() if "\u0400" <= sign <= "\u04ff"]
    return min(sum(sign not in alphabet for sign in letters) for alphabet in _CYRILLIC) <= len(letters) / 100


# The characters of the most frequent names, and of what companies are called.
_NAMES = {
    "cp932": "田中村山本小林佐藤伊渡辺加吉高松井木上野川橋石原島崎岡斎清池阿部森太郎子美一二三大内谷沢平前東西"
    "北南福杉久保市区町県株式会社有限",
    "gb18030": "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺"
    "赖龚文有限公司科技信息市州海京华建国明丽秀英玉兰桂芳伟娜静敏强磊军洋勇艳杰涛超",
    "cp950": "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游詹胡施沈余盧梁趙顏柯翁魏孫"
    "戴范方宋鄧杜傅侯曹薛丁馬董唐石藍卓馮姚邵股份有限公司科技電子市台北中新志明雅婷怡君淑",
    "cp949": "김이박최정강조윤장임한오서신권황안송류전홍유고문양손배백허남심노하곽성차주우구민지현영수진은미경"
    "희준상동호철광식회사시",
}
_NAMES["euc_jp"] = _NAMES["cp932"]


def eastern(text: str, codec: str) -> float | None:
    """The share of characters that names in this encoding are made of (kana are); None for other encodings."""
    if codec not in _NAMES:
        return None
    signs = [sign for sign in text if "\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3"]
    common = sum(sign in _NAMES[codec] or "\u3040" <= sign <= "\u30ff" for sign in signs)
    return common / max(1, len(signs))


_PUNCTUATION = frozenset("‘’“”„–—…€®™©°«»·•\xa0´")
_LETTERS = frozenset(letter for _, table in _TABLES for letter in table)


def usual(sign: str) -> bool:
    """Whether a character is a letter of a language, or of the punctuation, that people write."""
    if sign in _PUNCTUATION or sign.lower() in _LETTERS:
        return True
    return not _is_latin(sign) and sign.isalpha() and _class(sign) in "gGcChajk"
