"""The words of CAM as types: lead, campaign, run, job result. Every event, item and request goes through these."""

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from cam.model.contacted import Contacted
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.kinds import Frozen, Sum, Whole
from cam.text import clock
from cam.text.characters import LINE_ENDS, legible
from cam.text.matching import any_case
from cam.text.zone_places import ZoneSource


class Stage(StrEnum):
    """The five stages, in the order in which a pipeline runs them."""

    HARVEST = "HARVEST"
    SCORE = "SCORE"
    QUALIFY = "QUALIFY"
    ROUTE = "ROUTE"
    NURTURE = "NURTURE"


class JobStatus(StrEnum):
    """The status of a run or of one of its stages."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


class Trigger(StrEnum):
    """Who started a run."""

    API = "api"
    SCHEDULE = "schedule"
    CONSOLE = "console"
    RULE = "rule"


class LeadStatus(StrEnum):
    """The status of a lead. Each change is dated and kept in the lead's timeline."""

    NEW = "NEW"
    SCORED = "SCORED"
    QUALIFIED = "QUALIFIED"
    MANUAL_REVIEW = "MANUAL_REVIEW"
    REJECTED = "REJECTED"
    ROUTED = "ROUTED"
    CONTACTED = "CONTACTED"
    REPLIED = "REPLIED"
    COMPLETED = "COMPLETED"
    INVALID = "INVALID"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    ERASED = "ERASED"


class Tier(StrEnum):
    """How warm a lead is, by its score."""

    HOT = "HOT"
    WARM = "WARM"
    COOL = "COOL"
    COLD = "COLD"


class LawfulBasis(StrEnum):
    """The legal ground for emailing a person."""

    OPT_IN = "opt_in"
    EXISTING_CUSTOMER = "existing_customer"
    LEGITIMATE_INTEREST = "legitimate_interest"
    UNKNOWN = "unknown"


class OnDuplicate(StrEnum):
    """What a row does to a lead that the campaign has already: `fill` its blanks, or `update` it with its values."""

    FILL = "fill"
    UPDATE = "update"


class Scope(StrEnum):
    """The owner of a sequence: CAM (built in), the account, or a campaign."""

    BUILT_IN = "built_in"
    LIBRARY = "library"
    CAMPAIGN = "campaign"


class SendStatus(StrEnum):
    """The status of a touch."""

    CLAIMED = "CLAIMED"
    SENT = "SENT"
    UNCONFIRMED = "UNCONFIRMED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


SIGNALS = (
    "recent_job_change",
    "company_funded_recently",
    "company_hiring",
    "recent_activity",
    "is_decision_maker",
    "has_budget_authority",
)

# A transaction holds 98 leads and 4 MB; DynamoDB takes values nested 32 levels deep.
MOST_EXTRA = 25_000
DEEPEST = 8

_TRUE = frozenset({"true", "yes", "y", "1"})
_FALSE = frozenset({"false", "no", "n", "0"})
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
# A lead's own field never outgrows its item: DynamoDB takes 400 KB, a page of due leads 1 MB.
MOST_NOTE = 500
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_NOTE)]


def signal(value: Any) -> bool | None:
    """A signal from whatever a file or a provider wrote: true/yes/y/1, false/no/n/0, anything else is unknown."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if value is not None else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _zone_source(value: Any) -> ZoneSource | None:
    word = any_case(value)
    return ZoneSource(word) if isinstance(word, str) and word in ZoneSource else None


def amount(value: Any) -> float | None:
    """A head count or a sum from text: `$1,200,000`, `1 200`, `51-200` (its lower end), `10000+`; else unknown."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if 0 <= value <= 1e15 else None
    text = str(value)
    if not text.isdecimal():
        text = re.sub(r"[\s,$€£_]", "", text).rstrip("+")
        text = re.sub(r"^(\d+)[-–]\d+$", r"\1", text)
        if not _NUMBER.fullmatch(text):
            return None
    number = float(text)
    return number if 0 <= number <= 1e15 else None


def _count(value: Any) -> int | None:
    number = amount(value)
    return None if number is None else int(number)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return 1 + max(map(_depth, inner), default=0)


Signal = Annotated[bool | None, BeforeValidator(signal)]
Amount = Annotated[float | None, BeforeValidator(amount)]
Count = Annotated[int | None, BeforeValidator(_count)]


def _text(value: Any) -> str | None:
    return None if value is None or not str(value).strip() else str(value)


MaybeText = Annotated[Text | None, BeforeValidator(_text)]


