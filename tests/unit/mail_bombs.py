"""Mails made to stop whoever parses them: each of one kind, with an opt-out in it where it has room.

`KINDS` maps a kind to what makes its bytes, about as many as asked; CR LF where it matters to nobody is left as LF.
"""

from collections.abc import Callable

_TO = b"To: replies+12.0.a1b2c3.0.abcdefghijkl@in.northwind.example\n"
HEAD = (
    b"From: Maria <maria@brightwater.example>\n" + _TO + b"Subject: Re: A short question\nMessage-ID: <1@b.example>\n"
)
WISH = b"Please remove me from your list.\n"


def _fill(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece) + 1)


def _header(name: bytes, piece: bytes, before: bytes = b"") -> Callable[[int], bytes]:
    """A header that goes on and on; behind it an opt-out."""
    return lambda size: HEAD + name + b": " + before + _fill(piece, size) + b"\n\n" + WISH


def _body(headers: bytes, piece: bytes, before: bytes = b"") -> Callable[[int], bytes]:
    """An opt-out, and a body that goes on and on behind it."""
    return lambda size: HEAD + headers + b"\n" + before + WISH + _fill(piece, size)


def _postmaster(piece: bytes) -> Callable[[int], bytes]:
    """What the detectors of bounces read."""
    return lambda size: b"From: MAILER-DAEMON@b.example\nSubject: Undelivered mail\n\n" + _fill(piece, size)


