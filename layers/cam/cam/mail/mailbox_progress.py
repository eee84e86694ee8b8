"""How far a mailbox has been read: each mail is taken in, at least once, and the place never goes back by itself."""

from dataclasses import dataclass
from datetime import datetime

from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock


@dataclass(frozen=True, slots=True)
class Place:
    """The last mail that is done with. UIDs grow for as long as a folder keeps its UIDVALIDITY (RFC 3501 §2.3.1.1)."""

    validity: int
    uid: int


def read(mailbox: str) -> Place | None:
    """How far the mailbox of that name (host, user and folder) has been read; None: not at all. One read."""
    item = tables.get(campaigns_table(), keys.inbox(mailbox))
    return Place(item["validity"], item["uid"]) if item else None


def move(mailbox: str, before: Place | None, after: Place, now: datetime) -> bool:
    """Go on to `after`, if the place is still `before`; False when somebody else has moved it. One write."""
    known = {"validity": before.validity, "uid": before.uid} if before else {}
    put = {"kind": "inbox", "validity": after.validity, "uid": after.uid, "at": clock.iso(now)}
    try:
        tables.write(
            tables.update(
                campaigns_table(), keys.inbox(mailbox), put=put, equal=known, missing=[] if before else ["uid"]
            )
        )
    except tables.Refused:
        return False
    return True
