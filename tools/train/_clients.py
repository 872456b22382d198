"""Who holds which rows in a federated training: by a column, or dealt out with skewed labels."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.engine import engine, fetch, literal, quoted
from tools.tool import ToolError
from tools.train._skewed import dealt, skewed
from tools.words import counted, some_of

MOST_CLIENTS = 50
HELD = ("train", "validation")


@dataclass(frozen=True)
class Client:
    """One who takes part, with rows of its own."""

    name: str
    rows: frozenset[int]
    """`_row` of its training and validation rows."""
    train: int
    validation: int
    labels: Mapping[str, int]
    """Training rows by label; empty where there is no label."""


@dataclass(frozen=True)
class Division:
    """All who take part."""

    clients: Sequence[Client]
    left_out: int
    """Training rows that no client holds: the column has no value there."""


def divide(path: Path, plan: Mapping[str, Any]) -> Division:
    """Deal the rows of a dataset version out; the same plan gives the same clients. Test rows are never dealt.

    A row that was made from another goes to the client of that row.

    Args:
        path: Parquet file of the version.
        plan: With `clients` (how many, or None), `clients_by` (a column, or None), `label_skew` (alpha of the Dirichlet
            distribution, or None for an even split), `label`, `split` and `seed`.

    Raises:
        ToolError: It would not give two clients with rows each; the message says what to do.
    """
    rows = _rows(path, plan)
    if by := plan["clients_by"]:
        found = _by_column(rows, by, plan["clients"])
    else:
        found = _drawn(rows, plan)
    homes = {row["_row"]: client for row, client in zip(rows, found, strict=True)}
    placed = [(row, homes.get(row["made_from"], client)) for row, client in zip(rows, found, strict=True)]
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row, client in placed:
        if client:
            held[client].append(row)
    clients = [_client(name, held[name]) for name in sorted(held, key=_natural)]
    taking_part = [client for client in clients if client.train]
    if len(taking_part) < 2:
        raise ToolError(_too_few(plan, clients))
    left_out = sum(row["side"] == "train" and not client for row, client in placed)
    return Division(taking_part, left_out)


def _rows(path: Path, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    with engine([path.parent], {"version": path}) as connection:
        columns = {row["column_name"] for row in fetch(connection, "describe version")}
        side = quoted(plan["split"]) if plan["split"] else literal("train")
        label = f"cast({quoted(plan['label'])} as varchar)" if plan["label"] else "null"
        by = f"cast({quoted(plan['clients_by'])} as varchar)" if plan["clients_by"] else "null"
        made_from = "_from" if "_from" in columns else "null"
        sides = ", ".join(map(literal, HELD))
        return fetch(
            connection,
            f"select _row, {side} as side, {label} as label, nullif(trim({by}), '') as holder, {made_from} as made_from"
            f" from version where {side} in ({sides}) order by _row",
        )


def _by_column(rows: list[dict[str, Any]], by: str, clients: int | None) -> list[str]:
    """Each value of the column is a client; with fewer clients than values, whole values are dealt to them."""
    sizes = Counter(row["holder"] for row in rows if row["side"] == "train" and row["holder"] is not None)
    if len(sizes) < 2:
        only = next(iter(sizes), None)
        has = f"the one value {only}" if only is not None else "no value"
        raise ToolError(
            f"{by} has {has} in the training rows, and a federation needs at least two clients. Choose another column."
        )
    if clients is None and len(sizes) > MOST_CLIENTS:
        raise ToolError(
            f"{by} has {len(sizes):,} different values, and at most {MOST_CLIENTS} clients are simulated here. Choose "
            f"a column with fewer, or say how many clients its values shall be dealt to: {by}, 4 clients."
        )
    if clients is not None and clients > len(sizes):
        raise ToolError(
            f"{by} has {counted(len(sizes), 'value')} ({some_of(sizes)}), which cannot make {clients} clients. "
            f"Take {len(sizes)} clients or fewer, or another column."
        )
    if clients is None or clients == len(sizes):
        return [row["holder"] if row["holder"] in sizes else "" for row in rows]
    home = {value: f"client-{place + 1}" for value, place in dealt(sizes, clients).items()}
    return [home.get(row["holder"], "") for row in rows]


def _drawn(rows: list[dict[str, Any]], plan: Mapping[str, Any]) -> list[str]:
    clients = int(plan["clients"])
    train = sum(row["side"] == "train" for row in rows)
    if train < clients:
        raise ToolError(
            f"{counted(train, 'training row')} cannot be held by {clients} clients: some would have no row. "
            "Take fewer clients, or add rows."
        )
    places = skewed(
        [(row["side"], row["label"]) for row in rows], clients, alpha=plan["label_skew"], seed=int(plan["seed"])
    )
    if places is None:
        raise ToolError(
            f"With a label skew of {plan['label_skew']:g} some of the {clients} clients are left without a row in "
            "every draw. Take a higher number (1 is mild), or fewer clients."
        )
    return [f"client-{place + 1}" for place in places]


def _client(name: str, rows: list[dict[str, Any]]) -> Client:
    train = [row for row in rows if row["side"] == "train"]
    labels = Counter(str(row["label"]) for row in train if row["label"] is not None)
    return Client(
        name, frozenset(row["_row"] for row in rows), len(train), len(rows) - len(train), dict(sorted(labels.items()))
    )


def _too_few(plan: Mapping[str, Any], clients: list[Client]) -> str:
    empty = [client.name for client in clients if not client.train]
    told = f" {some_of(empty)} would have no training row." if empty else ""
    return f"A federation needs at least two clients with training rows.{told} Choose another column or number."


def _natural(name: str) -> tuple[str, int]:
    """client-2 before client-10."""
    word, _, number = name.rpartition("-")
    return (word, int(number)) if number.isdigit() else (name, 0)
