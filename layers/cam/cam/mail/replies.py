"""Replies that came by mail, kept for 90 days: people read them, and decide what they mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cam.model.errors import NotFound
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table
from cam.text import clock

if TYPE_CHECKING:
    from cam.mail.engagement import Event

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"([1-9]\d{0,8})\.(\d{1,13})\.([a-z0-9_-]{1,64})\.([a-z0-9-]{1,64})", re.ASCII)
_MOST_READS = 10
_READ_AT_LEAST = 100


class ReplyKind(StrEnum):
    """What a reply is. Bounces and complaints are none."""

    HUMAN = "human"
    UNSUBSCRIBE = "unsubscribe"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"
    LEFT_COMPANY = "left_company"


class Certainty(StrEnum):
    """Whether it is settled what a reply is, or a person has yet to decide."""

    CERTAIN = "certain"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, as far as it is kept, and where the whole email lies."""

    kind: ReplyKind
    text: str
    subject: str
    place: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person has decided about a reply last: what it was taken for before, who and when."""

    kind_before: ReplyKind
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as stored. `found_as` is what it was read as, `kind` what it is taken for; `step` is the touch (from 0).

    `suppressed` holds the hashes of addresses that were suppressed because of it, at `suppressed_at`.
    """

    id: str
    campaign_id: int
    shard: int
    lead_id: str
    event_id: str
    step: int | None
    at: datetime
    kind: ReplyKind
    found_as: ReplyKind
    certainty: Certainty
    text: str
    subject: str
    place: str
    suspected: ReplyKind | None = None
    successor: str | None = None
    until: date | None = None
    positive: bool = False
    decided: Decided | None = None
    suppressed: tuple[str, ...] = ()
    suppressed_at: str | None = None
    revision: int = 0

    @property
    def key(self) -> keys.Key:
        """Where it lies."""
        return keys.reply(self.campaign_id, self.at, self.lead_id, self.event_id)


def reply_id(campaign_id: int, at: datetime, lead_id: str, event_id: str) -> str:
    """The id by which clients name a reply. It holds its key, so that no index is needed to find it."""
    moment = (clock.parse(clock.iso(at)) - _EPOCH) // timedelta(milliseconds=1)
    return f"{campaign_id}.{moment}.{lead_id}.{event_id}"


def counter(kind: ReplyKind) -> str:
    """What of the campaign's tally counts replies that were read as this."""
    return f"read.{kind}"


def put(
    campaign_id: int,
    lead: Mapping[str, Any],
    event: "Event",
    step: int | None,
    suppressed: Sequence[str],
    now: datetime,
) -> tables.Action:
    """The write of a reply that came by mail, for the transaction of its event. `suppressed`: addresses."""
    assert event.written
    written, lead_id = event.written, str(lead["id"])
    key = keys.reply(campaign_id, event.at, lead_id, event.event_id)
    item = {
        **key,
        "id": reply_id(campaign_id, event.at, lead_id, event.event_id),
        "campaign_id": campaign_id,
        "shard": int(lead["shard"]),
        "lead_id": lead_id,
        "event_id": event.event_id,
        "step": step,
        "at": clock.iso(event.at),
        "kind": written.kind,
        "found_as": written.kind,
        "certainty": Certainty.UNSURE if event.suspected else Certainty.CERTAIN,
        "suspected": event.suspected,
        "successor": event.successor,
        "until": event.until.isoformat() if event.until else None,
        "text": written.text,
        "subject": written.subject,
        "place": written.place,
        **_suppressed(suppressed, now),
        "revision": 0,
        "listed_pk": keys.LISTED_REPLIES,
        "listed_sk": keys.listed_reply(campaign_id, key["sk"]),
        "expires_at": tallies.expiry(max(event.at, now)),
    }
    return tables.put(campaigns_table(), item)


def _suppressed(addresses: Sequence[str], now: datetime) -> dict[str, Any]:
    if not addresses:
        return {"suppressed": None, "suppressed_at": None}
    return {"suppressed": [*map(keys.hashed, addresses)], "suppressed_at": clock.iso(now)}


