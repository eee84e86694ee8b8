"""layers/build.py: what goes into a layer, and that what is left of it still works."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers import build
from local.setup import ROOT

CLIENTS = """
import boto3, botocore.session, sys
from botocore.stub import Stubber
for service in sys.argv[1].split(","):
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    assert client.meta.endpoint_url.startswith("https://"), client.meta.endpoint_url
s3 = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
with Stubber(s3) as stub:
    stub.add_response("put_object", {})
    s3.put_object(Bucket="bucket", Key="key", Body=b"body")
print(s3.generate_presigned_url("put_object", Params={"Bucket": "bucket", "Key": "key"}))
"""


@pytest.fixture(scope="module")
def cam_layer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The shared layer, built for this machine in a folder whose name has a space."""
    folder = tmp_path_factory.mktemp("a layer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAM_ARCH", "native")
        build.main("layer", "CamLayer", str(folder), "arm64")
        yield folder / "python"


def layer(folder: Path, pins: str) -> Path:
    folder.mkdir()
    (folder / "requirements.txt").write_text(pins)
    return folder


def test_a_layer_leaves_out_what_the_shared_layer_brings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "SHARED", layer(tmp_path / "cam", "idna==3.1\n"))

    assert build.requirements(layer(tmp_path / "web", "# made\nfastapi==1.0\nidna==3.1\n")) == ["fastapi==1.0"]


def test_layers_that_pin_different_versions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "SHARED", layer(tmp_path / "cam", "idna==3.1\n"))

    with pytest.raises(SystemExit, match="idna"):
        build.requirements(layer(tmp_path / "web", "idna==3.2\n"))


def test_a_layer_of_our_own_code_alone_has_that_and_its_byte_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAM_ARCH", "native")
    build.main("layer", "InboundLayer", str(tmp_path), "arm64")

    assert [path.name for path in (tmp_path / "python").iterdir()] == ["inbound"]
    assert list((tmp_path / "python" / "inbound" / "__pycache__").glob("bounces.*.pyc"))


def test_only_prose_is_dropped_from_a_model() -> None:
    model = {"documentation": "<p>", "members": {"documentation": {"shape": "S", "documentation": "<p>"}}}

    assert build.without_documentation(model) == {"members": {"documentation": {"shape": "S"}}}


def test_an_unknown_architecture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAM_ARCH", raising=False)

    with pytest.raises(SystemExit, match="sparc"):
        build.build_layer(ROOT / "layers" / "cam", tmp_path, "sparc")


def test_a_variable_that_contradicts_the_template_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM_ARCH", "x86_64")

    with pytest.raises(SystemExit, match="--parameter-overrides Architecture=x86_64"):
        build.build_layer(ROOT / "layers" / "cam", tmp_path, "arm64")


def test_every_service_that_is_kept_still_has_a_working_client(cam_layer: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-c", CLIENTS, ",".join(sorted(build.SERVICES))],
        env={"PYTHONPATH": str(cam_layer), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("https://bucket.s3.")


def test_every_module_of_a_layer_is_compiled(cam_layer: Path) -> None:
    sources = {path.relative_to(cam_layer) for path in cam_layer.rglob("*.py")}
    compiled = {path.relative_to(cam_layer) for path in cam_layer.rglob("*.cpython-313.pyc")}

    assert {path.parent.parent / (path.name.split(".")[0] + ".py") for path in compiled} >= {
        path.parent / (path.name.split(".")[0] + ".py") for path in sources
    }


def test_a_layer_holds_the_package_and_versions_can_be_asked_for(cam_layer: Path) -> None:
    assert (cam_layer / "cam" / "__init__.py").exists()
    assert list(cam_layer.glob("boto3-*.dist-info/METADATA"))
    assert not list(cam_layer.glob("*.dist-info/RECORD"))
    assert not (cam_layer / "botocore" / "data" / "ec2").exists()


def test_the_endpoints_of_every_partition_stay(cam_layer: Path) -> None:
    partitions = json.loads((cam_layer / "botocore" / "data" / "endpoints.json").read_text())["partitions"]

    assert {partition["partition"] for partition in partitions} >= {"aws", "aws-cn", "aws-us-gov"}
    assert {"email", "states", "dynamodb"} <= set(partitions[0]["services"])
