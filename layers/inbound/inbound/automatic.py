"""Whether a program has answered by itself (RFC 3834), and not a person. Pure."""

import re
from email.message import Message

from inbound.bounces import report
from inbound.messages import header

# Subjects that programs give to what they answer by themselves; a person's answer begins with "Re:".
_AUTOMATIC = re.compile(
    r"\s*(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|autoreply|automatische (?:antwort|rückmeldung)"
    r"|réponse automatique|respuesta automática|out[ -]of[ -](?:the[ -])?office|abwesen|abwesenheit|ooo\b|absence"
    r"|absent|fuera de (?:la )?oficina|ausencia|ausente|vacation|on (?:leave|vacation|holiday)|urlaub|en congés?)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\s*(?:re|aw|sv|tr|rv|antw|fw|fwd|wg)\s*:", re.IGNORECASE)
_BY_PROGRAMS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From", "X-Mail-Autoreply")
_PRECEDENCES = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})


def is_automatic(message: Message, subject: str) -> bool:
    """RFC 3834 §5, what programs wrote before it, and their subjects."""
    submitted = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if any(header(message, name).strip() for name in _BY_PROGRAMS):
        return True
    if header(message, "Precedence").strip().lower() in _PRECEDENCES:
        return True
    if header(message, "Return-Path").strip() == "<>" or report(message):
        return True
    return not _ANSWERED.match(subject) and bool(_AUTOMATIC.match(subject))
