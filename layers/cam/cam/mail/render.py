"""A touch's texts, filled in for one lead. Templates are sandboxed Jinja2, compiled once per process, and strict.

A follow-up without a subject of its own takes that of the first mail, with `Re:` before it. The HTML part is derived
from the rendered text, unless the touch brings its own. Templates may print values, use defaults and decide with `if`,
and nothing else: no loop, no call, no attribute, so a template that somebody saves can neither run long nor reach into
objects.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import missing
from markupsafe import escape

from cam.mail.sequences import DEFAULT, Sequence, Texts, texts
from cam.mail.skip_reasons import MissingValue
from cam.model.errors import NotFound
from cam.model.models import Campaign, LawfulBasis, Lead
from cam.model.settings.sending import Sending
from cam.model.sources import origin
from cam.text import blanks, person_names
from cam.text.characters import LAYOUT, first_hidden, named, one_line
from cam.text.cleaning import clip, value, within

# Those that a lead or a campaign may lack. The others are there whenever a mail goes out.
OPTIONAL = (
    "first_name",
    "last_name",
    "name",
    "company",
    "company_domain",
    "role",
    "industry",
    "location",
    "country",
    "niche",
    "service",
)
VARIABLES = (
    *OPTIONAL,
    "lawful_basis",
    "campaign",
    "sender_name",
    "sender_email",
    "postal_address",
    "unsubscribe_url",
)
# What is wrong with a brace in a text, also in HTML.
STRAY_BRACE = "a stray brace would be printed; write a value as {{ name }}"
SUBJECT_LENGTH = 78  # RFC 5322 §2.1.1: what a line should hold
# Before the subject of a mail that follows another. Gmail shows both as one conversation only when the rest is equal.
REPLY = "Re: "

_TEMPLATES = Path(__file__).parent / "templates"
_SIGNATURE = "\n\n-- \n"  # RFC 3676 §4.3: what follows is not part of the message proper
# `Acme, Inc.` at the end of a sentence brings a full stop of its own; so does a name that was cut.
_SECOND_STOP = re.compile(r"(?<=\w[.…])\.(?=[\s<]|$)")
# SES tracks no clicks on a link with this attribute, and removes it. In the text part it tracks no link at all.
_NO_TRACK = "ses:no-track"
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")
_WHY = {
    LawfulBasis.OPT_IN: "you asked to hear from us.",
    LawfulBasis.EXISTING_CUSTOMER: "you're a customer of ours.",
    LawfulBasis.LEGITIMATE_INTEREST: (
        "we think our services could be useful to you. Our legal basis is our legitimate interest in offering them."
    ),
    LawfulBasis.UNKNOWN: (
        "we think our services could be useful to you. We have no record that you asked to hear from us."
    ),
}
_MOST_DIGITS = 15
_MOST_NUMBER = 10**_MOST_DIGITS
_LONG_NUMBER = re.compile(r"[0-9][0-9_]{1000}")
_TOO_LONG = f"a number may have at most {_MOST_DIGITS} digits"
_DEFAULTS = ("default_value", "boolean")
_ONE_DEFAULT = "default takes the text to print instead, once"
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Keyword,
)
# What an author calls the constructs that Jinja has other names for.
_CONSTRUCTS = {
    "getattr": "name.attribute",
    "getitem": "name[…]",
    "call": "a function call",
    "assign": "set",
    "assignblock": "set",
    "callblock": "call",
    "filterblock": "filter",
    "fromimport": "import",
    "concat": "the operator ~",
    **dict.fromkeys(("add", "sub", "mul", "div", "floordiv", "mod", "pow", "neg", "pos"), "arithmetic"),
    **dict.fromkeys(("list", "tuple", "dict"), "a list or mapping"),
}


class _Missing(StrictUndefined):
    """A value that is not there: `default` and `is defined` see that, any other use raises MissingValue."""

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: type[Exception] = MissingValue
    ) -> None:
        super().__init__(hint, obj, name, exc)  # type: ignore[arg-type]  # the annotation asks for a TemplateRuntimeError

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


_plain = ImmutableSandboxedEnvironment(undefined=_Missing, autoescape=False)
_plain.globals = {}
_plain.filters = {name: FILTERS[name] for name in ("default", "d", "lower", "upper", "title", "capitalize", "trim")}
_plain.tests = {name: TESTS[name] for name in ("defined", "undefined")}
_html = _plain.overlay(autoescape=True)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """What a mail may say about its campaign."""

    name: str
    niche: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail's texts, ready to be packed."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a template cannot be saved, and in which line. `near` is the variable that was probably meant by `name`."""

    line: int
    message: str
    name: str | None = None
    near: str | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch's templates, compiled. `html` is None when the HTML part is derived from the text.

    `subject` is None for a follow-up that takes the first mail's.
    """

    subject: Template | None
    text: Template
    html: Template | None


def view(campaign: Campaign) -> CampaignView:
    """The campaign as its mails see it. A service key made of words can be read out; `svc-001` cannot and stays out."""
    service = re.sub(r"[_-]+", " ", campaign.service_key).strip()
    readable = all(word.isalpha() for word in service.split())
    return CampaignView(campaign.name, campaign.target_niche, service if readable else "")


def check(source: str) -> list[Problem]:
    """What is wrong with a subject, a text or an HTML part. An empty list: it fails on nothing but missing values."""
    return list(_check_part(source))


def used(source: str) -> dict[str, int]:
    """The variables of a template that `check` has found good, and the line of each."""
    found: dict[str, int] = {}
    for node in _walk(_plain.parse(source)):
        if isinstance(node, nodes.Name):
            found.setdefault(node.name, node.lineno)
    return found


def trial(source: str, values: Mapping[str, str]) -> tuple[str | None, bool]:
    """What a part that `check` has found good lacks of these values (None: nothing), and whether it comes out empty."""
    try:
        return None, not _trial(source).render(values).strip()
    except MissingValue as missing_value:
        return missing_value.name, False


@lru_cache(maxsize=8)
def _trial(source: str) -> Template:
    return _plain.from_string(source)


def compiled(parts: Texts) -> Touch:
    """Texts, compiled and not checked."""
    return Touch(
        subject=_plain.from_string(parts.subject) if parts.subject.strip() else None,
        text=_plain.from_string(parts.text + _SIGNATURE + _footer_source()),
        html=_html.from_string(parts.html) if parts.html is not None else None,
    )


@lru_cache(maxsize=1024)
def touch(sequence: Sequence, step: int, variant: str) -> Touch:
    """Touch `step` (from 0, as in `Sequence.days`) of a sequence in one of its variants. Raises NotFound.

    Compiled once per process, and not checked: it was when it was saved, and the tests check those that are built in.
    """
    if not 0 <= step < len(sequence.days):
        raise NotFound(f"The sequence {sequence.name} has no touch {step}.")
    return compiled(texts(sequence)[step].of(variant))


def render(
    sequence: Sequence,
    step: int,
    lead: Lead,
    campaign: CampaignView,
    sender: Sending,
    unsubscribe_url: str,
    variant: str = DEFAULT,
    first: str = DEFAULT,
) -> Rendered:
    """The mail of one touch for one lead, in a variant; `first` is the lead's variant of the first touch.

    Raises MissingValue and NotFound.
    """
    opening = touch(sequence, 0, first)
    return fill(touch(sequence, step, variant), lead, campaign, sender, unsubscribe_url, opening)


def fill(
    touch: Touch,
    lead: Lead,
    campaign: CampaignView,
    sender: Sending,
    unsubscribe_url: str,
    first: Touch | None = None,
) -> Rendered:
    """The mail of one touch for one lead, with the footer in both parts.

    Values are data: nothing in them is evaluated, and HTML in them is escaped. Raises MissingValue when a value that
    has no default is missing. A touch without a subject replies to the lead's first mail; when that is not known to
    have left, it has the subject of `first`.
    """
    values = _values(lead, campaign, sender)
    values["unsubscribe_url"] = unsubscribe_url
    own = touch.subject or (None if lead.thread else first and first.subject)
    if own:
        subject = clip(one_line(own.render(values)), SUBJECT_LENGTH)
    elif lead.thread:
        subject = REPLY + one_line(lead.thread.subject).removeprefix(REPLY)
    else:
        raise MissingValue("subject")
    text = _one_stop(touch.text.render(values).strip())
    if "\n\n\n" in text:  # an `if` around a paragraph leaves its empty lines behind
        text = re.sub(r"\n{3,}", "\n\n", text)
    body, _, footer = text.rpartition(_SIGNATURE)
    main = _one_stop(touch.html.render(values)) if touch.html else _paragraphs(body)
    start, after_subject, after_main, end = _layout()
    html = f"{start}{escape(subject)}{after_subject}{main}{after_main}{_paragraphs(footer)}{end}"
    link = f'href="{escape(unsubscribe_url)}"'
    return Rendered(subject, text + "\n", html.replace(link, f"{_NO_TRACK} {link}"))


def _values(lead: Lead, campaign: CampaignView, sender: Sending) -> dict[str, str]:
    """Every variable that has a value. The others are absent, which is what `default` and `is defined` look for."""
    known = lead.enrichment
    fields = {
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "name": lead.name,
        "company": lead.company,
        "company_domain": lead.company_domain,
        "role": lead.role,
        "industry": known.industry,
        "location": known.company_location,
        "country": known.country,
        "lawful_basis": lead.lawful_basis,
    }
    values = {
        name: fit
        for name, field in fields.items()
        # Leads are stored without blanks; those of an older stack may have them.
        if (fit := value(field)) and not blanks.blank(name, fit, fields)
    }
    values |= _names(values.pop("first_name", None), values.pop("last_name", None), values.pop("name", None))
    if "industry" in values:
        values["industry"] = within(values["industry"])
    values |= _ours(campaign, sender.sender_name, sender.sender_email, sender.postal_address)
    values |= {"why": _WHY[lead.lawful_basis], "origin": _origin(lead)}
    return values


def _names(first: str | None, last: str | None, name: str | None) -> dict[str, str]:
    """The names of a lead as mails print them; those that are uncertain are missing."""
    found = {
        "first_name": first and person_names.greeting(first, last),
        "last_name": last and person_names.family(last, first),
        "name": name and person_names.whole(name, first, last),
    }
    return {variable: text for variable, text in found.items() if text}


@lru_cache(maxsize=16)
def _ours(
    campaign: CampaignView, sender_name: str | None, sender_email: str | None, postal_address: str | None
) -> Mapping[str, str]:
    """What all mails of a campaign have in common."""
    fields = {"campaign": campaign.name, "niche": campaign.niche, "service": campaign.service}
    values = {name: fit for name, field in fields.items() if (fit := value(field))}
    # The identity is the owner's own, and the law asks for the address: printed whole, whatever is in it.
    identity = {"sender_name": sender_name, "sender_email": sender_email, "postal_address": postal_address}
    return values | {name: line for name, field in identity.items() if (line := one_line(field or ""))}


def _origin(lead: Lead) -> str:
    """Where the lead's data came from, in one or two sentences (GDPR Art. 14 (2) f)."""
    details = f"Your details come {_from(lead.source)}."
    finder = lead.provenance.get("email", {}).get("source")
    if not isinstance(finder, str) or finder == lead.source:
        return details
    return f"{details} Your email address comes {_from(finder)}."


