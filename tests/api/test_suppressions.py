"""Suppressions over HTTP: seen, added once, removed, in any spelling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from cam.mail import engagement, suppression
from cam.mail.engagement import Event, EventType
from cam.model.models import Campaign
from cam.platform import keys, tables
from cam.text import clock
from functions.suppressions.handler import handler
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


def resubscribe(api: Client, name: str, **given: Any) -> Answer:
    return api.post(f"{PATH}/{name}/resubscribe", {"by": "Ann Smith", "reason": "asked to come back by phone", **given})


def test_somebody_who_asks_to_come_back_is_written_to_again_and_it_is_kept_who_did_it_and_why(api: Client) -> None:
    before = add(api, address="bob@acme.example").json()

    answer = resubscribe(api, "Bob+x@ACME.example")

    expected = {
        "at": answer.json()["at"], "by": "Ann Smith", "reason": "asked to come back by phone", "was": before,
    }  # fmt: skip
    assert answer.status == 200
    assert answer.json() == {**expected, "still_suppressed_by": []}
    assert not suppression.suppressed(["bob@acme.example"])
    assert listed(api) == []
    assert api.get(f"{PATH}/resubscriptions").json() == {"items": [expected], "next_cursor": None}
    assert api.get(f"{PATH}/bob@acme.example").json() == {
        "suppressed": False, "suppressions": [], "resubscriptions": [expected],
    }  # fmt: skip
    assert_problem(resubscribe(api, "bob@acme.example"), 404)


def test_a_later_opt_out_suppresses_again_with_its_own_reason_and_date(api: Client) -> None:
    add(api, address="bob@acme.example")
    resubscribe(api, "bob@acme.example")

    again = add(api, address="bob@acme.example", reason="unsubscribed again")

    assert again.status == 201
    found = api.get(f"{PATH}/bob@acme.example").json()
    assert [one["reason"] for one in found["suppressions"]] == ["unsubscribed again"]
    assert len(found["resubscriptions"]) == 1


def test_a_parent_domain_goes_on_suppressing_and_the_answer_names_it(api: Client) -> None:
    add(api, domain="acme.example")
    only_above = resubscribe(api, "bob@mail.acme.example")
    add(api, address="bob@mail.acme.example")

    answer = resubscribe(api, "bob@mail.acme.example")

    assert_problem(only_above, 409, says="acme.example, since")
    assert answer.json()["still_suppressed_by"] == ["acme.example"]
    assert suppression.suppressed(["bob@mail.acme.example"])
    assert api.get(f"{PATH}/bob@mail.acme.example").json()["suppressions"][0]["domain"] == "acme.example"


def test_of_somebody_who_was_erased_the_hash_is_enough_to_come_back(api: Client) -> None:
    before = add(api, address="ann@acme.example").json()
    tables.write(suppression.forget("ann@acme.example"))

    answer = resubscribe(api, before["hash"]).json()

    assert answer["was"] == {**before, "address": None}
    assert api.get(f"{PATH}/{before['hash']}").json()["resubscriptions"][0]["by"] == "Ann Smith"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"by": ""}, "by"), ({"by": None}, "by"), ({"reason": " "}, "reason"), ({"reason": "a\nb"}, "reason"),
     ({"why": "x"}, "why")],
)  # fmt: skip
def test_who_and_why_must_be_said(api: Client, given: dict[str, Any], field: str) -> None:
    add(api, address="bob@acme.example")
    assert_problem(resubscribe(api, "bob@acme.example", **given), 422, field)
    assert_problem(api.post(f"{PATH}/bob@acme.example/resubscribe", {}), 422, "by", "reason")
    assert suppression.suppressed(["bob@acme.example"])


def test_a_removal_is_kept_too_with_who_and_why_if_they_are_said(api: Client) -> None:
    for name in ("a", "b"):
        add(api, address=f"{name}@acme.example")
    remove(api, "a@acme.example")
    api.request("DELETE", f"{PATH}/b@acme.example", query={"by": "Ann", "reason": "a typo"})

    found = api.get(f"{PATH}/resubscriptions").json()["items"]

    assert {(one["was"]["address"], one["by"], one["reason"]) for one in found} == {
        ("a@acme.example", None, None),
        ("b@acme.example", "Ann", "a typo"),
    }


def test_resubscriptions_come_latest_first_page_by_page(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = clock.now()
    for number in range(5):
        moment = begin + timedelta(seconds=number)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        add(api, domain=f"d{number}.example")
        resubscribe(api, f"d{number}.example")

    seen, cursor = [], None
    while True:
        page = api.get(f"{PATH}/resubscriptions", {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["was"]["domain"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [f"d{number}.example" for number in reversed(range(5))]


def exported(api: Client) -> tuple[str, int]:
    query: dict[str, str] = {}
    path, text, parts = f"{PATH}/export.csv", "", 0
    while True:
        answer = api.get(path, query)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        text, parts = text + answer.body.decode(), parts + 1
        link = answer.headers.get("link", "")
        if not link:
            return text, parts
        query = dict(parse_qsl(link.partition("?")[2].partition(">")[0]))


def test_what_is_exported_can_be_imported_as_it_is(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.api.csv_parts.MOST", 100)
    for number in range(40):
        add(api, address=f"p{number}@acme.example", reason='said "no, thanks"')
    add(api, domain="rival.example", reason="=cmd()")
    add(api, address="=ann@acme.example")
    add(api, address="gone@acme.example")
    tables.write(suppression.forget("gone@acme.example"))
    before = listed(api, limit=100)

    text, _ = exported(api)
    for one in before:
        assert remove(api, one["address"] or one["domain"] or one["hash"]).status == 204
    answer = api.post(f"{PATH}/imports", body=text.encode(), headers={"Content-Type": "text/csv"})
    handler({"import_id": answer.json()["import_id"]}, pipeline.CONTEXT)

    assert "'=ann@acme.example" in text
    assert "'=cmd()" in text
    assert "gone@acme.example" not in text
    found = api.get(answer.location).json()
    assert (found["status"], found["refused"], found["warnings"]) == ("COMPLETED", 0, [])
    assert sorted(listed(api, limit=100), key=str) == sorted(before, key=str)


def test_a_long_list_is_exported_in_parts_that_make_one_file(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        add(api, address=f"p{number}@acme.example")
    whole, _ = exported(api)
    page = suppression.page
    monkeypatch.setattr("functions.api.csv_parts.MOST", 200)
    monkeypatch.setattr(suppression, "page", lambda limit, after: page(2, after))

    text, parts = exported(api)

    assert text == whole
    assert parts > 1
    assert text.splitlines()[0] == "address,domain,hash,reason,since,campaign_id"
    assert len(text.splitlines()) == 8


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
