"""Whether domains take mail, asked of DNS: several at once, and no longer than it answers.

email-validator's `validate_email_deliverability` is not used: it takes errors that it does not know for a refusal, and
refuses domains for their SPF record, which says nothing about receiving.
"""

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from time import monotonic

from dns.exception import DNSException
from dns.name import root
from dns.nameserver import Do53Nameserver
from dns.rdatatype import RdataType
from dns.resolver import NXDOMAIN, Resolver

# Seconds that all questions about one domain may take, and one try of a question.
LONGEST = 2.5
_TRY = 1.0
_AT_ONCE = 8
# So many domains in a row without an answer are an outage of DNS.
OUTAGES = 5


def ask(domains: Sequence[str], servers: Collection[tuple[str, int]], seconds: float) -> dict[str, bool | None]:
    """Whether these domains (ASCII) take mail; None: DNS did not tell (time-out, SERVFAIL, nobody to ask).

    `servers` are addresses and ports, none for the machine's own. Domains are left out that were not asked any more,
    because DNS is out or `seconds` have passed; it takes `LONGEST` more at most.
    """
    answers: dict[str, bool | None] = {}
    until = monotonic() + seconds
    waiting, silent = iter(domains), 0
    try:
        resolver = _resolver(servers)
    except DNSException:  # the machine has no name server
        return dict.fromkeys(islice(waiting, OUTAGES))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asked: dict[Future[bool | None], str] = {}
        while True:
            if silent < OUTAGES and monotonic() < until:
                for domain in islice(waiting, _AT_ONCE - len(asked)):
                    asked[pool.submit(takes_mail, domain, resolver)] = domain
            if not asked:
                return answers
            for done in wait(asked, return_when=FIRST_COMPLETED).done:
                answer = answers[asked.pop(done)] = done.result()
                silent = silent + 1 if answer is None else 0


def takes_mail(domain: str, resolver: Resolver) -> bool | None:
    """Whether a domain has an MX (RFC 5321 §5.1), none of them null (RFC 7505), or else an address; None: unknown."""
    until = monotonic() + LONGEST
    try:
        for kind in (RdataType.MX, RdataType.A, RdataType.AAAA):
            found = resolver.resolve(
                f"{domain}.", kind, search=False, raise_on_no_answer=False, lifetime=until - monotonic()
            ).rrset
            if found:
                return kind is not RdataType.MX or any(one.exchange != root for one in found)
    except NXDOMAIN:
        return False
    except DNSException:
        return None
    return False


def _resolver(servers: Collection[tuple[str, int]]) -> Resolver:
    resolver = Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [Do53Nameserver(address, port) for address, port in servers]
    resolver.timeout = _TRY
    return resolver
