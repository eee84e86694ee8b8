"""Death at every call of what sends mail and of what settles it: nobody is mailed twice, and nothing is lost.

`POINTS` lists the calls as they come. A call that is not there fails a test: it needs a line that says how many touches
nobody is sure of when the process dies around it.
"""

import copy
import email
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import boto3
import pytest
import time_machine
from moto.dynamodb.models import dynamodb_backends
from moto.sesv2.responses import SESV2Response

from cam.mail import engagement, ledger, safety, settlement, suppression
from cam.mail.engagement import Event, EventType
from cam.mail.ledger import Touch
from cam.mail.rate import Pace
from cam.mail.settlement import Settlement
from cam.model.errors import Conflict
from cam.model.models import SendStatus
from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies, tokens
from cam.platform.environment import leads_table
from cam.rules import outcomes
from cam.text import clock
from functions.events.handler import handler as events
from functions.nurture import transports
from tests.conftest import ACCOUNT, CAMPAIGNS, LEADS
from tests.fakes.mailserver import MailServer
from tests.integration import pipeline
from tests.integration.kill_points import NURTURE, SETTLING
from tests.integration.test_events import ses
from tests.integration.test_mails import UNKNOWN, server
from tests.integration.test_nurture import SHARD, nurture, read, sends
from tests.integration.test_outcomes import recount
from tests.integration.wire import Killed, Wire, spy

__all__ = ["server"]  # fixtures

EARLIER = timedelta(minutes=10)  # far longer than a preparation takes
ANY_TIME = Sending(ignore_window=True)
SKIPPED = "józef@company9.example"  # SES does not speak SMTPUTF8


@dataclass(frozen=True, slots=True)
class Point:
    """Death right before call `number` of a scenario; `unsure` touches are UNCONFIRMED in the end."""

    scenario: str
    number: int
    name: str
    unsure: int | None = None

    def __str__(self) -> str:
        return f"{self.scenario}-{self.number}-{self.name}".replace(" ", "_").replace("'", "")


def points(table: dict[str, str]) -> list[Point]:
    """Every death of every scenario."""
    found = []
    for scenario, lines in table.items():
        for number, line in enumerate(lines.strip().splitlines(), 1):
            figure, _, name = line.partition(" ")
            found.append(Point(scenario, number, name, None if figure == "-" else int(figure)))
    return found


def calls(table: dict[str, str], scenario: str) -> list[str]:
    """The calls of a scenario, without their figures."""
    return [point.name for point in points(table) if point.scenario == scenario]


class World:
    """One campaign on fresh tables, whose leads are prepared once for all points of a scenario."""

    prepared: ClassVar[dict[str, tuple[datetime, dict[str, Any], list[str]]]] = {}

    def __init__(self, wire: Wire, server: MailServer, campaign: Callable[..., Any]) -> None:
        self.wire, self.server, self.campaign = wire, server, campaign
        self.start = clock.now()
        self.ids: dict[str, str] = {}

    def at(self, scenario: str, prepare: Callable[["World"], None]) -> None:
        """The tables as `prepare` leaves them."""
        stored = dynamodb_backends[ACCOUNT]["us-east-1"].tables
        if scenario not in self.prepared:
            # Each test begins at the same moment: what others find there must have been before it.
            with time_machine.travel((self.start - EARLIER).timestamp()):
                self.start = clock.now()
                prepare(self)
            items = {name: copy.deepcopy(stored[name].items) for name in (CAMPAIGNS, LEADS)}
            self.prepared[scenario] = self.start, items, list(self.wire.sent)
        self.start, items, sent = self.prepared[scenario]
        for name, several in items.items():
            stored[name].items = copy.deepcopy(several)
        self.wire.sent[:] = sent
        self.ids = {email: lead["id"] for email, lead in self.leads().items()}
        self.restart()

    def route(self, count: int, *others: str, **sending: Any) -> None:
        """A campaign with leads that wait for their first touch."""
        given = {"ignore_window": True, "warm_up": None, "daily_cap": 1000, **sending}
        self.campaign(
            settings={"sending": given, "routing": {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}}
        )
        pipeline.add_leads(SHARD, count)
        for one in others:
            pipeline.add_leads(SHARD, 1, email=one)
        pipeline.pipeline(1, "setup", stages=["SCORE", "QUALIFY", "ROUTE"])

    def leads(self) -> dict[str, tables.Item]:
        """The campaign's leads by their addresses."""
        found = tables.query_all(leads_table(), SHARD.pk, begins="LEAD#")
        return {item["email"]: item for item in found if item["kind"] == "lead"}

    def taken(self) -> Counter[str]:
        """How often each touch was handed over, by the names of the ledger."""
        mails = [(one.recipients[0], email.message_from_bytes(one.raw)["Feedback-ID"]) for one in self.server.taken]
        return Counter([*self.wire.sent, *(f"0-{self.ids[to]}-{feedback.split(':')[2]}" for to, feedback in mails)])

    def restart(self) -> None:
        """A fresh process."""
        tokens._secret.cache_clear()
        self.wire.restart()

    def dies(self, point: Point, act: Callable[["World"], None]) -> None:
        """`act` until the process dies there."""
        self.wire.death = point.number
        with pytest.raises(Killed):
            act(self)
        assert self.wire.calls[-1] == point.name
        self.restart()


