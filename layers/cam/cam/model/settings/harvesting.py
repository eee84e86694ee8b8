"""What may be asked of providers (spec §2)."""

from enum import StrEnum
from typing import Annotated

from pydantic import (
    BeforeValidator,
)

from cam.model.settings.kinds import Frozen
from cam.text.matching import any_case


class Wanted(StrEnum):
    """Which leads an enricher is asked about."""

    OFF = "off"
    MISSING = "missing"
    UNVERIFIED = "unverified"


class Harvesting(Frozen):
    """What may be asked of providers, and paid for (spec §2). A provider without a key is never asked.

    `dropcontact`: leads that lack a *verified* e-mail (`unverified`), only those without any (`missing`), or none.
    `verified_only`: ask Apollo only for people whose address it has verified. `hunter`: verify addresses that nobody
    else has verified. `job_postings`: ask Apollo whether a company hires, where the
    answer can change the verdict.
    """

    verified_only: bool = True
    dropcontact: Annotated[Wanted, BeforeValidator(any_case)] = Wanted.UNVERIFIED
    hunter: bool = True
    job_postings: bool = True
