"""What SPF, DKIM and DMARC records of a sender's domain mean: one form of record at a time, no DNS."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from cam.model.transports import Transport
from cam.rules import sender_check
from cam.rules.sender_check import Check, Finding, Identity, Sender, Status, evaluate, may_send, remembered, wanted

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DOMAIN = "mail.agency.example"
SMTP = Sender(DOMAIN, "agency.example", Transport.SMTP, ("s1",))
SES = Sender(DOMAIN, "agency.example", Transport.SES, identity=Identity("agency.example", tokens=("t1", "t2")))
KEY = f"s1._domainkey.{DOMAIN}"
GOOD_KEY = "v=DKIM1; k=rsa; p=MIGf MA0GCSqGSIb3DQ=="
PASS, FAIL, WARNING, UNKNOWN = Status.PASS, Status.FAIL, Status.WARNING, Status.UNKNOWN


def finding(check: Check, answers: dict[str, Sequence[str] | None], sender: Sender = SMTP) -> Finding:
    """With `answers` as all there is: any other name has no records."""
    known: dict[str, Sequence[str] | None] = dict(answers)
    while names := wanted(sender, known):
        known |= dict.fromkeys(names, ())
    return next(one for one in evaluate(sender, known, NOW) if one.check is check)


def spf(*records: str, **others: Sequence[str] | None) -> Finding:
    named = {name.replace("_", "."): texts for name, texts in others.items()}
    return finding(Check.SPF, {DOMAIN: records, **named})


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ("v=spf1 include:spf.example ~all", PASS),
        ("V=SPF1 a mx -all", PASS),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ?all", PASS),
        ("v=spf1 a/24 mx:mx.example/24//64 exists:%{i}.x.example -all", PASS),
        ("v=spf1 include:%{d}.spf.example -all", PASS),
        ("v=spf1 redirect=spf.example", PASS),
        ("v=spf1 unknown=thing -all", PASS),
        ("v=spf1 +all", FAIL),
        ("v=spf1 all", FAIL),
        ("v=spf1 -all", FAIL),
        ("v=spf1 ip4:192.0.2.0/99 -all", FAIL),
        ("v=spf1 ip4:2001:db8::1 -all", FAIL),
        ("v=spf1 includes:spf.example -all", FAIL),
        ("v=spf1 include -all", FAIL),
        ("v=spf1 include:gone.example -all", FAIL),
        ("v=spf1 include:everybody.example -all", FAIL),
        ("v=spf10 a -all", FAIL),
        ("something else", FAIL),
    ],
)
def test_an_spf_record(record: str, status: Status) -> None:
    found = spf(record, spf_example=["v=spf1 a -all"], everybody_example=["v=spf1 +all"])
    assert found.status is status, found.sentence


def test_two_spf_records_are_none() -> None:
    found = spf("v=spf1 a -all", "v=spf1 mx -all", "other text")

    assert found.status is FAIL
    assert found.record == "v=spf1 a -all | v=spf1 mx -all"
    assert "2 SPF records" in found.sentence


def test_spf_takes_ten_lookups_and_not_eleven() -> None:
    # The include is one, and its own count.
    inner = " ".join(f"a:{number}.example" for number in range(8))
    others = {"inner_example": [f"v=spf1 {inner} -all"]}

    assert spf("v=spf1 include:inner.example mx ip4:192.0.2.1 -all", **others).status is PASS
    assert "10 DNS lookups" in spf("v=spf1 include:inner.example mx a -all", **others).sentence


def test_an_spf_record_that_includes_itself_ends() -> None:
    assert spf(f"v=spf1 include:{DOMAIN} -all").status is FAIL


def test_an_include_that_dns_does_not_tell_is_unknown() -> None:
    assert spf("v=spf1 include:spf.example -all", spf_example=None).status is UNKNOWN


def test_no_spf_is_a_failure_that_says_what_to_publish() -> None:
    found = spf()

    assert found.status is FAIL
    assert found.example == f'{DOMAIN} TXT "v=spf1 include:your-mail-server.example ~all"'


def test_with_the_default_mail_from_of_ses_spf_stops_nothing() -> None:
    assert finding(Check.SPF, {}, SES).status is WARNING
    assert finding(Check.SPF, {DOMAIN: None}, SES).status is WARNING


def test_a_mail_from_domain_of_ones_own_has_to_include_ses() -> None:
    bounces = f"bounces.{DOMAIN}"
    sender = Sender(DOMAIN, "agency.example", Transport.SES, identity=Identity(DOMAIN, mail_from=bounces))

    assert (
        finding(Check.SPF, {bounces: ["v=spf1 include:amazonses.com ~all"]}, sender).status is FAIL
    )  # no record there
    included: dict[str, Sequence[str] | None] = {
        bounces: ["v=spf1 include:amazonses.com ~all"],
        "amazonses.com": ["v=spf1 ip4:192.0.2.1 -all"],
    }
    assert finding(Check.SPF, included, sender).status is PASS
    assert finding(Check.SPF, {bounces: ["v=spf1 a -all"]}, sender).status is FAIL
    assert finding(Check.SPF, {}, sender).status is FAIL


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (GOOD_KEY, PASS),
        ("p=MIGfMA0GCSqGSIb3DQ==", PASS),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", PASS),
        ("v=DKIM1; t=s; p=MIGfMA0GCSqGSIb3DQ==", PASS),
        ("v=DKIM1; t=y:s; p=MIGfMA0GCSqGSIb3DQ==", WARNING),
        ("v=DKIM1; p=", FAIL),
        ("v=DKIM1; k=rsa", FAIL),
        ("v=DKIM2; p=MIGf", FAIL),
        ("v=DKIM1; k=dsa; p=MIGf", FAIL),
        ("v=DKIM1; p=not base64!", FAIL),
        ("v=spf1 -all", FAIL),
    ],
)
def test_a_dkim_key(record: str, status: Status) -> None:
    assert finding(Check.DKIM, {KEY: [record]}).status is status


def test_a_revoked_key_beside_a_good_one_is_no_matter() -> None:
    sender = Sender(DOMAIN, "agency.example", Transport.SMTP, ("s1", "s2"))

    both = finding(Check.DKIM, {KEY: ["p="], f"s2._domainkey.{DOMAIN}": [GOOD_KEY]}, sender)

    assert (both.status, both.name) == (PASS, f"s2._domainkey.{DOMAIN}")
    assert "revoked" in finding(Check.DKIM, {KEY: ["p="]}, sender).sentence


def test_the_key_may_be_that_of_the_organisation_and_under_a_usual_name() -> None:
    sender = Sender(DOMAIN, "agency.example", Transport.SMTP)

    assert finding(Check.DKIM, {"google._domainkey.agency.example": [GOOD_KEY]}, sender).status is PASS
    assert "sending.dkim_selectors" in finding(Check.DKIM, {}, sender).sentence


def test_a_key_that_dns_does_not_tell_is_unknown_not_gone() -> None:
    assert finding(Check.DKIM, {KEY: None}).status is UNKNOWN


@pytest.mark.parametrize(
    ("identity", "status", "word"),
    [
        (None, FAIL, "verify the domain"),
        (Identity("agency.example", "PENDING", tokens=("t1",)), FAIL, "CNAME"),
        (Identity("agency.example", "TEMPORARY_FAILURE"), UNKNOWN, ""),
        (Identity("agency.example", signing=False), FAIL, "signing is off"),
        (Identity("agency.example"), PASS, ""),
        (Identity("agency.example", tokens=("gone",)), FAIL, "no key"),
    ],
)
def test_what_ses_says_of_its_keys(identity: Identity | None, status: Status, word: str) -> None:
    found = finding(Check.DKIM, {}, Sender(DOMAIN, "agency.example", Transport.SES, identity=identity))

    assert found.status is status
    assert word in found.sentence


def test_ses_that_does_not_answer_is_unknown() -> None:
    silent = Sender(DOMAIN, "agency.example", Transport.SES, ses_said=False)

    assert finding(Check.DKIM, {}, silent).status is UNKNOWN
    assert finding(Check.SPF, {}, silent).status is UNKNOWN


@pytest.mark.parametrize(
    ("own", "above", "status"),
    [
        (["v=DMARC1; p=none"], [], PASS),
        (["v=DMARC1;p=reject;rua=mailto:a@b.example"], [], PASS),
        (["v=DMARC1; rua=mailto:a@b.example"], [], PASS),
        ([], ["v=DMARC1; p=quarantine"], PASS),
        ([], ["v=DMARC1; p=none; sp=reject"], PASS),
        ([], ["v=DMARC1; p=none; sp=maybe"], FAIL),
        (["v=DMARC1; p=maybe"], ["v=DMARC1; p=none"], FAIL),
        (["v=DMARC1"], [], FAIL),
        (["p=none; v=DMARC1"], [], FAIL),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], [], FAIL),
        ([], [], FAIL),
        (None, ["v=DMARC1; p=none"], UNKNOWN),
        ([], None, UNKNOWN),
    ],
)
def test_a_dmarc_record(own: Sequence[str] | None, above: Sequence[str] | None, status: Status) -> None:
    found = finding(Check.DMARC, {f"_dmarc.{DOMAIN}": own, "_dmarc.agency.example": above})
    assert found.status is status, found.sentence


def test_strict_alignment_fails_where_ses_signs_for_the_domain_above() -> None:
    strict: dict[str, Sequence[str] | None] = {f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none; adkim=s"]}

    assert finding(Check.DMARC, strict, SES).status is FAIL
    assert finding(Check.DMARC, strict).status is PASS


def _found(spf: Status, at: datetime = NOW) -> tuple[Finding, ...]:
    statuses = {Check.SPF: spf, Check.DKIM: PASS, Check.DMARC: PASS}
    return tuple(Finding(check, status, DOMAIN, "…", seen_at=at) for check, status in statuses.items())


@pytest.mark.parametrize(("spf", "may"), [(PASS, True), (WARNING, True), (FAIL, False), (UNKNOWN, False)])
def test_nothing_but_what_is_known_to_be_right_may_send(spf: Status, may: bool) -> None:
    assert may_send(_found(spf)) is may


def test_what_was_not_looked_at_may_not_send() -> None:
    assert not may_send(())
    assert not may_send(_found(PASS)[:2])


@pytest.mark.parametrize(("days", "status"), [(7, PASS), (8, UNKNOWN)])
def test_while_dns_is_silent_the_last_pass_counts_for_a_week(days: int, status: Status) -> None:
    later = NOW + timedelta(days=days)

    after = remembered(_found(PASS), _found(UNKNOWN, later), later)

    assert after[0].status is status


def test_a_failure_is_not_remembered_when_dns_is_silent() -> None:
    assert remembered(_found(FAIL), _found(UNKNOWN), NOW)[0].status is UNKNOWN


@pytest.mark.parametrize(
    ("spf", "hours", "is_fresh"),
    [(PASS, 23, True), (PASS, 24, False), (FAIL, 0.9, True), (FAIL, 1, False), (UNKNOWN, 0, False)],
)
def test_a_pass_is_fresh_for_a_day_and_a_failure_for_an_hour(spf: Status, hours: float, is_fresh: bool) -> None:
    assert sender_check.fresh(_found(spf), NOW, NOW + timedelta(hours=hours)) is is_fresh


def test_what_is_only_remembered_is_asked_again() -> None:
    assert not sender_check.fresh(_found(PASS, NOW - timedelta(hours=1)), NOW, NOW)
