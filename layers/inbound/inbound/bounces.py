"""Bounces: whether a mail server says that an email of ours did not arrive, and for good or not. Pure.

A report's fields count where there are any (RFC 3464), else what servers write for people: an introduction, and the
SMTP response that they met. Only what comes from a server is looked at: people quote bounces, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from html import unescape

from cam.text.bounce_codes import Command, Judgement, Reason, judge
from inbound.messages import addresses, header, own_parts, text_of

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/partial-delivery-status")
_MOST_TEXT = 20_000
_MOST_READ = 6_000
_MOST_RECIPIENTS = 10
_MOST_LINES = 6
_MOST_BLOCKS = 50


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SERVER_NAMES = _any(
    r"mailer[-_. ]?daemon|poo?st[-_. ]?master|mail[-_. ]?daemon|mail[-_. ]deliver|mdaemon|smtp[-_. ]?daemon",
    r"mail(?:er)? (?:delivery|administrator|system)|internet mail delivery|delivery (?:sub)?system|mail router",
    r"system administrator|systemadministrator|administrateur système|microsoft exchange|microsoft outlook\b",
    r"ndr administrator|mail notification|email delivery",
)
_ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|tr|rv|fw|fwd|wg|r|odp|vs)\s*:", re.IGNORECASE)
# What subjects of bounces begin with, in the languages that mail servers have.
_SUBJECT = _any(
    r"undeliver(?:able|ed)|non[- ]?deliver|(?:returned|bounced) (?:e-?)?mail",
    r"delivery (?:status )?(?:notification|report|failure|failed|error|problem)",
    r"fail(?:ure|ed) (?:notice|to deliver|delivery|mail)|deliver\w* (?:has )?fail",
    r"mail (?:delivery )?(?:failed|failure|system error|error|could not)|(?:message|mail) (?:not|un)[ -]?deliver",
    r"returning message to sender|returned to sender|error sending your (?:e-?)?mail|not delivered",
    r"could not (?:be )?(?:deliver|send)|bounce\b|address not found|message status|nondeliverable",
    r"report of (?:message )?(?:non-)?deliver|unzustellbar|nicht zugestellt|zustell\w+ fehlgeschlagen|non remis",
    r"échec de (?:la )?remise|no (?:se )?(?:ha podido )?entreg|non recapitat|mancato recapito|não (?:foi )?entreg",
    r"falha na entrega|onbestelbaar|kan inte levereras|niedostarcz|не ?доставлен|не может быть доставлен",
    r"配信|送信でき|届",
    r"退信|未能送达|无法送达|投递失败|返送",
)
# What servers say before the address or the response.
_INTRODUCTION = _any(
    r"(?:could|can|cannot|couldn['’]t|can['’]t|can ?not|was|were|has|been|unable"
    r"|failed)(?: not)?(?: to)?(?: be)? (?:\w+ ){0,2}?deliver",
    r"(?:un|non-?)deliver(?:able|ed)|delivery (?:\w+ ){0,5}?(?:failed|failure|error|impossible|not possible)",
    r"not (?:been )?delivered|fail(?:ed|ure) (?:\w+ ){0,2}?deliver|(?:did|has) not (?:be(?:en)? )?(?:reach|arriv)",
    r"could not be reached|(?:permanent|fatal) (?:fatal )?errors?|returned to (?:the )?sender|trouble delivering",
    r"error (?:\w+ )?delivering|delivery errors|rejected by|was rejected|transcript of (?:the )?session",
    r"diagnostic information for admin|reason for (?:the )?(?:failure|return)|failure reasons?",
    r"following (?:address|recipient)\S* (?:\w+ ){0,2}?(?:had|failed|could|has)",
    r"recipients? (?:\w+ )?(?:failed|rejected)|rejected (?:the )?recipient|invalid final delivery",
    r"unknown (?:user|recipient)|mailbox (?:is )?full|remote (?:host|server|smtp server) (?:said|ret)",
    r"nicht (?:zugestellt|ausgeliefert|übermittelt)",
    r"n['’](?:a|ont) (?:pas )?(?:pu être |été )?(?:remis|distribu|délivr)",
    r"no (?:se )?(?:pudo|ha podido) (?:ser )?entreg|non (?:è stato |può essere )(?:recapit|consegn)",
    r"não (?:pôde|foi) |не (?:было |может быть |удалось )?достав",
    r"送信でき|配信でき|届きません|お届けでき|無法|无法|被退回",
)
_WARNING = _any(
    r"warning: (?:could not send|message)|\bdelayed\b|still being retried",
    r"will (?:be retried|keep trying|continue (?:trying|to (?:try|be))|try again|retry)|this is a warning",
    r"warning message only|do not need to (?:resend|re-send)|temporarily deferred|\(delay\)|not yet been delivered",
    r"no action is required|verzögert|retard[eé]e?\b|delivery attempts will continue",
)
_GIVEN_UP = _any(
    r"giv(?:en|ing) up|permanent|fatal|has failed|could not be delivered|did not reach|undeliverable|expired",
    r"returned mail",
)
# Where the original begins, in reports that have no parts.
_ORIGINAL = re.compile(
    r"^[ \t>]{0,8}(?:[-=_*+]{2,60}[-=_*+ ]{0,60}(?:(?:this is|below this line|the (?:body|headers?) of)\b"
    r"|(?:start of |begin(?:ning)? of |"
    r"(?:the |your |full |copy of (?:the |your )?)*)?(?:original|returned|unsent|undelivered|rejected"
    r"|bounced) (?:e-?mail|"
    r"message|headers?|mail)|message (?:header|text|follows)|original\b|unsent)"
    r"|original (?:e-?mail|message|mail)(?: headers?)?(?: follows)?[ .:]{0,3}$|message headers? follows?"
    r"|(?:below is|here is|attached is) (?:a copy|your|the) |return-path: ?<|received: (?:from|by|\()"
    r"|x-[a-z-]{1,40}: )",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(r"^[ \t]{0,4}(Final-Recipient|Original-Recipient|Action|Status|Diagnostic-Code)[ \t]*:(.*)$", re.I)
_RESPONSE_LINE = re.compile(
    r"(?<![\d.:/@-])[45][0-5]\d[ \-#]{1,3}(?:[45]\.\d{1,3}\.\d{1,3}|[^\s\d])"
    r"|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)"
)
# The command that a response answers, as servers name it: Postfix behind the response, most others before it.
_ANSWERS = re.compile(
    r"in reply to (?:the )?(?P<postfix>end of data|[a-z]{4})|\b(?:after|following) (?:the )?(?P<exim>end of data"
    r"|sending data"
    r"|[a-z]{4}\b)|>>> ?(?P<sendmail>[a-z]{4}|\.$)|smtp command\s{1,4}(?P<filter>[a-z]{4})|(?P<one>[a-z]{4}) command"
    r"|smtp:(?P<other>[a-z]{4})|my (?P<name>name) was rejected|(?P<sender>sender) was rejected",
    re.IGNORECASE | re.MULTILINE,
)
_COMMANDS = {
    "name": Command.BEFORE,
    "send": Command.BEFORE,
    "helo": Command.BEFORE,
    "ehlo": Command.BEFORE,
    "mail": Command.BEFORE,
    "init": Command.BEFORE,
    "conn": Command.BEFORE,
    "rcpt": Command.RECIPIENT,
    "data": Command.DATA,
    "end ": Command.DATA,
    "text": Command.DATA,
    "body": Command.DATA,
    "bdat": Command.DATA,
    ".": Command.DATA,
}
# Sendmail sends DATA before it has read the response to RCPT; these responses to DATA say so.
_NO_RECIPIENT = _any(
    r"no (?:valid )?recipients|need rcpt|\b503\b",
)
_ESCAPED = "\x1b$"
_NAMED = re.compile(r"^[ \t]{0,4}Final-Recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BREAKS = re.compile(r"<(?:br|p|div|tr|li|h\d)\b[^<>]{0,2000}>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-z!/][^<>]{0,2000}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Response:
    """A server's response in a text, and the command that it answers, as far as the text says."""

    text: str
    command: Command | None


