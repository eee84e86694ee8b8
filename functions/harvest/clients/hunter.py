"""Hunter: says whether an address exists. The optional third, after Apollo and Dropcontact (docs/sources.md)."""

from typing import TYPE_CHECKING, NamedTuple

from cam.platform.environment import required
from cam.providers import providers
from cam.providers.providers import Limits, Provider, Window
from functions.harvest.clients.outcomes import Keep, Refused

if TYPE_CHECKING:
    from functions.harvest.clients.http import Line

LIMITS: dict[str, Limits] = {"verify": {Window.SECOND: 10, Window.MINUTE: 300}}
# Hunter's word → ours.
_STATUS = {
    "valid": "verified",
    "accept_all": "catch_all",
    "invalid": "invalid",
    "webmail": "webmail",
    "disposable": "disposable",
}
_AGAIN, _FORBIDDEN, _PLAN_USED_UP = 202, 451, 429


class Verdict(NamedTuple):
    """What Hunter says of an address. `status` None: ask again later; `forbids`: the person is not to be processed."""

    status: str | None
    forbids: bool = False

    @property
    def pending(self) -> bool:
        """Whether Hunter is still at it: asking again is the same request, and nothing was spent."""
        return self.status is None and not self.forbids


class UsedUp(Refused):
    """The plan has no verifications left: the same as having no credits."""


def connect(key: str) -> "Line":
    """The line to Hunter, whose 403 means "too fast" and whose 429 means "nothing left in the plan"."""
    from functions.harvest.clients.http import Line  # an HTTP client, for those who ask

    return Line(
        Provider.HUNTER, "Hunter", required("HUNTER_URL"), "X-API-KEY", key, LIMITS,
        lambda: providers.secrets().get(Provider.HUNTER), busy=frozenset({403}),
    )  # fmt: skip


def verify(line: "Line", address: str, keep: Keep) -> Verdict:
    """Ask about one address, for one credit. Raises UsedUp, and what the line raises."""
    takes = frozenset({200, _AGAIN, _FORBIDDEN})
    params = [("email", address)]
    try:
        answer = line.ask("verify", "GET", "/v2/email-verifier", params=params, paid=True, keep=keep, takes=takes)
    except Refused as refused:
        if refused.status == _PLAN_USED_UP:
            raise UsedUp("Hunter's plan has no verifications left", refused.status) from refused
        raise
    if answer.status == _FORBIDDEN:
        return Verdict(None, forbids=True)
    if answer.status == _AGAIN:
        return Verdict(None)
    found = verdict(answer.body)
    return Verdict("unknown") if found.pending else found


def verdict(body: object) -> Verdict:
    """The verdict of an answer that was kept, too. An answer of another shape says that nothing is known."""
    if not isinstance(body, dict):
        return Verdict("unknown")
    errors = body.get("errors")
    if isinstance(errors, list) and any(isinstance(one, dict) and one.get("code") == _FORBIDDEN for one in errors):
        return Verdict(None, forbids=True)
    data = body.get("data")
    if data is None:
        return Verdict(None)
    status = data.get("status") if isinstance(data, dict) else None
    return Verdict(_STATUS.get(status, "unknown") if isinstance(status, str) else "unknown")
