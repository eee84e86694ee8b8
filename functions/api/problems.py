"""Every error as RFC 9457 problem+json, with `detail` as text. Of an unexpected one nothing but its status gets out."""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, get_args

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cam.errors import CamError, Conflict, Invalid, NotFound, RunInProgress, Throttled, TooLarge
from cam.settings import Frozen

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
# More errors than these help nobody, and a body of 5 MB could hold very many.
_MOST_ERRORS = 100
_STATUS = {NotFound: 404, Conflict: 409, Invalid: 422, TooLarge: 413, Throttled: 503}


class FieldError(Frozen):
    """What is wrong with one field: `settings.icp.roles[0]`."""

    field: str
    message: str


class Problem(Frozen):
    """An error as RFC 9457 describes it. `errors` comes with 422, `run_id` with the 409 of an open run."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] | None = None
    run_id: str | None = None


class InvalidFields(Invalid):
    """Several fields of a request are wrong at once."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = tuple(errors)


class WrongMediaType(CamError):
    """The body's type is none that the route takes (415)."""


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
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        return unexpected()
    if isinstance(error, InvalidFields):
        return refused(error.errors)
    if isinstance(error, Invalid):
        return refused([FieldError(field=error.field, message=str(error))] if error.field else [], str(error))
    if isinstance(error, RunInProgress):
        return respond(status, str(error), run_id=error.run_id)
    if isinstance(error, Throttled):
        return respond(status, "CAM is busy at the moment. Try again.", headers={"Retry-After": str(RETRY_SECONDS)})
    return respond(status, str(error))


def refused(errors: Sequence[FieldError], detail: str | None = None) -> Response:
    """422, with each field that is wrong."""
    text = detail or "; ".join(f"{error.field}: {error.message}" for error in errors[:5])
    more = "" if detail or len(errors) <= 5 else f"; and {len(errors) - 5} more"
    return respond(422, text + more, errors=[error.model_dump() for error in errors[:_MOST_ERRORS]])


def unexpected() -> Response:
    """500, without a word about what happened: the log knows."""
    return respond(500, "Something went wrong on our side. Try again; if it stays, tell whoever runs this stack.")


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
    return [FieldError(field=path(error["loc"]) or "body", message=_message(error, model)) for error in errors]


def path(location: Sequence[str | int]) -> str:
    """`settings.icp.roles[0]`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def near(name: str, names: Sequence[str]) -> str:
    """The known name that was probably meant, as a question; else nothing."""
    found = get_close_matches(name.casefold(), names, n=1)
    return f" Did you mean {found[0]!r}?" if found else ""


def _message(error: Any, model: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "This field is not known." + near(str(error["loc"][-1]), _names(model, error["loc"][:-1]))
        case "missing":
            return "This field is required."
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return str(error["msg"])


def _names(model: Any, location: Sequence[str | int]) -> list[str]:
    """The fields that the model has at this place."""
    inner = _model(model)
    for part in location:
        if isinstance(part, str) and inner is not None:
            field = inner.model_fields.get(part)
            inner = _model(field.annotation) if field else None
    return list(inner.model_fields) if inner else []


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model within an annotation such as `tuple[Rung, ...]` or `WarmUp | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model(inner))), None)


async def _of_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CamError)
    return answer(error)


async def _of_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = {
        404: "There is nothing at this address. See the list of routes in the documentation.",
        405: f"{request.method} is not possible here.",
    }.get(error.status_code, str(error.detail))
    return respond(error.status_code, detail, headers=error.headers)


async def _of_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    broken = next((one for one in errors if one["type"] == "json_invalid"), None)
    if broken:
        return respond(400, f"The body is not JSON: {broken['ctx']['error']} at character {broken['loc'][-1]}.")
    body = getattr(request.scope.get("route"), "body_field", None)
    found = [one | {"loc": one["loc"][1:]} for one in errors]
    return refused(fields(found, body.field_info.annotation if body else None))
