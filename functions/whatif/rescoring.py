"""Deciding again about a lead that has its decisions: what is written, told and counted. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from cam.leads import verdicts
from cam.leads.lead_queue import Decided, Due, Revised
from cam.mail.sequences import Head
from cam.model.models import Lead, LeadStatus, Run, Stage
from cam.rules.pacing import first_touch
from functions.whatif import lead_comparison
from functions.whatif.lead_comparison import Judged

_KEEPS = "it keeps its sequence because it has already been emailed"


def revision(
    lead: Lead, judged: Judged, kept: bool, run: Run, now: datetime, known: Mapping[str, Head]
) -> Revised | None:
    """What becomes of the lead under the run's settings; None when every decision comes out as it is stored.

    `kept`: it has been written to; then only its score changes, and its sequence goes on. A lead whose sequence stays
    the same keeps the day of its first touch, and its version. `known`: what the ladder's names mean now; a lead whose
    sequence does not exist stays as it is.
    """
    due = Due(lead.id, lead.todo or "", lead)
    scored = verdicts.scored(due, judged.scored, run.settings_version, now)
    if kept:
        if lead_comparison.scored_alike(lead, judged.scored):
            return None
        put = {name: scored.put[name] for name in verdicts.SCORES}
        counts = _named(Stage.SCORE, {**scored.counts, "processed": 1, "kept": 1})
        return Revised(
            lead, put, f"{_told(lead, judged, run, kept)}; {_KEEPS}", counts, {"scored": int(lead.score is None)}
        )
    if lead_comparison.decided_alike(lead, judged):
        return None
    if judged.unchecked:
        # Qualify asks DNS, in the same run; until DNS has told, nothing is decided.
        gone = {"qualification": None, "routing": None, "sequence": None}
        counts = _named(Stage.SCORE, {**scored.counts, "processed": 1})
        life = Counter({"scored": 1})
        life.subtract(verdicts.counted(lead))
        return Revised(lead, {**scored.put, **gone, "todo": scored.todo}, _told(lead, judged, run, kept), counts, life)
    if judged.routing and judged.routing.sequence not in known:
        return None
    verdict = judged.qualification.model_copy(update={"settings_version": run.settings_version})
    qualified = verdicts.qualified(due, verdict, now, paid=lead.credits > 0)
    routed = _routed(lead, due, judged, run, now, known)
    last = routed or qualified
    # Who goes on waiting for a person has waited since then.
    todo = lead.todo if last.todo and lead.todo and _review(last.todo) and _review(lead.todo) else last.todo
    gone = {} if routed else {"routing": None, "sequence": None}
    put = {**scored.put, **qualified.put, **gone, **(routed.put if routed else {}), "todo": todo}
    counts = _named(Stage.SCORE, {**scored.counts, "processed": 1})
    counts |= _named(Stage.QUALIFY, {**qualified.counts, "processed": 1})
    counts |= _named(Stage.ROUTE, {**routed.counts, "processed": 1}) if routed else {}
    return Revised(lead, put, _told(lead, judged, run, kept), counts, _change(lead, judged))


def _routed(lead: Lead, due: Due, judged: Judged, run: Run, now: datetime, known: Mapping[str, Head]) -> Decided | None:
    if judged.routing is None:
        return None
    sending, before, head = run.settings.sending, lead.routing, known[judged.routing.sequence]
    routing = judged.routing.model_copy(
        update={"version": head.version, "scope": head.scope, "settings_version": run.settings_version}
    )
    if before is None or before.sequence != routing.sequence or before.start_at is None or lead.todo is None:
        return verdicts.routed(due, routing, first_touch(now, sending, lead.enrichment.time_zone))
    kept = routing.model_copy(update={"version": before.version, "scope": before.scope})
    same = verdicts.routed(due, kept, before.start_at)
    # It waits as it did: a touch that was put off stays put off.
    waits = lead.todo if lead.todo.startswith("nurture#") else same.todo
    return Decided(due, waits, same.event, same.detail, same.put, same.counts)


def _review(todo: str) -> bool:
    return todo.startswith("review#")


def _named(stage: Stage, counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{stage.lower()}.{name}": number for name, number in counts.items()}


def _told(lead: Lead, judged: Judged, run: Run, kept: bool) -> str:
    before, after = lead_comparison.now(lead), lead_comparison.then(lead, judged, kept)
    was = lead_comparison.described(before, lead.qualification.reasons if lead.qualification else ())
    if judged.unchecked:
        return (
            f"settings {run.settings_version}: {was} → {judged.scored.tier} {judged.scored.score:.2f}, to be qualified"
        )
    will = lead_comparison.described(after, () if kept else judged.qualification.reasons)
    return f"settings {run.settings_version}: {was} → {will}"


def _change(lead: Lead, judged: Judged) -> dict[str, int]:
    """What changes in the counts of the campaign's life: what the lead is counted as, against what it was."""
    life: Counter[str] = Counter({"scored": 1, verdicts.COUNTED[judged.qualification.status]: 1})
    life["routed"] = int(judged.routing is not None)
    life["paid_qualified"] = int(lead.credits > 0 and judged.qualification.status is LeadStatus.QUALIFIED)
    life.subtract(verdicts.counted(lead))
    return dict(life)
