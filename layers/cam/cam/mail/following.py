"""What follows for a lead that is changed, by hand or by a file: what was sent stays, the rest is decided anew."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cam.leads import adding, lead_items, verdicts
from cam.leads.lead_queue import INCOMPLETE, Due
from cam.mail import touch_timing
from cam.model.addresses import normalise
from cam.model.models import Lead, LeadStatus, Qualification, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys
from cam.rules.routing import choose
from cam.rules.scoring import score
from cam.text import clock

# Their sequence is over for a reason that no correction touches.
OVER = frozenset({LeadStatus.REPLIED, LeadStatus.UNSUBSCRIBED})
_WRITTEN = frozenset({LeadStatus.CONTACTED, LeadStatus.COMPLETED, *OVER})
_NURTURE = Stage.NURTURE.lower()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings by which is decided, and their version."""

    rules: CampaignSettings
    version: int


@dataclass(frozen=True, slots=True)
class Next:
    """What follows from a change of a lead: attributes to set (None removes), what changes in the counts of the
    campaign's life, and what the timeline tells.
    """

    put: Mapping[str, Any] = field(default_factory=dict)
    life: Mapping[str, int] = field(default_factory=dict)
    note: tuple[str, str] | None = None


def may_have_begun(lead: Lead) -> bool:
    """Whether only the ledger knows if a first touch has left: the lead has a sequence, and nothing else tells."""
    return lead.routing is not None and not _written_to(lead)


def _written_to(lead: Lead) -> bool:
    return lead.status in _WRITTEN or lead.step > 0 or _queue(lead) == "unconfirmed"


def _queue(lead: Lead) -> str:
    return (lead.todo or "").partition("#")[0]


def another(one: str | None, other: str | None) -> bool:
    """Whether these are two addresses, and not two ways to write one."""
    return normalise(one or "") != normalise(other or "")


def following(
    before: Lead,
    after: Lead,
    settings: Settings,
    now: datetime,
    begun: bool,
    left_at: datetime | None = None,
    against: Qualification | None = None,
) -> Next:
    """What follows when a lead that was `before` is `after`.

    A lead that nobody has written to is decided about again, from Score on, if any decision could come out differently.
    One that was written to, or may have been, keeps its sequence and gets a new score; its next touch goes to the
    address that it has then. `begun`: its first touch may have left, by the ledger; `left_at`: when its last one did.
    `against`: the verdict by which a new address is none that may be written to.
    """
    if after.bounced and not before.bounced:
        ends = adding.open_to_bounce(before)
        return Next({"status": LeadStatus.INVALID, "todo": None} if ends else {})
    revived = before.status is LeadStatus.INVALID and _delivers_again(before, after)
    if _written_to(before) or begun:
        return _of_written(before, after, settings, now, revived, left_at, against)
    reasons = before.qualification.reasons if before.qualification else ()
    moved = another(before.email, after.email)
    if before.status is LeadStatus.INVALID and not revived:
        return Next()
    if "duplicate" in reasons and not (moved and after.email):
        return Next()
    if _queue(before) in INCOMPLETE and not moved:
        # A provider is still asked about it; what it brings is decided about with the rest.
        return Next()
    if moved or revived or _stuck(before) or not _decided_alike(before, after, settings.rules):
        life = Counter[str]()
        life.subtract(verdicts.counted(before))
        note = ("sent back", "to be scored again") if before.score is not None else None
        return Next(verdicts.sent_back(before, now), _changes(life), note)
    return Next(_same_place(before, after, settings.rules))


def _delivers_again(before: Lead, after: Lead) -> bool:
    fixed = another(before.email, after.email) or before.bounced
    return bool(after.email) and not after.bounced and fixed


def _stuck(lead: Lead) -> bool:
    """Whether it failed in a stage, and waits for nothing."""
    return lead.todo is None and lead.status in (
        LeadStatus.NEW, LeadStatus.SCORED, LeadStatus.QUALIFIED, LeadStatus.ROUTED,
    )  # fmt: skip


