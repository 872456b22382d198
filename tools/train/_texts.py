"""What the texts to train on are like: their language, and about how many tokens they have."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from store.engine import fetch, quoted
from tools.data._language import DENSE, language

READ = ("prompt", "completion", "messages", "text", "tokens")
ROWS, LETTERS, SURE = 300, 20, 0.8
LETTERS_OF_A_TOKEN = 4
"""In most languages with an alphabet; see `Texts.tokens`."""
DENSE_LANGUAGES = frozenset({"zh", "ja", "ko", "th"})


@dataclass(frozen=True)
class Texts:
    """Of a sample of the rows.

    Attributes:
        language: The code of the language of most of those whose language is sure, such as "en"; None if none is.
        tokens: About how many tokens nine rows in ten have at most, question and answer together.
    """

    language: str | None
    tokens: int


def texts_in(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str | None]) -> Texts:
    """Look at the columns that a training reads."""
    read = [quoted(name) for key, name in columns.items() if name and key in READ]
    joined = " || ' ' || ".join(f"ifnull(cast({name} as varchar), '')" for name in read)
    rows = fetch(connection, f"select {joined} as read from {quoted(table)} using sample {ROWS} rows (reservoir, 7)")
    texts = [str(row["read"]) for row in rows]
    sure = Counter(code for text in texts if (code := language(text, LETTERS, SURE)))
    main = sure.most_common(1)[0][0] if sure else None
    letters = sorted(len(text) for text in texts)[int(len(texts) * 0.9)] if texts else 0
    dense = LETTERS_OF_A_TOKEN / DENSE if main in DENSE_LANGUAGES else LETTERS_OF_A_TOKEN
    return Texts(main, max(1, round(letters / dense)))
