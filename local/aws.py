"""`make build` and `make deploy`: SAM for AWS, with the same parameters for both.

They stand in samconfig.toml, for each environment (CONFIG). SAM forgets that list when it is given one on the command
line, so ARCH is put into the list, and the whole of it handed to either command: what is built is what is deployed.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from local.processes import Failed
from local.samcli import venv
from local.setup import ROOT

ARCHITECTURES = ("arm64", "x86_64")


def overrides(samconfig: Path, config: str, architecture: str) -> list[str]:
    """The parameters of this environment, with another Architecture when one is given."""
    environments = tomllib.loads(samconfig.read_text("utf-8"))
    try:
        listed: list[str] = environments[config]["global"]["parameters"]["parameter_overrides"]
    except KeyError:
        raise Failed(f"{samconfig.name} has no [{config}.global.parameters] with parameter_overrides") from None
    if not architecture:
        return listed
    if architecture not in ARCHITECTURES:
        raise Failed(f"ARCH is {architecture}: it must be {' or '.join(ARCHITECTURES)}")
    return [*(each for each in listed if not each.startswith("Architecture=")), f"Architecture={architecture}"]


def command(action: str, config: str, architecture: str) -> list[str]:
    given = overrides(ROOT / "samconfig.toml", config, architecture)
    return [
        str(venv("sam") / "python"),
        "-m",
        "samcli",
        action,
        "--config-env",
        config,
        "--parameter-overrides",
        *given,
    ]


def main(action: str) -> int:
    config, architecture = os.environ.get("CONFIG") or "dev", os.environ.get("ARCH") or ""
    # SAM and the makefiles of layers and functions look for python3.13 on the PATH.
    path = os.pathsep.join([str(venv("project")), os.environ.get("PATH", os.defpath)])
    try:
        return subprocess.run(
            command(action, config, architecture), cwd=ROOT, env=os.environ | {"PATH": path}, check=False
        ).returncode
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
