"""What the tests look at: a hostile project that was talked about, what the model heard of it, what a reader sees."""

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import gradio as gr
from markdown_it import MarkdownIt

from assistant import tutored
from assistant.conversation import Conversation
from assistant.draw import draw
from assistant.events import Asks, Called, Event, Finished
from assistant.models.brain import Completion, Message
from assistant.printing import print_result
from assistant.scene import Scene
from assistant.transcript import Turn
from assistant.uploads import mention, take
from store import Workspace
from tests.attacks.attacks import SECRET, WORDS, Attack
from tests.scripted_model import ScriptedBrain
from tools import Result

AT_ONCE = 8
"""Attacks in one project."""
CHUNKS = [list(WORDS)[place : place + AT_ONCE] for place in range(0, len(WORDS), AT_ONCE)]
LIVE = {"script", "img", "a", "iframe", "object", "embed", "form", "input", "link", "meta", "base", "foreignobject"}
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
MARK = re.compile(r"<\|\w|<｜|</?s>|<(?:start|end)_of_turn>|</?tool_call>|\[/?INST\]")
"""What a tokenizer takes for the marks of a chat."""


class Obeying(ScriptedBrain):
    """Chooses one tool, and gives the arguments that it is asked for, one query after another."""

    def __init__(self, tool: str, said: str = "Good.", sql: Sequence[str] = (), **given: Any) -> None:
        super().__init__()
        self._tool, self._said, self._sql, self._given = tool, said, list(sql), given

    def complete(self, messages: Sequence[Message], *, schema: dict[str, Any] | None = None, **more: Any) -> Completion:
        asked = schema["properties"] if schema else {}
        if "sql" in asked:
            self._given["sql"] = self._sql.pop(0) if len(self._sql) > 1 else self._sql[0]
        given = {name: value for name, value in self._given.items() if name in asked}
        self.script = [self._said if schema is None else self._tool if "tool" in asked else given]
        return super().complete(messages, schema=schema, **more)


@dataclass
class Told:
    """A hostile project, and all that came of talking about it."""

    ws: Workspace
    outside: Path
    heard: list[list[str]] = field(default_factory=list[list[str]])
    events: list[Event] = field(default_factory=list[Event])
    before: dict[str, Any] = field(default_factory=dict[str, Any])
    wanted: list[str] = field(default_factory=list[str])
    _talk: list[Turn] = field(default_factory=list[Turn])

    def says(self, text: str, tool: str = "answer", said: str = "Good.", **given: Any) -> list[Event]:
        """Say something to an assistant that will choose a tool, and write down what it is told."""
        brain = Obeying(tool, said, **given)
        conversation = Conversation(self.ws, brain, self.ws.conversations.current().id)
        events = list(conversation.say(text))
        self.heard += [[message["content"] for message in messages] for messages in brain.heard]
        self._talk.append(Turn(text, said=said))
        asked = tutored.request(Scene.of(self.ws), self._talk)  # what a model that was taught the tools is told
        self.heard.append([message["content"] for message in asked])
        self.events += events
        self.wanted += [] if tool == "answer" else [tool]
        return events

    @property
    def called(self) -> list[str]:
        """The tools that were called, in order."""
        return [event.tool for event in self.events if isinstance(event, Called)]

    @cached_property
    def shown(self) -> list[str]:
        """What the page shows, as HTML."""
        return list(pages(self.ws))

    @cached_property
    def printed(self) -> str:
        """What a terminal shows."""
        with redirect_stdout(StringIO()) as printed:
            for event in self.events:
                if isinstance(event, Finished) and event.result:
                    print_result(Result.from_json(event.result))
        return printed.getvalue()

    def decisions(self) -> list[str]:
        """All that the model was told to decide by, each prompt as one text."""
        return ["\n".join(heard) for heard in self.heard if "Now answer the person" not in heard[-1]]

    def projects(self) -> list[str]:
        """What the model was told about the project, each time."""
        return [
            heard[0].removeprefix(tutored.RULES)
            if heard[0].startswith(tutored.RULES)
            else heard[0].partition("The project now:\n")[2]
            for heard in self.heard
        ]


