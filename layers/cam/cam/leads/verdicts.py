"""What a decision writes on a lead: status, queue, explanation, counts. For the stages, and for deciding again."""

from datetime import datetime, timedelta
from typing import Any

from cam.leads.lead_items import parts_item, qualification_item, routing_item
from cam.leads.lead_queue import Decided, Due
from cam.model.models import BOUNCED, Lead, LeadStatus, Qualification, Routing, Scored, Stage
from cam.platform import keys
from cam.platform.tallies import MILLION

# How a verdict is counted, in a run and in the campaign's life.
COUNTED = {
    LeadStatus.QUALIFIED: "qualified",
    LeadStatus.MANUAL_REVIEW: "review",
    LeadStatus.REJECTED: "rejected",
}


def scored(due: Due, result: Scored, version: int, now: datetime) -> Decided:
    """A score: the lead waits for Qualify. `version` is that of the settings."""
    return Decided(
        due,
        keys.todo(Stage.QUALIFY, now, due.lead_id),
        "scored",
        f"{result.tier}, score {result.score:.2f}",
        put={
            "status": LeadStatus.SCORED,
            "icp_score": result.icp_score,
            "opportunity_score": result.opportunity_score,
            "score": result.score,
            "tier": result.tier,
            "explanation": parts_item(result.explanation),
            "score_settings_version": version,
        },
        counts={
            "scored": 1,
            result.tier.lower(): 1,
            "icp_sum": round(result.icp_score * MILLION),
            "opportunity_sum": round(result.opportunity_score * MILLION),
            "score_sum": round(result.score * MILLION),
        },
    )


def qualified(due: Due, verdict: Qualification, now: datetime, paid: bool) -> Decided:
    """A verdict: the lead waits for Route, or for a person, or for nobody. `paid`: it has cost credits."""
    waits = {
        LeadStatus.QUALIFIED: keys.todo(Stage.ROUTE, now, due.lead_id),
        LeadStatus.MANUAL_REVIEW: keys.todo("review", now, due.lead_id),
    }
    return Decided(
        due,
        waits.get(verdict.status),
        verdict.status.lower(),
        ", ".join(verdict.reasons),
        put={
            "status": LeadStatus.INVALID if _bounced(verdict) else verdict.status,
            "qualification": qualification_item(verdict),
        },
        counts={
            COUNTED[verdict.status]: 1,
            # What credits bring is measured by those who qualify.
            "paid_qualified": int(paid and verdict.status is LeadStatus.QUALIFIED),
            **dict.fromkeys(verdict.reasons, 1),
        },
    )


def _bounced(verdict: Qualification) -> bool:
    """Whether the address takes no mail, by the word of whoever brought it: the lead ends as after a hard bounce."""
    return any(gate.limit == BOUNCED and gate.passed is False for gate in verdict.gates)


def routed(due: Due, routing: Routing, first: datetime) -> Decided:
    """A sequence: the lead waits for its first touch, at `first`."""
    return Decided(
        due,
        keys.todo(Stage.NURTURE, first, due.lead_id),
        "routed",
        f"{routing.sequence}: {routing.reason}",
        put={
            "status": LeadStatus.ROUTED,
            "sequence": routing.sequence,
            "step": 0,
            "routing": routing_item(routing.model_copy(update={"start_at": first})),
        },
        counts={"routed": 1, routing.sequence: 1},
    )


# What the stages decide about a lead.
SCORES = ("icp_score", "opportunity_score", "score", "tier", "explanation", "score_settings_version")
_DECISIONS = (*SCORES, "qualification", "routing", "sequence", "held", "contacted")


def sent_back(lead: Lead, now: datetime) -> dict[str, Any]:
    """What to set (None removes) so that a lead waits for Score as if nothing had been decided about it.

    What a person decided in review stays. Take `counted` off the campaign's life with it.
    """
    return {
        **dict.fromkeys(_DECISIONS),
        "status": LeadStatus.NEW,
        "step": 0,
        "todo": waits_anew(lead, Stage.SCORE, now),
    }


def waits_anew(lead: Lead, stage: Stage, due: datetime) -> str:
    """The index key of a lead that waits for a stage, never the one that it has: who holds that is refused."""
    todo = keys.todo(stage, due, lead.id)
    return todo if todo != lead.todo else keys.todo(stage, due + timedelta(milliseconds=1), lead.id)


def counted(lead: Lead) -> dict[str, int]:
    """What a lead counts as in the campaign's life, by its stored decisions (`tallies.LIFETIME`)."""
    verdict = lead.qualification.status if lead.qualification else None
    return {
        "scored": int(lead.score is not None),
        **({COUNTED[verdict]: 1} if verdict else {}),
        "routed": int(lead.routing is not None),
        "paid_qualified": int(lead.credits > 0 and verdict is LeadStatus.QUALIFIED),
    }
