"""What every route refuses alike: unknown or repeated query parameters, and bodies that are not JSON in UTF-8."""

import json
from collections import Counter
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from functions.api.problems import FieldError, InvalidFields, Unreadable, WrongMediaType, near


async def known_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not have, or has once: a filter must not get lost."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [parameter.alias for parameter in route.dependant.query_params]
    unknown = [
        FieldError(field=name, message="This query parameter is not known." + near(name, known))
        for name in request.query_params
        if name not in known
    ]
    times = Counter(name for name, _ in request.query_params.multi_items() if name in known)
    repeated = [
        FieldError(field=name, message="This query parameter is given more than once.")
        for name, number in times.items()
        if number > 1
    ]
    if unknown or repeated:
        raise InvalidFields([*unknown, *repeated])


async def json_body(request: Request) -> None:
    """Refuse a body that is not JSON in UTF-8 (RFC 8259 §8.1), where the route takes JSON."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    kind = media_type(request)
    if not route.body_field or not await request.body():
        return
    if not _json(kind):
        raise WrongMediaType(f"Send application/json{f', not {kind}' if kind else ''}.")
    await _text(request)


async def json_value(request: Request) -> Any:
    """The JSON of a route that takes other types too, and so reads its body itself. Raises Unreadable."""
    try:
        return json.loads(await _text(request))
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise Unreadable("The body is nested too deep.") from error


async def _text(request: Request) -> str:
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise Unreadable("The body is not in UTF-8.") from error
    # API Gateway puts U+FFFD in the place of what it cannot read; who means that character can escape it.
    if "\ufffd" in text or "\0" in text:
        raise Unreadable("The body is not in UTF-8: some of its characters could not be read.")
    return text


async def no_body(request: Request) -> None:
    """Refuse a body where the route reads none: what it asks for would be ignored."""
    if (await request.body()).strip() not in (b"", b"{}"):
        raise InvalidFields([FieldError(field="body", message="This route takes query parameters, and no body.")])


NoBody = Annotated[None, Depends(no_body)]


def media_type(request: Request) -> str:
    """The body's type in lower case, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _json(kind: str) -> bool:
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
