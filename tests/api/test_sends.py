"""The ledger of touches over HTTP."""

from collections.abc import Callable

import pytest

from cam.model.models import Campaign, SendStatus
from cam.platform import keys, tables
from tests.api.client import Answer, Client, assert_problem

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


def settle(api: Client, send_id: str, outcome: object = "sent", **more: object) -> Answer:
    return api.post(f"{SENDS}/{send_id}/settle", {"outcome": outcome, **more})


def test_an_unsure_send_is_settled_by_hand(api: Client, add: Callable[..., str]) -> None:
    send = settle(api, add("ann", SendStatus.UNCONFIRMED, 1), " Sent ", note="SES shows it").json()
    assert (send["status"], send["sent_at"]) == ("SENT", "2026-11-23T10:01:00.000Z")
    assert send["reason"] == "resolved as sent: SES shows it"


@pytest.mark.parametrize("status", [one for one in SendStatus if one is not SendStatus.UNCONFIRMED])
def test_any_other_send_is_left_alone_and_the_answer_says_what_it_is(
    api: Client, add: Callable[..., str], status: SendStatus
) -> None:
    assert_problem(settle(api, add("ann", status, 1)), 409, says=f"is {status} (")


@pytest.mark.parametrize("send_id", ["0-nobody-0", "nonsense", "0--0", "99-ann-0", "-ann-0", "0-ann-x", "00-ann-0"])
def test_there_is_nothing_to_settle_of_a_send_that_is_not_there(api: Client, campaign: Make, send_id: str) -> None:
    campaign()
    assert_problem(settle(api, send_id), 404)


@pytest.mark.parametrize(
    ("outcome", "says"), [("notsent", "'not_sent'"), ("", "'sent'"), (True, "'sent'"), (None, "'sent'")]
)
def test_a_wrong_outcome_is_refused_with_those_there_are(
    api: Client, add: Callable[..., str], outcome: object, says: str
) -> None:
    send_id = add("ann", SendStatus.UNCONFIRMED, 1)
    assert_problem(settle(api, send_id, outcome), 422, "outcome", says=says)
    assert_problem(settle(api, send_id, note="x" * 301), 422, "note")
    assert settle(api, send_id).status == 200
