"""A service as an ASGI application."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from store.services import ServiceKey
from tools.deploy.service.asking import key
from tools.deploy.service.desk import Desk
from tools.deploy.service.door import Door
from tools.deploy.service.errors import Refused
from tools.deploy.service.labels import labels
from tools.deploy.service.replies import ANSWERS, ERRORS, describe
from tools.deploy.service.texts import texts
from tools.deploy.service.visit import KINDS, Visit

NOTES = {
    "n": " One answer at a time is given.",
    "best_of": " One answer at a time is given.",
    "tools": " No tools are served.",
    "echo": " The prompt is not repeated.",
}


def make_app(desk: Desk, *more: APIRouter) -> FastAPI:
    """The routes of a service, in front of a desk, and more routes beside them."""
    app = FastAPI(title="Tunewright service", docs_url=None, redoc_url=None)
    app.add_middleware(Door, desk=desk)

    @app.get("/health", responses=ANSWERS["health"], operation_id="health")
    async def health() -> Response:
        """Whether the process is alive."""
        return JSONResponse({"status": "ok"})

    @app.get("/ready", responses=ANSWERS["health"] | ERRORS[503], operation_id="ready")
    async def ready() -> Response:
        """Whether it takes requests."""
        desk.now()
        return JSONResponse({"status": "ready"})

    @app.get("/v1/models", responses=ANSWERS["models"] | ERRORS[401] | ERRORS[503], operation_id="models")
    async def models(request: Request) -> Response:
        """What may be asked for."""
        return JSONResponse({"object": "list", "data": _models(desk, key(request))})

    @app.get("/v1/models/{name:path}", responses=ANSWERS["model"] | ERRORS[404], operation_id="model")
    async def model(request: Request, name: str) -> Response:
        """One of the models."""
        found = [each for each in _models(desk, key(request)) if each["id"] == name]
        if not found:
            raise Refused(404, f"There is no model {name!r} here.", "model_not_found", param="model")
        return JSONResponse(found[0])

    for router in (texts(desk), labels(desk), *more):
        app.include_router(router)
    _errors(app, desk)
    describe(app)
    return app


def _errors(app: FastAPI, desk: Desk) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> Response:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        said = f"{place or 'The body'}: {first['msg'].removeprefix('Value error, ')}.{NOTES.get(place, '')}"
        why = Refused(400, said, "invalid_value", param=place or None)
        if kind := KINDS.get(request.url.path):
            visit = Visit(kind, key(request))
            visit.refused(why)
            desk.ended(visit)
        return why.response()

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        response = Refused(error.status_code, str(error.detail), "not_found").response()
        response.headers.update(error.headers or {})
        return response


def _models(desk: Desk, by: ServiceKey | None) -> list[dict[str, Any]]:
    standing = desk.now()
    allowed = (by.limits.get("models") if by else None) or standing.names()
    return [
        {"id": name, "object": "model", "created": 0, "owned_by": "tunewright"}
        for name in standing.names()
        if name in allowed
    ]
