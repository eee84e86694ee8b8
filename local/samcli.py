"""`sam build` and `sam deploy` against the emulator, with nothing of the caller's own AWS or SAM settings."""

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from local.processes import Failed, base_environment, finish
from local.setup import LOCAL, ROOT, find_uv

REGION = "us-east-1"
SOURCES = ("template.yaml", "functions", "layers", "statemachine")


def venv(name: str) -> Path:
    return LOCAL / "venv" / name / "bin"


def architecture() -> str:
    """This machine's, in AWS's words."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def aws_environment(endpoint: str) -> dict[str, str]:
    """What points an AWS SDK or tool at the emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def digest(*roots: Path) -> str:
    """Changes with the name or content of any file below."""
    total = hashlib.sha256(f"{sys.version} {platform.machine()} {ROOT}".encode())
    for root in roots:
        files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
        for path in files:
            if "__pycache__" not in path.parts:
                total.update(f"{path}\0{path.stat().st_mode}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sam(*arguments: str | Path, log: Path, environment: dict[str, str]) -> None:
    """Run SAM in a process group of its own, so that an interruption ends what it started too."""
    folder = LOCAL / "sam"
    (folder / "app").mkdir(parents=True, exist_ok=True)
    # Otherwise SAM asks PyPI for its newest version once a week, and reads the settings meant for AWS.
    (folder / "app" / "metadata.json").write_text(
        json.dumps({"telemetryEnabled": False, "lastVersionCheck": time.time()})
    )
    (folder / "samconfig.toml").write_text("version = 0.1\n")
    command = [venv("sam") / "python", "-m", "samcli", *arguments, "--config-file", folder / "samconfig.toml"]
    variables = base_environment() | environment
    variables |= {
        "PATH": os.pathsep.join([str(venv("project")), variables.get("PATH", os.defpath)]),
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(folder / "app"),
        "CAM_ARCH": "native",
        "CAM_UV": find_uv(),
    }
    with log.open("wb") as written:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait()
        finally:
            finish(process)
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise Failed(f"{tail}\nsam {arguments[0]} failed; all of what it said is in {log}")


def build() -> str:
    """`sam build` for this machine when a source has changed; returns what identifies the build."""
    folder = LOCAL / "sam"
    wanted = digest(*(ROOT / source for source in SOURCES if (ROOT / source).exists()))
    stamp, built = folder / "built", folder / "build" / "template.yaml"
    if not (built.exists() and stamp.exists() and stamp.read_text() == wanted):
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        unseen = [ROOT / "layers" / "build.py", *sorted((ROOT / "layers").glob("*/requirements.txt"))]
        sam(
            "build",
            *("--cached", "--parallel", "--template", ROOT / "template.yaml", "--build-dir", folder / "build"),
            # SAM's cache does not see that the script which builds a layer has changed, or what other layers pin.
            *("--cache-dir", folder / f"cache-{digest(*unseen)[:12]}"),
            *("--parameter-overrides", f"ParameterKey=Architecture,ParameterValue={architecture()}"),
            log=folder / "build.log",
            environment={"AWS_DEFAULT_REGION": REGION},
        )
        stamp.write_text(wanted)
    return wanted
