"""Give rows the shape that a model is trained on."""

from typing import Annotated, Literal

from pydantic import Field

from store import Workspace
from store.counted import Count
from store.engine import engine, fetch
from tools.data._pairs import MADE, Pairing, pairing
from tools.data._preview import EXAMPLES, TRAINED, examples, told_of_lengths
from tools.data._token_lengths import lengths
from tools.data._tokens import tokens_of
from tools.data._turns import turns_of
from tools.kinds import BaseModel, Column, Dataset, called
from tools.result import Result
from tools.tool import tool

Instruction = Annotated[str, Field(max_length=2000)]
Style = Annotated[
    Literal["pairs", "messages", "classification", "preference"],
    called(
        pairs="pair prompt",
        messages="message conversation chat dialogue",
        classification="classification classifier",
        preference="preference preferences chosen rejected dpo",
    ),
]
SHAPES = {
    "pairs": "prompt and completion pairs",
    "messages": "chat messages",
    "classification": "texts with labels",
    "preference": "preference pairs",
}


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
            "make preference pairs with chosen and rejected out of votes",
            {"dataset": "votes", "style": "preference"},
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
    style: Style | None = None,
    text: Column | None = None,
    label: Column | None = None,
    instruction: Instruction | None = None,
    system: Instruction | None = None,
    base_model: BaseModel | None = None,
) -> Result:
    """Make prompts and completions, or chat messages, from the columns of a dataset.

    Args:
        dataset: The dataset to format.
        style: pairs for a prompt and a completion column, messages for conversations, classification for a text and a
            label, preference for a prompt with a chosen and a rejected answer; pairs if not given.
        text: The column that the model reads; the text or prompt if not given.
        label: The column that it shall answer with; the label or completion if not given.
        instruction: What stands before each text; for labels it names them if not given.
        system: The system prompt that begins each conversation, with style messages.
        base_model: The base model whose chat template and tokens the preview shows; the one trained last if not given.

    Example:
        >>> with ws.approvals.typed("format_dataset", {"dataset": "reviews"}):
        ...     print(format_dataset(ws, "reviews"))
        Formatted 3 rows of reviews as prompt and completion pairs; it is now version 2. The instruction is: \
Classify the text. Answer with one of: 0, 1.
    """
    version = ws.datasets.head(dataset)
    with engine([version.path.parent], {"parent": version.path}) as con:
        pairs = pairing(ws, con, version, style, text, label, instruction, system)
    shape = SHAPES[pairs.style]
    from_ = pairs.recipe()
    new = ws.datasets.derive(
        dataset,
        pairs.select(),
        sentence=f"Formatted as {shape}, from {from_['text']} to {from_['label']}.",
        recipe=from_,
        roles=pairs.roles(),
    )
    empty = _empty(ws, pairs)
    return Result(
        " ".join(
            [
                f"Formatted {Count(version.rows - empty):row|rows} of {dataset} as {shape}; it is now version"
                f" {new.number}. {_told_of_prompts(pairs)}",
                *_told_of_renamed(pairs),
                *_told_of_empty(empty, pairs.of_conversations),
            ]
        ),
        next=[f"Split {dataset} into train and test"] * ("split" not in new.columns)
        + [f"Plan a training on {dataset}"],
        data={"dataset": dataset, "version": new.number, "rows": version.rows - empty, "empty": empty, **from_},
    )


@format_dataset.preview
def _preview(
    ws: Workspace,
    dataset: str,
    style: Style | None = None,
    text: str | None = None,
    label: str | None = None,
    instruction: str | None = None,
    system: str | None = None,
    base_model: str | None = None,
) -> Result:
    version = ws.datasets.head(dataset)
    tokens = tokens_of(ws, base_model)
    with engine([version.path.parent], {"parent": version.path}) as con:
        pairs = pairing(ws, con, version, style, text, label, instruction, system)
        con.execute(f"create view shown as {_shown(pairs)}")
        rows = [turns_of(row) for row in fetch(con, f"from shown limit {EXAMPLES}")]
        measured = lengths(con, tokens) if tokens and rows else None
    empty = _empty(ws, pairs)
    source = pairs.text if pairs.text == pairs.label else f"{pairs.text} to {pairs.label}"
    told = [
        f"I would make {SHAPES[pairs.style]} of {Count(version.rows - empty):row|rows} of {dataset}, from {source};"
        f" {TRAINED[pairs.style]}.",
        *_told_of_renamed(pairs),
        *_told_of_empty(empty, pairs.of_conversations),
        *told_of_lengths(measured, tokens, base_model),
    ]
    return Result(
        " ".join(told),
        tables=[examples(tokens, rows), *([measured.table()] if measured else [])],
        data=pairs.recipe() | {"empty": empty} | ({"tokens": measured.data()} if measured else {}),
    )


def _shown(pairs: Pairing) -> str:
    made = MADE[pairs.style]
    return f"select {', '.join(made)} from ({pairs.select()}) where {made[0]} is not null"


def _empty(ws: Workspace, pairs: Pairing) -> int:
    """Rows without a text or without an answer."""
    with engine([ws.datasets.folder], {"parent": pairs.version.path}) as con:
        row = con.execute(f"select count(*) from ({_shown(pairs)})").fetchone()
    return pairs.version.rows - (row[0] if row else 0)


def _told_of_prompts(pairs: Pairing) -> str:
    told = f"The instruction is: {pairs.instruction}" if pairs.instruction else "There is no instruction."
    return told + (f" The system prompt is: {pairs.system}" if pairs.system else "")


def _told_of_renamed(pairs: Pairing) -> list[str]:
    """Columns of the user's that had the names of the new ones are kept."""
    return [f"The column {old} of your own is kept as {new}." for old, new in pairs.renamed.items()]


def _told_of_empty(empty: int, of_conversations: bool) -> list[str]:
    if not empty:
        return []
    them = "it stays, and training leaves it out" if empty == 1 else "they stay, and training leaves them out"
    if of_conversations:
        return [f"{Count(empty):conversation is|conversations are} not one question with one answer; {them}."]
    return [f"{Count(empty):row has|rows have} no text or no answer; {them}."]
