import json
import re
from pathlib import Path

from cam.model.settings.campaign import CampaignSettings
from cam.rules.scoring import score
from tests.unit.example_leads import lead

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")


def test_the_example_of_own_parts_scores_a_lead():
    [example] = re.findall(
        r"```json\n(.*?)```", PAGE.partition("## Parts of your own")[2].partition("\n## ")[0], re.DOTALL
    )
    settings = CampaignSettings.model_validate(json.loads(example))
    who = lead(tags=("demo",), enrichment={"technologies": "PHP, MySQL", "employee_count": 10})

    scored = score(who, settings.icp, settings.scoring)

    values = {part.part: part.value for part in scored.explanation}
    assert (values["uses_php"], values["team"], values["asked_us"]) == (1.0, 0.5, 1.0)


def test_every_value_that_can_be_set_is_on_the_page():
    values = CampaignSettings().scoring.values

    for part, numbers in values:
        listed = re.search(rf"`values\.{part}` \{{(.*?)\}}", PAGE)
        assert listed
        assert set(listed[1].split(", ")) == set(type(numbers).model_fields)
