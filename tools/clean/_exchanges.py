"""Questions with their answers, whatever the shape of the rows, and edits for those that a check finds fault with."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from store.engine import quoted
from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined

BATCH = 5_000
"""Rows read at a time."""
NONE_THERE = "no questions with answers"
"""Why the checks of instruction data do not apply."""
INPUT_LABEL = re.compile(
    r"^[ \t]*(?:#{1,3}[ \t]*)?\**(?:Input|Context)\**[ \t]*:\**[ \t]*", re.MULTILINE | re.IGNORECASE
)
TASK_LABEL = re.compile(
    r"\A.*?^[ \t]*#{2,3}[ \t]*(?:Instruction|Question|Task)[ \t]*:?[ \t]*$", re.MULTILINE | re.DOTALL | re.IGNORECASE
)
"""What a template writes before the instruction."""
ANSWER_LABEL = re.compile(r"^[ \t]*#{2,3}[ \t]*(?:Response|Output|Answer)\b.*\Z", re.MULTILINE | re.DOTALL)
Part = Literal["given", "answer"]


@dataclass(frozen=True)
class Exchange:
    """One question and its answer.

    Attributes:
        prompt: What the model is asked, in one piece, without an input that has its own column.
        context: That input.
        answer: What the model shall say.
        earlier: What was said before in the conversation.
    """

    prompt: str
    context: str
    answer: str
    earlier: str = ""

    @cached_property
    def _parts(self) -> tuple[str, str, str]:
        """The prompt before its input, the input, and what follows: an input has a label or follows an empty line."""
        found = ANSWER_LABEL.search(self.prompt)
        end = len(self.prompt[: found.start()].rstrip()) if found else len(self.prompt)
        label = INPUT_LABEL.search(self.prompt, 0, end)
        start = label.end() if label else self.prompt.find("\n\n", 0, end) + 2
        if start < 2 or not self.prompt[:start].strip():
            return self.prompt, "", ""
        return self.prompt[: label.start() if label else start], self.prompt[start:end], self.prompt[end:]

    @property
    def asked(self) -> str:
        """The instruction alone."""
        return TASK_LABEL.sub("", self.prompt if self.context else self._parts[0], count=1).strip()

    @property
    def given(self) -> str:
        """The input that goes with the instruction, or nothing."""
        return self.context or self._parts[1].strip()

    @property
    def labelled(self) -> bool:
        """Whether the input has a column or a label, so that any word that stands for none is a placeholder."""
        return bool(self.context) or INPUT_LABEL.search(self.prompt) is not None

    @property
    def task(self) -> str:
        """All that the model is given to answer."""
        return "\n\n".join(part for part in (self.earlier, self.asked, self.given) if part)

    def with_given(self, text: str) -> str:
        """The prompt with another input; without its label if that leaves nothing."""
        before, old, after = self._parts
        if not text:
            return f"{before.rstrip()}{after}"
        return f"{self.prompt[: len(self.prompt) - len(old) - len(after)]}{text}{after}"


@dataclass(frozen=True)
class Flaw:
    """What is wrong with an exchange.

    Attributes:
        reason: In a few words, for the row.
        part: Where it is.
        after: What that part should say; None if the row cannot be mended.
        sure: Whether the row shows it by itself; otherwise it may be meant so, and the reason says "likely".
    """

    reason: str
    part: Part = "answer"
    after: str | None = None
    sure: bool = True

    @property
    def told(self) -> str:
        """The reason, with how sure it is."""
        return self.reason if self.sure else f"likely: {self.reason}"


Judge = Callable[[Exchange], Flaw | None]


def has_exchanges(data: Examined) -> bool:
    """Whether the rows hold questions with answers."""
    version = data.here.version
    return bool(version.column("messages") or (version.column("prompt") and version.column("completion")))


def flagged(data: Examined, kind: str, suspect: str, judge: Judge) -> Path:
    """Save an edit for every row with a flaw: the part is set to its mended text, or the row is dropped.

    Args:
        data: The dataset; see `has_exchanges`.
        kind: Names the file.
        suspect: SQL over `prompt`, `context` and `answer` for whether an exchange is worth a look; runs on all cores.
        judge: Looks at one exchange.

    Returns:
        A Parquet file with the columns of `store.edits.EDITS`.
    """
    chat = data.here.version.column("messages")
    return saved(data, kind, _in_messages(data, chat, suspect, judge) if chat else _in_pairs(data, suspect, judge))


def _in_pairs(data: Examined, suspect: str, judge: Judge) -> Iterator[Edit]:
    version = data.here.version
    prompt, context, answer = (version.column(role) for role in ("prompt", "context", "completion"))
    assert prompt and answer
    cells = [f"coalesce(cast({quoted(c)} as varchar), '')" if c else "''" for c in (prompt, context, answer)]
    exchanges = f"select _row, {cells[0]} as prompt, {cells[1]} as context, {cells[2]} as answer from parent"
    for row, *parts in _read(data, f"select * from ({exchanges}) where {suspect}"):
        exchange = Exchange(*parts)
        if (flaw := judge(exchange)) is None:
            continue
        own = flaw.part == "given" and bool(exchange.context)
        column = answer if flaw.part == "answer" else context if own and context else prompt
        before = exchange.answer if flaw.part == "answer" else exchange.context if own else exchange.prompt
        after = exchange.with_given(flaw.after or "") if flaw.part == "given" and not own else flaw.after
        dropped = flaw.after is None
        yield Edit(row, column, before, None if dropped else after, flaw.told, "drop" if dropped else "set")


def _in_messages(data: Examined, column: str, suspect: str, judge: Judge) -> Iterator[Edit]:
    """The same for conversations: every answer with the turn before it. A flaw that cannot be mended decides."""
    turns = f"select _row, {quoted(column)} as m, {data.here.cell(column)} as cell from parent"
    earlier = "coalesce(array_to_string(list_transform(m[1:place - 2], lambda x: x.content), chr(10)), '')"
    exchanges = f"""
        select _row, cell, place, coalesce(m[place - 1].content, '') as prompt, '' as context,
            coalesce(m[place].content, '') as answer, {earlier} as earlier
        from (select *, unnest(range(2, len(m) + 1)) as place from ({turns}))
        where m[place].role = 'assistant' and m[place - 1].role = 'user'"""
    sql = f"select * from ({exchanges}) where _row in (select _row from ({exchanges}) where {suspect})"
    row, cell, found = -1, "", list[tuple[int, Exchange, Flaw]]()
    for number, text, place, *parts in _read(data, f"{sql} order by _row, place"):
        if number != row:
            yield from _of_conversation(row, column, cell, found)
            row, cell, found = number, text, []
        exchange = Exchange(*parts)
        if flaw := judge(exchange):
            found.append((place - 1, exchange, flaw))
    yield from _of_conversation(row, column, cell, found)


def _of_conversation(row: int, column: str, cell: str, found: list[tuple[int, Exchange, Flaw]]) -> Iterator[Edit]:
    if not found:
        return
    for place, exchange, flaw in found:
        if flaw.after is None:
            shown = exchange.answer if flaw.part == "answer" else exchange.task
            yield Edit(row, column, shown, None, f"{flaw.told} (turn {place + 1})", "drop")
            return
    messages: list[dict[str, Any]] = json.loads(cell)
    for place, exchange, flaw in found:
        if flaw.part == "answer":
            messages[place]["content"] = flaw.after
        else:
            messages[place - 1]["content"] = exchange.with_given(flaw.after or "")
    mended = json.dumps(messages, ensure_ascii=False, separators=(",", ":"))
    yield Edit(row, column, cell, mended, "; ".join(dict.fromkeys(flaw.told for *_, flaw in found)))


def _read(data: Examined, sql: str) -> Iterator[tuple[Any, ...]]:
    reader = data.connection.cursor().execute(sql)
    while batch := reader.fetchmany(BATCH):
        yield from batch
