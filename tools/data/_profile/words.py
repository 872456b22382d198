"""The words of the texts, and those that tell one group of rows from the rest."""

from dataclasses import dataclass

from tools.data._profile.staged import Sample, Staged

ROWS, CHARACTERS = 50_000, 30_000_000
WORD = r"[\p{L}\p{M}\p{N}]+(?:[''’][\p{L}\p{M}]+)*"
"""Letters and digits, with an apostrophe inside. Chinese, Japanese and Thai put no spaces between words, so a run of
their signs counts as one."""
LONG = 6
"""Letters from which a frequent word is likelier to be about something than to hold sentences together."""
TOP = 12
LABELS, TELLING = 20, 6
PRIOR_SHARE, PRIOR_MOST = 0.1, 1000
"""How many words the prior of the log-odds is worth: this share of all, and no more than so many."""
LEAST_Z, LEAST_ROWS = 3.0, 3
"""How sure it must be that a word tells something: among thousands of words some reach 2 by chance."""


@dataclass(frozen=True)
class Vocabulary:
    """The words of a sample, in lower case.

    Attributes:
        distinct: Different words.
        once: Words that are in one row only.
        frequent: Words in most rows, and the rows.
        long: The same among words of `LONG` letters and more.
        telling: For each label, the words that tell its rows from the others.
        sample: The rows.
        table: A table of the words: g (label), w, n (rows).
    """

    distinct: int
    once: int
    frequent: list[tuple[str, int]]
    long: list[tuple[str, int]]
    telling: dict[str, list[str]]
    sample: Sample
    table: str


def vocabulary(staged: Staged) -> Vocabulary:
    """Count the words of a sample, each once a row, so that a row that repeats a word counts no more than another."""
    sample, table = staged.sample(ROWS, CHARACTERS), f"{staged.view}_words"
    staged.con.execute(
        f"""create or replace temp table {table} as
        select l as g, w, count(*) as n
        from (select f.l, unnest(list_distinct(regexp_extract_all(lower({staged.text}), '{WORD}'))) as w
            from {sample.table} d join {staged.facts} f using (_row))
        group by all"""
    )
    each = f"(select w, sum(n)::bigint as n from {table} group by w)"
    distinct = staged.number(f"select count(*) from {each}")
    once = staged.number(f"select count(*) from {each} where n = 1")
    most = f"select w, n from {each} where length(w) >= {{}} and w ~ '.*\\p{{{{L}}}}.*' order by n desc, w limit {TOP}"
    frequent, long = (staged.con.execute(most.format(letters)).fetchall() for letters in (1, LONG))
    return Vocabulary(distinct, once, frequent, long, _by_label(staged, table), sample, table)


def telling(staged: Staged, table: str) -> list[tuple[str, str, float]]:
    """The words that tell one group of a table (g, w, n) from the rest, surest first: (group, word, z).

    The log-odds ratio with an informative Dirichlet prior over its standard deviation, equations 15, 20 and 22 of
    Monroe, Colaresi and Quinn (2008), "Fightin' Words", Political Analysis 16(4); the prior is the words of all groups.
    """
    return staged.con.execute(
        f"""select g, w, z from ({log_odds(table)}) where z >= {LEAST_Z} and y >= {LEAST_ROWS}
        qualify row_number() over (partition by g order by z desc, length(w) desc, w) <= {TELLING}
        order by g, z desc, length(w) desc, w"""
    ).fetchall()


def log_odds(table: str) -> str:
    """SQL for how surely each word of a table (g, w, n) tells each group: g, w, y (rows), other (rows of others), z."""
    return f"""with counted as (
            select g, w, n as y, sum(n) over (partition by w) - n as other, sum(n) over (partition by g) as size,
                sum(n) over () as total, least({PRIOR_MOST}, {PRIOR_SHARE} * sum(n) over ()) as a0
            from {table} where g is not null),
        prior as (select *, a0 * (y + other) / total as a from counted)
        select g, w, y, other,
            (ln((y + a) / (size + a0 - y - a)) - ln((other + a) / (total - size + a0 - other - a)))
            / sqrt(1 / (y + a) + 1 / (other + a)) as z
        from prior where size < total"""


def _by_label(staged: Staged, table: str) -> dict[str, list[str]]:
    if not staged.label:
        return {}
    found: dict[str, list[str]] = {}
    for label, word, _ in telling(staged, table):
        found.setdefault(label, []).append(word)
    sizes = staged.con.execute(
        f"select l from {staged.facts} where l is not null group by 1 order by count(*) desc, l limit {LABELS}"
    ).fetchall()
    return {label: found[label] for (label,) in sizes if label in found}
