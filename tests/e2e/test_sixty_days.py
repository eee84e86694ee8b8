"""Sixty days of four sequences over HTTP, as people answer: each touch on its day, each once, nothing after a no.

What is expected is reckoned here from spec §5 and §6 alone, lead by lead, and compared with the ledger, the mailbox and
the dashboard.
"""

import itertools
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from local.stack import Stack, verify
from tests.e2e.client import Api, Json, mails

# Spec §5: the day of each touch.
SEQUENCES = {
    "aggressive_close": (0, 2, 5),
    "regular_nurture": (0, 3, 7, 10),
    "long_term_nurture": (0, 5, 10, 15, 20, 25),
    "cold_outreach": (0, 7, 14, 21, 28, 35, 42, 49),
}
# What makes a lead score for each of them, under the campaign's ideal customer.
KINDS = {
    "aggressive_close": "CEO,small,Software,Berlin",
    "regular_nurture": "CEO,small,,",
    "long_term_nurture": "Manager,,,",
    "cold_outreach": "Clerk,,Mining,",
}
# At RUN all of them are at work, two with half an hour on the clock; New York only since its clocks have changed.
ZONES = ("Europe/Berlin", "Asia/Tehran", "Europe/London", "America/St_Johns", "America/New_York")
EACH = 50
# A Wednesday. Clocks change in America on the 10th, in Europe on the 31st.
START = date(2030, 3, 6)
DAYS = 61
RUN, AGAIN = clock(13, 10), clock(13, 20)
# In the first days a second run follows on the first: nothing is left for it.
TWICE = 3
# After some weekends on which nothing leaves there is no run on them.
WEEKENDS = 14
# Leads before this one of each sequence answer something, and are mailed on the first day.
QUIET = 12
EVENING = clock(20)
DAY = timedelta(days=1)


def moment(day: int, at: clock) -> datetime:
    """A time of a simulated day (UTC)."""
    return datetime.combine(START + day * DAY, at, UTC)


def opening(day: date, zone: ZoneInfo) -> datetime:
    """Nine o'clock there on that day, or on Monday when it is a weekend."""
    while day.weekday() > 4:
        day += DAY
    return datetime.combine(day, clock(9), zone)