def _from(source: str) -> str:
    """A source that CAM does not know is named as it was recorded, in quotation marks: it may be any words."""
    if known := origin(source):
        return known
    recorded = value(source)
    return f"from a source we recorded as “{recorded}”" if recorded else "from a source we didn't record"


def _one_stop(text: str) -> str:
    return _SECOND_STOP.sub("", text) if ".." in text or "…." in text else text


def _check_part(source: str) -> Iterator[Problem]:
    try:
        tree = _plain.parse(source)
        faults = list(_faults(tree))
        if not faults:
            # Nothing that has no fault fails here, but for its depth.
            _plain.compile(source)
    except TemplateSyntaxError as error:
        yield Problem(error.lineno, error.message or "this is not a valid template")
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits.
        number = _LONG_NUMBER.search(source)
        yield Problem(source.count("\n", 0, number.start()) + 1 if number else 1, _TOO_LONG)
    except (SyntaxError, RecursionError, MemoryError):
        yield Problem(1, "the template is nested too deeply")
    else:
        yield from faults


def _faults(tree: nodes.Template) -> Iterator[Problem]:
    for node in _walk(tree):
        if isinstance(node, nodes.Name) and node.name not in VARIABLES:
            near, hint = _near(node.name, VARIABLES)
            yield Problem(node.lineno, f"there is no variable {node.name}{hint}", node.name, near)
        elif fault := _fault(node):
            yield Problem(node.lineno, fault)


