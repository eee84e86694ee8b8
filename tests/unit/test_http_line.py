"""One line to a provider, against a server that plays every trick: what is tried again, what is unsure."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import stamina

from cam.model.errors import ProviderFailed, Throttled
from cam.providers import providers
from cam.providers.providers import Limits, Provider, State, Window
from cam.text import clock
from functions.harvest.clients import http
from functions.harvest.clients.http import Line
from functions.harvest.clients.outcomes import Refused, Unsure, Wait

KEY = "a-secret-key"


class Books:
    """Stands where the provider's state is kept, without a table."""

    def __init__(self) -> None:
        self.state = State()
        self.wait = 0.0
        self.taken = self.succeeded = 0
        self.failures: list[str] = []
        self.refusals: list[str] = []
        self.pauses: list[float] = []
        self.limits: Limits = {}


@pytest.fixture(autouse=True)
def books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """What the line writes down about its provider; three failures are no rest here."""
    kept = Books()

    def take(*_: Any) -> float:
        kept.taken += 1
        return kept.wait

    def succeeded(*_: Any) -> None:
        kept.succeeded += 1

    def failed(_: Provider, message: str, *__: Any) -> State:
        kept.failures.append(message)
        return kept.state

    def told(_: Provider, __: str, limits: Limits, ___: State) -> None:
        kept.limits = limits

    monkeypatch.setattr(providers, "state", lambda _: kept.state)
    monkeypatch.setattr(providers, "take", take)
    monkeypatch.setattr(providers, "succeeded", succeeded)
    monkeypatch.setattr(providers, "failed", failed)
    monkeypatch.setattr(providers, "refused", lambda _, message, __: kept.refusals.append(message))
    monkeypatch.setattr(
        providers, "pause", lambda _, __, until: kept.pauses.append((until - clock.now()).total_seconds())
    )
    monkeypatch.setattr(providers, "told", told)
    with stamina.set_testing(True, attempts=3, cap=True):
        yield kept


Talk = Callable[[socket.socket, bytes], None]


class Server:
    """Talks raw bytes: one talk for each connection, the last one again and again."""

    def __init__(self, *talks: Talk | bytes) -> None:
        self.talks = [talk if callable(talk) else says(talk) for talk in talks]
        self.asked: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    request = connection.recv(65_536)
                    if request:
                        self.asked.append(request)
                        self.talks[min(len(self.asked), len(self.talks)) - 1](connection, request)
                except OSError:
                    continue

    def close(self) -> None:
        self.over.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(10)


@contextmanager
def serving(*talks: Talk | bytes) -> Iterator[Server]:
    server = Server(*talks)
    try:
        yield server
    finally:
        server.close()


def says(text: bytes) -> Talk:
    return lambda connection, _: connection.sendall(text)


