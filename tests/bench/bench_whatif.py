"""What other settings would change over many leads: how long the local stack takes, and that memory does not grow.

    .local/venv/project/bin/python -m tests.bench.bench_whatif [100000]

The bar: 100,000 leads in 3 minutes. Leads are written to the tables as the pipeline leaves them, straight, because only
the preview is timed. Memory is this process's: it works off one shard of few leads and one of many, and the peak of
traced memory must not follow. A third-party emulator on this machine does the work: the seconds say nothing about AWS.
"""

import os
import sys
import time
import tracemalloc
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "layers" / "cam")]

from local.setup import LOCAL  # noqa: E402
from local.stack import Stack  # noqa: E402
from tests.conftest import Context  # noqa: E402
from tests.e2e.client import Api  # noqa: E402

BAR_SECONDS, BAR_LEADS = 180, 100_000
FEW, MANY = 2_000, 20_000
# Both hold a page of leads; the rest must not depend on how many pages there are.
BAR_MEMORY = 1.3


def items(campaign: int, shards: int, count: int) -> Iterator[dict[str, Any]]:
    """Leads of 25 fields with all their decisions, as the stages write them."""
    from cam.leads import adding, verdicts
    from cam.leads.adding import Found
    from cam.leads.lead_queue import Due
    from cam.model.addresses import lead_id
    from cam.model.models import LeadDraft
    from cam.model.settings.campaign import CampaignSettings
    from cam.platform import keys
    from cam.rules.pacing import first_touch
    from cam.text import clock
    from functions.whatif import lead_comparison
    from tests.unit.example_leads import VECTORS
    from tests.unit.example_leads import lead as plain

    settings, now = CampaignSettings(), clock.now()
    for number in range(count):
        case = VECTORS[number % len(VECTORS)]
        more = {f"column_{column}": f"value {number} {column}" for column in range(8)}
        draft = LeadDraft.model_validate(
            {
                "name": f"Ada Number{number}", "first_name": "Ada", "last_name": f"Number{number}",
                "email": f"ada{number}@company{number}.example", "company": f"Company {number}",
                "company_domain": f"company{number}.example", "role": case["role"] or "Head of Sales",
                "enrichment": {**case["enrichment"], **more}, "lawful_basis": "opt_in",
            }
        )  # fmt: skip
        one = lead_id(campaign, draft.email, None, None, None)
        assert one
        item = adding._new_item(campaign, shards, Found(one, draft, "csv", "a bench"), None, now)
        lead = plain(**draft.model_dump(), id=one, shard=item["shard"])
        judged, due = lead_comparison.judge(lead, settings, suppressed=False), Due(one, "", lead)
        steps = [verdicts.scored(due, judged.scored, 1, now), verdicts.qualified(due, judged.qualification, now, False)]
        if judged.routing:
            steps.append(verdicts.routed(due, judged.routing, first_touch(now, settings.sending, None)))
        for step in steps:
            item |= step.put
            item["history"].append([clock.iso(now), step.event, step.detail])
        item["todo"] = steps[-1].todo
        assert keys.shard_of(one, shards) == item["shard"]
        yield item


def seed(stack: Stack, campaign: int, shards: int, count: int) -> None:
    """Write the leads and what the funnel counts of them."""
    from cam.platform import keys, tables
    from cam.platform.environment import leads_table

    client, table = stack.client("dynamodb"), leads_table()
    in_shards: dict[int, int] = {}
    for batch in batched(items(campaign, shards, count), 25, strict=False):
        for item in batch:
            in_shards[item["shard"]] = in_shards.get(item["shard"], 0) + 1
        requests = [{"PutRequest": {"Item": tables.packed(item)}} for item in batch]
        left: Any = {table: requests}
        while left:
            left = client.batch_write_item(RequestItems=left).get("UnprocessedItems")
    for shard, number in in_shards.items():
        tables.write(tables.update(table, keys.tally(campaign, shard), add={"leads": number}))


def environment(stack: Stack) -> None:
    """This process as one of the stack's functions."""
    os.environ |= {
        "CAMPAIGNS_TABLE": stack.outputs["CampaignsTable"],
        "LEADS_TABLE": stack.outputs["LeadsTable"],
        "AWS_ENDPOINT_URL": stack.endpoint,
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def peak(campaign: int, count: int) -> int:
    """Bytes that looking at one shard of so many leads takes at most."""
    from cam.campaigns import campaigns, previews
    from cam.model.settings.campaign import CampaignSettings
    from cam.text import clock
    from functions.whatif import handler

    name = f"bench-{count}"
    wanted = CampaignSettings.model_validate({"qualification": {"min_score": 0.6}})
    one = campaigns.read(campaign)
    previews.begin(previews.Preview(name, campaign, one.shards, wanted, 1, count, clock.now()))
    event, context = {"campaign_id": campaign, "preview_id": name, "shard": 0}, Context()
    tracemalloc.start()
    handler.preview(event, context)  # type: ignore[arg-type]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main(count: int) -> int:
    with Stack(state_dir=LOCAL / "bench", say=print) as stack:
        stack.deploy()
        environment(stack)
        with Api(stack.api_url, stack.api_key) as api:
            sizes = {few: api.campaign(settings={"expected_leads": 1}) for few in (FEW, MANY)}
            for few, campaign in sizes.items():
                seed(stack, campaign, 1, few)
            memory = {few: peak(campaign, few) for few, campaign in sizes.items()}
            campaign = api.campaign(settings={"expected_leads": count})
            from cam.campaigns import campaigns

            began = time.monotonic()
            seed(stack, campaign, campaigns.read(campaign).shards, count)
            print(f"{count:,} leads written in {time.monotonic() - began:.0f} s")
            began = time.monotonic()
            body = {"settings": {"qualification": {"min_score": 0.6}, "icp": {"roles": ["CTO"]}}}
            asked = api.ask("POST", f"/campaigns/{campaign}/preview", 202, json=body, params={"wait": 0})
            path = f"/campaigns/{campaign}/previews/{asked['preview_id']}"
            told = api.ask("GET", path)
            while told["status"] == "RUNNING":
                print(f"{time.monotonic() - began:5.0f} s {told['percent']:3} %")
                time.sleep(5)
                told = api.ask("GET", path)
            seconds = time.monotonic() - began
    print(f"{told['leads']:,} leads in {seconds:.0f} s ({told['status']}); {told['moved']:,} move")
    print(f"peak of memory: {memory[FEW] / 1e6:.1f} MB for {FEW:,} leads, {memory[MANY] / 1e6:.1f} MB for {MANY:,}")
    fast = seconds <= BAR_SECONDS * max(1.0, count / BAR_LEADS)
    constant = memory[MANY] <= BAR_MEMORY * memory[FEW]
    whole = told["leads"] == count and told["status"] == "COMPLETED"
    print(f"all looked at: {whole}; within the bar: {fast}; memory does not grow: {constant}")
    return 0 if fast and constant and whole else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else BAR_LEADS))
