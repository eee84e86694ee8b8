"""Start the emulator: `python -m local.emulator --fd 3 --state <folder> --smtp-port 2525 --lambda-python <path>`.

It serves the socket that it inherits as --fd, so that its port was never free for anybody else in between.
It ends on SIGTERM, on SIGINT, and when its standard input closes, so it never outlives the process that started it.
"""

import argparse
import asyncio
import importlib.metadata
import os
import resource
import signal
import socket
import sys
import threading
from pathlib import Path

MINISTACK = "1.5.33"
OPEN_FILES = 8192  # a burst of connections takes more than the usual 1,024


def settings(port: int, state: Path, smtp_port: int) -> dict[str, str]:
    """ministack reads all of its settings from the environment, some of them while it is imported."""
    return {
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LAMBDA_EXECUTOR": "local",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "SMTP_HOST": f"127.0.0.1:{smtp_port}",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def end_with_parent() -> None:
    """The parent holds the other end of our standard input; when it is gone, so are we."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True, name="parent-watch").start()


def main() -> None:
    found = importlib.metadata.version("ministack")
    if found != MINISTACK:
        sys.exit(f"local/emulator is written for ministack {MINISTACK}, found {found}: `make setup`")
    parser = argparse.ArgumentParser(prog="local.emulator")
    parser.add_argument(
        "--fd", type=int, required=True, help="a socket that listens, inherited from whoever starts this"
    )
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps tables, objects and the stack")
    parser.add_argument("--smtp-port", type=int, required=True, help="where mail sent through SES is delivered")
    parser.add_argument("--lambda-python", type=Path, required=True, help="interpreter that has awslambdaric")
    parser.add_argument("--faults", type=Path, help="folder from which Lambdas read the faults that tests ask for")
    arguments = parser.parse_args()
    with socket.socket(fileno=os.dup(arguments.fd)) as listening:
        port = listening.getsockname()[1]
    os.environ.update(settings(port, arguments.state, arguments.smtp_port))

    import ministack.app
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from local.emulator import gateway, lambdas, mail, schedules, states

    lambdas.mend(arguments.lambda_python, arguments.faults)
    states.mend()
    mail.mend(arguments.smtp_port)
    schedules.mend()
    gateway.mend()

    end_with_parent()
    config = Config()
    config.bind = [f"fd://{arguments.fd}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limit, min(most, OPEN_FILES)), most))
    try:
        asyncio.run(serve(ministack.app.app, config))
    finally:
        lambdas.stop_workers()
        os._exit(0)  # the state is saved; threads of unfinished executions must not hold the process


if __name__ == "__main__":
    main()
