"""Whose sequences a route is about, and what a name means to them."""

from dataclasses import dataclass

from cam.campaigns import campaigns
from cam.mail import sequences
from cam.mail.sequences import Head, Sequence
from cam.model.errors import NotFound
from cam.model.models import Campaign, Scope
from functions.api import problems
from functions.api.problems import FieldError, InvalidFields


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose sequences a route is about: a campaign's, or the account's (None)."""

    campaign: Campaign | None

    @property
    def id(self) -> int | None:
        """The campaign's id; None for the account."""
        return self.campaign.id if self.campaign else None


ACCOUNT = Owner(None)


def owner_of(campaign_id: int) -> Owner:
    """The campaign as an owner. Raises NotFound."""
    return Owner(campaigns.read(campaign_id))


def current_head(owner: Owner, name: str) -> Head:
    """What the name means to the owner. Raises NotFound, with the name that may have been meant."""
    found = sequences.newest(owner.id, [name]).get(name)
    if found is None:
        known = [head.name for head in sequences.usable(owner.id)]
        raise NotFound(f"There is no sequence {name!r}.{problems.near(name, known)}")
    return found


def stored_version(owner: Owner, name: str, version: int | None, scope: Scope | None) -> Sequence:
    """A version with its texts; by default the newest of what the name means. Raises NotFound, InvalidFields."""
    if scope is None or version is None:
        head = newest_head(owner, name, scope) if scope else current_head(owner, name)
        scope, version = head.scope, version or head.version
    if scope is Scope.BUILT_IN and version != newest_head(owner, name, scope).version:
        raise NotFound(f"There is no version {version} of the built-in sequence {name!r}.")
    return sequences.version(owner.id, name, checked_scope(owner, scope), version)


def newest_head(owner: Owner, name: str, scope: Scope) -> Head:
    """The newest version of one scope, whatever lies before it, and whether it is deleted or not."""
    if checked_scope(owner, scope) is Scope.BUILT_IN:
        found = sequences.LIBRARY.get(name)
        if found is None:
            raise NotFound(f"There is no built-in sequence {name!r}.{problems.near(name, list(sequences.LIBRARY))}")
        return Head(name, scope, found.version, found.days, found.length_days, found.aim)
    newest, _ = sequences.versions(owner.id if scope is Scope.CAMPAIGN else None, name, 1)
    if not newest:
        raise NotFound(f"There is no sequence {name!r} with the scope {scope}.")
    one = newest[0]
    return Head(name, scope, one.version, one.days, one.length_days, one.aim, one.at)


def checked_scope(owner: Owner, scope: Scope) -> Scope:
    """The scope, if the owner has it. Raises InvalidFields."""
    if scope is Scope.CAMPAIGN and owner.campaign is None:
        message = "Sequences of a campaign are not available here. Use /campaigns/{campaign_id}/sequences."
        raise InvalidFields([FieldError(field="scope", message=message)])
    return scope
