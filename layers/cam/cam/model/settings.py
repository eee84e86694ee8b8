"""A campaign's settings: every number of the rules, with the defaults of spec §1 to §6. Frozen into each run."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from datetime import time
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import idna
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WrapValidator,
    field_validator,
    model_validator,
)

from cam.text.calendars import country
from cam.text.words import any_case, fold, legible, words


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


def _country(text: str) -> str:
    found = country(text)
    if "-" in found:
        raise ValueError(f"{text!r} is a part of a country: name the country, such as {found[:2]!r}")
    return found


def _once[Value: Hashable](values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Each value at its first place: what is named twice counts once."""
    return tuple(dict.fromkeys(values))


Domain = Annotated[str, AfterValidator(domain)]
Domains = Annotated[tuple[Domain, ...], Field(max_length=1000), AfterValidator(_once)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, StringConstraints(max_length=100), AfterValidator(_country)]
Countries = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=20), AfterValidator(country)], ...],
    Field(max_length=50),
    AfterValidator(_once),
]
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


HEADS = (
    (500, CompanySize.ENTERPRISE),
    (50, CompanySize.MEDIUM),
    (10, CompanySize.SMALL),
    (1, CompanySize.STARTUP),
)


def size_of(heads: int) -> CompanySize | None:
    """The size of a company with so many people; None when there is nobody."""
    return next((size for least, size in HEADS if heads >= least), None)


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
    """The parts of ICP fit (spec §3). With the weights of a campaign's own parts in this group they sum to 1."""

    size: Share = 0.30
    industry: Share = 0.30
    revenue: Share = 0.25
    location: Share = 0.15


class OpportunityWeights(Frozen):
    """The parts of opportunity (spec §3). With the weights of a campaign's own parts in this group they sum to 1."""

    title: Share = 0.35
    seniority: Share = 0.25
    signals: Share = 0.40


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


class SizeValues(Frozen):
    """What a company's size is worth: 1 less `step` for each step from the target, at least `floor` (spec §3)."""

    step: Share = 0.2
    floor: Share = 0.5
    unknown: Share = 0.5


class IndustryValues(Frozen):
    """What an industry is worth; `contains`: the lead's and the target hold one another's words (spec §3)."""

    equal: Share = 1.0
    contains: Share = 0.8
    other: Share = 0.3
    unknown: Share = 0.5


class RevenueValues(Frozen):
    """What a revenue is worth outside the range: its ratio to the bound, at least `floor` (spec §3)."""

    floor: Share = 0.3
    unknown: Share = 0.5


class LocationValues(Frozen):
    """What a location is worth; `contains`: the lead's holds the words of the target (spec §3)."""

    equal: Share = 1.0
    contains: Share = 0.8
    other: Share = 0.4
    unknown: Share = 0.5


class TitleValues(Frozen):
    """What a role is worth; `untargeted`: the campaign names no roles (spec §3)."""

    equal: Share = 1.0
    contains: Share = 0.8
    other: Share = 0.3
    untargeted: Share = 0.6
    unknown: Share = 0.5


def _worded(text: str) -> str:
    if not words(fold(text)):
        raise ValueError("this holds no word")
    return text


# Compared in whole words: a text without any would be in every other, or in none.
Phrase = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(legible),
    AfterValidator(_worded),
]  # fmt: skip


def _one_gap(word: str) -> str:
    if word.replace("...", "…").count("…") > 1:
        raise ValueError("at most one … may stand in it")
    return word


class WordPoints(Frozen):
    """What a word, or several in a row, says about seniority; one "…" stands for any words between. 0: nothing."""

    word: Annotated[Phrase, AfterValidator(_one_gap)]
    points: Share


