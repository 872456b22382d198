"""The table of tools in the README. Run `python -m tools.catalogue` to renew it."""

import re
from pathlib import Path

from tools import TOOLS

README = Path(__file__).parent.parent / "README.md"
MARKS = ("<!-- tools -->", "<!-- end of tools -->")


def table() -> str:
    """Write a line for each tool, in the order of the path."""
    rows = [f"| {t.chapter} | `{t.name}` | {t.summary} | {t.effect} | {t.asks[0][0]} |" for t in TOOLS.values()]
    head = ["| chapter | tool | what it does | effect | ask for it like this |", "|---|---|---|---|---|"]
    return "\n".join(head + rows)


def main() -> None:
    """Put the table between the marks in the README."""
    start, end = MARKS
    new = f"{start}\n{table()}\n{end}"
    text = re.sub(f"{start}.*{end}", lambda _: new, README.read_text(), flags=re.S)
    README.write_text(text)


if __name__ == "__main__":
    main()
