"""What routes have in common: path and query parameters, cursors, lists."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BeforeValidator, PlainSerializer

from cam import clock, tokens
from cam.errors import Invalid
from cam.settings import Frozen


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


# A moment in the one form in which CAM stores and shows it.
Moment = Annotated[datetime, PlainSerializer(clock.iso, return_type=str)]
AnyCase = BeforeValidator(_upper)
CampaignId = Annotated[int, Path(ge=1, description="The campaign's number")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before")]


class Page[Item](Frozen):
    """A page of a list. `next_cursor` null: that was all."""

    items: tuple[Item, ...]
    next_cursor: str | None


def place(scope: str, cursor: str | None, length: int) -> list[Any] | None:
    """Where a list goes on: the `length` values that `page` signed. Raises Invalid for any other text."""
    position = tokens.read_cursor(scope, cursor)
    if position is not None and not (isinstance(position, list) and len(position) == length):
        raise Invalid("This cursor does not belong to this list. Start again without it.", "cursor")
    return position


def page[Item](scope: str, items: list[Item], position: Any) -> Page[Item]:
    """A page, and the signed place behind it. The scope names the list and its filters: a cursor fits no other."""
    return Page(items=tuple(items), next_cursor=None if position is None else tokens.cursor(scope, list(position)))
