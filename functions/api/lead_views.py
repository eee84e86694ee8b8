"""Leads as clients see them: a line of a list, or all that is known with every reason and the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from pydantic import ConfigDict

from cam.leads import reading
from cam.mail import contacts, suppression, touch_timing
from cam.mail.touch_timing import Why
from cam.model.models import (
    Campaign,
    Decision,
    Enrichment,
    Gate,
    LawfulBasis,
    Lead,
    LeadStatus,
    Part,
    Scope,
    SendStatus,
    Step,
    Tier,
)
from cam.model.settings.kinds import Frozen
from cam.platform import tables
from cam.rules import explain
from cam.rules.explain_gates import gate_sentence, reached, route_sentence, step_sentence
from cam.text.clock import parse
from functions.api.parameters import Moment

Waits = Literal["enrich", "verify", "score", "qualify", "route", "nurture", "review", "unconfirmed"]


class QualificationView(Frozen):
    """The verdict, every reason for it, and the intent."""

    model_config = ConfigDict(from_attributes=True)

    status: LeadStatus
    reasons: tuple[str, ...]
    intent: float | None
    settings_version: int | None


class GateView(Gate):
    """A gate with its sentence. `value` is what of the lead decided, `limit` what it was compared with; `passed` is
    null if the gate was not checked.
    """

    sentence: str


class WholeQualification(QualificationView):
    """The verdict with all gates, in their order."""

    gates: tuple[GateView, ...]


class RoutingView(Frozen):
    """The sequence and the reason."""

    model_config = ConfigDict(from_attributes=True)

    sequence: str
    boosted: bool
    reason: str
    start_at: Moment | None
    version: int
    scope: Scope
    settings_version: int | None


class StepView(Step):
    """A rung of the ladder, and whether the effective score reaches it."""

    reached: bool
    sentence: str


class WholeRouting(RoutingView):
    """The sequence, what true signals added to the score, and the ladder down to the chosen rung."""

    effective: float | None
    boost: float
    signals: int
    ladder: tuple[StepView, ...]
    sentence: str


class ReviewView(Frozen):
    """What a person decided about the lead in review."""

    model_config = ConfigDict(from_attributes=True)

    decision: Decision
    reviewer: str | None
    note: str
    at: Moment


class LeadView(Frozen):
    """A lead with its scores and decisions, and what it waits for. The next run after `due_at` processes it.

    In `nurture` it waits for its next touch; `held` says why that cannot be sent, such as `opt_in_required`, or
    `suppressed` (also by an opt-out in another campaign; the next run stops it for good). `contacted_recently`: the
    person got another email, and the touch waits until `due_at`; `held_note` says whose. `review` and `unconfirmed`
    have been waiting for a person since `due_at`. No email goes to a lead with `do_not_contact`, or to an address that
    has `bounced`; `stop_note` is what says so.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    company: str | None
    company_domain: str | None
    role: str | None
    linkedin_url: str | None
    source: str
    status: LeadStatus
    tags: tuple[str, ...]
    enrichment: Enrichment
    lawful_basis: LawfulBasis
    basis_note: str | None
    do_not_contact: bool
    bounced: bool
    stop_note: str | None
    icp_score: float | None
    opportunity_score: float | None
    score: float | None
    tier: Tier | None
    qualification: QualificationView | None
    routing: RoutingView | None
    sequence: str | None
    waits_for: Waits | None = None
    due_at: Moment | None = None
    held: str | None = None
    held_note: str | None = None
    created_at: Moment
    updated_at: Moment


class PartView(Frozen):
    """One line of the explanation. All contributions add up to the score."""

    part: str
    group: str
    value: float
    weight: float
    contribution: float
    lead_value: str | float | bool | None
    target: str | float | None
    sentence: str


class Origin(Frozen):
    """Where a field came from: the source, the time, and the place within the source."""

    source: str
    at: Moment
    detail: str | None = None


class PossibleDuplicate(Frozen):
    """Another lead that may be the same person, and why. They are not merged: two people may share a name."""

    model_config = ConfigDict(from_attributes=True)

    lead_id: str
    name: str | None
    email: str | None
    company: str | None
    because: tuple[str, ...]


class Entry(Frozen):
    """An event in a lead's timeline."""

    at: Moment
    event: str
    detail: str


class WholeLead(LeadView):
    """A lead with the reasons for every decision about it."""

    qualification: WholeQualification | None
    review: ReviewView | None
    routing: WholeRouting | None
    score_settings_version: int | None
    explanation: tuple[PartView, ...]
    provenance: dict[str, Origin]
    timeline: tuple[Entry, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]


def views_of(leads: Sequence[Lead], campaign: Campaign) -> list[LeadView]:
    """Leads as a list shows them. One read for each 100 names of those that wait for a touch (`suppressed`)."""
    waiting = [lead.email for lead in leads if lead.email and waits(lead.todo)[0] == "nurture"]
    stopped = suppression.suppressed(waiting) if waiting else set()
    return [_view(lead, campaign, lead.email in stopped) for lead in leads]


