"""Ports, locks, the build's fingerprint and the mailbox of the local AWS."""

import contextlib
import os
import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local import processes, samcli
from local.setup import ROOT

MAIL = b"Subject: x\r\nX-Odd:  two  spaces\r\n\r\n.leading dot\r\nGr\xc3\xbc\xc3\x9fe \xff\r\n"


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    port = processes.free_port(None)

    assert processes.free_port(port) == port


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert processes.free_port(port) != port
        assert not processes.is_free(port)


def test_two_that_prefer_the_same_port_listen_on_different_ones() -> None:
    with processes.listen(None) as first:
        port = first.getsockname()[1]
        with processes.listen(port) as second, socket.create_connection(("127.0.0.1", port)):
            assert second.getsockname()[1] != port
    with processes.listen(port) as again:
        assert again.getsockname()[1] == port


def test_a_lock_that_is_held_is_refused_with_advice(tmp_path: Path) -> None:
    with (
        processes.lock(tmp_path / "lock"),
        pytest.raises(processes.Failed, match="stop that one first"),
        processes.lock(tmp_path / "lock"),
    ):
        pass


def test_children_do_not_inherit_aws_settings_or_those_of_make(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "MAKEFLAGS", "PYTHONPATH", "SAM_CLI_X"):
        monkeypatch.setenv(name, "of the caller")

    assert "of the caller" not in processes.base_environment().values()


def test_a_stubborn_process_and_its_children_end(tmp_path: Path) -> None:
    script = f"trap '' TERM; sleep 60 & echo $! > '{tmp_path}/child'; wait; sleep 60"
    process = subprocess.Popen(["sh", "-c", script], start_new_session=True)
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text().strip():
        time.sleep(0.02)
    child = int((tmp_path / "child").read_text())

    processes.finish(process, seconds=0.2)

    assert process.returncode is not None
    with contextlib.suppress(ProcessLookupError):
        for _ in range(100):
            os.kill(child, 0)
            if Path(f"/proc/{child}/stat").exists() and " Z " in Path(f"/proc/{child}/stat").read_text():
                break
            time.sleep(0.02)
        else:
            pytest.fail("the child is still there")


def test_the_fingerprint_of_the_sources_changes_with_content_and_name(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("1")
    first = samcli.digest(tmp_path)
    file.write_text("2")
    second = samcli.digest(tmp_path)
    file.rename(tmp_path / "b.py")

    assert len({first, second, samcli.digest(tmp_path)}) == 3


def test_the_fingerprint_ignores_byte_code(tmp_path: Path) -> None:
    first = samcli.digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")

    assert samcli.digest(tmp_path) == first


def test_the_mailbox_keeps_each_mail_as_it_came_in_order(tmp_path: Path) -> None:
    port = processes.free_port(None)
    command = [sys.executable, "-m", "local.mailbox", "--port", str(port), "--outbox", str(tmp_path / "out box")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True) as mailbox:
        try:
            while processes.is_free(port):
                time.sleep(0.05)
            for number in range(3):
                with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as server:
                    server.sendmail("a@sender.example", ["b@client.example"], MAIL + b"%d\r\n" % number)
        finally:
            assert mailbox.stdin is not None
            mailbox.stdin.close()  # the end of its parent, as it sees it
            assert mailbox.wait(20) == 0

    stored = [path.read_bytes() for path in sorted((tmp_path / "out box").iterdir())]
    assert stored == [MAIL + b"%d\r\n" % number for number in range(3)]