@dataclass(frozen=True, slots=True)
class _Recipient:
    """What a report says of one recipient."""

    action: str
    status: str
    diagnostic: str


def report(message: Message) -> str:
    """The kind of a report (RFC 6522), such as `delivery-status`; empty for a mail that is none."""
    if message.get_content_type() != "multipart/report":
        return ""
    named = message.get_param("report-type")
    return named.lower() if isinstance(named, str) else "unknown"


def from_postmaster(message: Message) -> bool:
    """Whether a mail server wrote it, and no person: by its address or by what only servers put in a header."""
    address, name = _sender(message)
    return bool(
        _SERVER_NAMES.search(address.partition("@")[0])
        # `MAILER-DAEMON <>`, `<>`: people have an address.
        or ("@" not in address and (_SERVER_NAMES.search(name) or name == "<>"))
        or header(message, "X-Failed-Recipients")
        or header(message, "Return-Path").strip().lower() in ("<mailer-daemon>", "mailer-daemon")
    )


def _may_be_from_a_server(message: Message) -> bool:
    """Whether only the words can tell: people administer systems, too, and programs answer for people."""
    if from_postmaster(message) or is_notice(message):
        return True
    subject = header(message, "Subject")
    named = _SERVER_NAMES.search(_sender(message)[1]) and not _ANSWER.match(subject)
    # What answers a mail says so; a server's report does not, or has a server's name.
    unasked = _returned_to_nobody(message) and not message.get("In-Reply-To")
    return bool(named or (unasked and _SUBJECT.search(subject)))


