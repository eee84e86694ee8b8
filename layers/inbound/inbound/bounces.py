"""Bounces and feedback reports: whether a mail says that one of ours did not arrive, and by which code. Pure."""

import re
from email.message import Message

from flufl.bounce import all_failures

from inbound.messages import addresses, header, parts, shortened, texts

_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_POSTMASTERS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")


def report(message: Message) -> str:
    """The kind of a report (RFC 6522), such as `delivery-status`; empty for a mail that is none."""
    if message.get_content_type() != "multipart/report":
        return ""
    named = message.get_param("report-type")
    return named.lower() if isinstance(named, str) else "unknown"


def from_postmaster(message: Message) -> bool:
    """Whether a mail server wrote it, by its sender's name."""
    if header(message, "Auto-Submitted").lower().startswith("auto-replied"):
        return False
    senders = [address.lower().partition("@")[0] for _, address in addresses(header(message, "From"))]
    return any(sender.startswith(_POSTMASTERS) for sender in senders)


def delivery_status(message: Message) -> str:
    """The code of a bounce, the worst of several; empty when nothing came back.

    By RFC 3464 where the report follows it, else by what postmasters are known to write.
    """
    fields = [
        (header(part, "Action").lower().strip(), header(part, "Status"))
        for whole in parts(message)
        if whole.get_content_type() in ("message/delivery-status", "message/global-delivery-status")
        for part in (whole.get_payload() if isinstance(whole.get_payload(), list) else ())
        if isinstance(part, Message) and (part.get("Action") or part.get("Status"))
    ]
    if fields:
        failed = [_STATUS.search(status) for action, status in fields if action in ("failed", "")]
        codes = sorted(one.group() for one in failed if one and one.group(1) != "2")
        unnumbered = "5.0.0" if any(action == "failed" for action, _ in fields) else ""
        return codes[-1] if codes else unnumbered
    try:
        temporary, permanent = all_failures(shortened(message))
    except Exception:  # its detectors read whatever anybody sends
        return ""
    if not (temporary or permanent):
        return ""
    stated = [one.group() for text in texts(message) for one in _STATUS.finditer(text) if one.group(1) != "2"]
    return max(stated, default="5.0.0" if permanent else "4.0.0")
