"""Turn the columns of a dataset into what a model is asked and what it shall answer."""

from dataclasses import dataclass, field
from typing import Any

import duckdb

from store import Version, Workspace
from store.engine import literal, quoted
from tools.data._format import Format, Style, format_of
from tools.data._instruction import instruction_for, labels_of
from tools.tool import ToolError

MADE: dict[Style, tuple[str, ...]] = {
    "pairs": ("prompt", "completion"),
    "messages": ("messages",),
    "classification": ("text", "label"),
    "preference": ("prompt", "chosen", "rejected"),
}
"""The columns that each style makes."""
HOLDS: dict[Style, str] = {
    "pairs": "prompts and completions",
    "messages": "whole conversations",
    "classification": "a text and a label",
    "preference": "preference pairs",
}
"""What a dataset of each style holds."""


@dataclass(frozen=True)
class Pairing:
    """Which columns become prompt and answer, and what stands before the text.

    Attributes:
        version: The version that is formatted.
        style: pairs, messages, classification or preference.
        text: Column with the input.
        label: Column with the answer.
        context: Column that goes after the text, if any.
        instruction: What stands before the text, or empty.
        labels: The closed set of answers, if the answer is a label.
        system: What stands before every conversation, or empty.
        rejected: Column with the worse answer, of preference pairs.
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
    system: str = ""
    rejected: str | None = None
    replaced: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict[str, str])

    def select(self) -> str:
        """The rows of the view `parent` with their prompt and answer; NULL where either is missing."""
        text, label = self._asked(), self._answer()
        parts = [literal(self.instruction + "\n\n")] if self.instruction else []
        parts.append(text)
        if self.context:
            parts.append(f"coalesce(chr(10) || chr(10) || {_filled(self.context)}, '')")
        worse = _filled(self.rejected) if self.rejected else None
        whole = " and ".join(f"{cell} is not null" for cell in (text, label, worse) if cell)
        prompt, answer = " || ".join(parts), label
        if self.style == "messages":
            made = {"messages": self._turns(prompt, answer)}
        else:
            made = dict(zip(MADE[self.style], (prompt, answer, worse or ""), strict=False))
        cells = ", ".join(f"case when {whole} then {value} end as {name}" for name, value in made.items())
        return f"select {self._rest()}, {cells} from parent"

    @property
    def of_conversations(self) -> bool:
        """Whether the rows are whole conversations."""
        return self.version.columns[self.text].endswith("[]")

    def _asked(self) -> str:
        if not self.of_conversations:
            return _filled(self.text)
        return quoted(self.text) if self.style == "messages" else one_exchange(self.text, "user")

    def _answer(self) -> str:
        if not self.of_conversations:
            return _filled(self.label)
        return quoted(self.text) if self.style == "messages" else one_exchange(self.text, "assistant")

    def _turns(self, prompt: str, answer: str) -> str:
        system = f"{{'role': 'system', 'content': {literal(self.system)}}}"
        if self.of_conversations:
            turns = quoted(self.text)
            return f"case when {turns}[1].role = 'system' then {turns} else list_prepend({system}, {turns}) end"
        first = f"{system}, " if self.system else ""
        return f"[{first}{{'role': 'user', 'content': {prompt}}}, {{'role': 'assistant', 'content': {answer}}}]"

    def _rest(self) -> str:
        """SQL for the columns that stay."""
        rest = "*"
        if self.replaced:
            rest += f" exclude ({', '.join(self.replaced)})"
        if self.renamed:
            rest += f" rename ({', '.join(f'{quoted(old)} as {quoted(new)}' for old, new in self.renamed.items())})"
        return rest

    def roles(self) -> dict[str, str]:
        """The roles of the columns afterwards; the columns it was made from remember theirs."""
        if self.style == "classification" or self.of_conversations:
            kept = dict.fromkeys((self._later(self.text), self._later(self.label)), "other")
        else:
            kept = {self._later(self.text): "text", self._later(self.label): "label" if self.labels else "other"}
        kept |= {self._later(self.rejected): "other"} if self.rejected else {}
        return kept | {column: "completion" if column == "chosen" else column for column in MADE[self.style]}

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
            "system": self.system,
            "arguments": {
                "style": self.style,
                "text": self.text,
                "label": self.label,
                "instruction": self.instruction,
                "system": self.system,
            },
        }

    def _later(self, column: str) -> str:
        """What a column is called afterwards."""
        return self.renamed.get(column, column)


def pairing(
    ws: Workspace,
    con: duckdb.DuckDBPyConnection,
    version: Version,
    style: Style | None,
    text: str | None,
    label: str | None,
    instruction: str | None,
    system: str | None = None,
) -> Pairing:
    """Choose the columns and the instruction that the user left open.

    Raises:
        ToolError: A column is missing, or there is nothing to format.
    """
    system = (system or "").strip()
    before = format_of(ws, version)
    column = None if text and label else _conversations(version, before)
    style = _style(version, style, column, system)
    if column:
        return _of_conversations(ws, con, version, style, column, instruction, system)
    asked, answer = _two(version, before, text, label)
    rejected = _rejected(version) if style == "preference" else None
    free = style != "classification" and version.roles.get(answer) == "completion"
    labels = None if free else labels_of(con, _filled(answer))
    if instruction is None:
        instruction = instruction_for(ws, answer, labels) if labels and style in ("pairs", "messages") else ""
    if {asked, answer, rejected} - {None} == set(MADE[style]) and not instruction:
        raise ToolError(f"{version.dataset} holds {HOLDS[style]} already: train on it as it is.")
    if style == "classification" and labels is None:
        raise ToolError(f"{answer} holds free text rather than labels. Choose another column, or style pairs.")
    made = _made(ws, version)
    return Pairing(
        version,
        style,
        asked,
        answer,
        version.column("context"),
        instruction.strip(),
        labels,
        system,
        rejected,
        tuple(made),
        _aside(version, {*MADE[style]}, made),
    )


def _two(version: Version, before: Format | None, text: str | None, label: str | None) -> tuple[str, str]:
    """The column that is read and the one that is answered with: as said, else as before, else by their roles."""
    again = before if before and before.text in version.columns and before.label in version.columns else None
    asked = text or (again.text if again else None) or version.column("prompt") or version.column("text")
    answer = label or (again.label if again else None) or version.column("completion") or version.column("label")
    asked = _there(version, asked, "text that the model reads", "text")
    answer = _there(version, answer, "answer that it shall give", "label")
    if asked == answer:
        raise ToolError(f"The text and the answer cannot both be {asked}. Name two columns.")
    return asked, answer


def _style(version: Version, style: Style | None, column: str | None, system: str) -> Style:
    if style is None and column and not system:
        raise ToolError(
            f"{version.dataset} holds whole conversations already: train on it as it is, or say style pairs to take"
            " them apart."
        )
    style = style or ("messages" if system else "pairs")
    if system and style != "messages":
        raise ToolError(f"A system prompt is a turn of a conversation: say style messages rather than {style}.")
    return style


def _conversations(version: Version, before: Format | None) -> str | None:
    """The column with conversations that the rows came with or were made from, if they are no other column's."""
    column = before.text if before and before.text in version.columns else version.column("messages")
    made_here = before is not None and before.text is not None and column == before.messages
    return column if column and not made_here and version.columns[column].endswith("[]") else None


