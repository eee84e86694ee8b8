"""Build one Lambda layer: `python3.13 layers/build.py <layer folder> <artifacts folder>`. SAM calls it through make.

Installs the pinned requirements for the architecture in CAM_ARCH (arm64, the default; x86_64; or native for the local
stack), copies the layer's own package, drops what no Lambda needs, and compiles: `sam build` ships no byte code, and
compiling at every cold start costs more than everything else in it. Needs only the standard library.
"""

import compileall
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

SHARED = Path(__file__).resolve().parent / "cam"  # every function has this layer: no other layer repeats it
# Lambda's Amazon Linux 2023 has glibc 2.34: wheels for any older one run there.
PLATFORMS = {
    "arm64": ("aarch64-manylinux_2_28", ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")),
    "x86_64": ("x86_64-manylinux_2_28", ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")),
}
SERVICES = {
    "cloudwatch",
    "dynamodb",
    "events",
    "lambda",
    "s3",
    "scheduler",
    "secretsmanager",
    "sesv2",
    "sns",
    "ssm",
    "stepfunctions",
    "sts",
}


def pins(layer: Path) -> dict[str, str]:
    """Package name to pinned requirement, as in `{"idna": "idna==3.20"}`."""
    lines = (line.split("#")[0].strip() for line in (layer / "requirements.txt").read_text().splitlines())
    return {re.split(r"[=\[;\s]", line)[0].lower().replace("_", "-"): line for line in lines if line}


def version(pin: str) -> str:
    """The pin without its marker: what pulls a package in may differ."""
    return pin.split(";")[0].strip()


def requirements(layer: Path) -> list[str]:
    """What goes into this layer: its own pins without those that the shared layer brings. They must agree."""
    own = pins(layer)
    if layer.resolve() == SHARED:
        return list(own.values())
    shared = pins(SHARED)
    if differ := sorted(name for name in own.keys() & shared.keys() if version(own[name]) != version(shared[name])):
        sys.exit(f"layers/{layer.name} and layers/cam pin different versions of {', '.join(differ)}: `make lock`")
    return [line for name, line in own.items() if name not in shared]


def uv() -> str | None:
    """A uv that runs. A user who calls plain `sam build` may have none: then pip does it."""
    own = Path(__file__).resolve().parent.parent / ".local" / "tools" / "bin" / "uv"
    for candidate in (os.environ.get("CAM_UV"), shutil.which("uv"), str(own)):
        if candidate and shutil.which(candidate):
            version = subprocess.run([candidate, "--version"], capture_output=True, check=False)
            if version.returncode == 0:
                return candidate
    return None


def commands(listed: Path, target: Path, arch: str) -> Iterator[list[str]]:
    """Ways to install, the cheapest first: what uv has in its cache, then the registry."""
    program = uv()
    if program:
        command = [program, "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
        command += ["--python", sys.executable, "--target", str(target), "--requirement", str(listed)]
        if arch in PLATFORMS:
            command += ["--python-version", "3.13", "--python-platform", PLATFORMS[arch][0]]
        yield [*command, "--offline"]
        yield command
        return
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--target", str(target), "--requirement", str(listed)]
    if arch in PLATFORMS:
        command += ["--python-version", "3.13", "--implementation", "cp"]
        command += [part for tag in PLATFORMS[arch][1] for part in ("--platform", tag)]
    yield command


def install(layer: Path, target: Path, arch: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text("\n".join(requirements(layer)) + "\n")
        for command in commands(listed, target, arch):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode == 0:
                return
            shutil.rmtree(target, ignore_errors=True)
        sys.exit(f"The requirements of layers/{layer.name} could not be installed for {arch}:\n{done.stdout}")


def without_documentation(value: object) -> object:
    """An API model without its prose. Only strings are dropped: a shape's member may be called documentation."""
    if isinstance(value, dict):
        return {
            # botocore insists on the documentation of a client's own parameters.
            key: item if key == "clientContextParams" else without_documentation(item)
            for key, item in value.items()
            if not (key == "documentation" and isinstance(item, str))
        }
    return [without_documentation(item) for item in value] if isinstance(value, list) else value


def slim_botocore(data: Path) -> None:
    """Keep the services that CAM calls, without examples and prose: 28 MB become 2, and a client starts faster."""
    prefixes = set()
    for service in [path for path in data.iterdir() if path.is_dir()]:
        if service.name not in SERVICES:
            shutil.rmtree(service)
            continue
        for packed in service.glob("*/*.json.gz"):
            if not packed.name.startswith("examples-"):
                model = without_documentation(json.loads(gzip.decompress(packed.read_bytes())))
                packed.with_suffix("").write_text(json.dumps(model, separators=(",", ":")))
                if isinstance(model, dict) and packed.name.startswith("service-"):
                    prefixes.add(model["metadata"]["endpointPrefix"])
            packed.unlink()
    endpoints = data / "endpoints.json"
    known = json.loads(endpoints.read_text())
    for partition in known["partitions"]:
        partition["services"] = {name: entry for name, entry in partition["services"].items() if name in prefixes}
    endpoints.write_text(json.dumps(known, separators=(",", ":")))


def prune(target: Path) -> None:
    """Drop commands, tests, type stubs and installers' notes. METADATA and entry points stay: packages read them."""
    for folder in ("bin", "boto3/examples"):
        shutil.rmtree(target / folder, ignore_errors=True)
    for service in (target / "boto3" / "data").glob("*"):
        if service.name not in SERVICES:
            shutil.rmtree(service)
    if (target / "botocore" / "data").exists():
        slim_botocore(target / "botocore" / "data")
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_dir() and path.name in {"__pycache__", "tests"}:
            shutil.rmtree(path)
        elif path.suffix in {".pyi", ".pyx", ".c"} or (
            path.parent.suffix == ".dist-info" and path.name in {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
        ):
            path.unlink()


def main(layer: Path, artifacts: Path) -> None:
    arch = os.environ.get("CAM_ARCH") or "arm64"
    if arch not in {*PLATFORMS, "native"}:
        sys.exit(f"CAM_ARCH is {arch}: it must be arm64, x86_64 or native")
    target = artifacts / "python"
    shutil.rmtree(target, ignore_errors=True)
    install(layer, target, arch)
    prune(target)
    package = layer / layer.name
    if package.is_dir():
        shutil.copytree(package, target / layer.name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    # Unchecked: Lambda's file times differ from the build's, and a mismatch would compile everything again.
    if not compileall.compile_dir(
        target, quiet=1, workers=0, stripdir=str(target), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    ):
        sys.exit(f"layers/{layer.name} does not compile")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
