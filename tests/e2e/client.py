"""What a user of the API does, in few words."""

import itertools
import time
import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]
OPEN = {"ignore_window": True, "warm_up": None, "daily_cap": 100_000}
ROUTED = {"ROUTED", "CONTACTED", "REPLIED", "COMPLETED", "INVALID", "UNSUBSCRIBED"}
_numbers = itertools.count(1)


class Api(httpx.Client):
    """The API below its prefix, with the key."""

    def __init__(self, url: str, key: str) -> None:
        headers = {"x-api-key": key} if key else {}
        super().__init__(base_url=f"{url}/api/v1/cam", headers=headers, timeout=60, trust_env=False)

    def ask(self, method: str, path: str, expect: int = 200, **arguments: Any) -> Any:
        """The answer's JSON; another status than `expect` is an error that shows the answer."""
        answer = self.request(method, path, **arguments)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json()

    def campaign(self, **fields: Any) -> int:
        """A new campaign that may send at any time; its id."""
        body = {"name": f"Campaign {next(_numbers)} {uuid.uuid4().hex[:8]}", "settings": {"sending": OPEN}, **fields}
        return int(self.ask("POST", "/campaigns", 201, json=body)["id"])

    def upload(self, campaign: int, text: str | bytes, name: str = "leads.csv") -> Json:
        """Upload a CSV file."""
        data = text.encode() if isinstance(text, str) else text
        found: Json = self.ask(
            "POST", f"/campaigns/{campaign}/imports", 201, params={"filename": name}, content=data,
            headers={"content-type": "text/csv"},
        )  # fmt: skip
        return found

    def run(self, campaign: int, **body: Any) -> Json:
        """Start a run and wait for its end."""
        started = self.ask("POST", f"/campaigns/{campaign}/runs", 202, json={"max_leads": None, **body})
        return self.ended(campaign, started["run_id"])

    def ended(self, campaign: int, run_id: str, limit: float = 300) -> Json:
        """The run, once it is over."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < limit:
            found: Json = self.ask("GET", f"/campaigns/{campaign}/runs/{run_id}")
            if found["status"] not in ("PENDING", "RUNNING"):
                return found
            # Short runs are noticed at once, and long ones are not disturbed.
            time.sleep(min(1.0, 0.05 + waited / 10))
        raise AssertionError(f"run {run_id} does not end: {found}")

    def pages(self, path: str, **filters: Any) -> Iterator[Json]:
        """Every item of a list."""
        cursor = None
        while True:
            page = self.ask("GET", path, params={"limit": 100, **filters, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def recount(self, campaign: int) -> Json:
        """The funnel, counted from the leads one by one."""
        leads = list(self.pages(f"/campaigns/{campaign}/leads"))
        status = Counter(lead["status"] for lead in leads)
        return {
            "total_leads_harvested": len(leads),
            "total_leads_qualified": sum(status[one] for one in (*ROUTED, "QUALIFIED")),
            "leads_routed_to_sequence": sum(status[one] for one in ROUTED),
            "emails_sent": sum(1 for _ in self.pages(f"/campaigns/{campaign}/sends", status="SENT")),
        }

    def funnel(self, campaign: int) -> Json:
        """The funnel of the dashboard."""
        shown = self.ask("GET", f"/campaigns/{campaign}/dashboard")
        return {
            name: shown[name]
            for name in (
                "total_leads_harvested", "total_leads_qualified", "leads_routed_to_sequence", "emails_sent"
            )
        }  # fmt: skip


def begun(api: Api, campaign: int, run_id: str) -> str:
    """Begin writes the run a moment after the execution has started."""
    for _ in range(300):
        if api.get(f"/campaigns/{campaign}/runs/{run_id}").status_code == 200:
            return run_id
        time.sleep(0.2)
    raise AssertionError(f"run {run_id} was never begun")


def csv(count: int, mark: str, first: int = 0) -> str:
    """A file of good leads; `mark` makes their addresses those of one campaign."""
    rows = [
        f"Ada Number{number},ada{number}@company{number}.{mark}.example,Company {number},CTO,opt_in,yes"
        for number in range(first, first + count)
    ]
    return "\n".join(["name,email,company,role,lawful basis,is_decision_maker", *rows]) + "\n"


def mails(outbox: Path, mark: str, before: Collection[str] = ()) -> list[EmailMessage]:
    """The mails in the mailbox that went to addresses that hold `mark`, but for files that were there `before`."""
    paths = [path for path in sorted(outbox.glob("*.eml")) if path.name not in before]
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return [mail for mail in found if mark in str(mail["To"])]
