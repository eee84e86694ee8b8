"""The HTTP API of CAM: a resource is a file in `routes/` and a line in the list below."""

from typing import Any

from fastapi import Depends, FastAPI

from functions.api import problems, strict
from functions.api.idempotency import Idempotency
from functions.api.request_log import Access
from functions.api.routes import (
    account,
    calls,
    campaigns,
    countries,
    dashboard,
    events,
    execute,
    forecast,
    import_errors,
    import_previews,
    imports,
    jobs,
    lead_corrections,
    leads,
    outcomes,
    pause,
    preview,
    replies,
    rescore,
    results,
    review,
    runs,
    sender,
    sends,
    sequence_previews,
    sequences,
    settings,
    sources,
    stop,
    suppression_imports,
    suppressions,
    system,
    unsubscribe,
)

PREFIX = "/api/v1/cam"
RESOURCES = (
    account,
    campaigns,
    settings,
    leads,
    lead_corrections,
    review,
    imports,
    import_previews,
    import_errors,
    sources,
    calls,
    execute,
    runs,
    preview,
    forecast,
    rescore,
    jobs,
    sends,
    sequences,
    sequence_previews,
    events,
    replies,
    outcomes,
    results,
    suppression_imports,
    suppressions,
    pause,
    stop,
    sender,
    countries,
    dashboard,
    system,
)
_PROBLEMS = problems.documented(400, 409, 413, 415, 422, 500, 503)


class Api(FastAPI):
    """The application, with the shape of its problems in the OpenAPI document: no route returns one by itself."""

    def openapi(self) -> dict[str, Any]:
        """The document."""
        document = super().openapi()
        problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
        return document


def create_app(documentation: bool = False) -> FastAPI:
    """The application. `documentation` serves its OpenAPI document below the prefix, behind the key like the rest."""
    app = Api(
        title="CAM, Campaign Acquisition Mode",
        summary="Finds prospective clients, scores them, and emails those worth contacting.",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json" if documentation else None,
        docs_url=None,
        redoc_url=None,
        # A redirect would leave out the stage of API Gateway.
        redirect_slashes=False,
    )
    problems.register(app)
    for resource in RESOURCES:
        app.include_router(
            resource.router,
            prefix=PREFIX,
            dependencies=[Depends(strict.known_parameters), Depends(strict.json_body)],
            responses=_PROBLEMS,
        )
    app.include_router(unsubscribe.router)
    app.add_middleware(Idempotency, prefix=PREFIX)
    app.add_middleware(Access)
    return app
