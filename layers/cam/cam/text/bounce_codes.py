"""What a mail server's refusal means: whether the mailbox is gone for good, or the email may arrive another time. Pure.

One judgement for live SMTP responses, for bounces that come by mail, and for those that SES reports. What speaks of the
sender, the content, a limit or a moment is never a dead address, whatever the code: calling a living address dead costs
the lead, and a dead one that is taken for living is judged again at the next touch.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an email came back, in words for a timeline."""

    NO_MAILBOX = "no such mailbox"
    NO_DOMAIN = "no such domain"
    MOVED = "the recipient has moved"
    DISABLED = "the mailbox is disabled"
    SUSPENDED = "the mailbox is suspended"
    FULL = "the mailbox is full"
    RATE = "too many emails"
    AUTHENTICATION = "SPF, DKIM or DMARC"
    BLOCKED = "the sender is blocked"
    CONTENT = "the content was rejected"
    SIZE = "the email is too large"
    RELAY = "relaying is denied"
    UNREACHABLE = "the server was not reached"
    SERVER = "the server has a problem"
    UNKNOWN = ""


class Command(StrEnum):
    """What a refusal answers: the connection, its greeting and the sender; the recipient; or the whole email."""

    BEFORE = "before"
    RECIPIENT = "recipient"
    DATA = "data"


GONE = frozenset({Reason.NO_MAILBOX, Reason.NO_DOMAIN, Reason.MOVED, Reason.DISABLED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """`status` is the enhanced code (RFC 3463) that counts; `5.0.0` or `4.0.0` when the server gave none."""

    status: str
    hard: bool
    reason: Reason


# Classes 4 and 5, not part of a longer number or an IP address.
_ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_RESPONSE = re.compile(r"(?<![\d.:/-])([45])[0-5]\d(?=[\s\-#:;,]|$)")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]@]{1,100}@[^\s<>\"'(),;:\[\]@]{1,255}")
_LONGEST = 2_000
_SUPPOSED = re.compile(
    r"\b(?:may|might|can) (?:not|be|have|also)\b[^.;]{0,100}"
    r"|\b(?:il se peut que|puede que|es posible que|é possível que|möglicherweise|è possibile che|potrebbe|misschien"
    r"|возможно)\b[^.;]{0,200}|可能[^。]{0,60}",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"\(in reply to [^)]{1,40}\)", re.IGNORECASE)
# Cisco's appliances put the name of a class of errors before the response: `5.1.0 - Unknown address error 550-'…'`.
_IRONPORT = re.compile(r"(?<![\d.])[45]\.\d\.\d - [A-Za-z ]{1,60}(?=[45]\d\d-)")
# Exchange Online's directory based edge blocking: the address is not in the directory.
_EDGE_BLOCKING = re.compile(r"recipient address rejected: access denied", re.IGNORECASE)
# Yahoo looks for the mailbox only when it has the email.
_LATE = re.compile(r"delivery error: dd ", re.IGNORECASE)

