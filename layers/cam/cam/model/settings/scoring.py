"""What scores (spec §3): weights, values, tiers, and a campaign's own parts."""

import math
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    WrapValidator,
    field_validator,
    model_validator,
)

from cam.model.settings.kinds import Frozen, Number, Phrase, Share, sums_to_one
from cam.text.characters import legible
from cam.text.matching import any_case, fold, words


class GroupWeights(Frozen):
    """The weights of ICP fit and opportunity in the score (spec §3)."""

    icp: Share = 0.5
    opportunity: Share = 0.5

    @model_validator(mode="after")
    def _whole(self) -> Self:
        sums_to_one(self)
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
    """What each true signal adds to `base` (spec §3), at most 1.0 in total."""

    base: Share = 0.50
    recent_job_change: Share = 0.25
    company_funded_recently: Share = 0.15
    company_hiring: Share = 0.10
    recent_activity: Share = 0.10
    is_decision_maker: Share = 0.15
    has_budget_authority: Share = 0.10


class Tiers(Frozen):
    """The lowest score of each tier; the rest is COLD (spec §3)."""

    hot: Share = 0.85
    warm: Share = 0.65
    cool: Share = 0.40

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if not self.hot >= self.warm >= self.cool:
            raise ValueError("tier cut-offs must decrease: hot, warm, cool")
        return self


class SizeValues(Frozen):
    """The value of a company's size: 1 minus `step` for each step from the target, at least `floor` (spec §3)."""

    step: Share = 0.2
    floor: Share = 0.5
    unknown: Share = 0.5


class IndustryValues(Frozen):
    """The value of an industry; `contains`: one of lead and target contains the words of the other (spec §3)."""

    equal: Share = 1.0
    contains: Share = 0.8
    other: Share = 0.3
    unknown: Share = 0.5


class RevenueValues(Frozen):
    """The value of a revenue outside the range: its ratio to the bound, at least `floor` (spec §3)."""

    floor: Share = 0.3
    unknown: Share = 0.5


class LocationValues(Frozen):
    """The value of a location; `contains`: the lead's location contains the words of the target (spec §3)."""

    equal: Share = 1.0
    contains: Share = 0.8
    other: Share = 0.4
    unknown: Share = 0.5


class TitleValues(Frozen):
    """The value of a role; `untargeted`: the campaign has no target roles (spec §3)."""

    equal: Share = 1.0
    contains: Share = 0.8
    other: Share = 0.3
    untargeted: Share = 0.6
    unknown: Share = 0.5


def _one_gap(word: str) -> str:
    if word.replace("...", "…").count("…") > 1:
        raise ValueError("it may contain at most one …")
    return word


class WordPoints(Frozen):
    """The seniority of a word or phrase; one "…" matches any words in between. 0: none."""

    word: Annotated[Phrase, AfterValidator(_one_gap)]
    points: Share


class SeniorityValues(Frozen):
    """The value of seniority (spec §3).

    `words` are added to CAM's own list (cam.rules.seniority) and take precedence over it. Somebody who is `junior` by
    `junior_words` stays so, whatever else the text contains.
    """

    unknown: Share = 0.5
    junior: Share = 0.3
    junior_words: tuple[Phrase, ...] = Field(default=("assistant", "intern", "trainee"), max_length=20)
    words: tuple[WordPoints, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _no_repeats(self) -> Self:
        junior = [words(fold(word)) for word in self.junior_words]
        listed = [*junior, *(words(fold(one.word)) for one in self.words)]
        twice = next((word.strip() for at, word in enumerate(listed) if word in listed[:at]), None)
        if twice:
            raise ValueError(f"the word {twice!r} appears twice: keep it once, in words or in junior_words")
        return self


class ScoringValues(Frozen):
    """The values of the parts of the score (spec §3). For signals, see `Scoring.signals`."""

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
        raise ValueError("the name of a part must have 1 to 40 characters of a–z, 0–9 and _")
    if name in IcpWeights.model_fields or name in OpportunityWeights.model_fields:
        raise ValueError(
            f"{name!r} is a built-in part: choose another name, or set the weight and values of the built-in part"
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
Bound = Annotated[float, Field(ge=-_MOST, le=_MOST, allow_inf_nan=False), Number]
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
    """Whether the field equals this value. Text in any case; a signal is true or false; any item of a list."""

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
    """Whether the field's number is between the bounds, inclusive; a missing bound is open.

    Outside, its value is the ratio to the bound, at least `floor` and at most `hit`; without a floor, it is `miss`.
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
    """Whether the field has a value."""

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
    def _no_repeats(cls, parts: tuple[AnyPart, ...]) -> tuple[AnyPart, ...]:
        names = [part.name for part in parts]
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice:
            raise ValueError(f"two parts are named {twice!r}: give each its own name")
        size = sum(len(part.model_dump_json().encode()) for part in parts)
        if size > MOST_BYTES:
            raise ValueError(f"the parts have {size:,} bytes; the limit is {MOST_BYTES:,}: shorten their lists")
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
                f"the weights of the group {info.field_name} must sum to 1, not {1 + over:.10g} ({listed}): "
                f"{verb} them by {abs(over):.10g} in total"
            )
        return group
