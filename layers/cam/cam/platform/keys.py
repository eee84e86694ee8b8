"""Every key of both tables, and nothing else builds one (docs/data-model.md)."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cam.model.models import Stage
from cam.text.clock import iso, parse

Key = dict[str, str]

COUNTER: Key = {"pk": "COUNTER#campaign", "sk": "COUNTER"}
LISTED_CAMPAIGNS = "CAMPAIGN"
LISTED_SUPPRESSIONS = "SUPPRESSION"
LISTED_RESUBSCRIPTIONS = "RESUBSCRIBED"
LISTED_REPLIES = "REPLY"
REPLIES = "REPLY#"
SUPPRESSION = "S#"
SUPPRESSION_IMPORTS = "SUPPRESSION-IMPORTS"
SETTINGS = "SETTINGS#"
SEQUENCES = "SEQUENCES#"
# The SHA-256 of an address or a domain, as `hashed` writes it.
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard of a campaign's leads, worked on by one run."""

    campaign_id: int
    run_id: str
    number: int

    @property
    def pk(self) -> str:
        """Partition key of everything in this shard."""
        return leads_pk(self.campaign_id, self.number)


def campaign_pk(campaign_id: int) -> str:
    """Partition of one campaign in the control table."""
    return f"C#{campaign_id}"


def campaign(campaign_id: int) -> Key:
    """The campaign itself."""
    return {"pk": campaign_pk(campaign_id), "sk": "CAMPAIGN"}


def listed_campaign(campaign_id: int) -> str:
    """Sort key that lists campaigns in the order of their ids."""
    return f"{campaign_id:010d}"


def name_lock(name: str) -> Key:
    """Held by the campaign of that name: names are unique, whatever their case."""
    return {"pk": f"NAME#{name.strip().casefold()}", "sk": "NAME"}


def settings(campaign_id: int, version: int) -> Key:
    """A version of a campaign's settings, in the order of their numbers."""
    return {"pk": campaign_pk(campaign_id), "sk": f"{SETTINGS}{version:06d}"}


def sequences_pk(owner: int | None) -> str:
    """Partition of a campaign's own sequences, or of the account's (None)."""
    return "LIBRARY" if owner is None else campaign_pk(owner)


def sequence_head(owner: int | None, name: str) -> Key:
    """Which version of a sequence is the newest."""
    return {"pk": sequences_pk(owner), "sk": f"{SEQUENCES}{name}"}


def sequence_versions(name: str) -> str:
    """How the sort keys of a sequence's versions begin."""
    return f"SEQUENCE#{name}#"


def sequence(owner: int | None, name: str, version: int) -> Key:
    """A version of a sequence, in the order of their numbers."""
    return {"pk": sequences_pk(owner), "sk": f"{sequence_versions(name)}{version:06d}"}


def run_lock(campaign_id: int) -> Key:
    """Held by the campaign's open run."""
    return {"pk": campaign_pk(campaign_id), "sk": "LOCK"}


def run(campaign_id: int, started: datetime, run_id: str) -> Key:
    """A run, in the order of starting."""
    return {"pk": campaign_pk(campaign_id), "sk": f"RUN#{iso(started)}#{run_id}"}


def frozen(campaign_id: int, run_id: str) -> Key:
    """What a run was started with; also what makes a run id unique within its campaign."""
    return {"pk": campaign_pk(campaign_id), "sk": f"FROZEN#{run_id}"}


def preview(campaign_id: int, preview_id: str) -> Key:
    """What other settings would change."""
    return {"pk": campaign_pk(campaign_id), "sk": f"PREVIEW#{preview_id}"}


def preview_shard(campaign_id: int, preview_id: str, shard: int) -> Key:
    """What a preview found in one shard so far, right behind it."""
    return {"pk": campaign_pk(campaign_id), "sk": f"PREVIEW#{preview_id}#{shard:03d}"}


def forecast(campaign_id: int | None, forecast_id: str) -> Key:
    """The touches of the coming days, of a campaign or of all."""
    return {"pk": campaign_pk(campaign_id) if campaign_id else "ACCOUNT", "sk": f"FORECAST#{forecast_id}"}


