"""Encodings of text files: their names, how usual each is, and what their bytes would read as. Pure."""

import codecs
import re
from typing import NamedTuple


class CodePage(NamedTuple):
    """An encoding in which files are exported.

    `usual`: how often, against Windows-1252; `library`: what chardet calls it, when its name for it is not the codec's.
    """

    codec: str
    name: str
    usual: float
    library: str | None = None


# Those that are told apart by what a file says. ISO-8859-1 is a part of Windows-1252, and GBK of GB18030.
CODE_PAGES = (
    CodePage("cp1252", "Windows-1252", 1),
    CodePage("cp1250", "Windows-1250", 0.25),
    CodePage("cp1251", "Windows-1251", 0.5),
    CodePage("cp1253", "Windows-1253", 0.3),
    CodePage("cp1254", "Windows-1254", 0.2),
    CodePage("cp1255", "Windows-1255", 0.2),
    CodePage("cp1256", "Windows-1256", 0.2),
    CodePage("cp1257", "Windows-1257", 0.2),
    CodePage("cp1258", "Windows-1258", 0.1),
    CodePage("iso8859-15", "ISO-8859-15", 0.2),
    CodePage("iso8859-2", "ISO-8859-2", 0.15),
    CodePage("iso8859-5", "ISO-8859-5", 0.05),
    CodePage("iso8859-7", "ISO-8859-7", 0.1),
    CodePage("koi8-r", "KOI8-R", 0.15),
    CodePage("koi8-u", "KOI8-U", 0.05),
    CodePage("mac-roman", "Mac Roman", 0.35),
    CodePage("mac-latin2", "Mac Latin2", 0.08),
    CodePage("mac-cyrillic", "Mac Cyrillic", 0.1),
    CodePage("mac-greek", "Mac Greek", 0.05),
    CodePage("mac-turkish", "Mac Turkish", 0.05),
    CodePage("cp850", "CP850", 0.15),
    CodePage("cp437", "CP437", 0.1),
    CodePage("cp852", "CP852", 0.08),
    CodePage("cp857", "CP857", 0.05),
    CodePage("cp866", "CP866", 0.1),
    CodePage("cp932", "Shift_JIS", 0.3),
    CodePage("euc_jp", "EUC-JP", 0.1, "euc_jis_2004"),
    CodePage("gb18030", "GB18030", 0.3),
    CodePage("cp950", "Big5", 0.2, "big5hkscs"),
    CodePage("cp949", "CP949", 0.2),
)
_UNICODE = {
    "ascii": "ASCII",
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
# Those that are taken when they are stated, and besides never.
_STATED = {
    "iso8859-3": "ISO-8859-3",
    "iso8859-4": "ISO-8859-4",
    "iso8859-6": "ISO-8859-6",
    "iso8859-8": "ISO-8859-8",
    "iso8859-10": "ISO-8859-10",
    "iso8859-13": "ISO-8859-13",
    "iso8859-14": "ISO-8859-14",
    "iso8859-16": "ISO-8859-16",
    "iso8859-11": "ISO-8859-11",
    "cp874": "Windows-874",
    "tis-620": "TIS-620",
    "mac-croatian": "Mac Croatian",
    "mac-romanian": "Mac Romanian",
    "mac-iceland": "Mac Iceland",
    "cp737": "CP737",
    "cp775": "CP775",
    "cp855": "CP855",
    "cp858": "CP858",
    "cp860": "CP860",
    "cp861": "CP861",
    "cp862": "CP862",
    "cp863": "CP863",
    "cp864": "CP864",
    "cp865": "CP865",
    "cp869": "CP869",
    "iso2022_jp": "ISO-2022-JP",
    "big5hkscs": "Big5-HKSCS",
    "johab": "Johab",
    "koi8-t": "KOI8-T",
    "kz1048": "KZ-1048",
}
NAMES = {page.codec: page.name for page in CODE_PAGES} | _UNICODE | _STATED
USUAL = {page.codec: page.usual for page in CODE_PAGES}
# Other names, of letters and digits alone, and what is meant by them. As browsers read it (WHATWG Encoding Standard),
# Latin-1 is Windows-1252, and the code pages of the East are the larger ones that contain what they are called.
_MEANT = {
    "utf8": "utf-8", "utf8sig": "utf-8", "utf8bom": "utf-8", "utf8withbom": "utf-8", "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8", "csvutf8": "utf-8",
    "utf16": "utf-16", "ucs2": "utf-16", "unicode": "utf-16", "utf16le": "utf-16-le", "ucs2le": "utf-16-le",
    "utf16be": "utf-16-be", "unicodefffe": "utf-16-be", "utf32": "utf-32", "ucs4": "utf-32",
    "utf32le": "utf-32-le", "utf32be": "utf-32-be",
    "ansi": "cp1252", "windows": "cp1252", "windowsansi": "cp1252", "western": "cp1252", "windowslatin1": "cp1252",
    "iso88591": "cp1252", "latin1": "cp1252", "l1": "cp1252", "isolatin1": "cp1252", "iso885911987": "cp1252",
    "iso88599": "cp1254", "latin5": "cp1254", "l5": "cp1254",
    "latin9": "iso8859-15", "latin0": "iso8859-15",
    "macintosh": "mac-roman", "mac": "mac-roman", "macroman": "mac-roman", "xmacroman": "mac-roman",
    "applemacroman": "mac-roman", "macosroman": "mac-roman", "macwestern": "mac-roman", "xmacintosh": "mac-roman",
    "maccentraleurope": "mac-latin2", "maccentraleuropean": "mac-latin2", "macce": "mac-latin2",
    "xmacce": "mac-latin2", "xmaccyrillic": "mac-cyrillic", "xmacukrainian": "mac-cyrillic",
    "xmacgreek": "mac-greek", "xmacturkish": "mac-turkish",
    "dos": "cp850", "msdos": "cp850", "oem": "cp850", "dos850": "cp850", "dos437": "cp437", "dos852": "cp852",
    "dos866": "cp866", "alt": "cp866",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "mskanji": "cp932", "windows31j": "cp932",
    "windows932": "cp932", "cswindows31j": "cp932", "eucjp": "euc_jp", "xeucjp": "euc_jp", "ujis": "euc_jp",
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "windows936": "gb18030", "euccn": "gb18030",
    "xgbk": "gb18030", "big5": "cp950", "bigfive": "cp950", "windows950": "cp950", "xxbig5": "cp950",
    "euckr": "cp949", "ksc5601": "cp949", "ksc56011987": "cp949", "ksx1001": "cp949", "uhc": "cp949",
    "windows949": "cp949", "xwindows949": "cp949",
    "windows874": "cp874", "tis620": "tis-620",
}  # fmt: skip
_LETTERS_AND_DIGITS = re.compile(r"[^a-z0-9]+")


def codec(text: str) -> str | None:
    """The codec of an encoding in any usual spelling (`latin1`, `Windows-1252`, `x-mac-roman`), else None.

    `utf-16` and `utf-32` are codecs of their own here: the byte order is the file's.
    """
    bare = _LETTERS_AND_DIGITS.sub("", text.casefold())
    if bare in _MEANT:
        return _MEANT[bare]
    for known, name in NAMES.items():
        if bare in (_LETTERS_AND_DIGITS.sub("", known), _LETTERS_AND_DIGITS.sub("", name.casefold())):
            return known
    digits = re.fullmatch(r"(?:x?windows|win|cp|codepage|ibm|dos|ms|x?cp|oem)?(\d{3,5})", bare)
    if digits and f"cp{digits[1]}" in NAMES:
        return f"cp{digits[1]}"
    try:
        found = codecs.lookup(text.strip().replace(" ", "-")).name
    except (LookupError, ValueError):
        return None
    return found if found in NAMES else None


def parameter(codec: str) -> str:
    """How a client states an encoding."""
    return NAMES[codec].lower().replace(" ", "_")


def offered() -> list[str]:
    """Names to choose from, the usual ones first."""
    told = ["utf-8", "utf-16", "iso-8859-1", *(parameter(page.codec) for page in CODE_PAGES), *map(parameter, _STATED)]
    return list(dict.fromkeys(told))
