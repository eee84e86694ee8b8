"""How far a mailbox has been read, and which emails a poll is reading now.

Each email is taken in at least once, and the place never goes back by itself. What a poll is about to read is written
down first, so that the next poll knows which email ended it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock


@dataclass(frozen=True, slots=True)
class Place:
    """The last mail that is done with. UIDs grow for as long as a folder keeps its UIDVALIDITY (RFC 3501 §2.3.1.1)."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """The emails that a poll reads next. They ended `ended` polls; at them the server broke off in `lost` others."""

    validity: int
    uids: tuple[int, ...]
    ended: int = 0
    lost: int = 0


def read(mailbox: str) -> Place | None:
    """How far the mailbox of that name (host, user and folder) has been read; None: not at all. One read."""
    item = tables.get(campaigns_table(), keys.inbox(mailbox))
    return Place(item["validity"], item["uid"]) if item and "uid" in item else None


def unfinished(mailbox: str) -> Attempt | None:
    """What the last poll began to read and did not finish; None: it ended well. One read."""
    item = tables.get(campaigns_table(), keys.inbox(mailbox))
    begun = item.get("attempt") if item else None
    return Attempt(begun["validity"], tuple(begun["uids"]), begun["ended"], begun["lost"]) if begun else None


def begin(mailbox: str, before: Place | None, attempt: Attempt | None) -> bool:
    """Write down what is read next, None for nothing; False when another poll has moved the place. One write."""
    return _write(mailbox, before, {"attempt": _item(attempt)})


def move(mailbox: str, before: Place | None, after: Place, now: datetime, following: Attempt | None = None) -> bool:
    """Go on to `after`, if the place is still `before`; False when somebody else has moved it. One write.

    `following` is what is read next.
    """
    put = {"validity": after.validity, "uid": after.uid, "at": clock.iso(now), "attempt": _item(following)}
    return _write(mailbox, before, put)


def _write(mailbox: str, before: Place | None, put: Mapping[str, Any]) -> bool:
    known = {"validity": before.validity, "uid": before.uid} if before else {}
    try:
        tables.write(
            tables.update(
                campaigns_table(),
                keys.inbox(mailbox),
                put={"kind": "inbox", **put},
                equal=known,
                missing=[] if before else ["uid"],
            )
        )
    except tables.Refused:
        return False
    return True


def _item(attempt: Attempt | None) -> dict[str, Any] | None:
    if attempt is None:
        return None
    return {
        "validity": attempt.validity, "uids": list(attempt.uids), "ended": attempt.ended, "lost": attempt.lost
    }  # fmt: skip
