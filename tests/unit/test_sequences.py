"""Sequences: what can be one, and which variant of a touch a lead gets."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from cam.mail.sequences import LIBRARY, SequenceDraft, drafted, texts, variant_of

TEXT = {"subject": "Hello", "text": "Good day."}


def draft(**changes: Any) -> dict[str, Any]:
    return {"days": [0, 3], "length_days": 7, "touches": [TEXT, {"text": "Again."}], **changes}


def split(*weights: int) -> Any:
    variants = [{**TEXT, "name": name, "weight": weight} for name, weight in zip("bcd", weights[1:], strict=False)]
    one = {**TEXT, "weight": weights[0], "variants": variants}
    return drafted("mine", SequenceDraft.model_validate({"days": [0], "length_days": 1, "touches": [one]}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"days": [1, 3]}, "start the list with 0"),
        ({"days": [0, 3, 3], "touches": [TEXT] * 3}, "ascending order"),
        ({"days": [0]}, "1 days and 2 touches"),
        ({"length_days": 2}, "at least 3, the day of the last touch"),
        ({"days": [], "touches": []}, "at least 1 item"),
        ({"days": list(range(21)), "touches": [TEXT] * 21}, "at most 20 items"),
        ({"days": [0, 366], "length_days": 366}, "less than or equal to 365"),
        ({"days": [0, True]}, "must be a number"),
        ({"touches": [{**TEXT, "variants": [{**TEXT, "name": "a"}]}, TEXT]}, "touch's own text"),
        ({"touches": [{**TEXT, "variants": [{**TEXT, "name": "b"}] * 2}, TEXT]}, "same name"),
        ({"touches": [{**TEXT, "variants": [{**TEXT, "name": name} for name in "bcde"]}, TEXT]}, "at most 3 items"),
        ({"touches": [{**TEXT, "subject": "two\nlines"}, TEXT]}, "control character"),
        ({"extra": 1}, "Extra inputs"),
    ],
)
def test_a_sequence_that_is_none_is_told_why(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        SequenceDraft.model_validate(draft(**changes))


def test_texts_from_any_editor_are_the_same() -> None:
    windows = draft(touches=[{"subject": "Hello", "text": "\ufeffOne\r\nTwo\r\n"}, TEXT])
    assert SequenceDraft.model_validate(windows).touches[0].text == "One\nTwo"


@pytest.mark.parametrize("name", LIBRARY)
def test_each_touch_that_is_built_in_has_its_text(name: str) -> None:
    sequence = LIBRARY[name]
    found = texts(sequence)
    assert len(found) == len(sequence.days)
    assert found[0].subject
    assert all(len(one.text) > 100 for one in found)


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 1, 1, 1), (90, 10)])
def test_leads_are_split_by_weight(weights: tuple[int, ...]) -> None:
    sequence = split(*weights)
    found = Counter(variant_of(7, sequence, 0, f"lead-{number}") for number in range(20_000))

    for name, weight in zip("abcd", weights, strict=False):
        share = weight / sum(weights)
        # Four standard deviations of a fair draw.
        assert abs(found[name] / 20_000 - share) < 4 * (share * (1 - share) / 20_000) ** 0.5
    assert sum(found.values()) == 20_000


def test_a_lead_gets_the_same_variant_whatever_the_version_says() -> None:
    """Texts may be mended while a test runs: nobody changes sides by that."""
    before, after = split(1, 1), split(1, 1)
    assert before is not after
    leads = [f"lead-{number}" for number in range(200)]
    assert [variant_of(7, before, 0, one) for one in leads] == [variant_of(7, after, 0, one) for one in leads]


def test_campaigns_and_touches_are_split_anew() -> None:
    """Else those who got the losing text of the first touch would get that of the second, too."""
    one = {**TEXT, "variants": [{**TEXT, "name": "b"}]}
    both = drafted("mine", SequenceDraft.model_validate(draft(touches=[one, one])))
    leads = [f"lead-{number}" for number in range(2_000)]
    same = sum(variant_of(7, both, 0, lead) == variant_of(7, both, 1, lead) for lead in leads)
    other = sum(variant_of(7, both, 0, lead) == variant_of(8, both, 0, lead) for lead in leads)
    assert 880 < same < 1120
    assert 880 < other < 1120


def test_a_touch_without_variants_has_one() -> None:
    assert variant_of(1, LIBRARY["cold_outreach"], 3, "lead-1") == "a"
    assert variant_of(1, split(1), 0, "lead-1") == "a"