@dataclass
class Person:
    """A lead as the specification would have it."""

    number: int
    sequence: str
    index: int
    domain: str
    step: int = 0
    sent: list[datetime] = field(default_factory=list)
    out: str | None = None
    hold: datetime | None = None
    lead_id: str = ""

    def __post_init__(self) -> None:
        zones = ZONES if self.index >= QUIET else ZONES[:-1]
        self.zone = ZoneInfo(zones[(self.number // EACH + self.index) % len(zones)])
        self.due = opening(START, self.zone)

    @property
    def email(self) -> str:
        return f"p{self.number}@{self.domain}"

    def touched(self, now: datetime) -> bool:
        """Whether a touch leaves in a run at this moment; then the next one is due."""
        days, local = SEQUENCES[self.sequence], now.astimezone(self.zone)
        awake = local.weekday() < 5 and clock(9) <= local.time() < clock(17)
        due = max(self.due, self.hold) if self.hold else self.due
        if self.out or self.step >= len(days) or not awake or now < due:
            return False
        self.sent.append(now)
        if self.step + 1 < len(days):
            planned = START + days[self.step + 1] * DAY
            spaced = local.date() + (days[self.step + 1] - days[self.step]) * DAY
            self.due = opening(max(planned, spaced), self.zone)
        self.step += 1
        return True

    def away(self, heard: datetime, until: date | None) -> None:
        """Out of office: one business day after they are back, or a week."""
        self.hold = opening(until + DAY if until else heard.astimezone(self.zone).date() + 7 * DAY, self.zone)


def people(mark: str) -> list[Person]:
    """Fifty of each sequence; the ninth and the tenth are colleagues."""
    found = []
    for number, (sequence, index) in enumerate(itertools.product(SEQUENCES, range(EACH))):
        company = number - 1 if index == 9 else number
        found.append(Person(number, sequence, index, f"c{company}.{mark}.example"))
    return found


def csv(several: list[Person]) -> str:
    rows = [
        f"Ada Number{one.number},{one.email},{one.domain},{KINDS[one.sequence]},{one.zone.key},opt_in,yes"
        for one in several
    ]
    header = "name,email,company,role,company size,industry,location,time zone,lawful basis,is_decision_maker"
    return "\n".join([header, *rows]) + "\n"


class Sixty:
    """The campaign, what is done to it, and what the specification says of it."""

    def __init__(self, api: Api, stack: Stack) -> None:
        self.api, self.stack, self.mark = api, stack, f"sixty{uuid.uuid4().hex[:8]}"
        self.people = people(self.mark)
        self.happened: Counter[int] = Counter()
        self.table: dict[int, Counter[str]] = {}
        self.seconds: list[float] = []
        sender = f"ada@{self.mark}.example"
        verify(stack.client("sesv2"), sender)
        sending = {
            "sender_email": sender, "sender_name": "Ada", "postal_address": "1 Example Street, Exampleton",
            "warm_up": None, "daily_cap": 1000, "auto_pause": {"after": 1_000_000},
        }  # fmt: skip
        icp = {"company_size": "small", "industry": "Software", "location": "Berlin", "roles": ["CEO"]}
        self.campaign = api.campaign(settings={"icp": icp, "sending": sending})
        api.upload(self.campaign, csv(self.people))

    def run(self, now: datetime, *stages: str) -> Json:
        began = time.monotonic()
        found = self.api.run(self.campaign, stages=list(stages) or ["NURTURE"], as_of=now.isoformat())
        assert found["status"] == "COMPLETED", found
        self.seconds.append(time.monotonic() - began)
        return found

    def prepare(self) -> None:
        self.run(moment(0, clock(5)), "HARVEST", "SCORE", "QUALIFY", "ROUTE")
        leads = {lead["email"]: lead for lead in self.api.pages(f"/campaigns/{self.campaign}/leads")}
        for one in self.people:
            one.lead_id = leads[one.email]["id"]
            assert leads[one.email]["sequence"] == one.sequence, leads[one.email]

    def tell(self, one: Person, day: int, kind: str, step: int | None = None, **more: Any) -> None:
        """An event of a lead, over HTTP, twice: it counts once."""
        body = {
            "event_id": f"{kind}-{one.number}-{day}-{step}", "type": kind,
            "occurred_at": moment(day, EVENING).isoformat(), "step": step, **more,
        }  # fmt: skip
        path = f"/campaigns/{self.campaign}/leads/{one.lead_id}/events"
        assert [self.api.ask("POST", path, json=body)["recorded"] for _ in range(2)] == [True, False]
        self.happened[day] += 1

    def evening(self, day: int) -> None:
        """What people do after the day's runs, and what that means for them."""
        for one in self.people:
            today = [step for step, at in enumerate(one.sent) if at.date() == moment(day, EVENING).date()]
            match one.index:
                case 0 if day == 3:
                    self.tell(one, day, "replied", detail="positive")
                    one.out = "REPLIED"
                case 1 if day == 1:
                    self.tell(one, day, "bounced", 0, detail="hard: no such user")
                    one.out = "INVALID"
                case 2:
                    for step in today:
                        self.tell(one, day, "bounced", step, detail="soft: mailbox full")
                        one.out = "INVALID" if step == 2 else None
                case 3:
                    # Never three in a row: every third one arrives.
                    for step in today:
                        soft = step % 3 < 2
                        self.tell(
                            one, day, "bounced" if soft else "delivered", step, detail="soft: full" if soft else ""
                        )
                case 4 if day == 4:
                    self.tell(one, day, "complained", 0)
                    one.out = "UNSUBSCRIBED"
                case 5 if day == 2:
                    self.click(one)
                    self.happened[day] += 1
                    one.out = "UNSUBSCRIBED"
                case 6 if day == 1:
                    # A Friday: the next business day is a Monday.
                    self.tell(one, day, "out_of_office", until="2030-03-15")
                    one.away(moment(day, EVENING), date(2030, 3, 15))
                case 7 if day == 1:
                    self.tell(one, day, "out_of_office")
                    one.away(moment(day, EVENING), None)
                case 8 if day == 4:
                    self.tell(one, day, "replied")
                    one.out = "REPLIED"
                case 9 if day == 4:
                    one.out = "COMPLETED"  # somebody of the company has answered
                case 10 if day == 1:
                    self.tell(one, day, "opened", 0, detail="machine: a proxy")
                case 11 if day == 1:
                    self.tell(one, day, "opened", 0)
                    self.tell(one, day, "clicked", 0)

    def click(self, one: Person) -> None:
        """A scanner follows the link, then the mail program unsubscribes in one click."""
        mail = mails(self.stack.outbox, one.email)[0]
        link = str(mail["List-Unsubscribe"]).strip("<>")
        assert httpx.get(link, trust_env=False).status_code == 200
        assert httpx.post(link, content=b"List-Unsubscribe=One-Click", trust_env=False).status_code == 200

    def live(self) -> None:
        for day in range(DAYS):
            weekend = (START + day * DAY).weekday() > 4
            runs = (RUN, AGAIN) if day < TWICE else () if weekend and day > WEEKENDS else (RUN,)
            for at in runs:
                now = moment(day, at)
                expected = Counter(one.sequence for one in self.people if one.touched(now))
                self.table[day] = self.table.get(day, Counter()) + expected
                told = self.run(now)["stages"][-1]["counts"].get("sent", 0)
                assert told == expected.total(), f"{now}: {told} left, {expected} should have"
            self.evening(day)

    def print(self) -> None:
        rows = [f"{'day':>3}  {'date':14}" + "".join(f"{name:>19}" for name in SEQUENCES) + f"{'all':>6}{'events':>8}"]
        for day, counts in self.table.items():
            if counts or self.happened[day]:
                cells = "".join(f"{counts[name] or '·':>19}" for name in SEQUENCES)
                shown = f"{START + day * DAY:%a %Y-%m-%d}"
                rows.append(f"{day:>3}  {shown:14}{cells}{counts.total():>6}{self.happened[day] or '':>8}")
        total = sum(self.table.values(), Counter())
        rows.append(
            f"{'':>3}  {'all':14}" + "".join(f"{total[name]:>19}" for name in SEQUENCES) + f"{total.total():>6}"
        )
        print(
            "\n"
            + "\n".join(rows)
            + f"\n{len(self.seconds)} runs in {sum(self.seconds):.0f} s, the shortest {min(self.seconds):.2f} s\n"
        )


@pytest.fixture(scope="module")
def sixty(api: Api, stack: Stack) -> Sixty:
    """Sixty days later."""
    made = Sixty(api, stack)
    made.prepare()
    made.live()
    made.print()
    return made


def expected(sixty: Sixty) -> dict[tuple[str, int], datetime]:
    return {(one.email, step): at for one in sixty.people for step, at in enumerate(one.sent)}


def test_each_touch_left_on_its_day_and_once(sixty: Sixty) -> None:
    sends = list(sixty.api.pages(f"/campaigns/{sixty.campaign}/sends"))
    wanted = expected(sixty)

    assert {send["status"] for send in sends} == {"SENT"}
    assert len(sends) == len(wanted)
    for send in sends:
        late = datetime.fromisoformat(send["sent_at"]) - wanted[send["to"], send["step"]]
        assert timedelta(0) <= late < timedelta(minutes=5), send


def test_ledger_mailbox_and_dashboard_agree(sixty: Sixty) -> None:
    taken = Counter((str(mail["To"].addresses[0].addr_spec), int(str(mail["Feedback-ID"]).split(":")[2]))
                    for mail in mails(sixty.stack.outbox, sixty.mark))  # fmt: skip

    assert taken == Counter(dict.fromkeys(expected(sixty), 1))
    assert sixty.api.funnel(sixty.campaign) == sixty.api.recount(sixty.campaign)
    assert sixty.api.funnel(sixty.campaign)["emails_sent"] == len(taken)


def test_nobody_got_two_mails_on_one_day_or_one_outside_the_window(sixty: Sixty) -> None:
    for one in sixty.people:
        local = [at.astimezone(one.zone) for at in one.sent]
        assert len({at.date() for at in local}) == len(local)
        assert all(at.weekday() < 5 and 9 <= at.hour < 17 for at in local)


def test_everybody_ends_as_they_answered(sixty: Sixty) -> None:
    leads = {lead["email"]: lead["status"] for lead in sixty.api.pages(f"/campaigns/{sixty.campaign}/leads")}

    for one in sixty.people:
        # A sequence of 60 days ends on the Monday after the last of these days.
        ended = {"CONTACTED"} if one.sequence == "cold_outreach" else {"COMPLETED"}
        assert leads[one.email] in ({one.out} if one.out else ended), one


def test_a_first_and_a_second_mail_as_they_were_delivered(sixty: Sixty) -> None:
    one = next(person for person in sixty.people if person.index == QUIET)
    raw = [
        path.read_bytes()
        for path in sorted(sixty.stack.outbox.glob("*.eml"))
        if one.email.encode() in path.read_bytes()
    ]
    first, second = (message_from_bytes(each, policy=policy.default) for each in raw[:2])
    print("\n" + raw[1].decode("ascii"))
    for mail in (first, second):
        link = str(mail["List-Unsubscribe"])[1:-1]
        text, html = (part.get_content() for part in mail.iter_parts())
        assert (mail["From"], mail["To"]) == (
            f"Ada <ada@{sixty.mark}.example>",
            f"Ada Number{one.number} <{one.email}>",
        )
        assert mail.get_content_type() == "multipart/alternative"
        assert mail["MIME-Version"] == "1.0"
        assert mail["Date"].datetime.date() in [at.date() for at in one.sent[:2]]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link.startswith(sixty.stack.api_url + "/u/")
        assert str(mail["Feedback-ID"]).startswith(f"{sixty.campaign}:{one.sequence}:")
        assert not mail.defects
        for part in (text, html):
            assert "1 Example Street, Exampleton" in part  # who writes
            assert "because you asked" in part  # why
            assert "Your details come from" in part  # where the data came from
            assert link in part
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"] != second["Message-ID"]


def test_a_campaign_whose_mails_come_back_pauses_by_itself_until_a_person_lets_it_go_on(api: Api, stack: Stack) -> None:
    several = [
        Person(number, "aggressive_close", QUIET, f"c{number}.{uuid.uuid4().hex[:8]}.example") for number in range(60)
    ]
    icp = {"company_size": "small", "industry": "Software", "location": "Berlin", "roles": ["CEO"]}
    sending = {"ignore_window": True, "warm_up": None, "daily_cap": 100_000, "auto_pause": {"after": 50}}
    campaign = api.campaign(settings={"icp": icp, "sending": sending})
    api.upload(campaign, csv(several))
    # Two days from today: what comes back on the day of a run counts for that day.
    day = datetime.now(UTC) + 2 * DAY
    api.run(campaign, as_of=day.isoformat())
    leads = list(api.pages(f"/campaigns/{campaign}/leads"))
    halted = []
    for lead in leads[:4]:
        body = {"event_id": "b", "type": "bounced", "occurred_at": day.isoformat(), "step": 0, "detail": "hard: gone"}
        api.ask("POST", f"/campaigns/{campaign}/leads/{lead['id']}/events", json=body)
        answer = api.post(f"/campaigns/{campaign}/runs", json={"stages": ["NURTURE"]})
        halted.append(answer.status_code)
        if answer.status_code == 202:
            api.ended(campaign, answer.json()["run_id"])

    # 3 of 60 are 5 %, and no more.
    assert halted == [202, 202, 202, 422]
    assert "4 of 60 emails" in answer.json()["detail"]
    api.ask("POST", f"/campaigns/{campaign}/resume")
    later = api.run(campaign, stages=["NURTURE"], as_of=(day + 2 * DAY).isoformat())
    assert later["stages"][-1]["counts"]["sent"] == 56
