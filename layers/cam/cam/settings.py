"""A campaign's settings: every number of the rules, with the defaults of spec §1 to §6. Frozen into each run."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable
from datetime import time
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from itertools import chain, pairwise
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import idna
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from cam.sequences import LIBRARY
from cam.words import any_case, legible


def _no_truth(value: Any) -> Any:
    """Python counts true and false as numbers: nobody means that."""
    if isinstance(value, bool):
        raise ValueError("This must be a number.")
    return value


# The validator comes last: in front of the bounds, it would have them asked before whether the number is finite.
_Number = BeforeValidator(_no_truth)
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), _Number]
Sum = Annotated[float, Field(ge=0, allow_inf_nan=False), _Number]
Whole = Annotated[int, _Number]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What may stand between the separators of a local part (RFC 5321 atext, RFC 6531).
_LOCAL_WORD = re.compile(r"[^\s\x00-\x20\x7f@._+\-\"(),:;<>\[\]\\]+")
# A campaign with its settings is one item of at most 400 KB; so is a run with them.
_MOST_LISTED = 200_000
_HOST = r"([^\s/@:*?#]+\.[^\s/@:*?#]+)"
_MISTAKES = (
    (re.compile(rf"(?:[a-z][a-z0-9+.-]*:)?//{_HOST}(?:[:/?#]\S*)?", re.IGNORECASE), "a web address, not a domain"),
    (re.compile(rf"{_HOST}[:/?#]\S*"), "more than a domain"),
    (re.compile(rf"[^\s/@]*@{_HOST}"), "more than a domain"),
    (re.compile(rf"(?:\*\.|\.){_HOST}"), "no domain, and a domain stands for all below it"),
)
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\]{1,253}")


def domain(text: str) -> str:
    """A domain in its ASCII form, lower case. Raises ValueError when it is none, and says why."""
    bare = text.strip().rstrip(".")
    # No form of a domain is longer than its ASCII form, and the long ones take long.
    if len(bare) > 253:
        raise ValueError(f"'{bare[:40]}…' is not a domain: it has more than 253 characters")
    try:
        ascii_form = idna.encode(bare, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise ValueError(_no_domain(bare)) from error
    labels = ascii_form.split(".")
    if len(ascii_form) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(_no_domain(bare))
    if labels[-1].isdigit():
        raise ValueError(f"{bare!r} is not a domain: the last part of one is no number")
    return ascii_form


def _no_domain(text: str) -> str:
    """What is wrong with it, and what to write instead where that can be told."""
    for form, mistake in _MISTAKES:
        if found := form.fullmatch(text):
            return f"{text!r} is {mistake}: write {found[1]!r}"
    if any(sign.isspace() for sign in text):
        return f"{text!r} is not a domain: there is a space in it"
    if text and "." not in text:
        return f"{text!r} is not a domain: it has no dot, as in 'acme.com'"
    return f"{text!r} is not a domain such as 'acme.com'"


def _weekday(value: Any) -> Any:
    """`Monday`, `mon` and `MON` are one day."""
    return any_case(value)[:3] if isinstance(value, str) else value


@lru_cache(maxsize=1024)
def time_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zone(name: str) -> str:
    if time_zone(name) is None:
        raise ValueError(f"{name!r} is not an IANA time zone, such as Europe/Berlin")
    return name


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is not an e-mail address")
    if not text.rpartition("@")[0].isascii():
        raise ValueError(f"{text!r} has letters before the @ that SES cannot carry: use an address in ASCII")
    domain(text.rpartition("@")[2])
    return text


def _once[Value: Hashable](values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Each value at its first place: what is named twice counts once."""
    return tuple(dict.fromkeys(values))


Domain = Annotated[str, AfterValidator(domain)]
Domains = Annotated[tuple[Domain, ...], Field(max_length=1000), AfterValidator(_once)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=320), AfterValidator(_address)]
_Line = StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
OneLine = Annotated[str, _Line, AfterValidator(legible)]


