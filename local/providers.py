"""Apollo, Dropcontact and Hunter as the tests' fakes: with `PROVIDERS=fake make run` nobody needs a key of theirs.

A provider is configured when its key is stored, so the fakes' keys are stored for them and removed again by the next
run without them.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.processes import Failed, free_port
from local.stack import NAME
from tests.fakes.process import Fakes, running

# Below the range from which systems take ports by themselves.
PORTS = {"apollo": 8101, "dropcontact": 8102, "hunter": 8103}
KEYS = {name: f"fake-{name}-key" for name in PORTS}


def wanted(text: str) -> bool:
    """Whether the value of PROVIDERS asks for the fakes. Raises Failed when it is neither empty nor `fake`."""
    if text not in ("", "fake"):
        raise Failed(f"PROVIDERS is {text!r}: set it to `fake`, or leave it out to call no provider")
    return text == "fake"


@contextlib.contextmanager
def fakes(state: Path, preferred: Mapping[str, int | None] = PORTS, **options: Any) -> Iterator[Fakes]:
    """The fakes, until the block ends or this process does.

    They prefer the ports of the last time to these: a stack that knows their addresses is not deployed again.
    """
    state.mkdir(parents=True, exist_ok=True)
    remembered = state / "fakes.json"
    before = json.loads(remembered.read_text()) if remembered.exists() else preferred
    ports = {f"{name}_port": free_port(before[name]) for name in PORTS}
    with contextlib.ExitStack() as held:
        try:
            started = held.enter_context(running(**ports, **options))
        except RuntimeError:  # somebody has taken one of the ports meanwhile
            started = held.enter_context(running(**options))
        remembered.write_text(json.dumps({name: urlsplit(started.urls[name]).port for name in PORTS}))
        yield started


def parameters(started: Fakes) -> dict[str, str]:
    """The template's parameters that lead to the fakes instead of the real providers."""
    urls = started.urls
    return {
        "ApolloUrl": f"{urls['apollo']}/api/v1",
        "DropcontactUrl": urls["dropcontact"],
        "HunterUrl": urls["hunter"],
    }


def spent(started: Fakes) -> int:
    """The credits that all three were paid since they started, by their own meters."""
    return sum(int(started.meter(name)["credits"]) for name in PORTS)


def store_keys(ssm: Any) -> None:
    """Store the fakes' keys where Harvest looks for them. Raises Failed rather than replace a key of somebody's own."""
    for name, key in KEYS.items():
        if _stored(ssm, name) not in (None, key):
            raise Failed(
                f"{_parameter(name)} holds a key of your own, and the fakes would replace it. Remove it first:\n"
                f"  aws ssm delete-parameter --name {_parameter(name)}"
            )
    for name, key in KEYS.items():
        ssm.put_parameter(Name=_parameter(name), Value=key, Type="SecureString", Overwrite=True)


def remove_keys(ssm: Any) -> None:
    """Remove the fakes' keys; a key of somebody's own stays."""
    for name, key in KEYS.items():
        if _stored(ssm, name) == key:
            ssm.delete_parameter(Name=_parameter(name))


def _parameter(name: str) -> str:
    return f"/{NAME}/keys/{name}"


def _stored(ssm: Any, name: str) -> str | None:
    found = ssm.get_parameters(Names=[_parameter(name)], WithDecryption=True)["Parameters"]
    return str(found[0]["Value"]) if found else None
