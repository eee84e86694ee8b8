"""Every error as RFC 9457 problem+json, with `detail` as text. Of an unexpected one nothing but its status gets out."""

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, Literal, get_args, get_origin

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from cam.model.errors import (
    AlreadyDecided,
    CamError,
    Conflict,
    Invalid,
    LeadTaken,
    NotFound,
    RunInProgress,
    Throttled,
    TooLarge,
)
from cam.model.settings.kinds import Frozen
from functions.api.views import ReviewView

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
# More errors than these help nobody, and a body of 5 MB could hold very many.
MOST_ERRORS = 100
_STATUS = {NotFound: 404, Conflict: 409, Invalid: 422, TooLarge: 413, Throttled: 503}

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
A_TIME = "This must be a time with a time zone, such as 2026-11-23T08:00:00Z."

# Pydantic's own messages name Python's types and our classes: none of them gets out. By type of error.
_MESSAGES = {
    "missing": "This field is required.",
    "string_unicode": "This holds text that is not Unicode.",
    "finite_number": "This must be a finite number.",
    **dict.fromkeys(("string_type", "string_sub_type"), "This must be text."),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "This must be a whole number."),
    **dict.fromkeys(("float_type", "float_parsing"), "This must be a number."),
    **dict.fromkeys(("bool_type", "bool_parsing"), "This must be true or false."),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "iterable_type"), "This must be a list."),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type"), "This must be an object."),
    **dict.fromkeys(("time_type", "time_parsing"), "This must be a time of day, such as 09:00."),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "timezone_aware",
        ),
        A_TIME,
    ),
}
# Type of error: name of the limit in its context, and what it is a limit of.
_BOUNDS = {
    "greater_than_equal": ("ge", "This must be at least {}."),
    "greater_than": ("gt", "This must be more than {}."),
    "less_than_equal": ("le", "This must be at most {}."),
    "less_than": ("lt", "This must be less than {}."),
    "too_long": ("max_length", "This may have at most {} items."),
    "too_short": ("min_length", "This must have at least {} items."),
    "string_too_long": ("max_length", "This may have at most {} characters."),
    "string_too_short": ("min_length", "This must have at least {} characters."),
}


class FieldError(Frozen):
    """What is wrong with one field. `field` is its path, such as `settings.icp.roles[0]`."""

    field: str
    message: str


class Problem(Frozen):
    """An error in the format of RFC 9457. With 422, `errors` lists every field that is wrong.

    With 409, `run_id` is the open run that blocks the request, `decided` is the decision already made on the lead, or
    `lead_id` is the other lead that has the address.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] | None = None
    run_id: str | None = None
    decided: ReviewView | None = None
    lead_id: str | None = None


class InvalidFields(Invalid):
    """Several fields of a request are wrong at once."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = tuple(errors)


class WrongMediaType(CamError):
    """The body's type is none that the route takes (415)."""


