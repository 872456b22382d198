"""Give rows the shape that a model is trained on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field

from store import Workspace
from store.counted import Count
from store.engine import engine, fetch
from tools.data._pairs import Pairing, pairing
from tools.data._tokens import BaseTokens, default_tokens
from tools.kinds import Column, Dataset, called
from tools.result import Result, Table
from tools.tool import tool
from tools.train._examples import segments

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

EXAMPLES = 3
MEASURED = 2_000
"""Rows whose tokens are counted for the longest."""
Instruction = Annotated[str, Field(max_length=2000)]
Style = Annotated[
    Literal["pairs", "messages"], called(pairs="pair prompt", messages="message conversation chat dialogue")
]
Turns = list[dict[str, str]]


@tool(
    effect="writes",
    repeatable=True,
    asks=[
        ("format reviews for training", {"dataset": "reviews"}),
        ("make prompt and completion pairs out of tickets", {"dataset": "tickets", "style": "pairs"}),
        ("turn faq into chat messages", {"dataset": "faq", "style": "messages"}),
        (
            "prepare claims for fine-tuning: the model reads report and answers with verdict",
            {"dataset": "claims", "text": "report", "label": "verdict"},
        ),
        (
            "format rulings, with the instruction: Summarise this ruling in two sentences.",
            {"dataset": "rulings", "instruction": "Summarise this ruling in two sentences."},
        ),
        (
            "convert helpdesk to the chat template with system, user and assistant",
            {"dataset": "helpdesk", "style": "messages"},
        ),
        ("get leaflets into the shape that a trainer can read", {"dataset": "leaflets"}),
        (
            "build prompts from notes: symptoms goes in, diagnosis comes out",
            {"dataset": "notes", "text": "symptoms", "label": "diagnosis"},
        ),
        (
            "put 'Answer as a tax clerk.' before every question in taxes",
            {"dataset": "taxes", "instruction": "Answer as a tax clerk."},
        ),
        ("bring minutes into instruction tuning format", {"dataset": "minutes"}),
        (
            "I think the model needs question and answer pairs, arrange exams like that",
            {"dataset": "exams", "style": "pairs"},
        ),
    ],
)
def format_dataset(
    ws: Workspace,
    dataset: Dataset,
    style: Style = "pairs",
    text: Column | None = None,
    label: Column | None = None,
    instruction: Instruction | None = None,
) -> Result:
    """Make prompts and completions, or chat messages, from the columns of a dataset.

    Args:
        dataset: The dataset to format.
        style: pairs for a prompt and a completion column, messages for conversations.
        text: The column that the model reads; the text or prompt if not given.
        label: The column that it shall answer with; the label or completion if not given.
        instruction: What stands before each text; for labels it names them if not given.

    Example:
        >>> with ws.approvals.typed("format_dataset", {"dataset": "reviews"}):
        ...     print(format_dataset(ws, "reviews"))
        Formatted 3 rows of reviews as prompt and completion pairs; it is now version 2. The instruction is: \
