"""Counts, lists, chances and long texts in words that read right."""

from collections.abc import Iterable


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 row", "12,000 rows", "no rows"."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}" if number else f"no {word}"


def about(number: int) -> str:
    """An estimate with two leading digits, since it is no count: "320", "12,000"."""
    return f"{round(number, -max(len(str(number)) - 2, 0)):,}"


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them: "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def some_of(names: Iterable[str], most: int = 12) -> str:
    """The first of many names, and how many more there are: "a, b and 3 more"."""
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def cut(text: str, letters: int = 200) -> str:
    """A text that fits so many letters."""
    return text if len(text) <= letters else text[: letters - 1] + "…"


def p_value(p: float) -> str:
    """A p value: "0.041", "below 0.001"."""
    return "below 0.001" if p < 0.001 else f"{p:.3f}"
