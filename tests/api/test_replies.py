"""Replies over HTTP: listed, read, decided once, counted."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from cam.mail import engagement, replies, suppression
from cam.mail.engagement import Event, EventType
from cam.mail.replies import ReplyKind, Written
from cam.platform import keys
from cam.text import clock
from tests.api.client import Answer, Client, assert_problem
from tests.integration import pipeline

TYPES = {
    "human": EventType.REPLIED,
    "unsubscribe": EventType.UNSUBSCRIBED,
    "out_of_office": EventType.OUT_OF_OFFICE,
    "auto_reply": EventType.AUTO_REPLIED,
    "left_company": EventType.LEFT_COMPANY,
}
Reply = Callable[..., Any]


@pytest.fixture
def reply(api: Client) -> Reply:
    """Records a reply of a new lead: `reply("human", "Call me", campaign=2)`; its id."""
    numbers = iter(range(1000))

    def make(kind: str, text: str = "Yes", campaign: int = 1, at: datetime | None = None, **more: Any) -> str:
        number = next(numbers)
        shard = keys.Shard(campaign, f"run-{number}", 0)
        (lead_id,) = pipeline.add_leads(shard, 1, email=f"lead{number}@company{number}.example", name="Kim Example")
        now = clock.now()
        written = Written(ReplyKind(kind), text, "Re: A question", "inbound/1")
        event = Event(f"mail-{number:032x}", TYPES[kind], at or now, 0, "inbound/1", written=written, **more)
        assert engagement.record(campaign, 0, lead_id, event, now)
        return replies.reply_id(campaign, event.at, lead_id, event.event_id)

    return make


def items(api: Client, path: str = "/replies", **query: Any) -> list[Any]:
    found: list[Any] = api.get(path, query).json()["items"]
    return found


def decide(api: Client, name: str, kind: Any, **more: Any) -> Answer:
    return api.post(f"/replies/{name}", {"kind": kind, **more})


def test_without_replies_both_lists_are_empty(api: Client, campaign: Any) -> None:
    campaign()

    for path in ("/replies", "/campaigns/1/replies"):
        assert api.get(path).json() == {"items": [], "next_cursor": None}


def test_a_reply_shows_what_was_written_and_by_whom(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    name = reply("human", "How did you get my address?", suspected="unsubscribe")

    (found,) = items(api)

    assert api.get(f"/replies/{name}").json() == found
    assert items(api, "/campaigns/1/replies") == [found]
    expected = {
        "campaign_id": 1, "name": "Kim Example", "email": "lead0@company0.example", "lead_status": "REPLIED",
        "step": 0, "kind": "human", "certainty": "unsure", "suspected": "unsubscribe", "found_as": "human",
        "text": "How did you get my address?", "subject": "Re: A question", "place": "inbound/1", "successor": None,
        "corrected": None, "until": None, "positive": False,
    }  # fmt: skip
    assert {one: found[one] for one in expected} == expected


def test_who_left_shows_the_successor(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    reply("left_company", successor="ann@company0.example")

    (found,) = items(api)

    assert (found["successor"], found["lead_status"]) == ("ann@company0.example", "INVALID")


def test_lists_are_newest_first_and_go_on_at_their_cursor(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    campaign(name="Other")
    now = clock.now()
    names = [reply("human", campaign=1 + n % 2, at=now + timedelta(seconds=n)) for n in range(5)]

    def pages(path: str, **query: Any) -> list[list[str]]:
        found, cursor = [], None
        while True:
            page = api.get(path, {**query, "limit": 2, **({"cursor": cursor} if cursor else {})}).json()
            found.append([one["id"] for one in page["items"]])
            if (cursor := page["next_cursor"]) is None:
                return found

    newest = names[::-1]
    assert pages("/replies") == [newest[:2], newest[2:4], newest[4:]]
    assert [*chain(*pages("/replies", kind="human"))] == newest
    assert [*chain(*pages("/campaigns/2/replies"))] == newest[1::2]
    assert [*chain(*pages("/campaigns/1/replies", kind="human"))] == newest[::2]


def test_lists_are_filtered_by_kind_and_certainty_in_any_case(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    sure, unsure, away = reply("human"), reply("human", suspected="unsubscribe"), reply("out_of_office")

    def found(**query: Any) -> set[str]:
        both = [{one["id"] for one in items(api, path, **query)} for path in ("/replies", "/campaigns/1/replies")]
        assert both[0] == both[1]
        return both[0]

    assert found(kind="HUMAN") == {sure, unsure}
    assert found(certainty="unsure") == found(kind="human", certainty="unsure") == {unsure}
    assert found(kind="out_of_office", certainty="certain") == {away}
    assert found(kind="left_company") == set()


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/replies", {"kind": "bounce"}, "kind"),
        ("/replies", {"certainty": "maybe"}, "certainty"),
        ("/replies", {"limit": 0}, "limit"),
        ("/replies", {"limit": 101}, "limit"),
        ("/replies", {"cursor": "x"}, "cursor"),
        ("/campaigns/1/replies", {"open": "true"}, "open"),
    ],
)
def test_what_a_list_does_not_take_is_refused(
    api: Client, campaign: Any, path: str, query: dict[str, Any], field: str
) -> None:
    campaign()

    assert_problem(api.get(path, query), 422, field)


def test_a_cursor_fits_its_own_list_alone(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    for _ in range(2):
        reply("human")
    cursor = api.get("/replies", {"limit": 1}).json()["next_cursor"]

    assert_problem(api.get("/campaigns/1/replies", {"cursor": cursor}), 422, "cursor")
    assert_problem(api.get("/replies", {"cursor": cursor, "kind": "human"}), 422, "cursor")


def test_a_reply_is_decided_with_one_call_and_the_same_one_changes_nothing(
    api: Client, campaign: Any, reply: Reply
) -> None:
    campaign()
    name = reply("human", suspected="unsubscribe")

    first, again = decide(api, name, "Unsubscribe", by="Ann"), decide(api, name, "unsubscribe", by="Ben")

    assert first.status == again.status == 200
    assert first.json() == again.json()
    assert (first.json()["kind"], first.json()["certainty"], first.json()["found_as"]) == (
        "unsubscribe", "certain", "human",
    )  # fmt: skip
    assert first.json()["corrected"]["by"] == "Ann"
    assert first.json()["corrected"]["kind_before"] == "human"
    assert first.json()["lead_status"] == "UNSUBSCRIBED"
    assert suppression.listed("lead0@company0.example")
    assert items(api, certainty="unsure") == []

    back = decide(api, name, "human")

    assert back.json()["lead_status"] == "REPLIED"
    assert not suppression.listed("lead0@company0.example")
    assert items(api, "/suppressions/resubscriptions")[0]["reason"] == "reply corrected"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "bounce"}, "kind"),
        ({"kind": "complaint"}, "kind"),
        ({"kind": "human", "until": "2026-12-24"}, "until"),
        ({"kind": "out_of_office", "until": "soon"}, "until"),
        ({"kind": "unsubscribe", "positive": True}, "positive"),
        ({"kind": "human", "positive": "very"}, "positive"),
        ({"kind": "human", "by": " "}, "by"),
        ({"kind": "human", "who": "Ann"}, "who"),
    ],
)
def test_a_wrong_decision_is_refused_by_its_field(
    api: Client, campaign: Any, reply: Reply, body: dict[str, Any], field: str
) -> None:
    campaign()
    name = reply("human")

    assert_problem(api.post(f"/replies/{name}", body), 422, field)

    assert api.get(f"/replies/{name}").json()["corrected"] is None


def test_a_wrong_kind_is_answered_with_those_that_there_are(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()

    answer = decide(api, reply("human"), "optout")

    for kind in ReplyKind:
        assert f"'{kind}'" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["nothing", "1.1.lead.mail-1", "9.1812535200000.abc.mail-0", "%23", "1.2.3.4"])
def test_an_unknown_reply_is_not_found(api: Client, campaign: Any, name: str) -> None:
    campaign()

    assert_problem(api.get(f"/replies/{name}"), 404)
    assert_problem(decide(api, name, "human"), 404)


def test_replies_of_an_unknown_campaign_are_not_found(api: Client) -> None:
    assert_problem(api.get("/campaigns/7/replies"), 404)


def test_a_lead_without_a_sequence_cannot_go_on(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    name = reply("human")

    assert_problem(decide(api, name, "auto_reply"), 409)

    assert api.get(f"/replies/{name}").json()["kind"] == "human"


def test_an_absence_is_corrected_with_its_day(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    name = reply("out_of_office", until=date(2030, 1, 1))

    answer = decide(api, name, "out_of_office", until="2029-12-24")

    assert answer.json()["until"] == "2029-12-24"


def test_corrections_are_counted_by_what_was_read(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    campaign(name="Other")
    names = [reply("human"), reply("human", campaign=2), reply("human"), reply("unsubscribe")]
    decide(api, names[0], "unsubscribe")
    decide(api, names[1], "left_company")
    decide(api, names[1], "unsubscribe")
    decide(api, names[3], "human")
    decide(api, names[3], "unsubscribe")

    found = {one["kind"]: one for one in api.get("/replies/accuracy").json()["items"]}

    assert found["human"] == {
        "kind": "human", "replies": 3, "confirmed": 0, "corrected": 2, "corrected_to": {"unsubscribe": 2},
        "percent_corrected": 66.67,
    }  # fmt: skip
    assert (found["unsubscribe"]["corrected"], found["unsubscribe"]["confirmed"]) == (0, 1)
    assert found["auto_reply"]["replies"] == 0


def test_the_timeline_shows_the_kind_and_what_was_decided(api: Client, campaign: Any, reply: Reply) -> None:
    campaign()
    name = reply("human", suspected="left_company", successor="ann@company0.example")
    lead_id = items(api)[0]["lead_id"]

    def told() -> list[str]:
        timeline = api.get(f"/campaigns/1/leads/{lead_id}").json()["timeline"]
        return [f"{one['event']}: {one['detail']}" for one in timeline]

    assert any("suspected: left_company" in one and "ann@company0.example" in one for one in told())

    decide(api, name, "left_company", by="Ann")

    assert any(
        one.startswith("reply corrected") and one.endswith("is left_company, not human; by Ann") for one in told()
    )
