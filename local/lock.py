"""`make lock`: pin every requirements file again. Nothing of the machine or its package registry goes into them."""

import subprocess
import sys

from local.setup import ROOT, find_uv

LAYERS = [f"layers/{name}/requirements" for name in ("cam", "web", "mail", "net")]
# Each file with those whose pins it must keep: the layers share packages, and the tests run what the layers run.
FILES = {
    LAYERS[0]: ("layers/cam/requirements.in", []),
    LAYERS[1]: ("layers/web/requirements.in", LAYERS[:1]),
    LAYERS[2]: ("layers/mail/requirements.in", LAYERS[:2]),
    LAYERS[3]: ("layers/net/requirements.in", LAYERS[:3]),
    "requirements-dev": ("requirements/dev.in", LAYERS),
    "requirements-emulator": ("requirements/emulator.in", []),
    "requirements-lambda": ("requirements/lambda.in", []),
    "requirements-sam": ("requirements/sam.in", []),
}


def main() -> None:
    uv = find_uv()
    for name, (source, kept) in FILES.items():
        command = [uv, "pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.13"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", source, "--output-file", f"{name}.txt"]
        command += [part for constraint in kept for part in ("--constraint", f"{constraint}.txt")]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            sys.exit(f"{source} could not be resolved")
        print(f"{name}.txt")


if __name__ == "__main__":
    main()
