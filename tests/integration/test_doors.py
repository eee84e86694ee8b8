"""What comes in beside the API, with characters and moments that nobody can store: mended, and nothing is lost."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
import stamina
from pydantic import ValidationError

from cam.leads import imports, reading
from cam.model.models import JobStatus, LeadStatus
from cam.model.settings.sending import Sending
from cam.platform import environment
from cam.runs import runs
from cam.text import clock
from cam.text.characters import unstorable
from functions.events.handler import handler as events_handler
from functions.events.inbound import handler as inbound_handler
from functions.inbox.mailbox import _received
from functions.run.handler import begin, finish
from tests.conftest import BUCKET, CAMPAIGNS, LEADS
from tests.events import event
from tests.fakes import apollo
from tests.fakes.apollo import Apollo
from tests.fakes.people import population
from tests.fakes.server import Reply
from tests.integration import pipeline
from tests.integration.providers import Time, asked, harvest, settings
from tests.integration.test_events import ses
from tests.integration.test_inbound import to
from tests.integration.test_nurture import Outside, nurture, outside, read, routed

__all__ = ["outside", "routed"]  # fixtures

BROKEN = "x\ud800\0y"


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts(inner)
    elif isinstance(value, list | set | tuple):
        for inner in value:
            yield from texts(inner)


def assert_storable() -> None:
    """Nothing in the tables is what DynamoDB would refuse; moto takes anything."""
    for table in (CAMPAIGNS, LEADS):
        for item in boto3.resource("dynamodb").Table(table).scan()["Items"]:
            assert [text for text in texts(item) if unstorable(text)] == []


def spoiled(value: Any, kept: tuple[str, ...] = ()) -> Any:
    """An event with something that cannot be stored in every text but those of these names."""
    if isinstance(value, str):
        return value + BROKEN
    if isinstance(value, list):
        return [spoiled(one, kept) for one in value]
    if isinstance(value, dict):
        more = {name + BROKEN: BROKEN for name in value}
        return {name: one if name in kept else spoiled(one, kept) for name, one in value.items()} | more
    return value


@pytest.mark.parametrize("kind", ["Send", "Delivery", "Bounce", "Complaint", "Open", "Click", "Reject"])
def test_an_event_of_ses_with_broken_text_is_recorded(routed: Any, outside: Outside, kind: str) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    sound = ses(lead_id, kind)

    done = events_handler(spoiled(sound, ("eventType", "headers", "bounceType", "timestamp")), pipeline.CONTEXT)

    assert done == ({"settled": 1} if kind in ("Send", "Reject") else {"recorded": 1})
    assert_storable()


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "10000-01-01T00:00:00Z"])
@pytest.mark.parametrize("kind", ["Delivery", "Bounce", "Open", "Click"])
def test_an_event_at_a_moment_that_nobody_reckons_with_is_recorded_as_of_now(
    routed: Any, outside: Outside, kind: str, moment: str
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    asked_for = ses(lead_id, kind)
    asked_for["detail"]["mail"]["timestamp"] = asked_for["detail"][kind.lower()]["timestamp"] = moment

    first, again = (events_handler(asked_for, pipeline.CONTEXT) for _ in range(2))

    assert (first, again) == ({"recorded": 1}, {"duplicate": 1})
    (recorded,) = [item for item in reading.read(1, 1, lead_id)[1] if item["kind"] == "event"]
    assert abs((clock.parse(recorded["at"]) - clock.now()).total_seconds()) < 3600


ODD_HEADERS = {
    "boundary in no encoding": "Content-Type: multipart/mixed; boundary*=undefined''x",
    "boundary in idna": "Content-Type: multipart/mixed; boundary*=idna''%ff",
    "filename in no encoding": "Content-Disposition: inline; filename*=undefined''x",
    "filename in idna": "Content-Disposition: inline; filename*=idna''..%ff",
    "charset in no encoding": "Content-Type: text/plain; charset=undefined",
    "charset that is none": "Content-Type: text/plain; charset*=undefined''x",
    "comments within comments": "Sender: " + "(" * 5_000,
    "half a character": "X-Odd: \ud800\udcff\0",
    "words in no encoding": "X-Odd: =?undefined?q?x?=",
    "transfer in no encoding": "Content-Transfer-Encoding: undefined",
}


def odd(lead_id: str, header: str, subject: str = "unsubscribe") -> bytes:
    head = f"From: Ada <ada0@company0.example>\r\nTo: {to(lead_id)}\r\nSubject: {subject}\r\n{header}\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + b"unsubscribe\r\n\xff\xfe\x00\r\n"


def arrive(raw: bytes) -> Any:
    told = event("inbound_mail")
    told["detail"]["object"]["key"] = "inbound/odd"
    boto3.client("s3").put_object(Bucket=BUCKET, Key="inbound/odd", Body=raw)
    # What was left out of an email that exceeds a limit is counted as well.
    return {name: number for name, number in inbound_handler(told, pipeline.CONTEXT).items() if name != "shortened"}


@pytest.mark.parametrize("header", ODD_HEADERS.values(), ids=ODD_HEADERS.keys())
def test_an_opt_out_in_a_mail_that_no_parser_reads_is_heard(routed: Any, outside: Outside, header: str) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    assert arrive(odd(lead_id, header)) == {"unsubscribe": 1}

    assert read(lead_id).status is LeadStatus.UNSUBSCRIBED
    assert_storable()


@pytest.mark.parametrize("name", ["From", "To", "Cc", "Subject", "References", "Message-ID"])
def test_a_mail_with_odd_values_in_the_headers_that_are_read_is_recorded(
    routed: Any, outside: Outside, name: str
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    for number, value in enumerate(("=?undefined?q?x?=", "=?utf-8?b?//8=?=", "(" * 5_000, '"' * 999, "\udcff\0\ud800")):
        head = f"{name}: {value}\r\nDelivered-To: {to(lead_id)}\r\nX-Number: {number}\r\n\r\nYes."
        assert arrive(head.encode("utf-8", "surrogatepass")).keys() <= {"human", "duplicate"}
    assert_storable()


def test_parts_within_parts_are_read_as_far_as_they_can_be(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 2_000
    raw = (
        f"From: ada0@company0.example\r\nTo: {to(lead_id)}\r\nSubject: unsubscribe\r\n".encode()
        + nested
        + b"unsubscribe"
    )

    assert arrive(raw) == {"unsubscribe": 1}


@pytest.mark.parametrize("stated", ["31-Dec-9999 23:59:59 -1400", "01-Jan-99999 00:00:00 +0000", "x"])
def test_a_mailbox_whose_clock_is_of_no_time_gives_mails_of_now(stated: str) -> None:
    now = clock.now()
    assert _received(re.fullmatch(b'INTERNALDATE "(.*)"', f'INTERNALDATE "{stated}"'.encode()), now) == now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield Time(monkeypatch)


def test_people_of_a_provider_with_broken_text_are_taken_in(campaign: Any, time: Time, monkeypatch: Any) -> None:
    fit = [one for one in population(1000) if one.organization.country == "United States" and one.enrichable]
    crowd = [
        replace(one, title=one.title + BROKEN, city=one.city + BROKEN, last_name=one.last_name + BROKEN)
        for one in fit
        if one.email_status == "verified"
    ][:10]
    # As the escapes of JSON: the fake writes UTF-8, which has none of them.
    monkeypatch.setattr(apollo, "answer", lambda status, content, _=None: Reply(status, json.dumps(content).encode()))
    campaign(settings=settings(icp={"location": "United States"}))
    with Apollo(crowd) as fake, asked(time, monkeypatch, "apollo", fake, "fake-apollo-key"):
        _, result = harvest(time, 1, "run-1", 5)

    assert result.counts["inserted"] == 5
    found, _ = reading.page(1, 1, {}, 100, None)
    assert all("\ufffd" in (one.role or "") for one in found)
    assert_storable()


ROW = "Ann,ann{}@acme{}.example,{}\n"
FILES = {
    "utf-16 with half a character": lambda text: text.encode("utf-16", "surrogatepass"),
    "utf-8 with half a character": lambda text: text.encode("utf-8", "surrogatepass"),
}


@pytest.mark.parametrize("written", FILES.values(), ids=FILES.keys())
def test_a_row_of_a_file_with_broken_text_is_refused_by_its_line_and_the_others_come_in(
    campaign: Any, time: Time, written: Callable[[str], bytes]
) -> None:
    campaign()
    roles = [*["CTO é"] * 9, "CTO \ud800", "CTO \0"]
    rows = [ROW.format(number, number, role) for number, role in enumerate(roles)]
    data = written("".join(["name,email,role\n", *rows]))
    one, _, _ = imports.expect(1, "big.csv", len(data), None)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=one.object_key, Body=data)

    _, result = harvest(time, 1, "run-1")

    done = imports.read(1, one.import_id)
    assert (result.counts["inserted"], done.refused) == (9, 2)
    assert [error.line for error in done.errors] == [11, 12]
    assert_storable()


def test_a_file_of_uncertain_encoding_fails_with_the_question_and_takes_nobody_in(campaign: Any, time: Time) -> None:
    campaign()
    data = "".join(["name,email,role\n", *(ROW.format(n, n, "CTO é\x81") for n in range(9))]).encode("latin-1")
    one, _, _ = imports.expect(1, "big.csv", len(data), None)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=one.object_key, Body=data)

    _, result = harvest(time, 1, "run-1")

    done = imports.read(1, one.import_id)
    assert (result.counts["inserted"], done.status) == (0, JobStatus.FAILED)
    assert "encoding" in done.errors[0].message


@pytest.mark.parametrize(
    "given",
    [
        {"campaign_id": True}, {"campaign_id": "1"}, {"campaign_id": 1.5}, {"campaign_id": "\ud800"},
        {"campaign_id": 1, "stages": ["\ud800"]}, {"campaign_id": 1, "trigger": "\0"},
        {"campaign_id": 1, "max_leads": "10"}, {"campaign_id": 1, "max_leads": True},
        {"campaign_id": 1, "as_of": "9999-12-31T23:59:59Z"}, {"campaign_id": 1, "as_of": "0001-01-01T00:00:00+14:00"},
    ],
)  # fmt: skip
def test_a_run_that_the_console_asks_for_in_other_words_is_not_begun(campaign: Any, given: Any) -> None:
    campaign()
    with pytest.raises(ValidationError):
        begin({**event("begin_console"), "input": given}, pipeline.CONTEXT)
    assert_storable()


def test_a_run_that_ends_before_it_begins_with_any_input_is_let_go(campaign: Any) -> None:
    campaign()
    for text in ('{"campaign_id": "\\ud800"}', "{", "\ud800", '{"campaign_id": 1, "as_of": "9999-12-31T23:59:59Z"}'):
        told = event("execution_aborted")
        told["detail"]["input"] = text
        assert finish(told, pipeline.CONTEXT)["status"] == "FAILED"


def test_a_moment_without_its_zone_is_in_utc(campaign: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "true")
    campaign()

    begin({**event("begin_console"), "input": {"campaign_id": 1, "as_of": "2026-12-01T08:00:00"}}, pipeline.CONTEXT)

    ((run, _),) = runs.page(1, 10)[0]
    assert run.as_of
    assert clock.iso(run.as_of) == "2026-12-01T08:00:00.000Z"


@pytest.mark.parametrize("name", ["A\udcff", "A\x1b", "A\u202e"])
def test_a_sender_of_the_stack_that_nobody_can_read_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("SENDER_NAME", name)
    monkeypatch.setenv("SENDER_EMAIL", "ada@agency.example")

    assert environment.sender(Sending()) == Sending()
