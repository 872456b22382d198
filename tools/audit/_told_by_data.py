"""The words that tell each label in the training rows, whatever a model makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from store import TrainingRun, Version, Workspace
from store.engine import engine, quoted
from tools.data._profile.words import LEAST_ROWS, LEAST_Z, WORD, log_odds

SIGN = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
MARKS = r"[^\s\p{L}\p{M}\p{N}]+"


@dataclass(frozen=True)
class Told:
    """What the training rows say of a word and a label.

    Attributes:
        rows: Training rows of the label that have the word.
        others: Training rows of other labels that have it.
        z: The log-odds ratio over its standard deviation; from 3 the word tells the label.
    """

    rows: int
    others: int
    z: float

    @property
    def tells(self) -> bool:
        """Whether the word tells the label, beyond chance."""
        return self.z >= LEAST_Z and self.rows >= LEAST_ROWS


def told_by_data(ws: Workspace, run: TrainingRun) -> dict[tuple[str, str], Told]:
    """For each label and word of the training rows, words in lower case as `_pieces.fine` cuts them."""
    version = ws.datasets.version(run.dataset, run.version)
    split = version.column("split")
    only = f"{quoted(split)} = 'train'" if split else "true"
    label, text = _label(run), _text(run, version)
    cut = f"list_distinct(regexp_extract_all(lower({text}), '{SIGN}|{WORD}|{MARKS}'))"
    with engine([version.path.parent], {"rows": version.path}) as connection:
        connection.execute(
            f"""create temp table words as select g, w, count(*) as n from (
                select trim(cast({label} as varchar)) as g, unnest({cut}) as w from rows where {only}) group by all"""
        )
        found = connection.execute(log_odds("words")).fetchall()
    return {(str(g), str(w)): Told(int(y), int(other), float(z)) for g, w, y, other, z in found}


def telling(told: Mapping[tuple[str, str], Told], label: str, most: int, *, sure: bool = True) -> list[str]:
    """The words that tell a label most surely; those beyond chance only, or all that lean to it."""
    some = [(one, word) for (of, word), one in told.items() if of == label and (one.tells or not sure and one.z > 0)]
    return [word for _, word in sorted(some, key=lambda pair: (-pair[0].z, pair[1]))[:most]]


def _label(run: TrainingRun) -> str:
    plan = run.plan
    if plan["task"] == "classify":
        return quoted(plan["label"])
    return f"{quoted(plan['messages'])}[-1].content" if plan.get("messages") else quoted(plan["completion"])


def _text(run: TrainingRun, version: Version) -> str:
    plan = run.plan
    if plan["task"] == "classify":
        return f"cast({quoted(plan['text'])} as varchar)"
    if shown := version.column("text"):
        return f"cast({quoted(shown)} as varchar)"
    if plan.get("messages"):
        asked = f"list_filter({quoted(plan['messages'])}, lambda m: m.role = 'user')"
        return f"array_to_string(list_transform({asked}, lambda m: m.content), ' ')"
    return quoted(plan["prompt"])
