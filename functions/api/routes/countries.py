"""The countries where mail that nobody asked for needs prior consent also between businesses."""

from datetime import date

from fastapi import APIRouter
from pydantic import ConfigDict

from cam.model.settings.kinds import Frozen
from cam.rules import consent

router = APIRouter(prefix="/countries", tags=["safety"])


class CountryView(Frozen):
    """A country (ISO 3166-1), its rule, and when it was looked up.

    `customers`: whoever is recorded as `existing_customer` may be written to without an opt-in. `certain` false: the
    law has exceptions for businesses, and CAM is on the safe side.
    """

    model_config = ConfigDict(from_attributes=True)

    country: str
    law: str
    note: str
    customers: bool
    certain: bool
    looked_at: date | None


class CountriesView(Frozen):
    """All of them, by their letters. A campaign adds to them and excepts from them (`sending.opt_in_countries`)."""

    items: tuple[CountryView, ...]


@router.get("", summary="List the countries that require an opt-in")
async def read() -> CountriesView:
    """Where a lead whose lawful basis is not `opt_in` waits, held as `opt_in_required`. No legal advice."""
    return CountriesView(items=tuple(CountryView.model_validate(consent.RULES[one]) for one in sorted(consent.RULES)))
