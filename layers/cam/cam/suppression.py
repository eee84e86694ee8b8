"""Who must not be written to, for the whole account: addresses and domains, stored as hashes."""

from collections.abc import Iterable
from datetime import datetime

from cam import clock, keys, tables
from cam.addresses import email_domain, normalise, parent_domains
from cam.environment import campaigns_table


def _names(email: str) -> list[str]:
    """What of an address can be suppressed: itself, its domain and the parents of that."""
    domain = email_domain(email)
    return [normalise(email), *(parent_domains(domain) if domain else ())]


def suppressed(emails: Iterable[str]) -> set[str]:
    """Those of these addresses that must not be written to. One read for each 100 names, about 33 addresses."""
    names = {email: _names(email) for email in emails}
    wanted = [keys.suppression(name) for several in names.values() for name in several]
    found = {pk for pk, _ in tables.get_many(campaigns_table(), wanted, only=("reason",))}
    return {email for email, several in names.items() if any(keys.suppression(name)["pk"] in found for name in several)}


def add(address_or_domain: str, reason: str, now: datetime) -> tables.Action:
    """The write that suppresses a normalised address or a domain; the earliest reason and date stay."""
    return tables.update(
        campaigns_table(),
        keys.suppression(address_or_domain),
        first={"reason": reason, "since": clock.iso(now)},
    )
