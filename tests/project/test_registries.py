"""A source and a transport are declared in one place each; whatever has to know all of them does."""

import re

import pytest

from cam.model.sources import FINDERS, SOURCES, Need, Source, origin
from cam.model.transports import TRANSPORTS, Transport
from cam.providers.providers import Provider
from functions.harvest.sources import READERS
from functions.nurture.transports import SENDERS
from local.setup import ROOT

DECLARATIONS = {"layers/cam/cam/model/sources.py", "layers/cam/cam/model/transports.py"}


def test_every_source_is_declared_and_has_a_reader() -> None:
    assert list(SOURCES) == list(READERS) == list(Source)


def test_every_transport_is_declared_and_has_a_sender() -> None:
    assert list(TRANSPORTS) == list(SENDERS) == list(Transport)


def test_a_source_with_a_key_is_a_provider_of_the_same_name() -> None:
    assert {source.value for source in Source if Need.KEY in SOURCES[source].needs} <= {one.value for one in Provider}


def test_the_footer_names_every_source_and_everybody_who_finds_addresses() -> None:
    finders = {one.value for one in Provider} - {source.value for source in Source}
    assert finders == set(FINDERS)
    assert all((origin(name) or "").startswith("from ") for name in (*Source, *FINDERS))
    assert origin("trade fair") is None


@pytest.mark.parametrize("kind", ["Source", "Transport"])
def test_nothing_else_asks_which_source_or_transport_it_is(kind: str) -> None:
    """What differs between them is declared: code that names one would have to be found for each new one."""
    asks = re.compile(rf"(?:is|is not|==|!=) {kind}\.[A-Z]+|case {kind}\.[A-Z]+")
    files = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("layers/**/*.py")]
    assert not {
        str(path.relative_to(ROOT))
        for path in files
        if asks.search(path.read_text("utf-8")) and str(path.relative_to(ROOT)) not in DECLARATIONS
    }
