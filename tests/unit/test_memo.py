from collections.abc import Sequence

from cam.text.memo import memoized


def test_what_was_made_of_an_object_is_made_once():
    made = []

    @memoized
    def double(numbers: tuple[int, ...], more: tuple[int, ...]) -> list[int]:
        made.append(numbers)
        return [2 * number for number in (*numbers, *more)]

    first, second = (1, 2), (3,)

    assert double(first, second) is double(first, second)
    assert made == [first]


def test_equal_objects_are_told_apart():
    @memoized
    def named(value: Sequence[object]) -> str:
        return repr(value)

    one, true = [1], [True]

    assert one == true
    assert (named(one), named(true)) == ("[1]", "[True]")


def test_objects_that_come_and_go_are_never_taken_for_each_other():
    @memoized
    def whole(value: list[int]) -> int:
        return sum(value)

    assert [whole([number]) for number in range(500)] == list(range(500))
