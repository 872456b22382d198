"""The rows of a test: which ones, what is asked, what is right, and which the run has seen in training."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import TrainingRun, Version, Workspace
from store.engine import engine, fetch, literal, quoted
from tools.data._normal import normalised
from tools.evaluate._registry import Answers
from tools.evaluate._source import source
from tools.tool import ToolError
from tools.train._examples import Message, conversation, label_name, question
from tools.train._pairs import pair
from tools.train._tags import OUTSIDE, Odd, tagged

if TYPE_CHECKING:
    from tools.evaluate._leakage import NearRow

HELD_OUT = ("test", "validation")
READ = ("classify", "tag", "pretrain")
"""Tasks that read a text and write none."""
NOTHING = "(none)"
"""Stands where answers are rewarded and no right one is known."""


@dataclass(frozen=True)
class Question:
    """One row of a test."""

    row: int
    messages: list[Message]
    """What a generating model is asked; empty for a classifier."""
    text: str
    """What a classifier reads; for a generating model, the text to show."""
    reference: str
    words: tuple[tuple[int, int], ...] = ()
    """Where the words of the text stand, in characters, if they are to be tagged."""
    rejected: str = ""
    """The worse answer, of a preference pair."""


@dataclass(frozen=True)
class Exam:
    """The rows that a run is tested on.

    Attributes:
        available: Rows that the split has.
        left_out: Rows of those without a question or an answer.
        seen: `_row` of those asked whose text is, normalised, the text of a training row; after `_leakage.with_near`
            also of those that nearly repeat one.
        repeated: Of those seen, the ones of the first kind; None where near-duplicates were not looked for.
        near: What was found then, with what it is: leaks, and rows that are only similar.
        least: The likeness from which texts count as near.
    """

    dataset: str
    version: int
    split: str
    seed: int
    available: int
    left_out: int
    questions: list[Question]
    seen: frozenset[int]
    repeated: frozenset[int] | None = None
    near: "tuple[NearRow, ...]" = ()
    least: float = 0.0


def exam(ws: Workspace, run: TrainingRun, dataset: str | None, split: str | None, rows: int, seed: int) -> Exam:
    """Choose the rows.

    Args:
        ws: The workspace.
        run: The run to test.
        dataset: Another dataset to test on; None for the rows that the run's own dataset held out.
        split: test, validation or train; None for the best there is.
        rows: At most so many, drawn by the seed.
        seed: Of the draw.

    Raises:
        ToolError: There are no such rows; the message says what to do.
    """
    trained_on = ws.datasets.version(run.dataset, run.version)
    version = ws.datasets.head(dataset) if dataset and dataset != run.dataset else trained_on
    rows_of_run = source(ws, run, version, "tested")
    chosen = _split(run, version, split, own=version is trained_on)
    found = _read(version, rows_of_run, chosen)
    questions = [asked for row in found if (asked := asked_of(row, run.plan, version))]
    if not questions:
        raise ToolError(_nothing_to_ask(run, version, chosen, len(found)))
    taken = questions
    if len(questions) > rows:
        taken = sorted(random.Random(seed).sample(questions, rows), key=lambda asked: asked.row)
    seen = _seen_in_training(run, trained_on, version, rows_of_run, chosen) & {asked.row for asked in taken}
    left_out = len(found) - len(questions)
    return Exam(version.dataset, version.number, chosen, seed, len(found), left_out, taken, frozenset(seen))


def _nothing_to_ask(run: TrainingRun, version: Version, split: str, rows: int) -> str:
    which = "rows" if split == "all" else f"{split} rows"
    if not rows:
        why = f"{version.dataset} has no {which} to ask: all there were are gone, or were made by augmentation"
    elif rows == 1:
        why = f"The only one of the {which} of {version.dataset} has no question or no answer"
    else:
        why = f"None of the {rows:,} {which} of {version.dataset} has both a question and an answer"
    return f"{why}. Look at its rows and fill in what is missing, or test {run.id} on another dataset."


def asked_of(row: dict[str, Any], plan: dict[str, Any], version: Version) -> Question | None:
    """A row as the run's plan reads it; None if its question or its answer is missing."""
    if plan["task"] == "tag":
        return _to_tag(row, plan)
    if plan["task"] == "pretrain":
        text = str(row[plan["text"]] or "").strip()
        return Question(row["_row"], [], text, text) if len(text) > 1 else None
    rejected = ""
    if plan["task"] == "dpo":
        found = pair(row, plan)
        if found is None:
            return None
        rejected = found.rejected[-1]["content"]
    if plan["task"] == "classify":
        text, reference, messages = str(row[plan["text"]] or ""), row[plan["label"]], list[Message]()
    else:
        talk = conversation(row, plan)
        messages = question(talk)
        if not messages or (len(messages) == len(talk) and answers_of(plan) != "rewards"):
            return None
        shown = version.column("text")
        text = str(row[shown] or "") if shown in row else messages[-1]["content"]
        reference = talk[-1]["content"] if len(talk) > len(messages) else NOTHING
        text = text if messages[-1]["content"].strip() else ""
    answer = "" if reference is None else label_name(reference).strip()
    return Question(row["_row"], messages, text, answer, (), rejected) if answer and text.strip() else None


