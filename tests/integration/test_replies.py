"""Replies by mail: shown to people, told at once, and decided by one call that counts and undoes what it must."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cam.campaigns import campaigns
from cam.mail import engagement, notices, replies, reply_corrections, resubscriptions, suppression
from cam.mail.engagement import Event, EventType
from cam.mail.replies import Reply, ReplyKind
from cam.mail.reply_corrections import Decision
from cam.model.errors import Conflict, NotFound
from cam.model.models import LeadStatus
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock
from tests.integration import test_inbox as inbox
from tests.integration import test_outcomes, test_results
from tests.integration.test_inbound import Arrive, arrive, to
from tests.integration.test_inbox import box, running
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, read, routed
from tests.unit.example_answers import mail

__all__ = ["arrive", "box", "outside", "routed", "running"]  # fixtures

HUMAN, UNSUBSCRIBE, AWAY, AUTO, LEFT = (
    ReplyKind.HUMAN,
    ReplyKind.UNSUBSCRIBE,
    ReplyKind.OUT_OF_OFFICE,
    ReplyKind.AUTO_REPLY,
    ReplyKind.LEFT_COMPANY,
)
# An email that is read as each kind, by its words and its subject.
EXAMPLES = {
    HUMAN: ("Call me on Monday.", "Re: A question"),
    UNSUBSCRIBE: ("Please take me off your list.", "Re: A question"),
    AWAY: ("I am out of office.", "Automatic reply: A question"),
    AUTO: ("We have received your email.", "Automatic reply: A question"),
    LEFT: ("I no longer work here.", "Automatic reply: A question"),
}
STATUS = {HUMAN: "REPLIED", UNSUBSCRIBE: "UNSUBSCRIBED", AWAY: "CONTACTED", AUTO: "CONTACTED", LEFT: "INVALID"}
COUNTED = {HUMAN: "replied", UNSUBSCRIBE: "unsubscribed", AWAY: "out_of_office", AUTO: "auto_replied"}
COUNTED[LEFT] = "left_company"


@pytest.fixture
def came(routed: Any, outside: Outside, arrive: Arrive) -> Callable[..., Reply]:
    """A reply of this kind to the first touch of the only lead."""

    def make(kind: ReplyKind, words: str | None = None, sending: dict[str, Any] | None = None) -> Reply:
        (lead_id,) = routed(1, sending, company_domain="acme.example")
        nurture("run-1")
        text, subject = EXAMPLES[kind]
        assert arrive(mail(words or text, subject, To=to(lead_id))) == {kind: 1}
        return only()

    return make


def only() -> Reply:
    (found,), _ = replies.page(1, {}, 25, None)
    return found


def decide(reply: Reply, kind: ReplyKind, **more: Any) -> Reply:
    return reply_corrections.correct(reply.id, Decision(kind, **more), clock.now())


def touch_sent(outside: Outside) -> list[str]:
    return [one.rpartition("-")[2] for one in outside.taken]


def assert_recounts_agree() -> None:
    """Counters of outcomes, of touches and of events are those of the leads, the ledger and the events."""
    nonzero = Counter({name: number for name, number in tallies.of_outcomes(1, 1).items() if number})
    assert nonzero == test_outcomes.recount()
    by_touch, total = test_results.recount()
    of_touches = {place: +Counter(found) for place, found in tallies.of_sequence(1, 1, test_results.SEQUENCE).items()}
    assert (of_touches, +Counter(test_results.totals())) == (by_touch, total)
    items = tables.query_all(leads_table(), SHARD.pk, begins="LEAD#")
    events = Counter(one["type"] for one in items if one["kind"] == "event")
    life = tallies.of_campaign(1, 1)
    assert {name: life[name] for name in COUNTED.values()} == {name: events[name] for name in COUNTED.values()}


# ---------------------------------------------------------------- shown


def test_a_reply_is_kept_with_the_persons_own_words(came: Any) -> None:
    reply = came(HUMAN, "Call me on Monday.\n\nOn 23 November 2026, Ada wrote:\n> Do you have time?")

    assert (reply.text, reply.subject, reply.step) == ("Call me on Monday.", "Re: A question", 0)
    assert (reply.kind, reply.certainty, reply.place) == ("human", "certain", "inbound/1")
    assert replies.read(reply.id) == reply


def test_a_mail_that_comes_twice_is_one_reply(came: Any, arrive: Arrive) -> None:
    reply = came(HUMAN)

    arrive(mail(*EXAMPLES[HUMAN], To=to(reply.lead_id)))

    assert only() == reply
    assert tallies.of_campaign(1, 1)["read.human"] == 1


def test_long_texts_and_unreadable_characters_are_kept_as_far_as_they_go(came: Any) -> None:
    reply = came(HUMAN, "\0 word " + "längere Wörter " * 400)

    assert len(reply.text) == 2000
    assert reply.text.endswith("…")
    assert "\0" not in reply.text


def test_nothing_is_kept_of_somebody_who_was_erased(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead_id), put={"status": LeadStatus.ERASED}))

    arrive(mail("Call me.", To=to(lead_id)))

    assert replies.page(1, {}, 25, None) == ([], None)
    assert tallies.of_campaign(1, 1)["read.human"] == 0


def test_a_reply_in_a_mailbox_is_listed_too(routed: Any, outside: Outside, box: Any) -> None:
    (lead_id,) = inbox.mailed(routed)
    inbox.arrive(box, mail("How did you get my address?", To=inbox.to(lead_id)))

    inbox.poll()

    reply = only()
    assert (reply.certainty, reply.suspected) == ("unsure", "unsubscribe")
    assert reply.place in inbox.kept()


# ---------------------------------------------------------------- decided


@pytest.mark.parametrize("after", list(ReplyKind))
@pytest.mark.parametrize("before", list(ReplyKind))
def test_a_decision_makes_of_a_reply_what_it_would_have_been(
    came: Any, outside: Outside, before: ReplyKind, after: ReplyKind
) -> None:
    reply = came(before)

    first, again = (decide(reply, after, by="Ann") for _ in range(2))

    lead = read(reply.lead_id)
    assert first == again == only()
    assert first.kind == after
    assert lead.status == STATUS[after]
    assert bool(lead.todo) == (after in (AWAY, AUTO))
    assert suppression.listed(lead.email) == (after is UNSUBSCRIBE)
    life = tallies.of_campaign(1, 1)
    assert [life[name] for name in COUNTED.values()] == [int(kind is after) for kind in COUNTED]
    assert life[f"decided.{before}.{after}"] == (before is not after)
    assert bool(engagement.companies_replied(1, [lead])) == (after is HUMAN)
    assert_recounts_agree()


def test_a_decision_can_be_taken_back_and_back_again(came: Any) -> None:
    reply = came(HUMAN)

    for kind in (UNSUBSCRIBE, AUTO, LEFT, UNSUBSCRIBE, HUMAN, AWAY, HUMAN):
        decide(reply, kind)
        assert read(reply.lead_id).status == STATUS[kind]
        assert_recounts_agree()

    decided = {name: n for name, n in tallies.of_campaign(1, 1).items() if name.startswith("decided.") and n}
    assert decided == {"decided.human.human": 1}
    assert not suppression.listed(read(reply.lead_id).email)
    assert len(resubscriptions.history(read(reply.lead_id).email)) == 2


def test_what_is_unsure_waits_until_a_person_confirms_it(came: Any) -> None:
    reply = came(HUMAN, "How did you get my address?")
    assert (reply.certainty, reply.suspected) == ("unsure", "unsubscribe")
    assert replies.page(None, {"certainty": "unsure"}, 25, None)[0] == [reply]

    after = decide(reply, HUMAN, by="Ann")

    assert (after.kind, after.certainty) == ("human", "certain")
    assert after.decided
    assert (after.decided.kind_before, after.decided.by) == ("human", "Ann")
    assert replies.page(None, {"certainty": "unsure"}, 25, None)[0] == []
    assert read(reply.lead_id).status is LeadStatus.REPLIED
    assert [one.event for one in read(reply.lead_id).history][-1] == "reply confirmed"
    assert_recounts_agree()


def test_a_sequence_goes_on_with_the_next_touch_and_sends_none_twice(came: Any, outside: Outside) -> None:
    reply = came(HUMAN)
    start = clock.now()

    decide(reply, AUTO)

    for day in range(8):
        nurture(f"day-{day}", start + timedelta(days=day))
    assert touch_sent(outside) == ["0", "1", "2"]


def test_an_absence_holds_the_sequence_until_the_day_that_a_person_states(came: Any) -> None:
    reply = came(HUMAN)
    friday = clock.now().date() + timedelta(days=(4 - clock.now().weekday()) % 7 + 14)

    decide(reply, AWAY, until=friday)
    assert read(reply.lead_id).todo.startswith(f"nurture#{friday + timedelta(days=3)}")

    decide(reply, AWAY, until=friday + timedelta(days=7))
    assert read(reply.lead_id).todo.startswith(f"nurture#{friday + timedelta(days=10)}")

    decide(reply, AUTO)
    assert read(reply.lead_id).todo < f"nurture#{friday}"
    assert read(reply.lead_id).hold_until is None


def test_an_absence_with_a_wrong_day_is_corrected(came: Any) -> None:
    day = clock.now().date() + timedelta(days=90)
    reply = came(AWAY, f"I am out of office until {day:%d %B %Y}.")
    assert reply.until == day

    decide(reply, AWAY, until=clock.now().date())

    assert read(reply.lead_id).todo < f"nurture#{clock.iso(clock.now() + timedelta(days=7))}"


def test_a_sequence_that_something_else_has_ended_stays_ended(came: Any, arrive: Arrive) -> None:
    reply = came(HUMAN)
    arrive(mail("Really, call me.", To=to(reply.lead_id)), "2")

    decide(reply, AUTO)

    assert read(reply.lead_id).status is LeadStatus.REPLIED
    assert read(reply.lead_id).todo is None
    assert_recounts_agree()


def test_an_opt_out_through_the_link_outlasts_the_correction_of_one_by_mail(came: Any) -> None:
    reply = came(UNSUBSCRIBE)
    engagement.unsubscribe(1, 0, reply.lead_id, 0, clock.now())

    decide(reply, HUMAN)

    assert read(reply.lead_id).status is LeadStatus.UNSUBSCRIBED
    assert suppression.listed(read(reply.lead_id).email)
    assert_recounts_agree()


def test_an_opt_out_in_another_campaign_keeps_the_address_suppressed(came: Any, campaign: Any) -> None:
    reply = came(UNSUBSCRIBE)
    lead = read(reply.lead_id)
    other = campaign(name="Other")
    item = tables.get(leads_table(), keys.lead(1, 0, lead.id)) or {}
    copy = {**item, **keys.lead(other.id, 0, "other"), "id": "other", "status": "CONTACTED"}
    tables.write(tables.put(leads_table(), copy))
    now = clock.now()
    engagement.record(other.id, 0, "other", Event("e-1", EventType.UNSUBSCRIBED, now), now)

    decide(reply, HUMAN)

    assert read(reply.lead_id).status is LeadStatus.REPLIED
    assert suppression.listed(lead.email)


def test_a_suppression_that_was_there_before_is_not_lifted(came: Any, routed: Any, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    suppression.suppress(read(lead_id).email, "asked by phone", clock.now())
    arrive(mail(*EXAMPLES[UNSUBSCRIBE], To=to(lead_id)))

    decide(only(), HUMAN)

    assert suppression.listed(read(lead_id).email)


def test_a_lifted_suppression_is_kept_with_who_lifted_it(came: Any) -> None:
    reply = came(UNSUBSCRIBE)

    decide(reply, HUMAN, by="Ann")

    (lifted,) = resubscriptions.history(read(reply.lead_id).email)
    assert (lifted.by, lifted.reason, lifted.lifted.reason) == ("Ann", "reply corrected", "unsubscribed")


def test_colleagues_stay_spared_while_another_one_has_replied(routed: Any, outside: Outside, arrive: Arrive) -> None:
    ids = routed(3, {"stop_on_company_reply": False}, company_domain="acme.example")
    nurture("run-1")
    for number, one in enumerate(ids[:2]):
        arrive(mail(f"Call me, {number}.", To=to(one)), str(number))
    first, second = replies.page(1, {}, 25, None)[0]
    others = [read(one) for one in ids]

    decide(first, AUTO)
    assert len(engagement.companies_replied(1, others)) == 3

    decide(second, AUTO)
    assert engagement.companies_replied(1, others) == set()


def test_a_reply_that_a_person_calls_positive_counts_as_one(came: Any) -> None:
    reply = came(HUMAN)

    decide(reply, HUMAN, positive=True)
    assert test_outcomes.of_deciles("positive") == 1
    assert_recounts_agree()

    decide(reply, HUMAN)
    assert test_outcomes.of_deciles("positive") == 0
    assert_recounts_agree()


def test_the_timeline_tells_what_was_decided_and_by_whom(came: Any) -> None:
    reply = came(HUMAN)

    decide(reply, UNSUBSCRIBE, by="Ann")

    note = read(reply.lead_id).history[-1]
    assert note.event == "reply corrected"
    assert note.detail.endswith("is unsubscribe, not human; by Ann")


def test_an_erased_lead_is_left_alone(came: Any) -> None:
    reply = came(HUMAN)
    tables.write(tables.update(leads_table(), keys.lead(1, 0, reply.lead_id), put={"status": LeadStatus.ERASED}))

    with pytest.raises(Conflict, match="erased"):
        decide(reply, UNSUBSCRIBE)


@pytest.mark.parametrize("name", ["1", "1.0.x.y", "1.1.lead.mail-1", "0.1.a.b", "1.99999999999999.a.b", "☃", "a.b.c.d"])
def test_what_names_no_reply_is_not_found(campaign: Any, name: str) -> None:
    campaign()

    with pytest.raises(NotFound, match="GET /replies"):
        replies.read(name)


def test_of_two_decisions_at_once_both_are_counted_in_their_order(came: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = came(HUMAN)
    transact = tables.transact

    def second(actions: Any) -> None:
        monkeypatch.setattr(tables, "transact", transact)
        decide(reply, UNSUBSCRIBE, by="Ben")
        transact(actions)

    monkeypatch.setattr(tables, "transact", second)

    after = decide(reply, LEFT, by="Ann")

    assert after.decided
    assert (after.decided.kind_before, after.decided.by) == ("unsubscribe", "Ann")
    assert read(reply.lead_id).status is LeadStatus.INVALID
    assert not suppression.listed(read(reply.lead_id).email)
    assert_recounts_agree()


def test_an_event_during_a_decision_is_not_lost(came: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = came(HUMAN)
    transact = tables.transact

    def with_an_event(actions: Any) -> None:
        monkeypatch.setattr(tables, "transact", transact)
        now = clock.now() + timedelta(seconds=1)
        engagement.record(1, 0, reply.lead_id, Event("e-1", EventType.REPLIED, now, 0), now)
        transact(actions)

    monkeypatch.setattr(tables, "transact", with_an_event)

    decide(reply, AUTO)

    assert read(reply.lead_id).status is LeadStatus.REPLIED
    assert_recounts_agree()


# ---------------------------------------------------------------- told


class Told:
    """A queue that hears the topic, and the emails that SES took."""

    def __init__(self) -> None:
        queues, topics = boto3.client("sqs"), boto3.client("sns")
        self.url = queues.create_queue(QueueName="told")["QueueUrl"]
        topic = topics.create_topic(Name="cam-replies")["TopicArn"]
        topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:told")
        self.mails: list[dict[str, Any]] = []

    def send(self, **asked: Any) -> dict[str, str]:
        self.mails.append(asked)
        return {"MessageId": "1"}

    def messages(self) -> list[dict[str, Any]]:
        found = boto3.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"]) for one in found]


@pytest.fixture
def told(aws: None, monkeypatch: pytest.MonkeyPatch) -> Told:
    found = Told()
    client: Any = boto3.client

    def watched(service: str, **more: Any) -> Any:
        made = client(service, **more)
        if service == "sesv2":
            monkeypatch.setattr(made, "send_email", found.send)
        return made

    monkeypatch.setattr(boto3, "client", watched)
    return found


NOTIFY = {"notify": ["sales@agency.example", "ann@agency.example"]}


def test_a_reply_is_told_once_on_the_topic_without_a_word_about_the_person(
    told: Told, came: Any, arrive: Arrive
) -> None:
    reply = came(HUMAN, "Kim Example here, call 555-0100.")
    lead = read(reply.lead_id)

    arrive(mail("Kim Example here, call 555-0100.", EXAMPLES[HUMAN][1], To=to(reply.lead_id)))

    (message,) = told.messages()
    assert reply.id in message["Message"]
    assert "Kind: human, certain" in message["Message"]
    for secret in (lead.email, lead.name, "555-0100", "Kim"):
        assert secret not in message["Message"] + message["Subject"]


def test_a_reply_is_mailed_to_whom_the_campaign_notifies(told: Told, came: Any) -> None:
    reply = came(HUMAN, "How did you get my address?", NOTIFY)
    lead = read(reply.lead_id)

    assert [one["Destination"]["ToAddresses"] for one in told.mails] == [[one] for one in NOTIFY["notify"]]
    assert {one["FromEmailAddress"] for one in told.mails} == {"ada@agency.example"}
    content = told.mails[0]["Content"]["Simple"]
    text = content["Body"]["Text"]["Data"]
    assert lead.name in content["Subject"]["Data"]
    for part in (lead.email, "How did you get my address?", reply.id, '{"kind": "unsubscribe"}', "may be unsubscribe"):
        assert part in text


def test_nobody_is_told_of_somebody_who_was_erased(told: Told, routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1, NOTIFY)
    nurture("run-1")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead_id), put={"status": LeadStatus.ERASED}))

    arrive(mail("Call me.", To=to(lead_id)))

    assert told.messages() == told.mails == []


@pytest.mark.parametrize("kind", [UNSUBSCRIBE, AWAY, AUTO])
def test_nobody_is_told_of_what_needs_nobody(told: Told, came: Any, kind: ReplyKind) -> None:
    came(kind, sending=NOTIFY)

    assert told.messages() == told.mails == []


def test_who_left_is_told_with_the_successor(told: Told, came: Any) -> None:
    came(LEFT, "I have left the company. Please contact ann@agency.example.", NOTIFY)

    assert "Refers to: ann@agency.example" in told.mails[0]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert len(told.messages()) == 1


def test_a_reply_is_recorded_though_nobody_can_be_told(came: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = boto3.client
    refused: list[Any] = []

    def broken(service: str, **more: Any) -> Any:
        made = client(service, **more)
        if service == "sesv2":
            error = {"Error": {"Code": "MessageRejected", "Message": "not verified"}}

            def refuse(**asked: Any) -> None:
                refused.append(asked["Destination"])
                raise ClientError(error, "SendEmail")  # type: ignore[arg-type]

            monkeypatch.setattr(made, "send_email", refuse)
        return made

    monkeypatch.setattr(boto3, "client", broken)

    reply = came(HUMAN, sending=NOTIFY)

    assert read(reply.lead_id).status is LeadStatus.REPLIED
    assert len(refused) == 2


def test_a_reply_is_recorded_where_there_is_no_topic(came: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPLIES_TOPIC")

    assert came(HUMAN).kind == HUMAN


def test_a_notice_that_comes_back_is_no_reply(told: Told, came: Any, arrive: Arrive) -> None:
    came(HUMAN, sending=NOTIFY)
    simple = told.mails[0]["Content"]["Simple"]
    headers = {one["Name"]: one["Value"] for one in simple["Headers"]}

    found = arrive(mail(simple["Body"]["Text"]["Data"], simple["Subject"]["Data"], **headers), "2")

    assert found == {"unknown": 1}


def test_campaigns_over_smtp_are_told_by_the_topic_alone(
    told: Told, came: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = came(HUMAN, sending=NOTIFY)
    before, one = len(told.mails), campaigns.read(1)
    smtp = one.settings.model_copy(update={"sending": one.settings.sending.model_copy(update={"transport": "smtp"})})
    monkeypatch.setattr(campaigns, "read", lambda _: one.model_copy(update={"settings": smtp}))

    notices.tell(1, 0, reply.lead_id, Event(reply.event_id, EventType.REPLIED, reply.at))

    assert len(told.mails) == before
    assert len(told.messages()) == 2
