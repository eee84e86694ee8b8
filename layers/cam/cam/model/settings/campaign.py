"""A campaign's settings: every number of the rules, with the defaults of spec §1 to §6. Frozen into each run."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
)

from cam.model.settings.harvesting import Harvesting
from cam.model.settings.icp import Icp
from cam.model.settings.kinds import Frozen, Whole, once_each
from cam.model.settings.qualification import QualificationRules
from cam.model.settings.routing import RoutingRules
from cam.model.settings.scoring import Scoring
from cam.model.settings.sending import Sending
from cam.model.sources import Source
from cam.text.matching import any_case

Sources = Annotated[
    tuple[Annotated[Source, BeforeValidator(any_case)], ...],
    Field(min_length=1, max_length=100),
    AfterValidator(once_each),
]


class CampaignSettings(Frozen):
    """Everything that can be set per campaign (spec §1)."""

    icp: Icp = Icp()
    scoring: Scoring = Scoring()
    qualification: QualificationRules = QualificationRules()
    routing: RoutingRules = RoutingRules()
    sources: Sources | None = None
    harvest: Harvesting = Harvesting()
    # Taken before each paid call and given back when nothing was found: never exceeded (spec §2).
    credits_per_run: Whole = Field(default=100, ge=0, le=1_000_000)
    credits_per_month: Whole = Field(default=1000, ge=0, le=100_000_000)
    sending: Sending = Sending()
    # Decides the number of shards when the campaign is created; later changes leave the shards as they are.
    expected_leads: Whole = Field(default=4000, ge=1, le=32_000_000)
