"""Who must not be written to, for the whole account: addresses and domains, found by their hashes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from cam.model.addresses import email_domain, email_domains, forms, parent_domains, shared
from cam.model.errors import NotFound, Throttled
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_HASH = re.compile(r"[0-9a-f]{64}")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Suppression:
    """A normalised address or a domain with all below it, since when and why; `campaign_id` of whose mail it came.

    `name` is None when the person was erased: then only the hash is left.
    """

    name: str | None
    hash: str
    reason: str
    since: datetime
    campaign_id: int | None = None


def _names(email: str) -> list[str]:
    """What of an address can be suppressed: itself, its domain and the parents of that, in every form of them."""
    return [*forms(email), *email_domains(email)]


def suppressed(emails: Iterable[str]) -> set[str]:
    """Those of these addresses that must not be written to. One read for each 100 names, about 33 addresses."""
    names = {email: _names(email) for email in emails}
    wanted = [keys.suppression(name) for several in names.values() for name in several]
    found = {pk for pk, _ in tables.get_many(campaigns_table(), wanted, only=("reason",))}
    return {email for email, several in names.items() if any(keys.suppression(name)["pk"] in found for name in several)}


def listed(email: str) -> bool:
    """Whether an address is suppressed by itself, and not only with its domain. One read."""
    places = [keys.suppression(name) for name in forms(email)]
    return bool(tables.get_many(campaigns_table(), places, only=("reason",)))


def conditions(email: str) -> list[tables.Action]:
    """What a transaction checks so that nothing in it happens once somebody has suppressed the address.

    Also for the company's domain and its parents. Those that many companies share are left out: two transactions at
    once that check the same item get into each other's way.
    """
    own, *_ = forms(email)
    names = [own, *_company_domains(email_domain(email))]
    return [tables.check(campaigns_table(), keys.suppression(name), missing=["pk"]) for name in names]


def _company_domains(domain: str) -> Iterator[str]:
    for parent in parent_domains(domain):
        if shared(parent) or (parent != domain and _suffixes().publicsuffix(parent) == parent):
            return
        yield parent


@cache
def _suffixes() -> "PublicSuffixList":
    # Only functions that send have the package. Reading its list takes 50 ms of CPU: only for domains with parents.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def add(address_or_domain: str, reason: str, now: datetime, campaign_id: int | None = None) -> tables.Action:
    """The write that suppresses a normalised address or a domain; the earliest reason, date and campaign stay."""
    said = _said(address_or_domain, reason, now, campaign_id)
    return tables.update(campaigns_table(), keys.suppression(address_or_domain), first=said)


def _said(address_or_domain: str, reason: str, now: datetime, campaign_id: int | None = None) -> dict[str, Any]:
    return {
        "name": address_or_domain,
        "reason": reason,
        "since": clock.iso(now),
        # 0: by hand. With nothing there, a later campaign would be named for a reason that is not its own.
        "campaign_id": campaign_id or 0,
        "listed_pk": keys.LISTED_SUPPRESSIONS,
        "listed_sk": f"{clock.iso(now)}#{keys.hashed(address_or_domain)}",
    }


def suppress(address_or_domain: str, reason: str, now: datetime) -> tuple[Suppression, bool]:
    """Suppress a normalised address or a domain by hand; the suppression, and whether it is new. One or two calls."""
    key = keys.suppression(address_or_domain)
    for _ in range(_ATTEMPTS):
        item = {**key, **_said(address_or_domain, reason, now)}
        try:
            tables.write(tables.put(campaigns_table(), item, missing=["pk"]))
            return _suppression(item), True
        except tables.Refused:
            found = tables.get(campaigns_table(), key)
        if found:
            return _suppression(found), False
    raise Throttled("the suppression is being changed by other requests")


def remove(name: str) -> None:
    """Let mail go again to an address, a normalised domain, or what has this hash. Raises NotFound.

    Leads that were stopped stay so: only new ones, and those of other campaigns, are written to.
    """
    places = [keys.suppression_of_hash(name)] if _HASH.fullmatch(name) else [*map(keys.suppression, _kept_as(name))]
    if not [place for place in places if _removed(place)]:
        raise NotFound(
            "There is no suppression for exactly this; a parent domain may be suppressed. GET /suppressions lists all."
        )


def _kept_as(name: str) -> Sequence[str]:
    found = forms(name)
    return found if "@" in found[0] else [name]


def _removed(place: keys.Key) -> bool:
    try:
        tables.write(tables.delete(campaigns_table(), place, exists=["pk"]))
    except tables.Refused:
        return False
    return True


def forget(address: str) -> tables.Action:
    """The write that leaves of a suppressed address nothing but its hash, for a person who is erased.

    Refused when it is not suppressed.
    """
    # Empty, not gone: what is there stays, so that nobody's event writes the address down again.
    return tables.update(campaigns_table(), keys.suppression(address), put={"name": ""}, exists=["pk"])


def page(limit: int, after: tuple[str, str] | None) -> tuple[list[Suppression], tuple[str, str] | None]:
    """Suppressions, newest first, and (hash, place in the index) to go on from. One read.

    The index is a moment behind the table.
    """
    start = None
    if after:
        hashed, listed_sk = after
        start = {
            **keys.suppression_of_hash(hashed),
            "listed_pk": keys.LISTED_SUPPRESSIONS,
            "listed_sk": listed_sk,
        }
    items, last = tables.query(
        campaigns_table(),
        keys.LISTED_SUPPRESSIONS,
        index=tables.LISTED,
        descending=True,
        limit=limit,
        after=start,
    )
    return [_suppression(item) for item in items], _place(last) if last else None


def _place(last: Mapping[str, Any]) -> tuple[str, str]:
    return last["pk"].removeprefix("S#"), last["listed_sk"]


def _suppression(item: Mapping[str, Any]) -> Suppression:
    return Suppression(
        name=item.get("name") or None,
        hash=item["pk"].removeprefix("S#"),
        reason=item["reason"],
        since=clock.parse(item["since"]),
        campaign_id=item.get("campaign_id") or None,
    )
