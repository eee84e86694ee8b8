"""Answers that came in by mail, as they lie in a mailbox: looked for by a schedule."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.model.errors import Invalid
from cam.platform import logins, telemetry
from cam.platform.environment import imap_server, required
from cam.platform.telemetry import entrypoint
from functions.inbox import mailbox, polling
from functions.inbox.polling import Poll

# Milliseconds that a group of mails may take; with less left, the next poll goes on.
_NEEDED = 60_000


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Record what is new in the mailbox. Again changes nothing. Returns what was done, in numbers, and what is left.

    Raises Throttled when the server or AWS is busy, Invalid for what somebody has to put right: either way the next
    poll goes on where this one has come to.
    """
    server = imap_server()
    login = logins.stored(required("IMAP_LOGIN"))
    if server is None or login is None:
        needed = "deploy with ImapHost, and store the SSM parameters /<stack>/imap/user and password"
        raise Invalid(f"there is no mailbox, or no login for it: {needed}", "ImapHost")
    poll = Poll()
    try:
        with mailbox.opened(server, login) as box:
            name = f"{server.host}|{login.user}|{server.folder}"
            polling.read(box, name, poll, lambda: context.get_remaining_time_in_millis() > _NEEDED)
    finally:
        telemetry.heard("Inbox", poll.counts)
    return {**poll.counts, "more": poll.more}
