"""Superfluous spaces, invisible characters and control characters."""

import re

from tools.clean._encoding import is_broken
from tools.clean._examined import Examined
from tools.clean._mend import mended
from tools.clean._proposal import Proposal

GROUP = "text"
CALLED = "space spacing whitespace tab indentation invisible"
"""What people call it."""
WEIGHT = 0.1
"""How much a row matters; a profile looks for them on a sample."""

SUSPECT = (
    r"^[\s\p{Z}]|[\s\p{Z}]$|[ \t]{2}|[\x00-\x08\x0b-\x1f\x7f]|\n{3}"
    r"|[\x{a0}\x{ad}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}\x{2060}\x{feff}]"
)
TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Not the joiners U+200C and U+200D, which Persian, Hindi and emoji need."""
BREAKS = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
SPACES = re.compile("[\u00a0\u2000-\u200a\u202f]")
RUNS = re.compile(r"[ \t]{2,}|\t")


def tidy(text: str) -> str:
    r"""The text without stray space; indentation and columns of texts of several lines stay.

    In text in broken encoding, spaces beyond ASCII are halves of letters, so they stay too.

    Example:
        >>> tidy("  two   words\u200b \x07")
        'two words'
        >>> tidy("def f():\r\n    return  1 ")
        'def f():\n    return  1'
    """
    text = BREAKS.sub("\n", CONTROLS.sub("", TERMINAL.sub("", text)))
    if not is_broken(text):
        text = SPACES.sub(" ", INVISIBLE.sub("", text)).strip()
    text = text.strip(" \t\n")
    if "\n" not in text:
        return RUNS.sub(" ", text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip(" \t") for line in text.split("\n")))


def find(data: Examined) -> Proposal:
    """Propose the same words with plain spaces."""
    file = mended(data, "stray_whitespace", "stray space", lambda cell: f"regexp_matches({cell}, '{SUSPECT}')", tidy)
    return Proposal(
        found="{rows:row has|rows have} stray spaces, invisible or control characters",
        sentence="Tidy stray spaces, invisible and control characters in {rows:row|rows}.",
        done="Tidied stray spaces, invisible and control characters in {rows:row|rows}.",
        why="They cost tokens, hide repeats, and the model would learn to write them.",
        edits="from tidied",
        views={"tidied": file},
    )
