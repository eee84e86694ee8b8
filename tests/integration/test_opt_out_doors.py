"""Every door by which an opt-out comes in, in every spelling of the address: no campaign mails the person again."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import pytest

from cam.leads import adding, reading
from cam.leads.adding import Found
from cam.mail import ledger, suppression
from cam.model import addresses
from cam.model.models import Campaign, Enrichment, LawfulBasis, LeadDraft, LeadStatus, Stage
from cam.platform import keys, tables, tokens
from cam.platform.environment import campaigns_table
from cam.text import clock
from functions.events.handler import handler as events
from functions.events.inbound import handler as inbound
from functions.nurture.transports.errors import Refused
from tests.api.client import Client, assert_problem
from tests.conftest import BUCKET, CAMPAIGNS, LEADS
from tests.events import event
from tests.integration import pipeline
from tests.integration.test_events import ses
from tests.integration.test_inbound import to
from tests.integration.test_nurture import Outside, outside
from tests.unit.example_answers import mail

__all__ = ["outside"]  # fixture

ROUTED = {
    "sending": {"ignore_window": True, "warm_up": None, "daily_cap": 1000},
    "routing": {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]},
}

# How the address is written where the opt-out comes in, and in the other campaign.
SPELLINGS = {
    "as it is": ("ann.lee@acme.example", "ann.lee@acme.example"),
    "capitals": ("Ann.Lee@ACME.Example", "ann.lee@acme.example"),
    "tag": ("ann.lee@acme.example", "ann.lee+news@acme.example"),
    "another tag": ("ann.lee+x@acme.example", "ann.lee+news@acme.example"),
    "quotes": ('"ann.lee"@acme.example', "ann.lee@acme.example"),
    "dot at the end": ("ann.lee@acme.example.", "ann.lee@acme.example"),
    "dots of Gmail": ("a.nn.lee@gmail.com", "annlee@gmail.com"),
    "no dots of Gmail": ("annlee@gmail.com", "ann.lee+x@GMail.com"),
    "Googlemail": ("ann.lee@googlemail.com", "ann.lee@gmail.com"),
    "umlaut": ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    "umlaut in capitals": ("ann@BÜCHER.example", "ann@bücher.example"),
    "umlaut in two characters": ("ann@bu\u0308cher.example", "ann@b\u00fccher.example"),
    "xn-- in capitals": ("ann@XN--BCHER-KVA.example", "ann@bücher.example"),
    "capital sharp s": ("ann@STRAẞE.example", "ann@straße.example"),
    "capital sigma": ("ann@ελλασ-news.example", "ann@ΕΛΛΑΣ-NEWS.example"),
    "final sigma": ("ann@ελλας-news.example", "ann@ΕΛΛΑΣ-NEWS.example"),
    "final sigma in the other": ("ann@ΕΛΛΑΣ-NEWS.example", "ann@ελλας-news.example"),
    "full width": ("ann@ａｃｍｅ．example", "ann@acme.example"),
    "full width in the other": ("ann@acme.example", "ann@ＡＣＭＥ.example"),
    "ideographic full stop": ("ann@acme。example", "ann@acme.example"),
    "soft hyphen": ("ann@ac\u00adme.example", "ann@acme.example"),
}

Door = Callable[[str, str], None]
DOORS: dict[str, Door] = {}


def door(name: str) -> Callable[[Door], Door]:
    def keep(one: Door) -> Door:
        DOORS[name] = one
        return one

    return keep


def link(lead_id: str) -> str:
    return "/u/" + tokens.lead_reference(1, 0, lead_id, 0)


@door("link")
def by_link(lead_id: str, _: str) -> None:
    assert Client().post(link(lead_id)).status == 200


@door("one-click")
def by_one_click(lead_id: str, _: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert Client().post(link(lead_id), body=b"List-Unsubscribe=One-Click", headers=form).status == 200


@door("reply")
def by_reply(lead_id: str, _: str) -> None:
    told = event("inbound_mail")
    told["detail"]["object"]["key"] = "inbound/1"
    boto3.client("s3").put_object(Bucket=BUCKET, Key="inbound/1", Body=mail("unsubscribe", To=to(lead_id)))
    assert inbound(told, pipeline.CONTEXT) == {"unsubscribe": 1}


def post_event(lead_id: str, kind: str, event_id: str = "e-1") -> Any:
    given = {"event_id": event_id, "type": kind, "occurred_at": clock.iso(clock.now())}
    answer = Client().post(f"/campaigns/1/leads/{lead_id}/events", given)
    assert answer.status == 200
    return answer.json()["recorded"]


@door("event unsubscribed")
def by_event(lead_id: str, _: str) -> None:
    assert post_event(lead_id, "unsubscribed")


@door("event complained")
def by_complaint_event(lead_id: str, _: str) -> None:
    assert post_event(lead_id, "complained")


def of_ses(lead_id: str, kind: str, **about: Any) -> Any:
    return events(ses(lead_id, kind, **about), pipeline.CONTEXT)


@door("SES bounce")
def by_bounce(lead_id: str, _: str) -> None:
    assert of_ses(lead_id, "Bounce") == {"recorded": 1}


@door("SES complaint")
def by_complaint(lead_id: str, _: str) -> None:
    assert of_ses(lead_id, "Complaint") == {"recorded": 1}


@door("API suppression")
def by_api(_: str, address: str) -> None:
    assert Client().post("/suppressions", {"address": address, "reason": "by phone"}).status == 201


@door("lead with do_not_contact")
def by_lead(_: str, address: str) -> None:
    leads = [{"name": "Ann Lee", "email": address, "do_not_contact": True}]
    assert Client().post("/campaigns/1/leads", {"leads": leads}).json()["refused"] == []


@door("import")
def by_import(_: str, address: str) -> None:
    quoted = address.replace('"', '""')
    pipeline.upload(1, f'name,email,Email Opt Out\nAnn Lee,"{quoted}",1\n')
    pipeline.pipeline(1, f"import-{uuid4()}", stages=["HARVEST"])


def insert(campaign_id: int, email: str, one: str | None = None) -> str:
    """A lead as Harvest writes it; `one` is its id, when that is not the one of today."""
    draft = LeadDraft(
        name="Ann Lee", email=email, role="CTO", lawful_basis=LawfulBasis.OPT_IN,
        enrichment=Enrichment(is_decision_maker=True),
    )  # fmt: skip
    one = one or addresses.lead_id(campaign_id, email, None, None, None)
    assert one
    found = (Found(one, draft, "csv", "a test"), addresses.normalise(email))
    adding.add(keys.Shard(campaign_id, "setup", 0), 1, [found], {"inserted": 1}, clock.now(), [], None)
    return one


def waiting(campaign_id: int, email: str) -> str:
    """A lead that waits for its first touch."""
    one = insert(campaign_id, email)
    pipeline.pipeline(campaign_id, "setup", stages=["SCORE", "QUALIFY", "ROUTE"])
    assert shown(campaign_id, one)["waits_for"] == "nurture"
    return one


def shown(campaign_id: int, lead_id: str) -> Any:
    return Client().get(f"/campaigns/{campaign_id}/leads/{lead_id}").json()


def nurture(campaign_id: int, name: str = "run-1") -> Any:
    return pipeline.pipeline(campaign_id, name, stages=["NURTURE"])[1][Stage.NURTURE].counts


@pytest.fixture
def two(campaign: Callable[..., Campaign]) -> None:
    """Two campaigns that mail whoever they may."""
    campaign(settings=ROUTED)
    campaign(settings=ROUTED)


def every(named: dict[str, Any]) -> Any:
    """What a test is run with, by name."""
    return {"argvalues": named.values(), "ids": named.keys()}


def forget_everybody() -> None:
    """No leads, no suppressions: the next case begins anew in the same tables, which take long to make."""
    for name, begins in ((LEADS, "L#"), (CAMPAIGNS, "S#")):
        table = boto3.resource("dynamodb").Table(name)
        for item in table.scan()["Items"]:
            if str(item["pk"]).startswith(begins):
                table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


@pytest.mark.parametrize("way", **every(DOORS))
def test_an_opt_out_suppresses_the_person_in_every_spelling(two: None, way: Door) -> None:
    still_mailed = {}
    for name, (here, there) in SPELLINGS.items():
        forget_everybody()
        way(insert(1, here), here)
        if left := {here, there} - suppression.suppressed([here, there]):
            still_mailed[name] = left

    assert still_mailed == {}


@pytest.mark.parametrize(
    ("way", "spelling"),
    [*((way, "dots of Gmail") for way in DOORS), *(("link", spelling) for spelling in SPELLINGS)],
)
def test_an_opt_out_stops_the_person_in_every_campaign(two: None, outside: Outside, way: str, spelling: str) -> None:
    here, there = SPELLINGS[spelling]
    first, other = insert(1, here), waiting(2, there)

    DOORS[way](first, here)

    assert shown(2, other)["held"] == "suppressed"
    assert Client().get("/campaigns/2/leads").json()["items"][0]["held"] == "suppressed"
    assert nurture(2)["suppressed"] == 1
    assert shown(2, other)["status"] == LeadStatus.UNSUBSCRIBED
    assert outside.taken == []


@pytest.mark.parametrize("there", sorted({there for _, there in SPELLINGS.values()}))
def test_without_an_opt_out_each_of_them_is_mailed(two: None, outside: Outside, there: str) -> None:
    waiting(2, there)
    assert nurture(2)["sent"] == 1


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({"address": "Ann.Lee+x@ACME.example"}, "ann.lee@acme.example"),
        ({"address": "a.n.n.lee@googlemail.com"}, "annlee+x@gmail.com"),
        ({"address": "ann@ΕΛΛΑΣ-NEWS.example"}, "ann@ελλασ-news.example"),
        ({"domain": "ACME.example"}, "ann.lee@acme.example"),
        ({"domain": "acme.example"}, "ann.lee@mail.eu.acme.example"),
        ({"domain": "bücher.example"}, "ann@XN--BCHER-KVA.example"),
    ],
)
def test_a_suppression_right_before_the_claim_wins(
    two: None, outside: Outside, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], there: str
) -> None:
    """The worker has looked at the suppressions, and found none."""
    waiting(2, there)
    claim = ledger.claim

    def suppress_first(*arguments: Any) -> Any:
        assert Client().post("/suppressions", {**given, "reason": "by phone"}).status in (200, 201)
        return claim(*arguments)

    monkeypatch.setattr(ledger, "claim", suppress_first)

    assert nurture(2).get("sent", 0) == 0
    assert outside.taken == []


@pytest.mark.parametrize(
    ("suppressed", "mailed"),
    [
        ("ΕΛΛΑΣ-NEWS.example", "ελλας-news.example"),
        ("ελλας-news.example", "ΕΛΛΑΣ-NEWS.example"),
        ("ΕΛΛΑΣ-NEWS.example", "mail.ΕΛΛΑΣ-NEWS.example"),
        ("ＡＣＭＥ．example", "x.acme.example"),
        ("XN--BCHER-KVA.example", "BÜCHER.example"),
        ("googlemail.com", "gmail.com"),
    ],
)
def test_a_suppressed_domain_is_not_mailed_in_any_spelling(
    two: None, outside: Outside, suppressed: str, mailed: str
) -> None:
    waiting(2, f"ann@{mailed}")

    assert Client().post("/suppressions", {"domain": suppressed, "reason": "by phone"}).status == 201

    assert nurture(2)["suppressed"] == 1
    assert outside.taken == []


def removed(address: str) -> None:
    assert Client().request("DELETE", f"/suppressions/{address}").status == 204
    assert not suppression.suppressed([address])


ANN = "ann@acme.example"
# What is another act each time; the others tell again of the same one when they come with the same id.
AGAIN: dict[str, Door] = {
    name: DOORS[name] for name in ("link", "one-click", "lead with do_not_contact", "API suppression")
} | {
    "another reply": lambda lead_id, _: _reply(lead_id, "2"),
    "another event": lambda lead_id, _: post_event(lead_id, "unsubscribed", "e-2"),
    "another complaint": lambda lead_id, _: of_ses(lead_id, "Complaint", feedbackId="c-2"),
    "another bounce": lambda lead_id, _: of_ses(lead_id, "Bounce", feedbackId="b-2"),
}


def _reply(lead_id: str, name: str) -> None:
    told = event("inbound_mail")
    told["detail"]["object"]["key"] = f"inbound/{name}"
    raw = mail("unsubscribe", To=to(lead_id), Message_ID=f"<{name}@acme.example>")
    boto3.client("s3").put_object(Bucket=BUCKET, Key=f"inbound/{name}", Body=raw)
    assert inbound(told, pipeline.CONTEXT) == {"unsubscribe": 1}


@pytest.mark.parametrize("again", **every(AGAIN))
def test_a_new_opt_out_after_the_suppression_was_removed_takes_effect_again(two: None, again: Door) -> None:
    still_mailed = []
    for name, first in DOORS.items():
        forget_everybody()
        lead_id = insert(1, ANN)
        first(lead_id, ANN)
        removed(ANN)
        again(lead_id, ANN)
        still_mailed += [] if suppression.suppressed([ANN]) else [name]

    assert still_mailed == []


def test_after_a_second_click_nothing_more_is_mailed(two: None, outside: Outside) -> None:
    lead_id, other = insert(1, ANN), waiting(2, ANN)
    by_link(lead_id, ANN)
    removed(ANN)
    assert shown(2, other)["held"] is None

    by_link(lead_id, ANN)

    assert shown(2, other)["held"] == "suppressed"
    assert nurture(2)["suppressed"] == 1
    assert outside.taken == []


def test_every_click_is_recorded_once_for_each_time_that_it_took_effect(two: None) -> None:
    lead_id = insert(1, ANN)
    for _ in range(3):
        by_link(lead_id, ANN)
    removed(ANN)
    for _ in range(3):
        by_link(lead_id, ANN)

    kept = [item for item in reading.read(1, 1, lead_id)[1] if item["kind"] == "event"]
    assert [item["type"] for item in kept] == ["unsubscribed"] * 2


@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
def test_an_event_that_ses_tells_again_does_not_suppress_again(two: None, kind: str) -> None:
    lead_id = insert(1, ANN)
    told = clock.now()
    assert of_ses(lead_id, kind, at=told) == {"recorded": 1}
    removed(ANN)

    assert of_ses(lead_id, kind, at=told) == {"duplicate": 1}

    assert not suppression.suppressed([ANN])


def test_a_call_of_the_api_that_is_tried_again_does_not_suppress_again(two: None) -> None:
    lead_id = insert(1, ANN)
    assert post_event(lead_id, "unsubscribed")
    removed(ANN)

    assert not post_event(lead_id, "unsubscribed")

    assert not suppression.suppressed([ANN])


def test_a_mailbox_that_the_server_refuses_again_is_suppressed_again(two: None, outside: Outside) -> None:
    """Somebody has put the lead back into its queue, and its address is still none."""
    lead_id = waiting(1, ANN)
    todo = reading.read(1, 1, lead_id)[0].todo
    for number in range(2):
        outside.troubles = [Refused("550 5.1.1 no such user", bounced=True)]
        assert nurture(1, f"run-{number}")["bounced"] == 1
        removed(ANN)
        back = {"status": LeadStatus.QUALIFIED, "todo": todo}
        tables.write(tables.update("cam-leads", keys.lead(1, 0, lead_id), put=back))
    assert outside.taken == []


# ---------------------------------------------------------------- kept by an earlier version


@pytest.mark.parametrize(
    ("kept", "email"),
    [
        ("ann.lee@gmail.com", "ann.lee@gmail.com"),
        ("ann.lee@gmail.com", "Ann.Lee+x@googlemail.com"),
        ("annlee@googlemail.com", "annlee@gmail.com"),
    ],
)
def test_a_suppression_of_an_earlier_version_still_holds_and_can_be_removed(
    two: None, outside: Outside, kept: str, email: str
) -> None:
    tables.write(suppression.add(kept, "unsubscribed", clock.now(), 1))
    waiting_lead = insert(2, email)
    pipeline.pipeline(2, "setup", stages=["SCORE", "QUALIFY", "ROUTE"])
    assert shown(2, waiting_lead)["qualification"]["reasons"] == ["suppressed"]

    removed(kept)

    assert_problem(Client().request("DELETE", f"/suppressions/{kept}"), 404)
    assert not tables.get(campaigns_table(), keys.suppression(kept))


@pytest.mark.parametrize("email", ["ann.lee@gmail.com", "Ann.Lee+new@googlemail.com"])
@pytest.mark.parametrize("way", ["file", "by hand"])
def test_a_lead_of_an_earlier_version_is_not_added_again(two: None, email: str, way: str) -> None:
    before = addresses.earlier_id(1, email)
    assert before
    insert(1, email, before)

    if way == "file":
        pipeline.upload(1, f"name,email,industry\nAnn Lee,{email},software\n")
    else:
        leads = [{"email": email, "enrichment": {"industry": "software"}}]
        assert Client().post("/campaigns/1/leads", {"leads": leads}).json()["duplicates"] == 1
    pipeline.pipeline(1, "run", stages=["HARVEST"])

    found, _ = reading.page(1, 1, {}, 10)
    assert [(one.id, one.enrichment.industry) for one in found] == [(before, "software")]


def test_two_spellings_of_a_gmail_address_in_one_file_are_one_lead(two: None) -> None:
    rows = ("ann.lee@gmail.com", "annlee@gmail.com", "A.N.N.Lee+x@googlemail.com")
    pipeline.upload(1, "".join(["name,email\n", *(f"Ann Lee,{one}\n" for one in rows)]))
    pipeline.pipeline(1, "run", stages=["HARVEST"])

    (lead,) = reading.page(1, 1, {}, 10)[0]
    assert lead.email == "ann.lee@gmail.com"
