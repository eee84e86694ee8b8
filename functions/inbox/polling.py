"""What is new in a mailbox: each mail recorded with its lead, then the place moved behind it.

No email stops those behind it. Emails are classified in a process that can be killed (`inbound.judging`); what ends the
poll itself all the same is found by the next polls, which read alone what the poll had begun, then only its beginning,
and then pass it over.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import batched, groupby

from cam.mail import mailbox_progress
from cam.mail.mailbox_progress import Attempt, Place
from cam.model.errors import CamError
from cam.text import clock
from functions.inbox import store
from functions.inbox.mailbox import Mailbox
from inbound import judging, recording, unread
from inbound.recording import Mail

# Fetched at once, and recorded before the place moves: what a crash makes to be read again.
GROUP = 10
# Mails of one poll; the next one goes on.
MOST = 2_000
# So far back a mailbox is read that has no place yet, or whose numbers have changed: not from its beginning.
FIRST = timedelta(days=7)
# An email that has ended so many polls, or at which the server has broken off in so many, is passed over.
_MOST_ENDED = 3
_MOST_LOST = 6
_BEGINNING = 64_000  # bytes, of an email that has ended two polls


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
    attempts = list(_attempts(uids[:MOST], box.validity, mailbox_progress.unfinished(name)))
    if not attempts or not in_time() or not mailbox_progress.begin(name, place, attempts[0]):
        return
    for attempt, following in zip(attempts, [*attempts[1:], None], strict=True):
        done = _take_in(box, name, place, attempt, poll, in_time)
        going_on = done == len(attempt.uids) and (following is None or in_time())
        after = Place(box.validity, attempt.uids[done - 1])
        if not mailbox_progress.move(name, place, after, clock.now(), following if going_on else None):
            # Another poll is at the same mails: it goes on.
            return
        if not going_on:
            return
        place = after
    poll.more = len(uids) > MOST


def _attempts(uids: Sequence[int], validity: int, unfinished: Attempt | None) -> Iterator[Attempt]:
    """Groups of emails; what the last poll did not finish, alone."""
    suspects = set(unfinished.uids) if unfinished and unfinished.validity == validity else set()
    for is_suspect, run in groupby(uids, suspects.__contains__):
        for group in batched(run, 1 if is_suspect else GROUP, strict=False):
            if unfinished and is_suspect:
                # Where the server has broken off, the poll has said so; else it was ended.
                ended = unfinished.ended + (unfinished.lost == 0)
                yield Attempt(validity, group, ended, unfinished.lost)
            else:
                yield Attempt(validity, group)


def _take_in(
    box: Mailbox, name: str, place: Place | None, attempt: Attempt, poll: Poll, in_time: Callable[[], bool]
) -> int:
    """Record the emails of an attempt, and return how many: not all when unreadable ones have taken up the time."""
    if attempt.ended >= _MOST_ENDED or attempt.lost >= _MOST_LOST:
        poll.counts.update(unread.passed_over(uid=attempt.uids[0]))
        return len(attempt.uids)
    now = clock.now()
    sparingly = attempt.ended == _MOST_ENDED - 1
    try:
        found = box.fetch(attempt.uids, now, _BEGINNING) if sparingly else box.fetch(attempt.uids, now)
    except CamError:
        mailbox_progress.begin(name, place, replace(attempt, lost=attempt.lost + 1))
        raise
    try:
        for done, uid in enumerate(attempt.uids, 1):
            outcomes = _recorded(uid, found[uid], sparingly) if uid in found else ["gone"]
            poll.counts.update(outcomes)
            if unread.UNREADABLE in outcomes and done < len(attempt.uids) and not in_time():
                return done
    except CamError:
        # It is AWS that is busy: no email is to blame.
        mailbox_progress.begin(name, place, None)
        raise
    return len(attempt.uids)


def _recorded(uid: int, mail: Mail | None, sparingly: bool) -> list[str]:
    """What one mail was. Only an answer to a mail of ours is kept, and what could not be read."""
    if mail is None:
        return unread.not_returned(uid=uid)
    judgement = judging.judge(mail.raw, mail.received, sparingly=sparingly)
    if sparingly:
        judgement = replace(judgement, trouble=judgement.trouble or f"it has ended {_MOST_ENDED - 1} polls")
    outcomes = unread.named(judgement, mail.raw, uid=uid)
    if unread.UNREADABLE in outcomes:
        store.keep_unreadable(mail.raw)
    if judgement.reply is None:
        return outcomes
    return [recording.record(mail, judgement.reply, lambda name: store.keep(name, mail.raw)), *outcomes]
