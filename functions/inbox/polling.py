"""What is new in a mailbox: each mail recorded with its lead, then the place moved behind it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched

from cam.mail import mailbox_progress
from cam.mail.mailbox_progress import Place
from cam.platform import telemetry
from cam.text import clock
from functions.inbox import store
from functions.inbox.mailbox import Mailbox
from inbound import recording, replies
from inbound.recording import Mail

# Fetched at once, and recorded before the place moves: what a crash makes to be read again.
GROUP = 10
# Mails of one poll; the next one goes on.
MOST = 2_000
# So far back a mailbox is read that has no place yet, or whose numbers have changed: not from its beginning.
FIRST = timedelta(days=7)


@dataclass(slots=True)
class Poll:
    """What came of a poll so far, in numbers, and whether mails are left for the next one."""

    counts: Counter[str] = field(default_factory=Counter)
    more: bool = False


def read(box: Mailbox, name: str, poll: Poll, in_time: Callable[[], bool]) -> None:
    """Take in what is new, in groups, while there is time. `name` is the mailbox's (`cam.mail.mailbox_progress`).

    Each group is recorded before the place moves, so nothing is lost, and what is read again changes nothing. Raises
    Throttled when AWS or the server is busy: the next poll does the rest.
    """
    place = mailbox_progress.read(name)
    known = place is not None and place.validity == box.validity
    uids = box.newer(place.uid) if place and known else box.since((clock.now() - FIRST).date())
    poll.more = bool(uids)
    for group in batched(uids[:MOST], GROUP, strict=False):
        if not in_time():
            return
        now = clock.now()
        found = box.fetch(group, now)
        for uid in group:
            poll.counts[_recorded(uid, found[uid]) if uid in found else "gone"] += 1
        after = Place(box.validity, group[-1])
        if not mailbox_progress.move(name, place, after, now):
            # Another poll is at the same mails: it goes on.
            return
        place = after
    poll.more = len(uids) > MOST


def _recorded(uid: int, mail: Mail | None) -> str:
    """What one mail was. Only an answer to a mail of ours is kept."""
    if mail is None:
        telemetry.logger.warning("the mail server does not return an email", uid=uid)
        return "unreadable"
    try:
        reply = replies.classify(mail.raw, mail.received)
    except Exception as error:  # one mail must not stop all that come after it
        telemetry.unexpected("an email cannot be parsed", error, uid=uid)
        return "unreadable"
    return recording.record(mail, reply, lambda name: store.keep(name, mail.raw))
