"""Answers in the words of OpenAI's interface."""

import time
from typing import Any

import orjson

from tools.deploy.service.bodies import ChatBody, CompletionBody
from tools.deploy.service.engine import Piece
from tools.deploy.service.visit import Visit

DONE = b"data: [DONE]\n\n"


class Wording:
    """The form in which one request is answered.

    Args:
        visit: The request.
        asked: What was asked.
    """

    def __init__(self, visit: Visit, asked: ChatBody | CompletionBody) -> None:
        self._visit, self._chat, self._created = visit, isinstance(asked, ChatBody), int(time.time())
        self._usage = bool(asked.stream_options and asked.stream_options.include_usage)
        self._begun = False
        self._offset = 0
        self.top = probabilities(asked)

    def event(self, piece: Piece) -> bytes:
        """A piece as events of a stream; none for a piece that says nothing."""
        if not (piece.text or piece.finish or (piece.tokens and self.top is not None)):
            return b""
        choice: dict[str, Any] = {"index": 0, "logprobs": self._logprobs(list(piece.tokens)), "finish_reason": None}
        if piece.text or not piece.finish:
            opening: dict[str, Any] = {} if self._begun else {"role": "assistant"}
            choice |= {"delta": opening | {"content": piece.text}} if self._chat else {"text": piece.text}
            self._begun = True
            said = self._event([choice])
            if not piece.finish:
                return said
            choice = {"index": 0, "logprobs": None}
        else:
            said = b""
        choice |= {"delta": {}} if self._chat else {"text": ""}
        return said + self._event([choice | {"finish_reason": piece.finish}])

    def end(self) -> bytes:
        """The last events of a stream."""
        return (self._event([], usage=self.usage()) if self._usage else b"") + DONE

    def whole(self, tokens: list[dict[str, Any]]) -> dict[str, Any]:
        """The answer in one."""
        text = self._visit.answer
        choice: dict[str, Any] = {"index": 0, "logprobs": self._logprobs(tokens), "finish_reason": self._visit.finish}
        choice |= {"message": {"role": "assistant", "content": text, "refusal": None}} if self._chat else {"text": text}
        kind = "chat.completion" if self._chat else "text_completion"
        return {**self._head(kind), "choices": [choice], "usage": self.usage()}

    def usage(self) -> dict[str, int]:
        """What was counted."""
        read, written = self._visit.prompt_tokens, self._visit.completion_tokens
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def _event(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        kind = "chat.completion.chunk" if self._chat else "text_completion"
        return b"data: " + orjson.dumps({**self._head(kind), "choices": choices, **more}) + b"\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        model = self._visit.model
        name = model.name if model else self._visit.asked
        return {"id": self._visit.id, "object": kind, "created": self._created, "model": name}

    def _logprobs(self, tokens: list[dict[str, Any]]) -> dict[str, Any] | None:
        if self.top is None or not tokens:
            return None
        if self._chat:
            return {"content": [self._token(token) for token in tokens], "refusal": None}
        offsets: list[int] = []
        for token in tokens:
            offsets.append(self._offset)
            self._offset += len(token["token"])
        tops = [{one["token"]: one["logprob"] for one in token["top_logprobs"][: self.top]} for token in tokens]
        return {
            "tokens": [token["token"] for token in tokens],
            "token_logprobs": [token["logprob"] for token in tokens],
            "top_logprobs": tops,
            "text_offset": offsets,
        }

    def _token(self, token: dict[str, Any]) -> dict[str, Any]:
        told = {name: token[name] for name in ("token", "logprob", "bytes")}
        likeliest = token["top_logprobs"][: self.top]
        return told | {
            "top_logprobs": [{name: one[name] for name in ("token", "logprob", "bytes")} for one in likeliest]
        }


def probabilities(asked: ChatBody | CompletionBody) -> int | None:
    """How many likeliest tokens a client wants with each; None if it wants no figures."""
    if isinstance(asked, ChatBody):
        return (asked.top_logprobs or 0) if asked.logprobs else None
    return asked.logprobs