class Frozen(BaseModel):
    """A value: never changed in place, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CompanySize(StrEnum):
    """By head count: 1–9, 10–49, 50–499, 500 and more (spec §2)."""

    STARTUP = "startup"
    SMALL = "small"
    MEDIUM = "medium"
    ENTERPRISE = "enterprise"


_HEADS = (
    (500, CompanySize.ENTERPRISE),
    (50, CompanySize.MEDIUM),
    (10, CompanySize.SMALL),
    (1, CompanySize.STARTUP),
)


def size_of(heads: int) -> CompanySize | None:
    """The size of a company with so many people; None when there is nobody."""
    return next((size for least, size in _HEADS if heads >= least), None)


class Icp(Frozen):
    """The ideal customer. What is left out is unknown and scores 0.5."""

    company_size: Annotated[CompanySize | None, BeforeValidator(any_case)] = None
    industry: Words | None = None
    revenue_min: Sum | None = None
    revenue_max: Sum | None = None
    location: Words | None = None
    roles: tuple[Words, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.revenue_min is not None and self.revenue_max is not None and self.revenue_min > self.revenue_max:
            raise ValueError("revenue_min is greater than revenue_max")
        return self

    @property
    def says_nothing(self) -> bool:
        """Whether everybody would fit: then nobody is looked for."""
        return self == Icp()


def _sums_to_one(weights: BaseModel) -> None:
    total = math.fsum(weights.__dict__.values())
    if abs(total - 1) > 1e-9:
        raise ValueError(f"the weights must sum to 1, they sum to {total:.10g}")


class GroupWeights(Frozen):
    """How ICP fit and opportunity make the score (spec §3)."""

    icp: Share = 0.5
    opportunity: Share = 0.5

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _sums_to_one(self)
        return self


class IcpWeights(Frozen):
    """The parts of ICP fit (spec §3)."""

    size: Share = 0.30
    industry: Share = 0.30
    revenue: Share = 0.25
    location: Share = 0.15

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _sums_to_one(self)
        return self


class OpportunityWeights(Frozen):
    """The parts of opportunity (spec §3)."""

    title: Share = 0.35
    seniority: Share = 0.25
    signals: Share = 0.40

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _sums_to_one(self)
        return self


class SignalPoints(Frozen):
    """What each true signal adds to `base` (spec §3), at most 1.0 together."""

    base: Share = 0.50
    recent_job_change: Share = 0.25
    company_funded_recently: Share = 0.15
    company_hiring: Share = 0.10
    recent_activity: Share = 0.10
    is_decision_maker: Share = 0.15
    has_budget_authority: Share = 0.10


class Tiers(Frozen):
    """Lowest score of each tier; COLD is what remains (spec §3)."""

    hot: Share = 0.85
    warm: Share = 0.65
    cool: Share = 0.40

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if not self.hot >= self.warm >= self.cool:
            raise ValueError("the tiers must descend: hot, warm, cool")
        return self


class Scoring(Frozen):
    """The weights and cut-offs of spec §3."""

    weights: GroupWeights = GroupWeights()
    icp: IcpWeights = IcpWeights()
    opportunity: OpportunityWeights = OpportunityWeights()
    signals: SignalPoints = SignalPoints()
    tiers: Tiers = Tiers()


class IntentWeights(Frozen):
    """What each true signal adds to intent (spec §4)."""

    recent_job_change: Share = 0.25
    company_funded_recently: Share = 0.20
    company_hiring: Share = 0.20
    recent_activity: Share = 0.15
    is_decision_maker: Share = 0.10
    has_budget_authority: Share = 0.10

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _sums_to_one(self)
        return self


def _word(text: str) -> str:
    word = legible(unicodedata.normalize("NFC", text).lower())
    if not _LOCAL_WORD.fullmatch(word):
        raise ValueError(f"{text!r} is not one word of an address: leave out spaces, quotes, brackets and @ . _ + -")
    return word


def _automated_word(text: str) -> str:
    word = _word(text)
    if any(character.isdecimal() for character in word):
        raise ValueError(f"{text!r} holds a digit, and digits part the words of an address: leave it out")
    return word


_LocalText = StringConstraints(strip_whitespace=True, min_length=1, max_length=64)
RoleName = Annotated[str, _LocalText, AfterValidator(_word)]
AutomatedWord = Annotated[str, _LocalText, AfterValidator(_automated_word)]


class OwnEntries(Frozen):
    """What a campaign adds to a list that CAM brings, and what it excepts from it."""

    add: tuple[str, ...] = Field(default=(), max_length=1000)
    remove: tuple[str, ...] = Field(default=(), max_length=1000)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        removed = set(self.remove)
        both = next((entry for entry in self.add if entry in removed), None)
        if both is not None:
            raise ValueError(f"{both!r} is both added and removed: leave it out of one of them")
        return self


class OwnDomains(OwnEntries):
    """A campaign's own domains; each stands for its subdomains too."""

    add: tuple[Domain, ...] = Field(default=(), max_length=1000)
    remove: tuple[Domain, ...] = Field(default=(), max_length=1000)