# By IANA's registry of enhanced codes, and by what Exchange Online's own mean.
_GONE_CODES = {
    "1.1": Reason.NO_MAILBOX,
    "1.2": Reason.NO_DOMAIN,
    "1.3": Reason.NO_MAILBOX,
    "1.6": Reason.MOVED,
    "1.10": Reason.NO_MAILBOX,
    "1.351": Reason.NO_MAILBOX,
    "2.1": Reason.DISABLED,
    "4.4": Reason.NO_DOMAIN,
    "4.310": Reason.NO_DOMAIN,
    "7.13": Reason.DISABLED,
    "7.17": Reason.MOVED,
    "7.18": Reason.MOVED,
}
_OTHER_CODES = {
    "1.7": Reason.BLOCKED,
    "1.8": Reason.BLOCKED,
    "2.2": Reason.FULL,
    "2.3": Reason.SIZE,
    "3.1": Reason.SERVER,
    "3.2": Reason.SERVER,
    "3.4": Reason.SIZE,
    "3.5": Reason.SERVER,
    "4.1": Reason.UNREACHABLE,
    "4.2": Reason.UNREACHABLE,
    "4.3": Reason.UNREACHABLE,
    "4.6": Reason.SERVER,
    "4.7": Reason.UNREACHABLE,
    "7.8": Reason.AUTHENTICATION,
    "7.20": Reason.AUTHENTICATION,
    "7.23": Reason.AUTHENTICATION,
    "7.26": Reason.AUTHENTICATION,
}


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_WHO = (
    r"(?:users?|rcpt|recipients?|mailbox(?:es)?|accounts?|addresse?s?|destinat(?:ion|aire)|persons?|members?"
    r"|subscriber)"
)
_DOMAIN = r"(?:domains?|hosts?(?: ?name)?)"
_MISSING = (
    r"(?:unknown|invalid|(?:does|do|did|could|can|is|are|was|were)? ?(?:not|n['’]t|no longer|never) (?:\w+ ){0,2}?"
    r"(?:exist\w*|found|known|valid|listed|registered|recogni[sz]ed|on (?:this )?(?:server|system|host)|located|local"
    r"|a valid\b|hosted|available here)|doesnt exist|non[- ]?exist\w*|undeliverable|unrouteable|unroutable)"
)

