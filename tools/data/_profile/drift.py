"""How far two datasets, or two versions of one, are apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.data._profile.staged import Staged
from tools.data._profile.words import Vocabulary, telling

BINS = 10
SMALL, LARGE = 0.1, 0.25
"""Population stability index below which a shift is small, and from which it is large: the thresholds in use in credit
scoring (Siddiqi, 2006, "Credit Risk Scorecards")."""
CHANCE = 0.95
NEW_WORDS = 12
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Distance:
    """How far two distributions are apart.

    Attributes:
        psi: Population stability index.
        divergence: Jensen and Shannon's, from 0 for the same to 1 for nothing in common.
        reading: What that means in words.
    """

    psi: float
    divergence: float
    reading: str


@dataclass(frozen=True)
class Drift:
    """What differs between a dataset and the one it is held against.

    Attributes:
        rows: Rows of both.
        medians: Characters of the median row of both.
        lengths: How far the lengths are apart, in tenths of the second.
        labels: How far the labels are apart; None where one has none.
        shares: For each label, its share in both, the largest difference first.
        words: Jensen and Shannon's divergence of the words; None where one has no text.
        new: Words in several rows of the first that no row of the second's sample has, most first.
        new_share: The share of the first's words, each counted once a row, that the second's sample does not have.
        more: Words that come more often than in the second than chance would have it.
    """

    rows: tuple[int, int]
    medians: tuple[int, int]
    lengths: Distance | None
    labels: Distance | None
    shares: list[tuple[str, float, float]]
    words: float | None
    new: list[tuple[str, int]]
    new_share: float
    more: list[str]


def drift(here: Staged, there: Staged, words: tuple[Vocabulary, Vocabulary] | None) -> Drift:
    """Hold a dataset against another; both are staged on one connection."""
    labels = _labels(here, there) if here.label and there.label else []
    counts = np.array([[a, b] for _, a, b in labels], float).reshape(-1, 2)
    sums = np.maximum(counts.sum(axis=0), 1)
    shares = [(label, a / sums[0], b / sums[1]) for label, a, b in labels]
    shares.sort(key=lambda each: (-abs(round(each[1] - each[2], 9)), each[0]))
    divergence, new, new_share, more = _words(here, *words) if words else (None, [], 0.0, [])
    return Drift(
        (here.version.rows, there.version.rows),
        (_median(here), _median(there)),
        _lengths(here, there) if here.read and there.read else None,
        distance(counts[:, 0], counts[:, 1]) if len(labels) > 1 else None,
        shares,
        divergence,
        new,
        new_share,
        more,
    )


def distance(here: Sequence[float] | Numbers, there: Sequence[float] | Numbers) -> Distance:
    """How far two lists of counts are apart, kind by kind.

    The index is the sum of (p - q) ln(p / q), with half a row added to each kind so that a new kind is no infinity.
    Where two samples of n and m rows are of one population, it is about chi-squared with one degree less than there
    are kinds, times 1 / n + 1 / m (Yurdakul, 2018): below that law's 95 % it is put down to chance.

    Example:
        >>> distance([50, 50], [52, 48]).reading, distance([90, 10], [50, 50]).reading
        ('no more than chance', 'large')
    """
    from scipy.stats import chi2  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - takes a while to load

    a, b = np.asarray(here, float), np.asarray(there, float)
    p, q = (a + 0.5) / (a.sum() + 0.5 * len(a)), (b + 0.5) / (b.sum() + 0.5 * len(b))
    psi = float(((p - q) * np.log(p / q)).sum())
    law = float(chi2.ppf(CHANCE, max(1, len(a) - 1)))  # pyright: ignore[reportUnknownMemberType]
    by_chance = law * (1 / max(1.0, a.sum()) + 1 / max(1.0, b.sum()))
    reading = "small" if psi < SMALL else "moderate" if psi < LARGE else "large"
    return Distance(psi, divergence(a, b), "no more than chance" if psi <= by_chance else reading)


def divergence(here: Numbers, there: Numbers) -> float:
    """Jensen and Shannon's divergence of two lists of counts, in bits (Lin, 1991).

    Example:
        >>> divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])), divergence(np.ones(2), np.ones(2))
        (1.0, 0.0)
    """
    p, q = here / max(1.0, here.sum()), there / max(1.0, there.sum())
    mean = (p + q) / 2
    parts = [np.sum(x[x > 0] * np.log2(x[x > 0] / mean[x > 0])) for x in (p, q)]
    return float(sum(parts) / 2)


def _median(staged: Staged) -> int:
    return staged.number(f"select median(chars) from {staged.facts}")


def _lengths(here: Staged, there: Staged) -> Distance:
    tenths = [(number + 1) / BINS for number in range(BINS - 1)]
    row = there.con.execute(f"select quantile_disc(chars, {tenths}) from {there.facts}").fetchone()
    edges = np.unique(np.array((row or ([],))[0] or [0], float))
    return distance(_binned(here, edges), _binned(there, edges))


def _binned(staged: Staged, edges: Numbers) -> Numbers:
    """Rows in each bin; an edge belongs to the bin below it."""
    upto = ", ".join(f"count(*) filter (where chars <= {edge})" for edge in edges)
    row = staged.con.execute(f"select {upto}, count(*) from {staged.facts}").fetchone() or ()
    return np.diff(np.array([0, *row], float))


def _labels(here: Staged, there: Staged) -> list[tuple[str, int, int]]:
    counts = "(select l, count(*) as n from {} where l is not null group by l)"
    return here.con.execute(
        f"select l, coalesce(a.n, 0), coalesce(b.n, 0) from {counts.format(here.facts)} a"
        f" full join {counts.format(there.facts)} b using (l) order by 2 desc, l"
    ).fetchall()


def _words(
    here: Staged, mine: Vocabulary, yours: Vocabulary
) -> tuple[float | None, list[tuple[str, int]], float, list[str]]:
    each = "(select w, sum(n)::double as n from {} group by w)"
    joined = (
        f"(select w, coalesce(a.n, 0) as a, coalesce(b.n, 0) as b from {each.format(mine.table)} a"
        f" full join {each.format(yours.table)} b using (w))"
    )
    arrays = here.con.execute(f"select a, b from {joined}").fetchnumpy()
    a, b = (np.asarray(arrays[name], float) for name in ("a", "b"))
    if not a.sum() or not b.sum():
        return None, [], 0.0, []
    new = here.con.execute(
        f"select w, a::bigint from {joined} where b = 0 and a > 1 order by a desc, w limit {NEW_WORDS}"
    ).fetchall()
    both = "drift_words"
    here.con.execute(
        f"create or replace temp table {both} as"
        f" select 'here' as g, w, sum(n)::bigint as n from {mine.table} group by w"
        f" union all select 'there', w, sum(n)::bigint from {yours.table} group by w"
    )
    more = [word for group, word, _ in telling(here, both) if group == "here"]
    return divergence(a, b), new, float(a[b == 0].sum() / a.sum()), more
