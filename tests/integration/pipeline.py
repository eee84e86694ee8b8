"""Drives the handlers as the state machine does, in one process: for tests of what they do to the tables."""

import importlib
from datetime import datetime
from typing import Any

from cam.campaigns import previews
from cam.campaigns.previews import Preview
from cam.leads import adding, csvfile, imports
from cam.leads.adding import Found
from cam.model.addresses import lead_id, normalise
from cam.model.models import Campaign, Enrichment, JobResult, LawfulBasis, LeadDraft, Run, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules.preview_summary import Summary
from cam.runs import runs
from cam.text import clock
from functions.run.handler import begin, finish
from tests.conftest import PIPELINE_ARN, Context

CONTEXT: Any = Context()


def start(campaign_id: int, name: str = "run-1", **asked: Any) -> dict[str, Any]:
    """Begin a run as the console does; the state of the execution."""
    event = {"input": {"campaign_id": campaign_id, **asked}, "execution": name, "pipeline": PIPELINE_ARN}
    return {**begin(event, CONTEXT), "done": {}, "failed": {}}


def rescore(state: dict[str, Any], context: Any = None) -> None:
    """Decide again about the leads of every shard, as the state machine does before Score."""
    handler = importlib.import_module("functions.whatif.handler").rescore
    for shard in state["work"]["rescore"]:
        after, more = "", True
        while more:
            event = {"campaign_id": state["campaign_id"], "run_id": state["run_id"], "shard": shard, "after": after}
            answer = handler(event, context or CONTEXT)
            more, after = answer["more"], answer["after"]


def rescored(campaign_id: int, name: str = "again-1", **asked: Any) -> tuple[Run, dict[Stage, JobResult]]:
    """A whole run that decides again."""
    state = start(campaign_id, name, rescore=True, **asked)
    rescore(state)
    for one in runs.DECIDING:
        stage(one, state)
    return end(state)


def preview(campaign: Campaign, settings: CampaignSettings, name: str = "preview-1") -> Summary:
    """Look at every lead of a campaign as these settings would have it."""
    handler = importlib.import_module("functions.whatif.handler").preview
    wanted = Preview(name, campaign.id, campaign.shards, settings, campaign.settings_version, 0, clock.now())
    previews.begin(wanted)
    total = Summary()
    for shard in range(campaign.shards):
        event = {"campaign_id": campaign.id, "preview_id": name, "shard": shard}
        while handler(event, CONTEXT)["more"]:
            pass
    for found in previews.found(wanted):
        assert found.done
        total.merge(Summary.loaded(found.summary))
    return total


def stage(name: Stage, state: dict[str, Any], context: Any = None) -> None:
    """Work a stage off, shard by shard."""
    handler = importlib.import_module(f"functions.{name.lower()}.handler").handler
    for shard in state["work"][name.lower()]:
        event = {"campaign_id": state["campaign_id"], "run_id": state["run_id"], "shard": shard}
        while handler(event, context or CONTEXT)["more"]:
            pass


def end(state: dict[str, Any]) -> tuple[Run, dict[Stage, JobResult]]:
    """Finish the run; it and the results of its stages."""
    finish(state, CONTEXT)
    run, results = runs.read(state["campaign_id"], state["run_id"])
    return run, {result.type: result for result in results}


def pipeline(campaign_id: int, name: str = "run-1", **asked: Any) -> tuple[Run, dict[Stage, JobResult]]:
    """A whole run."""
    state = start(campaign_id, name, **asked)
    for one in Stage:
        stage(one, state)
    return end(state)


def upload(campaign_id: int, text: str, name: str = "leads.csv") -> str:
    """Store a CSV file; its import id."""
    data = text.encode()
    return imports.store(campaign_id, name, data, csvfile.check(data)).import_id


def csv(count: int, first: int = 0) -> str:
    """A file of good leads: all of them score high enough for a sequence."""
    rows = [
        f"Ada Number{number},ada{number}@company{number}.example,Company {number},CTO,opt_in,yes"
        for number in range(first, first + count)
    ]
    return "\n".join(["name,email,company,role,lawful basis,is_decision_maker", *rows]) + "\n"


def add_leads(shard: keys.Shard, count: int, **fields: Any) -> list[str]:
    """Put leads into a campaign of one shard, as Harvest does, due at Score."""
    found = []
    for number in range(count):
        draft = LeadDraft(
            **{
                "name": f"Ada Number{number}",
                "first_name": "Ada",
                "email": f"ada{number}@company{number}.example",
                "company": f"Company {number}",
                "role": "CTO",
                "lawful_basis": LawfulBasis.OPT_IN,
                "enrichment": Enrichment(is_decision_maker=True),
                **fields,
            }
        )
        one = lead_id(shard.campaign_id, draft.email, None, None, None)
        assert one
        assert draft.email
        found.append((Found(one, draft, "csv", "a test"), normalise(draft.email)))
    for first in range(0, count, 90):
        batch = found[first : first + 90]
        adding.add(shard, 1, batch, {"inserted": len(batch)}, clock.now(), [], None)
    return [one.lead_id for one, _ in found]


def review(campaign: Campaign, lead_id: str, since: datetime, **more: Any) -> None:
    """Put a lead into review, as Qualify does, since any moment."""
    shard = keys.shard_of(lead_id, campaign.shards)
    item = {
        **keys.lead(campaign.id, shard, lead_id), "kind": "lead", "id": lead_id, "shard": shard, "source": "csv",
        "status": "MANUAL_REVIEW", "qualification": {"status": "MANUAL_REVIEW", "reasons": ["low_intent"]},
        "created_at": clock.iso(since), "updated_at": clock.iso(since), "todo": keys.todo("review", since, lead_id),
    }  # fmt: skip
    tables.write(tables.put(leads_table(), {**item, **more}))


def tally(campaign_id: int, run_id: str, name: str) -> int:
    """A counter of a run."""
    return tallies.of_run(campaign_id, 1, run_id)[0][name]