class SeniorityValues(Frozen):
    """What seniority is worth (spec §3).

    `words` are added to CAM's own list (cam.rules.seniority), and go before it. Who is `junior`, by `junior_words`, is
    that whatever else the text holds.
    """

    unknown: Share = 0.5
    junior: Share = 0.3
    junior_words: tuple[Phrase, ...] = Field(default=("assistant", "intern", "trainee"), max_length=20)
    words: tuple[WordPoints, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _once(self) -> Self:
        junior = [words(fold(word)) for word in self.junior_words]
        listed = [*junior, *(words(fold(one.word)) for one in self.words)]
        twice = next((word.strip() for at, word in enumerate(listed) if word in listed[:at]), None)
        if twice:
            raise ValueError(f"the word {twice!r} is there twice: keep one of them, in words or in junior_words")
        return self


class ScoringValues(Frozen):
    """What the parts of the score are worth (spec §3). Those of the signals are `Scoring.signals`."""

    size: SizeValues = SizeValues()
    industry: IndustryValues = IndustryValues()
    revenue: RevenueValues = RevenueValues()
    location: LocationValues = LocationValues()
    title: TitleValues = TitleValues()
    seniority: SeniorityValues = SeniorityValues()


class Group(StrEnum):
    """The two halves of the score (spec §3)."""

    ICP = "icp"
    OPPORTUNITY = "opportunity"


_NAME = re.compile(r"[a-z0-9_]{1,40}")


def _slug(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a part's name has 1 to 40 characters of a–z, 0–9 and _")
    if name in IcpWeights.model_fields or name in OpportunityWeights.model_fields:
        raise ValueError(
            f"{name!r} is one of CAM's own parts: choose another name, and set its weight and values there"
        )
    return name


def _plain(value: Any, _: Callable[[Any], Any]) -> bool | float | str:
    """One message for all that is neither; pydantic has one for each of the three, and takes "yes" for true."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and 0 < len(value.strip()) <= 255:
        return legible(value.strip())
    if isinstance(value, int | float) and abs(value) <= _MOST:
        return float(value)
    raise ValueError("this must be text of 1 to 255 characters, a number, true or false")


# DynamoDB takes numbers of up to 1e125; nothing that leads are told by is larger than this.
_MOST = 1e30
Bound = Annotated[float, Field(ge=-_MOST, le=_MOST, allow_inf_nan=False), _Number]
Plain = Annotated[bool | float | str, WrapValidator(_plain)]


class OwnPart(Frozen):
    """A part of the score that a campaign adds: what one field of the lead is worth, and how much that counts.

    `field` is a field of the lead's enrichment, or its role, company, company_domain, tags or source.
    """

    name: Annotated[str, AfterValidator(_slug)]
    group: Annotated[Group, BeforeValidator(any_case)]
    weight: Share
    field: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(legible)
    ]


class _Valued(OwnPart):
    """A part that holds values: `true` is not 1 there, although Python says so."""

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and repr(self) == repr(other)

    __hash__ = OwnPart.__hash__


class Equals(_Valued):
    """Whether the field is this value. Text in any case; a signal is true or false; of a list, any item."""

    test: Literal["equals"]
    value: Plain
    hit: Share = 1.0
    miss: Share = 0.0
    unknown: Share = 0.5


class InList(_Valued):
    """Whether the field is one of these values."""

    test: Literal["in_list"]
    values: tuple[Plain, ...] = Field(min_length=1, max_length=500)
    hit: Share = 1.0
    miss: Share = 0.0
    unknown: Share = 0.5


class ContainsWords(OwnPart):
    """Whether the field's text contains one of these, as whole words (spec §3)."""

    test: Literal["contains_words"]
    values: tuple[Phrase, ...] = Field(min_length=1, max_length=500)
    hit: Share = 1.0
    miss: Share = 0.0
    unknown: Share = 0.5


class NumberBetween(OwnPart):
    """Whether the field's number lies between the bounds, both included; a missing one is open.

    Outside it is worth its ratio to the bound, at least `floor`, at most `hit`; without a floor at once `miss`.
    """

    test: Literal["number_between"]
    min: Bound | None = None
    max: Bound | None = None
    floor: Share | None = 0.0
    hit: Share = 1.0
    miss: Share = 0.0
    unknown: Share = 0.5

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max")
        if self.floor is not None and self.floor > self.hit:
            raise ValueError("floor is greater than hit")
        return self


class Known(OwnPart):
    """Whether anything is known of the field."""

    test: Literal["known"]
    hit: Share = 1.0
    miss: Share = 0.0


def _any_case_test(value: Any) -> Any:
    return {**value, "test": any_case(value["test"])} if isinstance(value, Mapping) and "test" in value else value


AnyPart = Annotated[
    Equals | InList | ContainsWords | NumberBetween | Known,
    Field(discriminator="test"),
    BeforeValidator(_any_case_test),
]  # fmt: skip
MOST_PARTS = 20
# All settings are one attribute of an item, which takes 400 KB.
MOST_BYTES = 30_000


class Scoring(Frozen):
    """The weights, values and cut-offs of spec §3, and the campaign's own parts. A group's weights sum to 1."""

    weights: GroupWeights = GroupWeights()
    # Before the groups: their weights are checked together with these.
    parts: tuple[AnyPart, ...] = Field(default=(), max_length=MOST_PARTS)
    icp: IcpWeights = Field(default=IcpWeights(), validate_default=True)
    opportunity: OpportunityWeights = Field(default=OpportunityWeights(), validate_default=True)
    signals: SignalPoints = SignalPoints()
    values: ScoringValues = ScoringValues()
    tiers: Tiers = Tiers()

    @field_validator("parts")
    @classmethod
    def _once(cls, parts: tuple[AnyPart, ...]) -> tuple[AnyPart, ...]:
        names = [part.name for part in parts]
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice:
            raise ValueError(f"two parts are named {twice!r}: give each its own name")
        size = sum(len(part.model_dump_json().encode()) for part in parts)
        if size > MOST_BYTES:
            raise ValueError(f"the parts take {size:,} bytes, at most {MOST_BYTES:,} are kept: shorten their lists")
        return parts

    @field_validator("icp", "opportunity")
    @classmethod
    def _whole(cls, group: IcpWeights | OpportunityWeights, info: ValidationInfo) -> IcpWeights | OpportunityWeights:
        # Parts that are wrong themselves are not there: their errors come first.
        if "parts" not in info.data:
            return group
        weights = dict(group) | {part.name: part.weight for part in info.data["parts"] if part.group == info.field_name}
        over = math.fsum(weights.values()) - 1
        if abs(over) > 1e-9:
            listed = ", ".join(f"{name} {weight:.10g}" for name, weight in weights.items())
            verb = "lower" if over > 0 else "raise"
            raise ValueError(
                f"the weights of the group {info.field_name} must sum to 1, they sum to {1 + over:.10g} ({listed}): "
                f"{verb} them by {abs(over):.10g} together"
            )
        return group


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


class OwnCountries(OwnEntries):
    """A campaign's own countries, in two letters."""

    add: tuple[Country, ...] = Field(default=(), max_length=250)
    remove: tuple[Country, ...] = Field(default=(), max_length=250)


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
    mx_per_run: Whole = Field(default=1000, ge=0, le=100_000)


LONGEST_NAME = 40
_SLUG = re.compile(r"[a-z0-9_-]{1,40}")
# Route counts each sequence by its name, beside these.
_COUNTS = re.compile("failed|from|hint|kept|left|moved|no_sequence|note|place|processed|routed|skipped|until")


def sequence_name(text: str) -> str:
    """The text, if a sequence can have that name; whether there is one, nobody knows here. Raises ValueError."""
    if not _SLUG.fullmatch(text):
        raise ValueError("The name of a sequence has 1 to 40 characters: a to z, 0 to 9, _ and -.")
    if _COUNTS.fullmatch(text):
        raise ValueError(f"No sequence can be called {text!r}: a run counts something else by that name.")
    return text


SequenceName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME), AfterValidator(sequence_name)
]


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

    sequence: SequenceName
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


