"""Set up what the project needs on this machine: `python3 local/setup.py`.

Finds uv and Python 3.13, and makes the virtual environments under `.local/venv` from the pinned requirements files.
An environment whose requirements have not changed is left alone, so a second call needs no network and no time.
Needs only the standard library of Python 3.9 or later.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
UV = "0.13.9"
VENVS = {
    "project": [
        *(f"layers/{layer}/requirements.txt" for layer in ("cam", "web", "mail", "net")),
        "requirements-dev.txt",
    ],
    "emulator": ["requirements-emulator.txt"],
    "lambda": ["requirements-lambda.txt"],
    "sam": ["requirements-sam.txt"],
}


def output(*command: str | Path) -> str | None:
    """What a command prints, or None when it is missing, fails or hangs."""
    try:
        result = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=30, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def run(*command: str | Path) -> None:
    """Run a command silently; show what it said if it fails."""
    result = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode != 0:
        sys.exit(f"{result.stdout}\nCommand failed: {' '.join(str(part) for part in command)}")


def on_path(name: str) -> list[str]:
    """Every program of this name on the PATH, not the first alone: the first may be a pyenv shim that cannot run."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return [found for folder in folders if (found := shutil.which(name, path=folder or os.curdir))]


def find_uv() -> str:
    """A uv that runs; one of the project's own is installed when there is none."""
    own = LOCAL / "tools" / "bin" / "uv"
    homes = [Path.home() / ".local" / "bin" / "uv", Path.home() / ".cargo" / "bin" / "uv"]
    candidates = [*on_path("uv"), *homes, "/opt/homebrew/bin/uv", "/usr/local/bin/uv", own]
    # A shim runs or fails by the folder that it is called in: take one only when there is nothing else.
    for candidate in sorted(map(str, candidates), key=lambda path: "shims" in Path(path).parts):
        if output(candidate, "--version"):
            return candidate
    print(f"  uv {UV}: installing into .local/tools", flush=True)
    shutil.rmtree(LOCAL / "tools", ignore_errors=True)
    if output(sys.executable, "-m", "venv", LOCAL / "tools") is None:
        sys.exit("uv is not installed, and `python3 -m venv` failed. Install uv, or the package python3-venv.")
    run(LOCAL / "tools" / "bin" / "python", "-m", "pip", "install", "--quiet", f"uv=={UV}")
    return str(own)


def find_python(uv: str) -> str:
    """The path of a Python 3.13 that runs; uv is asked to install one when there is none."""
    patterns = [
        f"{os.environ.get('PYENV_ROOT') or Path.home() / '.pyenv'}/versions/3.13.*/bin/python3.13",
        f"{Path.home()}/.pyenv/versions/3.13.*/bin/python3.13",
        "/opt/homebrew/bin/python3.13",
        "/opt/homebrew/opt/python@3.13/bin/python3.13",
        "/usr/local/bin/python3.13",
        "/Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13",
    ]
    known = [path for pattern in patterns for path in sorted(glob.glob(pattern), reverse=True)]  # noqa: PTH207
    question = "import ssl, sys; print(sys.executable if sys.version_info[:2] == (3, 13) else '')"
    for candidate in [*on_path("python3.13"), *known]:
        found = output(candidate, "-c", question)
        if found:
            return found
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    found = output(uv, "python", "find", "3.13")
    if not found:
        print("  Python 3.13: installing with uv", flush=True)
        os.environ["UV_PYTHON_DOWNLOADS"] = "manual"
        subprocess.run([uv, "python", "install", "--quiet", "3.13"], check=False)
        found = output(uv, "python", "find", "3.13")
    if not found or not output(found, "-c", question):
        sys.exit(
            "Python 3.13 was not found. CAM needs it, because its Lambda functions run on it.\n"
            "Install it (python.org, `brew install python@3.13`, `apt install python3.13 python3.13-venv`,\n"
            "`pyenv install 3.13`, or `uv python install 3.13`), then run this again."
        )
    return found


def stamp(name: str) -> str:
    """Changes with the requirements, and with the folder, since an environment cannot be moved."""
    contents = b"".join((ROOT / path).read_bytes() for path in VENVS[name])
    return hashlib.sha256(contents + str(LOCAL / "venv" / name).encode()).hexdigest()


def current(name: str) -> bool:
    """Whether this environment is complete, up to date, and its interpreter still there."""
    venv = LOCAL / "venv" / name
    written = venv / ".stamp"
    return written.exists() and written.read_text() == stamp(name) and (venv / "bin" / "python").exists()


def make(name: str, uv: str, python: str) -> None:
    """Make one environment anew. The stamp comes last: an interrupted installation is not taken for a finished one."""
    started = time.monotonic()
    venv = LOCAL / "venv" / name
    shutil.rmtree(venv, ignore_errors=True)
    run(uv, "venv", "--quiet", "--python", python, venv)
    requirements = [part for path in VENVS[name] for part in ("--requirement", ROOT / path)]
    run(uv, "pip", "install", "--quiet", "--python", venv / "bin" / "python", *requirements)
    (venv / ".stamp").write_text(stamp(name))
    print(f"  {name}: installed in {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [name for name in VENVS if not current(name)]
        if not missing:
            return
        print("Setting up (the first time, and when requirements change)", flush=True)
        uv = find_uv()
        python = find_python(uv)
        for name in missing:
            make(name, uv, python)


if __name__ == "__main__":
    main()
