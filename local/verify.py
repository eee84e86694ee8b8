"""`make verify SENDER=you@your.example`: let campaigns of the running local stack send as this address.

On AWS the owner of the address confirms it. The emulated SES needs no confirmation, and emails stay on this machine.
"""

import json
import sys
from email.utils import parseaddr
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.processes import Failed
from local.setup import LOCAL
from local.stack import connect, verify


def running(described: Path) -> str:
    """The endpoint of the stack that this file describes."""
    if not described.exists():
        raise Failed("The local AWS is not running. Start it with `make run` and keep it up.")
    return str(json.loads(described.read_text())["aws_endpoint_url"])


def address(text: str) -> str:
    """The address in what was given; `Ann <ann@acme.example>` is fine."""
    found = parseaddr(text)[1]
    local, _, domain = found.rpartition("@")
    if not local or "." not in domain:
        raise Failed(f"{text!r} is not an email address. Use: make verify SENDER=you@your.example")
    return f"{local}@{domain.lower()}"


def main(arguments: list[str]) -> int:
    try:
        sender = address(" ".join(arguments))
        verify(connect(running(LOCAL / "stack.json"), "sesv2"), sender)
    except (Failed, BotoCoreError, ClientError) as failure:
        print(failure, file=sys.stderr)
        return 1
    print(
        f"Verified {sender}. Set it in a campaign: settings.sending.sender_email, sender_name and postal_address.\n"
        "If a run has already refused this sender, repeat the check: POST …/campaigns/{id}/sender/check"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
