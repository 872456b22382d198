"""The routes that choose labels, and that hear what became of answers."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from store import StoreError
from store.requests import Feedback
from tools.deploy.service.asking import key, while_there, who
from tools.deploy.service.bodies import ClassifyBody, FeedbackBody
from tools.deploy.service.desk import Desk
from tools.deploy.service.engine import Verdict
from tools.deploy.service.errors import Refused
from tools.deploy.service.replies import ANSWERS
from tools.deploy.service.visit import Visit


def labels(desk: Desk) -> APIRouter:
    """`/classify` and `/feedback`."""
    router = APIRouter()

    @router.post("/classify", responses=ANSWERS["classify"], operation_id="classify")
    async def classify(request: Request, body: ClassifyBody) -> Response:
        """The labels of texts, with probabilities."""
        visit = Visit("classify", key(request), body.model, body.texts[0])
        verdicts = await while_there(request, desk.judge(visit, body, who(request, body.user)))
        return JSONResponse(_judged(visit, verdicts, body.top_k))

    @router.post("/feedback", responses=ANSWERS["feedback"], operation_id="feedback")
    async def feedback(request: Request, body: FeedbackBody) -> Response:
        """What somebody says of an answer."""
        by = key(request)
        for said in _said(body, by.name if by else "anyone"):
            try:
                await asyncio.wrap_future(desk.recorder.say(said, by.id if by else None))
            except StoreError as error:
                raise Refused(404, f"No answer has the id {body.id!r}.", "request_not_found", param="id") from error
        return JSONResponse({"id": body.id, "object": "feedback", "kept": True})

    return router


def _judged(visit: Visit, verdicts: list[Verdict], top_k: int | None) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    for id_, verdict in zip(visit.ids(), verdicts, strict=True):
        ranked = list(verdict.chances.items())[:top_k]
        told: dict[str, Any] = {
            "id": id_,
            "label": verdict.label,
            "probabilities": [{"label": label, "probability": chance} for label, chance in ranked],
        }
        results.append(told if verdict.spans is None else told | {"spans": verdict.spans})
    return {
        "id": visit.id,
        "object": "classification",
        "model": visit.model.name if visit.model else visit.asked,
        "results": results,
        "usage": {"prompt_tokens": visit.prompt_tokens, "total_tokens": visit.prompt_tokens},
    }


def _said(body: FeedbackBody, source: str) -> list[Feedback]:
    said: list[Feedback] = []
    if "thumb" in body.model_fields_set:
        said.append(Feedback(body.id, "thumb", float(body.thumb == "up"), None, source))
    if "correction" in body.model_fields_set:
        said.append(Feedback(body.id, "correction", None, body.correction, source))
    if "outcome" in body.model_fields_set:
        said.append(Feedback(body.id, "outcome", None, body.outcome, source))
    return said