# The first table with a match counts. Each says what the server speaks of; what it says of the sender comes before what
# it says of the recipient, because both use the same words.
_FULL = _any(
    r"quota",
    r"(?:mail ?box|mail ?folder|inbox|mail ?drop|account|storage|user|recipient|maildir|store|disk"
    r"|repository)\w*['’s]* (?:\w+ ){0,3}?(?:is |are |too |currently |has )*(?:full|over(?: \w+)? (?:limit|size)"
    r"|exceed)",
    r"\b(?:full|overflow\w*) (?:mail ?box|inbox)|mailfull|mbox ?full",
    r"(?:out of|insufficient|(?:not|n['’]t) (?:have )?enough|no|lacks?|exceed\w*) (?:\w+ ){0,3}?(?:storage|space"
    r"|disk)\b",
    r"(?:exceed\w*|over|reached) (?:\w+ ){0,5}?(?:mailbox|inbox|storage|disk|allocat\w+|allotted|space)",
    r"mailbox (?:\w+ ){0,4}?(?:exceed|size limit|limit exceed)",
    r"\btoo (?:many|much) (?:mails?|messages|data) (?:\w+ ){0,4}?(?:mailbox|inbox|stored|on server|pending)",
    r"überfüllt|speicherplatz|postfach (?:\w+ ){0,3}voll|kontingent|bo[iî]te (?:\w+ ){0,4}pleine",
    r"espace (?:\w+ ){0,3}insuffisant|(?:buz[oó]n|casilla|caixa|casella) (?:\w+ ){0,4}(?:llen|chei|pien)",
    r"exced\w+ (?:\w+ ){0,4}(?:cuota|espacio|quota)|sin espacio|переполнен|квот",
    r"не(?:т|достаточно) (?:\w+ ){0,2}мест|skrzynk\w+ (?:\w+ ){0,3}(?:pełn|przepełn)|postbus (?:\w+ )?vol|空间不足",
    r"空間不足|邮箱(?:空间)?已?满|容量|いっぱい|一杯",
)
_RATE = _any(
    r"(?:receiving|getting|sending|sent) (?:\w+ ){0,3}?(?:at a rate|too (?:many|much|quickly|fast))",
    r"\brate[- ]?limit|\bthrottl",
    r"too (?:many|frequent) (?:\w+ ){0,2}?(?:connection|session|recipient|message|mail|sms|concurrent|error"
    r"|command|attempt)",
    r"(?:max\w*|limit\w*|exceed\w*) (?:\w+ ){0,4}?(?:connection|recipient|messages|emails?) ?(?:per|limit|count"
    r"|number)",
    r"unexpected volume|unusual rate|frequency limited|sending (?:rate|limit|quota)|slow down",
    r"per (?:minute|hour|day)\b|grey ?-?list|gray ?-?list",
)
_AUTHENTICATION = _any(
    r"\bspf\b|\bdkim\b|\bdmarc\b|\bsender[- ]?id\b|unauthenticated",
    r"authenti\w+ (?:\w+ ){0,3}?(?:required|fail|needed)",
    r"(?:requires?|turn on|need\w*|fail\w*|without|not have) (?:smtp )?authenti|not authori[sz]ed to (?:use|send)",
    r"purported responsible|authrequired|(?:not|n['’]t) allowed to send",
)
_SENDER = _any(
    r"(?:sender|envelope[- ]from|return[- ]path|mail[- ]from|from) (?:\w+ ){0,2}?(?:address|domain|verif\w+|name"
    r"|host)",
    r"(?:domain|host|address) (?:\w+ ){0,2}?of (?:the )?sender",
    r"(?:your|sending|sender['’]?s?) (?:\w+ ){0,2}?(?:domain|host|ip|mail ?server|server|network|address|isp"
    r"|provider)",
    r"\bsender (?:\w+ ){0,3}?(?:reject|denied|block|refus|unknown|invalid|not|is|verif)",
    r"(?:bad|invalid|unknown|rejected) (?:\w+ )?sender|\bhelo\b|\behlo\b|client host",
    r"reverse (?:dns|lookup|name|mapping)|\brdns\b|\bptr\b|\bfcrdns\b|black ?-?list|block ?-?list|\bdns?bl\b",
    r"\brbl\b|\bsbl\b|\bxbl\b|\bpbl\b|spamhaus|sorbs|spamcop|barracudacentral|uribl|surbl|cloudmark|senderbase",
    r"proofpoint\.com|\b(?:is|was|are|ip|currently) listed\b|\blisted (?:at|by)\b|reputation|\bbanned\b",
    r"access denied, |is (?:not )?(?:on|in) (?:\w+ ){0,2}?(?:white|allow|block|black|deny) ?-?list|white ?-?list",
    r"(?:message|mail|e-?mail)s?,? (?:\w+ ){0,3}?from (?:\S+ ){0,4}?(?:reject|block|refus|denied|not|was|were"
    r"|weren|temp)",
    r"(?:block|reject|refus|den|deni)\w* (?:\w+ ){0,3}?(?:by|due to|for|because of"
    r"|based on) (?:\S+ ){0,5}?(?:poli|spam|preferen|rule|filter|sender|security|reason|admin|content|domain)",
    r"only (?:\w+ ){0,3}?(?:members|senders|subscribers)|not (?:a )?(?:member|subscribed|allowed to post)",
)
_CONTENT = _any(
    # Not in the name of a host, such as `antispam.lead.example`.
    r"(?<![\w.@/-])(?:anti-?)?(?:spam|virus|malware|phish)(?![\w-]{0,40}\.\w)|\binfected|unsolicited|\bbulk mail",
    r"\bjunk\b|\battachment|\bcontent\b",
)
_RELAY = _any(
    r"relay(?:ing|ed)? (?:access |mail )?(?:is )?(?:denied|prohibited|not|disabled)",
    r"(?:not|n['’]t|never|unable to|cannot|refus\w+|configured to) (?:\w+ ){0,2}?relay|rcpthosts|no relay",
    r"relais (?:\w+ )?(?:refus|interdit)",
)
_LATER = _any(
    r"time[d ]?-? ?out|timed out|could not be reached|cannot be reached",
    r"connection (?:\w+ )?(?:refused|reset|lost|dropped)|connect(?:ing|ion)? to|lost connection|no route to host",
    r"network (?:is )?unreach|expired|hop count|too many hops|\bloop|retry time(?:out)?",
    r"hosts? (?:\w+ ){0,3}?failing|name server|server ?fail|servfail|try again|later|lookup failure",
    r"malformed or unexpected|delivery time|for (?:more than )?\d+ (?:days|hours|minutes)",
    r"undelivered (?:for|after)|temporar",
)
_GONE_DOMAIN = _any(
    rf"{_DOMAIN} (?:\S+ ){{0,3}}?{_MISSING}",
    rf"(?:unknown|invalid|no such|unresolvable|illegal|bad|non-?existent) (?:\w+ |\w+/)?{_DOMAIN}",
    r"host or domain name not found|name or service not known|nxdomain|unrouteable (?:mail )?domain|host/domain",
    r"(?:hosts?|domains?|server) (?:\S+ )?(?:does not|do not|doesn['’]t|never) (?:accept"
    r"|receive)s? (?:any )?e?-?mail",
    r"all relevant mx records point to non-existent hosts|nullmx|null mx|indicated no smtp service",
    r"no mx (?:record|or a)|cname lookup failed|couldn['’]t find any host|mail receiving disabled|no mail server",
    r"mx (?:\w+ )?points? to|(?:неизвестн\w+|не найден\w*) (?:домен|хост)|домен\w* не (?:существует|найден)|域名不存在",
    r"domínio (?:\w+ )?(?:inexist|n[aã]o)",
)
_GONE_MAILBOX = _any(
    rf"{_WHO}(?:['’]s)? ?:?(?:\S+ ){{0,4}}?(?:is |are |was |has |has been )?{_MISSING}",
    rf"(?:unknown|invalid|no such|non-?existent|bad destination|bad|unrecogni[sz]ed|illegal|not (?:a )?valid"
    rf"|incorrect)[ -](?:or \w+ |\w+[ -]|\w+/){{0,2}}?{_WHO}",
    r"user[ _-]?unknown|unknown[ _-]?user|unknown local|unknown or illegal alias",
    r"no mail ?box (?:here|found|available|for|with)|no account by|no user\b",
    r"no such (?:\w+ ){0,2}?(?:name|here|person|id|alias|list|login)\b|not our (?:user|customer)",
    r"no longer (?:\w+ ){0,4}?(?:valid|exist|on server|employed|works?|in use|available|here|with|monitored)",
    r"has left (?:the|our)|(?:does|do)(?: not|n['’]t) have an? (?:\S+ )?(?:account|mailbox)",
    r"(?:not|isn['’]t|n['’]t) (?:a )?(?:registered|known|listed in)|recip(?:ient)?notfound|wasn['’]t found",
    r"couldn['’]t be found|not find (?:a |the |an )?(?:\w+ )?(?:user|mailbox|recipient|address)",
    r"(?:not|n['’]t) listed in (?:\S+ ){0,4}?(?:directory|address book|domino)",
    r"mailbox (?:name )?(?:not allowed|unavailable|not available|syntax)|address(?:es)? no longer",
    r"address rejected\W*$|not a known user|unable to validate recipient|address unknown|addressee unknown",
    r"unknown addressee|no valid recipients",
    r"recipient address rejected: (?:undeliverable|user (?:unknown|not)|no such|unknown|unverified|not exist)",
    r"destination (?:\w+ )?(?:mailbox )?address (?:unknown|not recogni)",
    r"account (?:\w+ )?(?:deleted|removed|closed|terminated|cancell?ed)",
    r"(?:deleted|closed|terminated) (?:account|mailbox|user)|has been (?:deleted|removed|closed|terminated)",
    r"unbekannte?r? (?:\w+ )?(?:empf|benutz|adress|nutzer|postfach)",
    r"(?:empf\w+|benutzer|adresse|postfach|nutzer\w*|konto) (?:\S+ ){0,4}?(?:unbekannt|existiert nicht"
    r"|nicht (?:gefunden|bekannt|vorhanden|existent|gültig|zustellbar)|ungültig)",
    r"existiert nicht|gibt es nicht|keine? (?:solche\w*|gültige\w*) (?:adresse|empf|benutz|postfach)",
    r"(?:utilisateur|destinataire|adresse|compte|bo[iî]te) (?:\S+ ){0,6}?(?:inconnue?|invalide|inexistante?"
    r"|introuvable|n['’]existe (?:pas|plus))",
    r"n['’]existe (?:pas|plus)",
    r"(?:usuario|destinatario|direcci[oó]n|buz[oó]n|cuenta|utente|indirizzo|casella|usu[aá]rio|destinat[aá]rio"
    r"|endere[cç]o|conta|caixa) (?:\S+ ){0,4}?(?:desconocid|sconosciut|desconhecid|inexist|no existe"
    r"|n[aã]o existe|non esiste|inv[aá]lid|non valid|no (?:es )?v[aá]lid|no encontrad|non trovat|n[aã]o encontrad)",
    r"(?:no|n[aã]o) existe\b|non esiste|inesistente|inexistente",
    r"неизвестн\w+ (?:\w+ )?(?:получател|пользовател|адрес)|нет такого|не существует|не найден|пользовател\w+ не",
    r"nieznan\w+ (?:użytkown|odbiorc|adres)|nie istnieje|nie ma takiego|bestaat niet",
    r"onbekende? (?:gebruik|ontvang|adres)|不存在|无此用户|無此|没有此|查无",
    r"存在しません|見つかりません|(?:宛|あて)先不明|不明な(?:ユーザ|宛先)",
    r"ユーザー?が(?:存在|見つ)|有効でない|リストにありません|該当.{0,10}(?:いません|ありません)",
)
_DISABLED = _any(
    r"(?:account|mailbox|user|address|recipient|e-?mail)(?:\S* ){1,3}?(?:is |are |was |has been "
    r"|been )*(?:currently )?(?:disabled|inactive|deactivated|discontinued|not active|closed)",
    r"(?:account|mailbox) (?:has |is )?expired",
    r"(?:disabled|inactive|deactivated|discontinued|expired) (?:\w+[- ]){0,2}?(?:account|mailbox|user|address"
    r"|recipient|customer|e-?mail)",
    r"disableduser|compte (?:\w+ ){0,3}(?:d[eé]sactiv|ferm)|konto (?:\w+ ){0,3}deaktiviert",
    r"(?:casilla|cuenta|buz[oó]n|conta|caixa|casella) (?:\w+ ){0,3}(?:expirad|d?esactivad|desativad|deshabilitad"
    r"|inactiv|inativ|disattivat|scadut)",
)
_PASSING = _any(
    r"temporar|for now|at (?:the|this) (?:moment|time)|\blater|try again",
)
_MOVED = _any(
    r"(?:user|recipient|mailbox|account|address)\S* (?:\w+ ){0,2}?(?:has |have )?(?:moved|changed (?:his|her"
    r"|their|address))",
    r"no longer on server|no forwarding address|not our (?:user|customer)|new (?:e-?mail )?address is",
)
_REFUSED = _any(
    r"polic|\bblock|prohibit|\bfilter|unwanted|violation|not allowed|not permitted|preferences|restrict",
)
_SIZE = _any(
    r"too (?:large|big|long)",
    r"(?:message|mail|size|length) (?:\w+ ){0,5}?exceed\w* (?:\w+ ){0,4}?(?:size|limit|length|max)",
    r"(?:max\w*|size|length) (?:\w+ ){0,2}?(?:message )?(?:size|limit) (?:\w+ )?exceed|size limit",
    r"exceeds? (?:\w+ ){0,3}size",
)
_SERVER = _any(
    r"system (?:\w+ )?(?:error|problem|config|fail)|service (?:\w+ )?(?:unavailable|not available)|internal",
    r"config\w* error|local error|resources|mail ?box (?:is )?(?:busy|in use)|transaction failed",
    r"cannot (?:open|create|write)|protocol|syntax|command (?:not|param|unrec)|sequence|procmail|transport",
)

