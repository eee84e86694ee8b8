"""The gates of spec §4 and a campaign's own lists for them."""

import re
import unicodedata
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    model_validator,
)

from cam.model.settings.kinds import Country, Domain, Domains, Frozen, Share, Whole, sums_to_one
from cam.text.characters import legible

# What may stand between the separators of a local part (RFC 5321 atext, RFC 6531).
_LOCAL_WORD = re.compile(r"[^\s\x00-\x20\x7f@._+\-\"(),:;<>\[\]\\]+")


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
        sums_to_one(self)
        return self


def _word(text: str) -> str:
    word = legible(unicodedata.normalize("NFC", text).lower())
    if not _LOCAL_WORD.fullmatch(word):
        raise ValueError(f"{text!r} is not a single word of an address: remove spaces, quotes, brackets and @ . _ + -")
    return word


def _automated_word(text: str) -> str:
    word = _word(text)
    if any(character.isdecimal() for character in word):
        raise ValueError(f"{text!r} contains a digit, but digits separate the words of an address: remove it")
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
            raise ValueError(f"{both!r} is in both add and remove: remove it from one of them")
        return self


class OwnDomains(OwnEntries):
    """The campaign's own domains; each includes its subdomains."""

    add: tuple[Domain, ...] = Field(default=(), max_length=1000)
    remove: tuple[Domain, ...] = Field(default=(), max_length=1000)


class OwnCountries(OwnEntries):
    """The campaign's own countries, as two-letter codes."""

    add: tuple[Country, ...] = Field(default=(), max_length=250)
    remove: tuple[Country, ...] = Field(default=(), max_length=250)


class OwnRoleNames(OwnEntries):
    """The campaign's own names of role accounts (spec §4.3), each a single word of a local part."""

    add: tuple[RoleName, ...] = Field(default=(), max_length=1000)
    remove: tuple[RoleName, ...] = Field(default=(), max_length=1000)


class OwnAutomatedWords(OwnEntries):
    """The campaign's own words that mark automated addresses (spec §4.4), without digits."""

    add: tuple[AutomatedWord, ...] = Field(default=(), max_length=1000)
    remove: tuple[AutomatedWord, ...] = Field(default=(), max_length=1000)


class QualificationRules(Frozen):
    """The gates of spec §4, and what the campaign adds to their lists and removes from them."""

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
