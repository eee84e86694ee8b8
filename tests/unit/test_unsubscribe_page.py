"""The unsubscribe page: small, without script, and a GET changes nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from functions.api.pages.unsubscribe import headers, page

STATES: tuple[Any, ...] = ("ask", "done", "unknown")
VOID = {"meta", "input", "br"}


class Tree(HTMLParser):
    """Tags with their attributes; complains when they are not well nested."""

    def __init__(self, source):
        super().__init__()
        self.tags: list[Any] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data

    def find(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


def test_the_button_posts_the_one_click_body_to_the_same_url():
    tree = Tree(page("ask", "Northwind Studio"))

    assert tree.find("form") == [{"method": "post"}]
    assert tree.find("input") == [{"type": "hidden", "name": "List-Unsubscribe", "value": "One-Click"}]
    assert tree.find("button") == [{"type": "submit"}]
    assert "Unsubscribe from emails sent by Northwind Studio?" in tree.words


@pytest.mark.parametrize("state", ["done", "unknown"])
def test_only_the_question_has_a_form(state):
    tree = Tree(page(state, "Northwind Studio"))

    assert not tree.find("form") + tree.find("button") + tree.find("input")


@pytest.mark.parametrize("state", STATES)
def test_nothing_runs_nothing_is_loaded_and_nothing_leads_away(state):
    source = page(state, "Northwind Studio")
    tree = Tree(source)

    assert {tag for tag, _ in tree.tags}.isdisjoint({"script", "link", "img", "iframe", "a", "object", "base"})
    assert not [
        name for _, attrs in tree.tags for name in attrs if name.startswith("on") or name in ("src", "href", "style")
    ]
    assert not re.search(r"https?://|//|url\(|@import", source)
    assert len(source) < 4_000


@pytest.mark.parametrize("state", STATES)
def test_the_page_can_be_used_by_everybody(state):
    source = page(state, None)
    tree = Tree(source)

    assert tree.find("html") == [{"lang": "en"}]
    assert len(tree.find("h1")) == len(tree.find("title")) == len(tree.find("main")) == 1
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in tree.find("meta")
    assert "prefers-color-scheme: dark" in source
    assert ":focus-visible" in source
    assert not re.search(r"[{}]{2}|{%|None", source)


def test_each_state_has_its_own_title():
    assert len({re.findall("<title>(.*)</title>", page(state, None))[0] for state in STATES}) == 3


def luminance(colour):
    digits = "".join(digit * 2 for digit in colour) if len(colour) == 3 else colour
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_in_light_and_in_dark():
    """WCAG 2.2 §1.4.3: a contrast of at least 4.5."""
    for palette in re.findall(r":root {([^}]*--text[^}]*)}", page("ask", None)):
        colours = dict(re.findall(r"--([\w-]+): #([0-9a-f]+)", palette))
        for front, back in (("text", "back"), ("quiet", "back"), ("on-accent", "accent")):
            darker, lighter = sorted((luminance(colours[front]), luminance(colours[back])))
            assert (lighter + 0.05) / (darker + 0.05) > 4.5, (front, back)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "A & B", "\u202eevil\r\n", "x" * 10_000]
)
@pytest.mark.parametrize("state", STATES)
def test_the_senders_name_is_data(name, state):
    source = page(state, name)
    tree = Tree(source)

    assert {tag for tag, _ in tree.tags} == {tag for tag, _ in Tree(page(state, None)).tags}
    assert "49" not in tree.words
    assert "\u202e" not in source
    assert len(source) < 4_500


@pytest.mark.parametrize("name", [None, " "])
def test_without_a_name_the_page_speaks_of_us(name):
    assert "Unsubscribe from our emails?" in page("ask", name)
    assert "After you confirm, we won't send any more emails" in page("ask", name)
    assert "We won't send any more emails" in page("done", name)


def test_a_name_that_holds_from_reads_well():
    words = Tree(page("ask", "Ada from Brightmoor")).words

    assert "Unsubscribe from emails sent by Ada from Brightmoor?" in words
    assert "Ada from Brightmoor won't send any more emails to this address." in words


def test_the_headers_let_the_pages_own_style_in_and_nothing_else():
    style = re.findall(r"<style>(.*?)</style>", page("done", "Another"), re.DOTALL)[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()

    policy = headers()["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert headers()["Referrer-Policy"] == "no-referrer"
    assert headers()["Cache-Control"] == "no-store"