@pytest.fixture
def world(campaign: Any, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> World:
    said = {"SendQuota": {"Max24HourSend": 50_000, "MaxSendRate": 250, "SentLast24Hours": 0}}
    monkeypatch.setattr(SESV2Response, "get_account", lambda _: json.dumps(said))
    # A clock that moves with the waits alone: a slow machine books no slot twice.
    moment = [1_000_000.0]

    def wait(seconds: float) -> None:
        moment[0] += seconds

    def pace(name: str) -> Pace:
        return Pace(name, transports.SENDERS[name].quota, lambda: moment[0], wait)

    monkeypatch.setattr(transports, "pace", pace)
    boto3.client("sns").create_topic(Name="cam-alerts")
    return World(spy(monkeypatch), server, campaign)


def address(number: int) -> str:
    return f"ada{number}@company{number}.example"


def over_ses(world: World) -> None:
    """One is refused, of one the answer is lost, one cannot be written, one is suppressed; and there is a cap."""
    world.route(5, SKIPPED)
    tables.write(suppression.add(address(4), "unsubscribed", clock.now()))


def over_smtp(world: World) -> None:
    """One of three mailboxes does not exist."""
    world.route(3, transport="smtp")


def left_behind(world: World) -> None:
    """What dead workers leave: a claim, a touch that failed, and one that was sent though its lead has not moved."""
    world.route(4)
    for number, outcome in enumerate((None, "failed", "sent")):
        lead = world.leads()[address(number)]
        touch = Touch(keys.Shard(1, "before", 0), lead["id"], 0)
        cohort = outcomes.cohort(read(lead["id"]))
        assert ledger.claim(touch, lead["todo"], address(number), "aggressive_close", "Hello", world.start, cohort).won
        if outcome == "failed":
            ledger.mark_failed(touch, "busy elsewhere", world.start)
        if outcome == "sent":
            world.wire.sent.append(touch.send_id)
            ledger.mark_sent(touch, "message-1", world.start)


def run_over_ses(world: World) -> None:
    world.wire.refuse, world.wire.lose = frozenset({address(2)}), frozenset({address(3)})
    nurture("run-1", max_leads=4)


def run_over_smtp(world: World) -> None:
    world.server.answers[f"RCPT {address(1)}"] = UNKNOWN
    nurture("run-1")


def run_after_deaths(world: World) -> None:
    nurture("run-1")


PREPARED = {"ses": over_ses, "smtp": over_smtp, "left behind": left_behind}
RUN = {"ses": run_over_ses, "smtp": run_over_smtp, "left behind": run_after_deaths}
# Who gets a mail in the end, and who never does.
MAILED = {"ses": (0, 1, 3), "smtp": (0, 2), "left behind": (0, 1, 2, 3)}


def counted_and_sent_once(world: World) -> None:
    taken, recorded = world.taken(), sends()
    sent = {one.send_id for one in recorded if one.status is SendStatus.SENT}
    unsure = sum(one.status is SendStatus.UNCONFIRMED for one in recorded)
    funnel = tallies.of_campaign(1, 1)
    assert max(taken.values()) == 1, "a touch left twice"
    assert sent <= set(taken), "what did not leave is recorded as sent"
    assert (funnel["sent"], funnel["unconfirmed"]) == (len(sent), unsure)
    assert tallies.of_outcomes(1, 1) == recount()


@pytest.mark.parametrize("point", points(NURTURE), ids=str)
def test_death_while_mails_are_sent(world: World, point: Point) -> None:
    world.at(point.scenario, PREPARED[point.scenario])
    mailed = [world.ids[address(number)] for number in MAILED[point.scenario]]
    world.dies(point, RUN[point.scenario])

    RUN[point.scenario](world)  # as the state machine does
    nurture("run-2")

    counted_and_sent_once(world)
    status = {one.send_id: one.status for one in sends()}
    unsure = [name for name, one in status.items() if one is SendStatus.UNCONFIRMED]
    first = {f"0-{one}-0" for one in mailed}
    missing = first - set(world.taken())
    assert missing <= set(unsure), "a mail is missing and not listed"
    assert SendStatus.CLAIMED not in status.values()
    assert len(unsure) == point.unsure

    # Once a person has said what is true, everybody gets everything, once.
    for name in unsure:
        outcome = Settlement.SENT if name in world.taken() else Settlement.NOT_SENT
        settlement.settle(settlement.find(1, 1, name), outcome, "", ANY_TIME, clock.now())
    world.wire.lose = frozenset()
    nurture("run-3", world.start + timedelta(days=2))
    counted_and_sent_once(world)
    assert first <= set(world.taken())
    assert {name.removesuffix("0") + "1" for name in first - missing} <= set(world.taken())


@pytest.mark.parametrize("scenario", NURTURE)
def test_every_call_of_a_run_has_its_deaths(world: World, scenario: str) -> None:
    world.at(scenario, PREPARED[scenario])

    RUN[scenario](world)

    assert calls(NURTURE, scenario) == world.wire.calls


def one_unsure(world: World) -> None:
    """One touch that nobody is sure of, and another one; too much came back when one mail does."""
    world.route(2, auto_pause={"after": 1})
    world.wire.lose = frozenset({address(0)})
    nurture("run-1")


def happens(kind: EventType, detail: str = "", **more: Any) -> Callable[[World], None]:
    def act(world: World) -> None:
        lead = world.ids[address(0)]
        engagement.record(1, 0, lead, Event("e-1", kind, world.start, 0, detail, **more), world.start)

    return act


def told(kind: str, **about: Any) -> Callable[[World], None]:
    def act(world: World) -> None:
        events(ses(world.ids[address(0)], kind, at=world.start, **about), pipeline.CONTEXT)

    return act


def settled(outcome: Settlement) -> Callable[[World], None]:
    def act(world: World) -> None:
        name = f"0-{world.ids[address(0)]}-0"
        with suppress(Conflict):  # when a first attempt came through
            settlement.settle(settlement.find(1, 1, name), outcome, "looked up", ANY_TIME, world.start)

    return act


def clicked(world: World) -> None:
    engagement.unsubscribe(1, 0, world.ids[address(0)], 0, world.start)


ACTS: dict[str, Callable[[World], None]] = {
    "delivery": told("Delivery"),
    "open": told("Open"),
    "reject": told("Reject", reason="Bad content"),
    "hard bounce": told("Bounce"),
    "complaint": told("Complaint"),
    "reply": happens(EventType.REPLIED, "positive"),
    "absence": happens(EventType.OUT_OF_OFFICE, until=None),
    "one click": clicked,
    "a person: sent": settled(Settlement.SENT),
    "a person: not sent": settled(Settlement.NOT_SENT),
}
CLEAN: dict[str, Any] = {}


def picture(world: World) -> Any:
    """What lies in the tables, without the moments at which it was written."""
    lead = world.leads()[address(0)]
    left = {name: lead.get(name) for name in ("status", "step", "hold_until", "replied_at", "bounced_at", "delivered")}
    return (
        left,
        str(lead.get("todo"))[:18],
        [change[1:] for change in lead["history"]],
        sorted((one.send_id, one.status, one.message_id, one.attempts) for one in sends()),
        tallies.of_campaign(1, 1),
        tallies.of_outcomes(1, 1),
        suppression.suppressed([address(0), address(1)]),
        bool(safety.paused(1)),
        tables.count(leads_table(), SHARD.pk),
    )


def clean(world: World, act: str) -> Any:
    """How it looks when nobody dies."""
    if act not in CLEAN:
        world.at("settling", one_unsure)
        ACTS[act](world)
        CLEAN[act] = picture(world)
    return CLEAN[act]


@pytest.mark.parametrize("point", points(SETTLING), ids=str)
def test_death_while_something_comes_back(world: World, point: Point) -> None:
    wanted = clean(world, point.scenario)
    world.at("settling", one_unsure)
    world.dies(point, ACTS[point.scenario])

    ACTS[point.scenario](world)  # the provider, the reader or the person tries again

    assert picture(world) == wanted
    ACTS[point.scenario](world)
    assert picture(world) == wanted, "a third time counts again"


@pytest.mark.parametrize("act", SETTLING)
def test_every_call_of_what_comes_back_has_its_deaths(world: World, act: str) -> None:
    world.at("settling", one_unsure)

    ACTS[act](world)

    assert calls(SETTLING, act) == world.wire.calls