def _nested(kind: bytes, depth: int) -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        levels = min(depth, size // 80)
        heads = b"".join(
            b'Content-Type: %s; boundary="b%d"\n\n--b%d\n' % (kind, level, level) for level in range(levels)
        )
        return HEAD + heads + b"Content-Type: text/plain\n\n" + WISH

    return made


_HTML = b"Content-Type: text/html; charset=utf-8\n"
_MIXED = b'Content-Type: multipart/mixed; boundary="b"\n'
_PLAIN_PART = b"--b\nContent-Type: text/plain\n\n" + WISH

KINDS: dict[str, Callable[[int], bytes]] = {
    "parameters": _header(b"Content-Type", b";", b"multipart/report"),
    "quoted parameters": _header(b"Content-Type", b';a="', b"multipart/report"),
    "named parameters": _header(b"Content-Type", b";a=b", b"multipart/report"),
    "continued parameters": lambda size: (
        HEAD
        + b"Content-Type: text/plain"
        + b"".join(b'; x*%d*="a%%20"' % number for number in range(size // 14))
        + b"\n\n"
        + WISH
    ),
    "disposition": _header(b"Content-Disposition", b'; filename="', b"inline"),
    "spaces in the subject": _header(b"Subject", b" "),
    "tabs in the subject": _header(b"Subject", b"\t", b"Re"),
    "folded subject": _header(b"Subject", b"\n ", b"Re:"),
    "re: re:": _header(b"Subject", b"Re: "),
    "encoded words": _header(b"Subject", b"=?utf-8?q?"),
    "many encoded words": _header(b"Subject", b"=?utf-8?q?a?= "),
    "encoded words of base64": _header(b"Subject", b"=?utf-8?b?QQ"),
    "unknown encoded words": _header(b"Subject", b"=?undefined?q?=FF?= "),
    "combining characters": _header(b"Subject", "e\u0301\u0323".encode()),
    "comments": _header(b"To", b"("),
    "quoted names": _header(b"To", b'"'),
    "escaped names": _header(b"To", b'"\\'),
    "routes": _header(b"To", b"<@a,"),
    "addresses": _header(b"Cc", b"a@b.example, "),
    "groups": _header(b"Cc", b"a:"),
    "tags": _header(b"To", b"+a.b"),
    "references": _header(b"References", b"<a@b.example> "),
    "unclosed references": _header(b"References", b"<aaaaaaaaaaaa"),
    "date": _header(b"Date", b"1 "),
    "many lists of recipients": lambda size: (
        HEAD + _fill(b"Cc: " + b"a@b.example, " * 1_000 + b"\n", size) + b"\n" + WISH
    ),
    "many lists of failed recipients": lambda size: (
        b"From: MAILER-DAEMON@b.example\n" + _fill(b"X-Failed-Recipients: " + b"a@b.example, " * 1_000 + b"\n", size)
    ),
    "reports of semicolons": lambda size: (
        b"From: MAILER-DAEMON@b.example\nContent-Type: message/delivery-status\n\n"
        + _fill(b"Action: failed\nFinal-Recipient: " + b";" * 15_000 + b"\n\n", size)
    ),
    "many headers": lambda size: HEAD + b"".join(b"X-%d: a\n" % one for one in range(size // 10)) + b"\n" + WISH,
    "many recipients": lambda size: HEAD + _fill(b"To: a@b.example\n", size) + b"\n" + WISH,
    "no colon": lambda size: HEAD + _fill(b"a\n", size) + b"\n" + WISH,
    "one header line": lambda size: b"a" * size,
    "reference": _header(b"X-Note", b" \t", b"x-cam-ref:"),
    "reference in the text": _body(b"", b"x-cam-ref: \n"),
    "parts within parts": _nested(b"multipart/mixed", 10_000),
    "reports within reports": _nested(b"multipart/report", 10_000),
    "messages within messages": lambda size: HEAD + _fill(b"Content-Type: message/rfc822\n\n", size) + WISH,
    "tiny parts": lambda size: HEAD + _MIXED + b"\n" + _PLAIN_PART + _fill(b"--b\n\n", size),
    "tiny pages": lambda size: HEAD + _MIXED + b"\n" + _PLAIN_PART + _fill(b"--b\n" + _HTML + b"\n<a '\n", size),
    "no boundary": lambda size: HEAD + b"Content-Type: multipart/mixed\n\n" + WISH + _fill(b"--\n", size),
    "boundaries alike": lambda size: (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + _PLAIN_PART + _fill(b"--b" + b" " * 500, size)
    ),
    "long boundary": lambda size: (
        HEAD + b'Content-Type: multipart/mixed; boundary="' + b"b" * 900_000 + b'"\n\n' + WISH + b"-" * size
    ),
    "delivery status": lambda size: (
        b"From: MAILER-DAEMON@b.example\n"
        + b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        + b"--b\nContent-Type: message/delivery-status\n\n"
        + _fill(b"Final-Recipient: rfc822;" + b";" * 900 + b"\nAction: failed\nStatus: 5.1.1\n\n", size)
    ),
    "tags cut short": _body(_HTML, b"<a '"),
    "tags without end": _body(_HTML, b"<a "),
    "quoted attributes": _body(_HTML, b"<a \"'>"),
    "attributes": _body(_HTML, b"a=b ", b"<p "),
    "comments of html": _body(_HTML, b"<!--"),
    "dashes": _body(_HTML, b"--", b"<!--"),
    "declarations": _body(_HTML, b"<!a"),
    "cdata": _body(_HTML, b"<![CDATA["),
    "marked sections": _body(_HTML, b"<![if "),
    "instructions": _body(_HTML, b"<?"),
    "slashes": _body(_HTML, b"</"),
    "ampersands": _body(_HTML, b"&"),
    "entities": _body(_HTML, b"&#x1F600;&CounterClockwiseContourIntegral;"),
    "long entities": _body(_HTML, b"9" * 5000, b"&#"),
    "quotations": _body(_HTML, b"<blockquote>"),
    "scripts": _body(_HTML, b"<script>"),
    "titles": _body(_HTML, b"<title><textarea>"),
    "one line of html": _body(_HTML, b"a"),
    "base64": _body(b"Content-Transfer-Encoding: base64\n", b"=!=A"),
    "quoted-printable": _body(b"Content-Transfer-Encoding: quoted-printable\n", b"="),
    "quoted-printable folds": _body(b"Content-Transfer-Encoding: quoted-printable\n", b"=\n"),
    "uuencode": _body(b"Content-Transfer-Encoding: x-uuencode\n", b"M" + b"a" * 60 + b"\n", b"begin 666 a\n"),
    "utf-7": _body(b"Content-Type: text/plain; charset=utf-7\n", b"+AAAA"),
    "punycode": _body(b"Content-Type: text/plain; charset=punycode\n", b"a-9"),
    "idna": _body(b"Content-Type: text/plain; charset=idna\n", b"xn--9"),
    "zlib": _body(b"Content-Type: text/plain; charset=zlib_codec\n", b"x"),
    "NULs": _body(b"", b"\x00"),
    "CRs": _body(b"", b"\r"),
    "one line": _body(b"", b"word "),
    "spaces": _body(b"", b" "),
    "empty lines": _body(b"", b"\n"),
    "quoted lines": _body(b"", b"> "),
    "attributions": _body(b"", b"On a wrote "),
    "German attributions": _body(b"", b"Am 1 schrieb "),
    "separators": _body(b"", b"-----\n"),
    "absences": _body(b"Auto-Submitted: auto-replied\n", b"until 1/"),
    "links": _body(b"", b"%2Fu%2F"),
    "failed recipients": lambda size: b"From: MAILER-DAEMON@b.example\nX-Failed-Recipients: " + _fill(b"(", size),
    "codes": _postmaster(b"5.1.1 "),
    "bounces of one line": _postmaster(b"<a@b.example>: "),
    "bounces of many lines": _postmaster(b"The following addresses had\n a@a@a@a\n"),
    "bounces of spaces": _postmaster(
        b"Your message could not be delivered to\n--> Error description:\n" + b"\nError-for: " + b" " * 30_000
    ),
    "bounces of the postfix program": _postmaster(b"the" + b" " * 30_000 + b"\n"),
    "bounces of words": _postmaster(b"a" * 50_000 + b"\n"),
    "bounces of failed recipients": _postmaster(b"Failed-Recipients: a@b.example\n"),
}

# What the standard library's reader raises for, or once did: small, and no less an opt-out.
ODD: dict[str, bytes] = {
    "undefined boundary": HEAD + b"Content-Type: multipart/mixed; boundary*=undefined''x\n\n" + WISH,
    "boundary of idna": HEAD + b"Content-Type: multipart/mixed; boundary*=idna''%ff.x\n\n--x\n\n" + WISH,
    "file name of idna": HEAD + b"Content-Disposition: inline; filename*=idna''%ff\n\n" + WISH,
    "file name of undefined": HEAD + b"Content-Disposition: inline; filename*=undefined''x\n\n" + WISH,
    "undefined charset": HEAD + b"Content-Type: text/plain; charset=undefined\n\n" + WISH,
    "charset of undefined": HEAD + b"Content-Type: text/plain; charset*=undefined''utf-8\n\n" + WISH,
    "charset with a NUL": HEAD + b'Content-Type: text/plain; charset="a\x00b"\n\n' + WISH,
    "charset of a codec that makes no text": HEAD + b"Content-Type: text/plain; charset=hex\n\n" + WISH,
    "charset of rot13": HEAD + b"Content-Type: text/plain; charset=rot13\n\n" + WISH,
    "comments in From": b"From: " + b"(" * 5_000 + b" maria@b.example\n" + _TO + b"Subject: Re: A\n\n" + WISH,
    "subject of idna": HEAD.replace(b"Re: A short question", b"=?idna?q?=FF.x?=") + b"\n" + WISH,
    "subject of undefined": HEAD.replace(b"Re: A short question", b"=?undefined?q?x?=") + b"\n" + WISH,
    "subject of bad base64": HEAD.replace(b"Re: A short question", b"=?utf-8?b?QQQQQ?=") + b"\n" + WISH,
    "surrogates in headers": HEAD.replace(b"Maria", b"\xff\xfe\xed\xa0\x80") + b"\n" + WISH,
    "type without a subtype": HEAD + b"Content-Type: text\n\n" + WISH,
    "type of nothing": HEAD + b"Content-Type: ;;;\n\n" + WISH,
    "numbered parameters": HEAD + b"Content-Type: text/plain; a*99999999999999999999=b; a*0=c\n\n" + WISH,
    "parameters that contradict": HEAD + b"Content-Type: text/plain; a*0*=utf-8''b; a*0=c; a=d\n\n" + WISH,
    "an empty boundary": HEAD + b'Content-Type: multipart/mixed; boundary=""\n\n--\n\n' + WISH,
    "bad base64": HEAD + b"Content-Transfer-Encoding: base64\n\n" + WISH,
    "unknown encoding": HEAD + b"Content-Transfer-Encoding: 9bit, zip\n\n" + WISH,
    "lines that end in CR": (HEAD + b"\n" + WISH).replace(b"\n", b"\r"),
    "a status that is no list": b"From: MAILER-DAEMON@b.example\nContent-Type: message/delivery-status\n\n\n\n",
    "nothing": b"",
    "an empty line": b"\n",
    "bytes": bytes(range(256)) * 20,
}
