"""API Gateway and the launcher's own address `/_cam/workers`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import ministack.app
import ministack.services.apigateway_v1 as service
import ministack.services.cloudformation.provisioners as templates

from local.emulator import lambdas

type Message = dict[str, Any]


def mend() -> None:
    mend_import()
    mend_update()
    mend_failures()
    add_workers_route()


def mend_import() -> None:
    """SAM writes BinaryMediaTypes and GatewayResponses into the OpenAPI body, where ministack does not look."""
    stock = service._import_rest_api

    def import_rest_api(body: dict[str, Any], data: dict[str, Any] | None = None) -> Any:
        types = body.get("x-amazon-apigateway-binary-media-types")
        api = stock(body, (data or {}) | ({"binaryMediaTypes": types} if types else {}))
        for kind, response in body.get("x-amazon-apigateway-gateway-responses", {}).items():
            service._put_gateway_response(api, kind, response)
        return api

    service._import_rest_api = import_rest_api


def mend_update() -> None:
    """A changed API keeps its id, and with it its address and the links in mails; ministack would make a new one."""
    stock = templates._apigw_rest_api_update

    def update(api: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None) -> Any:
        if new.get("Body") == old.get("Body"):
            return stock(api, old, new, stack, logical_id)
        imported, _ = templates._apigw_rest_api_create(logical_id or api, new, stack)
        for kept in (service._resources, service._authorizers_v1, service._models, service._gateway_responses):
            kept[api] = kept[imported]
        service._rest_apis[api] = service._rest_apis[imported] | {"id": api}
        templates._apigw_rest_api_delete(imported, new)
        return api, templates._apigw_rest_api_attrs(api)

    templates._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]["update"] = update


def mend_failures() -> None:
    """A Lambda that raised answers 502 without its error; ministack would show the stack trace to the client."""
    stock = service._lambda_proxy_response

    def proxy_response(result: dict[str, Any]) -> Any:
        response, failure = stock(result)
        return response, failure and "Internal server error"

    service._lambda_proxy_response = proxy_response


def add_workers_route() -> None:
    """GET /_cam/workers lists the running Lambda processes, for tests that kill one from outside."""
    stock = ministack.app.app

    async def app(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http" or scope["path"] != "/_cam/workers":
            await stock(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(lambdas.workers()).encode()})

    ministack.app.app = app
