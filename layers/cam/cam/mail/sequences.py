"""Sequences: the days of their touches and what each says; four are built in, the others stored, version by version.

A version is never changed, so that a lead goes on with the one that it started with (spec §5). A name means the
campaign's own sequence, else the account's, else the built-in one.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from cam.model.errors import Conflict, Invalid, NotFound
from cam.model.models import Routing, Scope
from cam.model.settings.kinds import Frozen, Whole
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock
from cam.text.characters import legible

MOST_TOUCHES = 20
LONGEST_DAYS = 365
MOST_VARIANTS = 3
# DynamoDB takes 400 KB an item.
MOST_BYTES = 300_000
# The variant that a touch's own texts are.
DEFAULT = "a"

_TEMPLATES = Path(__file__).parent / "templates"
_SOURCE = re.compile(r"Subject:[ \t]*(?P<subject>[^\n]*)\n\s*\n(?P<text>.*\S)\s*", re.DOTALL)
_VARIANT = re.compile(r"[a-z0-9_-]{1,20}")


# Most workers never meet a stored sequence: its validators are not made at their start.
_LATER = ConfigDict(defer_build=True)


def too_large(size: int) -> str:
    """The message for a sequence of more than MOST_BYTES."""
    return f"The sequence has {size:,} bytes; the limit is {MOST_BYTES:,}. Shorten its texts."


def newlines(text: str) -> str:
    """A text from any editor with `\\n` at the end of each line, and no byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _newlines(value: Any) -> Any:
    return newlines(value).strip() if isinstance(value, str) else value


def _unlike_a(name: str) -> str:
    if not _VARIANT.fullmatch(name):
        raise ValueError("A variant's name must have 1 to 20 characters: a to z, 0 to 9, _ and -.")
    if name == DEFAULT:
        raise ValueError(f"{DEFAULT!r} is reserved for the touch's own text. Give the variant another name.")
    return name


Weight = Annotated[Whole, Field(ge=1, le=1000)]


class Texts(Frozen):
    """What a mail says: templates. An empty subject is the first mail's, for a follow-up; `html` None: of the text."""

    model_config = _LATER

    subject: Annotated[str, StringConstraints(max_length=1000), BeforeValidator(_newlines), AfterValidator(legible)] = (
        ""
    )
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000), BeforeValidator(_newlines)]
    html: Annotated[str, StringConstraints(min_length=1, max_length=60_000), BeforeValidator(_newlines)] | None = None


class Variant(Texts):
    """Alternative texts of a touch, for a share of the leads by weight."""

    name: Annotated[str, AfterValidator(_unlike_a)]
    weight: Weight = 1


class TouchTexts(Texts):
    """The texts of a touch and its variants; `weight` is the weight of its own texts, variant `a`."""

    weight: Weight = 1
    variants: Annotated[tuple[Variant, ...], Field(max_length=MOST_VARIANTS)] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [one.name for one in self.variants]
        if len(set(names)) < len(names):
            raise ValueError("Two variants of this touch have the same name. Rename one.")
        return self

    @property
    def all(self) -> dict[str, Texts]:
        """The texts by the name of their variant, its own first."""
        return {DEFAULT: self} | {one.name: one for one in self.variants}

    def of(self, variant: str) -> Texts:
        """The texts of a variant; its own for a name that it does not have."""
        return self.all.get(variant, self)


def _rising(days: tuple[int, ...]) -> tuple[int, ...]:
    if days[0] != 0:
        raise ValueError("The first touch is sent on day 0: start the list with 0.")
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise ValueError("Days must be in ascending order, at most one touch per day.")
    return days


Day = Annotated[Whole, Field(ge=0, le=LONGEST_DAYS)]
Days = Annotated[tuple[Day, ...], Field(min_length=1, max_length=MOST_TOUCHES), AfterValidator(_rising)]


