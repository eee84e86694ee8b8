"""The ideal customer (spec §3)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from cam.model.settings.kinds import Frozen, Sum, Words
from cam.text.matching import any_case


class CompanySize(StrEnum):
    """By head count: 1–9, 10–49, 50–499, 500 and more (spec §2)."""

    STARTUP = "startup"
    SMALL = "small"
    MEDIUM = "medium"
    ENTERPRISE = "enterprise"


HEADS = (
    (500, CompanySize.ENTERPRISE),
    (50, CompanySize.MEDIUM),
    (10, CompanySize.SMALL),
    (1, CompanySize.STARTUP),
)


def size_of(heads: int) -> CompanySize | None:
    """The size of a company with so many people; None when there is nobody."""
    return next((size for least, size in HEADS if heads >= least), None)


class Icp(Frozen):
    """The ideal customer. Omitted fields are unknown and score 0.5."""

    company_size: Annotated[CompanySize | None, BeforeValidator(any_case)] = None
    industry: Words | None = None
    revenue_min: Sum | None = None
    revenue_max: Sum | None = None
    location: Words | None = None
    roles: tuple[Words, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.revenue_min is not None and self.revenue_max is not None and self.revenue_min > self.revenue_max:
            raise ValueError("revenue_min is greater than revenue_max")
        return self

    @property
    def says_nothing(self) -> bool:
        """Whether everybody would fit: then nobody is looked for."""
        return self == Icp()
