"""Each function loads with the packages of its own layers, and no others: the tests' environment has all of them."""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.project.test_template import FUNCTIONS
from tests.template import ROOT, TEMPLATE

COMMON = ["CamLayer"]
# Refuses every package of the environment that is not on the list, and then loads the function.
LOAD = """
import importlib, sys
from importlib.abc import MetaPathFinder

class Refusal(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"No module named {name!r} in the layers of the function", name=name)

module, *refused = sys.argv[1:]
sys.meta_path.insert(0, Refusal())
importlib.import_module(module)
"""


def _distribution(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _packages(layer: str) -> set[str]:
    listed = ROOT / TEMPLATE["Resources"][layer]["Properties"]["ContentUri"] / "requirements.txt"
    # A layer of our own code alone has none.
    text = listed.read_text("utf-8") if listed.exists() else ""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)
    return {_distribution(name) for name in pins}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_loads_with_the_packages_of_its_layers(function: str) -> None:
    body = FUNCTIONS[function]["Properties"]
    given = set().union(*map(_packages, {*COMMON, *body.get("Layers", ())}))
    refused = [
        module
        for module, distributions in packages_distributions().items()
        if not given & {_distribution(name) for name in distributions}
    ]
    module = body["Handler"].rpartition(".")[0]
    own = os.pathsep.join(str(ROOT / "layers" / name) for name in ("cam", "inbound"))

    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, module, *refused],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": own}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert loaded.returncode == 0, loaded.stderr[-2000:]
