"""Moments and days that clients give: written out, and in a range in which every calendar can reckon."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from cam.text.clock import EARLIEST, LATEST
from functions.api import problems

_NUMBER = re.compile(r"\s*[-+]?[\d.]+\s*")


def _written(value: Any) -> Any:
    """A number would be read as seconds or milliseconds since 1970, by its size."""
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        raise ValueError(problems.A_TIME)
    return value


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"This must be between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.")
    return moment


Given = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_range)]


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise ValueError("This must be a date, such as 2026-12-04.") from error
    if not EARLIEST.date() <= day <= LATEST.date():
        raise ValueError(f"This must be between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.")
    return day


Day = Annotated[date, BeforeValidator(_day)]