def _sender(message: Message) -> tuple[str, str]:
    """The address, empty if there is none, and the name; where there is no name, the whole value."""
    written = header(message, "From").strip()
    for name, address in addresses(written):
        return (address if "@" in address else ""), (name or ("" if "@" in address else written))
    return "", written


def is_notice(message: Message) -> bool:
    """Whether it is a report of what became of a mail, of a delay for example."""
    return report(message) == "delivery-status" or any(
        part.get_content_type() in _STATUS_TYPES for part in own_parts(message)
    )


def _returned_to_nobody(message: Message) -> bool:
    return header(message, "Return-Path").strip() == "<>"


def failure(message: Message) -> Judgement | None:
    """Why a mail of ours came back, the worst of several recipients; None when nothing did.

    A delay, or a success that somebody asked to be told of, is nothing that came back; neither is an answer that
    somebody has a postmaster's mailbox give by itself.
    """
    own = list(own_parts(message))
    machine = _may_be_from_a_server(message)
    written = [_status_text(part) for part in own if part.get_content_type() in _STATUS_TYPES]
    if not machine and not _returned_to_nobody(message):
        return None
    shown = [_decoded(text_of(part)) for part in own if _is_text(part)]
    if not any(shown):
        shown = [_without_tags(text_of(part)) for part in own if part.get_content_type() == "text/html"]
    whole = "\n".join(shown)[:_MOST_TEXT]
    text = _before_original(whole)
    told = list(_recipients("\n\n".join(written)))
    if not told and _NAMED.search(whole):
        # The boundaries of its parts are lost, or a gateway has made one text of it.
        told = list(_recipients(whole))
    if told:
        return _worst(told, text)
    if machine:
        return _from_text(message, text)
    # Programs that answer for people have no sender to return to, either: here the words have to be a server's.
    automatic = message.get("Auto-Submitted") or message.get("In-Reply-To") or message.get("Precedence")
    return None if automatic or not _INTRODUCTION.search(text) else _shown(_responses(text), text, "")


def _is_text(part: Message) -> bool:
    # Some declare what they return as the text of an attachment.
    named = str(part.get_filename() or "").lower()
    plain = part.get_content_type() in ("text/plain", "text/delivery-status") and "header" not in named
    # A multipart whose boundary is missing is one text.
    return plain or (part.get_content_maintype() == "multipart" and not part.is_multipart())


def _status_text(part: Message) -> str:
    """The fields of a report as text: the standard library has made messages of its blocks."""
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return text_of(part)
    text = "\n\n".join(_body_of(block) for block in blocks[:_MOST_BLOCKS])[:_MOST_TEXT]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable" or (encoding == "base64" and not _NAMED.search(text)):
        encoded = Message()
        encoded["Content-Transfer-Encoding"] = encoding
        encoded.set_payload(text)
        return text_of(encoded)
    return text


def _body_of(block: object) -> str:
    """A block of fields as it was written; one with an odd line in it is a message with a body."""
    if not isinstance(block, Message):
        return ""
    payload = block.get_payload()
    fields = "\n".join(f"{name}: {value}" for name, value in block.items())
    return "\n\n".join(one for one in (fields, payload if isinstance(payload, str) else "") if one)


def _decoded(text: str) -> str:
    """Japanese servers send ISO-2022-JP without saying so."""
    if _ESCAPED not in text:
        return text
    return text.encode("utf-8", "replace").decode("iso2022_jp", "replace")


def _without_tags(html: str) -> str:
    return unescape(_MARKUP.sub("", _BREAKS.sub("\n", html)))


def _recipients(text: str) -> Iterator[_Recipient]:
    """The recipients that the fields of a report name, a block of lines for each."""
    fields: dict[str, str] = {}
    found = 0
    last = ""
    for line in (*text.split("\n"), ""):
        match = _FIELD.match(line)
        name = match[1].lower() if match else ""
        if not line.strip() or (name and name in fields):
            if fields.keys() & {"action", "status", "diagnostic-code"}:
                yield _Recipient(*(fields.get(one, "").strip() for one in ("action", "status", "diagnostic-code")))
                found += 1
            fields, last = {}, ""
        if found == _MOST_RECIPIENTS:
            return
        if match:
            fields[name], last = match[2], name
        elif last == "diagnostic-code" and line[:1] in (" ", "\t") and len(fields[last]) < _MOST_READ:
            fields[last] += f" {line.strip()}"
        elif line[:1] not in (" ", "\t"):
            last = ""


