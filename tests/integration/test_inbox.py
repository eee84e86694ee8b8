"""Answers that lie in a mailbox: each taken in once, however the polls go; and nothing in the mailbox is changed."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import boto3
import pytest

from cam.leads import reading
from cam.mail import engagement, mailbox_progress, unconfirmed
from cam.mail.mailbox_progress import Place
from cam.model.errors import Invalid, Throttled
from cam.model.models import LeadStatus, SendStatus
from cam.platform import tokens
from cam.text import clock
from functions.inbox import mailbox, polling, store
from functions.inbox.handler import handler
from functions.nurture.transports.errors import Unsure
from inbound import judging, unread
from tests.conftest import BUCKET, Context
from tests.events import event
from tests.fakes import reader
from tests.fakes.imapserver import PASSWORD, USER, Mailbox
from tests.fakes.mailserver import DROP, MailServer
from tests.fakes.transport import FakeTransport, use
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, nurture, outside, read, routed, sends
from tests.unit import example_answers as answers
from tests.unit import mail_bombs
from tests.unit.example_answers import mail

__all__ = ["outside", "routed"]  # fixtures

FOLDER = "Answers"
NAME = f"127.0.0.1|{USER}|{FOLDER}"
Put = Callable[..., None]


@pytest.fixture(scope="module")
def running() -> Iterator[Mailbox]:
    with Mailbox() as one:
        yield one


@pytest.fixture
def box(running: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """An empty folder, which the stack is told to read."""
    running.answers, running.cut, running.commands, running._given_out = {}, None, [], {}
    running.folder(FOLDER)
    for name, value in (("HOST", "127.0.0.1"), ("PORT", str(running.port)), ("TLS", "none"), ("FOLDER", FOLDER)):
        monkeypatch.setenv(f"IMAP_{name}", value)
    store_login(USER, PASSWORD)
    return running


def store_login(user: str, password: str) -> None:
    for name, value in (("user", user), ("password", password)):
        boto3.client("ssm").put_parameter(Name=f"/cam/imap/{name}", Value=value, Type="SecureString", Overwrite=True)


def arrive(box: Mailbox, *mails: bytes, days_ago: float = 0) -> None:
    box.put(*mails, folder=FOLDER, at=clock.now() - timedelta(days=days_ago))


def poll(context: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = handler(event("poll_inbox"), context or pipeline.CONTEXT)
    return found


def to(lead_id: str, step: int = 0) -> str:
    return f"replies+{tokens.reply_tag(1, 0, lead_id, step)}@agency.example"


def kept() -> list[str]:
    return [one["Key"] for one in boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def place() -> Place:
    found = mailbox_progress.read(NAME)
    assert found
    return found


def mailed(routed: Any, count: int = 1) -> list[str]:
    ids: list[str] = routed(count)
    nurture("run-1")
    return ids


def test_an_answer_stops_the_sequence_once_and_is_kept(routed: Any, outside: Outside, box: Mailbox) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Call me.", To=to(lead_id)))

    assert [poll(), poll()] == [{"human": 1, "more": False}, {"more": False}]

    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.REPLIED, None)
    (key,) = kept()
    assert key.startswith("imap/mail-")
    assert key in str(reading.read(1, 1, lead_id)[1])


@pytest.mark.parametrize(
    ("raw", "kind", "status", "waits"),
    [
        (answers.LIST_UNSUBSCRIBE, "unsubscribe", LeadStatus.UNSUBSCRIBED, False),
        (answers.UNDATED_OOO, "out_of_office", LeadStatus.CONTACTED, True),
        (answers.TICKET, "auto_reply", LeadStatus.CONTACTED, True),
    ],
)
def test_each_kind_has_its_effect(
    routed: Any, outside: Outside, box: Mailbox, raw: bytes, kind: str, status: LeadStatus, waits: bool
) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, raw.replace(answers.TO.encode(), to(lead_id).encode()))

    assert poll() == {kind: 1, "more": False}

    assert (read(lead_id).status, bool(read(lead_id).todo)) == (status, waits)


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        ("bounce", "bounce", LeadStatus.INVALID),
        ("quotes", "human", LeadStatus.REPLIED),
        ("refers", "human", LeadStatus.REPLIED),
    ],
)
def test_what_comes_back_settles_a_touch_of_smtp_that_nobody_was_sure_of(
    routed: Any, box: Mailbox, monkeypatch: pytest.MonkeyPatch, answer: str, kind: str, status: LeadStatus
) -> None:
    with MailServer(login=False, answers={"BODY": DROP}) as server:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(server.port)), ("TLS", "none")):
            monkeypatch.setenv(f"SMTP_{name}", value)
        (lead_id,) = mailed(lambda count: routed(count, {"transport": "smtp"}))
        (taken,) = server.taken
    assert [send.status for send in sends()] == [SendStatus.UNCONFIRMED]
    head = taken.raw.partition(b"\r\n\r\n")[0]
    left = message_from_bytes(head)
    link = left["List-Unsubscribe"].strip("<>")
    arrive(
        box,
        {
            "bounce": bounced(head),
            "quotes": mail(f"Yes!\n\nOn Monday, Ada wrote:\n> {link}", To="ada@agency.example"),
            "refers": mail("Yes!", To="ada@agency.example", References=f"<a@b.example> {left['Message-ID']}"),
        }[answer],
    )

    assert poll() == {kind: 1, "more": False}

    assert [send.status for send in sends()] == [SendStatus.SENT]
    assert read(lead_id).status is status


def bounced(head: bytes) -> bytes:
    """A report (RFC 3464) that a mail with these headers could not be delivered."""
    report = answers.POSTFIX.replace(b"X-CAM-Ref: WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000", head)
    assert head in report
    return report


def test_a_mailbox_of_years_is_read_from_a_week_ago(routed: Any, outside: Outside, box: Mailbox) -> None:
    old, new = mailed(routed, 2)
    arrive(box, mail("Long ago.", To=to(old)), days_ago=9)
    arrive(box, mail("Lately.", To=to(new)), days_ago=6)

    assert poll() == {"human": 1, "more": False}

    assert [read(one).status for one in (old, new)] == [LeadStatus.CONTACTED, LeadStatus.REPLIED]


def test_a_folder_with_new_numbers_is_read_again_and_each_mail_counts_once(
    routed: Any, outside: Outside, box: Mailbox
) -> None:
    first, second = mailed(routed, 2)
    one, two = mail("First.", To=to(first)), mail("Second.", To=to(second))
    arrive(box, one)
    poll()
    before = place()
    box.folder(FOLDER)
    arrive(box, one, two)

    assert poll() == {"duplicate": 1, "human": 1, "more": False}

    assert place().validity != before.validity
    assert len(kept()) == 2


def test_nothing_in_the_mailbox_is_changed(routed: Any, outside: Outside, box: Mailbox) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Yes.", To=to(lead_id)), mail("Not ours.", To="ada@agency.example"))

    poll()

    asked = {" ".join(one.split()[1:3]) if "UID" in one else one.split()[1] for one in box.commands if " " in one}
    assert asked <= {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}
    assert [one for one in box.commands if "FETCH" in one and "BODY.PEEK[" not in one] == []
    assert [one.partition(b" ")[2] for one in box.flags(FOLDER)] == [b"(FLAGS ())"] * 2


def test_mail_that_answers_nothing_of_ours_is_neither_kept_nor_logged(
    routed: Any, outside: Outside, box: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    (lead_id,) = mailed(routed)
    capsys.readouterr()
    arrive(box, mail("Secret 4711.", "Private", To="ada@agency.example"), mail("Secret 4712.", To=to(lead_id)))

    assert poll() == {"unknown": 1, "human": 1, "more": False}

    assert len(kept()) == 1
    said = capsys.readouterr().out
    assert not [word for word in ("471", "Private", "maria@", USER, PASSWORD) if word in said]


def test_a_mail_of_ours_is_no_answer_to_itself(routed: Any, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    ours: list[bytes] = []

    class Kept(FakeTransport):
        def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
            ours.append(raw)
            return "message-1"

    use(monkeypatch, "ses", Kept())
    (lead_id,) = mailed(routed)
    arrive(box, *ours, b"X-Forwarded-To: a@b.example\r\n" + ours[0])

    assert poll() == {"unknown": 2, "more": False}

    assert read(lead_id).status is LeadStatus.CONTACTED


def test_a_mail_that_lies_there_twice_counts_once(routed: Any, outside: Outside, box: Mailbox) -> None:
    (lead_id,) = mailed(routed)
    answer = mail("Yes.", To=to(lead_id))
    arrive(box, answer, b"Received: by another\r\n" + answer)

    assert poll() == {"human": 1, "duplicate": 1, "more": False}

    assert len(kept()) == 1


def test_a_huge_mail_counts_and_its_beginning_is_kept(routed: Any, outside: Outside, box: Mailbox) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Yes.", To=to(lead_id)) + b"x" * 3 * mailbox.MOST)

    assert poll() == {"human": 1, "more": False}

    (key,) = kept()
    assert boto3.client("s3").head_object(Bucket=BUCKET, Key=key)["ContentLength"] == mailbox.MOST


def test_a_login_that_is_refused_changes_nothing_and_the_right_one_goes_on(
    routed: Any, outside: Outside, box: Mailbox
) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Yes.", To=to(lead_id)))
    store_login(USER, "wrong")
    with pytest.raises(Invalid, match="login"):
        poll()
    store_login(USER, PASSWORD)

    assert poll() == {"human": 1, "more": False}


def test_without_a_login_the_poll_says_what_is_missing(box: Mailbox) -> None:
    boto3.client("ssm").delete_parameter(Name="/cam/imap/password")
    with pytest.raises(Invalid, match="/cam/imap/password"):
        poll()
    boto3.client("ssm").delete_parameter(Name="/cam/imap/user")
    with pytest.raises(Invalid, match="/imap/user"):
        poll()


def test_a_connection_that_breaks_within_a_mail_loses_none(routed: Any, outside: Outside, box: Mailbox) -> None:
    ids = mailed(routed, 12)
    arrive(box, *(mail(f"Yes, {lead_id}." + " word" * 3000, To=to(lead_id)) for lead_id in ids))
    box.cut = 180_000
    with pytest.raises(Throttled):
        poll()
    done = [read(lead_id).status for lead_id in ids].count(LeadStatus.REPLIED)

    after = poll()

    assert (done, after) == (10, {"human": 2, "more": False})
    assert {read(lead_id).status for lead_id in ids} == {LeadStatus.REPLIED}


def test_a_backlog_is_worked_off_and_the_answer_in_it_is_found(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST", 1_500)
    (lead_id,) = mailed(routed)
    arrive(box, *(mail(f"Spam {number}", To="ada@agency.example") for number in range(1_999)))
    arrive(box, mail("Yes.", To=to(lead_id)))

    polls = [poll(), poll(), poll()]

    assert polls == [{"unknown": 1_500, "more": True}, {"unknown": 499, "human": 1, "more": False}, {"more": False}]


def test_a_poll_that_runs_out_of_time_leaves_the_rest_to_the_next(routed: Any, outside: Outside, box: Mailbox) -> None:
    class Late(Context):
        def get_remaining_time_in_millis(self) -> int:
            self.milliseconds -= 100_000
            return self.milliseconds

    (lead_id,) = mailed(routed)
    arrive(box, *(mail(f"Spam {number}", To="ada@agency.example") for number in range(25)))
    arrive(box, mail("Yes.", To=to(lead_id)))

    assert poll(Late()) == {"unknown": 20, "more": True}
    assert poll() == {"unknown": 5, "human": 1, "more": False}


@pytest.fixture
def hurt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with reader.hurt(monkeypatch):
        yield


def test_mails_that_are_too_much_for_their_reader_are_passed_over_named_and_kept(
    routed: Any, outside: Outside, box: Mailbox, hurt: None, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, three, four = mailed(routed, 4)
    hard = [
        mail("Secret 4711.", To=to(one)),
        mail("Please remove me.", "4712", To=to(two)),
        mail("4713", To=to(three)),
    ]
    arrive(box, *hard, b"\x00\xff\x00", mail("Yes.", To=to(four)))

    assert [poll(), poll()] == [
        {"unreadable": 3, "unknown": 1, "human": 2, "unsubscribe": 1, "more": False},
        {"more": False},
    ]

    assert uids(caplog, "an email is unreadable") == [101, 102, 103]
    assert not [record for record in caplog.records if "Secret" in str(vars(record))]
    expected = {f"unreadable/{unread.digest(raw)}" for raw in hard}
    assert {key for key in kept() if key.startswith("unreadable/")} == expected
    assert [read(lead_id).status for lead_id in (one, two, three, four)] == [
        LeadStatus.REPLIED, LeadStatus.UNSUBSCRIBED, LeadStatus.CONTACTED, LeadStatus.REPLIED,
    ]  # fmt: skip


def uids(caplog: pytest.LogCaptureFixture, message: str) -> list[int]:
    """Of which emails the log says so."""
    return [vars(record)["uid"] for record in caplog.records if record.message == message]


BOMBS = (
    "parameters", "spaces in the subject", "tags cut short", "parts within parts", "comments", "continued parameters",
    "many headers",
)  # fmt: skip


def test_bombs_among_ordinary_replies_stop_nothing(
    routed: Any, outside: Outside, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    ids = mailed(routed, len(BOMBS) + 4)
    bombs = [
        mail_bombs.KINDS[kind](300_000)
        .replace(answers.TO.encode(), to(lead_id).encode())
        .replace(b"<1@b.example>", f"<{lead_id}@b.example>".encode())
        for kind, lead_id in zip(BOMBS, ids, strict=False)
    ]
    others = [mail(f"Yes, {lead_id}.", To=to(lead_id)) for lead_id in ids[len(BOMBS) :]]
    arrive(box, *others[:2])
    box.put_as_they_are(*bombs, folder=FOLDER, at=clock.now())
    arrive(box, *others[2:])

    counts = poll()

    # In one of the bombs the wish stands among so many words that it is left to a person.
    assert counts == {"human": 5, "unsubscribe": len(BOMBS) - 1, "shortened": len(BOMBS), "more": False}
    assert len(set(uids(caplog, "an email was not read in full"))) == len(BOMBS)
    statuses = Counter(read(lead_id).status for lead_id in ids)
    assert statuses == {LeadStatus.UNSUBSCRIBED: len(BOMBS) - 1, LeadStatus.REPLIED: 5}
    box.commands.clear()
    assert poll() == {"more": False}
    assert not [one for one in box.commands if "FETCH" in one]


class Ended(BaseException):
    """What a poll is ended by: nothing in it can run any more."""


def ending_at(monkeypatch: pytest.MonkeyPatch, word: bytes, sizes: list[int]) -> None:
    """Let polls end at a mail, as the kernel or Lambda ends them: nothing is cleaned up, nothing more is written."""
    stock = judging.judge

    def judge(raw: bytes, received: Any, *, sparingly: bool = False) -> judging.Judgement:
        if word in raw:
            sizes.append(len(raw))
            raise Ended
        return stock(raw, received, sparingly=sparingly)

    monkeypatch.setattr(judging, "judge", judge)


def test_what_ends_every_poll_is_read_alone_then_in_part_and_then_passed_over(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before, fatal, after = mailed(routed, 3)
    arrive(box, mail("Yes.", To=to(before)), mail("4711" + " word" * 20_000, To=to(fatal)), mail("No.", To=to(after)))
    sizes: list[int] = []
    ending_at(monkeypatch, b"4711", sizes)

    for _ in range(3):
        with pytest.raises(Ended):
            poll()

    assert poll() == {"unreadable": 1, "human": 1, "more": False}
    assert sizes == [sizes[0], sizes[0], 64_000]
    assert [read(one).status for one in (before, fatal, after)] == [
        LeadStatus.REPLIED, LeadStatus.CONTACTED, LeadStatus.REPLIED,
    ]  # fmt: skip
    assert uids(caplog, "an email is passed over: reading it ended every poll") == [102]
    assert poll() == {"more": False}


def test_an_email_that_is_read_in_part_is_recorded_named_and_kept(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Please remove me.", To=to(lead_id)))
    with monkeypatch.context() as ending:
        ending_at(ending, b"remove", [])
        for _ in range(2):
            with pytest.raises(Ended):
                poll()

    assert poll() == {"unsubscribe": 1, "unreadable": 1, "more": False}
    assert read(lead_id).status is LeadStatus.UNSUBSCRIBED
    assert len([key for key in kept() if key.startswith("unreadable/")]) == 1


def test_a_poll_that_was_ended_once_costs_no_email(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = mailed(routed, 12)
    arrive(box, *(mail(f"Yes, {lead_id}.", To=to(lead_id)) for lead_id in ids))
    with monkeypatch.context() as ending:
        ending_at(ending, ids[4].encode(), [])
        with pytest.raises(Ended):
            poll()

    assert poll() == {"duplicate": 4, "human": 8, "more": False}
    assert {read(lead_id).status for lead_id in ids} == {LeadStatus.REPLIED}
    assert mailbox_progress.unfinished(NAME) is None


def test_a_mail_at_which_the_server_always_breaks_off_is_passed_over_at_last(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = mailed(routed, 3)
    arrive(box, *(mail(f"Yes, {lead_id}.", To=to(lead_id)) for lead_id in ids))
    stock = mailbox.Mailbox.fetch

    def breaking(self: mailbox.Mailbox, uids: Any, *arguments: Any) -> Any:
        if 102 in uids:
            raise Throttled("the server closed the connection")
        return stock(self, uids, *arguments)

    monkeypatch.setattr(mailbox.Mailbox, "fetch", breaking)
    for _ in range(6):
        with pytest.raises(Throttled):
            poll()

    assert poll() == {"unreadable": 1, "human": 1, "more": False}
    assert [read(one).status for one in ids].count(LeadStatus.REPLIED) == 2


def test_when_aws_is_busy_no_email_is_to_blame(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Yes.", To=to(lead_id)))

    def busy(*_: object) -> None:
        raise Throttled("busy")

    with monkeypatch.context() as broken:
        broken.setattr(engagement, "record", busy)
        for _ in range(5):
            with pytest.raises(Throttled):
                poll()

    assert poll() == {"human": 1, "more": False}


def test_mails_that_are_hard_to_read_leave_the_rest_to_the_next_poll(
    routed: Any, outside: Outside, box: Mailbox, hurt: None
) -> None:
    class Late(Context):
        def get_remaining_time_in_millis(self) -> int:
            self.milliseconds -= 100_000
            return self.milliseconds

    ids = mailed(routed, 4)
    arrive(box, *(mail(f"4713 {lead_id}", To=to(lead_id)) for lead_id in ids[:3]), mail("Yes.", To=to(ids[3])))

    assert poll(Late()) == {"unreadable": 2, "more": True}
    assert poll() == {"unreadable": 1, "human": 1, "more": False}


@pytest.mark.parametrize("where", [(unconfirmed, "left"), (engagement, "record"), (store, "keep")])
def test_when_aws_is_busy_the_next_poll_does_the_rest(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str]
) -> None:
    ids = mailed(routed, 3)
    arrive(box, *(mail(f"Yes, {lead_id}.", To=to(lead_id)) for lead_id in ids))
    module, name = where
    stock, calls = getattr(module, name), 0

    def busy(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Throttled("busy")
        return stock(*arguments)

    monkeypatch.setattr(module, name, busy)
    with pytest.raises(Throttled):
        poll()
    assert mailbox_progress.read(NAME) is None

    assert poll() == {"duplicate": 1, "human": 2, "more": False}


def test_two_polls_at_once_count_each_mail_once_and_never_go_back(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = mailed(routed, 12)
    arrive(box, *(mail(f"Yes, {lead_id}.", To=to(lead_id)) for lead_id in ids))
    stock = mailbox.Mailbox.fetch
    begun: list[int] = []
    others: list[dict[str, Any]] = []

    def meanwhile(*arguments: Any) -> Any:
        found = stock(*arguments)
        if not begun:
            begun.append(1)
            others.append(poll())
        return found

    monkeypatch.setattr(mailbox.Mailbox, "fetch", meanwhile)

    slow = poll()

    assert (others, slow) == ([{"human": 12, "more": False}], {"duplicate": 10, "more": True})
    assert poll() == {"more": False}
    assert [len([1 for item in reading.read(1, 1, one)[1] if item["kind"] == "event"]) for one in ids] == [1] * 12


def test_a_worker_that_dies_before_the_place_is_moved_has_lost_nothing(
    routed: Any, outside: Outside, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = mailed(routed)
    arrive(box, mail("Yes.", To=to(lead_id)))
    with monkeypatch.context() as dying:
        dying.setattr(mailbox_progress, "move", _die)
        with pytest.raises(KeyboardInterrupt):
            poll()

    assert poll() == {"duplicate": 1, "more": False}
    assert read(lead_id).status is LeadStatus.REPLIED


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_answer_of_a_lead_that_is_gone_is_nobody_s(routed: Any, box: Mailbox) -> None:
    routed(1)
    arrive(box, mail("Yes.", To=to("gone")))

    assert poll() == {"unknown": 1, "more": False}


def test_another_mailbox_has_a_place_of_its_own(aws: None) -> None:
    now = clock.now()
    assert mailbox_progress.move("a", None, Place(7, 5), now)

    assert mailbox_progress.read("b") is None
    assert not mailbox_progress.move("a", None, Place(7, 4), now)
    assert not mailbox_progress.move("a", Place(8, 5), Place(7, 4), now)
    assert mailbox_progress.move("a", Place(7, 5), Place(7, 6), now)
    assert mailbox_progress.read("a") == Place(7, 6)


def test_an_answer_proves_that_an_unsure_touch_has_left(routed: Any, outside: Outside, box: Mailbox) -> None:
    outside.troubles = [Unsure("timeout")]
    (lead_id,) = mailed(routed)
    arrive(box, mail("Thank you for your message.", To=to(lead_id), Auto_Submitted="auto-replied"))

    assert poll() == {"auto_reply": 1, "more": False}

    assert [send.status for send in sends()] == [SendStatus.SENT]
    assert read(lead_id).step == 1