class SequenceDraft(Frozen):
    """A sequence as a client sends it: touch n is sent on `days[n]`, counted from the start of the sequence."""

    model_config = _LATER

    days: Days
    length_days: Day
    aim: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(legible)] = ""
    touches: Annotated[tuple[TouchTexts, ...], Field(min_length=1, max_length=MOST_TOUCHES)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.days) != len(self.touches):
            raise ValueError(
                f"There are {len(self.days)} days and {len(self.touches)} touches. Give each touch one day."
            )
        if self.length_days < self.days[-1]:
            raise ValueError(f"length_days must be at least {self.days[-1]}, the day of the last touch.")
        return self


# Told apart by identity: each version is one object of its process, and its texts need not be compared for each mail.
@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A row of touches. `days[n]` is the day of touch n, counted from the sequence's start; strictly rising, from 0.

    `touches` is empty for a built-in one, whose texts are files: ask `texts`.
    """

    name: str
    version: int
    days: tuple[int, ...]
    length_days: int
    aim: str
    scope: Scope = Scope.BUILT_IN
    touches: tuple[TouchTexts, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of the newest version of a sequence without its texts; `at` None: it is built in."""

    name: str
    scope: Scope
    version: int
    days: tuple[int, ...]
    length_days: int
    aim: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version in a list."""

    version: int
    at: datetime
    days: tuple[int, ...]
    length_days: int
    aim: str


LIBRARY = {
    sequence.name: sequence
    for sequence in (
        Sequence("aggressive_close", 1, (0, 2, 5), 7, "a meeting within a week"),
        Sequence("regular_nurture", 1, (0, 3, 7, 10), 14, "interest and need"),
        Sequence("long_term_nurture", 1, (0, 5, 10, 15, 20, 25), 30, "value, a relationship"),
        Sequence("cold_outreach", 1, (0, 7, 14, 21, 28, 35, 42, 49), 60, "introduction, credibility"),
    )
}
_BUILT_IN = {
    one.name: Head(one.name, Scope.BUILT_IN, one.version, one.days, one.length_days, one.aim)
    for one in LIBRARY.values()
}


def drafted(name: str, draft: SequenceDraft) -> Sequence:
    """A sequence that nobody has saved, as if it were the campaign's own."""
    return _sequence(name, Scope.CAMPAIGN, 0, draft)


def _sequence(name: str, scope: Scope, version: int, draft: SequenceDraft) -> Sequence:
    return Sequence(name, version, draft.days, draft.length_days, draft.aim, scope, draft.touches)


def texts(sequence: Sequence) -> tuple[TouchTexts, ...]:
    """The templates of each touch."""
    return sequence.touches or _files(sequence.name)


@cache
def _files(name: str) -> tuple[TouchTexts, ...]:
    found = []
    for step in range(len(LIBRARY[name].days)):
        subject, text = split((_TEMPLATES / name / f"{step}.txt").read_text("utf-8"))
        found.append(TouchTexts(subject=subject, text=text))
    return tuple(found)


def split(source: str) -> tuple[str, str]:
    """Subject and text of a file: a line `Subject: …`, an empty line, and the text. Raises ValueError."""
    found = _SOURCE.fullmatch(newlines(source))
    if found is None:
        raise ValueError("a template must be a line `Subject: …`, an empty line, and the text")
    return found["subject"].strip(), found["text"]


def variant_of(campaign_id: int, sequence: Sequence, step: int, lead_id: str) -> str:
    """Which variant of a touch a lead gets: always the same one, by a hash, in the proportion of the weights. Pure."""
    touch = sequence.touches[step] if step < len(sequence.touches) else None
    if touch is None or not touch.variants:
        return DEFAULT
    weights = [(DEFAULT, touch.weight), *((one.name, one.weight) for one in touch.variants)]
    digest = hashlib.sha256(f"{campaign_id}\n{sequence.name}\n{step}\n{lead_id}".encode()).digest()
    place = int.from_bytes(digest[:8]) * sum(weight for _, weight in weights) >> 64
    for name, weight in weights:
        if place < weight:
            return name
        place -= weight
    raise AssertionError("the place lies within the sum of the weights")


