"""Counts in words that read right."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 row", "12,000 rows", "no rows"."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}" if number else f"no {word}"
