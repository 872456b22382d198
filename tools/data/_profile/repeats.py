"""Rows that come again, texts that disagree, test rows seen in training, and how often each label comes."""

from dataclasses import dataclass

from tools.data._profile.staged import Staged


@dataclass(frozen=True)
class Repeats:
    """Rows that come again, and texts that disagree.

    Attributes:
        rows: Rows that repeat an earlier row in every column but ids.
        exact: Rows whose text is exactly an earlier row's.
        normalised: Rows whose text is an earlier row's after normalising.
        doubles: Rows whose text, answer and split are exactly an earlier row's.
        respelled: Rows of which that holds only after normalising.
        conflicts: Texts with words, normalised, that have more than one label; None without labels.
        conflicting_rows: The rows of those texts.
        leaked: Test rows whose text, normalised, is also a training row's; None without such splits.
    """

    rows: int
    exact: int
    normalised: int
    doubles: int
    respelled: int
    conflicts: int | None
    conflicting_rows: int | None
    leaked: int | None


def repeats(staged: Staged) -> Repeats:
    """Count repeats; rows without text do not count."""
    facts, number = staged.facts, staged.number
    disagree = (
        f"(select count(*) as rows from {facts} where words and l is not null group by n having count(distinct l) > 1)"
    )
    leaked = (
        f"select count(*) from {facts} where s = 'test' and words"
        f" and n in (select n from {facts} where s = 'train' and words)"
    )
    splits = {row[0] for row in staged.con.execute(f"select distinct s from {facts} where t is not null").fetchall()}
    doubles = number(f"select count(t) - count(distinct hash(t, a, s)) from {facts} where t is not null")
    return Repeats(
        number(f"select count(*) - count(distinct whole) from {facts}"),
        number(f"select count(t) - count(distinct t) from {facts}"),
        number(f"select count(n) - count(distinct n) from {facts}"),
        doubles,
        number(f"select count(n) - count(distinct hash(n, a, s)) from {facts} where n is not null") - doubles,
        number(f"select count(*) from {disagree}") if staged.label else None,
        number(f"select sum(rows) from {disagree}") if staged.label else None,
        number(leaked) if {"train", "test"} <= splits else None,
    )


def balance(staged: Staged, column: str) -> list[tuple[str, int]]:
    """How many rows each label (`l`) or split (`s`) has, most first."""
    return staged.con.execute(
        f"select {column}, count(*) from {staged.facts} where {column} is not null group by 1 order by 2 desc, 1"
    ).fetchall()
