"""What routes have in common: path and query parameters, cursors, lists."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BeforeValidator, PlainSerializer

from cam.model.errors import Invalid, NotFound
from cam.model.settings.kinds import Frozen
from cam.platform import tokens
from cam.text import clock
from cam.text.characters import UNREADABLE, unstorable

# Keys of DynamoDB have at most 1,024 bytes, and an id is only a part of one.
_LONGEST_ID = 255
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def findable(value: str) -> str:
    """The text, if it can be an id. Raises NotFound: unreadable, too long, or with the mark that parts keys."""
    unread = unstorable(value) or UNREADABLE in value
    if unread or len(value.encode()) > _LONGEST_ID or "#" in value:
        raise NotFound("There is nothing with this ID.")
    return value


def _whole(value: Any) -> Any:
    """One text for each number: Python reads `01`, `+1`, `1_0` and `1.0` too."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("This must be a whole number, written in digits only.")
    return value


def _decimal(value: Any) -> Any:
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise ValueError("This must be a number, such as 2.5.")
    return value


# A moment in the one form in which CAM stores and shows it.
Moment = Annotated[datetime, PlainSerializer(clock.iso, return_type=str)]
AnyCase = BeforeValidator(_upper)
Digits = BeforeValidator(_whole)
Decimal = BeforeValidator(_decimal)
# Every path parameter that is text, so that none is too long for a key.
VersionNumber = Annotated[int, Digits, BeforeValidator(findable), Path(ge=1, description="Version number")]
Id = Annotated[str, BeforeValidator(findable), Path(description="ID")]
CampaignId = Annotated[int, Digits, BeforeValidator(findable), Path(ge=1, description="Campaign ID")]
Limit = Annotated[int, Digits, Query(ge=1, le=100, description="Maximum number of items")]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the previous page")]


def days(since: datetime, now: datetime) -> float:
    """How long ago, in days, to the tenth; never less than none, whoever's clock goes ahead."""
    return round(max(0.0, (now - since) / timedelta(days=1)), 1)


class Page[Item](Frozen):
    """A page of a list. `next_cursor` is null on the last page."""

    items: tuple[Item, ...]
    next_cursor: str | None


def place(scope: str, cursor: str | None, length: int) -> list[Any] | None:
    """Where a list goes on: the `length` values that `page` signed. Raises Invalid for any other text."""
    position = tokens.read_cursor(scope, cursor)
    if position is not None and not (isinstance(position, list) and len(position) == length):
        raise Invalid(tokens.WRONG_CURSOR, "cursor")
    return position


def page[Item](scope: str, items: list[Item], position: Any) -> Page[Item]:
    """A page, and the signed place behind it. The scope names the list and its filters: a cursor fits no other."""
    return Page(items=tuple(items), next_cursor=None if position is None else tokens.cursor(scope, list(position)))
