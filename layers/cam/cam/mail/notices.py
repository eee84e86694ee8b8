"""Tells people of a reply at once: the topic `Replies` of the template, and an email to `sending.notify`.

Once, when it has just been recorded, and as well as it goes: no failure of a notice keeps a reply from being recorded.
"""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.campaigns import campaigns
from cam.leads import reading
from cam.mail import replies
from cam.mail.replies import Reply
from cam.model.errors import CamError
from cam.model.models import Campaign, Lead, LeadStatus
from cam.model.transports import TRANSPORTS
from cam.platform import alerts, environment, telemetry
from cam.text import clock

if TYPE_CHECKING:
    from cam.mail.engagement import Event

# A subject has one line, and mail programs show its beginning.
_LONGEST_SUBJECT = 150
_PATH = "/api/v1/cam/replies"


def tell(campaign_id: int, shard: int, lead_id: str, event: "Event") -> None:
    """Tell people of a reply that was recorded just now. What does not go out is logged and counted; nobody retries."""
    try:
        campaign = campaigns.read(campaign_id)
        lead = reading.behind(campaign_id, shard, lead_id)
        if lead is None or lead.status is LeadStatus.ERASED:
            return
        reply = replies.read(replies.reply_id(campaign_id, event.at, lead.id, event.event_id))
    except CamError as error:
        telemetry.unexpected("nobody could be told of a reply", error)
        telemetry.heard("Notices", {"failed": 1})
        return
    told = []
    if topic := environment.replies_topic():
        subject = f"Reply from a lead of campaign {campaign.id}, {' '.join(campaign.name.split())}"
        told.append(alerts.publish(subject, _message(reply, campaign), topic))
    told += [_mail(to, reply, lead, campaign) for to in _recipients(campaign)]
    if told:
        telemetry.heard("Notices", {"told": sum(told), "failed": len(told) - sum(told)})


def _recipients(campaign: Campaign) -> tuple[str, ...]:
    sending = campaign.settings.sending
    # SES sends for identities that it has verified; a mail server knows nothing of this function.
    return sending.notify if TRANSPORTS[sending.transport].has_identities else ()


def _message(reply: Reply, campaign: Campaign) -> str:
    """For the topic: without a word about who it is."""
    return (
        f"Campaign {campaign.id}, {campaign.name}\nLead: {reply.lead_id}\n{_what(reply)}\n\n"
        f"Read it: GET {_PATH}/{reply.id}\n{_how(reply)}"
    )


def _what(reply: Reply) -> str:
    may_be = f", may be {reply.suspected}" if reply.suspected else ""
    return f"Kind: {reply.kind}, {reply.certainty}{may_be}"


def _how(reply: Reply) -> str:
    text = f'Say what it is: POST {_PATH}/{reply.id} {{"kind": "{reply.kind}"}}'
    return f'{text}, or {{"kind": "{reply.suspected}"}}\n' if reply.suspected else f"{text}\n"


def _mail(to: str, reply: Reply, lead: Lead, campaign: Campaign) -> bool:
    sender = environment.sender(campaign.settings.sending).sender_email
    if not sender:
        return False
    who = ", ".join(one for one in (lead.name, lead.company) if one) or lead.email or lead.id
    subject = " ".join(f"Reply from {who} ({campaign.name})".split())[:_LONGEST_SUBJECT]
    lines = [
        f"{who} <{lead.email}>" if lead.email else who,
        f"Campaign {campaign.id}, {campaign.name}; {_touch(reply)}{clock.iso(reply.at)[:16].replace('T', ' ')} UTC",
        _what(reply),
        *([f"Refers to: {reply.successor}"] if reply.successor else []),
        "",
        f"Subject: {reply.subject}",
        "",
        reply.text or "(no text)",
        "",
        "-- ",
        f"Read it: GET {_PATH}/{reply.id}",
        _how(reply),
    ]
    # One attempt: SES has no token that makes a second one harmless.
    config = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
    try:
        boto3.client("sesv2", config=config).send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [to]},
            Content={
                "Simple": {
                    "Subject": {"Data": subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": "\n".join(lines), "Charset": "UTF-8"}},
                    # Were it to come in as a reply, it would be known as CAM's own, and as automatic.
                    "Headers": [
                        {"Name": "Auto-Submitted", "Value": "auto-generated"},
                        {"Name": "X-CAM-Ref", "Value": "notice"},
                    ],
                }
            },
        )
    except (BotoCoreError, ClientError) as error:
        telemetry.unexpected("an email about a reply could not be sent", error)
        return False
    return True


def _touch(reply: Reply) -> str:
    return f"to touch {reply.step + 1}; " if reply.step is not None else ""