def decide(
    reply: Reply,
    kind: ReplyKind,
    until: date | None,
    positive: bool,
    by: str | None,
    suppressed: Sequence[str],
    now: datetime,
) -> tables.Action:
    """The write of what a person has decided; refused when somebody else has decided since it was read.

    `suppressed`: addresses that are suppressed because of that.
    """
    return tables.update(
        campaigns_table(),
        reply.key,
        put={
            "kind": kind,
            "certainty": Certainty.CERTAIN,
            "until": until.isoformat() if until else None,
            "positive": positive or None,
            "decided": {"kind_before": reply.kind, "by": by or "", "at": clock.iso(now)},
            "revision": reply.revision + 1,
            **_suppressed(suppressed, now),
        },
        equal={"revision": reply.revision},
    )


def read(name: str) -> Reply:
    """A reply by its id. One read. Raises NotFound."""
    found = _ID.fullmatch(name)
    if found:
        at = _EPOCH + timedelta(milliseconds=int(found[2]))
        item = tables.get(campaigns_table(), keys.reply(int(found[1]), at, found[3], found[4]))
        if item and item["id"] == name:
            return _reply(item)
    raise NotFound("There is no reply with this ID. Replies are kept for 90 days; GET /replies lists them.")


def page(
    campaign_id: int | None, filters: Mapping[str, str], limit: int, after: tuple[int, str] | None
) -> tuple[list[Reply], tuple[int, str] | None]:
    """Replies of a campaign, or of all (None), the latest first, and (campaign, sort key) to go on from.

    `filters` holds wanted values of kind or certainty. Reads on until the page is full or ten reads are done, so a page
    may be short, or empty, while there is more. The list of all is a moment behind the table.
    """
    found: list[Reply] = []
    for _ in range(_MOST_READS):
        items, last = _stretch(campaign_id, filters, max(_READ_AT_LEAST, limit) if filters else limit, after)
        for item in items:
            found.append(_reply(item))
            if len(found) == limit:
                rest = last or item is not items[-1]
                return found, (item["campaign_id"], item["sk"]) if rest else None
        if last is None:
            return found, None
        after = (keys.campaign_of_replies(last["pk"]), last["sk"])
    return found, after


def _stretch(
    campaign_id: int | None, filters: Mapping[str, str], limit: int, after: tuple[int, str] | None
) -> tuple[list[tables.Item], tables.Item | None]:
    start = None
    if after:
        of, sk = after
        listed = {"listed_pk": keys.LISTED_REPLIES, "listed_sk": keys.listed_reply(of, sk)}
        start = {"pk": keys.campaign_pk(of), "sk": sk, **({} if campaign_id else listed)}
    partition = keys.campaign_pk(campaign_id) if campaign_id else keys.LISTED_REPLIES
    return tables.query(
        campaigns_table(),
        partition,
        index=None if campaign_id else tables.LISTED,
        begins=keys.REPLIES if campaign_id else None,
        after=start,
        limit=limit,
        descending=True,
        equal=filters,
    )


def _reply(item: Mapping[str, Any]) -> Reply:
    decided = item.get("decided")
    return Reply(
        id=item["id"],
        campaign_id=item["campaign_id"],
        shard=item["shard"],
        lead_id=item["lead_id"],
        event_id=item["event_id"],
        step=item.get("step"),
        at=clock.parse(item["at"]),
        kind=ReplyKind(item["kind"]),
        found_as=ReplyKind(item["found_as"]),
        certainty=Certainty(item["certainty"]),
        text=item["text"],
        subject=item["subject"],
        place=item["place"],
        suspected=ReplyKind(item["suspected"]) if "suspected" in item else None,
        successor=item.get("successor"),
        until=date.fromisoformat(item["until"]) if "until" in item else None,
        positive=item.get("positive", False),
        decided=decided
        and Decided(ReplyKind(decided["kind_before"]), decided["by"] or None, clock.parse(decided["at"])),
        suppressed=tuple(item.get("suppressed", ())),
        suppressed_at=item.get("suppressed_at"),
        revision=item["revision"],
    )
