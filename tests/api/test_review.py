"""The review queue over HTTP: who waits and why, and what a person decides, alone and in bulk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cam.leads import reading, reviews
from cam.model.errors import Throttled
from cam.model.models import SIGNALS, Campaign, Enrichment, LeadStatus, Qualification
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.text import clock
from functions.api.routes import review as route
from tests.api.client import Answer, Client, assert_problem
from tests.integration import pipeline
from tests.unit.example_leads import lead

Make = Callable[..., Campaign]
REVIEW = "/campaigns/1/review"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WHOLE = {
    "name": "Ada Lovelace", "email": "ada@acme.example", "company": "Acme", "role": "Intern", "score": 0.62,
    "tier": "WARM", "enrichment": {"recent_activity": True, "company_hiring": False},
    "qualification": {"status": "MANUAL_REVIEW", "reasons": ["low_intent"], "intent": 0.15},
}  # fmt: skip


@pytest.fixture
def one(campaign: Make) -> Campaign:
    """A campaign of four shards."""
    return campaign(settings={"expected_leads": 9000})


@pytest.fixture
def waiting(one: Campaign, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Six leads in review, the first for ten days and each a day less; the clock stands."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    ids = [f"lead{number}" for number in range(6)]
    for number, lead_id in enumerate(ids):
        pipeline.review(one, lead_id, NOW - timedelta(days=10 - number), **WHOLE)
    return ids


def settle(api: Client, lead_id: str, decision: str = "approve", **more: Any) -> Answer:
    return api.post(f"{REVIEW}/{lead_id}", {"decision": decision, **more})


def status(one: Campaign, lead_id: str) -> LeadStatus:
    return reading.read(1, one.shards, lead_id)[0].status


# List


def test_without_leads_in_review_the_list_is_empty(api: Client, one: Campaign) -> None:
    assert api.get(REVIEW).json() == {"items": [], "next_cursor": None}


def test_a_lead_in_review_has_the_shape_of_the_contract(api: Client, waiting: list[str]) -> None:
    assert api.get(REVIEW).json()["items"][0] == {
        "lead_id": "lead0", "name": "Ada Lovelace", "email": "ada@acme.example", "company": "Acme", "role": "Intern",
        "score": 0.62, "tier": "WARM", "reasons": ["low_intent"], "intent": 0.15,
        "why": "The intent is low, 0.15 of 1: of the buying signals, only recent activity is true, and nothing shows "
        "that the person decides.",
        "next_step": "Not known: recent job change, company funded recently, decision maker, budget authority. Find "
        "out, then approve or reject the lead.",
        "since": "2026-11-13T08:00:00.000Z", "waiting_days": 10.0,
    }  # fmt: skip


def test_cursor_pages_hold_everybody_once_the_oldest_first(api: Client, waiting: list[str]) -> None:
    found, cursor = [], None
    for _ in range(3):
        answer = api.get(REVIEW, {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        found += [item["lead_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
    assert (found, cursor) == (waiting, None)


def test_pages_go_on_while_what_they_showed_is_settled(api: Client, waiting: list[str]) -> None:
    first = api.get(REVIEW, {"limit": 3}).json()
    api.post(REVIEW, {"decision": "reject", "lead_ids": [item["lead_id"] for item in first["items"]]})
    second = api.get(REVIEW, {"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [item["lead_id"] for item in second["items"]] == waiting[3:]


def test_a_lead_that_cannot_be_read_is_listed_with_what_to_do(api: Client, one: Campaign) -> None:
    pipeline.review(one, "broken", NOW, enrichment="no map")
    (item,) = api.get(REVIEW).json()["items"]
    assert (item["lead_id"], item["since"], item["email"]) == ("broken", clock.iso(NOW), None)
    assert "cannot be read" in item["why"]
    assert settle(api, "broken", "reject").status == 200


def test_a_cursor_fits_no_other_list(api: Client, waiting: list[str], campaign: Make) -> None:
    campaign()
    cursor = api.get(REVIEW, {"limit": 1}).json()["next_cursor"]
    assert_problem(api.get("/campaigns/2/review", {"cursor": cursor}), 422, "cursor")
    assert_problem(api.get(REVIEW, {"cursor": "abc"}), 422, "cursor")


@pytest.mark.parametrize("limit", [0, 101, "x"])
def test_a_page_has_1_to_100_leads(api: Client, one: Campaign, limit: Any) -> None:
    assert_problem(api.get(REVIEW, {"limit": limit}), 422, "limit")


@pytest.mark.parametrize(
    ("signals", "says"),
    [
        ({}, "Qualify sent it to review: no reason was stored."),
        ({"company_hiring": False}, "The intent is low, 0.00 of 1: no buying signal is true, and"),
        (
            {"recent_activity": True, "has_budget_authority": True},
            "of the buying signals, only recent activity and budget authority are true, and",
        ),
    ],
)
def test_why_is_one_plain_sentence(signals: dict[str, Any], says: str) -> None:
    intent = 0.15 * sum(signals.values())
    verdict = (
        Qualification(status=LeadStatus.MANUAL_REVIEW, reasons=("low_intent",), intent=intent) if signals else None
    )
    said = route.why(lead(enrichment=Enrichment(**signals), qualification=verdict))
    assert says in said
    assert said.endswith(".")


def test_where_every_signal_is_known_nothing_is_to_be_found_out() -> None:
    known = Enrichment.model_validate(dict.fromkeys(SIGNALS, False))
    assert (
        route.next_step(lead(enrichment=known))
        == "Approve the lead if you know more about it than its data shows; otherwise reject it."
    )


# Settle


@pytest.mark.parametrize("decision", ["approve", "APPROVE", " Approve "])
def test_an_approved_lead_is_qualified(api: Client, one: Campaign, waiting: list[str], decision: str) -> None:
    answer = settle(api, "lead0", decision, note="  We met in Berlin. ", reviewer="Ann")
    assert (answer.status, answer.json()) == (
        200,
        {
            "lead_id": "lead0", "status": "QUALIFIED", "decision": "approve", "reviewer": "Ann",
            "note": "We met in Berlin.", "at": "2026-11-23T08:00:00.000Z",
        },
    )  # fmt: skip
    shown = api.get("/campaigns/1/leads/lead0").json()
    assert (shown["status"], shown["waits_for"]) == ("QUALIFIED", "route")
    assert shown["qualification"]["reasons"] == ["low_intent", "approved_in_review"]
    assert shown["timeline"][-1] == {
        "at": "2026-11-23T08:00:00.000Z", "event": "approved in review", "detail": "by Ann: We met in Berlin.",
    }  # fmt: skip
    assert [item["lead_id"] for item in api.get(REVIEW).json()["items"]] == waiting[1:]


def test_a_rejected_lead_waits_for_nothing_and_needs_neither_note_nor_reviewer(api: Client, waiting: list[str]) -> None:
    answer = api.post(f"{REVIEW}/lead0", {"decision": "reject", "note": None, "reviewer": None}).json()
    assert (answer["status"], answer["note"], answer["reviewer"]) == ("REJECTED", "", None)
    assert api.get("/campaigns/1/leads/lead0").json()["waits_for"] is None


@pytest.mark.parametrize("again", ["approve", "reject"])
def test_who_comes_second_is_told_what_was_decided(api: Client, waiting: list[str], again: str) -> None:
    settle(api, "lead0", "reject", note="no budget", reviewer="Ann")
    problem = assert_problem(settle(api, "lead0", again, reviewer="Bob"), 409, says="rejected in review by Ann")
    assert problem["decided"] == {
        "decision": "reject", "reviewer": "Ann", "note": "no budget", "at": "2026-11-23T08:00:00.000Z",
    }  # fmt: skip


def test_a_lead_that_is_elsewhere_says_where(api: Client, one: Campaign) -> None:
    pipeline.review(one, "lead0", NOW, status="CONTACTED", todo=keys.todo("nurture", NOW, "lead0"))
    problem = assert_problem(settle(api, "lead0"), 409, says="it is CONTACTED")
    assert "decided" not in problem


def test_the_same_idempotency_key_gives_the_same_answer(api: Client, waiting: list[str]) -> None:
    key = {"Idempotency-Key": "k"}
    for path, body in (
        (f"{REVIEW}/lead0", {"decision": "approve"}),
        (REVIEW, {"decision": "reject", "lead_ids": ["lead1", "nobody"]}),
    ):
        first, second = (api.post(path, body, headers=key) for _ in range(2))
        assert (second.status, second.body) == (200, first.body)
        assert second.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("lead_id", ["nobody", "lead0x", "x" * 300, "lead0%23SEND"])
def test_a_lead_that_does_not_exist_is_not_found(api: Client, waiting: list[str], lead_id: str) -> None:
    assert_problem(settle(api, lead_id), 404)


def test_a_lead_of_another_campaign_is_not_found(api: Client, waiting: list[str], campaign: Make) -> None:
    campaign()
    assert_problem(api.post("/campaigns/2/review/lead0", {"decision": "reject"}), 404)


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/lead0"), ("POST", "")])
def test_a_campaign_that_does_not_exist_is_not_found(api: Client, method: str, path: str) -> None:
    body = {"decision": "reject", "lead_ids": ["lead0"]} if not path else {"decision": "reject"}
    assert_problem(api.request(method, f"/campaigns/9/review{path}", body if method == "POST" else None), 404, says="9")


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({}, "decision", "required"),
        ({"decision": "aprove"}, "decision", "Did you mean 'approve'?"),
        ({"decision": "perhaps"}, "decision", "'approve', 'reject'"),
        ({"decision": None}, "decision", "must be"),
        ({"decision": 1}, "decision", "must be"),
        ({"decision": "reject", "notes": "x"}, "notes", "Did you mean 'note'?"),
        ({"decision": "reject", "reviewed_by": "x"}, "reviewed_by", "Unknown field"),
        ({"decision": "reject", "note": "x" * 1001}, "note", "1,000 characters"),
        ({"decision": "reject", "note": "a\u202eb"}, "note", "Character 2"),
        ({"decision": "reject", "note": 5}, "note", "text"),
        ({"decision": "reject", "reviewer": "x" * 201}, "reviewer", "200 characters"),
        ({"decision": "reject", "reviewer": " "}, "reviewer", "at least 1 character"),
        ({"decision": "reject", "lead_ids": ["lead0"]}, "lead_ids", "Unknown field"),
    ],
)
def test_a_wrong_body_is_refused_by_the_field(
    api: Client, one: Campaign, waiting: list[str], body: Any, field: str, says: str
) -> None:
    assert_problem(api.post(f"{REVIEW}/lead0", body), 422, field, says=says)
    assert status(one, "lead0") is LeadStatus.MANUAL_REVIEW


# In bulk


def test_of_several_each_is_settled_by_itself(api: Client, one: Campaign, waiting: list[str]) -> None:
    settle(api, "lead1", "reject", reviewer="Bob")
    pipeline.review(one, "routed", NOW, status="ROUTED", todo=keys.todo("nurture", NOW, "routed"))
    ids = ["lead0", "lead1", "nobody", "lead2", "routed", "lead0", "x" * 300, "lead#0", "ü" * 255]

    answer = api.post(REVIEW, {"decision": "APPROVE", "lead_ids": ids, "note": "all fine", "reviewer": "Ann"})

    said = answer.json()
    assert (answer.status, said["settled"]) == (200, ["lead0", "lead2"])
    assert [(one["lead_id"], one["status"]) for one in said["refused"]] == [
        ("lead1", 409), ("nobody", 404), ("routed", 409), ("x" * 300, 404), ("lead#0", 404), ("ü" * 255, 404),
    ]  # fmt: skip
    assert said["refused"][0]["decided"] == {
        "decision": "reject", "reviewer": "Bob", "note": "", "at": "2026-11-23T08:00:00.000Z",
    }  # fmt: skip
    assert said["refused"][2]["decided"] is None
    assert "ROUTED" in said["refused"][2]["message"]
    assert [status(one, lead_id) for lead_id in ("lead0", "lead1", "lead2", "lead3")] == [
        LeadStatus.QUALIFIED, LeadStatus.REJECTED, LeadStatus.QUALIFIED, LeadStatus.MANUAL_REVIEW,
    ]  # fmt: skip
    assert api.get("/campaigns/1/leads/lead2").json()["timeline"][-1]["detail"] == "by Ann: all fine"


def test_the_same_list_again_settles_nothing_and_says_what_was_decided(api: Client, waiting: list[str]) -> None:
    body = {"decision": "reject", "lead_ids": waiting}
    assert api.post(REVIEW, body).json() == {"settled": waiting, "refused": []}
    again = api.post(REVIEW, body).json()
    assert again["settled"] == []
    assert [(one["lead_id"], one["decided"]["decision"]) for one in again["refused"]] == [
        (lead_id, "reject") for lead_id in waiting
    ]


def test_what_a_busy_database_leaves_is_to_be_sent_again(
    api: Client, one: Campaign, waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = reviews.settle

    def busy(campaign_id: int, shards: int, lead_id: str, *more: Any) -> reviews.Settled:
        if lead_id == "lead2":
            raise Throttled("DynamoDB is busy")
        return own(campaign_id, shards, lead_id, *more)

    monkeypatch.setattr(reviews, "settle", busy)
    said = api.post(REVIEW, {"decision": "reject", "lead_ids": waiting[:5]}).json()

    assert said["settled"] == waiting[:2]
    assert [(one["lead_id"], one["status"]) for one in said["refused"]] == [(one, 503) for one in waiting[2:5]]
    assert status(one, "lead4") is LeadStatus.MANUAL_REVIEW
    assert_problem(api.post(REVIEW, {"decision": "reject", "lead_ids": ["lead2"]}), 503)


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"decision": "reject"}, "lead_ids", "required"),
        ({"decision": "reject", "lead_ids": []}, "lead_ids", "at least 1 item"),
        ({"decision": "reject", "lead_ids": [f"lead{number}" for number in range(101)]}, "lead_ids", "100 items"),
        ({"decision": "reject", "lead_ids": "lead0"}, "lead_ids", "list"),
        ({"decision": "reject", "lead_ids": ["lead0", 5]}, "lead_ids[1]", "text"),
        ({"decision": "reject", "lead_ids": ["lead0", ""]}, "lead_ids[1]", "at least 1 character"),
        ({"decision": "rejct", "lead_ids": ["lead0"]}, "decision", "Did you mean 'reject'?"),
        ({"decision": "reject", "leads_ids": ["lead0"]}, "leads_ids", "Did you mean 'lead_ids'?"),
    ],
)
def test_a_wrong_list_settles_nothing(
    api: Client, one: Campaign, waiting: list[str], body: Any, field: str, says: str
) -> None:
    assert_problem(api.post(REVIEW, body), 422, field, says=says)
    assert status(one, "lead0") is LeadStatus.MANUAL_REVIEW


def test_a_hundred_are_settled_at_once(api: Client, one: Campaign, operations: Any) -> None:
    ids = [f"lead{number:02d}" for number in range(100)]
    for lead_id in ids:
        pipeline.review(one, lead_id, NOW)
    operations.clear()

    assert api.post(REVIEW, {"decision": "reject", "lead_ids": ids}).json() == {"settled": ids, "refused": []}

    # The campaign; each lead's read and transaction.
    assert operations == {"GetItem": 101, "TransactWriteItems": 100}


# On the dashboard


def test_the_dashboard_shows_how_long_leads_have_waited(
    api: Client, one: Campaign, waiting: list[str], operations: Any
) -> None:
    tables.write(tables.update(leads_table(), keys.tally(1, 0), add={"review": 6}))
    settle(api, "lead1", "reject")
    operations.clear()

    shown = api.get("/campaigns/1/dashboard").json()["review"]

    assert shown == {
        "waiting": 5, "oldest_since": "2026-11-13T08:00:00.000Z", "oldest_days": 10.0, "over_1_day": 5,
        "over_7_days": 2,
    }  # fmt: skip
    # One of the runs, and one of the queue for each of four shards.
    assert operations == {"BatchGetItem": 2, "Query": 5}
