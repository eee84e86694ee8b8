"""What every route refuses alike: unknown query parameters, and bodies of another type than JSON."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from functions.api.problems import FieldError, InvalidFields, WrongMediaType, near


async def known_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not have: a misspelt filter must not list everything."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [parameter.alias for parameter in route.dependant.query_params]
    unknown = [
        FieldError(field=name, message="This query parameter is not known." + near(name, known))
        for name in request.query_params
        if name not in known
    ]
    if unknown:
        raise InvalidFields(unknown)


async def json_body(request: Request) -> None:
    """Refuse a body that is not JSON, where the route takes JSON."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    kind = media_type(request)
    if route.body_field and not _json(kind) and await request.body():
        raise WrongMediaType(f"Send application/json{f', not {kind}' if kind else ''}.")


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
