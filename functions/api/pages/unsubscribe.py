"""The page behind the unsubscribe link of every mail. It needs no script, no cookie and nothing from elsewhere."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined, Template

from cam.text.characters import one_line

State = Literal["ask", "done", "unknown"]
_FILE = Path(__file__).with_suffix(".html")


def page(state: State, sender_name: str | None) -> str:
    """The page as HTML. `ask` holds a button that POSTs RFC 8058's one-click body to the same URL; GET changes nothing.

    `sender_name` None (an unknown token, an unnamed sender) reads as "we".
    """
    name = one_line(sender_name or "")[:200]
    return _template().render(state=state, sender_name=name)


@cache
def headers() -> dict[str, str]:
    """The response headers that belong to the page: the URL is a secret, and nothing but its own style may run."""
    style = re.search(r"<style>(.*?)</style>", page("ask", None), re.DOTALL)
    digest = b64encode(sha256(style[1].encode() if style else b"").digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_FILE.read_text("utf-8"))