def of(campaign_id: int, routing: Routing) -> Sequence:
    """The sequence that a lead of this campaign was routed to, in its version; read once per process.

    Raises NotFound: it is gone, or cannot be read.
    """
    return version(campaign_id, routing.sequence, routing.scope, routing.version)


def version(campaign_id: int | None, name: str, scope: Scope, number: int) -> Sequence:
    """A version of a sequence, from where it lies. `campaign_id` None: there is none to have its own. Raises NotFound.

    A built-in one has but its present version.
    """
    if scope is not Scope.BUILT_IN:
        return _stored(campaign_id if scope is Scope.CAMPAIGN else None, name, number)
    if name not in LIBRARY:
        raise NotFound(f"There is no built-in sequence {name!r}.")
    return LIBRARY[name]


@lru_cache(maxsize=64)
def _stored(owner: int | None, name: str, number: int) -> Sequence:
    item = tables.get(campaigns_table(), keys.sequence(owner, name, number))
    scope = Scope.LIBRARY if owner is None else Scope.CAMPAIGN
    if item is None:
        raise NotFound(f"There is no version {number} of the sequence {name!r} ({scope}).")
    try:
        return _sequence(name, scope, number, SequenceDraft.model_validate_json(item["sequence"]))
    except (ValidationError, KeyError) as error:
        raise NotFound(f"Version {number} of the sequence {name!r} ({scope}) cannot be read.") from error


def newest(campaign_id: int | None, names: Collection[str]) -> dict[str, Head]:
    """What each of these names means now to a campaign, or to the account (None); without those that mean nothing.

    One read for each 50 names.
    """
    owners = _owners(campaign_id)
    places = {(owner, name): keys.sequence_head(owner, name) for name in names for owner in owners}
    items = tables.get_many(campaigns_table(), list(places.values()))
    found = {name: head for name, head in _BUILT_IN.items() if name in names}
    for (owner, name), key in places.items():
        item = items.get((key["pk"], key["sk"]))
        if item and not item["deleted"]:
            found[name] = _head(owner, item)
    return found


def usable(campaign_id: int | None) -> list[Head]:
    """Every sequence that a campaign, or the account (None), can use, by name: what each means now."""
    found = dict(_BUILT_IN)
    for owner in _owners(campaign_id):
        items = tables.query_all(campaigns_table(), keys.sequences_pk(owner), begins=keys.SEQUENCES)
        found |= {item["name"]: _head(owner, item) for item in items if not item["deleted"]}
    return sorted(found.values(), key=lambda one: one.name)


def was_ever(campaign_id: int, name: str) -> bool:
    """Whether leads of a campaign may have this sequence, also one that is deleted by now. At most one read."""
    if name in LIBRARY:
        return True
    wanted = [keys.sequence_head(owner, name) for owner in _owners(campaign_id)]
    return bool(tables.get_many(campaigns_table(), wanted, only=("name",)))


def _owners(campaign_id: int | None) -> list[int | None]:
    """Where names are looked up, the last word last."""
    return [None] if campaign_id is None else [None, campaign_id]


def _head(owner: int | None, item: Mapping[str, Any]) -> Head:
    return Head(
        name=item["name"],
        scope=Scope.LIBRARY if owner is None else Scope.CAMPAIGN,
        version=item["version"],
        days=tuple(item["days"]),
        length_days=item["length_days"],
        aim=item["aim"],
        at=clock.parse(item["at"]),
    )


