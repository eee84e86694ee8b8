"""What SES tells: both envelopes, every type, several recipients, unknown fields; the same id for the same thing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.mail.engagement import EventType
from functions.events import notifications
from functions.events.notifications import Notice, at_once
from tests.events import event

MAIL: dict[str, Any] = event("ses_bounce")["detail"]["mail"]
AT = "2026-11-24T10:05:00.000Z"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def notices(asked: dict[str, Any]) -> list[Notice]:
    return notifications.notices(asked, NOW)


def told(kind: str, about: dict[str, Any] | None = None, name: str = "", **more: Any) -> dict[str, Any]:
    """An event as EventBridge brings it."""
    return {"source": "aws.ses", "detail": {"eventType": kind, "mail": {**MAIL, **more}, (name or kind.lower()): about}}


def bounce(kind: str, *addresses: str, **more: Any) -> dict[str, Any]:
    listed = [{"emailAddress": one, "status": "5.1.1"} for one in addresses or ("ada0@company0.example",)]
    about = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": listed, "feedbackId": "f1", **more}
    return told("Bounce", {"timestamp": AT, **about})


def test_an_event_is_read_out_of_both_envelopes() -> None:
    (by_rule,), (by_topic,) = notices(event("ses_bounce")), notices(event("ses_open_sns"))

    assert (by_rule.event and by_rule.event.type, by_topic.event and by_topic.event.type) == ("bounced", "opened")
    assert by_rule.message_id == by_topic.message_id
    assert by_rule.reference == by_topic.reference == "<a signed reference>"


@pytest.mark.parametrize(
    ("asked", "left", "refused", "kind"),
    [
        (told("Send", {}), True, None, None),
        (told("DeliveryDelay", {"timestamp": AT}, "deliveryDelay"), True, None, None),
        (told("Reject", {"reason": "Bad content"}), False, "SES did not send the email: Bad content", None),
        (told("Rendering Failure", {}, "failure"), False, "SES did not send the email: no reason given", None),
        (told("Delivery", {"recipients": ["ada0@company0.example"], "timestamp": AT}), True, None, EventType.DELIVERED),
        (bounce("Permanent"), True, None, EventType.BOUNCED),
        (told("Complaint", {"complainedRecipients": [], "timestamp": AT}), True, None, EventType.COMPLAINED),
        (told("Open", {"timestamp": AT}), True, None, EventType.OPENED),
        (told("Click", {"timestamp": AT, "link": "https://a.example"}), True, None, EventType.CLICKED),
        (told("Subscription", {"newTopicPreferences": {"unsubscribeAll": True}}), True, None, EventType.UNSUBSCRIBED),
    ],
)
def test_each_type_means_what_it_says(
    asked: dict[str, Any], left: bool, refused: str | None, kind: EventType | None
) -> None:
    (found,) = notices(asked)
    assert (found.left, found.refused, found.event and found.event.type) == (left, refused, kind)


@pytest.mark.parametrize(
    "asked",
    [
        told("Levitation", {"timestamp": AT}),
        told("Complaint", {"complaintFeedbackType": "not-spam", "complainedRecipients": []}),
        told("Subscription", {"newTopicPreferences": {"unsubscribeAll": False}}),
        told("Send", {}, messageId=None),
        {"detail": {"eventType": "Send"}},
        {"Records": [{"Sns": {"Message": "no json"}}, {"s3": {}}, None]},
        {},
    ],
)
def test_what_is_not_understood_is_passed_over(asked: dict[str, Any]) -> None:
    assert notices(asked) == []


@pytest.mark.parametrize(
    ("kind", "soft"), [("Permanent", False), ("Transient", True), ("Undetermined", True), ("Quantum", True)]
)
def test_only_a_permanent_bounce_is_hard_and_no_bounce_quotes_an_address(kind: str, soft: bool) -> None:
    (found,) = notices(bounce(kind))
    assert found.event
    assert found.event.soft is soft
    assert "@" not in found.event.detail


@pytest.mark.parametrize(
    ("kind", "said", "status", "detail"),
    [
        ("General", "smtp; 550 5.1.1 user unknown", "5.1.1", "hard: General 5.1.1 no such mailbox"),
        ("General", "smtp; 550 5.7.1 No such user here", "5.7.1", "hard: General 5.7.1 no such mailbox"),
        (
            "General",
            "smtp; 550 5.7.1 Listed at bl.blocklist.example",
            "5.7.1",
            "soft: General 5.7.1 the sender is blocked",
        ),
        ("General", "smtp; 554 Relay access denied", "5.7.1", "soft: General 5.7.1 relaying is denied"),
        ("General", "smtp; 552 5.2.2 Mailbox full", "5.2.2", "soft: General 5.2.2 the mailbox is full"),
        ("NoEmail", "", "", "hard: NoEmail"),
        (
            "OnAccountSuppressionList",
            "Amazon SES did not send: policy",
            "5.1.1",
            "hard: OnAccountSuppressionList 5.1.1",
        ),
    ],
)
def test_what_ses_calls_permanent_is_soft_when_the_server_speaks_of_something_else_than_the_address(
    kind: str, said: str, status: str, detail: str
) -> None:
    listed = [{"emailAddress": "ada0@company0.example", "status": status, "diagnosticCode": said}]
    (found,) = notices(bounce("Permanent", bounceSubType=kind, bouncedRecipients=listed))
    assert found.event
    assert found.event.detail == detail


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_what_nobody_complains_by_is_no_complaint(kind: str) -> None:
    asked = told("Complaint", {"complaintFeedbackType": kind, "complainedRecipients": [], "timestamp": AT})
    assert notices(asked) == []


def test_of_several_recipients_those_count_to_whom_it_was_addressed_each_once() -> None:
    found = notices(bounce("Permanent", "other@company.example", "ADA0@company0.example", "ada0@company0.example"))
    assert len(found) == 1
    (same,) = notices(bounce("Permanent", "ada0@company0.example"))
    assert found[0].event == same.event


def test_a_forwarded_mail_that_comes_back_is_still_ours() -> None:
    assert len(notices(bounce("Permanent", "forwarded@elsewhere.example"))) == 1


def test_two_things_that_happened_have_two_ids() -> None:
    asked = [
        bounce("Permanent"),
        bounce("Permanent", feedbackId="f2"),
        told("Delivery", {"recipients": ["ada0@company0.example"], "timestamp": AT}),
        told("Open", {"timestamp": AT}),
        told("Open", {"timestamp": "2026-11-24T10:06:00.000Z"}),
        told("Click", {"timestamp": AT, "link": "https://a.example"}),
        told("Click", {"timestamp": AT, "link": "https://b.example"}),
        bounce("Permanent") | {"detail": {**bounce("Permanent")["detail"], "mail": {**MAIL, "messageId": "another"}}},
    ]
    ids = [one.event.event_id for each in asked for one in notices(each) if one.event]
    assert len(set(ids)) == len(asked)


@pytest.mark.parametrize(
    ("about", "machine"),
    [
        ({"userAgent": "Mozilla/5.0"}, True),
        ({"userAgent": "Mozilla/5.0 (X11) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"}, True),
        ({"userAgent": "Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)"}, False),
        ({"userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"}, False),
        ({"userAgent": "Barracuda Sentinel"}, True),
        ({"isBot": True}, True),
        ({}, False),
    ],
)
def test_opens_by_programs_are_told_apart(about: dict[str, Any], machine: bool) -> None:
    (found,) = notices(told("Open", {"timestamp": AT, **about}))
    assert found.event
    assert found.event.machine is machine


def test_an_open_within_seconds_of_the_delivery_is_a_machine_s() -> None:
    sent = datetime(2026, 11, 24, 10, tzinfo=UTC)
    delivered = sent + timedelta(minutes=20)
    assert at_once(sent + timedelta(seconds=3), sent, None)
    assert at_once(delivered + timedelta(seconds=3), sent, delivered)
    assert not at_once(delivered + timedelta(seconds=30), sent, delivered)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["Send", "Bounce", "Complaint", "Delivery", "Open", "Click", "Subscription", "Reject"]), JSON, JSON
)
def test_no_shape_breaks_it(kind: str, about: Any, odd: Any) -> None:
    notices(told(kind, about, destination=odd, headers=odd, tags=odd))
    notices({"detail": odd, "Records": about})
    notices(told(kind, {"bouncedRecipients": odd, "recipients": odd, "newTopicPreferences": odd, "timestamp": odd}))


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "10000-01-01T00:00:00Z",
        "2099-01-01T00:00:00Z",
        "2026-11-26T00:00:00Z",
        "yesterday",
        None,
        7,
    ],
)
def test_what_happened_at_a_moment_that_nobody_reckons_with_happened_just_now(moment: Any) -> None:
    (found,) = notices(told("Click", {"timestamp": moment}, timestamp=moment))

    assert (found.sent_at, found.event and found.event.at) == (NOW, NOW)


def test_halves_of_characters_are_mended_in_both_envelopes() -> None:
    inner = {"eventType": "Reject", "mail": {**MAIL, "messageId": "1\ud800"}, "reject": {"reason": "Bad\0 \ud800"}}
    for asked in ({"detail": inner}, {"Records": [{"Sns": {"Message": json.dumps(inner)}}]}):
        (found,) = notices(asked)
        assert (found.message_id, found.refused) == ("1\ufffd", "SES did not send the email: Bad\ufffd \ufffd")