def _near(name: str, known: Iterable[str]) -> tuple[str | None, str]:
    """The known name that was probably meant, and the question whether it was."""
    near = next(iter(difflib.get_close_matches(name, known, n=1)), None)
    return near, f"; did you mean {near}?" if near else ""


def _fault(node: nodes.Node) -> str | None:
    """Why a node may not stand in a template. What remains cannot fail on values that are text, except as missing."""
    match node:
        case nodes.TemplateData(data=text) | nodes.Const(value=str() as text):
            return text_fault(text)
        case nodes.Const(value=None):
            return "none is not text; to print nothing, use if"
        case nodes.Const(value=int() | float() as number) if not abs(number) < _MOST_NUMBER:
            return _TOO_LONG
        case nodes.Filter() if node.name not in _plain.filters:
            return f"there is no filter {node.name}{_near(node.name, _plain.filters)[1]}"
        case nodes.Test() if node.name not in _plain.tests:
            return f"there is no test {node.name}{_near(node.name, _plain.tests)[1]}"
        case nodes.Filter(name="default" | "d", dyn_args=None, dyn_kwargs=None):
            given = [*_DEFAULTS[: len(node.args)], *(keyword.key for keyword in node.kwargs)]
            return None if len(node.args) <= 2 and len(set(given)) == len(given) else _ONE_DEFAULT
        case nodes.Filter() | nodes.Test() if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return f"{node.name} takes no arguments"
        case nodes.CondExpr(expr2=None):
            return "an if inside a value requires an else"
        case nodes.Operand() if node.op not in ("eq", "ne"):
            return "values can only be compared with == and !="
        case nodes.Keyword() if node.key not in _DEFAULTS:
            return f"default has no argument {node.key}"
    if isinstance(node, _ALLOWED):
        return None
    name = type(node).__name__.lower()
    return f"{_CONSTRUCTS.get(name, name)} is not allowed: templates may only print values, use defaults and use if"


