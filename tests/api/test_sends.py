"""The ledger of touches over HTTP."""

from collections.abc import Callable

import pytest

from cam import keys, tables
from cam.models import Campaign, SendStatus
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
SENDS = "/campaigns/1/sends"


@pytest.fixture
def add(campaign: Make) -> Callable[..., str]:
    """Writes a ledger entry of a campaign with several shards."""
    one = campaign(settings={"expected_leads": 10_000})

    def write(lead: str, status: SendStatus, minute: int) -> str:
        shard = keys.shard_of(lead, one.shards)
        at = f"2026-11-23T10:{minute:02d}:00.000Z"
        send_id = f"{shard}-{lead}-0"
        item = {
            **keys.send(1, shard, lead, 0), "kind": "send", "send_id": send_id, "lead_id": lead,
            "to": f"{lead}@acme.example", "sequence": "cold_outreach", "step": 0, "status": status,
            "subject": "Hello", "claimed_at": at,
            "todo": f"send#{status}#{at}#{send_id}",
        }  # fmt: skip
        tables.write(tables.put("cam-leads", item))
        return send_id

    return write


def test_sends_are_listed_across_shards_page_by_page(api: Client, add: Callable[..., str]) -> None:
    expected = {add(f"lead{number}", SendStatus.SENT, number) for number in range(9)}

    seen, cursor = [], None
    while True:
        page = api.get(SENDS, {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [send["send_id"] for send in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert (len(seen), set(seen)) == (9, expected)


def test_a_send_has_the_shape_of_the_contract(api: Client, add: Callable[..., str]) -> None:
    add("ann", SendStatus.SENT, 1)
    (send,) = api.get(SENDS).json()["items"]
    assert set(send) == {
        "send_id", "lead_id", "to", "sequence", "step", "status", "subject", "claimed_at", "sent_at", "message_id",
        "reason",
    }  # fmt: skip
    assert (send["claimed_at"], send["sent_at"]) == ("2026-11-23T10:01:00.000Z", None)


def test_sends_are_filtered_by_status_in_any_case(api: Client, add: Callable[..., str]) -> None:
    add("ann", SendStatus.SENT, 1)
    unsure = add("bob", SendStatus.UNCONFIRMED, 2)
    found = api.get(SENDS, {"status": "Unconfirmed"}).json()["items"]
    assert [send["send_id"] for send in found] == [unsure]


def test_wrong_status_and_campaign_are_refused(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get(SENDS, {"status": "LOST"}), 422, "status")
    assert_problem(api.get("/campaigns/2/sends"), 404)