def _of_conversations(
    ws: Workspace,
    con: duckdb.DuckDBPyConnection,
    version: Version,
    style: Style,
    column: str,
    instruction: str | None,
    system: str,
) -> Pairing:
    if style == "messages" and not system:
        raise ToolError(f"{version.dataset} holds whole conversations already: train on it as it is.")
    if style == "preference":
        raise ToolError(f"{version.dataset} has no two answers to choose between: it holds conversations.")
    if style == "messages" and instruction:
        raise ToolError("A conversation begins with a system prompt rather than an instruction. Say it as the system.")
    labels = labels_of(con, one_exchange(column, "assistant")) if style == "classification" else None
    if style == "classification" and labels is None:
        raise ToolError(f"The answers in {column} are free text rather than labels. Choose style pairs.")
    made = _made(ws, version)
    aside = _aside(version, {*MADE[style]}, made)
    return Pairing(version, style, column, column, None, instruction or "", labels, system, None, tuple(made), aside)


def one_exchange(column: str, role: str) -> str:
    """SQL for what a role says in a conversation of one question and one answer; NULL for any other.

    The system prompt goes before the question.
    """
    turns = quoted(column)
    said = f"list_filter({turns}, lambda x: x.role <> 'system')"
    one = f"len({said}) = 2 and {said}[1].role = 'user' and {said}[2].role = 'assistant'"
    system = f"list_filter({turns}, lambda x: x.role = 'system')[1].content"
    told = f"concat_ws(chr(10) || chr(10), {system}, {said}[1].content)" if role == "user" else f"{said}[2].content"
    return f"case when {one} then nullif(trim({told}), '') end"


def _rejected(version: Version) -> str:
    named = (column for column in version.columns if column.lower() in ("rejected", "dispreferred"))
    if column := version.column("rejected") or next(named, None):
        return column
    raise ToolError(
        f"{version.dataset} has no second, worse answer: preference pairs need a column called rejected. "
        f"Its columns are {', '.join(version.columns)}."
    )


def _made(ws: Workspace, version: Version) -> list[str]:
    """The columns that an earlier formatting made."""
    before = format_of(ws, version)
    if before is None or before.text in (None, before.prompt):
        return []
    made = MADE["preference"] if before.style == "preference" else (before.prompt, before.completion, before.messages)
    return [column for column in made if column in version.columns]


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


def _filled(column: str) -> str:
    """SQL for a value as trimmed text; NULL if it is blank."""
    return f"nullif(trim(cast({quoted(column)} as varchar)), '')"
