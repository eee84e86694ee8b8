"""The countries where mail that nobody asked for needs prior consent also between businesses."""

from datetime import date

from fastapi import APIRouter
from pydantic import ConfigDict

from cam.model.settings.kinds import Frozen
from cam.rules import consent

router = APIRouter(prefix="/countries", tags=["safety"])


class CountryView(Frozen):
    """A country (ISO 3166-1), its rule, and when it was looked up.

    `customers`: an `existing_customer` may be emailed without an opt-in. `certain` false: the law has exceptions for
    businesses, and CAM takes the strict reading.
    """

    model_config = ConfigDict(from_attributes=True)

    country: str
    law: str
    note: str
    customers: bool
    certain: bool
    looked_at: date | None


class CountriesView(Frozen):
    """All countries, by code. A campaign can add or remove countries (`sending.opt_in_countries`)."""

    items: tuple[CountryView, ...]


@router.get("", summary="List the countries that require an opt-in")
async def read() -> CountriesView:
    """List the countries where a lead without `opt_in` is held as `opt_in_required`. This is not legal advice."""
    return CountriesView(items=tuple(CountryView.model_validate(consent.RULES[one]) for one in sorted(consent.RULES)))
