"""A rate that several workers share: never over it, hardly under, on a clock that only moves when all of them wait."""

import heapq
from collections.abc import Callable
from dataclasses import replace
from random import Random
from threading import Event, Lock, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.mail import rate
from cam.mail.rate import Line, Pace, Quota, Spent, reserve
from cam.model.errors import Throttled


def begins(line: Line, slots: list[int]) -> list[float]:
    return [slot / line.per_second for slot in slots]


def test_slots_come_one_after_the_other_and_none_that_has_begun() -> None:
    line = Line(10)
    slots, after = reserve(line, 100.01, 3, 0)
    assert begins(line, slots) == [100.1, 100.2, 100.3]
    assert begins(line, reserve(after, 100.01, 2, 0)[0]) == [100.4, 100.5]


def test_a_slow_worker_leaves_the_slots_between_to_others() -> None:
    slow, after = reserve(Line(10), 0, 3, 0.25)
    others, _ = reserve(after, 0, 5, 0)
    assert (slow, others) == ([0, 3, 6], [1, 2, 4, 5, 7])


def test_nobody_books_far_ahead_and_everybody_gets_one() -> None:
    first, after = reserve(Line(1), 0, 10, 0)
    second, _ = reserve(after, 0, 10, 0)
    assert (first, second) == ([0, 1, 2, 3, 4, 5], [6])


def test_a_clock_that_is_behind_books_nothing_twice() -> None:
    _, after = reserve(Line(10), 100, 5, 0)
    slots, _ = reserve(after, 42, 3, 0)
    assert slots == [1005, 1006, 1007]


def test_another_rate_begins_behind_what_is_booked() -> None:
    _, after = reserve(Line(10), 100, 5, 0)
    assert after.at_rate(10) == after
    assert reserve(after.at_rate(2), 100, 1, 0)[0] == [201]


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 10), st.floats(0, 1)), max_size=40), st.floats(0.5, 250))
def test_a_slot_is_never_given_twice(bookings: list[tuple[float, int, float]], per_second: float) -> None:
    line, given_out = Line(per_second), []
    for now, wanted, apart in bookings:
        slots, line = reserve(line, now, wanted, apart)
        given_out += slots
    assert len(given_out) == len(set(given_out))


class Stopped(BaseException):
    """The simulation is over."""


class Simulation:
    """Threads of which one works at a time; the clock moves when it waits, to the first that wakes up."""

    def __init__(self, until: float) -> None:
        self.time, self.until = 1_000_000.0, 1_000_000.0 + until
        self.asleep: list[tuple[float, int, Event]] = []
        self.number = 0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        awake = self.wait_in_line(self.time + seconds)
        self.next()
        awake.wait(60)
        if self.time > self.until:
            self.next()
            raise Stopped

    def wait_in_line(self, at: float) -> Event:
        awake = Event()
        self.number += 1
        heapq.heappush(self.asleep, (at, self.number, awake))
        return awake

    def next(self) -> None:
        if self.asleep:
            at, _, awake = heapq.heappop(self.asleep)
            self.time = max(self.time, at)
            awake.set()

    def run(self, workers: list[Callable[[], None]]) -> None:
        def work(worker: Callable[[], None], begin: Event) -> None:
            begin.wait(60)
            try:
                worker()
                self.next()
            except Stopped:
                return

        threads = [Thread(target=work, args=(one, self.wait_in_line(self.time))) for one in workers]
        for thread in threads:
            thread.start()
        self.next()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()


class Table:
    """What `rate` keeps in DynamoDB, at a distance of some milliseconds."""

    def __init__(self, simulation: Simulation, latency: float = 0.005) -> None:
        self.simulation, self.latency = simulation, latency
        self.stored: Any = None
        self.lock, self.calls = Lock(), 0

    def load(self, _: Any) -> Any:
        self._travel()
        return self.stored

    def store(self, _: Any, known: Any) -> bool:
        self._travel()
        with self.lock:
            if (self.stored.version if self.stored else 0) != known.version:
                return False
            self.stored = replace(known, version=known.version + 1)
            return True

    def _travel(self) -> None:
        self.calls += 1
        self.simulation.sleep(self.latency)


def simulated(
    monkeypatch: pytest.MonkeyPatch,
    quota: Quota,
    workers: int,
    mail_takes: Callable[[int], float],
    seconds: float,
    overslept: Callable[[], float] = lambda: 0.0,
) -> tuple[list[float], Table, int]:
    """When mails left, and how often the transport was asked for its quota. Workers sleep as long as they mean to,
    and `overslept` seconds more.
    """
    simulation = Simulation(seconds)
    table, sent, asked = Table(simulation), [], [0]
    monkeypatch.setattr(rate, "_load", table.load)
    monkeypatch.setattr(rate, "_store", table.store)

    def ask() -> Quota:
        asked[0] += 1
        return quota

    def worker() -> None:
        pace = Pace("ses", ask, simulation.now, lambda length: simulation.sleep(length + overslept()))
        try:
            while True:
                pace.expected = 10
                for _ in range(10):
                    assert pace.wait(1e9)
                    sent.append(simulation.now() - 1_000_000.0)
                    simulation.sleep(mail_takes(len(sent)))
        except Spent:
            return

    simulation.run([worker] * workers)
    return sent, table, asked[0]