def save(owner: int | None, name: str, draft: SequenceDraft, now: datetime) -> Head:
    """The next version of a campaign's own sequence, or of the account's (owner None); the same one if nothing differs.

    Version and head are one write. Raises Invalid: it is too large; Conflict: somebody else saved it meanwhile.
    """
    text = draft.model_dump_json()
    if (size := len(text.encode())) > MOST_BYTES:
        raise Invalid(too_large(size), "touches")
    before = tables.get(campaigns_table(), keys.sequence_head(owner, name))
    digest = hashlib.sha256(text.encode()).hexdigest()
    if before and before["digest"] == digest and not before["deleted"]:
        return _head(owner, before)
    number = int(before["version"]) + 1 if before else 1
    shown = {
        "name": name,
        "version": number,
        "at": clock.iso(_after(before, now)),
        "days": draft.days,
        "length_days": draft.length_days,
        "aim": draft.aim,
    }
    head = {**keys.sequence_head(owner, name), **shown, "digest": digest, "deleted": False}
    condition: dict[str, Any] = {"equal": {"at": before["at"]}} if before else {"missing": ["pk"]}
    try:
        tables.transact(
            [
                tables.put(campaigns_table(), head, **condition),
                tables.put(
                    campaigns_table(),
                    {**keys.sequence(owner, name, number), **shown, "sequence": text},
                    missing=["pk"],
                ),
            ]
        )
    except tables.Cancelled as cancelled:
        raise _raced(name) from cancelled
    return _head(owner, head)


def _after(before: Mapping[str, Any] | None, now: datetime) -> datetime:
    """A change within the same millisecond must still be told from the one before it."""
    return max(now, clock.parse(before["at"]) + timedelta(milliseconds=1)) if before else now


def _raced(name: str) -> Conflict:
    return Conflict(f"The sequence {name!r} was changed by another request at the same time. Read it and try again.")


def remove(owner: int | None, name: str, now: datetime) -> None:
    """Let a name mean again what it means without this sequence. Its versions stay, for the leads that have them.

    Raises NotFound: there is none, or no longer; Conflict: somebody else changed it meanwhile.
    """
    key = keys.sequence_head(owner, name)
    before = tables.get(campaigns_table(), key)
    if before is None or before["deleted"]:
        whose = "The account" if owner is None else f"Campaign {owner}"
        raise NotFound(f"{whose} has no own sequence {name!r}.")
    put = {"deleted": True, "at": clock.iso(_after(before, now))}
    try:
        tables.write(tables.update(campaigns_table(), key, put=put, equal={"at": before["at"]}))
    except tables.Refused as refused:
        raise _raced(name) from refused


def versions(owner: int | None, name: str, limit: int, below: int | None = None) -> tuple[list[Version], int | None]:
    """Stored versions, newest first, from under `below` on; and the one to go on from (None: that was all)."""
    found: list[Version] = []
    after: Mapping[str, Any] | None = keys.sequence(owner, name, below) if below else None
    while True:
        # A read ends at 1 MB, and a few long sequences fill that.
        items, after = tables.query(
            campaigns_table(),
            keys.sequences_pk(owner),
            begins=keys.sequence_versions(name),
            after=after,
            limit=limit - len(found),
            descending=True,
            only=("version", "at", "days", "length_days", "aim"),
        )
        found += [_version(item) for item in items]
        if after is None or len(found) == limit:
            return found, (found[-1].version if after else None)


def _version(item: Mapping[str, Any]) -> Version:
    return Version(item["version"], clock.parse(item["at"]), tuple(item["days"]), item["length_days"], item["aim"])


def unknown(campaign_id: int | None, names: Iterable[str], before: Collection[str] = ()) -> list[str]:
    """Those of these names that mean nothing to a campaign, or to a new one (None). At most one read.

    Names that were there `before` are left alone: their sequence may be gone, and the rest has to be changeable.
    """
    asked = [name for name in dict.fromkeys(names) if name not in LIBRARY and name not in before]
    found = newest(campaign_id, asked) if asked else {}
    return [name for name in asked if name not in found]
