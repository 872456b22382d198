"""The log of a conversation as the chat shows it. Drawing reads only the log, never what a browser sent."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Self

import gradio as gr
from gradio import processing_utils, utils
from gradio.components.chatbot import MetadataDict

from assistant.languages import say, spoken_here
from assistant.markup import inside, plain, spoken, steps
from store.conversations import Logged
from tools.result import Result
from tools.weights.progress import duration

NAMING = ("dataset", "run", "fixes", "source", "name")
"""Arguments that tell one call of a tool from another, best first."""


@dataclass
class Drawn:
    """A conversation, drawn.

    Attributes:
        messages: For the chat.
        question: The approval that is waited for, if any.
        chips: What may sensibly be asked next.
    """

    messages: list[gr.ChatMessage] = field(default_factory=list[gr.ChatMessage])
    question: int | None = None
    chips: Sequence[str] = ()


def draw(logged: Sequence[Logged], running: bool) -> Drawn:
    """Draw a whole conversation.

    Args:
        logged: Its log.
        running: Whether a turn is going on. What an ended turn left unfinished is shown as interrupted.
    """
    return Drawing().draw(logged, running)


class Drawing:
    """A conversation that is drawn on as its log grows: what stands before the end of a turn is drawn once."""

    def __init__(self) -> None:
        self._done: dict[str, tuple[int, Logged | None, _Pen]] = {}
        """In each language how many entries are drawn, the last of them, and the pen that drew them."""

    def draw(self, logged: Sequence[Logged], running: bool) -> Drawn:
        """Draw all of it, in the language of whoever is asking; see `draw`."""
        done, last, pen = self._done.get(spoken_here(), (0, None, _Pen()))
        if done and (done > len(logged) or logged[done - 1] is not last):
            done, pen = 0, _Pen()  # it was read again
        ends = [place for place in range(done, len(logged)) if logged[place].event["event"] == "ended"]
        if ends:
            pen = pen.lifted().over(logged[done : ends[-1] + 1])
            done = ends[-1] + 1
            self._done[spoken_here()] = done, logged[done - 1], pen
        pen = pen.lifted().over(logged[done:])
        if not running:
            pen.rest()
        elif pen.is_silent:
            pen.write("", title=pen.thinking, status="pending")
        return pen.drawn


class _Pen:
    """Draws one event after the other; a method for each kind of event, named as it."""

    def __init__(self) -> None:
        self.drawn = Drawn()
        self._steps: dict[str, gr.ChatMessage] = {}
        self._asked: dict[str, Any] | None = None
        self._speech: gr.ChatMessage | None = None
        self._said = ""
        self._plans: dict[str, gr.ChatMessage] = {}
        self._place, self._line = 0, "model"

    def over(self, logged: Sequence[Logged]) -> Self:
        """Draw on."""
        for entry in logged:
            getattr(self, entry.event["event"], self.pass_over)(entry.event)
        return self

    def lifted(self) -> Self:
        """Another pen that goes on from here, at the end of a turn."""
        pen = copy(self)
        pen.drawn = Drawn([*self.drawn.messages], self.drawn.question, self.drawn.chips)
        pen._steps, pen._plans = {**self._steps}, {**self._plans}
        return pen

    @property
    def is_silent(self) -> bool:
        """Whether nothing on the screen shows that a turn is going on."""
        return self.drawn.question is None and self._speech is None and not self._steps

    @property
    def thinking(self) -> str:
        """What goes on while nothing else shows it."""
        if not self._place:
            return say("thinking")
        return say("in_line" if self._line == "model" else "in_line_for_work", place=self._place)

    def write(self, content: Any, role: str = "assistant", **metadata: Any) -> gr.ChatMessage:
        message = gr.ChatMessage(content=content, role=role, metadata=MetadataDict(**metadata))  # pyright: ignore[reportArgumentType]
        self.drawn.messages.append(message)
        return message

    def rest(self) -> None:
        for message in self._steps.values():
            _end(message, say("interrupted"))

    def heard(self, event: dict[str, Any]) -> None:
        self.drawn.question, self.drawn.chips, self._speech = None, (), None
        self.write(plain(event["text"]), role="user")

    def called(self, event: dict[str, Any]) -> None:
        title = plain(_title(event["tool"], event["arguments"]))
        self._steps[event["id"]] = self.write(_arguments(event["arguments"]), title=title, status="pending")

    def progressed(self, event: dict[str, Any]) -> None:
        if message := self._steps.get(event["id"]):
            left = event.get("seconds_left")
            told = [event["text"], f"{event['fraction']:.0%}", left is not None and f"{duration(left)} left"]
            message.metadata["log"] = " · ".join(part for part in told if part)

    def queued(self, event: dict[str, Any]) -> None:
        self._place, self._line = event["place"], event.get("line", "model")

    def finished(self, event: dict[str, Any]) -> None:
        if message := self._steps.pop(event["id"], None):
            _end(message, say("did_not_work") if event["failed"] else "", event.get("seconds"))
        result = Result.from_json(event["result"]) if event.get("result") else Result(event["text"])
        self._show(Result(**{**vars(result), "text": event["text"]}))
        self.drawn.chips = result.next

    def asks(self, event: dict[str, Any]) -> None:
        if message := self._steps.pop(event["id"], None):
            _end(message, say("needs_your_yes"))
        self._show(Result.from_json(event["preview"]))
        self.drawn.question, self._asked = event["approval"], event

    def answered(self, event: dict[str, Any]) -> None:
        self.drawn.question = None
        no = say("declined_with", words=event["note"]) if event.get("note") else say("declined")
        self.write(plain(say("approved") if event["answer"] == "yes" else no), role="user")
        if event["answer"] == "yes" and self._asked:
            self.called(self._asked)

    def saying(self, event: dict[str, Any]) -> None:
        self._speech = self._speech or self.write("")
        self._said += event["text"]
        self._speech.content = spoken(self._said)

    def said(self, event: dict[str, Any]) -> None:
        message = self._speech or self.write("")
        sources = event.get("sources") or ()
        read = f"\n\n*{say('from_handbook', sections=plain(', '.join(map(str, sources))))}*" if sources else ""
        message.content = spoken(event["text"]) + read
        self._speech, self._said = None, ""

    def planned(self, event: dict[str, Any]) -> None:
        shown = self._plans.get(event["id"])
        if shown is None:
            shown = self._plans[event["id"]] = self.write("")
        shown.content = gr.HTML(steps(event["steps"]))

    def suggests(self, event: dict[str, Any]) -> None:
        self.drawn.chips = event["asks"]

    def broke(self, event: dict[str, Any]) -> None:
        self.write(plain(event["text"]))

    def ended(self, _: dict[str, Any]) -> None:
        self.rest()
        self._steps.clear()
        self._speech, self._place = None, 0

    def pass_over(self, _: dict[str, Any]) -> None:
        """An event of a later version: nothing to draw."""

    def _show(self, result: Result) -> None:
        content: list[Any] = [plain(result.text)] if result.text else []
        if html := inside(result):
            content.append(gr.HTML(html))
        content += [_file(path) for path in result.files]
        if content:
            self.write(content)


def _end(message: gr.ChatMessage, how: str, seconds: float | None = None) -> None:
    message.metadata = MetadataDict(title=message.metadata.get("title", ""), status="done")
    if how:
        message.metadata["log"] = how
    if seconds is not None:
        message.metadata["duration"] = round(seconds, 1)


def _title(tool: str, arguments: dict[str, Any]) -> str:
    about = next((arguments[name] for name in NAMING if arguments.get(name)), None)
    listed = ", ".join(map(str, about)) if isinstance(about, list) else about
    words = tool.replace("_", " ").capitalize()
    return f"{words}: {listed}" if listed else words


def _arguments(arguments: dict[str, Any]) -> str:
    told = [f"{plain(name)}: {plain(_value(value))}" for name, value in arguments.items() if value is not None]
    return "\n".join(told) or "Without arguments."


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _file(path: str) -> dict[str, Any]:
    """A file to download: a copy in Gradio's own folder, since the workspace itself is not served."""
    return {"path": processing_utils.save_file_to_cache(path, utils.get_upload_folder())}
