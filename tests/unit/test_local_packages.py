"""layers/build.py: what is built for either processor, with uv and with pip, and that no function compiles itself."""

import importlib.util
import marshal
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import CodeType

import pytest

from layers import build
from local import aws, samcli
from local.processes import Failed
from local.setup import ROOT, find_uv
from tests.template import TEMPLATE

LAYERS = sorted(path.parent for path in (ROOT / "layers").glob("*/requirements.txt"))
FUNCTIONS = sorted(path for path in (ROOT / "functions").iterdir() if (path / "handler.py").exists())
E_MACHINE = {"arm64": 183, "x86_64": 62}
UNCHECKED = 1  # PEP 552: the byte code is found by a hash of its source, which nobody compares


def machines(folder: Path) -> dict[str, int]:
    """The processor of every binary: e_machine of its ELF header, at byte 18."""
    heads = {path: path.read_bytes()[:20] for path in folder.rglob("*") if path.is_file()}
    return {
        str(path.relative_to(folder)): struct.unpack_from("<H", head, 18)[0]
        for path, head in heads.items()
        if head.startswith(b"\x7fELF")
    }


@pytest.fixture(params=list(E_MACHINE))
def architecture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("CAM_ARCH", raising=False)
    return str(request.param)


@pytest.fixture(scope="module")
def python_with_pip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has pip, from what Python itself brings along."""
    folder = tmp_path_factory.mktemp("pip")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return str(folder / "bin" / "python")


def test_uv_installs_the_binaries_of_the_architecture(
    architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAM_UV", find_uv())

    for layer in LAYERS:
        build.install(layer, tmp_path / layer.name, build.platform_for(architecture))

    found = machines(tmp_path)
    assert {name.split("/")[0] for name in found} >= {"cam", "mail", "web"}
    assert set(found.values()) == {E_MACHINE[architecture]}


def test_pip_builds_a_layer_for_the_architecture_where_there_is_no_uv(
    architecture: str, tmp_path: Path, python_with_pip: str
) -> None:
    # A copy: the project's own uv is not found beside it.
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("CAM_")}

    for name in ("MailLayer", "WebLayer"):  # of css-inline there is one wheel for arm64, for manylinux_2_24
        done = subprocess.run(
            [python_with_pip, str(tmp_path / "layers" / "build.py"), "layer", name, str(tmp_path / name), architecture],
            env=inherited | {"PATH": str(Path(python_with_pip).parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    found = machines(tmp_path)
    assert {name.split("/")[0] for name in found} == {"MailLayer", "WebLayer"}
    assert set(found.values()) == {E_MACHINE[architecture]}


def test_pip_is_asked_for_every_platform_up_to_that_of_lambda() -> None:
    assert build.tags("arm64") == [*(f"manylinux_2_{n}_aarch64" for n in range(34, 16, -1)), "manylinux2014_aarch64"]


def test_without_uv_and_pip_it_is_said_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "uv", lambda: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="no pip, and there is no uv"):
        build.install(ROOT / "layers" / "mail", tmp_path, "arm64")


def test_layers_of_the_other_processor_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (other,) = E_MACHINE.keys() - {samcli.architecture()}
    monkeypatch.delenv("CAM_ARCH", raising=False)
    monkeypatch.setenv("CAM_UV", find_uv())
    build.install(ROOT / "layers" / "cam", tmp_path, build.platform_for(other))

    done = subprocess.run(
        [sys.executable, "-S", "-c", "import cam.errors, pydantic"],
        env={"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "layers" / "cam")])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ImportError: The layers were not built for" in done.stderr
    assert "the same Architecture" in done.stderr


@pytest.mark.parametrize("folder", FUNCTIONS, ids=lambda folder: folder.name)
def test_a_function_holds_its_own_code_with_valid_byte_code(folder: Path, tmp_path: Path) -> None:
    build.main("function", str(folder), str(tmp_path))

    sources = {path.relative_to(ROOT) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    found = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    modules = {path for path in sources if path.suffix == ".py"}
    byte_code = {path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc" for path in modules}
    assert found == sources | byte_code
    for path in byte_code:
        magic, flags, code = (raw := (tmp_path / path).read_bytes())[:4], raw[4:8], marshal.loads(raw[16:])
        assert (magic, int.from_bytes(flags, "little")) == (importlib.util.MAGIC_NUMBER, UNCHECKED)
        assert isinstance(code, CodeType)
        assert code.co_filename == str(path.parent.parent / f"{path.name.split('.')[0]}.py")


def test_each_function_and_layer_is_built_by_its_own_folder() -> None:
    kinds = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
    for name, body in TEMPLATE["Resources"].items():
        if body["Type"] not in kinds:
            continue
        folder, metadata = body["Properties"][kinds[body["Type"]]].rstrip("/"), body["Metadata"]
        assert metadata["BuildMethod"] == "makefile", name
        if folder.startswith("layers/"):
            # The parameter decides: what is built, what SAM takes from its cache, and what the functions run on.
            assert (metadata["BuildArchitecture"], metadata["ContextPath"]) == (
                "Architecture",
                "layers/make/${Architecture}",
            )
            assert folder == f"layers/{name.removesuffix('Layer').lower()}"
        else:
            assert (metadata["ProjectRootDirectory"], metadata["WorkingDirectory"]) == ("functions", folder)


@pytest.mark.parametrize("allowed", TEMPLATE["Parameters"]["Architecture"]["AllowedValues"])
def test_every_architecture_has_its_makefile(allowed: str) -> None:
    recipe = (ROOT / "layers" / "make" / allowed / "Makefile").read_text().splitlines()[-1]

    assert recipe.endswith(f" {allowed}")
    assert allowed in aws.ARCHITECTURES


def test_build_and_deploy_get_the_same_parameters() -> None:
    built, deployed = (aws.command(action, "prod", "x86_64") for action in ("build", "deploy"))

    assert [part.replace("deploy", "build") for part in deployed] == built
    assert "Architecture=x86_64" in built
    assert "Architecture=arm64" not in built
    assert "FleetEnabled=true" in built
    assert "Architecture=arm64" in aws.command("build", "dev", "")


@pytest.mark.parametrize(("config", "architecture"), [("none", ""), ("dev", "sparc")])
def test_an_unknown_environment_or_processor_is_refused(config: str, architecture: str) -> None:
    with pytest.raises(Failed, match=config if config == "none" else architecture):
        aws.command("build", config, architecture)
