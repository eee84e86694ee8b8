"""Fixtures for suites that talk to the fakes: `from tests.fakes.fixtures import apollo, hunter  # noqa: F401`."""

from collections.abc import Iterator

import pytest

from tests.fakes.apollo import Apollo
from tests.fakes.dropcontact import Dropcontact
from tests.fakes.hunter import Hunter


@pytest.fixture
def apollo() -> Iterator[Apollo]:
    """Apollo on a free port, with 1,200 people."""
    with Apollo() as fake:
        yield fake


@pytest.fixture
def dropcontact() -> Iterator[Dropcontact]:
    """Dropcontact on a free port; a batch is ready at the second poll."""
    with Dropcontact() as fake:
        yield fake


@pytest.fixture
def hunter() -> Iterator[Hunter]:
    """Hunter on a free port."""
    with Hunter() as fake:
        yield fake
