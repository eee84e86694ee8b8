"""Moments that clients give: written out, with their zone, and in a range in which every calendar can reckon."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from functions.api import problems

# Time zones, leap days and a sequence of 60 days fit in, whatever a stage adds.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\s*[-+]?[\d.]+\s*")


def _written(value: Any) -> Any:
    """A number would be read as seconds or milliseconds since 1970, by its size."""
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        raise ValueError(problems.A_TIME)
    return value


def _in_range(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError(f"This must lie between {_EARLIEST:%Y-%m-%d} and {_LATEST:%Y-%m-%d}.")
    return moment


Given = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_range)]
