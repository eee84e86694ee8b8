"""Suppressions over HTTP: seen, added once, removed, in any spelling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cam.mail import engagement, suppression
from cam.mail.engagement import Event, EventType
from cam.model.models import Campaign
from cam.platform import keys, tables
from cam.text import clock
from tests.api.client import Answer, Client, assert_problem
from tests.integration import pipeline

Make = Callable[..., Campaign]
PATH = "/suppressions"


def add(api: Client, **given: Any) -> Answer:
    return api.post(PATH, {"reason": "asked by phone", **given})


def remove(api: Client, name: str) -> Answer:
    return api.request("DELETE", f"{PATH}/{name}")


def listed(api: Client, **query: Any) -> Any:
    return api.get(PATH, query).json()["items"]


def test_an_address_is_suppressed_in_any_spelling_of_it(api: Client) -> None:
    answer = add(api, address=" Ann+news@BÜCHER.example ")

    assert answer.status == 201
    assert answer.json()["address"] == "ann@xn--bcher-kva.example"
    assert suppression.suppressed(["ANN@bücher.example"])


def test_a_domain_is_suppressed_with_all_below_it(api: Client) -> None:
    assert add(api, domain="Acme.example").json()["domain"] == "acme.example"
    assert suppression.suppressed(["ann@acme.example", "bob@mail.acme.example", "eve@notacme.example"]) == {
        "ann@acme.example",
        "bob@mail.acme.example",
    }


def test_again_changes_nothing(api: Client) -> None:
    first = add(api, address="ann@acme.example")

    again = add(api, address="ANN@acme.example", reason="another reason")

    assert (first.status, again.status) == (201, 200)
    assert again.json() == first.json()
    assert len(listed(api)) == 1


def test_what_is_removed_can_be_written_to_again_and_is_not_there_a_second_time(api: Client) -> None:
    add(api, address="ann@acme.example")

    assert remove(api, "Ann+x@ACME.example").status == 204
    assert not suppression.suppressed(["ann@acme.example"])
    assert_problem(remove(api, "ann@acme.example"), 404)
    assert listed(api) == []


def test_an_address_below_a_suppressed_domain_is_not_suppressed_by_itself(api: Client) -> None:
    add(api, domain="acme.example")

    assert_problem(remove(api, "ann@acme.example"), 404, says="a parent domain")
    assert remove(api, "ACME.example").status == 204


def test_the_newest_come_first_page_by_page(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = clock.now()
    for number in range(7):
        moment = begin + timedelta(seconds=number)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        add(api, domain=f"d{number}.example")

    seen, cursor = [], None
    while True:
        page = api.get(PATH, {"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["domain"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [f"d{number}.example" for number in reversed(range(7))]


def test_a_cursor_of_another_list_is_refused(api: Client, campaign: Make) -> None:
    assert_problem(api.get(PATH, {"cursor": "nonsense"}), 422, "cursor")


@pytest.mark.parametrize("kind", [EventType.UNSUBSCRIBED, EventType.BOUNCED, EventType.COMPLAINED])
def test_what_came_back_shows_its_reason_its_date_and_its_campaign(
    api: Client, campaign: Make, kind: EventType
) -> None:
    campaign()
    (lead_id,) = pipeline.add_leads(keys.Shard(1, "setup", 0), 1)
    now = clock.now()
    engagement.record(1, 0, lead_id, Event("event-1", kind, now), now)

    (one,) = listed(api)

    assert one == {
        "address": "ada0@company0.example",
        "domain": None,
        "hash": keys.hashed("ada0@company0.example"),
        "reason": kind,
        "since": clock.iso(now),
        "campaign_id": 1,
    }


def test_an_unsubscribe_after_a_suppression_by_hand_leaves_its_reason_and_no_campaign(
    api: Client, campaign: Make
) -> None:
    campaign()
    (lead_id,) = pipeline.add_leads(keys.Shard(1, "setup", 0), 1)
    by_hand = add(api, address="ada0@company0.example").json()

    engagement.unsubscribe(1, 0, lead_id, 0, clock.now())

    assert listed(api) == [by_hand]
    assert by_hand["campaign_id"] is None


def test_of_somebody_who_was_erased_only_the_hash_is_left_and_still_counts(api: Client) -> None:
    before = add(api, address="ann@acme.example").json()

    tables.write(suppression.forget("ann@acme.example"))
    tables.write(suppression.add("ann@acme.example", "unsubscribed", clock.now(), 1))

    assert listed(api) == [{**before, "address": None}]
    assert suppression.suppressed(["ann@acme.example"])
    assert remove(api, before["hash"]).status == 204


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({}, "address", "either an address or a domain"),
        ({"address": "ann@acme.example", "domain": "acme.example"}, "address", "You gave both"),
        ({"address": "acme.example"}, "address", "Give it as 'domain'"),
        ({"address": "ann"}, "address", "not a valid email address"),
        ({"address": "@acme.example"}, "address", "not a valid email address"),
        ({"address": "Ann <ann@acme.example>"}, "address", ""),
        ({"address": "ann@com"}, "address", "no dot"),
        ({"address": ""}, "address", "not a valid email address"),
        ({"address": "ann@acme.example\nBcc: x@y.example"}, "address", "control character"),
        ({"domain": "ann@acme.example"}, "domain", "write 'acme.example'"),
        ({"domain": "com"}, "domain", "no dot"),
        ({"domain": "https://acme.example/x"}, "domain", "write 'acme.example'"),
        ({"domain": "acme.example", "reason": " "}, "reason", "at least 1 character"),
        ({"domian": "acme.example"}, "domian", "'domain'"),
    ],
)
def test_what_cannot_be_suppressed_is_refused_and_the_answer_says_what_to_write(
    api: Client, given: dict[str, Any], field: str, says: str
) -> None:
    assert_problem(add(api, **given), 422, field, says=says)
    assert listed(api) == []


@pytest.mark.parametrize("name", ["nobody@acme.example", "acme.example", "com", "x" * 300, "0" * 64])
def test_there_is_nothing_to_remove_of_what_is_not_there(api: Client, name: str) -> None:
    assert_problem(remove(api, name), 404)


def test_nobody_is_named_in_the_log(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    add(api, address="ann@acme.example")
    remove(api, "ann@acme.example")
    assert "ann@" not in caplog.text
    assert not [record for record in caplog.records if "ann@" in str(vars(record))]
