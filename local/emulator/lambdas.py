"""Python functions run under AWS's own awslambdaric.

ministack's Python worker reports every exception as `Runtime.HandlerError`, so ASL Retry and Catch by class never
match. Its worker for `provided.*` runtimes speaks the Lambda Runtime API: with awslambdaric as the bootstrap, error
types, stack traces, crashes and time-outs are those of AWS.
"""

import json
import os
import shlex
from pathlib import Path
from typing import Any

import ministack.core.lambda_runtime as runtime
import ministack.services.lambda_svc as service

RESPONSE_LIMIT = 6 * 1024 * 1024
FAULTS = Path(__file__).parent.parent / "faults"
# Nothing of the host reaches a function but where to find programs, a scratch folder and trusted certificates.
HOST = ("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def is_python(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


class Worker(runtime.ProvidedWorker):  # type: ignore[misc]
    """One execution environment; ministack starts as many of a function as run at once."""

    def _build_handler_class(self, *args: Any) -> type:
        # Nagle's algorithm and delayed acknowledgement cost 40 ms a call.
        return type("Handler", (super()._build_handler_class(*args),), {"disable_nagle_algorithm": True})

    def _drain_stderr_bounded(
        self, first_line_wait: float = 0.005, idle_confirm: float = 0.005, hard_cap: float = 0.25
    ) -> Any:
        return super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)


def environment(config: dict[str, Any], code: str, port: int, faults: Path | None) -> dict[str, str]:
    """The variables of one function: AWS's reserved ones, its own, and nothing of the emulator's."""
    name, region = config.get("FunctionName", "unknown"), service.get_region()
    path = [str(FAULTS)] if faults else []
    path.append(code)
    for layer in config.get("Layers") or []:
        content = service._resolve_layer_zip(layer)
        if content:
            folder = Path(service._docker_extracted_dir(content, "layer")) / "python"
            path += [str(folder), str(folder / "lib" / config["Runtime"] / "site-packages")]
    variables = {key: os.environ[key] for key in HOST if key in os.environ}
    if faults:
        variables["CAM_FAULTS"] = str(faults)
    variables |= {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": os.pathsep.join(path),
        "LAMBDA_TASK_ROOT": code,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": config.get("Handler", ""),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": service.new_uuid(),
        # The emulator has one address: botocore must not put `sync-` and the like before it.
        runtime.HOST_PREFIX_ENV: "true",
    }
    variables |= runtime.execution_credentials(config) | service._runtime_env_vars(config)
    variables.setdefault("AWS_ENDPOINT_URL", f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}")
    return variables


def workers() -> list[dict[str, Any]]:
    """The running execution environments: function, process id, and whether an invocation is in it."""
    with runtime._lock:
        every = [worker for pool in runtime._workers.values() for worker in pool]
    return [
        {"function": worker.func_name, "pid": worker._proc.pid, "busy": worker.in_use}
        for worker in every
        if worker._proc is not None and worker._proc.poll() is None
    ]


def stop_workers() -> None:
    with runtime._lock:
        every = [worker for pool in runtime._workers.values() for worker in pool]
        runtime._workers.clear()
    runtime.kill_workers(every)


def show(config: dict[str, Any], result: dict[str, Any]) -> None:
    """Copy what a function printed, and how it failed, to the emulator's own log, where a person looks first."""
    lines = [line for line in (result.get("log") or "").splitlines() if line]
    if result.get("error") and isinstance(result.get("body"), dict):
        lines.append(f"{result['body'].get('errorType')}: {result['body'].get('errorMessage')}")
    if lines:
        print("\n".join(f"{config.get('FunctionName')} | {line}" for line in lines), flush=True)


def mend(python: Path, faults: Path | None) -> None:
    """Send Python functions down the Runtime API path; `faults` makes them obey what tests put into that folder."""
    stock_folder, stock_environment = service._provided_runtime_code_dir, service._provided_worker_env
    stock_invoke, stock_worker = service._execute_function_warm, runtime._worker_class_for

    def folder(code_zip: bytes) -> str:
        code = Path(stock_folder(code_zip))
        bootstrap = code / "bootstrap"
        with service._provided_code_lock:  # no worker may be forked while the script is open for writing (ETXTBSY)
            if not bootstrap.exists():
                bootstrap.write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} -m awslambdaric "$_HANDLER"\n')
                bootstrap.chmod(0o755)
        return str(code)

    def worker_environment(config: dict[str, Any], code: str, port: int) -> Any:
        return environment(config, code, port, faults) if is_python(config) else stock_environment(config, code, port)

    def invoke(function: dict[str, Any], event: Any, request_id: str) -> Any:
        config = function.get("config") or function
        if not is_python(config):
            return stock_invoke(function, event, request_id)
        result = service._execute_function_provided_warm(function, event, request_id)
        show(config, result)
        if not result.get("error") and len(json.dumps(result.get("body")).encode()) > RESPONSE_LIMIT:
            message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
            body = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}
            return {"body": body, "error": True, "log": result.get("log", "")}
        return result

    service._provided_runtime_code_dir = folder
    service._provided_worker_env = worker_environment
    service._execute_function_warm = invoke
    runtime._worker_class_for = lambda config: Worker if is_python(config) else stock_worker(config)
