"""Texts as vectors: TF-IDF of words, pairs of words and pieces of words."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from typing import Any

from tools.clean._examined import Examined

MOST_ROWS = 100_000
MOST_CHARACTERS = 20_000_000
"""Of all texts together: what keeps the vectors below a gigabyte and their making below a minute."""
LONGEST = 1_000
"""Characters of a text that are looked at."""
FEATURES = 50_000
"""The most words, and the most pieces of words, the frequent ones."""


def sampled(data: Examined, where: str, rows_at_most: int = MOST_ROWS) -> list[tuple[Any, ...]]:
    """Rows of `Side.rows` as (_row, text, label, shown): all of them, or a sample of a large dataset.

    Args:
        data: The dataset.
        where: SQL for the rows that count.
        rows_at_most: How many.
    """
    rows = f"from {data.here.rows} where {where}"
    (total, characters) = data.one(f"select count(*), coalesce(sum(least(length(exact), {LONGEST})), 0) {rows}")
    most = min(rows_at_most, int(MOST_CHARACTERS * total / max(characters, 1)) + 1)
    picked = f"order by hash(_row) limit {most}" if total > most else ""
    return data.connection.execute(
        f"select * from (select _row, left(exact, {LONGEST}) as text, label, shown {rows} {picked}) order by _row"
    ).fetchall()


def vectors(texts: Sequence[str]) -> Any:
    """A sparse matrix of the shape (texts, features); the squares of a row add up to 2.

    Words are good at what a text is about, pieces of words at misspelt and inflected ones.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.sparse import hstack  # noqa: PLC0415  scikit-learn takes a second
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    common: Any = {"sublinear_tf": True, "max_features": FEATURES, "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\w+|[^\w\s]", **common)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
    return hstack([each.fit_transform(texts) for each in (words, pieces)]).tocsr()


def left_out(data: Examined, rows: int) -> str:
    """What was not looked at, for the middle of a sentence; nothing where that is nothing."""
    left = data.here.version.rows - rows
    return f" ({left:,} of {data.here.version.rows:,} rows were not judged)" if left else ""
