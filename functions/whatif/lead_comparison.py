"""Where a lead stands, where other settings would have it stand, and what moves it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from cam.leads.lead_items import parts_item
from cam.leads.lead_queue import INCOMPLETE
from cam.model.models import Lead, LeadStatus, Qualification, Routing, Scored, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.rules.gates import qualify
from cam.rules.preview_summary import WHAT
from cam.rules.routing import choose
from cam.rules.scoring import score

# Where nothing has been decided yet, and where there is no sequence.
UNDECIDED = "UNDECIDED"
NONE = "NONE"
_UNDECIDED = "undecided"

_WRITTEN = frozenset(
    {
        LeadStatus.CONTACTED,
        LeadStatus.REPLIED,
        LeadStatus.COMPLETED,
        LeadStatus.INVALID,
        LeadStatus.UNSUBSCRIBED,
    }
)
# Their turn comes in the stages themselves, or when a provider has answered.
_WAITING = (Stage.SCORE.lower(), Stage.QUALIFY.lower(), *INCOMPLETE)


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead's score (None: not scored), tier, verdict and sequence."""

    score: float | None
    tier: str
    verdict: str
    sequence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say about a lead under some settings; `routing` None: it is not qualified, or routed by hand.

    `unchecked`: it passes, but nobody has asked yet whether its domain takes mail, as the settings want (`check_mx`).
    """

    scored: Scored
    qualification: Qualification
    routing: Routing | None
    unchecked: bool = False


def judge(lead: Lead, settings: CampaignSettings, suppressed: bool) -> Judged:
    """Score, qualify and route a lead as the three stages would one after the other."""
    scored = score(lead, settings.icp, settings.scoring)
    anew = lead.model_copy(update={"score": scored.score})
    rules = settings.qualification
    takes_mail = _takes_mail(lead) if rules.check_mx else None
    verdict = qualify(anew, rules, suppressed, takes_mail, settings.scoring.values.seniority)
    routes = verdict.status is LeadStatus.QUALIFIED and settings.routing.auto
    # An old no is asked again: a domain may have got a mail server since.
    passes = verdict.status is not LeadStatus.REJECTED or verdict.reasons == ("no_mail_server",)
    unchecked = rules.check_mx and takes_mail is not True and passes
    return Judged(scored, verdict, choose(anew, settings.routing) if routes else None, unchecked)


def _takes_mail(lead: Lead) -> bool | None:
    """What DNS said about the lead's domain when it was qualified; None: nobody asked."""
    gates = lead.qualification.gates if lead.qualification else ()
    return next((gate.passed for gate in gates if gate.gate == "no_mail_server"), None)


def waits_for_stages(lead: Lead) -> bool:
    """Whether its decisions are still to come, in the next run."""
    return _queue(lead) in _WAITING


def incomplete(lead: Lead) -> bool:
    """Whether a provider is still asked for its data."""
    return _queue(lead) in INCOMPLETE


def _queue(lead: Lead) -> str:
    return (lead.todo or "").partition("#")[0]


def final(lead: Lead) -> bool:
    """Whether nothing is decided about it again: erased, or found to be another lead of the campaign."""
    reasons = lead.qualification.reasons if lead.qualification else ()
    return lead.status is LeadStatus.ERASED or "duplicate" in reasons


def may_have_begun(lead: Lead) -> bool:
    """Whether the ledger has to be asked about its first touch: it has, or had, a sequence."""
    return not written_to(lead) and (lead.routing is not None or any(one.event == "routed" for one in lead.history))


def written_to(lead: Lead) -> bool:
    """Whether a mail has left, or may have, as far as the lead itself tells; the ledger knows about its first touch."""
    return lead.status in _WRITTEN or lead.step > 0 or _queue(lead) == "unconfirmed"


def now(lead: Lead) -> Standing:
    """Where a lead stands by its stored decisions."""
    return Standing(
        score=lead.score,
        tier=lead.tier or UNDECIDED,
        verdict=lead.qualification.status if lead.qualification else UNDECIDED,
        sequence=lead.routing.sequence if lead.routing else NONE,
    )


