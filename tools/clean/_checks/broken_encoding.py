"""Texts that were once read in the wrong encoding."""

from tools.clean._encoding import in_right_encoding
from tools.clean._examined import Examined
from tools.clean._mend import mended
from tools.clean._proposal import Proposal

GROUP = "text"
CALLED = "encoding mojibake garbled gibberish umlaut character accent"
"""What people call it."""
WEIGHT = 3.0
"""How much a row matters; a profile looks for them on a sample."""


def find(data: Examined) -> Proposal:
    """Propose the text as it was written; curly quotes stay curly."""
    file = mended(
        data,
        "broken_encoding",
        "read in the wrong encoding",
        lambda cell: rf"regexp_matches({cell}, '[^\x00-\x7f]')",
        in_right_encoding,
    )
    return Proposal(
        found="{rows:row has|rows have} text in broken encoding",
        sentence="Mend the encoding of {rows:row|rows}.",
        done="Mended the encoding of {rows:row|rows}.",
        why="The text was saved in one encoding and read in another, so that letters became strings of signs that"
        " the model would learn to write.",
        edits="from broken",
        views={"broken": file},
    )
