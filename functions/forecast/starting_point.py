"""A campaign as it stands: who waits in Nurture, what its settings are, what its caps have admitted today."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from cam.leads import lead_queue
from cam.mail import caps, contacts, engagement, suppression, touch_timing
from cam.model.addresses import email_domain
from cam.model.models import Campaign, Enrichment, LawfulBasis, Lead, Routing, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys
from cam.rules import consent
from functions.forecast import simulation
from functions.forecast.simulation import Kind, Kinds, Waiting

_ANY = datetime(2000, 1, 1, tzinfo=UTC)

# As much of a lead as says who stops it, and when its touches are due.
_READ = (
    "pk", "sk", "todo", "id", "shard", "source", "created_at", "updated_at", "email", "linkedin_url", "company_domain",
    "step", "hold_until", "lawful_basis", "enrichment", "routing",
)  # fmt: skip


def standing(
    campaign: Campaign, settings: CampaignSettings, shards: Sequence[Waiting], begin: datetime
) -> simulation.Campaign:
    """The campaign for a simulation from `begin` on. One read. Its settings must name a sender."""
    sender, zone = mailbox(settings.sending.sender_email or ""), settings.sending.zone(None)
    spent = caps.spent(campaign.id, begin.astimezone(zone).date(), sender, begin.astimezone(UTC).date())
    return simulation.Campaign(campaign.id, settings.sending, sender, spent, shards)


def mailbox(address: str) -> str:
    """What a sender's cap is counted by: the address with its domain in ASCII."""
    return f"{address.strip().rpartition('@')[0]}@{email_domain(address)}"


def waiting(campaign_id: int, shard: int, settings: CampaignSettings, gap: timedelta) -> Waiting:
    """The leads of a shard that wait for a touch. One read for each 980 (or 1 MB), and those that say who is stopped:
    one for each 100 addresses and domains, and one for each 50 leads when a company's reply stops them. With a gap
    between emails to one person, also one for each 100 names of persons.
    """
    kinds = Kinds()
    found: list[tuple[datetime, str, int]] = []
    people: list[tuple[int, ...]] = []
    free_from: dict[str, datetime] = {}
    for page in lead_queue.waiting(keys.Shard(campaign_id, "", shard), Stage.NURTURE.lower(), _READ):
        leads = [due.lead for due in page]
        for one, kind in zip(page, _kinds(campaign_id, leads, settings), strict=True):
            found.append((keys.due(one.todo), one.lead_id, kinds.number(kind)))
        if not gap:
            continue
        known = contacts.read(lead for lead in leads if lead)
        for lead in leads:
            people.append(tuple(contacts.person(one) for one in known[lead.id]) if lead else ())
            if lead and (bar := contacts.bar(known[lead.id], lead, gap)):
                free_from[lead.id] = bar.free_from
    return Waiting(kinds.known, found, people, free_from)


def _kinds(campaign_id: int, page: Sequence[Lead | None], settings: CampaignSettings) -> Iterator[Kind]:
    known = [lead for lead in page if touch_timing.able(lead)]
    suppressed = suppression.suppressed(lead.email for lead in known if lead.email)
    free = settings.qualification.free_mail_domains.add
    stops = settings.sending.stop_on_company_reply
    answered = engagement.companies_replied(campaign_id, known, free) if stops else set()
    for lead in page:
        if touch_timing.able(lead):
            yield Kind(_essence(lead), lead.email in suppressed, lead.id in answered)
        else:
            yield Kind(None)


def _country(lead: Lead) -> str | None:
    """Where a lead is, for the rule that looks at it: of who has opted in, nobody does."""
    return None if lead.lawful_basis is LawfulBasis.OPT_IN else consent.country(lead)


def _essence(lead: Lead) -> Lead:
    """The lead without what says who it is: leads that the rules cannot tell apart come out equal."""
    assert lead.routing
    return Lead(
        id="",
        campaign_id=lead.campaign_id,
        shard=0,
        source="",
        created_at=_ANY,
        updated_at=_ANY,
        step=lead.step,
        hold_until=lead.hold_until,
        lawful_basis=lead.lawful_basis,
        enrichment=Enrichment(time_zone=lead.enrichment.time_zone, country=_country(lead)),
        routing=Routing(
            sequence=lead.routing.sequence,
            boosted=False,
            reason="",
            start_at=lead.routing.start_at,
            version=lead.routing.version,
            scope=lead.routing.scope,
        ),
    )