class Enrichment(BaseModel):
    """What is known about a lead beyond its address. Unknown names are kept as they were sent."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    company_size: MaybeText = None
    employee_count: Count = None
    industry: MaybeText = None
    annual_revenue: Amount = None
    company_location: MaybeText = None
    country: MaybeText = None
    time_zone: MaybeText = None
    # What the zone follows from; None: there is none, and the campaign's holds, or the lead is older than this field.
    time_zone_from: Annotated[ZoneSource | None, BeforeValidator(_zone_source)] = None
    # What a provider or an export says about the address: `verified`, `guessed`, `catch_all`, `invalid`, …
    email_status: MaybeText = None
    job_level: MaybeText = None
    recent_job_change: Signal = None
    company_funded_recently: Signal = None
    company_hiring: Signal = None
    recent_activity: Signal = None
    is_decision_maker: Signal = None
    has_budget_authority: Signal = None


class LeadDraft(Frozen):
    """A lead as it is sent to CAM (API, file): its identity and what is known about it. At least one identity is
    required.
    """

    name: MaybeText = None
    first_name: MaybeText = None
    last_name: MaybeText = None
    email: MaybeText = None
    company: MaybeText = None
    company_domain: MaybeText = None
    role: MaybeText = None
    linkedin_url: MaybeText = None
    tags: tuple[Text, ...] = Field(default=(), max_length=50)
    enrichment: Enrichment = Enrichment()
    lawful_basis: Annotated[LawfulBasis, BeforeValidator(any_case)] = LawfulBasis.UNKNOWN
    # Where and when somebody opted in or became a customer: who relies on it has to show it (GDPR Art. 7 (1)).
    basis_note: MaybeText = None
    # The person must not be written to; the address takes no mail; and what says so.
    do_not_contact: bool = False
    bounced: bool = False
    stop_note: MaybeText = None

    @model_validator(mode="after")
    def _storable(self) -> Self:
        extra = self.enrichment.model_extra
        if extra and len(json.dumps(extra, ensure_ascii=False, default=str).encode("utf-8", "replace")) > MOST_EXTRA:
            raise ValueError(f"custom fields may have at most {MOST_EXTRA:,} bytes in total")
        if extra and _depth(extra) > DEEPEST:
            raise ValueError(f"enrichment is nested more than {DEEPEST} levels deep")
        return self


class Part(Frozen):
    """One line of a score's explanation. The contributions of all parts sum to the score (to 1e-9)."""

    part: str
    group: str
    value: float
    weight: float
    contribution: float
    lead_value: str | float | bool | None = None
    target: str | float | None = None
    code: str = ""


class Scored(Frozen):
    """The outcome of Score for one lead."""

    icp_score: float
    opportunity_score: float
    score: float
    tier: Tier
    explanation: tuple[Part, ...]


# What an address that takes no mail is held against: the word of whoever brought it.
BOUNCED = "bounced"


class Gate(Frozen):
    """One gate of Qualify (spec §4), by the name of the reason that it gives.

    `passed` is null if the gate was not checked: it is off in the campaign, there is no address, or another gate
    already rejects the lead. `value` is what of the lead decided, `limit` what it was compared with, and `fault` what
    is wrong with an address that is not valid.
    """

    gate: str
    passed: bool | None
    value: str | float | bool | None = None
    limit: str | float | None = None
    fault: str | None = None


class Qualification(Frozen):
    """The outcome of Qualify: the verdict, *all* reasons that apply, the intent (None: unknown), and every gate."""

    status: LeadStatus
    reasons: tuple[str, ...] = ()
    intent: float | None = None
    gates: tuple[Gate, ...] = ()
    settings_version: int | None = None


class Step(Frozen):
    """A rung of the ladder that Route looked at: from `min_score` on, `sequence`."""

    sequence: str
    min_score: float


class Routing(Frozen):
    """The outcome of Route: which sequence, and why.

    `effective` is the score with `boost` added, which `signals` (true ones) earned. `ladder` holds the rungs down to
    the one that was taken. `scope` and `version` say which sequence of that name it is, and stay.
    """

    sequence: str
    boosted: bool
    reason: str
    start_at: datetime | None = None
    version: int = 1
    scope: Scope = Scope.BUILT_IN
    effective: float | None = None
    boost: float = 0.0
    signals: int = 0
    ladder: tuple[Step, ...] = ()
    settings_version: int | None = None


class Decision(StrEnum):
    """A person's decision about a lead in review."""

    APPROVE = "approve"
    REJECT = "reject"


class Review(Frozen):
    """What a person decided about a lead in MANUAL_REVIEW, who, when and why."""

    decision: Decision
    at: datetime
    reviewer: str | None = None
    note: str = ""


