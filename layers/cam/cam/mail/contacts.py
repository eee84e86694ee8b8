"""When a person was last written to, over all campaigns: within the account's gap, no other lead's touch reaches them.

A person is known by an address, in its normal form, and by a LinkedIn page, if a lead has one. Each has an item with
the last email that left, or may have left; only hashes are stored, and only for as long as a gap can be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cam.model.addresses import linkedin_page, normalise
from cam.model.contacted import Contacted, KnownBy
from cam.model.models import Lead
from cam.model.settings.account import LONGEST_GAP
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

# A day more than any gap, for clocks that differ.
_KEPT = timedelta(days=LONGEST_GAP + 1)
# What of a contact is read.
ATTRIBUTES = ("at", "campaign_id", "lead_id", "step")
_WHO = {
    KnownBy.ADDRESS: ("wrote to this address", "this address"),
    KnownBy.LINKEDIN: ("wrote to the person with this LinkedIn page", "this LinkedIn page"),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """An email to a person: when its touch was claimed, and which touch it is."""

    at: datetime
    campaign_id: int
    lead_id: str
    step: int


@dataclass(frozen=True, slots=True)
class Known:
    """One of the names that a person is known by, and the last email to it, as it was read; None: none is known."""

    by: KnownBy
    key: keys.Key
    last: Contact | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """The email that keeps a touch of another lead from leaving, by which name, and from when on it may leave."""

    contact: Contact
    by: KnownBy
    free_from: datetime


def places(email: str | None, linkedin_url: str | None) -> list[tuple[KnownBy, keys.Key]]:
    """Where it says when a person was last written to: one place, or two with a LinkedIn page."""
    page = linkedin_page(linkedin_url)
    return [
        *([(KnownBy.ADDRESS, keys.contact(normalise(email)))] if email else []),
        *([(KnownBy.LINKEDIN, keys.contact(page))] if page else []),
    ]


def wanted(leads: Iterable[Lead]) -> list[keys.Key]:
    """Where it says when these leads' persons were last written to: up to two places for each."""
    return [key for lead in leads for _, key in places(lead.email, lead.linkedin_url)]


def known(leads: Iterable[Lead], found: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[str, tuple[Known, ...]]:
    """What is known of these leads' persons, by the lead's id, out of the items at `wanted`."""
    return {
        lead.id: tuple(
            Known(by, key, _contact(found.get((key["pk"], key["sk"]), {})))
            for by, key in places(lead.email, lead.linkedin_url)
        )
        for lead in leads
    }


def read(leads: Iterable[Lead]) -> dict[str, tuple[Known, ...]]:
    """What is known of these leads' persons, by the lead's id. One read for each 100 names, 50 to 100 leads."""
    several = list(leads)
    asked = wanted(several)
    return known(several, tables.get_many(campaigns_table(), asked, only=ATTRIBUTES) if asked else {})


def person(known: Known) -> int:
    """A number that is the same for the same name, and hardly ever for another: shorter than its key."""
    return int(known.key["pk"][-16:], 16)


def bar(known: Sequence[Known], lead: Lead, gap: timedelta) -> Bar | None:
    """What bars the lead's touches the longest; None: nobody but the lead's own sequence has written to the person.

    Touches of one lead are as far apart as their sequence says: no gap lies between them.
    """
    if not gap:
        return None
    own = (lead.campaign_id, lead.id)
    bars = [
        Bar(one.last, one.by, one.last.at + gap)
        for one in known
        if one.last and (one.last.campaign_id, one.last.lead_id) != own
    ]
    return max(bars, key=lambda one: one.free_from, default=None)


def take(known: Sequence[Known], contact: Contact, gap: timedelta) -> list[tables.Action]:
    """The writes that go with a touch's claim, one for each name. Refused when a name is no longer as it was read.

    Not refused without a gap: then it is only remembered, for when there is one.
    """
    expires = int((max(contact.at, clock.now()) + _KEPT).timestamp())
    return [
        tables.update(
            campaigns_table(),
            one.key,
            put={**_item(contact), "before": _item(one.last) if one.last else None, "expires_at": expires},
            **(_as_read(one.last) if gap else {}),
        )
        for one in known
    ]


def give_back(known: Sequence[Known], contact: Contact) -> list[tables.Action]:
    """The writes that undo `take`, as the email certainly did not leave. Refused where another has left since."""
    return [
        tables.update(
            campaigns_table(),
            one.key,
            put={**(_item(one.last) if one.last else dict.fromkeys(ATTRIBUTES)), "before": None},
            **_as_read(contact),
        )
        for one in known
    ]


def not_left(email: str, linkedin_url: str | None, campaign_id: int, lead_id: str, step: int) -> list[tables.Action]:
    """The same for a touch of which it turns out later that it did not leave; none where another has left since.

    One read for each name.
    """
    writes: list[tables.Action] = []
    for by, key in places(email, linkedin_url):
        item = tables.get(campaigns_table(), key) or {}
        stands = _contact(item)
        if stands and (stands.campaign_id, stands.lead_id, stands.step) == (campaign_id, lead_id, step):
            writes += give_back([Known(by, key, _contact(item.get("before", {})))], stands)
    return writes


def contacted(found: Bar, until: datetime) -> Contacted:
    """What is kept with a lead whose touch waits `until` then."""
    return Contacted(campaign_id=found.contact.campaign_id, at=found.contact.at, by=found.by, until=until)


def sentence(found: Contacted, campaign_id: int) -> str:
    """Why a touch of a lead of this campaign waits, and until when."""
    wrote, name = _WHO[found.by]
    day, until = f"{found.at:%Y-%m-%d}", f"{found.until:%Y-%m-%d}"
    if found.campaign_id == campaign_id:
        told = f"This campaign wrote to another lead with {name} on {day}"
    else:
        told = f"Another campaign, {found.campaign_id}, {wrote} on {day}"
    return f"{told}; the next email may leave on {until}."


def _contact(item: Mapping[str, Any]) -> Contact | None:
    if "at" not in item:
        return None
    return Contact(clock.parse(item["at"]), item["campaign_id"], item["lead_id"], item["step"])


def _item(contact: Contact) -> dict[str, Any]:
    return {
        "at": clock.iso(contact.at),
        "campaign_id": contact.campaign_id,
        "lead_id": contact.lead_id,
        "step": contact.step,
    }


def _as_read(last: Contact | None) -> dict[str, Any]:
    """The condition that a name is as it was read."""
    return {"equal": _item(last)} if last else {"missing": ["at"]}
