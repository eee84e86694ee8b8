"""What SES tells of a mail, in the shapes of EventBridge and of SNS, as one notice per recipient. Pure.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html. What is not known is passed
over.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cam.mail.engagement import Event, EventType
from cam.model.addresses import normalise
from cam.text import clock
from cam.text.bounce_codes import judge
from cam.text.characters import mended_value, read_json

REFERENCE = "x-cam-ref"
# So soon after it was delivered a mail is opened by what checks it, not by a person.
AT_ONCE = timedelta(seconds=10)
_LONGEST_DETAIL = 200
_AHEAD = timedelta(days=1)
# Apple's Mail Privacy Protection says nothing but this, and fetches every mail, read or not.
_APPLE = "mozilla/5.0"
# Gmail fetches some images ahead of the reader under this name. Its image proxy fetches when somebody opens the mail.
_GOOGLE_AHEAD = "chrome/42.0.2311.135 safari/537.36 edge/12.246"
_PROGRAMS = ("bot", "crawler", "spider", "preview", "python-requests", "curl/", "wget/", "barracuda", "mimecast",
             "proofpoint", "yahoomailproxy")  # fmt: skip
# What programs report, and what takes a complaint back.
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "virus"})
# SES did not even try; it has no words of the recipient's server.
_SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList"})
# SES has no documented flag; whichever of these it may set is believed.
_FLAGS = ("isMachineOpen", "machineOpen", "isBot", "isBotEvent")


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened to a mail at `at`, by SES's `message_id` and the signed `reference` in its headers.

    `left`: SES took it; `refused` says why SES did not send it after all. `event` is what it means for the lead; of its
    touch the reference knows. `opened_at` is when it was opened.
    """

    kind: str
    message_id: str
    reference: str | None
    sent_at: datetime
    left: bool = False
    refused: str | None = None
    event: Event | None = None
    opened_at: datetime | None = None


def notices(event: Mapping[str, Any], now: datetime) -> list[Notice]:
    """The notices of one invocation; none for what is not SES's, or not understood.

    What was at a moment that no calendar reckons with was just now: it did happen.
    """
    return [notice for told in _told(event) for notice in _read(mended_value(told), now)]