def then(lead: Lead, judged: Judged, kept: bool) -> Standing:
    """Where it would stand. A lead that is `kept`, because it has been written to, keeps its verdict and sequence."""
    before = now(lead)
    return Standing(
        score=judged.scored.score,
        tier=judged.scored.tier,
        verdict=before.verdict if kept else judged.qualification.status,
        sequence=before.sequence if kept else judged.routing.sequence if judged.routing else NONE,
    )


def scored_alike(lead: Lead, scored: Scored) -> bool:
    """Whether a score comes out as it is stored, with every part of it."""
    return (
        (lead.icp_score, lead.opportunity_score, lead.score, lead.tier)
        == (scored.icp_score, scored.opportunity_score, scored.score, scored.tier)
        and parts_item(lead.explanation) == parts_item(scored.explanation)
    )  # fmt: skip


def decided_alike(lead: Lead, judged: Judged) -> bool:
    """Whether every decision comes out as it is stored: score, verdict with its reasons, sequence with its boost."""
    was, is_ = lead.qualification, judged.qualification
    if not scored_alike(lead, judged.scored) or was is None or judged.unchecked or _stuck(lead):
        return False
    if (was.status, was.reasons, was.intent) != (is_.status, is_.reasons, is_.intent):
        return False
    before, after = lead.routing, judged.routing
    if before is None or after is None:
        return before is after
    return (before.sequence, before.boosted) == (after.sequence, after.boosted)


def _stuck(lead: Lead) -> bool:
    """Whether it failed in a stage: it should wait for the next one, and waits for nothing."""
    return lead.todo is None and lead.status in (LeadStatus.ROUTED, LeadStatus.QUALIFIED, LeadStatus.MANUAL_REVIEW)


def because(lead: Lead, judged: Judged) -> Mapping[str, tuple[str, ...]]:
    """What moves a lead that has all its decisions, by what moves (tier, verdict, sequence).

    Codes: `+low_score` a reason that now applies, `-low_score` one that no longer does; `score:title` the part that
    changes the score most; `cut_offs`, `ladder` and `boost` for what is set differently while the score stays;
    `undecided` for a lead that failed before it had a verdict.
    """
    before, after = now(lead), then(lead, judged, kept=False)
    if before.verdict == UNDECIDED:
        return {what: (_UNDECIDED,) for what in WHAT if getattr(before, what) != getattr(after, what)}
    found: dict[str, tuple[str, ...]] = {}
    by_score = _by_score(lead, judged.scored)
    if after.tier != before.tier:
        found["tier"] = by_score or ("cut_offs",)
    if after.verdict != before.verdict:
        found["verdict"] = _by_reasons(lead.qualification, judged.qualification) or by_score
    if after.sequence != before.sequence:
        found["sequence"] = found.get("verdict") or _by_route(lead.routing, judged.routing) or by_score or ("ladder",)
    return found


def _by_score(lead: Lead, scored: Scored) -> tuple[str, ...]:
    if lead.score == scored.score:
        return ()
    before = {part.part: part.contribution for part in lead.explanation}
    after = {part.part: part.contribution for part in scored.explanation}
    changes = {name: abs(after.get(name, 0) - before.get(name, 0)) for name in {**before, **after}}
    most = max(changes, key=lambda name: (changes[name], name), default=None)
    return (f"score:{most}",) if most else ()


def _by_reasons(was: Qualification | None, is_: Qualification) -> tuple[str, ...]:
    """Of a lead that passes now, what held it before; of any other, what holds it now and did not."""
    before = was.reasons if was else ()
    if is_.status is LeadStatus.QUALIFIED:
        return tuple(f"-{reason}" for reason in before if reason not in is_.reasons)
    gained = tuple(f"+{reason}" for reason in is_.reasons if reason not in before)
    return gained or tuple(f"-{reason}" for reason in before if reason not in is_.reasons)


def _by_route(was: Routing | None, is_: Routing | None) -> tuple[str, ...]:
    return ("boost",) if was and is_ and was.boosted is not is_.boosted else ()


def described(standing: Standing, reasons: tuple[str, ...]) -> str:
    """A standing in words: `WARM 0.71, qualified, regular_nurture`."""
    scored = f"{standing.tier} {standing.score:.2f}" if standing.score is not None else "not scored"
    verdict = standing.verdict.lower().replace("_", " ") + (f" ({', '.join(reasons)})" if reasons else "")
    return ", ".join([scored, verdict, *([standing.sequence] if standing.sequence != NONE else [])])