def _worst(told: list[_Recipient], text: str) -> Judgement | None:
    failed = [one for one in told if _failed(one)]
    if not failed:
        return None
    responses = _responses(text)
    alone = responses if len(told) == 1 else []
    judged = max((_judged(one, alone) for one in failed), key=_badness)
    if judged.hard or judged.reason:
        return judged
    # The report has no words, or they say nothing: what people are shown says more.
    return _shown(responses, text, judged.status) or judged


def _failed(one: _Recipient) -> bool:
    action = one.action.lower().split(";")[0].split("(")[0].strip()
    if action:
        return action.startswith(("fail", "bounce", "reject", "expired"))
    return one.status.strip().startswith(("4.", "5.")) or bool(one.diagnostic)


def _judged(one: _Recipient, responses: list[_Response]) -> Judgement:
    _, marker, words = one.diagnostic.partition(";")
    diagnostic = words.strip() if marker else one.diagnostic.strip()
    command = _command(diagnostic) or next((response.command for response in responses if response.command), None)
    return judge(diagnostic, one.status, command)


def _shown(responses: list[_Response], text: str, status: str) -> Judgement | None:
    """What a text for people says: the worst of the responses in it, else all of it."""
    judged = [judge(one.text, status, one.command) for one in responses]
    clear = [one for one in judged if one.hard or one.reason]
    if clear:
        return max(clear, key=_badness)
    whole = judge(text, judged[0].status if judged else status, responses[0].command if responses else None)
    return whole if whole.hard or whole.reason else None


def _from_text(message: Message, text: str) -> Judgement | None:
    """A bounce without fields, by the words in it."""
    subject = header(message, "Subject")
    responses = _responses(text)
    failed = bool(header(message, "X-Failed-Recipients")) or bool(responses) or report(message) == "delivery-status"
    if not (failed or _INTRODUCTION.search(text) or _SUBJECT.search(subject)):
        return None
    if _WARNING.search(f"{subject}\n{text}") and not _GIVEN_UP.search(f"{subject}\n{text}"):
        return None
    return _shown(responses, text, "") or judge(subject, judge(responses[0].text if responses else text).status)


def _badness(one: Judgement) -> tuple[bool, str, bool]:
    """Of equally bad ones the first counts."""
    return one.hard, one.status[0], one.reason is not Reason.UNKNOWN


def _responses(text: str) -> list[_Response]:
    """The responses of servers in a text, each with the lines that continue it."""
    lines = [line.strip() for line in text.split("\n")]
    # Sendmail's transcripts mark them; what it makes of them itself follows, and says "User unknown" of every 550.
    marked = any(line.startswith("<<<") and _RESPONSE_LINE.search(line) for line in lines)
    default = _command(text)
    found: list[tuple[list[str], Command | None]] = []
    before: list[str] = []
    command: Command | None = None
    open_code = ""
    room = 0
    for line in lines:
        begins = _RESPONSE_LINE.search(line)
        if begins and marked and not line.startswith("<<<"):
            begins = None
            room = 0
        if begins and not (room and open_code and begins.group().startswith(open_code)):
            if len(found) == _MOST_RECIPIENTS:
                break
            command = (
                _command("\n".join((*before[-_MOST_LINES:], line[: begins.start()]))) or (marked and command) or None
            )
            found.append(([line[begins.start() :]], command))
            before, room = [], _MOST_LINES
        elif line and room:
            found[-1][0].append(line)
            room -= 1
        else:
            room = 0
            before.append(line)
        if begins:
            open_code = begins.group()[:3] if begins.group()[3:4] == "-" else ""
    said = [(" ".join(words), command) for words, command in found]
    early = any(_NO_RECIPIENT.search(words) for words, _ in said)
    return [
        _Response(words, Command.RECIPIENT if early and named is Command.DATA else named)
        for words, named in ((words, _command(words) or command or default) for words, command in said)
    ]


def _command(text: str) -> Command | None:
    """The last command that a text says was answered."""
    found = None
    for match in _ANSWERS.finditer(text[:_MOST_READ]):
        named = _COMMANDS.get((match[match.lastgroup or 0] or "")[:4].lower())
        found = named or found
    return found


def _before_original(text: str) -> str:
    """What the server itself wrote."""
    begins = _ORIGINAL.search(text, 1)
    return text[: begins.start()][:_MOST_READ] if begins and text[: begins.start()].strip() else text[:_MOST_READ]