def _told(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What SES wrote, out of its envelopes."""
    if isinstance(event.get("detail"), Mapping):
        yield event["detail"]
    for record in _list(event.get("Records")):
        sns = record.get("Sns") or record.get("sns") if isinstance(record, Mapping) else None
        message = sns.get("Message") if isinstance(sns, Mapping) else None
        try:
            told = read_json(message) if isinstance(message, str) else None
        except ValueError:
            continue
        if isinstance(told, Mapping):
            yield told


def _read(told: Mapping[str, Any], now: datetime) -> Iterator[Notice]:
    kind = _text(told.get("eventType") or told.get("notificationType"))
    mail = _map(told.get("mail"))
    message_id, sent_at = _text(mail.get("messageId")), _moment(mail.get("timestamp"), now) or now
    if not message_id:
        return
    reference = _reference(mail)
    known = Notice(kind, message_id, reference, sent_at)
    about = _map(told.get(_ABOUT.get(kind, "")))
    at = _moment(about.get("timestamp"), now) or sent_at
    match kind:
        case "Send" | "DeliveryDelay":
            yield _with(known, left=True)
        case "Reject" | "Rendering Failure":
            said = _text(about.get("reason") or about.get("errorMessage")) or "no reason given"
            yield _with(known, refused=f"SES did not send the email: {said}"[:_LONGEST_DETAIL])
        case "Delivery":
            for who in _recipients(about.get("recipients"), mail):
                yield _with(known, left=True, event=_event(known, EventType.DELIVERED, who, at, about))
        case "Bounce":
            for who in _recipients(about.get("bouncedRecipients"), mail):
                detail = _bounce(about, who)
                yield _with(known, left=True, event=_event(known, EventType.BOUNCED, who, at, about, detail))
        case "Complaint" if _text(about.get("complaintFeedbackType")) not in _NO_COMPLAINTS:
            detail = _text(about.get("complaintFeedbackType") or about.get("complaintSubType"))
            for who in _recipients(about.get("complainedRecipients"), mail):
                yield _with(known, left=True, event=_event(known, EventType.COMPLAINED, who, at, about, detail))
        case "Open":
            opened = _event(known, EventType.OPENED, {}, at, about, _program(about))
            yield _with(known, left=True, event=opened, opened_at=at)
        case "Click":
            yield _with(known, left=True, event=_event(known, EventType.CLICKED, {}, at, about))
        case "Subscription" if _opted_out(about):
            event = _event(known, EventType.UNSUBSCRIBED, {}, at, about, "through SES's subscription page")
            yield _with(known, left=True, event=event)


_ABOUT = {
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Delivery": "delivery",
    "Reject": "reject",
    "Open": "open",
    "Click": "click",
    "Rendering Failure": "failure",
    "DeliveryDelay": "deliveryDelay",
    "Subscription": "subscription",
}


def at_once(opened: datetime, sent_at: datetime, delivered_at: datetime | None) -> bool:
    """Whether a mail was opened within seconds of being delivered; of being sent, where its delivery is not known."""
    return opened - (delivered_at or sent_at) <= AT_ONCE


def _with(known: Notice, **more: Any) -> Notice:
    return Notice(known.kind, known.message_id, known.reference, known.sent_at, **more)


def _event(
    known: Notice,
    kind: EventType,
    who: Mapping[str, Any],
    at: datetime,
    about: Mapping[str, Any],
    detail: str = "",
) -> Event:
    """The event, under an id that is the same however often, and in whichever shape, SES tells of it."""
    unique = _text(about.get("feedbackId")) or _text(about.get("timestamp"))
    named = [known.message_id, known.kind, normalise(_text(who.get("emailAddress"))), unique, _text(about.get("link"))]
    digest = hashlib.sha256("\n".join(named).encode("utf-8", "replace")).hexdigest()[:32]
    return Event(f"ses-{digest}", kind, at, detail=detail[:_LONGEST_DETAIL])


def _bounce(about: Mapping[str, Any], who: Mapping[str, Any]) -> str:
    """Permanent is hard; Transient and Undetermined are soft, and so is what SES has yet to invent.

    SES also calls permanent what a server refused for good for another reason than the address: there its words count.
    """
    hard, why = _text(about.get("bounceType")) == "Permanent", ""
    kind = _text(about.get("bounceSubType"))
    if kind not in _SUPPRESSED:
        judged = judge(_text(who.get("diagnosticCode")), _text(who.get("status")))
        hard, why = hard and (judged.hard or not judged.reason), judged.reason
    # The diagnostic code quotes addresses.
    said = (kind, _text(who.get("status")), why)
    return ": ".join(("hard" if hard else "soft", " ".join(one for one in said if one) or "no reason given"))


def _program(about: Mapping[str, Any]) -> str:
    agent = " ".join(_text(about.get("userAgent")).lower().split())
    if any(about.get(flag) in (True, "true") for flag in _FLAGS):
        return "machine: reported by SES"
    if agent == _APPLE:
        return "machine: Apple Mail Privacy Protection"
    if _GOOGLE_AHEAD in agent:
        return "machine: Gmail prefetch"
    return "machine: a program" if any(one in agent for one in _PROGRAMS) else ""


def _opted_out(about: Mapping[str, Any]) -> bool:
    preferences = _map(about.get("newTopicPreferences"))
    statuses = [
        _text(_map(one).get("subscriptionStatus"))
        for one in _list(
            preferences.get("topicSubscriptionStatus") or preferences.get("topicDefaultSubscriptionStatus")
        )
    ]
    return preferences.get("unsubscribeAll") in (True, "true") or any(one.lower() == "optout" for one in statuses)


def _recipients(listed: Any, mail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Each recipient once. Of several, those that the mail was addressed to: others got it forwarded."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in _list(listed):
        who = one if isinstance(one, Mapping) else {"emailAddress": one}
        found.setdefault(normalise(_text(who.get("emailAddress"))), who)
    meant = {normalise(_text(address)) for address in _list(mail.get("destination"))}
    return [who for address, who in found.items() if address in meant] or list(found.values())[:1] or [{}]


def _reference(mail: Mapping[str, Any]) -> str | None:
    for header in _list(mail.get("headers")):
        if isinstance(header, Mapping) and _text(header.get("name")).lower() == REFERENCE:
            return _text(header.get("value")).strip() or None
    return None


def _moment(value: Any, now: datetime) -> datetime | None:
    """A moment as SES writes it; now for one that is not yet, by more than clocks differ."""
    try:
        moment = clock.reckoned(datetime.fromisoformat(value), now) if isinstance(value, str) else None
    except ValueError:
        return None
    return now if moment and moment > now + _AHEAD else moment


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
