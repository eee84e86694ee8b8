"""Who sends, when and how much (spec §6, §9)."""

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)

from cam.model.settings.kinds import Address, Countries, Frozen, OneLine, Share, Whole, Zone, once_each, time_zone
from cam.model.settings.qualification import OwnCountries
from cam.model.transports import Transport
from cam.text.matching import any_case


def _weekday(value: Any) -> Any:
    """`Monday`, `mon` and `MON` are one day."""
    return any_case(value)[:3] if isinstance(value, str) else value


class Weekday(StrEnum):
    """The days of a send window."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


Days = Annotated[
    tuple[Annotated[Weekday, BeforeValidator(_weekday)], ...],
    Field(min_length=1, max_length=100),
    AfterValidator(once_each),
]


def _clock(value: Any) -> Any:
    """A number alone would be read as seconds since midnight."""
    if not isinstance(value, time) and not (isinstance(value, str) and ":" in value):
        raise ValueError("This must be a time of day, such as 09:00.")
    return value


TimeOfDay = Annotated[time, BeforeValidator(_clock)]


class Window(Frozen):
    """When emails may be sent, in the lead's time zone (spec §6): `end` is exclusive."""

    days: Days = (
        Weekday.MON,
        Weekday.TUE,
        Weekday.WED,
        Weekday.THU,
        Weekday.FRI,
    )
    start: TimeOfDay = time(9, 0)
    end: TimeOfDay = time(17, 0)

    @model_validator(mode="after")
    def _open(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("start and end must be local times without a time zone")
        if self.start >= self.end:
            raise ValueError("the window's start must be before its end")
        return self


class WarmUp(Frozen):
    """First day's cap and what each further day adds, up to `daily_cap` (spec §6)."""

    start: Whole = Field(default=10, ge=1, le=1_000_000)
    step: Whole = Field(default=5, ge=0, le=1_000_000)


class AutoPause(Frozen):
    """When a campaign is paused automatically (spec §6): above these shares of the emails of `days`, from `after`
    emails on.
    """

    bounces: Share = 0.05
    complaints: Share = 0.001
    after: Whole = Field(default=50, ge=1, le=1_000_000)
    days: Whole = Field(default=7, ge=1, le=30)


class UnknownCountry(StrEnum):
    """What to do with a lead without an opt-in whose country is unknown."""

    ALLOW = "allow"
    HOLD = "hold"


_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")


def _selector(text: str) -> str:
    name = text.lower()
    if not _SELECTOR.fullmatch(name):
        raise ValueError(f"{text!r} is not a DKIM selector: give the part before ._domainkey, such as 'mail'")
    return name


Selector = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=63), AfterValidator(_selector)
]


class Sending(Frozen):
    """Who sends, when and how much (spec §6, §9). An omitted sender comes from the stack's parameters."""

    sender_name: OneLine | None = None
    sender_email: Address | None = None
    reply_to: Address | None = None
    postal_address: OneLine | None = None
    transport: Annotated[Transport, BeforeValidator(any_case)] = Transport.SES
    window: Window = Window()
    time_zone: Zone = "UTC"
    # Countries on whose public holidays no mail leaves, wherever its reader lives.
    holidays: Countries = ()
    ignore_window: bool = False
    daily_cap: Whole = Field(default=50, ge=1, le=1_000_000)
    warm_up: WarmUp | None = WarmUp()
    auto_pause: AutoPause = AutoPause()
    stop_on_company_reply: bool = True
    # Who gets an email when a person has replied, or has left the company.
    notify: Annotated[tuple[Address, ...], Field(max_length=5), AfterValidator(once_each)] = ()
    allow_cold_on_ses: bool = False
    # Where mail needs an opt-in, beside `cam.rules.consent.RULES`, and where of those it does not.
    opt_in_countries: OwnCountries = OwnCountries()
    unknown_country: Annotated[UnknownCountry, BeforeValidator(any_case)] = UnknownCountry.ALLOW
    # Under which names the mail server's DKIM keys are, for the sender check. SES names its own.
    dkim_selectors: Annotated[tuple[Selector, ...], Field(max_length=10), AfterValidator(once_each)] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing of the sender's identity and postal address (CAN-SPAM, spec §6)."""
        return tuple(name for name in ("sender_name", "sender_email", "postal_address") if not getattr(self, name))

    @property
    def ready(self) -> bool:
        """Whether emails can name their sender."""
        return not self.lacks

    def zone(self, lead_zone: str | None) -> ZoneInfo:
        """The lead's own time zone when it is a real one, else the campaign's."""
        own = time_zone(lead_zone) if lead_zone else None
        return own or ZoneInfo(self.time_zone)
