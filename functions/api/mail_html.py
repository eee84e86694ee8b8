"""The HTML part of a touch made ready for mail programs when it is saved: styles inline, nothing that acts. Pure.

What comes out is still a template. Its expressions are taken out before the HTML is parsed, and put back where they
were: a parser would change the quotes in them, and move those that stand between the rows of a table.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser

from cam.mail import render
from cam.mail.render import Problem
from cam.mail.sequences import Texts
from cam.mail.skip_reasons import MissingValue
from cam.text.characters import LAYOUT, first_hidden, named

# Elements that mail programs show. Everything else is refused by name: it acts, or nobody sees it.
_ELEMENTS = frozenset({
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u",
    "ul", "var", "wbr",
})  # fmt: skip
# Those of a whole page: what stands in its body is taken, and the frame of CAM's mails put around.
_PAGE = frozenset(("html", "head", "body", "title", "meta"))
# As `cam.mail.sequences.Texts` has it.
MOST = 60_000
# Styles times elements: so many take three seconds. A mail has some hundred of each.
_MOST_STYLES = 500_000
# css_inline goes down into elements by recursion, and too deep ends the process. Mails are a dozen elements deep.
_DEEPEST = 100
# Elements without an end, and those that the next of their kind, or the end of what they stand in, closes.
_SHORT = frozenset({
    "br", "col", "hr", "img", "wbr", "meta", "p", "li", "dt", "dd",
    "caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th",
})  # fmt: skip
_ADDRESSES = frozenset(("href", "src", "background", "cite", "longdesc"))
_ACTING = frozenset(("srcdoc", "srcset", "formaction", "action", "ping", "xlink:href", "contenteditable", "autofocus"))
_SAFE_ADDRESS = re.compile(r"https?://[^/]|mailto:.|tel:.|#", re.IGNORECASE | re.DOTALL)
_WHOLE_HOST = re.compile(r"https?://[^/?#]+[/?#]", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9_:.-]*")
_BEGUN = re.compile(r"<[a-zA-Z/!?]")
_ODD_END = re.compile(r"</[^a-zA-Z]")
_IGNORED = re.compile(r"[\x00-\x20]")
_EXPRESSION = re.compile(
    r"""\{\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'])*?\}\}"""
    r"""|\{%(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'])*?%\}|\{#.*?#\}""",
    re.DOTALL,
)
_APART = re.compile(r"<!--|<!\[|<style\b", re.IGNORECASE)
_STYLE_END = re.compile(r"</style\s*>", re.IGNORECASE)
_BODY = re.compile(r'<body((?: [^\s"=>]+="[^"]*")*)>(.*)</body>', re.DOTALL)
_DOCTYPE = re.compile(r"<!doctype[^>]*>", re.IGNORECASE)
_TBODY = re.compile(r"(</?tbody>)")
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_FAULTS = (
    # Each of their elements is looked for among all before it: a small sheet can take minutes.
    (re.compile(r"[~+][^{};~+]*\{"), "selectors with ~ or + cannot be inlined: use a class"),
    (re.compile(r"@import\b"), "@import is not allowed: copy its rules into this <style>"),
    (re.compile(r"@([\w-]+)"), "@{} rules cannot be inlined: remove them"),
    (re.compile(r"\\"), "backslashes are not allowed in styles: remove them"),
    (
        re.compile(r"\b(expression)\s*\(|(?:^|[;{{\s])(behavior|-moz-binding)\s*:"),
        "styles that run scripts are not allowed: remove them",
    ),
    (re.compile(r"javascript:"), "javascript: URLs are not allowed"),
    (re.compile(r"url\(\s*[\"']?\s*(?!https?://|[\"'\s])"), "url(…) in a style must begin with https://"),
)
_STARTS = "a URL must begin with https://, http://, mailto: or tel:, or be {{ unsubscribe_url }} alone"
_MOVED = "an element around this expression is not closed correctly, so the expression would be lost or moved"
_DIFFERS = (
    "Inlining changes how these styles apply, because they depend on the result of an expression. Use style "
    "attributes instead."
)
_TOO_MUCH = "Too many styles for this many elements, or too many elements that are not closed. Shorten the HTML."
_UNCLOSED = (
    "For some leads an element is opened but not closed, or closed but not opened. Put conditions around whole "
    "elements."
)


