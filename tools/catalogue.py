"""The tables of tools and of techniques in the README. Run `python -m tools.catalogue` to renew it."""

import re
from pathlib import Path

from tools import TOOLS
from tools.train import _proven as techniques

README = Path(__file__).parent.parent / "README.md"
MARKS = ("<!-- tools -->", "<!-- end of tools -->")
TECHNIQUES = ("<!-- techniques -->", "<!-- end of techniques -->")


def table() -> str:
    """Write a line for each tool, in the order of the path."""
    rows = [f"| {t.chapter} | `{t.name}` | {t.summary} | {t.effect} | {t.asks[0][0]} |" for t in TOOLS.values()]
    head = ["| chapter | tool | what it does | effect | ask for it like this |", "|---|---|---|---|---|"]
    return "\n".join(head + rows)


def main() -> None:
    """Put the tables between their marks in the README."""
    text = README.read_text()
    for (start, end), told in ((MARKS, table()), (TECHNIQUES, techniques.table())):
        new = f"{start}\n{told}\n{end}"
        text = re.sub(f"{start}.*{end}", lambda _, new=new: new, text, flags=re.S)
    README.write_text(text)


if __name__ == "__main__":
    main()