def _decided_alike(before: Lead, after: Lead, rules: CampaignSettings) -> bool:
    """Whether score, verdict and sequence come out the same, with all reasons, whatever is stored of them."""
    return _decisions(before, rules) == _decisions(after, rules)


def _decisions(lead: Lead, rules: CampaignSettings) -> tuple[Any, ...]:
    """What is decided about a lead: its score with all parts, its sequence, and all that Qualify looks at beside these.

    Whether the address is suppressed is asked again before every touch.
    """
    scored = score(lead, rules.icp, rules.scoring)
    more = lead.enrichment
    looked_at = (lead.role, lead.do_not_contact, lead.bounced, lead.signals, more.job_level, more.email_status)
    return scored, choose(lead.model_copy(update={"score": scored.score}), rules.routing), looked_at


def _of_written(
    before: Lead,
    after: Lead,
    settings: Settings,
    now: datetime,
    revived: bool,
    left_at: datetime | None,
    against: Qualification | None,
) -> Next:
    rules = settings.rules
    put: dict[str, Any] = {}
    life = Counter[str]()
    scored = score(after, rules.icp, rules.scoring)
    if before.score is not None and scored != score(before, rules.icp, rules.scoring):
        told = verdicts.scored(Due(before.id, "", before), scored, settings.version, now)
        put |= {name: told.put[name] for name in verdicts.SCORES}
    if against and (revived or _queue(before) == _NURTURE):
        told = verdicts.qualified(Due(before.id, "", before), against, now, paid=False)
        life.subtract(verdicts.counted(before))
        life.update(verdicts.counted(before.model_copy(update={"qualification": against})))
        return Next({**put, **told.put, "todo": None}, _changes(life), (told.event, told.detail))
    if revived:
        status = LeadStatus.CONTACTED if before.step else LeadStatus.ROUTED
        due = max(now, next_touch(after, rules, left_at)) if before.step and left_at else now
        put |= {"status": status, "todo": verdicts.waits_anew(before, Stage.NURTURE, due)}
        return Next(put, note=("resumed", "the sequence continues with the corrected address"))
    return Next(put | _same_place(before, after, rules))


def next_touch(lead: Lead, rules: CampaignSettings, left_at: datetime) -> datetime:
    """When the touch that the lead waits for would have been due, had nothing come back of the one before."""
    if not touch_timing.known(lead) or touch_timing.ended(lead):
        return left_at
    return touch_timing.following(lead.model_copy(update={"step": lead.step - 1}), left_at, rules.sending)


def _same_place(before: Lead, after: Lead, rules: CampaignSettings) -> dict[str, Any]:
    """A lead that waits for its touch goes on waiting, at the same time of its day when its time zone changes.

    Its index key changes in any case: a worker that holds the lead as it was is refused.
    """
    if _queue(before) != _NURTURE or before.todo is None:
        return {}
    was, zone = (rules.sending.zone(lead.enrichment.time_zone) for lead in (before, after))

    def moved(moment: datetime) -> datetime:
        return moment.astimezone(was).replace(tzinfo=zone).astimezone(UTC) if was != zone else moment

    due = moved(keys.due(before.todo))
    due = max(due, before.hold_until) if before.hold_until else due
    put: dict[str, Any] = {"todo": verdicts.waits_anew(before, Stage.NURTURE, due)}
    contacted = before.contacted
    if contacted and contacted.until == keys.due(before.todo):
        # It is why the touch waits as long as both are the same.
        put["contacted"] = {
            "campaign_id": contacted.campaign_id,
            "at": clock.iso(contacted.at),
            "by": contacted.by,
            "until": clock.iso(keys.due(put["todo"])),
        }
    routing = before.routing
    if was != zone and not before.step and routing and routing.start_at:
        later = routing.model_copy(update={"start_at": moved(routing.start_at)})
        put["routing"] = lead_items.routing_item(later)
    return put


def _changes(life: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in life.items() if number}