# Somebody can lift these, and does when a bill is paid or a password changed.
_SUSPENDED = _any(
    r"(?:account|mailbox|user|address|recipient|e-?mail)(?:\S* ){1,3}?(?:is |are |was |has been "
    r"|been )*(?:currently |temporarily )?(?:suspended|frozen|locked|blocked|restricted|on hold)",
    r"(?:suspended|frozen|locked|blocked) (?:\w+[- ])?(?:account|mailbox|user|recipient)|compte (?:\w+ ){0,3}bloqu",
    r"konto (?:\w+ ){0,3}gesperrt|delivery suspended",
)
# A program of the recipient's own machine failed; what it says of users and files is about itself.
_PROGRAM = _any(
    r"couldn['’]t create|can['’]?t create|procmail:|maildrop:|pipe to|command (?:died|failed|time)|exit status",
)

_TABLES = (
    (Reason.SERVER, _PROGRAM),
    (Reason.FULL, _FULL),
    (Reason.RATE, _RATE),
    (Reason.AUTHENTICATION, _AUTHENTICATION),
    (Reason.BLOCKED, _SENDER),
    (Reason.CONTENT, _CONTENT),
    (Reason.RELAY, _RELAY),
    (Reason.NO_DOMAIN, _GONE_DOMAIN),
    (Reason.SUSPENDED, _SUSPENDED),
    (Reason.MOVED, _MOVED),
    (Reason.NO_MAILBOX, _GONE_MAILBOX),
    (Reason.DISABLED, _DISABLED),
    (Reason.SIZE, _SIZE),
    (Reason.UNREACHABLE, _LATER),
    (Reason.SERVER, _SERVER),
    (Reason.BLOCKED, _REFUSED),
)


