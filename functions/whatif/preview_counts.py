"""Adding a lead to the summary of a preview. Pure, but that a stored sequence is read once per process."""

from collections.abc import Mapping

from cam.mail import touch_timing
from cam.mail.sequences import Head
from cam.model.models import Lead, LeadStatus
from cam.rules.preview_summary import WHAT, Summary
from functions.whatif import lead_comparison
from functions.whatif.lead_comparison import UNDECIDED, Judged, Standing


def add(summary: Summary, lead: Lead, judged: Judged | None, kept: bool, known: Mapping[str, Head]) -> None:
    """Count a lead. `judged` None: it is not looked at (erased, or its data is still asked for).

    `known`: what the names of sequences mean now. A lead that has one already keeps its version, if its name stays.
    """
    before = lead_comparison.now(lead)
    after = lead_comparison.then(lead, judged, kept) if judged else before
    summary.counts["leads"] += 1
    for what in WHAT:
        summary.tables[what][getattr(before, what), getattr(after, what)] += 1
    if judged is None:
        return
    summary.counts["undecided"] += before.verdict == UNDECIDED
    if lead_comparison.waits_for_stages(lead):
        return
    moved = lead_comparison.because(lead, judged)
    if kept:
        summary.counts["kept"] += 1
        summary.counts["kept_would_differ"] += bool(moved.keys() & {"verdict", "sequence"})
        moved = {what: why for what, why in moved.items() if what == "tier"}
        summary.counts["rewritten"] += not lead_comparison.scored_alike(lead, judged.scored)
    else:
        summary.counts["rewritten"] += not lead_comparison.decided_alike(lead, judged)
        mails = _mails(lead, before, known)
        _cost(summary, lead, before, mails, "now")
        _cost(summary, lead, after, mails if after.sequence == before.sequence else _new(after, known), "then")
    for what, why in moved.items():
        summary.move(what, getattr(before, what), getattr(after, what), why)
    if moved:
        summary.counts["moved"] += 1
        pairs = {what: [getattr(before, what), getattr(after, what)] for what in ("score", *WHAT)}
        because = {what: list(why) for what, why in moved.items()}
        summary.show({"lead_id": lead.id, **pairs, "because": because, "kept": kept})


def _mails(lead: Lead, standing: Standing, known: Mapping[str, Head]) -> int:
    """How many mails the lead's sequence has."""
    return len(touch_timing.of(lead).days) if touch_timing.known(lead) else _new(standing, known)


def _new(standing: Standing, known: Mapping[str, Head]) -> int:
    return len(known[standing.sequence].days) if standing.sequence in known else 0


def _cost(summary: Summary, lead: Lead, standing: Standing, mails: int, when: str) -> None:
    """What a lead's standing is worth: mails that will go out, a look by a person, credits spent in vain."""
    summary.counts[f"mails_{when}"] += mails
    summary.counts[f"review_{when}"] += standing.verdict == LeadStatus.MANUAL_REVIEW
    if standing.verdict == LeadStatus.REJECTED:
        summary.counts[f"credits_rejected_{when}"] += lead.credits
