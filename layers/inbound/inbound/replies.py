"""What came back by mail: a person's answer, an absence, a bounce, a wish to hear no more, or a machine's word. Pure.

A raw message goes in, a `Reply` comes out, whatever the bytes are. Of texts, the beginning is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import Message
from enum import StrEnum

from inbound import absences, automatic, bounces, feedback, messages, mime, quoting, wishes
from inbound.messages import header
from inbound.mime import Parsed

_MOST_RAW = 300_000
_MOST_SPARING = 64_000
_MOST_REFERENCES = 20
# Characters that are kept for people to read.
_MOST_TEXT, _MOST_SUBJECT = 2_000, 200
# Shorter subjects are words that stand in any text.
_LEAST_REPEATED = 8
_TAG = re.compile(r"\+([A-Za-z0-9._-]{10,64})@")
# The Message-ID of a mail that left over SMTP is its tag.
_ANSWERED_ID = re.compile(r"<([A-Za-z0-9._-]{10,64})@")
_LINK = re.compile(r"(?:/|%2F)u(?:/|%2F)([A-Za-z0-9._-]{20,500})", re.IGNORECASE)
_OURS = re.compile(r"^x-cam-ref:[ \t]{0,8}(?:\r?\n[ \t]{1,8})?([A-Za-z0-9._-]{20,500})", re.IGNORECASE | re.MULTILINE)
_RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To")


class Kind(StrEnum):
    """What a mail is."""

    HUMAN = "human"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    LEFT_COMPANY = "left_company"


# What nobody has written.
_REPORTS = (Kind.BOUNCE, Kind.COMPLAINT)
_REPORTED = {feedback.ABUSE: Kind.COMPLAINT, feedback.OPT_OUT: Kind.UNSUBSCRIBE}


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail that came in. `tags` and `references` may name the touch that it answers, once their signature is checked.

    `until` is the day until which somebody is away, if they say; `status` the code of a bounce (RFC 3463), as `5.1.1`,
    `diagnosis` what it means in words, and `hard` whether the address is dead. A person's reply whose words may mean
    something else, too, is `human`, and `suspected` says what: for a person to decide. `successor` is the address to
    which somebody who has left the company refers. Whether a person's answer is `positive` is not decided here.
    `text` is the beginning of what they wrote themselves, and `subject` that of the subject; neither is kept of bounces
    and complaints. `left_out` lists what was not read because the mail exceeds a limit.
    """

    kind: Kind
    message_id: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    until: date | None = None
    status: str = ""
    hard: bool = False
    diagnosis: str = ""
    positive: bool | None = None
    left_out: tuple[str, ...] = ()
    suspected: Kind | None = None
    successor: str | None = None
    text: str = ""
    subject: str = ""

    @property
    def certain(self) -> bool:
        """Whether nobody has to look at what it is."""
        return self.suspected is None


def classify(raw: bytes, received: datetime, *, sparingly: bool = False) -> Reply:
    """What a raw message, which may be cut short or be none at all, is; `received` tells which year a day is in.

    If it cannot be parsed, or is to be read `sparingly`, only its headers are read, and the beginning of what follows
    them as plain text.
    """
    if not sparingly:
        try:
            return _classified(mime.parse(raw), raw, received)
        except messages.UNREADABLE:
            pass
    found = _classified(mime.undivided(raw[:_MOST_SPARING]), raw[:_MOST_SPARING], received)
    return replace(found, left_out=(*found.left_out, "all but its headers and the beginning of its text"))


