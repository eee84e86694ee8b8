"""The example campaign, run over HTTP as a user would: `make run` shows what comes of it.

It uses the API and the outbox only. The run passes if leads went through every stage, and the dashboard, the leads
themselves and the delivered emails agree.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from local.processes import Failed
from local.setup import ROOT
from local.stack import Stack

PREFIX = "/api/v1/cam"
RUN_LIMIT = 300  # seconds
# A lead that was routed stays so in the funnel, whatever it did afterwards.
PASSED = {"QUALIFIED", "ROUTED", "CONTACTED", "REPLIED", "COMPLETED"}

type Say = Callable[[str], None]
type Json = dict[str, Any]
type Spent = Callable[[], int]


class Api:
    """The API with its key. A response that is no success is an error with the server's own words."""

    def __init__(self, stack: Stack) -> None:
        self.http = httpx.Client(
            base_url=stack.api_url + PREFIX, headers={"x-api-key": stack.api_key}, timeout=60, trust_env=False
        )

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        response = self.http.request(method, path, **arguments)
        if not response.is_success:
            raise Failed(f"{method} {path} returned {response.status_code}: {response.text[:500]}")
        return response.json()

    def pages(self, path: str, **filters: str) -> Iterator[Json]:
        """Every item of a list, page by page."""
        cursor = None
        while True:
            page = self.call("GET", path, params=filters | {"limit": "100"} | ({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return


def find_or_create(api: Api, wanted: Json) -> Json:
    """The campaign of this name, from an earlier run or new."""
    skip = 0
    while page := api.call("GET", "/campaigns", params={"skip": skip, "limit": 100}):
        for campaign in page:
            if campaign["name"].casefold() == wanted["name"].casefold():
                return dict(campaign)
        skip += len(page)
    return dict(api.call("POST", "/campaigns", json=wanted))


def upload(api: Api, campaign: Json, path: Path, imported: Path) -> bool:
    """Upload a file unless exactly this one was uploaded to this campaign before; `imported` remembers that."""
    content = path.read_bytes()
    mark = hashlib.sha256(content + json.dumps([campaign["id"], campaign["created_at"]]).encode()).hexdigest()
    known = imported.read_text().split() if imported.exists() else []
    if mark in known:
        return False
    headers = {"content-type": "text/csv; charset=utf-8", "content-disposition": f'attachment; filename="{path.name}"'}
    api.call("POST", f"/campaigns/{campaign['id']}/imports", content=content, headers=headers)
    imported.write_text("\n".join([*known, mark]))
    return True


def run(api: Api, campaign: Json, say: Say) -> Json:
    """Run all five stages without a cap, and wait until the run has ended."""
    path = f"/campaigns/{campaign['id']}/runs"
    started = api.call("POST", path, json={"max_leads": None})
    deadline, shown = time.monotonic() + RUN_LIMIT, ""
    while True:
        found: Json = api.call("GET", f"{path}/{started['run_id']}")
        stages = ", ".join(f"{stage['type']} {stage['status'].lower()}" for stage in found.get("stages", []))
        if stages != shown:
            say(f"  {stages}")
            shown = stages
        if found["status"] not in {"PENDING", "RUNNING"}:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"run {started['run_id']} did not finish within {RUN_LIMIT} s")
        time.sleep(0.5)


def delivered(outbox: Path) -> dict[str, EmailMessage]:
    """The mails in the outbox by the id that their transport returned."""
    mails = {}
    for path in sorted(outbox.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        mails[message_id(mail["Message-ID"])] = mail
    return mails


def message_id(text: str | None) -> str:
    """SES returns the bare id and writes `<id@email.amazonses.com>` into the mail."""
    return (text or "").strip().strip("<>").removesuffix("@email.amazonses.com")


def table(rows: list[tuple[str, int]]) -> str:
    most = max((count for _, count in rows), default=0) or 1
    return "\n".join(f"  {name:<36}{count:>6}  {'█' * round(30 * count / most)}".rstrip() for name, count in rows)


def funnel(leads: list[Json], sends: list[Json]) -> list[tuple[str, int]]:
    """What became of the leads, counted from the leads and their sends."""
    tiers = Counter(lead.get("tier") for lead in leads)
    statuses = Counter(lead["status"] for lead in leads)
    sequences = Counter(lead["sequence"] for lead in leads if lead.get("sequence"))
    without = unmailed(leads, sends)
    return [
        ("harvested", len(leads)),
        *((f"  scored {tier.lower()}", tiers[tier]) for tier in ("HOT", "WARM", "COOL", "COLD")),
        ("qualified", qualified(leads)),
        ("  waiting for review", statuses["MANUAL_REVIEW"]),
        ("  rejected", statuses["REJECTED"]),
        *((f"    {reason}", count) for reason, count in reasons(leads).most_common()),
        ("routed", sum(sequences.values())),
        *((f"  {name}", count) for name, count in sequences.most_common()),
        ("routed, no email yet", without.total()),
        *((f"  {reason}", count) for reason, count in without.most_common()),
        ("emails sent", sum(send["status"] == "SENT" for send in sends)),
    ]


def unmailed(leads: list[Json], sends: list[Json]) -> Counter[str]:
    """Why routed leads have had no email: one reason each, so that the counts add up to all routed leads."""
    mailed = {send["lead_id"] for send in sends if send["status"] == "SENT"}
    tried = {
        send["lead_id"]: send["status"].lower() + (f": {send['reason']}" if send["reason"] else "") for send in sends
    }
    found: Counter[str] = Counter()
    for lead in leads:
        if not lead.get("sequence") or lead["id"] in mailed:
            continue
        if lead["id"] in tried:
            found[tried[lead["id"]]] += 1
        elif lead["status"] not in {"ROUTED", "CONTACTED"}:
            found[lead["status"].lower()] += 1
        elif lead["held"]:
            found[f"held: {lead['held']}"] += 1
        else:
            found["waiting: not due, or over a cap"] += 1
    return found


def qualified(leads: list[Json]) -> int:
    return sum(lead["status"] in PASSED or bool(lead.get("sequence")) for lead in leads)


def reasons(leads: list[Json]) -> Counter[str]:
    """Why leads were rejected; a lead can have several reasons."""
    rejected = [lead for lead in leads if lead["status"] == "REJECTED"]
    return Counter(reason for lead in rejected for reason in lead["qualification"]["reasons"])


def figures(
    dashboard: Json, leads: list[Json], sends: list[Json], mails: dict[str, EmailMessage]
) -> dict[str, dict[str, int]]:
    """The counts that must be equal, each by where it was counted."""
    sent = [message_id(send["message_id"]) for send in sends if send["status"] == "SENT"]
    return {
        "harvested": {"dashboard": dashboard["total_leads_harvested"], "leads recounted": len(leads)},
        "qualified": {"dashboard": dashboard["total_leads_qualified"], "leads recounted": qualified(leads)},
        "routed": {
            "dashboard": dashboard["leads_routed_to_sequence"],
            "leads recounted": sum(bool(lead.get("sequence")) for lead in leads),
        },
        "emailed": {
            "dashboard": dashboard["emails_sent"],
            "sends listed": len(sent),
            "emails in the outbox": sum(one in mails for one in sent),
        },
    }


def verdict(counted: dict[str, dict[str, int]], optional: Collection[str] = ()) -> list[str]:
    """The counts that do not agree, or are 0 and not optional. None if the leads really went through."""
    wrong = [f"{name}: none" for name, places in counted.items() if name not in optional and not all(places.values())]
    for name, places in counted.items():
        if len(set(places.values())) > 1:
            wrong.append(f"{name}: " + ", ".join(f"{place} {number}" for place, number in places.items()))
    return wrong


def agreement(counted: dict[str, dict[str, int]]) -> str:
    """Which counts are equal, and what they are."""
    by_places: dict[str, list[str]] = {}
    for name, places in counted.items():
        by_places.setdefault(" = ".join(places), []).append(f"{next(iter(places.values()))} {name}")
    return "\n".join(f"  {places}: {', '.join(numbers)}" for places, numbers in by_places.items())


def show_mail(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    headers = "\n".join(f"  {name}: {mail[name]}" for name in ("From", "To", "Subject", "List-Unsubscribe"))
    return headers + "\n\n" + "\n".join(f"  {line}".rstrip() for line in str(text).splitlines())


def show_reasons(lead: Json) -> str:
    """Why a lead has its score and its sequence."""
    lines = [f"Why {lead['name']} got {lead['sequence']} (GET …/leads/{lead['id']}):"]
    lines += [f"  {part['contribution']:.4f}  {part['sentence']}" for part in lead["explanation"]]
    lines += [f"  {lead['score']:.4f}  {lead['tier']}, {lead['qualification']['status'].lower()}"]
    return "\n".join([*lines, f"          {lead['routing']['sentence']}"])


def addresses(stack: Stack, campaign: Json) -> str:
    api = f"{stack.api_url}{PREFIX}"
    key = f"-H 'x-api-key: {stack.api_key}'"
    path = f"{api}/campaigns/{campaign['id']}"
    return f"""  API        {api}
  API key    {stack.api_key}   (header x-api-key)
  AWS        AWS_ENDPOINT_URL={stack.endpoint}

Try these:
  curl {key} '{path}/dashboard'
  curl {key} '{path}/review'
  curl {key} -X POST '{path}/execute/full-pipeline?max_leads=50'"""


def example(filename: str) -> Json:
    """A campaign of examples/."""
    return dict(json.loads((ROOT / "examples" / filename).read_text("utf-8")))


def main(stack: Stack, say: Say, stays: bool, spent: Spent | None = None) -> bool:
    """Run the example, and print the result, and where to look next if the stack stays up.

    True only if leads went through every stage and all counts agree. `spent`: the credits that the providers
    have metered so far, if there are any to ask.
    """
    api = Api(stack)
    api.call("GET", "/health")
    campaign = find_or_create(api, example("campaign.json"))
    say(f"campaign {campaign['id']}: {campaign['name']}")
    new = upload(api, campaign, ROOT / "examples" / "leads.csv", stack.state / "imported")
    say("examples/leads.csv uploaded" if new else "examples/leads.csv was uploaded before")
    before = spent() if spent else 0
    ended = run(api, campaign, say)
    paid = (
        {"credits": {"recorded by CAM": credits_of(ended), "metered by the fakes": spent() - before}} if spent else {}
    )
    return outcome(api, stack, campaign, ended, f"\n{addresses(stack, campaign)}" if stays else "", paid, {"credits"})


def credits_of(ended: Json) -> int:
    """The credits that a run spent, as CAM recorded them."""
    return sum(stage["counts"].get("credits_spent", 0) for stage in ended["stages"])


def outcome(
    api: Api,
    stack: Stack,
    campaign: Json,
    ended: Json,
    where: str = "",
    also: dict[str, dict[str, int]] | None = None,
    optional: Collection[str] = (),
) -> bool:
    """Print a campaign's funnel, its last email, `where` to look next, and whether all counts agree, including `also`.

    Counts that are `optional` may be 0.
    """
    path = f"/campaigns/{campaign['id']}"
    dashboard = api.call("GET", f"{path}/dashboard")
    leads = list(api.pages(f"{path}/leads"))
    sends = list(api.pages(f"{path}/sends"))
    mails = delivered(stack.outbox)
    if not any(stage["leads_processed"] for stage in ended["stages"]):
        print("\nNothing was due in this run. The figures below come from earlier runs.")
    print(f"\n{table(funnel(leads, sends))}\n")
    own = {message_id(send["message_id"]) for send in sends if send["status"] == "SENT"} & mails.keys()
    example = next((lead for lead in leads if lead["routing"] and lead["routing"]["boosted"]), None)
    if example:
        print(f"{show_reasons(api.call('GET', f'{path}/leads/{example["id"]}'))}\n")
    if own:
        newest = [mail for one, mail in mails.items() if one in own][-1]
        print(f"The last of {len(own)} emails:\n{show_mail(newest)}\n")
        print(f"  emails     {stack.outbox}{where}", flush=True)
    elif where:
        print(where, flush=True)
    counted = figures(dashboard, leads, sends, mails) | (also or {})
    wrong = verdict(counted, optional)
    if ended["status"] != "COMPLETED":
        wrong.insert(0, f"the run ended as {ended['status']}: {ended.get('error_message')}")
    said = "\n".join(f"PROBLEM: {line}" for line in wrong) or f"All counts agree:\n{agreement(counted)}"
    print(f"\n{said}", flush=True)
    return not wrong
