"""HTML as lines of plain text, quotations marked as in plain text; whatever somebody sends, in one pass. Pure.

The standard library's reader takes seconds for a few thousand unclosed tags (docs/decisions/0011-inbound.md).
"""

import re
from dataclasses import dataclass, field
from html import unescape

_TAG = re.compile(r"<(/?)([a-z][^\s/>]{0,40})((?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_NAME = re.compile(r"</?([a-z][^\s/>]{0,40})", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"&#x?[0-9a-f]{8,}+;?", re.IGNORECASE)
_QUOTE = re.compile(r"\bclass\s*=\s*(?:\"[^\"]*\bgmail_quote\b|'[^']*\bgmail_quote\b|gmail_quote\b)", re.IGNORECASE)
_UNSHOWN = frozenset({"style", "script", "head", "title"})
# Tags within these are text: only their own end ends them.
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("style", "script", "title", "textarea")}
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "blockquote", "hr"})
_BREAKS_BEHIND = frozenset({"p", "div", "tr", "li", "blockquote"})


def lines(html: str) -> tuple[list[str], bool]:
    """The lines that a reader sees, those of a quotation behind `> `; and whether all tags could be told apart."""
    page = _Page()
    at = 0
    while (opened := html.find("<", at)) >= 0:
        page.text(html[at:opened])
        at = _behind(html, opened, page)
    page.text(html[at:])
    return page.finished(), page.is_whole


@dataclass(slots=True)
class _Page:
    """What has been read of a page."""

    is_whole: bool = True
    _done: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _unshown: int = 0
    _quoted: int = 0

    def text(self, text: str) -> None:
        if text and not self._unshown:
            self._line.append(unescape(_LONG_NUMBER.sub(" ", text)).replace("\n", " "))

    def starts(self, tag: str, attributes: str) -> None:
        if tag == "body":
            self._unshown = 0
        self._unshown += tag in _UNSHOWN
        self._quoted += tag == "blockquote" or bool(_QUOTE.search(attributes))
        if tag in _BREAKS:
            self._end_line()

    def ends(self, tag: str) -> None:
        self._unshown -= bool(self._unshown) and tag in _UNSHOWN
        self._quoted -= bool(self._quoted) and tag == "blockquote"
        if tag in _BREAKS_BEHIND:
            self._end_line()

    def breaks_off(self, text: str) -> None:
        self.is_whole, self._unshown = False, 0
        self.text(text)

    def finished(self) -> list[str]:
        return [*self._done, "".join(self._line)]

    def _end_line(self) -> None:
        self._done.append("".join(self._line))
        self._line = ["> "] if self._quoted else []


def _behind(html: str, opened: int, page: _Page) -> int:
    """Take in what begins with `<`; where the rest begins."""
    if html.startswith(("<!", "<?"), opened):
        mark = "-->" if html.startswith("<!--", opened) else ">"
        closed = html.find(mark, opened + 2)
        return closed + len(mark) if closed >= 0 else _rest(html, opened, page)
    named = _NAME.match(html, opened)
    if not named:
        page.text("<")
        return opened + 1
    found = _TAG.match(html, opened) if page.is_whole else None
    if found:
        end, attributes = found.end(), found[3]
    else:
        # A quotation mark that nothing closes: from here on tags end at the next `>`.
        page.is_whole = False
        end = html.find(">", opened) + 1
        if not end:
            return _rest(html, opened, page)
        attributes = html[named.end() : end]
    tag = named[1].lower()
    if html.startswith("</", opened):
        page.ends(tag)
        return end
    page.starts(tag, attributes)
    if tag in _RAW:
        closing = _RAW[tag].search(html, end)
        return closing.start() if closing else _rest(html, end, page)
    return end


def _rest(html: str, opened: int, page: _Page) -> int:
    """What begins and never ends is read as text: nobody hides what somebody has written by leaving out a mark."""
    page.breaks_off(html[opened:])
    return len(html)
