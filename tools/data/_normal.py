"""When two texts count as the same: the one definition of normalised text, as SQL."""

APART = r"[^\p{L}\p{M}\p{N}\p{So}]+"
"""Everything that is no letter, mark, digit or emoji: punctuation, currency and other signs, spaces, control codes."""


def normalised(expression: str) -> str:
    r"""SQL for a text in lower case, with punctuation turned to a space and spaces folded.

    Text that is nothing but punctuation becomes the empty string, so ":-)" and "?!" count as the same. NULL stays NULL.

    Args:
        expression: SQL that gives text or anything that can be cast to it, such as a quoted column name.

    Example:
        >>> import duckdb
        >>> duckdb.execute(f"select {normalised('t')} from (values ('Hello,  WORLD!!')) v(t)").fetchone()
        ('hello world',)
    """
    text = f"lower(nfc_normalize(cast({expression} as varchar)))"
    return f"trim(regexp_replace({text}, '{APART}', ' ', 'g'))"