def _view(lead: Lead, campaign: Campaign, suppressed: bool) -> LeadView:
    stage, due_at = waits(lead.todo)
    held = note = None
    if stage == "nurture":
        held = "suppressed" if suppressed else touch_timing.hold(lead, campaign.settings.sending)
        if held is None and lead.contacted and lead.contacted.until == due_at:
            held, note = Why.CONTACTED.value, contacts.sentence(lead.contacted, lead.campaign_id)
    shown = {"waits_for": stage, "due_at": due_at, "held": held, "held_note": note}
    return LeadView.model_validate(lead).model_copy(update=shown)


def waits(todo: str | None) -> tuple[Waits | None, datetime | None]:
    """What a lead waits for, and from when on, out of its index key (`keys.todo`)."""
    stage, _, rest = (todo or "").partition("#")
    found = next((known for known in get_args(Waits) if known == stage), None)
    return (found, parse(rest.partition("#")[0])) if found else (None, None)


def whole(lead: Lead, campaign: Campaign, entries: Sequence[tables.Item], alike: Sequence[reading.Alike]) -> WholeLead:
    """A lead with all that is known of it. `entries`: its sends and events, `alike`: who may be the same person."""
    view = dict(views_of([lead], campaign)[0]) | {"qualification": _qualification(lead), "routing": _routing(lead)}
    return WholeLead(
        **view,
        review=lead.review and ReviewView.model_validate(lead.review),
        score_settings_version=lead.score_settings_version,
        explanation=tuple(_part(part) for part in lead.explanation),
        provenance={name: Origin.model_validate(origin) for name, origin in lead.provenance.items()},
        timeline=tuple(timeline(lead, entries)),
        possible_duplicates=tuple(PossibleDuplicate.model_validate(one) for one in alike),
    )


def _qualification(lead: Lead) -> WholeQualification | None:
    found = lead.qualification
    if found is None:
        return None
    gates = [GateView(**dict(gate), sentence=gate_sentence(gate, found)) for gate in found.gates]
    return WholeQualification(**dict(QualificationView.model_validate(found)), gates=tuple(gates))


def _routing(lead: Lead) -> WholeRouting | None:
    found = lead.routing
    if found is None:
        return None
    ladder = [
        StepView(**dict(step), reached=reached(step, found), sentence=step_sentence(step, found))
        for step in found.ladder
    ]
    return WholeRouting(
        **dict(RoutingView.model_validate(found)),
        effective=found.effective,
        boost=found.boost,
        signals=found.signals,
        ladder=tuple(ladder),
        sentence=route_sentence(found),
    )


def _part(part: Part) -> PartView:
    return PartView(**part.model_dump(exclude={"code"}), sentence=explain.sentence(part))


def timeline(lead: Lead, entries: Sequence[tables.Item]) -> list[Entry]:
    """The lead's own history, its mails and what came back, oldest first. What the history tells is not told twice."""
    events = [item for item in entries if item["kind"] == "event"]
    found = {(parse(item["at"]), item.get("found_as", item["type"])): _found(item) for item in events}
    told = [
        Entry(at=change.at, event=change.event, detail=change.detail + found.get((change.at, change.event), ""))
        for change in lead.history
    ]
    known = {(entry.at, entry.event) for entry in told}
    left_out = {(entry.event, entry.detail.partition(":")[0]) for entry in told}
    more = [
        _mail(item)
        for item in entries
        if item["kind"] == "send" and (_TOLD_AS.get(item["status"]), f"touch {item['step'] + 1}") not in left_out
    ]
    more += [entry for entry in map(_event, events) if (entry.at, entry.event) not in known]
    return sorted([*told, *more], key=lambda one: one.at)


# How the history calls a touch that was not sent; where a worker died before it wrote that, only the ledger tells.
_TOLD_AS = {SendStatus.SKIPPED: "skipped", SendStatus.FAILED: "refused", SendStatus.UNCONFIRMED: "unconfirmed"}


def _mail(item: tables.Item) -> Entry:
    said = item.get("reason") or item.get("subject") or ""
    detail = f"touch {item['step'] + 1} of {item['sequence']}" + (f": {said}" if said else "")
    return Entry(
        at=parse(item.get("sent_at") or item["claimed_at"]), event=f"mail {item['status'].lower()}", detail=detail
    )


def _event(item: tables.Item) -> Entry:
    detail = item.get("detail") or (f"touch {item['step'] + 1}" if "step" in item else "")
    return Entry(at=parse(item["at"]), event=item.get("found_as", item["type"]), detail=f"{detail}{_found(item)}")


def _found(item: tables.Item) -> str:
    """What else was read in a reply."""
    suspected, successor = item.get("suspected"), item.get("successor")
    return (f"; suspected: {suspected}" if suspected else "") + (f"; refers to {successor}" if successor else "")