@dataclass(frozen=True, slots=True)
class Inlined:
    """HTML whose styles are inline, or what is wrong with it."""

    html: str
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Parts:
    """A source without styles and comments, line for line; and the styles."""

    text: str = ""
    css: str = ""
    problems: list[Problem] = field(default_factory=list)


def inlined(source: str) -> Inlined:
    """The HTML part as it is stored. Done again, it stays as it is. A fault says in which line of the source it is."""
    parts = _parted(source)
    problems = parts.problems or render.check(parts.text)
    if problems:
        return Inlined(source, tuple(problems))
    held = _Held(parts.text)
    reader = _Reader(held)
    if problems := reader.read(held.text):
        return Inlined(source, tuple(problems))
    # A comment may stand wherever an expression may, between rows too, and moves nothing.
    marked = held.pattern.sub(
        lambda found: f"<!--{found[0]}-->" if found[0] in reader.in_text else found[0], held.plain
    )
    page = _page(marked, reader.page)
    try:
        # A parser repeats what is not closed, and styles are repeated for each element.
        whole = _inline(page, "")
        if len(whole) > 2 * MOST or parts.css.count(":") * whole.count("<") > _MOST_STYLES:
            return Inlined(source, (Problem(0, _TOO_MUCH),))
        made = _inline(page, parts.css)
    except ValueError as error:  # css_inline.InlineError is one
        return Inlined(source, (Problem(1, f"the styles cannot be inlined: {error}"),))
    if problems := _harmed(held, reader, made):
        return Inlined(source, tuple(problems))
    if "<tbody" not in source.lower():
        # A parser begins the body of a table behind a condition, and would end it outside.
        made = re.sub(rf"(<table[^>]*>)((?:\s|<!--{held.pattern.pattern}-->)+)<tbody>", r"\1<tbody>\2", made)
    html = held.restored(made)
    if len(html) > MOST:
        message = f"With inlined styles this has {len(html):,} characters; the limit is {MOST:,}."
        return Inlined(source, (Problem(0, message),))
    difference = _difference(parts, html, reader.page)
    return Inlined(source, (Problem(0, difference),)) if difference else Inlined(html)


def _parted(source: str) -> _Parts:
    """Comments are left out. A style within a comment is none, and a comment within a style belongs to it."""
    parts, place, kept = _Parts(), 0, []
    while found := _APART.search(source, place):
        kept.append(source[place : found.start()])
        line = source.count("\n", 0, found.start()) + 1
        if found[0].startswith("<!"):
            if source.startswith(("[", "<!["), found.start() + 4) or found[0] == "<![":
                parts.problems.append(Problem(line, "conditional comments (<!--[if …]) are not allowed: remove them"))
            end = source.find("-->", found.end())
            place = end + 3 if end >= 0 else len(source)
            if end < 0:
                parts.problems.append(Problem(line, "this comment is not closed: add -->"))
        else:
            opened = source.find(">", found.end())
            closed = _STYLE_END.search(source, opened) if opened >= 0 else None
            if closed is None:
                parts.problems.append(Problem(line, "this <style> is not closed: add </style>"))
                place = len(source)
            else:
                css, place = source[opened + 1 : closed.start()], closed.end()
                parts.css += css + "\n"
                parts.problems += _style_sheet_faults(source[found.start() : opened], css, line)
        kept.append("\n" * source.count("\n", found.start(), place))
    parts.text = "".join((*kept, source[place:]))
    return parts


def _style_sheet_faults(opening: str, css: str, line: int) -> Iterator[Problem]:
    if "media" in opening.lower():
        yield Problem(line, "a <style> with a media attribute cannot be inlined: remove it")
    if "{{" in css or "{%" in css:
        yield Problem(line, "expressions are not allowed in <style>: use a style attribute")
    elif fault := _css_fault(css):
        yield Problem(line, fault)


def _css_fault(css: str) -> str | None:
    text = _CSS_COMMENT.sub(" ", css).lower()
    for pattern, message in _CSS_FAULTS:
        if found := pattern.search(text):
            return message.format(*found.groups()) if found.groups() else message
    return None


