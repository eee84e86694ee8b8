"""Suppressions that were lifted: somebody was suppressed by mistake, or asks to come back. Who did it, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cam.mail import suppression
from cam.mail.suppression import Suppression
from cam.model.errors import Conflict, NotFound, Throttled
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

_ATTEMPTS = 3
_MOST_HISTORY = 100


class ParentSuppressed(Conflict):
    """It is not suppressed by itself, but a parent domain of it is."""


@dataclass(frozen=True, slots=True)
class Resubscription:
    """A suppression that was lifted at `at`. `by` and `reason` are None when nobody said who and why."""

    lifted: Suppression
    at: datetime
    by: str | None
    reason: str | None


def lift(name: str, by: str | None, reason: str | None, now: datetime) -> Resubscription:
    """Let mail go again to an address, a normalised domain, or what has this hash. Kept forever.

    Leads that were stopped stay so. Raises NotFound, and ParentSuppressed when only a parent domain is.
    """
    places = [keys.suppression_of_hash(digest) for digest in _digests(name)]
    for _ in range(_ATTEMPTS):
        found = tables.get_many(campaigns_table(), places)
        items = [found[place["pk"], place["sk"]] for place in places if (place["pk"], place["sk"]) in found]
        if not items:
            raise _missing(name)
        lifted = [Resubscription(suppression.suppression(item), now, by, reason) for item in items]
        try:
            tables.transact([action for pair in zip(items, lifted, strict=True) for action in lifting(*pair)])
        except tables.Cancelled:
            continue
        return lifted[0]
    raise Throttled("the suppression is being changed by other requests")


def _digests(name: str) -> list[str]:
    """The hashes of what is named, by itself or by its hash: one, or several of an address that was kept in others."""
    return [name] if keys.HASH.fullmatch(name) else [*map(keys.hashed, suppression.kept_as(name))]


def lifting(item: Mapping[str, Any], lifted: Resubscription) -> list[tables.Action]:
    """The writes that lift a suppression as stored; refused when it has changed."""
    seen = {"since": item["since"], "reason": item["reason"], "name": item["name"]}
    return [
        tables.delete(campaigns_table(), keys.suppression_of_hash(lifted.lifted.hash), equal=seen),
        tables.put(campaigns_table(), _item(lifted), missing=["pk"]),
    ]


def _missing(name: str) -> NotFound | ParentSuppressed:
    above = standing(name)
    if not above:
        return NotFound("There is no suppression for this. GET /suppressions lists all.")
    return ParentSuppressed(
        f"There is no suppression for exactly this, but a parent domain is suppressed: {above[0].name}, since "
        f"{clock.iso(above[0].since)[:10]}, with all addresses of it. To write to them again, resubscribe that domain."
    )


def _item(one: Resubscription) -> dict[str, Any]:
    lifted = one.lifted
    return {
        **keys.resubscription(lifted.hash, one.at),
        "name": lifted.name or "",
        "was": {"reason": lifted.reason, "since": clock.iso(lifted.since), "campaign_id": lifted.campaign_id or 0},
        "at": clock.iso(one.at),
        "by": one.by,
        "reason": one.reason,
        "listed_pk": keys.LISTED_RESUBSCRIPTIONS,
        "listed_sk": f"{clock.iso(one.at)}#{lifted.hash}",
    }


def standing(name: str) -> list[Suppression]:
    """What suppresses an address or a domain, named by itself or by its hash: itself and parent domains. One read."""
    if not keys.HASH.fullmatch(name):
        return suppression.covering(name)
    found = tables.get(campaigns_table(), keys.suppression_of_hash(name))
    return [suppression.suppression(found)] if found else []


def history(name: str) -> list[Resubscription]:
    """The resubscriptions of an address or a domain, named by itself or by its hash, the latest first.

    One read for each name that it may be kept under: one, or up to five for an address.
    """
    found: list[Resubscription] = []
    for digest in _digests(name):
        pk, begins = keys.resubscriptions(digest)
        items, _ = tables.query(campaigns_table(), pk, begins=begins, descending=True, limit=_MOST_HISTORY)
        found += map(_resubscription, items)
    return sorted(found, key=lambda one: one.at, reverse=True)[:_MOST_HISTORY]


def page(limit: int, after: tuple[str, str] | None) -> tuple[list[Resubscription], tuple[str, str] | None]:
    """All resubscriptions, the latest first, and (hash, moment) to go on from. One read."""
    start = None
    if after:
        digest, at = after
        start = {
            **keys.resubscription(digest, clock.parse(at)),
            "listed_pk": keys.LISTED_RESUBSCRIPTIONS,
            "listed_sk": f"{at}#{digest}",
        }
    items, last = tables.query(
        campaigns_table(),
        keys.LISTED_RESUBSCRIPTIONS,
        index=tables.LISTED,
        descending=True,
        limit=limit,
        after=start,
    )
    at, _, digest = last["listed_sk"].partition("#") if last else ("", "", "")
    return [_resubscription(item) for item in items], (digest, at) if last else None


def _resubscription(item: Mapping[str, Any]) -> Resubscription:
    was = item["was"]
    return Resubscription(
        lifted=Suppression(
            name=item["name"] or None,
            hash=item["pk"].removeprefix(keys.SUPPRESSION),
            reason=was["reason"],
            since=clock.parse(was["since"]),
            campaign_id=was["campaign_id"] or None,
        ),
        at=clock.parse(item["at"]),
        by=item.get("by"),
        reason=item.get("reason"),
    )
