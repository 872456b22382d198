"""Text that was once read in the wrong encoding."""

from functools import lru_cache


def in_right_encoding(text: str) -> str:
    """The text as it was written, as far as that can be told; curly quotes stay curly.

    Example:
        >>> in_right_encoding("a cafÃ© thatâ€™s open")
        'a café that’s open'
    """
    from ftfy import fix_encoding  # noqa: PLC0415  it takes a tenth of a second

    return fix_encoding(text)


@lru_cache(maxsize=1024)
def is_broken(text: str) -> bool:
    """Whether a text reads like one in the wrong encoding."""
    return not text.isascii() and in_right_encoding(text) != text
