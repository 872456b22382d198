"""The texts that a run was trained on, and those of the same kind that were held out from it."""

from dataclasses import dataclass
from typing import Any

import duckdb

from store import NotFound, TrainingRun, Workspace
from store.engine import engine, fetch, quoted
from tools.data._normal import normalised
from tools.embeddings.static import Vectors, encoder
from tools.evaluate._rows import READ
from tools.monitor._novelty import MOST, Novelty, learn

HELD_OUT = ("validation", "test")


@dataclass(frozen=True)
class Asked:
    """What rows of a dataset ask: each text once."""

    training: list[str]
    held_out: list[str]
    labels: dict[str, int]
    """Training rows by label; empty where the run has no labels."""
    label_of: list[str] | None
    """Of each text of `training`; None where the run has no labels."""


@dataclass(frozen=True)
class Known:
    """What a run was trained on, as texts, as vectors, and as what is new beside them."""

    asked: Asked
    training: Vectors
    novelty: Novelty


def asked_by(ws: Workspace, run: TrainingRun) -> Asked:
    """The questions of the version that a run was trained on, as a client would ask them."""
    version, plan = ws.datasets.version(run.dataset, run.version), run.plan
    text = last_asked(plan)
    split = version.column("split")
    side = f"coalesce({quoted(split)}, '')" if split else "'train'"
    once = f"{normalised(text)} <> '' qualify row_number() over (partition by {normalised(text)} order by _row) = 1"
    label = _label(plan)
    its = f"coalesce(cast({quoted(label)} as varchar), '')" if label else "''"
    rows = f"from parent where {side} in (select unnest(?)) and {once} order by md5(text) limit ?"
    sql = f"select {text} as text, {its} as label {rows}"
    with engine([version.path.parent], {"parent": version.path}) as con:
        training, held_out = (fetch(con, sql, [list(sides), 2 * MOST]) for sides in (("train",), HELD_OUT))
        label_of = [str(row["label"]) for row in training] if label else None
        return Asked(_texts(training), _texts(held_out), _labels(con, label, side), label_of)


def _texts(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row["text"]) for row in rows]


def _label(plan: dict[str, Any]) -> str | None:
    return str(plan["label"]) if plan.get("labels") and plan.get("label") else None


def last_asked(plan: dict[str, object]) -> str:
    """SQL for what a row asks: of a chat, the last message of the user."""
    if plan.get("messages"):
        return f"list_filter({quoted(str(plan['messages']))}, lambda m: m.role = 'user')[-1].content"
    if plan.get("tokens"):
        return f"array_to_string({quoted(str(plan['tokens']))}, ' ')"
    return f"cast({quoted(str(plan['text'] if plan['task'] in READ else plan['prompt']))} as varchar)"


def known_to(ws: Workspace, run_id: str) -> Known | None:
    """What a run knows; None if that cannot be said, as of an untuned base or of very few rows."""
    try:
        asked = asked_by(ws, ws.runs.get(run_id))
    except NotFound:
        return None
    training = encoder().encode(asked.training)
    novelty = learn(training, encoder().encode(asked.held_out), asked.label_of)
    return Known(asked, training, novelty) if novelty else None


def _labels(con: duckdb.DuckDBPyConnection, label: str | None, side: str) -> dict[str, int]:
    if label is None:
        return {}
    name = quoted(label)
    sql = f"select cast({name} as varchar) as label, count(*) as n from parent where {side} = 'train' group by 1"
    return {row["label"]: row["n"] for row in fetch(con, sql) if row["label"] is not None}