def _to_tag(row: dict[str, Any], plan: dict[str, Any]) -> Question | None:
    try:
        found = tagged(row, plan)
    except Odd:
        return None
    tags = " ".join(map(in_one_word, found.tags))
    return Question(row["_row"], [], found.text, tags, tuple(found.words)) if found.words else None


def in_one_word(tag: str) -> str:
    """A tag without spaces, so that tags can stand in a row."""
    return "_".join(tag.split()) or OUTSIDE


def answers_of(plan: dict[str, Any]) -> Answers:
    """What the answers of a run are."""
    match plan["task"]:
        case "tag":
            return "tags"
        case "pretrain":
            return "passages"
        case "grpo" if not (plan.get("completion") or plan.get("messages")):
            return "rewards"
        case _:
            return "labels" if plan.get("labels") else "text"


def _seen_in_training(run: TrainingRun, trained_on: Version, version: Version, source: str, split: str) -> set[int]:
    """`_row` of the rows whose text, normalised, a training row has too."""
    text = normalised(asked_sql(run.plan))
    train, test = only(trained_on, "train"), only(version, split)
    views = {"trained": trained_on.path, "tested": version.path}
    with engine([trained_on.path.parent, version.path.parent], views) as connection:
        sql = f"select _row from {source} where {test} and {text} in (select {text} from trained where {train})"
        return {row["_row"] for row in fetch(connection, sql)}


def asked_sql(plan: dict[str, Any]) -> str:
    """SQL for what a row asks."""
    if plan.get("messages"):
        asked = f"list_filter({quoted(plan['messages'])}, lambda m: m.role = 'user')"
        return f"array_to_string(list_transform({asked}, lambda m: m.content), ' ')"
    if plan.get("tokens"):
        return quoted(plan["tokens"])
    return quoted(plan["text"] if plan["task"] in READ else plan["prompt"])


def answer_sql(plan: dict[str, Any]) -> str:
    """SQL for what a row answers; of a chat, its last answer."""
    if plan.get("messages"):
        return f"list_filter({quoted(plan['messages'])}, lambda m: m.role = 'assistant')[-1].content"
    match plan["task"]:
        case "classify":
            return quoted(plan["label"])
        case "tag":
            return quoted(plan["tags"] or plan["spans"])
        case "pretrain":
            return quoted(plan["text"])
        case _:
            return quoted(plan["completion"]) if plan["completion"] else "''"


def _split(run: TrainingRun, version: Version, split: str | None, *, own: bool) -> str:
    column = version.column("split")
    there = _splits(version, column) if column else {}
    if split is not None:
        if column and there.get(split):
            return split
        has = ", ".join(f"{name} ({rows} rows)" for name, rows in there.items()) or "no splits"
        raise ToolError(f"{version.dataset} has no {split} rows; it has {has}.")
    if held_out := next((name for name in HELD_OUT if there.get(name)), None):
        return held_out
    if not own:
        return "all"
    raise ToolError(
        f"{run.id} was trained on all rows of {version.dataset}, so none is left that it has not seen. Split "
        f"{version.dataset} and train again, or test {run.id} on another dataset."
    )


def _splits(version: Version, column: str) -> dict[str, int]:
    sql = f"select {quoted(column)}::varchar as name, count(*) as rows from rows group by 1 order by 2 desc"
    with engine([version.path.parent], {"rows": version.path}) as connection:
        return {str(row["name"]): row["rows"] for row in fetch(connection, sql)}


def _read(version: Version, source: str, split: str) -> Sequence[dict[str, Any]]:
    with engine([version.path.parent], {"tested": version.path}) as connection:
        columns = [row["column_name"] for row in fetch(connection, "describe tested")]
        made = " and _from is null" if "_from" in columns else ""  # a row made by augmentation is no test
        return fetch(connection, f"select * from {source} where {only(version, split)}{made} order by _row")


def only(version: Version, split: str) -> str:
    """SQL: whether a row is in a split; true where there is none."""
    column = version.column("split")
    return f"{quoted(column)} = {literal(split)}" if column and split != "all" else "true"