def job(campaign_id: int, started: datetime, run_id: str, stage: Stage) -> Key:
    """The result of one stage of a run, right behind its run."""
    number = list(Stage).index(stage) + 1
    return {"pk": campaign_pk(campaign_id), "sk": f"RUN#{iso(started)}#{run_id}#{number}-{stage}"}


def reply(campaign_id: int, at: datetime, lead_id: str, event_id: str) -> Key:
    """A reply that came by mail, in the order of time; its event is one of the lead's."""
    return {"pk": campaign_pk(campaign_id), "sk": f"{REPLIES}{iso(at)}#{lead_id}#{event_id}"}


def campaign_of_replies(pk: str) -> int:
    """The campaign of a partition that `campaign_pk` named."""
    return int(pk.partition("#")[2])


def listed_reply(campaign_id: int, sk: str) -> str:
    """Sort key that lists the replies of all campaigns in the order of time."""
    return f"{sk.removeprefix(REPLIES)}#{campaign_id}"


def suppression(address_or_domain: str) -> Key:
    """A person or a domain that must not be written to. Only the hash is stored in the key."""
    return suppression_of_hash(hashed(address_or_domain))


def suppression_of_hash(digest: str) -> Key:
    """The same, of whom only the hash is known."""
    return {"pk": f"{SUPPRESSION}{digest}", "sk": "SUPPRESSION"}


def resubscriptions(digest: str) -> tuple[str, str]:
    """Partition and beginning of the sort keys of all that is known of somebody's resubscriptions."""
    return suppression_of_hash(digest)["pk"], "RESUBSCRIBED#"


def resubscription(digest: str, at: datetime) -> Key:
    """A suppression that was lifted, in the order of time."""
    pk, begins = resubscriptions(digest)
    return {"pk": pk, "sk": f"{begins}{iso(at)}"}


def suppression_import(import_id: str) -> Key:
    """An uploaded suppression list, in the order of uploading."""
    return {"pk": SUPPRESSION_IMPORTS, "sk": f"IMPORT#{import_id}"}


def suppression_import_errors(import_id: str, row: int) -> Key:
    """Errors of the rows of a list that were taken in together, by the number of the first row."""
    return {"pk": f"{SUPPRESSION_IMPORTS}#ERRORS#{import_id}", "sk": f"{row:012d}"}


def contact(name: str) -> Key:
    """The last email to a person, by an address or a LinkedIn page. Only the hash is stored in the key."""
    return {"pk": f"CONTACT#{hashed(name)}", "sk": "CONTACT"}


def account_settings() -> Key:
    """The account's own settings."""
    return {"pk": "ACCOUNT", "sk": "SETTINGS"}


def stop() -> Key:
    """The account's stop switch: there while no mail may go."""
    return {"pk": "ACCOUNT", "sk": "STOP"}


def pause(campaign_id: int) -> Key:
    """Whether a campaign's mail is paused, and from when on what comes back counts."""
    return {"pk": campaign_pk(campaign_id), "sk": "PAUSE"}


def replay(scope: str, idempotency_key: str) -> Key:
    """The answer to a POST that carried an Idempotency-Key."""
    return {"pk": f"I#{hashed(scope + '|' + idempotency_key)}", "sk": "REPLAY"}


def mail_server(domain: str) -> Key:
    """Whether a domain (lower-case ASCII) takes mail, as DNS told."""
    return {"pk": f"MX#{domain}", "sk": "MX"}


def inbox(mailbox: str) -> Key:
    """How far a mailbox has been read. Only the hash of its host, user and folder is stored."""
    return {"pk": f"INBOX#{hashed(mailbox)}", "sk": "PLACE"}


def hashed(text: str) -> str:
    """SHA-256 in hex: equal for equal people, without saying who."""
    return hashlib.sha256(text.encode()).hexdigest()


def leads_pk(campaign_id: int, shard: int) -> str:
    """Partition of one shard of a campaign's leads."""
    return f"L#{campaign_id}#{shard}"


def campaign_of(leads_partition: str) -> int:
    """The campaign of a partition that `leads_pk` named."""
    return int(leads_partition.split("#")[1])


def intake_pk(campaign_id: int) -> str:
    """Partition of what waits to be harvested and of counters that all shards share."""
    return f"L#{campaign_id}"


