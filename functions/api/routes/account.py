"""The account's own settings, which apply to all campaigns."""

from fastapi import APIRouter
from pydantic import Field

from cam.campaigns import account
from cam.model.settings.account import LONGEST_GAP, AccountSettings, GapDays
from cam.model.settings.kinds import Frozen

router = APIRouter(prefix="/settings", tags=["settings"])


class AccountView(Frozen):
    """The account's settings.

    `contact_gap_days`: no campaign sends an email to a person whom another campaign has written to within so many days;
    0: there is no such limit.
    """

    contact_gap_days: int


class AccountChange(Frozen):
    """What to change; settings that are left out stay as they are."""

    contact_gap_days: GapDays = Field(
        default=3, description=f"Days without an email from another campaign, 0 (off) to {LONGEST_GAP}"
    )


def _view(settings: AccountSettings) -> AccountView:
    return AccountView(contact_gap_days=settings.contact_gap_days)


@router.get("", summary="Read the account's settings")
async def read() -> AccountView:
    """Read the settings that apply to all campaigns."""
    return _view(account.read())


@router.put("", summary="Change the account's settings")
async def change(body: AccountChange) -> AccountView:
    """Change settings of the account. Workers obey them from their next ten emails on.

    A touch that already waits for the gap keeps its moment: a shorter gap applies to touches that come due later. A
    longer one applies to all, as each is checked again before it leaves.
    """
    return _view(account.change(body.model_dump(exclude_unset=True)))