class _Held:
    """A template whose expressions are taken out: `plain` has a word in the place of each."""

    def __init__(self, template: str) -> None:
        word = "camx"
        while word in template.lower():
            word += "x"
        self.pattern = re.compile(rf"{word}\d+z")
        self.sources: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        # The same with the lines of the template, for places in it.
        self.text, self.plain = "", ""
        place = 0
        for number, found in enumerate(_EXPRESSION.finditer(template)):
            name, before, place = f"{word}{number}z", template[place : found.start()], found.end()
            self.sources[name] = found[0]
            self.lines[name] = template.count("\n", 0, found.start()) + 1
            self.plain += before + name
            self.text += before + name + "\n" * found[0].count("\n")
        self.plain += template[place:]
        self.text += template[place:]

    def restored(self, made: str) -> str:
        """The template again."""
        return re.sub(
            rf"<!--({self.pattern.pattern})-->|({self.pattern.pattern})",
            lambda found: self.sources[found[1] or found[2]],
            made,
        )


class _Reader(HTMLParser):
    """What is wrong with HTML whose expressions are taken out, and which of those stand in its text."""

    def __init__(self, held: _Held) -> None:
        super().__init__(convert_charrefs=True)
        self._held = held
        self._faults: list[Problem] = []
        self._head = False
        # How many of each kind are open, so that the parser who reads it next cannot be deeper than their sum.
        self._open: Counter[str] = Counter()
        self.page = False
        self.in_text: set[str] = set()

    def read(self, html: str) -> list[Problem]:
        """Everything that may not stand in a mail, each once."""
        if odd := _ODD_END.search(html):
            # To some parsers the end of an element, to others a comment.
            return [Problem(html.count("\n", 0, odd.start()) + 1, "write a closing tag as </b>")]
        try:
            self.feed(html)
            # What is left over is not closed: `close` would read it again from each of its elements on.
            if _BEGUN.match(self.rawdata):
                self._fault("this element is not closed: look for a missing quote or >")
            else:
                self.close()
        except AssertionError:  # the parser's word for a declaration that is none
            self._fault("this declaration is not HTML: remove it")
        return list(dict.fromkeys(self._faults))

    def _fault(self, message: str) -> None:
        self._faults.append(Problem(self.getpos()[0], message))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page = self.page or tag in ("html", "head", "body")
        self._head = tag == "head" or (self._head and tag != "body")
        self._open[tag] += tag not in _SHORT
        if self._open.total() > _DEEPEST:
            self._fault(f"elements are nested more than {_DEEPEST} levels deep")
            return
        if self._held.pattern.search(tag) or any(self._held.pattern.search(name) for name, _ in attrs):
            self._fault("expressions are allowed only in text and in quoted attribute values")
            return
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and "refresh" in values.get("http-equiv", "").lower():
            self._fault("<meta http-equiv=refresh> is not allowed: an email must not redirect")
        elif tag in ("title", "meta") and not self._head:
            self._fault(f"<{tag}> is allowed only in <head>: remove it")
        elif tag not in _ELEMENTS and tag not in _PAGE:
            self._fault(f"<{tag}> is not allowed in an email: remove it")
            return
        for name, value in values.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if found := first_hidden(value, LAYOUT):
            self._fault(f"the attribute {name} of <{tag}> contains {named(found)}: remove it")
        elif not _NAME.fullmatch(name):
            self._fault(f"{name} is not an attribute of <{tag}>: look for a missing quote or >")
        elif name.startswith("on"):
            self._fault(f"the attribute {name} of <{tag}> is not allowed: email clients do not run scripts")
        elif name in _ACTING:
            self._fault(f"the attribute {name} of <{tag}> is not allowed")
        elif name in _ADDRESSES and not self._safe(value):
            scheme = "javascript: is not allowed; " if self._scheme(value).startswith("javascript:") else ""
            self._fault(f"the attribute {name} of <{tag}>: {scheme}{_STARTS}")
        elif name == "style" and self._prints(value):
            self._fault("a lead's value cannot be used in a style: choose between fixed styles with if")
        elif name == "style" and (fault := _css_fault(value)):
            self._fault(fault)

    def _prints(self, value: str) -> bool:
        """Whether something of a lead would be written here, and not only decided by."""
        return any(self._held.sources[one[0]].startswith("{{") for one in self._held.pattern.finditer(value))

    def _scheme(self, value: str) -> str:
        return _IGNORED.sub("", value).lower()

    def _safe(self, value: str) -> bool:
        """Whether the address leads where its author says: a lead's value must not decide that, but by its rest."""
        first = self._held.pattern.search(value)
        if first and re.fullmatch(r"\{\{-?\s*unsubscribe_url\s*-?\}\}", self._held.sources[first[0]]):
            return first[0] == value.strip()
        if first and value.lower().startswith("http") and not _WHOLE_HOST.match(value, 0, first.start()):
            return False
        return _SAFE_ADDRESS.match(value.strip()) is not None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # In HTML the slash closes nothing.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._head = self._head and tag != "head"
        self._open[tag] = max(0, self._open[tag] - 1)

    def handle_data(self, data: str) -> None:
        if fault := render.text_fault(data):
            self._fault(fault)
        self.in_text |= set(self._held.pattern.findall(data))