def judge(text: str, status: str = "", command: Command | None = None) -> Judgement:
    """What a refusal in a server's own words means; `status` is the code that a report gives besides them.

    What was refused before the server knew the recipient says nothing about the recipient. If it had accepted the
    recipient and refused the whole email, only a code says that there is no such mailbox: some servers answer "unknown
    user" for what a filter caught.
    """
    text = _IRONPORT.sub("", text[:_LONGEST])
    words = _words(text)
    code = code_of(text, status)
    reason = next((reason for reason, pattern in _TABLES if pattern.search(words)), Reason.UNKNOWN)
    by_code = _GONE_CODES.get(code[2:])
    otherwise = _OTHER_CODES.get(code[2:], Reason.BLOCKED if code[2:].startswith("7.") else Reason.UNKNOWN)
    if reason in GONE and (
        code.startswith("4")  # temporary: the server says itself that it may change its mind
        or command is Command.BEFORE
        or (command is Command.DATA and not by_code and not _LATE.search(words))
        or (reason is not Reason.NO_MAILBOX and _PASSING.search(words))
    ):
        return Judgement(code, False, otherwise)
    if reason in GONE:
        return Judgement(code, True, reason)
    if reason is not Reason.UNKNOWN or code.startswith("4") or command is Command.BEFORE:
        return Judgement(code, False, reason or otherwise)
    if code == "5.4.1" and _EDGE_BLOCKING.search(words):
        return Judgement(code, True, Reason.NO_MAILBOX)
    return Judgement(code, by_code is not None, by_code or otherwise)


def code_of(text: str, status: str = "") -> str:
    """The enhanced code that counts: the server's own before the report's field, a definite one before `x.0.0`."""
    said = [one.group() for one in _ENHANCED.finditer(text)]
    stated = [one.group() for one in _ENHANCED.finditer(status)]
    definite = [one for one in (*said, *stated) if not one.endswith(".0.0")]
    response = _RESPONSE.search(text)
    if definite and definite[0] in said:
        return definite[0]
    if response and stated and stated[0][0] != response[1]:
        # The server's three digits contradict the class that the report made of them.
        return f"{response[1]}.0.0"
    if definite:
        return definite[0]
    if said or stated:
        return (said or stated)[0]
    return f"{response[1] if response else 5}.0.0"


def _words(text: str) -> str:
    """The text in one line, without addresses, whose words mean nothing, and without what it only supposes."""
    return " ".join(_SUPPOSED.sub("…", _ADDRESS.sub("…", _COMMAND.sub("", text))).replace("_", " ").split())