def lead(campaign_id: int, shard: int, lead_id: str) -> Key:
    """A lead."""
    return {"pk": leads_pk(campaign_id, shard), "sk": f"LEAD#{lead_id}"}


def shard_of(lead_id: str, shards: int) -> int:
    """The shard of a lead: the same person is always in the same place."""
    return int.from_bytes(hashlib.sha256(lead_id.encode()).digest()[:4]) % shards


def send(campaign_id: int, shard: int, lead_id: str, step: int) -> Key:
    """The ledger entry of touch `step` of a lead."""
    return {"pk": leads_pk(campaign_id, shard), "sk": f"LEAD#{lead_id}#SEND#{step:03d}"}


def event(campaign_id: int, shard: int, lead_id: str, event_id: str) -> Key:
    """Something that happened to a lead; `event_id` is the provider's, so that each is recorded once."""
    return {"pk": leads_pk(campaign_id, shard), "sk": f"LEAD#{lead_id}#EVENT#{event_id}"}


def company_reply(campaign_id: int, domain: str) -> Key:
    """Written when somebody of a company, by its domain, has replied in a campaign."""
    return {"pk": intake_pk(campaign_id), "sk": f"REPLIED#{hashed(domain)}"}


def company_repliers(campaign_id: int, domain: str) -> Key:
    """Which leads have replied of such a company, so that a reply can be taken back."""
    return {"pk": intake_pk(campaign_id), "sk": f"REPLIERS#{hashed(domain)}"}


def tally(campaign_id: int, shard: int, run_id: str | None = None) -> Key:
    """Counters of a shard: for the life of the campaign, or of one run."""
    return {"pk": leads_pk(campaign_id, shard), "sk": f"TALLY#{run_id}" if run_id else "TALLY"}


def engagement_tally(campaign_id: int) -> Key:
    """Counters that webhooks, unsubscribes and reviewers write, apart from the workers' so that they never conflict."""
    return {"pk": intake_pk(campaign_id), "sk": "TALLY#engagement"}


def results_of(sequence: str) -> str:
    """What the sort keys begin with of all counters of a sequence's touches; no sequence has a `#` in its name."""
    return f"TALLY#results#{sequence}#"


def results(campaign_id: int, shard: int | None, sequence: str, edition: str, step: int) -> Key:
    """Counters of one touch of an edition: of a shard's mails, or, without one, of what others count."""
    pk = intake_pk(campaign_id) if shard is None else leads_pk(campaign_id, shard)
    return {"pk": pk, "sk": f"{results_of(sequence)}{edition}#{step:03d}"}


def day(campaign_id: int, shard: int, day: str) -> Key:
    """Mails of a shard that left on one day (UTC)."""
    return {"pk": leads_pk(campaign_id, shard), "sk": f"DAY#{day}"}


def engagement_day(campaign_id: int, day: str) -> Key:
    """What came back on one day (UTC), apart from what workers write."""
    return {"pk": intake_pk(campaign_id), "sk": f"DAY#{day}"}


def budget(campaign_id: int, run_id: str, stage: Stage) -> Key:
    """How much of `max_leads` a stage of a run has used, over all shards."""
    return {"pk": intake_pk(campaign_id), "sk": f"BUDGET#{run_id}#{stage}"}


def lookups(campaign_id: int, run_id: str) -> Key:
    """How many domains a run has asked DNS about, over all shards."""
    return {"pk": intake_pk(campaign_id), "sk": f"BUDGET#{run_id}#MX"}


def campaign_sends(campaign_id: int, day: str) -> Key:
    """Mails of a campaign on one day."""
    return {"pk": intake_pk(campaign_id), "sk": f"SENDS#{day}"}


def sender_sends(address: str, day: str) -> Key:
    """Mails of a sender on one day, over all campaigns."""
    return {"pk": f"SENDER#{hashed(address.strip().lower())}", "sk": f"SENDS#{day}"}


def sender_start(address: str) -> Key:
    """The first day on which a sender sent: warm-up counts from there."""
    return {"pk": f"SENDER#{hashed(address.strip().lower())}", "sk": "START"}