def _page(html: str, whole: bool = False) -> str:
    """A page as mail programs get it, whatever the author's document type: of a whole page, or of a part of one."""
    return "<!doctype html>" + (_DOCTYPE.sub("", html) if whole else f"<html><head></head><body>{html}</body></html>")


def _inline(page: str, css: str) -> str:
    """What stands in the body of a page, with the styles inline; the body's own style around it."""
    # Only who saves a sequence needs it, and it takes 15 ms to load.
    import css_inline

    made = css_inline.CSSInliner(load_remote_stylesheets=False, extra_css=css or None).inline(page)
    found = _BODY.search(made)
    if found is None:
        raise ValueError("the HTML has no body")
    inner = found[2].strip()
    return f"<div{found[1]}>{inner}</div>" if found[1] else inner


def _harmed(held: _Held, before: _Reader, made: str) -> list[Problem]:
    """Expressions that got lost or moved, and what another parser has made of the rest."""
    found = held.pattern.findall(made)
    if found != list(held.sources):
        lost = next(
            (
                one
                for one, other in zip(held.sources, [*found, *[""] * len(held.sources)], strict=False)
                if one != other
            ),
            next(iter(held.sources), ""),
        )
        return [Problem(held.lines.get(lost, 1), _MOVED)]
    if "{" in made or "}" in made:
        return [Problem(1, render.STRAY_BRACE)]
    comments = set(re.findall(rf"<!--({held.pattern.pattern})-->", made))
    if comments != before.in_text or made.count("<!--") != len(comments):
        return [Problem(1, _MOVED)]
    # The source may have been read otherwise than the one that made this, which leaves no doubt.
    faults = _Reader(held).read(made)
    return [Problem(1, fault.message) for fault in faults]


def _difference(parts: _Parts, html: str, page: bool) -> str | None:
    """What is wrong if styles that are put inline before a mail is filled in are not what they are after it."""
    before, after = (
        render.compiled(Texts.model_construct(subject="", text="x", html=one)) for one in (parts.text, html)
    )
    assert before.html
    assert after.html
    seen = set()
    for values in profiles().values():
        try:
            filled, ready = before.html.render(values), after.html.render(values)
        except MissingValue:
            continue
        if (filled, ready) in seen:
            continue
        seen.add((filled, ready))
        read = _inline(_page(ready), "")
        if unescape(read) != unescape(ready.strip()):
            return _UNCLOSED
        if _rows_joined(read) != _rows_joined(_inline(_page(filled, page), parts.css)):
            return _DIFFERS
    return None


def _rows_joined(html: str) -> str:
    """HTML without the white space around the bodies of tables."""
    first, *others = _TBODY.split(html)
    if not others:
        return first
    return first.rstrip() + "".join(map(str.strip, others[:-1])) + others[-1].lstrip()


def line_of(source: str, name: str) -> int:
    """The line of a part that names a variable first."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for found in _EXPRESSION.finditer(source):
        if place := word.search(found[0]):
            return source.count("\n", 0, found.start() + place.start()) + 1
    return 1


@cache
def profiles() -> Mapping[Sequence[str], Mapping[str, str]]:
    """Values of a lead of whom everything is known, of whom one thing is not, and nothing; by what is missing."""
    every = {name: f"sample{name.replace('_', '')}" for name in (*render.VARIABLES, "why", "origin")}
    every["unsubscribe_url"] = "https://example.com/u/sample"
    gone = [(), *((name,) for name in render.OPTIONAL), render.OPTIONAL]
    return {missing: {name: text for name, text in every.items() if name not in missing} for missing in gone}