class OwnRoleNames(OwnEntries):
    """A campaign's own names of role accounts (spec §4.3), each one word of a local part."""

    add: tuple[RoleName, ...] = Field(default=(), max_length=1000)
    remove: tuple[RoleName, ...] = Field(default=(), max_length=1000)


class OwnAutomatedWords(OwnEntries):
    """A campaign's own words of automated addresses (spec §4.4), without digits."""

    add: tuple[AutomatedWord, ...] = Field(default=(), max_length=1000)
    remove: tuple[AutomatedWord, ...] = Field(default=(), max_length=1000)


class QualificationRules(Frozen):
    """The gates of spec §4, and what the campaign adds to their lists and excepts from them."""

    min_score: Share = 0.40
    blocked_domains: Domains = ()
    block_free_email: bool = False
    block_disposable: bool = True
    disposable_domains: OwnDomains = OwnDomains()
    free_mail_domains: OwnDomains = OwnDomains()
    role_names: OwnRoleNames = OwnRoleNames()
    automated_words: OwnAutomatedWords = OwnAutomatedWords()
    review_low_intent: bool = True
    low_intent: Share = 0.20
    decision_maker_seniority: Share = 0.90
    intent: IntentWeights = IntentWeights()
    # Ask DNS whether a domain takes mail; of how many domains in one run, over all shards. What is known costs nothing.
    check_mx: bool = False
    mx_per_run: int = Field(default=1000, ge=0, le=100_000)

    @model_validator(mode="after")
    def _storable(self) -> Self:
        own = (self.disposable_domains, self.free_mail_domains, self.role_names, self.automated_words)
        entries = chain(self.blocked_domains, *(one.add for one in own), *(one.remove for one in own))
        if sum(map(len, entries)) > _MOST_LISTED:
            raise ValueError(f"the lists hold more than {_MOST_LISTED:,} characters together: leave some out")
        return self


def _known_sequence(name: str) -> str:
    if name not in LIBRARY:
        near = get_close_matches(name, LIBRARY, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"There is no sequence {name!r}, only {', '.join(LIBRARY)}.{meant}")
    return name


class Source(StrEnum):
    """Where leads come from, in the order in which they are tried by default (spec §2)."""

    APOLLO = "apollo"
    CSV = "csv"
    MANUAL = "manual"


class Wanted(StrEnum):
    """Which leads an enricher is asked about."""

    OFF = "off"
    MISSING = "missing"
    UNVERIFIED = "unverified"


class Harvesting(Frozen):
    """What may be asked of providers, and paid for (spec §2). A provider without a key is never asked.

    `dropcontact`: leads that lack a *verified* e-mail (`unverified`), only those without any (`missing`), or none.
    `verified_only`: ask Apollo only for people whose address it has verified. `hunter`: verify addresses that nobody
    else has verified. `job_postings`: ask Apollo whether a company hires, where the
    answer can change the verdict.
    """

    verified_only: bool = True
    dropcontact: Annotated[Wanted, BeforeValidator(any_case)] = Wanted.UNVERIFIED
    hunter: bool = True
    job_postings: bool = True


class Rung(Frozen):
    """From this effective score on, this sequence."""

    sequence: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_known_sequence)]
    min_score: Share


