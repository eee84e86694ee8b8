"""Build what `sam build` hands over through make, with its byte code: SAM itself ships none, and compiling at every
cold start costs more than everything else in it. Needs only the standard library.

    python3.13 layers/build.py layer CamLayer <artifacts folder> arm64      # or x86_64: the template's Architecture
    python3.13 layers/build.py function <folder of the function> <artifacts folder>

A layer gets its pinned requirements for that architecture, without what no Lambda needs, and its own package. The local
stack sets CAM_ARCH=native to have them for the machine that it runs on.
"""

import compileall
import gzip
import importlib.util
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
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
# Lambda's Amazon Linux 2023 has glibc 2.34: wheels for any older one run there. Below 2.17 there is no arm64.
NEWEST_GLIBC, OLDEST_GLIBC = 34, 17
NO_BYTE_CODE = shutil.ignore_patterns("__pycache__", "*.pyc")
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
    """Package name to pinned requirement, as in `{"idna": "idna==3.20"}`; none for a layer of our own code alone."""
    listed = layer / "requirements.txt"
    lines = (line.split("#")[0].strip() for line in (listed.read_text().splitlines() if listed.exists() else ()))
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


def tags(architecture: str) -> list[str]:
    """The platforms whose wheels run on Lambda, the newest first. manylinux2014 is the older name of 2.17."""
    machine = MACHINES[architecture]
    versions = [f"2_{minor}" for minor in range(NEWEST_GLIBC, OLDEST_GLIBC - 1, -1)]
    return [*(f"manylinux_{version}_{machine}" for version in versions), f"manylinux2014_{machine}"]


def commands(listed: Path, target: Path, platform: str) -> Iterator[list[str]]:
    """Ways to install, the cheapest first: what uv has in its cache, then the registry."""
    program = uv()
    if program:
        command = [program, "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
        command += ["--python", sys.executable, "--target", str(target), "--requirement", str(listed)]
        if platform in MACHINES:
            command += ["--python-version", "3.13"]
            command += ["--python-platform", f"{MACHINES[platform]}-manylinux_2_{NEWEST_GLIBC}"]
        yield [*command, "--offline"]
        yield command
        return
    if importlib.util.find_spec("pip") is None:
        sys.exit(f"{sys.executable} has no pip, and there is no uv: install one of them")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--target", str(target), "--requirement", str(listed)]
    if platform in MACHINES:
        command += ["--python-version", "3.13", "--implementation", "cp"]
        command += [part for tag in tags(platform) for part in ("--platform", tag)]
    yield command


def install(layer: Path, target: Path, platform: str) -> None:
    needed = requirements(layer)
    if not needed:
        return
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text("\n".join(needed) + "\n")
        for command in commands(listed, target, platform):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode == 0:
                return
            shutil.rmtree(target, ignore_errors=True)
        sys.exit(f"The requirements of layers/{layer.name} could not be installed for {platform}:\n{done.stdout}")


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


def compile_below(target: Path, workers: int = 1) -> bool:
    """Compile every module below. Unchecked: Lambda's file times differ from the build's, and a mismatch would compile
    everything again."""
    mode = PycInvalidationMode.UNCHECKED_HASH
    return bool(compileall.compile_dir(target, quiet=1, workers=workers, stripdir=str(target), invalidation_mode=mode))


def platform_for(architecture: str) -> str:
    """What to install for: the template's Architecture, which decides, or this machine when the local stack builds."""
    if architecture not in MACHINES:
        sys.exit(f"Architecture is {architecture}: it must be one of {', '.join(MACHINES)}")
    asked = os.environ.get("CAM_ARCH") or architecture
    if asked not in {architecture, "native"}:
        sys.exit(
            f"CAM_ARCH is {asked}, but the template's Architecture is {architecture}. Unset CAM_ARCH, and pass "
            f"`--parameter-overrides Architecture={asked}` to both `sam build` and `sam deploy`."
        )
    return asked


def build_layer(layer: Path, artifacts: Path, architecture: str) -> None:
    """Fill the artifacts folder of one layer: its requirements, its own package, and the byte code of both."""
    platform = platform_for(architecture)
    target = artifacts / "python"
    shutil.rmtree(target, ignore_errors=True)
    install(layer, target, platform)
    prune(target)
    package = layer / layer.name
    if package.is_dir():
        shutil.copytree(package, target / layer.name, ignore=NO_BYTE_CODE)
    if not compile_below(target, workers=0):
        sys.exit(f"layers/{layer.name} does not compile")


def build_function(folder: Path, artifacts: Path) -> None:
    """Fill the artifacts folder of one function: its folder below `functions`, as it is imported, and its byte code."""
    shutil.copytree(folder, artifacts / "functions" / folder.name, ignore=NO_BYTE_CODE, dirs_exist_ok=True)
    if not compile_below(artifacts):
        sys.exit(f"functions/{folder.name} does not compile")


def main(kind: str, name: str, artifacts: str, architecture: str = "") -> None:
    if kind == "layer":  # by its name in the template: CamLayer is in layers/cam
        folder = Path(__file__).resolve().parent / name.removesuffix("Layer").lower()
        build_layer(folder, Path(artifacts), architecture)
    else:
        build_function(Path(name), Path(artifacts))


if __name__ == "__main__":
    main(*sys.argv[1:])