def _classified(message: Parsed, raw: bytes, received: datetime) -> Reply:
    if header(message, "X-CAM-Ref").strip():
        # One of our own mails, come back as it was: forwarded by a rule, or from a folder of all mail. No answer.
        return Reply(Kind.AUTO_REPLY, header(message, "Message-ID").strip(), left_out=tuple(message.left_out))
    subject = header(message, "Subject")
    texts = list(messages.texts(message))
    found = next((text for text in texts if text.strip()), "")
    what = _kind(message, subject, found, received.date())
    links = [one for text in (*texts, subject) for one in _LINK.findall(text)]
    if what.kind not in _REPORTS:
        own = _beginning(quoting.without_quotes(found, 2 * _MOST_TEXT), _MOST_TEXT)
        what = replace(what, text=own, subject=_beginning(" ".join(subject.split()), _MOST_SUBJECT))
    return replace(
        what,
        message_id=header(message, "Message-ID").strip(),
        tags=_some((*_from_recipients(message), *_from_threads(message))),
        references=_some(
            (*(one for text in (raw[:_MOST_RAW].decode("latin-1"), *texts) for one in _OURS.findall(text)), *links)
        ),
        left_out=tuple(message.left_out),
    )


def _from_recipients(message: Message) -> Iterator[str]:
    for name in _RECIPIENT_HEADERS:
        for value in messages.headers(message, name):
            yield from _tags(value)


def _from_threads(message: Message) -> Iterator[str]:
    """What an answer refers to, the latest first (RFC 5322 §3.6.4)."""
    yield from _ANSWERED_ID.findall(header(message, "In-Reply-To"))
    yield from reversed(_ANSWERED_ID.findall(header(message, "References")))


def _some(found: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST_REFERENCES]


def _kind(message: Message, subject: str, text: str, today: date) -> Reply:
    if reported := feedback.feedback(message):
        return Reply(_REPORTED.get(reported, Kind.AUTO_REPLY))
    if bounced := bounces.failure(message):
        return Reply(Kind.BOUNCE, status=bounced.status, hard=bounced.hard, diagnosis=bounced.reason.value)
    if bounces.is_notice(message):
        # A delay, or a success that somebody asked to be told of, is nothing that came back.
        return Reply(Kind.AUTO_REPLY)
    new = quoting.unquoted(text)
    sender = next((address for _, address in messages.addresses(header(message, "From"))), "")
    if automatic.is_automatic(message, subject, new):
        return _of_a_program(subject, new, sender, today)
    if bounces.from_postmaster(message):
        return Reply(Kind.AUTO_REPLY)
    return _of_a_person(subject, text, new, sender)


def _of_a_program(subject: str, new: str, sender: str, today: date) -> Reply:
    if wishes.is_word(subject):
        # Mail programs have a button that writes it where a list is left.
        return Reply(Kind.UNSUBSCRIBE)
    ours = automatic.repeated(subject)
    # A program that says whose mail it answers quotes its subject; the days in that are ours.
    told = new.replace(ours, " ") if len(ours) >= _LEAST_REPEATED else new
    own = automatic.own_words(subject)
    until = absences.until(told, today) or (absences.until(own, today) if own else None)
    if until is None and absences.says_left(told):
        return Reply(Kind.LEFT_COMPANY, successor=absences.successor(told, sender))
    if absences.says_away(subject, told):
        return Reply(Kind.OUT_OF_OFFICE, until=until)
    return Reply(Kind.AUTO_REPLY)


def _of_a_person(subject: str, text: str, new: str, sender: str) -> Reply:
    own = quoting.without_quotes(text)
    wish = wishes.wants_no_more(subject, own)
    if wish is wishes.Certainty.CERTAIN:
        return Reply(Kind.UNSUBSCRIBE)
    if wish is wishes.Certainty.UNSURE:
        return Reply(Kind.HUMAN, suspected=Kind.UNSUBSCRIBE)
    if absences.says_left(own):
        return Reply(Kind.HUMAN, suspected=Kind.LEFT_COMPANY, successor=absences.successor(new, sender))
    return Reply(Kind.HUMAN)


def _beginning(text: str, most: int) -> str:
    """The beginning of a text, without what no database takes."""
    readable = text.encode("utf-8", "replace").decode().replace("\0", "").strip()
    return readable if len(readable) <= most else f"{readable[: most - 1]}…"


def _tags(value: str) -> Iterator[str]:
    for _, address in messages.addresses(value):
        yield from _TAG.findall(address)
