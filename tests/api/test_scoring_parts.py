from typing import Any

import pytest

from tests.api.client import Client, assert_problem

Make = Any
PART = {
    "name": "uses_php",
    "group": "icp",
    "weight": 0.1,
    "field": "technology",
    "test": "contains_words",
    "values": ["PHP"],
}
ROOM = {"size": 0.2}


def body(*parts: Any, **scoring: Any) -> dict[str, Any]:
    """A campaign with these parts, whose weights the size makes room for."""
    return {"name": "A", "settings": {"scoring": {"icp": ROOM if parts else {}, "parts": list(parts), **scoring}}}


def test_parts_are_kept_as_they_were_given(api: Client, campaign: Make) -> None:
    campaign()
    part = {"name": "big", "group": "ICP", "weight": 0.1, "field": " n ", "test": "Number_Between", "min": 5}

    answer = api.put("/campaigns/1", body(part))

    assert answer.status == 200
    shown = api.get("/campaigns/1").json()["settings"]["scoring"]["parts"]
    assert shown == [
        {
            "name": "big", "group": "icp", "weight": 0.1, "field": "n", "test": "number_between", "min": 5.0,
            "max": None, "floor": 0.0, "hit": 1.0, "miss": 0.0, "unknown": 0.5,
        }
    ]  # fmt: skip
    assert api.put("/campaigns/1", api.get("/campaigns/1").json()).status == 200


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"test": "contains_word"}, "test", "Did you mean 'contains_words'?"),
        ({"test": None}, "test", "must be one of 'equals', 'in_list'"),
        ({"test": 5}, "test", "must be one of"),
        ({"valeus": []}, "valeus", "Did you mean 'values'?"),
        ({"min": 5}, "min", "Unknown field"),
        ({"values": []}, "values", "at least 1 item"),
        ({"values": ["PHP", 5]}, "values[1]", "text"),
        ({"values": ["-"]}, "values[0]", "must contain a word"),
        ({"test": "in_list", "values": [[1]]}, "values[0]", "text of 1 to 255 characters, a number, true or false"),
        ({"test": "in_list", "values": [1e100]}, "values[0]", "a number"),
        ({"test": "in_list", "values": [1e300]}, "values[0]", "finite number"),
        ({"name": "Uses PHP"}, "name", "a–z"),
        ({"name": "size"}, "name", "built-in part"),
        ({"group": "opp"}, "group", "'opportunity'"),
        ({"weight": 2}, "weight", "at most 1"),
        ({"field": ""}, "field", "at least 1"),
        ({"field": "a\u202eb"}, "field", "control"),
        ({"hit": 2}, "hit", "at most 1"),
    ],
)
def test_a_wrong_part_is_refused_at_its_place(api: Client, change: dict[str, Any], field: str, says: str) -> None:
    answer = api.post("/campaigns", body({**PART, **change}))
    assert_problem(answer, 422, f"settings.scoring.parts[0].{field}", says=says)


@pytest.mark.parametrize(
    ("part", "field", "says"),
    [
        ({name: value for name, value in PART.items() if name != "test"}, ".test", "required"),
        ({name: value for name, value in PART.items() if name != "values"}, ".values", "required"),
        (5, "", "object"),
        (
            {"name": "n", "group": "icp", "weight": 0.1, "field": "n", "test": "number_between"},
            "",
            "give min, max or both",
        ),
        (
            {"name": "n", "group": "icp", "weight": 0.1, "field": "n", "test": "number_between", "min": 2, "max": 1},
            "",
            "min is greater than max",
        ),
    ],
)
def test_an_unfinished_part_is_refused(api: Client, part: Any, field: str, says: str) -> None:
    assert_problem(api.post("/campaigns", body(part)), 422, f"settings.scoring.parts[0]{field}", says=says)


def test_the_weights_of_a_group_are_named_when_they_do_not_sum_to_1(api: Client) -> None:
    draft = {"name": "A", "settings": {"scoring": {"parts": [PART]}}}

    problem = assert_problem(api.post("/campaigns", draft), 422, "settings.scoring.icp", says="must sum to 1, not 1.1")

    assert problem["errors"][0]["message"] == (
        "the weights of the group icp must sum to 1, not 1.1 "
        "(size 0.3, industry 0.3, revenue 0.25, location 0.15, uses_php 0.1): lower them by 0.1 in total"
    )


def test_two_parts_of_one_name_and_more_than_20_are_refused(api: Client) -> None:
    half = {**PART, "weight": 0.05}
    assert_problem(api.post("/campaigns", body(half, half)), 422, "settings.scoring.parts", says="'uses_php'")
    many = [{**PART, "name": f"p{number}", "weight": 0} for number in range(21)]
    assert_problem(api.post("/campaigns", body(*many)), 422, "settings.scoring.parts", says="at most 20")
    long = {**PART, "values": ["x" * 100] * 300}
    assert_problem(api.post("/campaigns", body(long)), 422, "settings.scoring.parts", says="shorten their lists")


def test_an_unknown_value_gets_a_near_match(api: Client) -> None:
    draft = body(values={"title": {"untargetted": 0.5}})
    assert_problem(api.post("/campaigns", draft), 422, "settings.scoring.values.title.untargetted", says="'untargeted'")
