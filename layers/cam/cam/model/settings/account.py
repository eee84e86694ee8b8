"""What is set once for the whole account, whatever the campaign."""

from typing import Annotated

from pydantic import Field

from cam.model.settings.kinds import Frozen, Whole

# The last email to a person is remembered for as long as the longest gap.
LONGEST_GAP = 30

GapDays = Annotated[Whole, Field(ge=0, le=LONGEST_GAP)]


class AccountSettings(Frozen):
    """Settings of the account. They apply to all campaigns at once, also to runs that have started."""

    # No second email to one person within so many days, over all campaigns; 0: off (spec §6).
    contact_gap_days: GapDays = 3
