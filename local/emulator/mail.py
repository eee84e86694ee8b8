"""SES delivers every mail to the mailbox as it was given, under the Message-ID of the real SES.

ministack rebuilds SES v2 mail from its parsed text, which loses List-Unsubscribe and every other header, and relays
in the background. Here a send is answered after the mail is delivered, so a count of mails can be trusted. The
account's quota is that of a mailbox on this machine, not the 14 mails a second that SES grants first: CAM keeps to it.
Domains that were verified sign, as they do on AWS once their keys are published.
"""

import asyncio
import base64
import binascii
import json
import re
import smtplib
import time
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from typing import Any

import ministack.services.ses as ses
import ministack.services.ses_v2 as ses_v2

SEND = "/v2/email/outbound-emails"
ACCOUNT = "/v2/email/account"
IDENTITY = "/v2/email/identities/"
QUOTA = {"Max24HourSend": 1_000_000.0, "MaxSendRate": 500.0}
MESSAGE_ID = re.compile(rb"^message-id:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
DESTINATIONS = ("ToAddresses", "CcAddresses", "BccAddresses")


def with_message_id(raw: bytes, message_id: str) -> bytes:
    """The mail byte for byte, but for its Message-ID, which SES always replaces."""
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = end.end() if end else len(raw)
    newline = b"\r\n" if b"\r\n" in raw[:cut] else b"\n"
    header = b"Message-ID: <" + message_id.encode() + b"@email.amazonses.com>" + newline
    headers, found = MESSAGE_ID.subn(lambda _: header, raw[:cut], count=1)
    return (headers if found else header + raw[:cut]) + raw[cut:]


def compose(data: dict[str, Any]) -> bytes:
    """The mail that SES makes of `Content.Simple`."""
    simple, destination = data["Content"]["Simple"], data.get("Destination", {})
    mail = EmailMessage(policy=SMTP)
    mail["From"] = data.get("FromEmailAddress", "")
    for header, addresses in (
        ("To", destination.get("ToAddresses")),
        ("Cc", destination.get("CcAddresses")),
        ("Reply-To", data.get("ReplyToAddresses")),
    ):
        if addresses:
            mail[header] = ", ".join(addresses)
    mail["Subject"] = simple.get("Subject", {}).get("Data", "")
    for header in simple.get("Headers", []):
        mail[header["Name"]] = header["Value"]
    text, html = (simple.get("Body", {}).get(kind, {}).get("Data") for kind in ("Text", "Html"))
    if text is not None or html is None:
        mail.set_content(text or "")
        if html is not None:
            mail.add_alternative(html, subtype="html")
    else:
        mail.set_content(html, subtype="html")
    return mail.as_bytes()


def mend(smtp_port: int) -> None:
    stock = ses_v2.handle_request

    def deliver(sender: str, recipients: Sequence[str], mail: bytes) -> None:
        # Without a name of its own smtplib asks the resolver for one, which waits when there is no network.
        with smtplib.SMTP("127.0.0.1", smtp_port, local_hostname="localhost", timeout=10) as server:
            server.sendmail(sender, list(recipients), mail)

    def relay(sender: str, recipients: Sequence[str], mail: str, *_: Any) -> None:
        """SES v1 and templates: ministack hands over text, which smtplib would refuse beyond ASCII."""
        deliver(sender, recipients, mail.encode())

    def send(data: dict[str, Any], mail: bytes) -> Any:
        headers = message_from_bytes(mail)
        sender = data.get("FromEmailAddress") or str(headers.get("From", ""))
        recipients = [address for kind in DESTINATIONS for address in data.get("Destination", {}).get(kind, [])]
        if not recipients:
            named = [str(value) for name in ("To", "Cc", "Bcc") for value in headers.get_all(name, [])]
            recipients = [address for _, address in getaddresses(named)]
        configuration = data.get("ConfigurationSetName")
        if configuration and not any(configuration in sets for sets in (ses_v2._config_sets, ses_v2._v1_config_sets)):
            message = f"Configuration set <{configuration}> does not exist."
            return ses_v2._json_err("NotFoundException", message, 404)
        rejected = ses._message_rejection(sender, recipients)
        if rejected:
            return ses_v2._json_err("MessageRejected", rejected)
        message_id = f"0100{int(time.time() * 1000):012x}-{ses_v2.new_uuid()}-000000"
        try:
            deliver(sender, recipients, with_message_id(mail, message_id))
        except OSError as failure:
            return ses_v2._json_err("InternalServiceErrorException", f"the mailbox did not take it: {failure}", 500)
        ses._sent_emails_list().append(
            {
                "MessageId": message_id,
                "Source": sender,
                "To": recipients,
                "Subject": str(headers.get("Subject", "")),
                "Timestamp": time.time(),
                "Type": "v2.SendEmail",
            }
        )
        ses._send_notifications(message_id, sender, recipients)
        return ses_v2.json_response({"MessageId": message_id})

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        if method == "POST" and path.rstrip("/") == SEND:
            data = json.loads(body)
            content = data.get("Content", {})
            try:
                if "Raw" in content:
                    return await asyncio.to_thread(send, data, base64.b64decode(content["Raw"]["Data"], validate=True))
                if "Simple" in content:
                    return await asyncio.to_thread(send, data, compose(data))
            except (KeyError, binascii.Error) as failure:
                return ses_v2._json_err("BadRequestException", f"malformed content: {failure}")
        answer = await stock(method, path, headers, body, query)
        if method == "GET" and path.startswith(IDENTITY) and answer[0] == 200:
            identity = json.loads(answer[2])
            # The stack's name server has a key under every name. ministack leaves a new identity unsigned for ever.
            if identity["DkimAttributes"].get("Tokens"):
                identity["DkimAttributes"] |= {"SigningEnabled": True, "Status": "SUCCESS"}
            return ses_v2.json_response(identity)
        if method == "GET" and path.rstrip("/") == ACCOUNT:
            account = json.loads(answer[2])
            account["SendQuota"] |= QUOTA
            return ses_v2.json_response(account)
        return answer

    ses_v2.handle_request = handle_request
    ses._smtp_send = relay
