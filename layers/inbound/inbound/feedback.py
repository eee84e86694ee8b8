"""What mailbox providers report of their users: somebody called a mail of ours spam, or wants no more of them. Pure.

RFC 5965 (ARF), and what came before and beside it: Microsoft's junk reports (JMRP), X-ARF, and AOL's.
"""

import re
from email.message import Message

from inbound import bounces
from inbound.messages import header, own_parts, parts, text_of

ABUSE = "abuse"
OPT_OUT = "opt-out"
OTHER = "other"

_TYPE = re.compile(r"^[ \t]{0,4}Feedback-Type[ \t]*:[ \t]*\"?([a-z-]{1,40})", re.IGNORECASE | re.MULTILINE)
_XARF_TYPE = re.compile(r"^[ \t]{0,4}Report-Type[ \t]*:[ \t]*\"?([a-z-]{1,40})", re.IGNORECASE | re.MULTILINE)
# Only Microsoft's junk reports have it: whoever called the mail junk. It stands at the start of a line, never quoted.
_JMRP = "X-HmXmrOriginalRecipient"
_JMRP_LINE = re.compile(rf"^{_JMRP}[ \t]*:", re.IGNORECASE | re.MULTILINE)
_AOL = re.compile(r"(?:email feedback report for ip|client tos notification)", re.IGNORECASE)
_MOST_READ = 20_000


def feedback(message: Message) -> str:
    """What a mailbox provider reports: `abuse`, `opt-out`, or `other` that nobody complains by; empty for none."""
    if bounces.report(message) == "feedback-report" or _has_part(message, "message/feedback-report"):
        return _kind(_stated(message, _TYPE))
    if header(message, "X-ARF").strip() or header(message, "X-XARF").strip():
        return ABUSE if _stated(message, _XARF_TYPE) in ("spam", ABUSE) else OTHER
    if any(header(part, _JMRP) for part in parts(message)) or _JMRP_LINE.search(_own_text(message)):
        return ABUSE
    if _AOL.match(header(message, "Subject").strip()):
        return ABUSE
    return ""


def _kind(stated: str) -> str:
    # A report without a type is an old one: then there was only abuse.
    if stated in ("", ABUSE, "complaint"):
        return ABUSE
    return OPT_OUT if stated.startswith(OPT_OUT) else OTHER


def _has_part(message: Message, kind: str) -> bool:
    return any(part.get_content_type() == kind for part in own_parts(message))


def _stated(message: Message, field: re.Pattern[str]) -> str:
    for part in own_parts(message):
        enclosed = part.get_payload()
        inner = enclosed[0] if isinstance(enclosed, list) and enclosed else None
        if part.get_content_type() == "message/feedback-report" and isinstance(inner, Message):
            if value := header(inner, "Feedback-Type").strip().lower():
                return value
            found = field.search(text_of(inner))
        else:
            found = None if part.is_multipart() else field.search(text_of(part))
        if found:
            return found[1].lower()
    return ""


def _own_text(message: Message) -> str:
    return "\n".join(text_of(part) for part in own_parts(message) if part.get_content_maintype() == "text")[:_MOST_READ]
