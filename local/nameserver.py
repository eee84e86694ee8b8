"""A name server: real DNS over UDP, with the answers and the silences that it is given.

The local stack asks it, as its senders are at domains that nobody owns, and tests do. Every domain that takes mail has
what a sender needs, too: SPF, DMARC, and a DKIM key under whatever selector.
"""

import socket
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.exception import DNSException
from dns.rdatatype import RdataType


class Domain(StrEnum):
    """What there is at a domain. `UNSIGNED`: it takes mail, and has no SPF, DKIM or DMARC."""

    MX = "mx"
    UNSIGNED = "unsigned"
    NULL_MX = "null mx"
    TWO_MX = "two mx"
    A = "a"
    AAAA = "aaaa"
    NOTHING = "nothing"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    SILENCE = "silence"
    SLOW = "slow"


SPF = "v=spf1 ip4:192.0.2.0/24 -all"
DMARC = "v=DMARC1; p=none"
DKIM = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ=="
_RECORDS = {
    Domain.MX: {"MX": ["10 mail.provider.example."]},
    Domain.UNSIGNED: {"MX": ["10 mail.provider.example."]},
    Domain.SLOW: {"MX": ["10 mail.provider.example."]},
    Domain.NULL_MX: {"MX": ["0 ."], "A": ["192.0.2.1"]},
    Domain.TWO_MX: {"MX": ["10 one.example.", "20 two.example."]},
    Domain.A: {"A": ["192.0.2.1"]},
    Domain.AAAA: {"AAAA": ["2001:db8::1"]},
}
_CODES = {
    Domain.NXDOMAIN: dns.rcode.NXDOMAIN,
    Domain.SERVFAIL: dns.rcode.SERVFAIL,
    Domain.REFUSED: dns.rcode.REFUSED,
}


class NameServer:
    """Answers on a port of its own; `domains` says what it knows, `otherwise` what of all others.

    `texts` are the TXT records of single names, before those that their domain has.
    `queries` counts what came in, as (`company.example`, `MX`).
    """

    def __init__(
        self, domains: Mapping[str, Domain] | None = None, otherwise: Domain = Domain.MX, port: int | None = None
    ) -> None:
        self.domains = dict(domains or {})
        self.texts: dict[str, Sequence[str]] = {}
        self.otherwise = otherwise
        self.slow = 0.1  # seconds that a slow answer takes; it holds up no other
        self._late: list[threading.Timer] = []
        self.queries: Counter[tuple[str, str]] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        _bind(self._socket, port)
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._socket.getsockname()
        return host, port

    @property
    def asked(self) -> Counter[str]:
        """How often each domain was asked for its MX."""
        return Counter({name: number for (name, kind), number in self.queries.items() if kind == "MX"})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        # Closing a socket does not wake up who reads it.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.address)
        self._thread.join()
        for timer in self._late:
            timer.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not self._open:
                return
            try:
                query = dns.message.from_wire(wire)
            except DNSException:
                continue
            reply = self._answer(query)
            if reply is None:
                continue
            if self._at(query) is Domain.SLOW:
                self._late.append(threading.Timer(self.slow, self._socket.sendto, (reply, sender)))
                self._late[-1].start()
            else:
                self._socket.sendto(reply, sender)

    def _at(self, query: dns.message.Message) -> Domain:
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        return self.domains.get(name, self.domains.get(_owner(name), self.otherwise))

    def _answer(self, query: dns.message.Message) -> bytes | None:
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), RdataType.to_text(question.rdtype)
        self.queries[name, kind] += 1
        what = self._at(query)
        if what is Domain.SILENCE:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        reply.set_rcode(_CODES.get(what, dns.rcode.NOERROR))
        if kind == "TXT":
            # In pieces, as what is longer than 255 bytes comes (RFC 7208 §3.3).
            records = [
                " ".join(f'"{text[at : at + 40]}"' for at in range(0, len(text), 40))
                for text in self._texts(name, what)
            ]
        else:
            records = _RECORDS.get(what, {}).get(kind, [])
        if records:
            reply.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *records))
        return reply.to_wire()

    def _texts(self, name: str, what: Domain) -> Sequence[str]:
        if name in self.texts:
            return self.texts[name]
        if what not in (Domain.MX, Domain.TWO_MX, Domain.SLOW):
            return ()
        return (DMARC if name.startswith("_dmarc.") else DKIM if "._domainkey." in name else SPF,)


def _owner(name: str) -> str:
    """The domain of which `_dmarc.acme.example` or `key._domainkey.acme.example` says something."""
    labels = name.split(".")
    marks = [at for at, label in enumerate(labels) if label.startswith("_")]
    return ".".join(labels[marks[-1] + 1 :]) if marks else name


def _bind(server: socket.socket, port: int | None) -> None:
    """Take the port, if nobody has it, else any."""
    try:
        server.bind(("127.0.0.1", port or 0))
    except OSError:
        server.bind(("127.0.0.1", 0))
