"""What is wrong with a sequence before it is saved: everything at once, each fault at its place. Pure.

A sequence that passes fails for no lead that lacks any one of the optional fields, or all. Branches on a value (`==`)
are tried with examples alone.
"""

from collections.abc import Iterator

from jinja2 import Template

from cam.mail import render
from cam.mail.render import OPTIONAL, Problem
from cam.mail.sequences import MOST_BYTES, SequenceDraft, Texts, too_large
from cam.mail.skip_reasons import MissingValue
from functions.api import mail_html
from functions.api.mail_html import line_of, profiles
from functions.api.problems import FieldError, InvalidFields, path

Place = tuple[str | int, ...]
_SIGNATURE = "\n\n-- \n"


def ready(draft: SequenceDraft, within: Place = ()) -> SequenceDraft:
    """The sequence as it is stored: the styles of its HTML are inline. Raises InvalidFields; `within` is its place."""
    errors: list[FieldError] = []
    touches = []
    # First: the rest takes seconds for what is many times as large as can be stored.
    if (size := len(draft.model_dump_json().encode())) > MOST_BYTES:
        raise InvalidFields([FieldError(field=path((*within, "touches")), message=too_large(size))])
    for step, touch in enumerate(draft.touches):
        place = (*within, "touches", step)
        own = _texts(touch, place, step, errors)
        variants = tuple(
            _texts(one, (*place, "variants", number), step, errors) for number, one in enumerate(touch.variants)
        )
        touches.append(own.model_copy(update={"variants": variants}))
    if errors:
        raise InvalidFields(errors)
    return draft.model_copy(update={"touches": tuple(touches)})


def _texts[Kind: Texts](given: Kind, place: Place, step: int, errors: list[FieldError]) -> Kind:
    """Texts with their styles inline; what is wrong with them is added to the errors."""

    def note(part: str, problems: Iterator[Problem] | tuple[Problem, ...]) -> None:
        for one in problems:
            text = one.message if one.message.endswith((".", "?")) else f"{one.message}."
            line = f"Line {one.line}: " if one.line else ""
            errors.append(FieldError(field=path((*place, part)), message=line + text))

    if step == 0 and not given.subject.strip():
        note("subject", (Problem(0, "The first touch requires a subject: there is no earlier email to reply to."),))
    note("subject", _faults(given.subject, "subject"))
    note("text", _faults(given.text, "text"))
    if given.html is None:
        return given
    made = mail_html.inlined(given.html)
    note("html", made.problems)
    if made.problems:
        return given
    note("html", _incomplete(made.html, "html", given.html))
    return given.model_copy(update={"html": made.html})


def _faults(source: str, part: str) -> Iterator[Problem]:
    found = render.check(source)
    yield from found
    if not found:
        yield from _incomplete(source, part, source)


def _incomplete(source: str, part: str, original: str) -> Iterator[Problem]:
    """Variables that a lead may lack and that have no default, and leads of whom nothing would be left."""
    template, told = _template(source, part), set()
    for missing, values in profiles().items():
        try:
            text = template.render(values) if template else "x"
        except MissingValue as error:
            name = error.name or ""
            if name in told:
                continue
            told.add(name)
            default = f'{{{{ {name} | default("{_EXAMPLES.get(name, "…")}") }}}}'
            yield Problem(line_of(original, name), f"a lead may have no {name}: add a default, such as {default}", name)
        else:
            # Behind the text stands the footer, which is never empty.
            own = text.rpartition(_SIGNATURE)[0] if part == "text" else text
            if not own.strip() and "" not in told:
                told.add("")
                whom = (
                    "every lead" if not missing else f"a lead without {missing[0] if len(missing) == 1 else 'details'}"
                )
                yield Problem(0, f"This would be empty for {whom}: add an else.")


_EXAMPLES = {
    "first_name": "there",
    "last_name": "colleague",
    "name": "there",
    "company": "your company",
    "company_domain": "your website",
    "role": "your role",
    "industry": "your industry",
    "location": "your region",
    "country": "your country",
    "niche": "your field",
    "service": "our service",
}
assert set(_EXAMPLES) == set(OPTIONAL)


def _template(source: str, part: str) -> Template | None:
    """One part, compiled as for a mail; None when it is left out."""
    texts = Texts.model_construct(subject="", text="x", html=None).model_copy(update={part: source})
    compiled = render.compiled(texts)
    found: Template | None = getattr(compiled, part)
    return found
