"""Where leads come from: the one place that declares a source. Add one here, and its module in `harvest/sources`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where leads come from, in the order in which they are tried by default (spec §2)."""

    APOLLO = "apollo"
    CSV = "csv"
    MANUAL = "manual"


class Need(StrEnum):
    """What a campaign must have before a source can give it leads. `cam.runs.sources` checks each."""

    FILE = "file"
    LEADS_IN_LINE = "leads_in_line"
    KEY = "key"  # of the provider of the source's own name
    ICP = "icp"


@dataclass(frozen=True, slots=True)
class Declared:
    """What CAM says about a source.

    `credits`: what a lead costs, before the campaign has a price of its own. `origin` completes "Your details come …"
    in the footer of emails (GDPR Art. 14 (2) (f)). `provide`: how to give a campaign what the source needs. `unread`:
    why it is not known yet how many leads it has.
    """

    needs: tuple[Need, ...]
    origin: str
    provide: str
    unread: str = ""
    credits: int = 0


SOURCES: Mapping[Source, Declared] = {
    Source.APOLLO: Declared(
        needs=(Need.KEY, Need.ICP),
        origin="from Apollo.io, a database of business contacts",
        provide="set settings.icp and store a key for Apollo",
        unread="Apollo has not been searched yet: the first run shows how many people match.",
        credits=1,
    ),
    Source.CSV: Declared(
        needs=(Need.FILE,),
        origin="from a contact list we imported",
        provide="upload a CSV file (an announced file counts once it is uploaded)",
        unread="A file has not been read yet: the first run counts its rows.",
    ),
    Source.MANUAL: Declared(
        needs=(Need.LEADS_IN_LINE,),
        origin="from our own records",
        provide="add leads with POST …/leads",
    ),
}

# Who finds an address that a source lacks, as the footer says it.
FINDERS: Mapping[str, str] = {
    "dropcontact": "from Dropcontact, a service that finds business email addresses",
    "hunter": "from Hunter, a service that finds business email addresses",
}


def origin(source: str) -> str | None:
    """Where data came from, as the footer says it; None for a source that CAM does not know."""
    declared = SOURCES.get(Source(source)) if source in [*Source] else None
    return declared.origin if declared else FINDERS.get(source)
