"""A name server: real DNS over UDP, with the answers and the silences that tests give it."""

import socket
import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.exception import DNSException
from dns.rdatatype import RdataType


class Domain(StrEnum):
    """What there is at a domain."""

    MX = "mx"
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


_RECORDS = {
    Domain.MX: {"MX": ["10 mail.provider.example."]},
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

    `queries` counts what came in, as (`company.example`, `MX`).
    """

    def __init__(self, domains: Mapping[str, Domain] | None = None, otherwise: Domain = Domain.MX) -> None:
        self.domains = dict(domains or {})
        self.otherwise = otherwise
        self.slow = 0.1  # seconds that a slow answer takes; it holds up no other
        self._late: list[threading.Timer] = []
        self.queries: Counter[tuple[str, str]] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
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
        return self.domains.get(query.question[0].name.to_text(omit_final_dot=True).lower(), self.otherwise)

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
        if records := _RECORDS.get(what, {}).get(kind):
            reply.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *records))
        return reply.to_wire()