def reply(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Word", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def hangs(connection: socket.socket, _: bytes) -> None:
    time.sleep(1)


def trickles(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    for _number in range(100):
        connection.sendall(b" ")
        time.sleep(0.1)


def endless(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while True:
        connection.sendall(piece)


def line(url: str, busy: frozenset[int] = frozenset({429}), rekey: Callable[[], str | None] = lambda: KEY) -> Line:
    return Line(Provider.HUNTER, "Hunter", url, "X-Key", KEY, {"verify": {Window.SECOND: 10}}, rekey, busy)


def test_an_answer_is_handed_over_with_what_it_was_as_it_came(books: Books) -> None:
    with serving(reply(body=b'{"a": 1}')) as server:
        answer = line(server.url).ask("verify", "GET", "/x", params=[("email", "a+b@c.test")])

    assert (answer.status, answer.body, answer.raw) == (200, {"a": 1}, b'{"a": 1}')
    assert b"GET /x?email=a%2Bb%40c.test HTTP/1.1" in server.asked[0]
    assert b"X-Key: a-secret-key" in server.asked[0]
    assert books.succeeded == 1


def test_what_no_table_holds_is_mended_and_nothing_else_of_an_answer_is_lost() -> None:
    body = b'{"a\\ud800": "x\\u0000", "b": [1e999, NaN, ' + b"9" * 5000 + b', 1], "c": "\\ud83d\\ude00"}'
    with serving(reply(body=body)) as server:
        answer = line(server.url).ask("verify", "GET", "/x", paid=True)

    assert answer.body == {"a\ufffd": "x\ufffd", "b": [None, None, None, 1], "c": "\U0001f600"}
    assert answer.raw == body


@pytest.mark.parametrize("paid", [True, False])
def test_an_error_of_the_providers_own_is_tried_three_times_as_nothing_was_spent(books: Books, paid: bool) -> None:
    with serving(reply(500)) as server, pytest.raises(ProviderFailed, match="500"):
        line(server.url).ask("verify", "GET", "/x", paid=paid)

    assert len(server.asked) == len(books.failures) == books.taken == 3


@pytest.mark.parametrize(
    "talk",
    [
        reply(body=b'{"half": '),
        reply(body=b"<html>no</html>"),
        reply(body=b"\xff\xfe\xfd"),
        reply(body=b"[" * 100_000),
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        b"not HTTP at all\r\n\r\n",
        reply(body=b"garbage", content_encoding="gzip"),
        reply(body=gzip.compress(gzip.compress(b"{}")), content_encoding="gzip, gzip"),
        reply(504),
        b"",
    ],
)
def test_an_answer_that_nobody_can_read_leaves_a_paid_call_unsure_and_any_other_is_made_again(talk: bytes) -> None:
    with serving(talk) as server, pytest.raises(Unsure):
        line(server.url).ask("verify", "GET", "/x", paid=True)
    with serving(talk, reply()) as again:
        line(again.url).ask("verify", "GET", "/x")

    assert (len(server.asked), len(again.asked)) == (1, 2)


@pytest.mark.parametrize("talk", [hangs, trickles])
def test_silence_and_dribble_are_given_up(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.3)
    began = time.monotonic()
    with serving(talk) as server:
        with pytest.raises(Unsure, match="did not respond in time"):
            line(server.url).ask("verify", "GET", "/x", paid=True)
        taken = time.monotonic() - began

    assert taken < 8  # all of the dribble would take 10 seconds
    assert len(server.asked) == 1


def test_who_has_hung_is_not_asked_again_at_once(monkeypatch: pytest.MonkeyPatch, books: Books) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.2)
    with stamina.set_testing(False), serving(hangs) as server, pytest.raises(ProviderFailed):
        line(server.url).ask("verify", "GET", "/x")

    assert len(books.failures) == 1


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_MOST_BYTES", 1_000_000)
    with serving(endless) as server, pytest.raises(Unsure):
        line(server.url).ask("verify", "GET", "/x", paid=True)


def test_a_paid_call_that_reached_nobody_is_made_again_and_not_unsure(books: Books) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()

    with pytest.raises(ProviderFailed, match="could not be reached"):
        line(url).ask("verify", "GET", "/x", paid=True)

    assert len(books.failures) == 3


def test_a_paid_answer_is_kept_before_anything_else_is_done_with_it(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(providers, "told", lambda *_: order.append("told"))
    monkeypatch.setattr(providers, "succeeded", lambda *_: order.append("succeeded"))
    with serving(reply(body=b"[1]"), reply(body=b"half [")) as server:
        line(server.url).ask("verify", "GET", "/x", paid=True, keep=lambda raw: order.append(raw.decode()))
        with pytest.raises(Unsure):
            line(server.url).ask("verify", "GET", "/x", paid=True, keep=lambda raw: order.append(raw.decode()))

    assert order == ["[1]", "told", "succeeded", "half [", "told"]


def test_only_what_is_taken_is_kept() -> None:
    kept: list[bytes] = []
    with serving(reply(422, b'{"error": "no"}'), reply(451, b'{"forbids": true}')) as server:
        asking = line(server.url)
        with pytest.raises(Refused):
            asking.ask("verify", "GET", "/x", keep=kept.append)
        asking.ask("verify", "GET", "/x", keep=kept.append, takes=frozenset({200, 451}))

    assert kept == [b'{"forbids": true}']


@pytest.mark.parametrize("key", ["two\nlines", "k\u00e9y", "a\u00a0key", "tab\tbed"])
def test_a_key_that_no_header_can_carry_is_refused_before_anything_is_sent(books: Books, key: str) -> None:
    with serving(reply()) as server:
        asking = line(server.url)
        asking.key = key
        with pytest.raises(Refused, match="Hunter's API key") as refused:
            asking.ask("verify", "GET", "/x", paid=True)

    assert server.asked == []
    assert books.refusals == [str(refused.value)]
    assert key not in str(refused.value)


def test_no_redirect_is_followed_with_the_key() -> None:
    with (
        serving(reply()) as elsewhere,
        serving(reply(302, location=elsewhere.url)) as server,
        pytest.raises(Refused, match="302"),
    ):
        line(server.url).ask("verify", "GET", "/x")

    assert elsewhere.asked == []


def test_an_endpoint_that_the_plan_does_not_include_is_asked_once(books: Books) -> None:
    with serving(reply(403, b'{"error": "no"}')) as server:
        asking = line(server.url)
        for _ in range(2):
            with pytest.raises(Refused, match="403"):
                asking.ask("verify", "GET", "/x")

    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_carries_the_providers_words_without_addresses_and_keys(books: Books, status: int) -> None:
    body = f'{{"error": "no {KEY} for ann@a.test \\ud800 {"x" * 500}"}}'.encode()
    with serving(reply(status, body)) as server, pytest.raises(Refused) as refused:
        line(server.url).ask("verify", "GET", "/x")

    said = str(refused.value)
    assert f"({status}: no … for …" in said
    assert len(said) < 300
    assert books.refusals == [said]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"plain", b"[]", b"null", b'{"error": 5}', b'{"errors": 5}', b'{"errors": [5]}', b'{"errors": [{}]}'],
)
def test_a_refusal_without_words_is_a_refusal(body: bytes) -> None:
    with serving(reply(422, body)) as server, pytest.raises(Refused, match=r"rejected the request \(422\)"):
        line(server.url).ask("verify", "GET", "/x")


def test_the_words_of_hunters_errors_are_read() -> None:
    with serving(reply(400, b'{"errors": [{"details": "Give email"}]}')) as server, pytest.raises(Refused) as refused:
        line(server.url).ask("verify", "GET", "/x")

    assert "400: Give email" in str(refused.value)


def test_a_key_that_was_replaced_is_used_at_once() -> None:
    with serving(reply(401, b"no"), reply()) as server:
        asking = line(server.url, rekey=lambda: "another-key")
        assert asking.ask("verify", "GET", "/x").status == 200

    assert asking.key == "another-key"
    assert b"X-Key: another-key" in server.asked[1]


@pytest.mark.parametrize("rekey", [lambda: KEY, lambda: None, lambda: "another-wrong-key"])
def test_a_key_that_is_refused_is_read_once_more_and_no_oftener(rekey: Callable[[], str | None]) -> None:
    with serving(reply(401, b"ann@a.test")) as server, pytest.raises(Refused, match="rejected its API key") as refused:
        line(server.url, rekey=rekey).ask("verify", "GET", "/x")

    assert len(server.asked) <= 2
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0"}, 1),
        ({"retry_after": " 3 "}, 3),
        ({}, 60),
        ({"retry_after": "soon"}, 60),
        ({"retry_after": "-5"}, 60),
    ],
)
def test_a_429_says_how_long_to_wait(books: Books, header: dict[str, str], seconds: int) -> None:
    with serving(reply(429, b"{}", **header)) as server, pytest.raises(Wait) as wait:
        line(server.url).ask("verify", "GET", "/x", paid=True)

    assert wait.value.seconds == seconds
    assert books.pauses == pytest.approx([seconds], abs=1)
    assert books.failures == []