def _ladder(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Every lead finds one rung, and each rung is found by some. Raises ValueError."""
    times = Counter(rung.sequence for rung in rungs)
    twice = next((name for name, found in times.items() if found > 1), None)
    if twice:
        raise ValueError(f"{twice!r} stands on more than one rung of the ladder: keep one of them")
    # As Route compares them.
    if any(round(upper.min_score, 9) <= round(lower.min_score, 9) for upper, lower in pairwise(rungs)):
        raise ValueError("the ladder's min_score must descend")
    if rungs[-1].min_score != 0:
        raise ValueError("the last rung of the ladder must have min_score 0")
    return rungs


# Route tries the rungs one by one, for every lead.
Ladder = Annotated[tuple[Rung, ...], Field(min_length=1, max_length=20), AfterValidator(_ladder)]


class RoutingRules(Frozen):
    """The ladder of spec §5. The last rung starts at 0, so that every lead finds one."""

    auto: bool = True
    ladder: Ladder = (
        Rung(sequence="aggressive_close", min_score=0.85),
        Rung(sequence="regular_nurture", min_score=0.70),
        Rung(sequence="long_term_nurture", min_score=0.50),
        Rung(sequence="cold_outreach", min_score=0.0),
    )
    intent_boost: bool = True
    boost: Share = 0.15
    boost_signals: Whole = Field(default=3, ge=1, le=6)


class Weekday(StrEnum):
    """The days of a send window."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


Days = Annotated[
    tuple[Annotated[Weekday, BeforeValidator(_weekday)], ...],
    Field(min_length=1, max_length=100),
    AfterValidator(_once),
]


def _clock(value: Any) -> Any:
    """A number alone would be read as seconds since midnight."""
    if not isinstance(value, time) and not (isinstance(value, str) and ":" in value):
        raise ValueError("This must be a time of day, such as 09:00.")
    return value


TimeOfDay = Annotated[time, BeforeValidator(_clock)]


class Window(Frozen):
    """When mail may leave, in the lead's own time (spec §6): `end` is the first minute that is too late."""

    days: Days = (
        Weekday.MON,
        Weekday.TUE,
        Weekday.WED,
        Weekday.THU,
        Weekday.FRI,
    )
    start: TimeOfDay = time(9, 0)
    end: TimeOfDay = time(17, 0)

    @model_validator(mode="after")
    def _open(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("start and end are local times without a zone")
        if self.start >= self.end:
            raise ValueError("the window's start must lie before its end")
        return self


class WarmUp(Frozen):
    """First day's cap and what each further day adds, up to `daily_cap` (spec §6)."""

    start: Whole = Field(default=10, ge=1, le=1_000_000)
    step: Whole = Field(default=5, ge=0, le=1_000_000)


class Transport(StrEnum):
    """How mail leaves."""

    SES = "ses"


class Sending(Frozen):
    """Who sends, when and how much (spec §6, §9). What is not given comes from the stack's parameters."""

    sender_name: OneLine | None = None
    sender_email: Address | None = None
    reply_to: Address | None = None
    postal_address: OneLine | None = None
    transport: Annotated[Transport, BeforeValidator(any_case)] = Transport.SES
    window: Window = Window()
    time_zone: Zone = "UTC"
    ignore_window: bool = False
    daily_cap: Whole = Field(default=50, ge=1, le=1_000_000)
    warm_up: WarmUp | None = WarmUp()
    stop_on_company_reply: bool = True
    allow_cold_on_ses: bool = False

    @property
    def ready(self) -> bool:
        """Whether somebody answers for the mail: an identity and a postal address (CAN-SPAM, spec §6)."""
        return bool(self.sender_email and self.sender_name and self.postal_address)

    def zone(self, lead_zone: str | None) -> ZoneInfo:
        """The lead's own time zone when it is a real one, else the campaign's."""
        own = time_zone(lead_zone) if lead_zone else None
        return own or ZoneInfo(self.time_zone)


Sources = Annotated[
    tuple[Annotated[Source, BeforeValidator(any_case)], ...], Field(min_length=1, max_length=100), AfterValidator(_once)
]


class CampaignSettings(Frozen):
    """Everything that can be set per campaign (spec §1)."""

    icp: Icp = Icp()
    scoring: Scoring = Scoring()
    qualification: QualificationRules = QualificationRules()
    routing: RoutingRules = RoutingRules()
    sources: Sources | None = None
    harvest: Harvesting = Harvesting()
    # Taken before each paid call and given back when nothing was found: never exceeded (spec §2).
    credits_per_run: Whole = Field(default=100, ge=0, le=1_000_000)
    credits_per_month: Whole = Field(default=1000, ge=0, le=100_000_000)
    sending: Sending = Sending()
    # Decides the number of shards when the campaign is created; later changes leave the shards as they are.
    expected_leads: Whole = Field(default=4000, ge=1, le=32_000_000)
