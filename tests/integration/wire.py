"""The wire of a process: every call to AWS and every step of SMTP in order, and its death at any of them."""

import select
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError


class Killed(BaseException):
    """The process is gone: nobody catches this."""


@dataclass(slots=True)
class Wire:
    """`calls` names what went out, in order. With `death` the process dies right before the call of that number.

    A dead process makes no call, not even those of its `finally`. `refuse` holds addresses whose mail SES turns down,
    `lose` those whose mail it takes without an answer that arrives, `sent` the tag of each mail that it took.
    """

    refuse: frozenset[str] = frozenset()
    lose: frozenset[str] = frozenset()
    death: int = 0
    dead: bool = False
    calls: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def restart(self) -> None:
        """A fresh process, that lives."""
        self.death, self.dead = 0, False
        self.calls.clear()

    def call(self, name: str, line: smtplib.SMTP | None = None) -> None:
        """One call is about to go out, or to be read."""
        if not self.dead:
            self.calls.append(name)
            if len(self.calls) != self.death:
                return
            self.dead = True
        if line is not None:
            if line.sock is not None:
                # What the other side makes of what it has heard is certain once it has answered.
                select.select([line.sock], [], [], 0.2)
            line.close()
        raise Killed

    def aws(self, client: Any, operation: str, arguments: dict[str, Any], stock: Any) -> Any:
        """A call of botocore."""
        self.call(" ".join([operation, *_things(arguments)]))
        if operation != "SendEmail":
            return stock(client, operation, arguments)
        (to,) = arguments["Destination"]["ToAddresses"]
        if to in self.refuse:
            raise ClientError({"Error": {"Code": "MessageRejected", "Message": "no"}}, operation)
        answer = stock(client, operation, arguments)
        self.sent.append(arguments["EmailTags"][0]["Value"])
        if to in self.lose:
            raise ReadTimeoutError(endpoint_url="https://ses")
        return answer


def spy(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The wire of this process, from here on."""
    wire = Wire()
    aws, send, reply = BaseClient._make_api_call, smtplib.SMTP.send, smtplib.SMTP.getreply  # type: ignore[attr-defined]

    def make_api_call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        return wire.aws(client, operation, arguments, aws)

    def sending(line: Any, data: Any) -> None:
        raw = data if isinstance(data, bytes) else data.encode()
        wire.call(f"SMTP {_said(raw)}", line)
        send(line, data)

    def answered(line: Any) -> Any:
        wire.call("SMTP answer", line)
        return reply(line)

    monkeypatch.setattr(BaseClient, "_make_api_call", make_api_call)
    monkeypatch.setattr(smtplib.SMTP, "send", sending)
    monkeypatch.setattr(smtplib.SMTP, "getreply", answered)
    return wire


def _said(raw: bytes) -> str:
    word = raw.split(b" ")[0].strip().upper().decode("ascii", "replace")
    if raw == b".\r\n":
        return "the final dot"
    return word if word in ("EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT", "NOOP") else "the mail"


def _things(arguments: Mapping[str, Any]) -> list[str]:
    """What kinds of items a call of DynamoDB is about, in its order, each once."""
    found = [
        _kind(one.get("Key") or one["Item"]) for each in arguments.get("TransactItems", ()) for one in each.values()
    ]
    found += [_kind(key) for request in arguments.get("RequestItems", {}).values() for key in request["Keys"]]
    if "TableName" in arguments and ("Key" in arguments or "Item" in arguments):
        found.append(_kind(arguments.get("Key") or arguments["Item"]))
    if "KeyConditionExpression" in arguments:
        texts = [one["S"] for one in arguments["ExpressionAttributeValues"].values() if "S" in one]
        begins = texts[1].lower().split("#") if len(texts) > 1 else ["all"]
        found.append("#".join(begins[:2]) if begins[0] == "send" else begins[0])
    return list(dict.fromkeys(found))


def _kind(key: Mapping[str, Any]) -> str:
    pk, sk = str(key["pk"]["S"]), str(key["sk"]["S"])
    for part in ("SEND", "EVENT"):
        if f"#{part}#" in sk:
            return part.lower()
    kind, _, rest = sk.partition("#")
    match kind:
        case "TALLY":
            if rest.startswith("results#"):
                return "results"
            return "counts" if not rest else "events' counts" if rest == "engagement" else "run's counts"
        case "SENDS":
            return "sender's cap" if pk.startswith("SENDER#") else "campaign's cap"
        case "BUDGET":
            return "run's cap"
    return kind.lower()