def test_a_429_may_name_a_date() -> None:
    until = format_datetime(clock.now() + timedelta(seconds=90), usegmt=True)
    with serving(reply(429, retry_after=until)) as server, pytest.raises(Wait) as wait:
        line(server.url).ask("verify", "GET", "/x")

    assert 80 <= wait.value.seconds <= 91


@pytest.mark.parametrize("header", ["3600", "9" * 30, "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_pause_that_is_too_long_for_a_run_is_a_failure(header: str) -> None:
    with serving(reply(429, retry_after=header)) as server, pytest.raises(ProviderFailed, match="no more requests"):
        line(server.url).ask("verify", "GET", "/x")


def test_hunters_403_means_too_fast() -> None:
    with serving(reply(403)) as server, pytest.raises(Wait) as wait:
        line(server.url, busy=frozenset({403})).ask("verify", "GET", "/x")

    assert wait.value.seconds == 60


def test_a_full_window_of_ours_asks_nobody(books: Books) -> None:
    books.wait = 12.3
    with serving(reply()) as server, pytest.raises(Wait) as wait:
        line(server.url).ask("verify", "GET", "/x", paid=True)

    assert (wait.value.seconds, server.asked) == (13, [])


def test_a_provider_that_rests_is_not_asked(books: Books) -> None:
    books.state = State(rests_until=clock.now() + timedelta(minutes=5), last_error="Hunter is out")
    with serving(reply()) as server, pytest.raises(ProviderFailed, match=r"is not called until .* Hunter is out"):
        line(server.url).ask("verify", "GET", "/x")

    assert server.asked == []


def test_a_provider_that_begins_to_rest_is_not_tried_again(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    resting = State(rests_until=clock.now() + timedelta(minutes=5))
    monkeypatch.setattr(providers, "failed", lambda *_: resting)
    with serving(reply(500)) as server, pytest.raises(ProviderFailed):
        line(server.url).ask("verify", "GET", "/x")

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({"x_rate_limit_minute": "200", "x_rate_limit_hourly": "6000", "x_rate_limit_24_hour": "50000"},
         {"minute": 200, "hour": 6000, "day": 50_000}),
        ({"x_rate_limit_daily": "600"}, {"day": 600}),
        ({"x_rate_limit_minute": "", "x_rate_limit_hourly": " "}, {"minute": None, "hour": None}),
        ({"x_rate_limit_minute": "many", "x_rate_limit_hourly": "9" * 5000, "x_rate_limit_daily": "-1"}, {}),
        ({}, {}),
    ],
)  # fmt: skip
def test_what_the_headers_say_of_limits_is_read(books: Books, headers: dict[str, str], limits: dict[str, Any]) -> None:
    with serving(reply(200, b"{}", **headers)) as server:
        line(server.url).ask("verify", "GET", "/x")

    assert books.limits == limits


@pytest.mark.parametrize("status", [200, 403, 429, 500])
def test_that_nothing_can_be_written_down_does_not_hide_what_the_provider_said(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def busy(*_: Any, **__: Any) -> State:
        raise Throttled("DynamoDB is busy")

    for name in ("told", "succeeded", "failed", "refused", "pause"):
        monkeypatch.setattr(providers, name, busy)
    with serving(reply(status)) as server, contextlib.suppress(Refused, Wait, ProviderFailed):
        assert line(server.url).ask("verify", "GET", "/x", paid=True).status == status == 200


@pytest.mark.parametrize("talk", [reply(), reply(500), reply(403), reply(429), b"", reply(body=b"half [")])
def test_no_key_and_no_address_is_in_logs_or_messages(
    talk: bytes, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    said = ""
    with serving(talk) as server:
        try:
            line(server.url).ask("verify", "GET", "/x", params=[("email", "ann@a.test")], paid=True)
        except Exception as error:
            said = f"{error} {error!r}"

    logged = "\n".join(record.getMessage() for record in caplog.records if record.name != "asyncio")
    everything = said + logged + capsys.readouterr().out
    for secret in (KEY, "ann@a.test", "ann%40a.test"):
        assert secret not in everything


def test_proxies_of_the_environment_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    http._client.cache_clear()
    with serving(reply()) as proxy, serving(reply(body=b"[7]")) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert line(server.url).ask("verify", "GET", "/x").body == [7]

    assert proxy.asked == []
    assert isinstance(http._client(), httpx.Client)
