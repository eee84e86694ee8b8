"""A local stack for all end-to-end tests of a process: the real template, deployed by `sam`, spoken to over HTTP."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import providers
from local.processes import free_port
from local.setup import LOCAL
from local.stack import NAME, Stack
from tests.e2e.client import Api
from tests.fakes import imapserver
from tests.fakes.imapserver import Mailbox
from tests.fakes.process import Fakes

# Of its own, so that `make run` may run beside it; another process that takes its share of the tests has another one.
STATE = LOCAL / {"gw0": "e2e"}.get(name := os.environ.get("PYTEST_XDIST_WORKER", "gw0"), f"e2e-{name}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.real_clock("the stack is made of programs that go by the machine's clock"))


@pytest.fixture(scope="session")
def fakes() -> Iterator[Fakes]:
    """Apollo, Dropcontact and Hunter where the stack looks for them. Nobody is asked as long as no key is stored."""
    with providers.fakes(STATE, dict.fromkeys(providers.PORTS), people=2000) as running:
        yield running


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """The mailbox of answers, empty. It prefers the port of the last time: the stack is not deployed again for it."""
    STATE.mkdir(parents=True, exist_ok=True)
    remembered = STATE / "mailbox.json"
    port = free_port(json.loads(remembered.read_text()) if remembered.exists() else None)
    remembered.write_text(json.dumps(port))
    with Mailbox(port=port) as running:
        yield running


@pytest.fixture(scope="session")
def stack(fakes: Fakes, mailbox: Mailbox) -> Iterator[Stack]:
    """The stack, with credits enough for as many runs of the tests as anybody makes in a month, and a mailbox."""
    parameters = providers.parameters(fakes) | {"CreditsPerMonth": "1000000"}
    parameters |= {"ImapHost": "127.0.0.1", "ImapPort": str(mailbox.port), "ImapTls": "none"}
    parameters |= {"ImapDomain": "in.sender.example"}
    with Stack(state_dir=STATE, faults_dir=STATE / "faults", parameters=parameters, say=print) as running:
        running.deploy()
        for name, value in (("user", imapserver.USER), ("password", imapserver.PASSWORD)):
            running.client("ssm").put_parameter(
                Name=f"/{NAME}/imap/{name}", Value=value, Type="SecureString", Overwrite=True
            )
        yield running


@pytest.fixture(scope="session")
def api(stack: Stack) -> Iterator[Api]:
    """A caller with the stack's key. The campaigns of all tests share people, and none waits for another's email."""
    with Api(stack.api_url, stack.api_key) as made:
        made.ask("PUT", "/settings", json={"contact_gap_days": 0})
        yield made


@pytest.fixture(autouse=True)
def _no_fault_is_left(stack: Stack) -> Iterator[None]:
    yield
    for path in stack.faults.iterdir() if stack.faults else ():
        path.unlink()


@pytest.fixture
def pipeline(stack: Stack) -> Any:
    """The Step Functions client, as the console uses it."""
    return stack.client("stepfunctions")
