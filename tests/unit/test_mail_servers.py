import socket
import time
from collections.abc import Iterator

import pytest

from cam.platform.environment import dns_servers
from functions.qualify import mail_servers
from functions.qualify.mail_servers import OUTAGES, ask
from local.nameserver import Domain, NameServer


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer may take as long as a slow machine needs."""
    monkeypatch.setattr(mail_servers, "LONGEST", 60.0)
    monkeypatch.setattr(mail_servers, "_TRY", 20.0)


@pytest.fixture
def impatient(_patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For answers that never come."""
    monkeypatch.setattr(mail_servers, "LONGEST", 0.3)
    monkeypatch.setattr(mail_servers, "_TRY", 0.1)


@pytest.fixture
def server() -> Iterator[NameServer]:
    with NameServer() as running:
        yield running


def names(count: int) -> list[str]:
    return [f"company{number}.example" for number in range(count)]


@pytest.mark.parametrize(
    ("there", "takes_mail"),
    [
        (Domain.MX, True),
        (Domain.TWO_MX, True),
        (Domain.A, True),
        (Domain.AAAA, True),
        (Domain.NULL_MX, False),
        (Domain.NXDOMAIN, False),
        (Domain.NOTHING, False),
        (Domain.SERVFAIL, None),
        (Domain.REFUSED, None),
    ],
)
def test_what_there_is_at_a_domain_says_whether_it_takes_mail(server, there, takes_mail):
    server.domains["company.example"] = there

    assert ask(["company.example"], [server.address], 5) == {"company.example": takes_mail}


def test_silence_does_not_say_whether_a_domain_takes_mail(server, impatient):
    server.domains["company.example"] = Domain.SILENCE

    assert ask(["company.example"], [server.address], 5) == {"company.example": None}


def test_a_domain_with_an_mx_is_asked_one_question(server):
    ask(["company.example"], [server.address], 5)

    assert server.queries == {("company.example", "MX"): 1}


def test_a_second_name_server_answers_when_the_first_fails(server):
    with NameServer(otherwise=Domain.SERVFAIL) as broken:
        assert ask(["company.example"], [broken.address, server.address], 5) == {"company.example": True}


def test_a_lost_packet_is_asked_for_again(server, monkeypatch):
    monkeypatch.setattr(mail_servers, "_TRY", 0.5)
    lost = iter([True])
    answer = server._answer
    monkeypatch.setattr(server, "_answer", lambda query: None if next(lost, False) else answer(query))

    assert ask(["company.example"], [server.address], 5) == {"company.example": True}


def test_nobody_at_the_name_server_s_port_is_no_answer(impatient):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        address = closed.getsockname()

    assert ask(["company.example"], [address], 5) == {"company.example": None}


def test_an_answer_that_is_no_dns_is_no_answer(server, impatient, monkeypatch):
    monkeypatch.setattr(server, "_answer", lambda query: b"hello")

    assert ask(["company.example"], [server.address], 5) == {"company.example": None}


def test_an_outage_ends_the_asking_soon(server, impatient):
    server.otherwise = Domain.SILENCE

    answers = ask(names(200), [server.address], 60)

    assert OUTAGES <= len(answers) <= OUTAGES + 8
    assert not any(answers.values())


def test_single_domains_without_an_answer_do_not_end_the_asking(server):
    domains = names(60)
    server.domains = dict.fromkeys(domains[::10], Domain.SERVFAIL)

    answers = ask(domains, [server.address], 60)

    assert answers == {name: None if name in server.domains else True for name in domains}


def test_several_domains_are_asked_at_once():
    with NameServer(otherwise=Domain.SLOW) as slow:
        slow.slow = 2.0
        started = time.monotonic()
        answers = ask(names(8), [slow.address], 60)

    assert answers == dict.fromkeys(names(8), True)
    # One after the other, they would take 16 seconds.
    assert time.monotonic() - started < 12


def test_the_asking_ends_when_its_time_is_over(server):
    assert ask(names(20), [server.address], 0) == {}


@pytest.mark.parametrize(
    ("listed", "servers"),
    [
        ("", []),
        ("10.0.0.2", [("10.0.0.2", 53)]),
        ("10.0.0.2:5353, [fd00::2]:54,[fd00::3]", [("10.0.0.2", 5353), ("fd00::2", 54), ("fd00::3", 53)]),
    ],
)
def test_name_servers_are_addresses_with_ports(monkeypatch, listed, servers):
    monkeypatch.setenv("DNS_SERVERS", listed)

    assert dns_servers() == servers


@pytest.mark.parametrize("listed", ["dns.example", "10.0.0.2:port", "10.0.0.2:70000", "10.0.0", "fd00::2"])
def test_a_name_server_that_is_no_address_is_refused_by_the_variable_s_name(monkeypatch, listed):
    monkeypatch.setenv("DNS_SERVERS", listed)

    with pytest.raises(RuntimeError, match="DNS_SERVERS must list IP addresses"):
        dns_servers()