def most_in_a_second(sent: list[float]) -> int:
    return max(
        sum(at <= other < at + 1 - 1e-6 for other in sent[number : number + 400]) for number, at in enumerate(sent)
    )


@pytest.mark.parametrize(("per_second", "takes"), [(1, 0.05), (14, 0.05), (14, 0.4), (50, 0.1), (90, 0.06)])
def test_eight_workers_together_are_never_over_the_rate_and_within_one_percent_under_it(
    monkeypatch: pytest.MonkeyPatch, per_second: int, takes: float
) -> None:
    seconds = 200 if per_second < 20 else 60
    sent, _, asked = simulated(monkeypatch, Quota(per_second), 8, lambda _: takes, seconds)

    steady = [at for at in sent if at >= 5]
    assert most_in_a_second(sent) <= per_second
    assert 0.99 * per_second * (seconds - 5) <= len(steady) <= per_second * (seconds - 5) + 1
    assert asked <= 8 * (seconds // 60 + 1)


@pytest.mark.parametrize("per_second", [14, 90])
@pytest.mark.parametrize("latest", [0.0045, 0.02])
def test_workers_that_wake_up_late_are_never_over_the_rate(
    monkeypatch: pytest.MonkeyPatch, per_second: int, latest: float
) -> None:
    chance = Random(7)
    sent, _, _ = simulated(
        monkeypatch, Quota(per_second), 8, lambda _: 0.05, 60, lambda: chance.choice((0.0, latest / 2, latest))
    )
    assert most_in_a_second(sent) <= per_second
    assert len(sent) >= (0.98 if latest < 0.005 else 0.3) * per_second * 55


def test_mails_that_take_longer_now_and_then_lose_their_slots_and_the_rate_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent, _, _ = simulated(monkeypatch, Quota(14), 8, lambda number: 3.0 if number % 37 == 0 else 0.05, 200)
    assert most_in_a_second(sent) <= 14
    assert len(sent) >= 0.85 * 14 * 200


def test_one_worker_alone_uses_the_whole_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, table, _ = simulated(monkeypatch, Quota(5), 1, lambda _: 0.05, 100)
    assert 0.99 * 500 <= len(sent) <= 501
    assert table.calls <= 0.3 * len(sent)


def test_a_spent_day_quota_lets_nothing_more_go_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, _, _ = simulated(monkeypatch, Quota(14, left=25), 8, lambda _: 0.05, 50)
    assert len(sent) == 25


def test_mails_that_came_too_late_for_their_slots_use_nothing_of_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, _, _ = simulated(monkeypatch, Quota(14, left=25), 8, lambda number: 1.0 if number % 3 == 0 else 0.05, 50)
    assert len(sent) == 25
    alone, _, _ = simulated(monkeypatch, Quota(14, left=25), 1, lambda number: 1.0 if number % 3 == 0 else 0.05, 50)
    assert len(alone) == 25


def test_a_transport_without_a_rate_sets_none_and_is_not_asked_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(rate, "_load", lambda _: None)
    pace = Pace("smtp", lambda: asked.append(1), now=lambda: 0.0)
    assert all(pace.wait(0) for _ in range(100))
    assert len(asked) == 1


def test_whoever_has_no_time_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "_load", lambda _: rate._Known(Line(0.01), None, 0.0, 1))
    monkeypatch.setattr(rate, "_store", lambda *_: True)
    assert not Pace("ses", lambda: None, now=lambda: 1.0, sleep=lambda _: None).wait(20)


def test_a_line_that_keeps_moving_is_told_as_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "_load", lambda _: rate._Known(Line(1), None, 0.0, 1))
    monkeypatch.setattr(rate, "_store", lambda *_: False)
    with pytest.raises(Throttled):
        Pace("ses", lambda: None, now=lambda: 1.0, sleep=lambda _: None).wait(20)


def test_a_worker_that_does_not_wait_books_nothing_and_pushes_nobody_further(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(10_000)
    table = Table(simulation)
    monkeypatch.setattr(rate, "_load", lambda _: table.stored)

    def store(_: Any, known: Any) -> bool:
        table.stored = known
        return True

    monkeypatch.setattr(rate, "_store", store)
    clock = [1_000_000.0]
    waits = [Pace("smtp", lambda: Quota(0.1), lambda: clock[0], lambda _: None) for _ in range(50)]

    asked = [pace._book(100) for pace in waits]

    assert asked.count(None) == 10
    assert asked.count(False) == 40
    assert table.stored.line.taken.bit_length() <= 11
