"""Start the emulator: `python -m local.emulator --port 4566 --state <folder> --smtp-port 2525 --lambda-python <path>`.

It ends on SIGTERM, on SIGINT, and when its standard input closes, so it never outlives the process that started it.
"""

import argparse
import importlib.metadata
import os
import signal
import sys
import threading
from pathlib import Path

MINISTACK = "1.5.33"


def settings(port: int, state: Path, smtp_port: int) -> dict[str, str]:
    """ministack reads all of its settings from the environment, some of them while it is imported."""
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
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
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps tables, objects and the stack")
    parser.add_argument("--smtp-port", type=int, required=True, help="where mail sent through SES is delivered")
    parser.add_argument("--lambda-python", type=Path, required=True, help="interpreter that has awslambdaric")
    parser.add_argument("--faults", type=Path, help="folder from which Lambdas read the faults that tests ask for")
    arguments = parser.parse_args()
    os.environ.update(settings(arguments.port, arguments.state, arguments.smtp_port))

    import ministack.app

    from local.emulator import gateway, lambdas, mail, schedules, states

    lambdas.mend(arguments.lambda_python, arguments.faults)
    states.mend()
    mail.mend(arguments.smtp_port)
    schedules.mend()
    gateway.mend()

    end_with_parent()
    sys.argv = ["ministack"]
    try:
        ministack.app.main()
    finally:
        lambdas.stop_workers()
        os._exit(0)  # the state is saved; threads of unfinished executions must not hold the process


if __name__ == "__main__":
    main()
