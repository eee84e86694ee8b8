"""Whether a sender's domain may send: what its last check found, and who has taken it on themselves all the same.

One item for each domain and way of sending, and one for its override, in the control table.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cam.model.settings.kinds import domain
from cam.model.settings.sending import Sending
from cam.model.transports import TRANSPORTS, Transport
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table, dns_servers
from cam.rules import sender_check
from cam.rules.sender_check import Check, Finding, Status
from cam.text import clock

# What is read of the items.
ATTRIBUTES = ("checked_at", "findings", "by", "reason", "at")
# What a run's note holds of a finding.
_LONGEST_SENTENCE = 280


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets a domain send although its check fails, why and since when."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a domain stands as a sender by one transport. Without `checked_at` it was never looked up."""

    domain: str
    transport: Transport
    checked_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    override: Override | None = None

    @property
    def may_send(self) -> bool:
        """Whether mail may leave: all three checks hold, or somebody has taken it on themselves."""
        return self.override is not None or sender_check.may_send(self.findings)

    def sentence(self, campaign_id: int) -> str:
        """Why its touches wait, and where to look."""
        wrong = next((one for one in self.findings if one.status is Status.FAIL), None)
        wrong = wrong or next(one for one in self.findings if not one.holds)
        said = wrong.sentence[:_LONGEST_SENTENCE]
        if wrong.status is Status.UNKNOWN:
            said = f"its {wrong.check.upper()} could not be checked, and the next run tries again."
        return (
            f"No emails were sent because {self.domain} may not send: {said} Touches wait. For the records, see "
            f"GET /campaigns/{campaign_id}/sender; when they are fixed, call POST …/sender/check."
        )


def read(of: Sending) -> Standing:
    """How the sender of these settings stands, by what is stored. One read."""
    place = _Place.of(of)
    return _standing(place, tables.get_many(campaigns_table(), [place.check, place.override]))


def places(of: Sending) -> list[keys.Key]:
    """Where it is stored: for readers who want it together with other things (`obstacle`)."""
    place = _Place.of(of)
    return [place.check, place.override]


def obstacle(of: Sending, campaign_id: int, now: datetime, found: dict[tuple[str, str], tables.Item]) -> str | None:
    """Why no mail of a campaign may leave; None when it may. `found` holds `ATTRIBUTES` of what is at its `places`."""
    standing = _checked(of, now, _standing(_Place.of(of), found))
    return None if standing.may_send else standing.sentence(campaign_id)


def check(of: Sending, now: datetime, again: bool = False) -> Standing:
    """The same, looked up when that is too long ago, or `again`. One read while it is fresh; with lookups two more.

    Lookups take as long as `sender_lookups.SECONDS` says. A domain that somebody answers for is not looked up.
    """
    return _checked(of, now, read(of), again)


def _checked(of: Sending, now: datetime, before: Standing, again: bool = False) -> Standing:
    place = _Place.of(of)
    if not again and (before.override or (before.checked_at and _fresh(before, now))):
        return before
    # 90 ms of CPU for dnspython: not for the many workers that need not ask.
    from cam.mail import sender_lookups

    found = sender_lookups.ask(place.domain, place.transport, place.selectors, dns_servers(), now)
    if any(one.status is Status.UNKNOWN for one in found):
        # Another worker may have had an answer meanwhile.
        before = read(of)
        if not again and before.checked_at and _fresh(before, now):
            return before
    findings = sender_check.remembered(before.findings, found, now)
    keep(of, findings, now)
    return Standing(place.domain, place.transport, now, findings, before.override)


def keep(of: Sending, findings: Sequence[Finding], now: datetime) -> None:
    """Store what was found about the sender of these settings, in the place of what was there."""
    place = _Place.of(of)
    put = {"checked_at": clock.iso(now), "findings": [_stored(one) for one in findings], "domain": place.domain}
    tables.write(tables.update(campaigns_table(), place.check, put=put))


def failed(of: Sending, campaign_id: int, now: datetime) -> str | None:
    """Why no mail of a campaign would leave, if its sender was found to fail not long ago. One read, no lookup."""
    standing = read(of)
    if standing.may_send or not _fresh(standing, now):
        return None
    return standing.sentence(campaign_id)


def override(of: Sending, by: str, reason: str, now: datetime) -> Standing:
    """Let the sender's domain send whatever its check says. Again replaces who and why."""
    put = {"by": by, "reason": reason, "at": clock.iso(now)}
    tables.write(tables.update(campaigns_table(), _Place.of(of).override, put=put))
    return read(of)


def withdraw(of: Sending) -> None:
    """Let the domain's check decide again. Twice is as once."""
    tables.write(tables.delete(campaigns_table(), _Place.of(of).override))


def domain_of(of: Sending) -> str:
    """The ASCII domain of the sender's address, which is that of the envelope, too."""
    return domain((of.sender_email or "").rpartition("@")[2])


@dataclass(frozen=True, slots=True)
class _Place:
    domain: str
    transport: Transport
    selectors: tuple[str, ...]

    @classmethod
    def of(cls, sending: Sending) -> "_Place":
        selectors = () if TRANSPORTS[sending.transport].has_identities else sending.dkim_selectors
        return cls(domain_of(sending), sending.transport, selectors)

    @property
    def check(self) -> keys.Key:
        return keys.sender_check(self.domain, self.transport, self.selectors)

    @property
    def override(self) -> keys.Key:
        return keys.sender_override(self.domain)


def _fresh(standing: Standing, now: datetime) -> bool:
    return standing.checked_at is not None and sender_check.fresh(standing.findings, standing.checked_at, now)


def _standing(place: _Place, found: dict[tuple[str, str], tables.Item]) -> Standing:
    kept = found.get((place.check["pk"], place.check["sk"]), {})
    other = found.get((place.override["pk"], place.override["sk"]))
    return Standing(
        domain=place.domain,
        transport=place.transport,
        checked_at=clock.parse(kept["checked_at"]) if kept else None,
        findings=_findings(kept.get("findings", ())),
        override=Override(other["by"], other["reason"], clock.parse(other["at"])) if other else None,
    )


def _stored(finding: Finding) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(finding).items() if value is not None}
    return {**kept, "seen_at": clock.iso(finding.seen_at)} if finding.seen_at else kept


def _findings(rows: Sequence[dict[str, Any]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            check=Check(row["check"]),
            status=Status(row["status"]),
            name=row["name"],
            sentence=row["sentence"],
            record=row.get("record"),
            example=row.get("example"),
            seen_at=clock.parse(row["seen_at"]) if "seen_at" in row else None,
        )
        for row in rows
    )
