"""What every route refuses alike: unknown or repeated query parameters, and bodies that are not JSON in UTF-8.

Also what no table holds and no mail carries (decision 0014): characters, numbers, and names that are given twice.
"""

import json
import math
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from cam.text.characters import UNREADABLE, mended, named, storable_number, unstorable
from functions.api.problems import MOST_ERRORS, FieldError, InvalidFields, Unreadable, WrongMediaType, near, path

# Within UTF-8 itself neither half a character nor NUL can stand in JSON: only as one of these, where no backslash is
# escaped itself.
_LONE = re.compile(r"\\u(?:0000|[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..\\u)[dD][c-fC-F])", re.DOTALL)
# Python refuses to read whole numbers of more digits than some thousands.
_LONGEST_NUMBER = 400
_NOT_A_NUMBER = "This must be a finite number with at most 38 digits, or below 1e125."


class _Repeating(dict[str, Any]):
    """An object of JSON that has a name twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]


async def known_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not have, or has once: a filter must not get lost."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [parameter.alias for parameter in route.dependant.query_params]
    unknown = [
        FieldError(field=mended(name), message="Unknown query parameter." + near(name, known))
        for name in request.query_params
        if name not in known
    ]
    times = Counter(name for name, _ in request.query_params.multi_items() if name in known)
    repeated = [
        FieldError(field=name, message="This query parameter is given more than once.")
        for name, number in times.items()
        if number > 1
    ]
    unread = [
        FieldError(field=name, message=message)
        for name, text in request.query_params.multi_items()
        if name in known and (message := character_fault(text, decoded=True))
    ]
    if unknown or repeated or unread:
        raise InvalidFields([*unknown, *repeated, *unread])


async def json_body(request: Request) -> None:
    """Refuse a body that is not JSON in UTF-8 (RFC 8259 §8.1), where the route takes JSON."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    kind = media_type(request)
    if not route.body_field or not await request.body():
        return
    if not _json(kind):
        raise WrongMediaType(f"Send application/json{f', not {kind}' if kind else ''}.")
    await json_value(request)


async def json_value(request: Request) -> Any:
    """The JSON of the body, all of which can be stored. Raises Unreadable and InvalidFields."""
    try:
        return read_json(await _text(request))
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise Unreadable("The body is nested too deeply.") from error


def read_json(text: str, within: tuple[str, ...] = ()) -> Any:
    """A client's JSON, all of which can be stored. Raises InvalidFields with the place of each fault, `within` first.

    Raises json.JSONDecodeError and RecursionError.
    """
    # Bodies without a fault, which are nearly all, are not looked through.
    suspect = "\\u" in text and ("\\\\" in text or _LONE.search(text) is not None)

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal suspect
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        suspect = True
        return _Repeating(pairs)

    def number(value: int | float) -> int | float:
        nonlocal suspect
        suspect = suspect or not storable_number(value)
        return value

    value = json.loads(
        text,
        object_pairs_hook=kept,
        parse_int=lambda digits: number(int(digits) if len(digits) <= _LONGEST_NUMBER else math.inf),
        parse_float=lambda digits: number(float(digits)),
        parse_constant=lambda name: number(math.nan),
    )
    if suspect:
        errors = list(_faults(value, within))
        if errors:
            raise InvalidFields(errors)
    return value


def _faults(value: Any, within: tuple[str, ...]) -> Iterator[FieldError]:
    """What of a JSON value cannot be stored, in its order, as many as an answer holds."""
    places: list[tuple[tuple[str | int, ...], Any]] = [(within, value)]
    number = 0
    while places and number < MOST_ERRORS:
        place, one = places.pop()
        messages: list[str] = []
        if isinstance(one, str):
            messages = [message] if (message := character_fault(one)) else []
        elif isinstance(one, dict):
            for name in one:
                if message := character_fault(name):
                    yield FieldError(
                        field=path((*place, mended(name))), message=f"In the name of this field: {message}"
                    )
                    number += 1
            messages = [
                f"The name {mended(name)[:100]!r} is given more than once." for name in getattr(one, "twice", ())
            ]
            places += [((*place, mended(name)), inner) for name, inner in reversed(one.items())]
        elif isinstance(one, list):
            places += [((*place, index), inner) for index, inner in reversed([*enumerate(one)])]
        elif not storable_number(one):
            messages = [_NOT_A_NUMBER]
        yield from (FieldError(field=path(place) or "body", message=message) for message in messages)
        number += len(messages)


def character_fault(text: str, decoded: bool = False) -> str | None:
    """Why a client's text is refused: NUL, half of a character, or, where it was decoded, bytes that are no UTF-8."""
    if found := unstorable(text):
        return f"Character {text.index(found) + 1} is {named(found)}, which cannot be stored. Remove it."
    return "Some characters could not be decoded. Send the text in UTF-8." if decoded and UNREADABLE in text else None


@asynccontextmanager
async def form(request: Request, **limits: int) -> AsyncIterator[FormData]:
    """The form of the body, until the block ends. Raises Unreadable, and InvalidFields for a text that is refused."""
    try:
        found = await request.form(**limits)
    except (UnicodeError, LookupError, ValueError) as error:
        raise Unreadable("The form cannot be read. Send its headers and texts in UTF-8.") from error
    try:
        errors = [
            FieldError(field=mended(name), message=message)
            for name, text in found.multi_items()
            if isinstance(text, str) and (message := character_fault(text, decoded=True))
        ]
        if errors:
            raise InvalidFields(errors)
        yield found
    finally:
        await found.close()


async def _text(request: Request) -> str:
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise Unreadable("The body is not in UTF-8.") from error
    # API Gateway puts U+FFFD in the place of what it cannot read; who means that character can escape it.
    if UNREADABLE in text or "\0" in text:
        raise Unreadable("The body is not in UTF-8: some characters could not be decoded.")
    return text


async def no_body(request: Request) -> None:
    """Refuse a body where the route reads none: what it asks for would be ignored."""
    if (await request.body()).strip() not in (b"", b"{}"):
        raise InvalidFields([FieldError(field="body", message="This route takes query parameters and no body.")])


NoBody = Annotated[None, Depends(no_body)]


def media_type(request: Request) -> str:
    """The body's type in lower case, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _json(kind: str) -> bool:
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
