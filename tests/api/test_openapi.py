"""The OpenAPI document: complete, and off unless somebody asks for it."""

from typing import Any

from functions.api.app import PREFIX, create_app

ROUTES = {
    ("GET", "/campaigns"), ("POST", "/campaigns"),
    ("GET", "/campaigns/{campaign_id}"), ("PUT", "/campaigns/{campaign_id}"),
    ("GET", "/campaigns/{campaign_id}/settings/versions"),
    ("GET", "/campaigns/{campaign_id}/settings/versions/{version}"),
    ("GET", "/campaigns/{campaign_id}/settings/versions/{version}/diff"),
    ("GET", "/campaigns/{campaign_id}/leads"), ("POST", "/campaigns/{campaign_id}/leads"),
    ("GET", "/campaigns/{campaign_id}/leads/{lead_id}"),
    ("GET", "/campaigns/{campaign_id}/review"), ("POST", "/campaigns/{campaign_id}/review"),
    ("POST", "/campaigns/{campaign_id}/review/{lead_id}"),
    ("POST", "/campaigns/{campaign_id}/leads/{lead_id}/events"), ("GET", "/campaigns/{campaign_id}/outcomes"),
    ("GET", "/campaigns/{campaign_id}/sequences/{name}/results"),
    ("GET", "/campaigns/{campaign_id}/replies"), ("GET", "/replies"), ("GET", "/replies/accuracy"),
    ("GET", "/replies/{reply_id}"), ("POST", "/replies/{reply_id}"),
    ("GET", "/campaigns/{campaign_id}/imports"), ("POST", "/campaigns/{campaign_id}/imports"),
    ("GET", "/campaigns/{campaign_id}/imports/{import_id}"), ("POST", "/campaigns/{campaign_id}/imports/preview"),
    ("GET", "/campaigns/{campaign_id}/imports/{import_id}/errors.csv"),
    ("POST", "/campaigns/{campaign_id}/execute/harvest"), ("POST", "/campaigns/{campaign_id}/execute/full-pipeline"),
    ("GET", "/campaigns/{campaign_id}/runs"), ("POST", "/campaigns/{campaign_id}/runs"),
    ("GET", "/campaigns/{campaign_id}/runs/{run_id}"), ("POST", "/campaigns/{campaign_id}/runs/{run_id}/stop"),
    ("POST", "/campaigns/{campaign_id}/preview"), ("GET", "/campaigns/{campaign_id}/previews/{preview_id}"),
    ("POST", "/campaigns/{campaign_id}/rescore"),
    ("POST", "/campaigns/{campaign_id}/forecast"), ("GET", "/campaigns/{campaign_id}/forecasts/{forecast_id}"),
    ("POST", "/forecast"), ("GET", "/forecasts/{forecast_id}"),
    ("GET", "/campaigns/{campaign_id}/jobs"), ("GET", "/campaigns/{campaign_id}/sends"),
    ("POST", "/campaigns/{campaign_id}/sends/{send_id}/settle"),
    ("PATCH", "/campaigns/{campaign_id}/leads/{lead_id}"),
    ("GET", "/campaigns/{campaign_id}/sources"), ("GET", "/campaigns/{campaign_id}/sources/estimate"),
    ("GET", "/campaigns/{campaign_id}/calls"), ("POST", "/campaigns/{campaign_id}/calls/{call_id}/settle"),
    ("GET", "/campaigns/{campaign_id}/dashboard"), ("GET", "/campaigns/{campaign_id}/status"),
    ("GET", "/campaigns/{campaign_id}/pause"), ("POST", "/campaigns/{campaign_id}/pause"),
    ("POST", "/campaigns/{campaign_id}/resume"), ("GET", "/stop"), ("POST", "/stop"), ("DELETE", "/stop"),
    ("GET", "/campaigns/{campaign_id}/sender"), ("POST", "/campaigns/{campaign_id}/sender/check"),
    ("PUT", "/campaigns/{campaign_id}/sender/override"), ("DELETE", "/campaigns/{campaign_id}/sender/override"),
    ("GET", "/countries"), ("GET", "/settings"), ("PUT", "/settings"),
    ("GET", "/suppressions"), ("POST", "/suppressions"), ("DELETE", "/suppressions/{name}"),
    ("GET", "/suppressions/{name}"), ("POST", "/suppressions/{name}/resubscribe"), ("GET", "/suppressions/export.csv"),
    ("GET", "/suppressions/resubscriptions"), ("POST", "/suppressions/imports/preview"),
    ("GET", "/suppressions/imports"), ("POST", "/suppressions/imports"), ("GET", "/suppressions/imports/{import_id}"),
    ("GET", "/suppressions/imports/{import_id}/errors.csv"),
    ("GET", "/campaigns/{campaign_id}/sequences"), ("GET", "/campaigns/{campaign_id}/sequences/{name}"),
    ("PUT", "/campaigns/{campaign_id}/sequences/{name}"), ("DELETE", "/campaigns/{campaign_id}/sequences/{name}"),
    ("GET", "/campaigns/{campaign_id}/sequences/{name}/versions"),
    ("POST", "/campaigns/{campaign_id}/sequences/{name}/preview"),
    ("GET", "/sequences"), ("GET", "/sequences/{name}"), ("PUT", "/sequences/{name}"), ("DELETE", "/sequences/{name}"),
    ("GET", "/sequences/{name}/versions"), ("POST", "/sequences/{name}/preview"),
    ("GET", "/health"), ("GET", "/stats"),
}  # fmt: skip


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    document = create_app().openapi()
    return {
        (method.upper(), path.removeprefix(PREFIX)): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_names_every_route() -> None:
    assert set(operations()) == ROUTES | {("GET", "/u/{token}"), ("POST", "/u/{token}")}


def test_every_route_says_what_it_does_and_how_it_fails() -> None:
    for route, operation in operations().items():
        assert operation["summary"], route
        assert operation["description"], route
        if not route[1].startswith("/u/"):
            content = operation["responses"]["422"]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, route


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = create_app().openapi()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values())) if value else own
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    assert references(document) <= known


def test_the_document_is_served_only_when_asked_for() -> None:
    assert create_app().openapi_url is None
    assert create_app(documentation=True).openapi_url == f"{PREFIX}/openapi.json"