class AutoPause(Frozen):
    """When a campaign pauses by itself (spec §6): above these shares of the mails of `days`, once these are `after`."""

    bounces: Share = 0.05
    complaints: Share = 0.001
    after: Whole = Field(default=50, ge=1, le=1_000_000)
    days: Whole = Field(default=7, ge=1, le=30)


class Transport(StrEnum):
    """How mail leaves."""

    SES = "ses"
    SMTP = "smtp"


class UnknownCountry(StrEnum):
    """What becomes of a lead that did not opt in and of whom nobody knows where it is."""

    ALLOW = "allow"
    HOLD = "hold"


_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")


def _selector(text: str) -> str:
    name = text.lower()
    if not _SELECTOR.fullmatch(name):
        raise ValueError(f"{text!r} is no DKIM selector: write the part before ._domainkey, such as 'mail'")
    return name


Selector = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=63), AfterValidator(_selector)
]


class Sending(Frozen):
    """Who sends, when and how much (spec §6, §9). What is not given comes from the stack's parameters."""

    sender_name: OneLine | None = None
    sender_email: Address | None = None
    reply_to: Address | None = None
    postal_address: OneLine | None = None
    transport: Annotated[Transport, BeforeValidator(any_case)] = Transport.SES
    window: Window = Window()
    time_zone: Zone = "UTC"
    # Countries on whose public holidays no mail leaves, wherever its reader lives.
    holidays: Countries = ()
    ignore_window: bool = False
    daily_cap: Whole = Field(default=50, ge=1, le=1_000_000)
    warm_up: WarmUp | None = WarmUp()
    auto_pause: AutoPause = AutoPause()
    stop_on_company_reply: bool = True
    allow_cold_on_ses: bool = False
    # Where mail needs an opt-in, beside `cam.rules.consent.RULES`, and where of those it does not.
    opt_in_countries: OwnCountries = OwnCountries()
    unknown_country: Annotated[UnknownCountry, BeforeValidator(any_case)] = UnknownCountry.ALLOW
    # Under which names the mail server's DKIM keys are, for the sender check. SES names its own.
    dkim_selectors: Annotated[tuple[Selector, ...], Field(max_length=10), AfterValidator(_once)] = ()

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