class Unreadable(CamError):
    """The body cannot be read at all (400)."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says in the OpenAPI document about its errors."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def register(app: FastAPI) -> None:
    """Answer every expected error of the app with a problem."""
    app.add_exception_handler(CamError, _of_error)
    app.add_exception_handler(HTTPException, _of_status)
    app.add_exception_handler(RequestValidationError, _of_request)


def answer(error: CamError) -> Response:
    """The problem of an error that CAM raised on purpose: its message is written for the user."""
    if isinstance(error, WrongMediaType):
        return respond(415, str(error))
    if isinstance(error, Unreadable):
        return respond(400, str(error))
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        return unexpected()
    if isinstance(error, InvalidFields):
        return refused(error.errors)
    if isinstance(error, Invalid):
        return refused([FieldError(field=error.field, message=str(error))] if error.field else [], str(error))
    if isinstance(error, RunInProgress):
        return respond(status, str(error), run_id=error.run_id)
    if isinstance(error, LeadTaken):
        return respond(status, str(error), lead_id=error.lead_id)
    if isinstance(error, AlreadyDecided):
        decided = ReviewView.model_validate(error.review).model_dump(mode="json")
        return respond(status, str(error), decided=decided)
    if isinstance(error, Throttled):
        return respond(status, "CAM is busy. Try again.", headers={"Retry-After": str(RETRY_SECONDS)})
    return respond(status, str(error))


def refused(errors: Sequence[FieldError], detail: str | None = None) -> Response:
    """422, with each field that is wrong."""
    text = detail or "; ".join(f"{error.field}: {error.message}" for error in errors[:5])
    more = "" if detail or len(errors) <= 5 else f"; {len(errors) - 5} more"
    return respond(422, text + more, errors=[error.model_dump() for error in errors[:MOST_ERRORS]])


def unexpected() -> Response:
    """500, without a word about what happened: the log knows."""
    return respond(500, "Internal error. Try again; if it happens again, contact whoever operates this stack.")


def respond(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A problem as a response."""
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    # ASCII: a client's own text may hold what UTF-8 cannot.
    return Response(json.dumps(problem), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def checked[Model: BaseModel](model: type[Model], value: Any) -> Model:
    """The value as a model. Raises InvalidFields."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise InvalidFields(fields(error.errors(include_url=False), model)) from error


def fields(errors: Sequence[Any], model: Any) -> list[FieldError]:
    """Pydantic's errors with the path of each field; an unknown field with the name that may have been meant."""
    places = [_place(model, error) for error in errors]
    return [
        FieldError(field=path(place) or "body", message=_message(error, inner))
        for error, (place, inner) in zip(errors, places, strict=True)
        # A wrong item is not counted: that the list is too short is no error of its own.
        if not (error["type"] == "too_short" and any(_within(other, place) for other, _ in places))
    ]


def _place(model: Any, error: Any) -> tuple[tuple[str | int, ...], list[str]]:
    """Where an error is, and which fields the object around it has.

    Where one of several models is told by a field of its own (`"test": "equals"`), pydantic names that word as a step
    of the way, which is none, and calls a wrong word an error of the whole.
    """
    inner = _models(model)
    place: list[str | int] = []
    names: list[str] = []
    for step in error["loc"]:
        told = [one for one in inner if step in _words(one)] if len(inner) > 1 else []
        if told:
            inner = told
            continue
        place.append(step)
        if isinstance(step, str):
            names = list(dict.fromkeys(name for one in inner for name in one.model_fields))
            inner = [
                found
                for one in inner
                if step in one.model_fields
                for found in _models(one.model_fields[step].annotation)
            ]
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        place.append(error["ctx"]["discriminator"].strip("'"))
    return tuple(place), names


def _words(model: type[BaseModel]) -> set[Any]:
    """The words by which a model is told from others in its place."""
    annotations = [field.annotation for field in model.model_fields.values()]
    return {word for one in annotations if get_origin(one) is Literal for word in get_args(one)}


def _within(inner: tuple[Any, ...], outer: tuple[Any, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def path(location: Sequence[str | int]) -> str:
    """`settings.icp.roles[0]`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def near(name: str, names: Sequence[str]) -> str:
    """The known name that was probably meant, as a question; else nothing."""
    folded = {known.casefold(): known for known in names}
    found = get_close_matches(name.strip().casefold(), folded, n=1)
    return f" Did you mean {folded[found[0]]!r}?" if found else ""


def one_of(given: Any, names: Sequence[str]) -> str:
    """What may be given instead, and what was probably meant."""
    known = ", ".join(repr(name) for name in names)
    return f"This must be one of {known}." + (near(given, names) if isinstance(given, str) else "")


def _message(error: Any, names: Sequence[str]) -> str:
    kind = error["type"]
    match kind:
        case "extra_forbidden":
            return "Unknown field." + near(str(error["loc"][-1]), names)
        case "union_tag_not_found":
            return _MESSAGES["missing"]
        case "union_tag_invalid":
            told = error["input"].get(error["ctx"]["discriminator"].strip("'"))
            return one_of(told, re.findall(r"'([^']*)'", error["ctx"]["expected_tags"]))
        case "value_error":
            return str(error["ctx"]["error"])
        case "enum" | "literal_error":
            return one_of(error["input"], re.findall(r"'([^']*)'", error["ctx"]["expected"]))
    if kind in _BOUNDS:
        name, text = _BOUNDS[kind]
        return _bound(text, error["ctx"][name])
    return _MESSAGES.get(kind, "This value is not valid.")


def _bound(text: str, limit: Any) -> str:
    if limit == 1:
        text = text.replace("items", "item").replace("characters", "character")
    whole = isinstance(limit, float) and limit.is_integer()
    return text.format(f"{int(limit) if whole else limit:,}")


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models within an annotation such as `tuple[Rung, ...]`, `WarmUp | None` or `tuple[Equals | InList, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models(inner)]


async def _of_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CamError)
    return answer(error)


async def _of_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = ", ".join(_allowed(request))
        detail = f"{request.method} is not allowed here. Allowed: {allowed}."
        return respond(405, detail, headers={"Allow": allowed})
    detail = {
        400: _unreadable(str(error.detail)),
        404: 'There is no route at this path. For all routes, see the table under "API" in README.md.',
    }.get(error.status_code, str(error.detail))
    return respond(error.status_code, detail, headers=error.headers)


def _allowed(request: Request) -> list[str]:
    """Every method of the path: the framework knows only those of the first route that fits."""
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    routes = request.app.router.routes
    return [m for m, scope in scopes.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def _unreadable(detail: str) -> str:
    """The framework's word for bytes that are no text, and for what its parser gives up: depth, and endless numbers."""
    if detail == "There was an error parsing the body":
        return "The body is not valid JSON in UTF-8, is nested too deeply, or contains a number with too many digits."
    return detail


async def _of_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    broken = next((one for one in errors if one["type"] == "json_invalid"), None)
    if broken:
        return respond(400, f"The body is not JSON: {broken['ctx']['error']} at character {broken['loc'][-1]}.")
    body = getattr(request.scope.get("route"), "body_field", None)
    found = [one | {"loc": one["loc"][1:]} for one in errors]
    return refused(fields(found, body.field_info.annotation if body else None))
