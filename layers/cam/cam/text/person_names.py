"""People's names as lists have them, and what a mail calls somebody. Pure.

A lead keeps its names as they came. What a mail prints of them is decided here: a greeting gets a first name, or
nothing when it is not certain what the first name is (`J.`, `Mr`, `Info`, two people). Then the template's own default
stands there, which is never wrong.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from cam.text import blanks
from cam.text.characters import UNREADABLE, one_line
from cam.text.cleaning import unescaped


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# Without a dot some titles are first names as well: `Hon Nguyen`, `Ing Tan`, `Don Lee`, `Adv Rao`.
_TITLES = _words(
    """
    mr mr. mrs mrs. ms ms. miss mx mx. dr dr. drs drs. dres. prof prof. professor sir lady lord madam ma'am
    messrs. herr herrn frau fräulein hr hr. fr. dipl.-ing. dipl.-ing dr.-ing. dr.-ing ing. mag. univ.-prof.
    priv.-doz. pd monsieur madame mademoiselle mme mme. mlle mlle. me. maître docteur doctor pr pr. señor
    señora señorita sr sr. sra sra. srta srta. dra dra. lic. arq. doña dña. dña signor signora sig. sig.ra
    dott. dott.ssa avv. geom. arch. dhr dhr. mevr mevr. mevrouw meneer ir. ds. med med. dent. vet. rer. nat.
    phil. jur. iur. pol. oec. pharm. theol. techn. habil. h.c. hc md md. univ. akad. dkfm dkfm. dipl. dipl.-kfm.
    dipl.-kfm dipl.-kffr. dipl.-inf. dipl.-inform. dipl.-oec. dipl.-betriebsw. dipl.-volksw. dipl.-wirt.-ing.
    dipl.-wirtsch.-ing. dipl.-psych. dipl.-phys. dipl.-math. dipl.-chem. dipl.-biol. dipl.-päd. mmag. mag.a mmag.a
    mag.(fh) bc. bca. mgr. mga. mudr. mvdr. judr. phdr. rndr. pharmdr. paeddr. thdr. doc. prof.ssa dr.ssa prof.in
    dr.in ing.in freiherr freifrau engr. engr atty. atty cpt. pfr. ra. rain. stb. wp. rev rev.
    reverend hon. capt capt. col. gen. lt. maj. sgt. adv. eng. er. smt smt. shri
    """
)
_DEGREES = _words(
    """
    jr sr ii iii phd dphil edd dds dvm esq jd llm llb mba emba msc bsc mph mpa mphil meng beng mres cpa cfa
    cfp cma cia cisa cissp cism pmp pgmp csm cspo phr sphr gphr shrm-cp shrm-scp aca acca fca fcca acma cgma
    cipd mcipd fcipd frics mrics ceng mimeche riba leed obe mbe cbe itil prince2 rph pharmd psyd facs lcsw
    """
)
# In small letters they are names or parts of names: `Yi Ma`, `Md Rahim`, `Do`.
_DEGREES_IN_CAPITALS = frozenset({"md", "rn", "do", "ma", "ba", "bs", "ms", "pe", "np", "pa", "qc", "kc", "ap", "iv"})
# Companies and mailboxes where a first name should be.
_NOBODY = _words(
    """
    info sales office team support contact kontakt contacto admin administrator webmaster marketing hello mail
    email post service reception empfang buchhaltung accounting billing hr jobs karriere presse press noreply
    help owner manager management staff sir madam customer client kunde user guest www firma company enquiries
    inquiries accounts account payable receivable reservations reservation booking bookings front desk general
    managing director directors founder founders ceo cto cfo coo it human resources purchasing procurement
    president vice chief executive officer head of chairman chairwoman partner dear valued friend friends colleague
    colleagues all there ansprechpartner ansprechpartnerin operations orders order secretary secretariat
    assistant concierge
    geschäftsführung geschäftsführer geschäftsleitung sekretariat vertrieb einkauf verwaltung personal
    personalabteilung zentrale leitung inhaber kundenservice kundendienst bestellung anfrage büro
    direction comptabilité accueil secrétariat gérant achats commercial ventas compras administración recepción
    gerencia contabilidad dirección amministrazione vendite acquisti segreteria direzione verkoop inkoop
    administratie directie vendas compras recepção
    """
)
# Words that no person's name has: a household, a shop or an office is meant.
_ORGANIZATIONS = _words(
    """
    team department dept dept. abteilung abt. servicio familie family praxis gemeinschaftspraxis zahnarztpraxis kanzlei
    anwaltskanzlei steuerkanzlei hotel restaurant ristorante café bäckerei metzgerei apotheke autohaus stadtwerke
    stadtverwaltung gemeinde universität university université universidad università hochschule institut institute
    company verein stiftung foundation association verband société empresa azienda bedrijf ministerium ministry
    agentur agency solutions consulting technologies systems services holding
    """
)
_LEGAL_FORMS = _words(
    """
    gmbh mbh ag kg ohg ug ltd limited inc llc llp plc corp sarl sas sàrl srl spa bv nv oy ab aps sro
    """
)
_AND = frozenset({"&", "+", "and", "und", "et", "y", "e", "ou", "or", "oder", "u.", "en", "/"})
_ENDINGS_OF_DOMAINS = _words(
    """
    com net org io de fr es it nl co uk eu info biz app dev ai at ch be us ca me tv pl se dk no example test
    """
)
# Parts of family names that begin small. `Le`, `La` and `Di` are not among them: `Le Goff`, `Di Maria`, `Le Thi`.
_PARTICLES = _words(
    """
    van von der den dem de del des du da das dos do zu zum zur ter ten y e bin ibn
    """
)
_SPECIAL = _TITLES | _DEGREES | _DEGREES_IN_CAPITALS | _LEGAL_FORMS | _ORGANIZATIONS | _AND | _PARTICLES
_AFTER_PARTICLE = frozenset({"la", "las", "los", "het", "'t", "’t"})
_HONORIFICS_BEHIND = ("様", "さん", "先生", "님", "씨", "女士", "小姐")

_PRONOUN = (
    "(?:she|hers?|he|him|his|they|them|theirs?|ze|zir|xe|xem|hir|sie|ihr|er|ihm|elle|elles|il|iel|ella|él|lei|lui)"
)
_PRONOUNS = re.compile(rf"(?<!\w){_PRONOUN}(?:\s*[/|]\s*{_PRONOUN})+(?!\w)", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[(\[].*$")
_NICKNAME = re.compile(r"[\"“”„«»][^\"“”„«»]*[\"“”„«»]|(?<!\w)['‘’][^'‘’]{2,}['’](?!\w)")
_LATER = re.compile(r"\s*[|•].*$|\s+[-–—·@]\s.*$|\s+[-–—]$")
_AROUND = ' ,;:!?()[]"“”„«»*-–—_'
_APOSTROPHES = " '‘’"
# Joiners and the selectors that belong to emoji.
_OF_SYMBOLS = "\u200d\ufe0e\ufe0f\u20e3"
_GLUED_TITLE = re.compile(r"^(prof|dr|mrs?|ms|ing|mag)\.(?!(?:ssa|in|a)\b|(?-i:[a-z]{2,5}\.))(?=\w)", re.IGNORECASE)
# `Dipl.Wirt.-Ing.(FH)`, `Mag.rer.soc.oec.`
_JOINED_TITLE = re.compile(r"(?:[Dd]ipl[.-]+[\w.-]+|(?:Mag|MMag|Dr|Prof)\.(?:[a-z]{2,5}\.)+)(?:\(FH\))?")
_NO_NAME = re.compile(r"[_/\\@#:;&+=*%$<>|~^{}()\[\]\"“”?!]")
_FAMILY_FIRST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+(?:[^\W\d_]\.?)?")
_PREFIXED = re.compile(r"([^\W\d_]{1,2}['’ʼ])([^\W\d_].*)|(mc)([^\W\d_]{3}.*)")
_HALF_CAPITALS = re.compile(r"((?:Mc|Mac)|[^\W\d_a-zß-ÿ]['’])([A-ZÀ-Þ]{3,})")
_TURKISH = re.compile("[İıĞğ]")
_SHORT_NAME = re.compile("[B-DF-HJ-NP-TV-XZ][AEIOUY]")
_MOST_WORDS = 3


def split(name: str) -> tuple[str | None, str | None]:
    """First and last name of a whole name: titles, degrees and pronouns are neither, `Weiß, Anna` is Anna Weiß.

    A single word is a first name, but a last name behind a title. In Chinese, Japanese and Korean script the family
    comes first: `李 青岚` is 青岚. `anna.lee@…` is Anna Lee. Two people, companies and addresses have neither.
    """
    plain = name.split()
    if len(plain) == 2 and plain[0].isalpha() and plain[1].isalpha() and _SPECIAL.isdisjoint(name.casefold().split()):
        # As nearly all names are.
        return (plain[1], plain[0]) if _FAMILY_FIRST.fullmatch("".join(plain)) else (plain[0], plain[1])
    parts = _of_address(name)
    if parts:
        return parts[0], " ".join(parts[1:])
    words = _in_order(_bare(name))
    if len(words) == 2 and _FAMILY_FIRST.fullmatch("".join(words)):
        return words[1], words[0]
    named = _without_degrees(_without_titles(words), 2)
    if not named or "@" in name or _is_title(named[0]) or not _AND.isdisjoint(named[1:2]) or _is_company(named):
        return None, None
    if (len(named) == 1 and _is_title(words[0])) or _begins_family(named):
        return None, " ".join(named)
    return named[0], " ".join(named[1:]) or None


def complete(known: dict[str, Any]) -> None:
    """Fill in `name`, `first_name` and `last_name` of a lead from one another, in place."""
    first, last, name = known.get("first_name"), known.get("last_name"), known.get("name")
    if not name:
        known["name"] = " ".join(part for part in (first, last) if part) or None
    elif not first and name != last:
        first, rest = split(name)
        parts = {"first_name": first, "last_name": rest}
        if blanks.suspects((first or "", rest or ""), f"|{first}|{rest}"):
            # `null Lee` and `Anna undefined` were joined by a program.
            parts = {
                field: part and (None if blanks.blank(field, part, parts) else part) for field, part in parts.items()
            }
            if not any(parts.values()):
                known["name"] = last
        known["first_name"], known["last_name"] = parts["first_name"], last or parts["last_name"]
    elif first and not last and name.startswith(first + " "):
        known["last_name"] = name[len(first) :].strip() or None


def greeting(first_name: str, last_name: str | None = None) -> str | None:
    """The first name by which a mail may call somebody, spelled as a name; None when it is not certain."""
    text = one_line(unescaped(first_name))
    if UNREADABLE in text or blanks.blank("first_name", text, {"last_name": last_name}):
        return None
    beside = last_name or ""
    parts = _of_address(text)
    words = parts[:1] or _of_first_name(_bare(text), beside)
    while len(words) > 1 and _is_initial(words[0]):
        del words[0]
    while len(words) > 1 and _is_initial(words[-1]):
        del words[-1]
    if not words or len(words) > _MOST_WORDS or _is_initial(words[0]) or not all(map(_is_name, words)):
        return None
    if _is_company(words) or all(word.casefold() in _NOBODY for word in words):
        return None
    name = " ".join(words)
    if _SHORT_NAME.fullmatch(name) and beside.isupper() and len(beside) > 2:
        # The row is in capitals: `JO, SMITH`. `JP, SMITH` is called JP.
        return name.title()
    for title in _HONORIFICS_BEHIND:
        name = name.removesuffix(title) or name
    found = spelled(name, beside, first=True)
    return found if words[0].casefold() in _PARTICLES else found[:1].title() + found[1:]


def family(last_name: str, first_name: str | None = None) -> str | None:
    """A last name as a mail prints it: spelled as a name, without titles and degrees; None when it is none."""
    text = one_line(unescaped(last_name))
    if blanks.blank("last_name", text, {"first_name": first_name}):
        return None
    words = _without_degrees(_without_titles(_in_order(_bare(text))), 1)
    if not words or not all(map(_is_name, words)):
        return None
    return spelled(" ".join(words), first_name or "")


def whole(name: str, first_name: str | None = None, last_name: str | None = None) -> str | None:
    """A whole name as a mail prints it: first and last name, spelled as names; None when it is none.

    Where they were joined from a first and a last name (`Anna, PhD` and `Lee`), these are the first and the last name.
    """
    if first_name and last_name and name == f"{first_name} {last_name}":
        parts = (greeting(first_name, last_name) or whole(first_name), family(last_name, first_name))
        return " ".join(part for part in parts if part) or None
    text = one_line(unescaped(name))
    if UNREADABLE in text or blanks.blank("name", text, {}):
        return None
    first, last = split(text)
    words = [part for part in (first, last) if part]
    if len(words) == 2 and _FAMILY_FIRST.fullmatch("".join(words)):
        words.reverse()
    found = " ".join(words)
    if not found or not all(map(_is_name, found.split())):
        return None
    return spelled(found, first=first is not None)


def spelled(name: str, context: str = "", *, first: bool = False) -> str:
    """A name that was typed in one case only, as names are spelled: `JOHN`, `mary-jane`, `O'NEIL`; `JP` stays.

    Turkish letters in it, or in the rest of the name (`context`), tell that I and ı belong together, as do İ and i.
    `first`: it begins with a first name, which is capitalised whatever it is: `LA TOYA` is La Toya.
    """
    # Composed first: a letter after a separate accent is not the beginning of a word. The second: what lower() makes
    # of İ.
    name = unicodedata.normalize("NFC", name).replace("i\u0307", "i")
    if not name.islower() and not (name.isupper() and sum(map(str.isalpha, name)) > 2):
        return " ".join(map(_mended, name.split(" ")))
    turkish = _TURKISH.search(name + context) is not None
    if turkish:
        name = name.replace("I", "ı")
    words = name.replace("İ", "i").lower().split(" ")
    return " ".join(
        word if _stays_small(words, place, first) else _capitalised(word, turkish, place)
        for place, word in enumerate(words)
    )


def _stays_small(words: Sequence[str], place: int, first: bool) -> bool:
    """Whether a word is a particle of the family name behind it."""
    if place == len(words) - 1 or (first and place == 0):
        return False
    return words[place] in _PARTICLES or (
        place > 0 and words[place] in _AFTER_PARTICLE and words[place - 1] in _PARTICLES
    )


def _capitalised(word: str, turkish: bool, place: int) -> str:
    if place and word in ("ii", "iii"):
        return word.upper()
    return "".join(_begun(part, turkish) for part in re.split(r"([-.])", word))


def _begun(part: str, turkish: bool) -> str:
    prefixed = _PREFIXED.fullmatch(part)
    if prefixed:
        return "".join(_capital(piece, turkish) for piece in prefixed.groups() if piece)
    return _capital(part, turkish)


def _capital(text: str, turkish: bool) -> str:
    letter = _LETTER.search(text)
    if not letter:
        return text
    capital = "İ" if turkish and letter[0] == "i" else letter[0].title()
    return text[: letter.start()] + capital + text[letter.end() :]


def _mended(word: str) -> str:
    """A word whose capitals went wrong: `McDONALD`, `aNNA`."""
    if len(word) > 2 and word[0].islower() and word[1:].isupper():
        return word.capitalize()
    return _HALF_CAPITALS.sub(lambda found: found[1] + found[2].capitalize(), word)


def _bare(text: str) -> str:
    """A name without what is written around it: symbols, pronouns, nicknames, what is in brackets or behind a dash."""
    text = " ".join(text.split()).replace("`", "'").replace("´", "'")
    if not text.isascii():
        text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "S" and sign not in _OF_SYMBOLS)
    for around in (_PRONOUNS, _ASIDE, _NICKNAME, _LATER):
        less = around.sub(" ", text)
        if any(map(str.isalnum, less)):
            text = less
    return " ".join(text.split()).strip(_AROUND)


def _in_order(name: str) -> list[str]:
    """The words of a name, the given names first: of `Weiß, Anna` too. Letters behind a comma are left out."""
    front, comma, behind = name.partition(",")
    if comma and behind.strip():
        words = behind.replace(",", " ").split()
        # `Ann Lee, CISSP` is followed by letters, not by a name; `LEE, ANN` is all in capitals.
        letters = {word for word in words if word.isupper() and len(word.strip(".")) > 1 and not front.isupper()}
        given = [word for word in words if word not in letters and not _is_degree(word, True)]
        name = front if all(map(_is_title, given)) else f"{' '.join(given)} {front}"
    return name.replace(",", " ").split()


def _of_first_name(text: str, last_name: str) -> list[str]:
    """The words of a first name; none when it is followed by something else than titles and degrees."""
    front, _, behind = text.partition(",")
    if behind.strip():
        words = behind.replace(",", " ").split()
        if front.casefold() == last_name.casefold():
            front = behind
        elif not all(_is_title(word) or _is_degree(word, True) or (word.isupper() and len(word) > 1) for word in words):
            return []
    found = _GLUED_TITLE.sub(r"\1. ", front.strip(_APOSTROPHES)).split()
    words = _without_degrees(_without_titles(found), 1)
    if len(words) == 1 and (_is_title(words[0]) or _is_degree(words[0], False)):
        return []
    if len(words) == 1 and not last_name and _is_title(found[0]):
        # `Herr Müller` has no first name, in whichever column it is.
        return []
    if not _AND.isdisjoint(words[1:-1]):
        return []
    words = [word for word in words if not any(map(str.isdigit, word))]
    family = last_name.split()
    if 0 < len(family) < len(words) and [*map(str.casefold, words[-len(family) :])] == [*map(str.casefold, family)]:
        del words[-len(family) :]
    elif len(words) > 1 and text.casefold() == last_name.casefold() and words[0].casefold() not in _PARTICLES:
        # The whole name is in both columns.
        del words[1:]
    return words


def _of_address(text: str) -> list[str]:
    """The names in `anna.lee@acme.example` or `anna_lee`, when that is clearly what they are."""
    if "." not in text and "_" not in text:
        return []
    local, at, _ = text.removeprefix("mailto:").partition("@")
    parts = re.split("[._]", local.partition("+")[0])
    # `Ma.Teresa` and `St.John` are no addresses.
    least = 2 if local.islower() else 3
    if len(parts) < 2 or not all(map(_PLAIN.fullmatch, parts)) or len(parts[0]) < least or len(parts[-1]) < 2:
        return []
    words = {part.casefold() for part in parts}
    if words & _NOBODY or (not at and parts[-1].casefold() in _ENDINGS_OF_DOMAINS):
        return []
    return parts


def _without_titles(words: Sequence[str]) -> list[str]:
    found = [*words]
    while len(found) > 1 and _is_title(found[0]):
        del found[0]
    return found


def _without_degrees(words: Sequence[str], least: int) -> list[str]:
    """The words without degrees at their end. Of those that could be names, `least` words stay in front."""
    found = [*words]
    quiet = not " ".join(words).isupper()
    while len(found) > 1 and (_is_degree(found[-1], False) or (len(found) > least and _is_degree(found[-1], quiet))):
        del found[-1]
    return found


def _is_title(word: str) -> bool:
    return word.casefold() in _TITLES or ("." in word and _JOINED_TITLE.fullmatch(word) is not None)


def _is_degree(word: str, short: bool) -> bool:
    """Whether a word is a degree; `short`: also if it could be a name, were it not in capitals."""
    letters = word.strip(".,;").replace(".", "")
    if letters.casefold() in _DEGREES or ("." in word and _is_title(word)):
        return True
    return short and letters.isupper() and letters.casefold() in _DEGREES_IN_CAPITALS


def _is_company(words: Sequence[str]) -> bool:
    plain = [word.casefold().strip(".,") for word in words]
    return not _ORGANIZATIONS.isdisjoint(plain) or not _LEGAL_FORMS.isdisjoint(plain[1:])


def _begins_family(words: Sequence[str]) -> bool:
    """Whether a name has no first name: `van der Berg`, `von Arx`. `Van Morrison` has one."""
    if len(words) < 2 or words[0].casefold() not in _PARTICLES:
        return False
    return words[0].casefold() in ("von", "zu", "zum", "zur") or words[1].casefold() in _PARTICLES | _AFTER_PARTICLE


def _is_initial(word: str) -> bool:
    """A letter with or without a dot, in a script that has capitals: `李` is a name."""
    letter = word.removesuffix(".")
    return len(letter) == 1 and letter.lower() != letter.upper()


def _is_name(word: str) -> bool:
    if not any(map(str.isalpha, word)) or _NO_NAME.search(word):
        return False
    return "." not in word.strip(".") or _INITIALS.fullmatch(word) is not None