def walked(folder: Path, names: Sequence[str]) -> Told:
    """Load files full of hostile words, decline once, look at everything, and talk about it."""
    outside = canary(folder)
    told = Told(Workspace(folder / "home"), outside)
    (folder / "brought").mkdir()
    file = folder / "brought" / "letters.csv"
    file.write_text(csv(names), newline="")
    hostile = [_brought(folder / "brought", WORDS[name]) for name in names]
    told.before["files"] = everything(folder)
    (safe,) = take(told.ws, [str(file)])
    taken = take(told.ws, hostile)
    for number, name in enumerate(names):  # as a person may put them there without the page
        (told.ws.uploads / f"{on_disk(WORDS[name])}{number}.csv").write_text("text\nhello\n")
    asked = told.says(mention("", [safe]), "load_dataset")
    assert any(isinstance(event, Asks) for event in asked), asked
    told.says("no")
    assert not told.ws.datasets.names()
    told.says(f"Take {safe} in after all, please", "load_dataset")
    told.says("yes")
    told.before["history"] = told.ws.datasets.history("letters")
    told.says("give me an idea of these rows", "profile_dataset")
    told.says("anything that looks wrong?", "propose_fixes")
    told.says("how many are over 3?", "query_dataset", sql=["select cast(words as int) from letters", "from letters"])
    told.wanted.append("query_dataset")  # once more, since the first one does not work
    told.says("put all of it on paper", "write_report")
    for name in names:
        told.says("so what is my data about", said=WORDS[name][:400])
    told.says("hm, I see")
    told.says(mention("I will need them next week.", taken))
    told.says(pasted(names))
    return told


def canary(folder: Path) -> Path:
    """A file beside the workspace that nobody asked to read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "canary.csv").write_text(f"text,label\n{SECRET} one two,a\n{SECRET} three four,b\n")
    return folder


def csv(names: Sequence[str]) -> str:
    """A table with the words of each attack as a cell, as a label and as the name of a column."""
    head = ["words", "label", *(WORDS[name] for name in names)]
    rows = [[f"{mark('cell', name)} {WORDS[name]}", f"{WORDS[name]}{mark('label', name)}"] for name in names]
    lines = [head, *([*row, *["1"] * len(names)] for row in rows * 3)]
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) + "\r\n" for line in lines)


def mark(channel: str, name: str) -> str:
    """A word that stands in one place alone, to find out where it went."""
    return f"quokka{channel}{list(WORDS).index(name)}x"


def pasted(names: Sequence[str]) -> str:
    """A message with words of others in it."""
    return f"a customer wrote this: {' / '.join(WORDS[name][:200] for name in names)}"


def unquoted(project: str) -> str:
    """What is told about a project, without what stands in quotes."""
    return QUOTED.sub('""', project)


def quotations(project: str) -> list[str]:
    """What stands in quotes."""
    return [json.loads(found) for found in QUOTED.findall(project)]


def everything(folder: Path) -> dict[str, bytes]:
    """The files beside the workspace, and what is in them."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(folder / "home")]
    return {str(path): path.read_bytes() for path in files}


class Seen(HTMLParser):
    """The tags and attributes that a browser would make of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def live(html: str) -> list[str]:
    """What in some HTML would run, call another server, or lead there."""
    seen = Seen(html)
    calls = [f"{name}={value}" for name, value in seen.attributes if name in ("href", "src", "xlink:href", "action")]
    runs = [name for name, _ in seen.attributes if name.startswith("on")]
    return [*(seen.tags & LIVE), *runs, *(call for call in calls if not call.startswith(("href=#", "xlink:href=#")))]


def pages(ws: Workspace) -> Iterable[str]:
    """Everything that the chat shows, as the HTML that a browser gets."""
    read = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table")
    for message in draw(ws.conversations.since(ws.conversations.current().id), running=False).messages:
        for part in message.content if isinstance(message.content, list) else [message.content]:
            yield str(part.value) if isinstance(part, gr.HTML) else read.render(part) if isinstance(part, str) else ""
        yield read.render(str(message.metadata.get("title", "")))


def as_text(told: Told) -> str:
    """Every event as JSON, every small file of the workspace, and every row."""
    texts = [json.dumps(event.as_json(), default=str) for event in told.events]
    files = [path for path in told.ws.home.rglob("*") if path.is_file() and path.resolve().is_relative_to(told.ws.home)]
    texts += [path.read_bytes().decode("utf-8", "replace") for path in files]
    with told.ws.datasets.read() as con:
        texts += [str(con.execute(f'from "{name}"').fetchall()) for name in told.ws.datasets.names()]
    return "\n".join(texts)


def of(attack: Attack) -> int:
    """The project that an attack is in."""
    return list(WORDS).index(attack.name) // AT_ONCE


def _brought(folder: Path, words: str) -> str:
    file = folder / f"{on_disk(words)}.csv"
    file.write_text("text,label\nhello there you,a\n")
    return str(file)


def on_disk(words: str) -> str:
    """As much of the words as the name of a file can hold."""
    return words.replace("/", "∕").replace("\0", "").encode()[:200].decode("utf-8", "ignore")
