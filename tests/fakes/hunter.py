"""Hunter.io: whether an address can be written to. The answer depends on the address alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.people import draw
from tests.fakes.server import Fake, Reply, Request, Settings, answer, route

STATUSES = ("valid", "invalid", "accept_all", "webmail", "disposable", "unknown")
OBJECTED = "451"
_SCORES = {"valid": 97, "invalid": 0, "accept_all": 70, "webmail": 85, "disposable": 20, "unknown": 50}
_WEBMAIL = frozenset(("gmail.com", "yahoo.com", "outlook.com", "hotmail.com"))
_WORDS = {
    401: ("authentication_failed", "The key is missing or wrong."),
    403: ("too_many_requests", "The rate limit is reached."),
    404: ("not_found", "There is no such path."),
    429: ("too_many_requests", "The plan's requests are used up."),
    451: ("claimed_email", "The person behind this address asked not to be processed."),
}


@dataclass(frozen=True)
class HunterSettings(Settings):
    """`answers`: address in lower case → a status, or `451`. `pending`: how often an address is answered with 202
    first; None: one in eight addresses, once. `credits`: verifications the plan has, None for no end.
    """

    keys: Sequence[str] = ("fake-hunter-key",)
    credits: int | None = None
    per_second: int = 10
    per_minute: int = 300
    pending: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if unknown := set(self.answers.values()) - {*STATUSES, OBJECTED}:
            raise ValueError(f"Hunter never answers {min(unknown)}")


class Hunter(Fake[HunterSettings]):
    """`with Hunter() as fake:` serves `fake.url + "/v2"` to whoever has the key `fake-hunter-key`."""

    key_header = "x-api-key"

    def __init__(self, *, port: int = 0, **settings: Any) -> None:
        self.asked: dict[str, int] = {}
        super().__init__(HunterSettings(**settings), port)

    @property
    def base_url(self) -> str:
        """What stands for `https://api.hunter.io/v2`."""
        return f"{self.url}/v2"

    def forget(self) -> None:
        self.asked.clear()

    def refuse(self, status: int, headers: Mapping[str, str] | None = None) -> Reply:
        word, details = _WORDS.get(status, ("error", f"Hunter says {status}."))
        return answer(status, {"errors": [{"id": word, "code": status, "details": details}]}, headers)

    def guard(self, name: str, request: Request) -> Reply | None:
        limits = {"second": self.settings.per_second, "minute": self.settings.per_minute}
        if any(self.windows.used(name, window) >= limit for window, limit in limits.items()):
            return self.refuse(403)
        for window in limits:
            self.windows.count(name, window)
        return None

    def verify(self, request: Request) -> Reply:
        if [name for name, _ in request.query] != ["email"] or "@" not in request.query[0][1]:
            error = {"id": "wrong_params", "code": 400, "details": "Give email, one address, and nothing else."}
            return answer(400, {"errors": [error]})
        email = request.query[0][1].strip().casefold()
        status = self.settings.answers.get(email) or status_of(email)
        if status == OBJECTED:
            return self.refuse(451)
        if self.settings.credits is not None and self.meter.credits >= self.settings.credits:
            return self.refuse(429)
        before = self.asked.get(email, 0)
        self.asked[email] = before + 1
        pending = self.settings.pending
        if before < (draw(f"pending {email}", 8) == 0 if pending is None else pending):
            return answer(202, {"data": None, "meta": {"params": {"email": email}}})
        self.meter.spend(email)
        data = {
            "status": status,
            "score": _SCORES[status],
            "email": email,
            "regexp": True,
            "gibberish": False,
            "disposable": status == "disposable",
            "webmail": status == "webmail",
            "mx_records": status != "invalid",
            "smtp_server": status != "invalid",
            "smtp_check": status in ("valid", "webmail", "accept_all"),
            "accept_all": status == "accept_all",
            "block": False,
            "sources": [],
        }
        return answer(200, {"data": data, "meta": {"params": {"email": email}}})

    routes = (route("GET", "/v2/email-verifier", verify),)


def status_of(email: str) -> str:
    """What Hunter says of an address (lower case): 3 in 100 objected, about 70 are valid."""
    domain = email.partition("@")[2]
    if domain in _WEBMAIL:
        return "webmail"
    if domain.startswith("mailinator."):
        return "disposable"
    luck = draw(f"hunter {email}", 100)
    ladder = ((3, OBJECTED), (15, "accept_all"), (23, "invalid"), (29, "unknown"))
    return next((status for below, status in ladder if luck < below), "valid")