def sender_check(domain: str, transport: str, selectors: Sequence[str]) -> Key:
    """What was found about a domain (ASCII, lower case) as a sender by one transport, with DKIM keys of these names."""
    under = f"#{','.join(selectors)}" if selectors else ""
    return {"pk": f"SENDER#{domain}", "sk": f"CHECK#{transport}{under}"}


def sender_override(domain: str) -> Key:
    """There while somebody answers for a domain that fails its check."""
    return {"pk": f"SENDER#{domain}", "sk": "OVERRIDE"}


def transport_rate(name: str) -> Key:
    """Which slots of a transport's rate are booked, for the whole account."""
    return {"pk": f"TRANSPORT#{name}", "sk": "RATE"}


def fields(campaign_id: int) -> Key:
    """The names of the enriched fields that a campaign's leads have."""
    return {"pk": intake_pk(campaign_id), "sk": "FIELDS"}


def queued(campaign_id: int, lead_id: str) -> Key:
    """A lead added by hand that waits for the next harvest."""
    return {"pk": intake_pk(campaign_id), "sk": f"QUEUE#{lead_id}"}


def imported(campaign_id: int, import_id: str) -> Key:
    """An uploaded file, in the order of uploading."""
    return {"pk": intake_pk(campaign_id), "sk": f"IMPORT#{import_id}"}


def import_errors(campaign_id: int, import_id: str, row: int) -> Key:
    """Errors of the rows of a file that were taken in together, by the number of the first row."""
    # In a partition of its own: with local indexes, DynamoDB takes 10 GB in each, and a bad file has many errors.
    return {"pk": f"{intake_pk(campaign_id)}#ERRORS#{import_id}", "sk": f"{row:012d}"}


def todo(stage: str, due: datetime, lead_id: str) -> str:
    """Index key of a lead that waits: the stage's queue, its timer and its optimistic lock in one."""
    return f"{stage.lower()}#{iso(due)}#{lead_id}"


def due(todo: str) -> datetime:
    """The moment in such a key."""
    return parse(todo.split("#")[1])


def person(email: str) -> str:
    """Index key of everything held about one person."""
    return hashed(email)


def provider(name: str) -> Key:
    """How a provider does, for the whole account."""
    return {"pk": f"PROVIDER#{name}", "sk": "STATE"}


def provider_window(name: str, endpoint: str, window: str, start: int) -> Key:
    """Requests to a provider's endpoint in one of its windows; `start` is the window's first epoch second."""
    return {"pk": f"PROVIDER#{name}", "sk": f"WINDOW#{endpoint}#{window}#{start}"}


def organisation(name: str, organisation_id: str) -> Key:
    """What a provider told of an organisation."""
    return {"pk": f"PROVIDER#{name}", "sk": f"ORGANISATION#{organisation_id}"}


def run_credits(campaign_id: int, run_id: str) -> Key:
    """Credits that a run has taken."""
    return {"pk": intake_pk(campaign_id), "sk": f"CREDITS#RUN#{run_id}"}


def month_credits(campaign_id: int, month: str) -> Key:
    """Credits that a campaign has taken in a month, `2026-11`."""
    return {"pk": intake_pk(campaign_id), "sk": f"CREDITS#{month}"}


def account_credits(month: str) -> Key:
    """Credits that all campaigns have taken in a month."""
    return {"pk": "CREDITS", "sk": f"CREDITS#{month}"}


def call(campaign_id: int, call_id: str) -> Key:
    """A paid call to a provider."""
    return {"pk": intake_pk(campaign_id), "sk": f"CALL#{call_id}"}


def source(campaign_id: int, name: str) -> Key:
    """How far a campaign has read a source that has no end."""
    return {"pk": intake_pk(campaign_id), "sk": f"SOURCE#{name}"}


def seen(campaign_id: int, name: str, person_id: str) -> Key:
    """A person of a provider whom the campaign has paid for, or asked for in vain."""
    return {"pk": f"{intake_pk(campaign_id)}#SEEN", "sk": f"{name}#{person_id}"}


def alike(campaign_id: int, who: str) -> str:
    """Index key of the leads of a campaign that share a LinkedIn page, or a name and a company."""
    return hashed(f"{campaign_id}\n{who}")
