"""Correcting a lead by hand: all that follows from it is written in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cam.leads import adding, reading
from cam.mail import engagement, suppression
from cam.mail.following import OVER, Settings, another, following, may_have_begun
from cam.model.addresses import earlier_id, email_domain, lead_id, normalise
from cam.model.errors import Conflict, LeadTaken, Throttled
from cam.model.models import Campaign, Lead, LeadStatus, Qualification, SendStatus
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules import gates, merging
from cam.rules.scoring import score
from cam.text import clock

_ATTEMPTS = 5
_MAY_HAVE_LEFT = (SendStatus.CLAIMED, SendStatus.SENT, SendStatus.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A lead after its correction, the names of what was corrected, and what the user should know."""

    lead: Lead
    entries: Sequence[tables.Item]
    names: tuple[str, ...]
    warnings: tuple[str, ...]


# A lead as a person wants it, out of the lead as it is, and the names of the fields that they stated.
Change = Callable[[Lead], tuple[Lead, tuple[str, ...]]]


def correct(campaign: Campaign, asked_id: str, change: Change, now: datetime) -> Corrected:
    """Correct a lead as `change` says, with all that follows from it, in one transaction. Again changes nothing.

    The lead keeps its id, its history and its touches. It is found by its new address from then on, and still by its
    old one. Raises NotFound; Conflict when it was erased, or when the new address is that of another lead of the
    campaign; Throttled when the lead keeps changing meanwhile.
    """
    for _ in range(_ATTEMPTS):
        lead, entries = reading.read(campaign.id, campaign.shards, asked_id)
        if lead.status is LeadStatus.ERASED:
            raise Conflict(f"Lead {lead.id} was erased: nothing is kept about this person any more.")
        after, stated = change(lead)
        names = _names(after, stated)
        suppressed = bool(after.email and after.email in suppression.suppressed([after.email]))
        if after != lead or not {*names} <= merging.corrected(lead):
            try:
                tables.transact(_actions(campaign, lead, entries, after, names, now))
            except tables.Cancelled:
                continue
            lead, entries = reading.read(campaign.id, campaign.shards, lead.id)
        return Corrected(lead, entries, names, tuple(_warnings(lead, suppressed)))
    raise Throttled("the lead is being changed by other workers")


def _names(after: Lead, stated: Sequence[str]) -> tuple[str, ...]:
    """What a person has corrected: what they stated, with what follows from it or belongs to it."""
    names = [*stated]
    if "email" in names and after.email and after.company_domain == email_domain(after.email):
        names.append("company_domain")
    if not merging.PLACES.isdisjoint(names):
        names.append("time_zone")
    for group in merging.GROUPS:
        if not {*names}.isdisjoint(group):
            names += group
    return tuple(dict.fromkeys(names))


def _actions(
    campaign: Campaign, lead: Lead, entries: Sequence[tables.Item], after: Lead, names: Sequence[str], now: datetime
) -> list[tables.Action]:
    left = [one for one in entries if one["kind"] == "send" and one["status"] in _MAY_HAVE_LEFT]
    moments = [clock.parse(one.get("sent_at") or one["claimed_at"]) for one in left]
    settings = Settings(campaign.settings, campaign.settings_version)
    against = _against(lead, after, settings)
    then = following(lead, after, settings, now, bool(left), max(moments, default=None), against)
    put = dict(then.put)
    was = ""
    if another(lead.email, after.email):
        # The new address has had no mail yet: nothing to answer, and no soft bounces.
        put |= {"thread": None, **dict.fromkeys(engagement.OF_ADDRESS)}
        was = f": {lead.email or 'no address'} is now {after.email or 'no address'}"
    notes = [("corrected by hand", f"{', '.join(names)}{was}"), *([then.note] if then.note else [])]
    actions = [adding.correct(campaign.id, lead, after, names, notes, now, put), *_other_names(campaign, lead, after)]
    if not left and may_have_begun(lead):
        # Decided as if nothing had been sent: a claim meanwhile would not show on the lead.
        actions.append(_unclaimed(campaign, lead, entries))
    if then.life:
        # Not on the tallies of the shards: workers write those all the time.
        actions.append(tables.update(leads_table(), keys.engagement_tally(campaign.id), add=then.life))
    if after.do_not_contact and not lead.do_not_contact:
        addresses = {normalise(one) for one in (lead.email, after.email) if one and "@" in one}
        actions += [suppression.add(one, adding.BY_HAND, now, campaign.id) for one in sorted(addresses)]
    return actions


def _against(before: Lead, after: Lead, settings: Settings) -> Qualification | None:
    """The verdict on a lead whose new address is none that may be written to; None when it may, or is not new."""
    if not another(before.email, after.email):
        return None
    rules = settings.rules
    anew = after.model_copy(update={"score": score(after, rules.icp, rules.scoring).score})
    verdict = gates.qualify(anew, rules.qualification, False, None, rules.scoring.values.seniority)
    reasons = gates.against_address(verdict)
    more = {"reasons": reasons, "settings_version": settings.version}
    return verdict.model_copy(update=more) if reasons else None


def _unclaimed(campaign: Campaign, lead: Lead, entries: Sequence[tables.Item]) -> tables.Action:
    key = keys.send(campaign.id, lead.shard, lead.id, 0)
    entry = next((one for one in entries if one["sk"] == key["sk"]), None)
    if entry is None:
        return tables.check(leads_table(), key, missing=["pk"])
    return tables.check(leads_table(), key, equal={"status": entry["status"]})


def _other_names(campaign: Campaign, lead: Lead, after: Lead) -> list[tables.Action]:
    """The writes by which the lead is found under what it is known by now, and still under what it was known by.

    Raises LeadTaken when another lead is known by it.
    """
    old, new = (
        lead_id(campaign.id, one.email, one.linkedin_url, one.name, one.company_domain) for one in (lead, after)
    )
    if old == new:
        return []
    # An earlier version may have added somebody with the new address under another id.
    before = earlier_id(campaign.id, after.email)
    wanted = {one for one in (old, new, before) if one and one != lead.id}
    places = {one: keys.lead(campaign.id, keys.shard_of(one, campaign.shards), one) for one in wanted}
    found = tables.get_many(leads_table(), [*places.values()], only=("kind", "id", "lead_id"))
    there = {one: item for one, key in places.items() if (item := found.get((key["pk"], key["sk"])))}
    for item in (there[one] for one in (new, before) if one in there):
        owner = item["lead_id"] if item["kind"] == "alias" else item["id"]
        if owner != lead.id:
            raise LeadTaken(_identity(lead, after), owner)
    unknown = sorted(wanted - there.keys() - {before})
    return [adding.alias(campaign.id, campaign.shards, one, lead) for one in unknown]


def _identity(before: Lead, after: Lead) -> str:
    if after.email:
        return "This email address"
    return "This LinkedIn page" if before.linkedin_url != after.linkedin_url else "This name with this company domain"


def _warnings(lead: Lead, suppressed: bool) -> list[str]:
    if lead.status in OVER:
        return [f"The lead is {lead.status} and stays so: no email goes to it."]
    if lead.do_not_contact:
        return ["The person must not be contacted: no email goes to this lead."]
    if suppressed:
        return [
            "The address or its domain is suppressed: no email goes to it. GET /suppressions says since when and why."
        ]
    return []
