"""The whole pipeline on the local stack: how long N leads take, that every tally is exact, how large a state gets.

    .local/venv/project/bin/python -m tests.bench.bench_pipeline 10000 [expected_leads]

The bars of the main job: 1,000 leads in 60 s, 10,000 in 8 minutes, no state payload over 64 KB. A third-party emulator
on this machine does the work: the seconds say nothing about AWS.
"""

import json
import sys
import time

from local.setup import LOCAL
from local.stack import Stack
from tests.e2e.client import OPEN, Api, csv, mails

BARS = {1_000: 60, 10_000: 480}
PAYLOAD = 64 * 1024


def largest_event(stack: Stack, run_id: str) -> int:
    """Bytes of the largest event in the history of a run's execution."""
    machine = stack.outputs["PipelineArn"].replace(":stateMachine:", ":execution:")
    states, largest = stack.client("stepfunctions"), 0
    token: dict[str, str] = {}
    while True:
        page = states.get_execution_history(executionArn=f"{machine}:{run_id}", maxResults=1000, **token)
        largest = max([largest, *(len(json.dumps(event, default=str)) for event in page["events"])])
        if not page.get("nextToken"):
            return largest
        token = {"nextToken": page["nextToken"]}


def main(count: int, expected: int) -> int:
    with Stack(state_dir=LOCAL / "bench", say=print) as stack:
        stack.deploy()
        with Api(stack.api_url, stack.api_key) as api:
            mark = f"bench{time.time_ns()}"
            campaign = api.campaign(settings={"sending": OPEN, "expected_leads": expected})
            api.upload(campaign, csv(count, mark))
            started = time.monotonic()
            run = api.ended(
                campaign, api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={"max_leads": None})["run_id"], 3600
            )
            seconds = time.monotonic() - started
            for stage in run["stages"]:
                print(f"{stage['type']:<8} {stage['leads_qualified']:>7} leads {stage['duration_seconds']:>8.1f} s")
            funnel, recount = api.funnel(campaign), api.recount(campaign)
            delivered = len(mails(stack.outbox, mark))
            payload = largest_event(stack, run["run_id"])
    print(f"{count} leads in {seconds:.0f} s; funnel {funnel}; mails {delivered}; largest state {payload} bytes")
    exact = funnel == recount and delivered == count and run["status"] == "COMPLETED"
    fast = seconds <= BARS.get(count, float("inf"))
    print(f"tallies exact: {exact}; within the bar: {fast}; payload within the bar: {payload <= PAYLOAD}")
    return 0 if exact and fast and payload <= PAYLOAD else 1


if __name__ == "__main__":
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    sys.exit(main(leads, int(sys.argv[2]) if len(sys.argv) > 2 else leads))
