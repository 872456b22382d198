"""Turn the columns of a dataset into what a model is asked and what it shall answer."""

from dataclasses import dataclass, field
from typing import Any

import duckdb

from store import Version, Workspace
from store.engine import literal, quoted
from tools.data._format import Style, format_of
from tools.tool import ToolError

MOST_LABELS = 200
"""A column with more distinct values is an answer in free text, not a label."""
NAMED_LABELS = 20
NAMED_CHARACTERS = 400
"""An instruction lists the labels if they are no more and no longer than this: each row carries it."""
MADE: dict[Style, tuple[str, ...]] = {"pairs": ("prompt", "completion"), "messages": ("messages",)}
"""The columns that each style makes."""


@dataclass(frozen=True)
class Pairing:
    """Which columns become prompt and answer, and what stands before the text.

    Attributes:
        version: The version that is formatted.
        style: pairs or messages.
        text: Column with the input.
        label: Column with the answer.
        context: Column that goes after the text, if any.
        instruction: What stands before the text, or empty.
        labels: The closed set of answers, if the answer is a label.
        replaced: Columns that an earlier formatting made, which go.
        renamed: The user's own columns that stand where new ones come, with the names they get.
    """

    version: Version
    style: Style
    text: str
    label: str
    context: str | None
    instruction: str
    labels: list[str] | None
    replaced: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict[str, str])

    def select(self) -> str:
        """The rows of the view `parent` with their prompt and answer; NULL where either is missing."""
        text, label = _filled(self.text), _filled(self.label)
        parts = [literal(self.instruction + "\n\n")] if self.instruction else []
        parts.append(text)
        if self.context:
            parts.append(f"coalesce(chr(10) || chr(10) || {_filled(self.context)}, '')")
        whole = f"{text} is not null and {label} is not null"
        prompt, answer = f"case when {whole} then {' || '.join(parts)} end", f"case when {whole} then {label} end"
        rest = "*"
        if self.replaced:
            rest += f" exclude ({', '.join(self.replaced)})"
        if self.renamed:
            rest += f" rename ({', '.join(f'{quoted(old)} as {quoted(new)}' for old, new in self.renamed.items())})"
        if self.style == "pairs":
            return f"select {rest}, {prompt} as prompt, {answer} as completion from parent"
        turns = f"[{{'role': 'user', 'content': {prompt}}}, {{'role': 'assistant', 'content': {answer}}}]"
        return f"select {rest}, case when {whole} then {turns} end as messages from parent"

    def roles(self) -> dict[str, str]:
        """The roles of the columns afterwards; the columns it was made from remember theirs."""
        kept = {self._later(self.text): "text", self._later(self.label): "label" if self.labels else "other"}
        return kept | {column: column for column in MADE[self.style]}

    def recipe(self) -> dict[str, Any]:
        """What `format_of` reads, and under `arguments` how to make it again from the version before."""
        return {
            "tool": "format_dataset",
            "style": self.style,
            "text": self._later(self.text),
            "label": self._later(self.label),
            "context": self.context and self._later(self.context),
            "instruction": self.instruction,
            "labels": self.labels,
            "arguments": {
                "style": self.style,
                "text": self.text,
                "label": self.label,
                "instruction": self.instruction,
            },
        }

    def _later(self, column: str) -> str:
        """What a column is called afterwards."""
        return self.renamed.get(column, column)


def pairing(
    ws: Workspace,
    con: duckdb.DuckDBPyConnection,
    version: Version,
    style: Style,
    text: str | None,
    label: str | None,
    instruction: str | None,
) -> Pairing:
    """Choose the columns and the instruction that the user left open.

    Raises:
        ToolError: A column is missing, or there is nothing to format.
    """
    before = format_of(ws, version)
    if version.column("messages") and (before is None or before.text is None) and not (text and label):
        raise ToolError(f"{version.dataset} holds whole conversations already: train on it as it is.")
    again = before if before and before.text in version.columns and before.label in version.columns else None
    asked = text or (again.text if again else None) or version.column("prompt") or version.column("text")
    answer = label or (again.label if again else None) or version.column("completion") or version.column("label")
    asked = _there(version, asked, "text that the model reads", "text")
    answer = _there(version, answer, "answer that it shall give", "label")
    if asked == answer:
        raise ToolError(f"The text and the answer cannot both be {asked}. Name two columns.")
    free = version.roles.get(answer) == "completion"
    labels = None if free else _labels(con, answer)
    if instruction is None:
        instruction = _instruction(ws, answer, labels) if labels else ""
    if {asked, answer} == {"prompt", "completion"} and style == "pairs" and not instruction:
        raise ToolError(f"{version.dataset} holds prompts and completions already: train on it as it is.")
    made = _made(ws, version)
    return Pairing(
        version,
        style,
        asked,
        answer,
        version.column("context"),
        instruction.strip(),
        labels,
        tuple(made),
        _aside(version, {*MADE[style]}, made),
    )


def _made(ws: Workspace, version: Version) -> list[str]:
    """The columns that an earlier formatting made."""
    before = format_of(ws, version)
    if before is None or before.text in (None, before.prompt):
        return []
    return [column for column in (before.prompt, before.completion, before.messages) if column]


def _aside(version: Version, coming: set[str], made: list[str]) -> dict[str, str]:
    """New names for the user's own columns that are called like the new ones."""
    taken = {column.lower() for column in version.columns} | coming
    renamed: dict[str, str] = {}
    for column in version.columns:
        if column.lower() in coming and column not in made:
            stems = (f"{column}_given{number}" for number in ("", *range(2, 1000)))
            renamed[column] = next(name for name in stems if name.lower() not in taken)
    return renamed


def _there(version: Version, column: str | None, what: str, argument: str) -> str:
    if column is None:
        raise ToolError(
            f"Which column of {version.dataset} holds the {what}? Name it with {argument}; "
            f"its columns are {', '.join(version.columns)}."
        )
    if column not in version.columns:
        raise ToolError(f"{version.dataset} has no column {column!r}. Its columns are {', '.join(version.columns)}.")
    return column


def _labels(con: duckdb.DuckDBPyConnection, column: str) -> list[str] | None:
    """The labels in a column, in order; None if it holds free text."""
    value = _filled(column)
    found = con.execute(
        f"select {value} as label, count(*) as rows from parent where {value} is not null group by label"
        f" order by label limit {MOST_LABELS + 1}"
    ).fetchall()
    if not found or len(found) > MOST_LABELS or max(len(row[0]) for row in found) > 100:
        return None
    repeats = sum(row[1] for row in found) >= 2 * len(found)
    return [row[0] for row in found] if repeats or len(found) <= 3 else None


def _instruction(ws: Workspace, column: str, labels: list[str]) -> str:
    goal = ws.goals.get()
    task = f"{goal.description.rstrip('.!')}." if goal and goal.task == "classify" else "Classify the text."
    if len(labels) <= NAMED_LABELS and len(", ".join(labels)) <= NAMED_CHARACTERS:
        return f"{task} Answer with one of: {', '.join(labels)}."
    return f"{task} Answer with its {column.replace('_', ' ')} alone."


def _filled(column: str) -> str:
    """SQL for a value as trimmed text; NULL if it is blank."""
    return f"nullif(trim(cast({quoted(column)} as varchar)), '')"
