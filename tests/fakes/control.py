"""The faults, meters and settings of fakes in another process, over HTTP on a port of their own.

| request | body | answer |
|---|---|---|
| GET /meter | | `{provider: meter}` |
| POST /reset | | as new: settings, clock, faults, meters |
| POST /fault | `{"provider", "path_contains", "kind", "times"?, "spends"?, "body"?, "seconds"?, "after"?}` | 204 |
| POST /settings | `{provider: {setting: value}}`, also `clock_offset` | 204 |
| POST /release | | hanging requests end |

What cannot be done is answered with 400 and says why.
"""

from collections.abc import Mapping
from typing import Any

from tests.fakes.server import Connection, Fake, Reply, Request, Service, answer

_DONE = Reply(204, b"")


class Control(Service):
    """A server that commands other servers."""

    def __init__(self, fakes: Mapping[str, Fake[Any]], port: int = 0) -> None:
        super().__init__(port)
        self.fakes = fakes

    def serve(self, request: Request, connection: Connection) -> None:
        connection.send(self._answer(request))

    def _answer(self, request: Request) -> Reply:
        try:
            return self._command(f"{request.method} {request.path}", request.json())
        except KeyError as error:
            return answer(400, {"error": f"{error} is missing or unknown"})
        except (ValueError, TypeError, AttributeError) as error:
            return answer(400, {"error": str(error)})

    def _command(self, command: str, body: Any) -> Reply:
        match command:
            case "GET /meter":
                return answer(200, {name: self._meter(fake) for name, fake in self.fakes.items()})
            case "POST /reset":
                for fake in self.fakes.values():
                    fake.reset()
            case "POST /release":
                for fake in self.fakes.values():
                    fake.release()
            case "POST /fault":
                self.fakes[body.pop("provider")].fault(**body)
            case "POST /settings":
                for name, changes in body.items():
                    self.fakes[name].set(**changes)
            case _:
                return answer(404, {"error": f"there is no {command}"})
        return _DONE

    @staticmethod
    def _meter(fake: Fake[Any]) -> dict[str, Any]:
        with fake.lock:
            return fake.meter.as_json()