Classify the text. Answer with one of: 0, 1.
    """
    version = ws.datasets.head(dataset)
    with engine([version.path.parent], {"parent": version.path}) as con:
        pairs = pairing(ws, con, version, style, text, label, instruction)
    shape = "prompt and completion pairs" if style == "pairs" else "chat messages"
    from_ = pairs.recipe()
    new = ws.datasets.derive(
        dataset,
        pairs.select(),
        sentence=f"Formatted as {shape}, from {from_['text']} to {from_['label']}.",
        recipe=from_,
        roles=pairs.roles(),
    )
    told = f"The instruction is: {pairs.instruction}" if pairs.instruction else "There is no instruction."
    empty = _empty(ws, pairs)
    return Result(
        " ".join(
            [
                f"Formatted {Count(version.rows - empty):row|rows} of {dataset} as {shape}; it is now version"
                f" {new.number}. {told}",
                *_told_of_renamed(pairs),
                *_told_of_empty(empty),
            ]
        ),
        next=[f"Split {dataset} into train and test"] * ("split" not in new.columns)
        + [f"Plan a training on {dataset}"],
        data={
            "dataset": dataset,
            "version": new.number,
            "rows": version.rows - empty,
            "empty": empty,
            **from_,
        },
    )


@format_dataset.preview
def _preview(
    ws: Workspace,
    dataset: str,
    style: Style = "pairs",
    text: str | None = None,
    label: str | None = None,
    instruction: str | None = None,
) -> Result:
    version = ws.datasets.head(dataset)
    with engine([version.path.parent], {"parent": version.path}) as con:
        pairs = pairing(ws, con, version, style, text, label, instruction)
        rows = [_turns(row) for row in fetch(con, f"{_shown(pairs)} limit {MEASURED}")]
    tokens = default_tokens(ws)
    empty = _empty(ws, pairs)
    shape = "a prompt and a completion" if style == "pairs" else "a conversation"
    told = [
        f"I would give {Count(version.rows - empty):row|rows} of {dataset} {shape}, from {pairs.text} to {pairs.label};"
        " only the answer is trained.",
        *_told_of_renamed(pairs),
        *_told_of_empty(empty),
    ]
    if tokens and rows:
        longest = max(sum(tokens.count([piece for piece, _ in _pieces(tokens, turns)])) for turns in rows)
        among = f" of the first {MEASURED:,}" if version.rows > MEASURED else ""
        told.append(f"The longest row{among} has {longest:,} tokens of {tokens.name}.")
    elif rows:
        told.append(
            "The marks of the chat template are added in training; they come with the base model, which is "
            "not on this machine yet."
        )
    return Result(
        " ".join(told),
        tables=[
            Table(_title(tokens), ("example", "trained", "tokens", "text"), list(_examples(tokens, rows[:EXAMPLES])))
        ],
        data=pairs.recipe() | {"empty": empty},
    )


def _shown(pairs: Pairing) -> str:
    answer = "prompt, completion" if pairs.style == "pairs" else "messages"
    return f"select {answer} from ({pairs.select()}) where {answer.rpartition(' ')[2]} is not null"


def _turns(row: dict[str, Any]) -> Turns:
    if "messages" in row:
        return row["messages"]
    return [{"role": "user", "content": row["prompt"]}, {"role": "assistant", "content": row["completion"]}]


def _pieces(tokens: BaseTokens | None, turns: Turns) -> list[tuple[str, bool]]:
    """The text of a row in pieces, each with whether it is trained, exactly as training makes it."""
    if tokens is None:
        return [(turn["content"], turn["role"] == "assistant") for turn in turns]
    return list(segments(cast("PreTrainedTokenizerBase", tokens), turns))


def _examples(tokens: BaseTokens | None, rows: list[Turns]) -> Iterator[tuple[int, str, int | None, str]]:
    for number, turns in enumerate(rows, 1):
        for piece, trained in _pieces(tokens, turns):
            count = tokens.count([piece])[0] if tokens else None
            yield number, "yes" if trained else "no", count, piece


def _title(tokens: BaseTokens | None) -> str:
    return f"What the model reads, in the chat template of {tokens.name}" if tokens else "What the model reads"


def _empty(ws: Workspace, pairs: Pairing) -> int:
    """Rows without a text or without an answer."""
    with engine([ws.datasets.folder], {"parent": pairs.version.path}) as con:
        row = con.execute(f"select count(*) from ({_shown(pairs)})").fetchone()
    return pairs.version.rows - (row[0] if row else 0)


def _told_of_renamed(pairs: Pairing) -> list[str]:
    """Columns of the user's that had the names of the new ones are kept."""
    return [f"The column {old} of your own is kept as {new}." for old, new in pairs.renamed.items()]


def _told_of_empty(empty: int) -> list[str]:
    if not empty:
        return []
    them = "it stays, and training leaves it out" if empty == 1 else "they stay, and training leaves them out"
    return [f"{Count(empty):row has|rows have} no text or no answer; {them}."]
