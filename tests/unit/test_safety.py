import pytest

from cam.mail.safety import verdict
from cam.model.settings.sending import AutoPause

RULES = AutoPause()


@pytest.mark.parametrize(
    ("sent", "bounced", "complained", "pauses"),
    [
        (49, 49, 49, False),
        (50, 2, 0, False),
        (50, 3, 0, True),
        (100, 5, 0, False),
        (100, 6, 0, True),
        (1000, 0, 1, False),
        (1000, 0, 2, True),
        (50, 0, 1, True),
        (50, 0, 0, False),
        (0, 3, 3, False),
    ],
)
def test_a_campaign_pauses_above_five_percent_bounces_or_a_tenth_of_a_percent_complaints_from_fifty_sends_on(
    sent: int, bounced: int, complained: int, pauses: bool
) -> None:
    counted = {"sent": sent, "bounced": bounced, "complained": complained}
    assert (verdict(counted, RULES) is not None) is pauses


def test_the_reason_says_how_many_of_how_many_and_what_the_limit_is() -> None:
    said = verdict({"sent": 1000, "bounced": 60, "complained": 2}, RULES)
    assert said == (
        "60 of 1,000 emails of the last 7 days bounced (6.00 %, more than 5 %); "
        "2 of 1,000 emails of the last 7 days drew complaints (0.20 %, more than 0.1 %)"
    )


def test_its_numbers_are_the_campaign_s_own() -> None:
    counted = {"sent": 10, "bounced": 1, "complained": 0}
    assert verdict(counted, AutoPause(after=10, bounces=0.05)) is not None
    assert verdict(counted, AutoPause(after=10, bounces=0.1)) is None
