"""Which parts of a text are code, so that they stay as they are."""

import re
from collections.abc import Callable

SPANS = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`|<(code|pre)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
"""Fenced blocks, words in backticks, and what HTML marks as code."""
LINE = re.compile(
    r"^\s*(?:(?:def|class|import|from|function|var|let|const|return|public|private|static|void|int|#include|using|namespace"
    r"|package|func|fn|impl|elif|else:|try:|except|switch|while|for|if)\b.*[:;({]\s*$|(?:import|from|#include|using|package)\s\S+"
    r"|select\b.+\bfrom\b|[}\])]+[;,]?\s*$|.*[;{]\s*$|.*(?:=>|==|!=|&&|\|\||\+=|::|->|</|/>).*|\s*[\w.]+\s*=\s*\S.*|[\w.]+\(.*\)\s*$"
    r"|<[!\w/][^>]*>.*)",
    re.IGNORECASE,
)
MOSTLY = 0.5
"""The share of lines from which a text is code."""
PAGE = re.compile(r"<!doctype|<html\b|<\?xml|<svg\b|<\?php", re.IGNORECASE)
ABOUT = re.compile(
    r"\b(?:html|xml|css|javascript|markdown|latex|tags?|markup|regex|snippet|source code|script)\b", re.IGNORECASE
)


def is_code(text: str) -> bool:
    """Whether a text is a page or mostly lines of code."""
    if PAGE.search(text):
        return True
    lines = [line for line in SPANS.sub("", text).splitlines() if line.strip()]
    return len(lines) > 1 and sum(bool(LINE.match(line)) for line in lines) >= MOSTLY * len(lines)


def outside_code(text: str, mend: Callable[[str], str]) -> str:
    """Mend what stands around the code of a text.

    Example:
        >>> outside_code("use `a &amp; b` &amp; c", lambda part: part.replace("&amp;", "&"))
        'use `a &amp; b` & c'
    """
    if is_code(text):
        return text
    mended: list[str] = []
    place = 0
    for span in SPANS.finditer(text):
        mended += [mend(text[place : span.start()]), span[0]]
        place = span.end()
    return "".join([*mended, mend(text[place:])])
