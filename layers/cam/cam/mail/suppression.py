"""Who must not be written to, for the whole account: addresses and domains, found by their hashes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from cam.model.addresses import email_domain, email_domains, forms, parent_domains, shared
from cam.model.errors import Throttled
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

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


def new(name: str, digest: str, reason: str, since: datetime) -> tables.Action:
    """The write that suppresses an address or a domain, or of whom only the hash is known; refused when it is.

    `name`: a normalised address or a domain, empty for a hash alone.
    """
    return tables.put(campaigns_table(), _item(name, digest, reason, since), missing=["pk"])


def _item(name: str, digest: str, reason: str, since: datetime) -> dict[str, Any]:
    return {**keys.suppression_of_hash(digest), **_said_of(name, digest, reason, since)}


def _said(address_or_domain: str, reason: str, now: datetime, campaign_id: int | None = None) -> dict[str, Any]:
    return _said_of(address_or_domain, keys.hashed(address_or_domain), reason, now, campaign_id)


def _said_of(name: str, digest: str, reason: str, now: datetime, campaign_id: int | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "reason": reason,
        "since": clock.iso(now),
        # 0: by hand. With nothing there, a later campaign would be named for a reason that is not its own.
        "campaign_id": campaign_id or 0,
        "listed_pk": keys.LISTED_SUPPRESSIONS,
        "listed_sk": f"{clock.iso(now)}#{digest}",
    }


def suppress(address_or_domain: str, reason: str, now: datetime) -> tuple[Suppression, bool]:
    """Suppress a normalised address or a domain by hand; the suppression, and whether it is new. One or two calls."""
    key = keys.suppression(address_or_domain)
    for _ in range(_ATTEMPTS):
        item = _item(address_or_domain, keys.hashed(address_or_domain), reason, now)
        try:
            tables.write(tables.put(campaigns_table(), item, missing=["pk"]))
            return suppression(item), True
        except tables.Refused:
            found = tables.get(campaigns_table(), key)
        if found:
            return suppression(found), False
    raise Throttled("the suppression is being changed by other requests")


def kept_as(name: str) -> Sequence[str]:
    """The names under which an address or a normalised domain may be kept: an address also as earlier versions did."""
    found = forms(name)
    return found if "@" in found[0] else [name]


def known(digests: Sequence[str]) -> set[str]:
    """Those of these hashes of addresses and domains that are suppressed. One read for each 100."""
    found = tables.get_many(campaigns_table(), [*map(keys.suppression_of_hash, digests)], only=("reason",))
    return {pk.removeprefix(keys.SUPPRESSION) for pk, _ in found}


def covering(name: str) -> list[Suppression]:
    """What suppresses an address or a domain: itself, then its domain and the parents of that. One read."""
    places = [keys.suppression(one) for one in (_names(name) if "@" in name else parent_domains(name))]
    found = tables.get_many(campaigns_table(), places)
    return [suppression(found[key["pk"], key["sk"]]) for key in places if (key["pk"], key["sk"]) in found]


def forget(address: str) -> tables.Action:
    """The write that leaves of a suppressed address nothing but its hash, for a person who is erased.

    Refused when it is not suppressed.
    """
    # Empty, not gone: what is there stays, so that nobody's event writes the address down again.
    return tables.update(campaigns_table(), keys.suppression(address), put={"name": ""}, exists=["pk"])


def page(limit: int | None, after: tuple[str, str] | None) -> tuple[list[Suppression], tuple[str, str] | None]:
    """Suppressions, newest first, and (hash, place in the index) to go on from. One read; without a limit, of 1 MB.

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
    return [suppression(item) for item in items], _place(last) if last else None


def _place(last: Mapping[str, Any]) -> tuple[str, str]:
    return last["pk"].removeprefix(keys.SUPPRESSION), last["listed_sk"]


def suppression(item: Mapping[str, Any]) -> Suppression:
    """A suppression as stored."""
    return Suppression(
        name=item.get("name") or None,
        hash=item["pk"].removeprefix(keys.SUPPRESSION),
        reason=item["reason"],
        since=clock.parse(item["since"]),
        campaign_id=item.get("campaign_id") or None,
    )