class Change(Frozen):
    """One entry of a lead's timeline."""

    at: datetime
    event: str
    detail: str = ""


class Thread(Frozen):
    """The first mail that a lead got, which later ones follow: its Message-ID as readers see it, and its subject."""

    message_id: str
    subject: str


class Lead(BaseModel):
    """A lead of one campaign, as stored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    # By its key; 0 for a lead that is not stored.
    campaign_id: int = 0
    shard: int
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    company: str | None = None
    company_domain: str | None = None
    role: str | None = None
    linkedin_url: str | None = None
    source: str
    status: LeadStatus = LeadStatus.NEW
    tags: tuple[str, ...] = ()
    enrichment: Enrichment = Enrichment()
    lawful_basis: LawfulBasis = LawfulBasis.UNKNOWN
    basis_note: str | None = None
    icp_score: float | None = None
    opportunity_score: float | None = None
    score: float | None = None
    tier: Tier | None = None
    explanation: tuple[Part, ...] = ()
    # The version of the campaign's settings that the score was made with.
    score_settings_version: int | None = None
    qualification: Qualification | None = None
    review: Review | None = None
    routing: Routing | None = None
    sequence: str | None = None
    step: int = 0
    # Whoever answers for the person said that they are away: no touch before.
    hold_until: datetime | None = None
    # The last time that its touch had to wait for the account's contact gap.
    contacted: Contacted | None = None
    thread: Thread | None = None
    # Credits that were spent on it, over all providers.
    credits: int = 0
    # The providers that were asked about it: each is asked once.
    asked: tuple[str, ...] = ()
    # The person asked not to be contacted, by a file, a provider or by hand: never written to, whatever the address.
    do_not_contact: bool = False
    # Whoever brought the lead says that its address takes no mail.
    bounced: bool = False
    # What said so.
    stop_note: str | None = None
    history: tuple[Change, ...] = ()
    provenance: dict[str, dict[str, Any]] = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime
    todo: str | None = None

    @property
    def signals(self) -> dict[str, bool | None]:
        """The six signals by name: true, false or unknown."""
        return {name: getattr(self.enrichment, name) for name in SIGNALS}


def _paragraphs(text: str) -> str:
    return legible(text, but=LINE_ENDS)


Legible = AfterValidator(legible)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), Legible]


class CampaignDraft(Frozen):
    """A campaign as a client sends it (spec §1)."""

    name: Name
    description: Annotated[str, StringConstraints(max_length=1000), AfterValidator(_paragraphs)] = ""
    target_niche: Annotated[str, StringConstraints(max_length=255), Legible] = ""
    service_key: Annotated[str, StringConstraints(max_length=100), Legible] = ""
    target_clients: Whole = Field(default=1, ge=1)
    target_mrr: Sum = 0
    active: bool = True
    settings: CampaignSettings = CampaignSettings()


class Campaign(BaseModel):
    """A campaign as stored. `shards` is fixed at creation."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: int
    name: str
    description: str = ""
    target_niche: str = ""
    service_key: str = ""
    target_clients: int = 1
    target_mrr: float = 0
    active: bool = True
    settings: CampaignSettings = CampaignSettings()
    # Counted up by every change of `settings`: each decision names the version that it was made with.
    settings_version: int = 1
    shards: int = Field(default=1, exclude=True)
    created_at: datetime
    updated_at: datetime


class JobResult(Frozen):
    """What one stage did in one run."""

    type: Stage
    status: JobStatus
    started_at: datetime
    completed_at: datetime | None = None
    leads_processed: int = 0
    leads_qualified: int = 0
    error_message: str | None = None
    note: str | None = None
    duration_seconds: float = 0.0
    run_id: str
    counts: dict[str, int | float] = Field(default_factory=dict)


class Run(BaseModel):
    """One execution of some or all stages for one campaign, with the settings it was started with."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    run_id: str
    campaign_id: int
    status: JobStatus
    trigger: Trigger
    stages: tuple[Stage, ...]
    max_leads: int | None = None
    as_of: datetime | None = None
    started_at: datetime
    completed_at: datetime | None = None
    error_message: str | None = None
    settings: CampaignSettings = CampaignSettings()
    settings_version: int = 1
    # Whether leads that have their decisions are decided about again, before the stages (spec §9, rescore).
    rescore: bool = False
    shards: int = 1

    def now(self) -> datetime:
        """The run's own time: the moment that it was told (`as_of`), else the present one."""
        return self.as_of or clock.now()

    @property
    def full_pipeline(self) -> bool:
        """Whether all five stages were asked for."""
        return set(self.stages) == set(Stage)