def text_fault(text: str) -> str | None:
    """Why a text of the author's own may not reach a reader."""
    if "{" in text or "}" in text:
        return STRAY_BRACE
    found = first_hidden(text, LAYOUT)
    return f"this text contains {named(found)}: remove it" if found else None


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _paragraphs(text: str) -> str:
    """Text as HTML: paragraphs, line breaks and links; everything else escaped."""
    if "://" in text:
        parts = (str(escape(part)) for part in _LINK.split(text))
        escaped = "".join(f'<a href="{part}">{part}</a>' if odd % 2 else part for odd, part in enumerate(parts))
    else:
        escaped = str(escape(text))
    return (
        "<p>"
        + escaped.strip("\n").replace("\n\n", "</p><p>").replace("\n", "<br>\n").replace("</p>", "</p>\n")
        + "</p>"
    )


@cache
def _footer_source() -> str:
    return (_TEMPLATES / "footer.txt").read_text("utf-8").strip()


@cache
def _layout() -> tuple[str, str, str, str]:
    """What stands before, between and behind the subject, the text and the footer. Its styles are inline already."""
    start, after_subject, after_main, end = re.split(
        r"\$subject|\$main|\$footer", (_TEMPLATES / "layout.html").read_text("utf-8")
    )
    return start, after_subject, after_main, end
