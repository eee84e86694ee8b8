"""What is deployed is compiled: no function spends its cold start on its own source, or on that of its layers."""

import pytest

from local.setup import LOCAL
from local.stack import Stack
from tests import artifacts


@pytest.mark.parametrize("name", artifacts.FUNCTIONS)
def test_no_module_is_compiled_at_a_cold_start(stack: Stack, name: str) -> None:
    path = artifacts.paths(name, LOCAL / "sam" / "build")

    _, compiled = artifacts.start(path, artifacts.handler(name), artifacts.environment(name))

    assert not compiled
