"""Counts in words that read right."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 row", "12,000 rows", "no rows"."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}" if number else f"no {word}"


def about(number: int) -> str:
    """An estimate with two leading digits, since it is no count: "320", "12,000"."""
    return f"{round(number, -max(len(str(number)) - 2, 0)):,}"
