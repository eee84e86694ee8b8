"""What may be asked of providers (spec §2)."""

from enum import StrEnum
from typing import Annotated

from pydantic import (
    BeforeValidator,
)

from cam.model.settings.kinds import Frozen
from cam.text.matching import any_case


class Wanted(StrEnum):
    """Which leads an enricher completes."""

    OFF = "off"
    MISSING = "missing"
    UNVERIFIED = "unverified"


class Harvesting(Frozen):
    """What CAM may buy from providers (spec §2). A provider without a key is never called.

    `dropcontact`: which leads it completes: those without a *verified* email address (`unverified`), only those without
    any (`missing`), or none. `verified_only`: request only people from Apollo whose address it has verified. `hunter`:
    verify addresses that nobody else has verified. `job_postings`: ask Apollo whether a company hires, where that can
    change the verdict.
    """

    verified_only: bool = True
    dropcontact: Annotated[Wanted, BeforeValidator(any_case)] = Wanted.UNVERIFIED
    hunter: bool = True
    job_postings: bool = True
