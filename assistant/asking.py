"""Ask the language model for choices and for JSON objects, and count what that takes."""

import json
from collections.abc import Sequence
from math import exp, log, log1p
from typing import Any

from assistant import tutored
from assistant.meant import among
from assistant.missing import QUESTIONS
from assistant.models.brain import Brain, BrainError, Message, OnText
from assistant.models.weighing import Pieces, weighed
from assistant.prompt import chose

MODEL_COUNTS = 0.6
"""What the model's log-probability counts against that of the wording; as the next two, by the development half of the
requests in benchmarks/."""
SURE = 0.95
"""How likely a tool is by its wording alone, to be taken without asking the model."""
ASKS_LESS = 1.0
"""What is taken from the likelihood of asking back: a small model asks too often."""
WORDING_COUNTS = 0.1
"""The same for a model that was taught the tools: its own likelihoods count in full."""
MOST_NEWER = 0.999
"""How likely it can be at most that a tool is meant which came after the teaching."""
SAID = 0.9
"""How likely it is that a model means what it says, if it cannot tell how likely that is."""
BEGUN = '{"tool": "'
"""How a choice begins; see `chose`."""


class Stopped(Exception):
    """The user pressed stop while the model was thinking."""


class Asking:
    """Asks the model for JSON objects and counts what that took."""

    def __init__(self, brain: Brain, on_text: OnText | None) -> None:
        self._brain, self._on_text = brain, on_text
        self.tutored = brain.tutored
        self.would_ask = 0.0
        """How likely it is to the model that was taught the tools that something has to be asked for."""
        self.prompt_tokens = self.cached_tokens = self.written_tokens = 0
        self.seconds = 0.0

    def chances(self, messages: Sequence[Message], worded: dict[str, float]) -> dict[str, float]:
        """How likely each of some names is, as a logarithm.

        A model that cannot tell how likely they are says one of the names.

        Args:
            messages: What the model is told.
            worded: How likely each is by the wording alone.
        """
        if max(worded.values()) > log(SURE):
            return worded
        names = list(worded)
        found = self._likely(self._brain, messages, names)
        less = {"ask": ASKS_LESS}
        return among({name: MODEL_COUNTS * found[name] + worded[name] - less.get(name, 0.0) for name in names})

    def taught_chances(
        self,
        messages: Sequence[Message],
        worded: dict[str, float],
        *,
        counts: float = WORDING_COUNTS,
        may_ask: bool = True,
    ) -> dict[str, float]:
        """The same by the model that was taught the tools.

        How likely a tool is that came later, the wording alone tells; the model shares out what is left.

        Args:
            messages: What the model is told.
            worded: How likely each is by the wording alone.
            counts: What the wording counts.
            may_ask: Whether something may have to be asked for.
        """
        assert self.tutored
        found = self._likely(self.tutored, messages, [*tutored.known()])
        self.would_ask = exp(found["ask"])
        newer = {name: chance for name, chance in worded.items() if name not in found}
        known = among({name: found[name] + counts * worded[name] for name in worded.keys() - newer.keys()})
        none_newer = log1p(-min(sum(map(exp, newer.values())), MOST_NEWER))
        both = {name: chance + none_newer for name, chance in known.items()} | newer
        return among(both if may_ask else {name: chance for name, chance in both.items() if name != "ask"})

    def _likely(self, brain: Brain, messages: Sequence[Message], names: Sequence[str]) -> dict[str, float]:
        found = weighed(lambda said: self._ahead(brain, messages, said), names)
        if found is None:
            said = self._value(brain, messages, {"tool": {"enum": list(names)}}, None)["tool"]
            found = among({name: log(SAID if name == said else (1 - SAID) / len(names)) for name in names})
        return found

    def _ahead(self, brain: Brain, messages: Sequence[Message], said: str) -> Pieces | None:
        told = brain.ahead(messages, BEGUN + said, on_text=self._on_text)
        if told is None:
            return None
        if told.cancelled:
            raise Stopped
        self.prompt_tokens += told.prompt_tokens
        self.cached_tokens += told.cached_tokens
        self.written_tokens += 1
        self.seconds += told.seconds
        return told.pieces

    def value(
        self, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """One object with these properties; all are required unless said otherwise."""
        return self._value(self._brain, messages, properties, required)

    def what(self, messages: Sequence[Message]) -> str:
        """What the model that was taught the tools would ask for."""
        held = {"what": {"enum": ["dataset", "run", "fix", "service", *QUESTIONS, "wish"]}}
        return self.taught([*messages, chose("ask"), tutored.ARGUMENTS], held)["what"]

    def taught(
        self, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """The same by the model that was taught the tools."""
        assert self.tutored
        return self._value(self.tutored, messages, properties, required)

    def _value(
        self, brain: Brain, messages: Sequence[Message], properties: dict[str, Any], required: Sequence[str] | None
    ) -> dict[str, Any]:
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(properties) if required is None else list(required),
            "additionalProperties": False,
        }
        told = brain.complete(messages, schema=schema, max_tokens=400, on_text=self._on_text)
        self.prompt_tokens += told.prompt_tokens
        self.cached_tokens += told.cached_tokens
        self.written_tokens += told.completion_tokens
        self.seconds += told.seconds
        if told.finish == "cancelled":
            raise Stopped
        try:
            return json.loads(told.text)
        except json.JSONDecodeError as error:
            raise BrainError(f"{self._brain.name} did not come to an end. Say it in fewer words.") from error
