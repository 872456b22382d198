"""What a document holds, and its Markdown; `_page` and `_pdf` draw the same as HTML and PDF."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.result import Result, Table

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|&~$])")
_BEGINS = re.compile(r"^(\d*)([-+=.)])(?=[\s=-]|$)")
"""What makes a line more than a line where it stands at its beginning: a list, a rule, an underlined heading."""

_JOINERS = "\u200c\u200d"
"""Not seen themselves, but Persian, Hindi and emoji read otherwise without them."""


@dataclass(frozen=True)
class Section:
    """A heading with results under it.

    Attributes:
        title: The heading.
        results: What is told.
        source: The entry of the ledger that tells where the figures come from, such as "report-3"; empty if none.
        level: 2 for a heading, 3 for one below it.
    """

    title: str
    results: Sequence[Result]
    source: str = ""
    level: int = 2


def as_markdown(title: str, sections: Iterable[Section], folder: Path) -> str:
    """Write the plots of the sections into `folder/plots` as SVG, and give the Markdown that shows them."""
    plots = folder / "plots"
    plots.mkdir(parents=True, exist_ok=True)
    parts = [f"# {plain(title)}"]
    for section in sections:
        parts.append(f"{'#' * section.level} {plain(section.title)}")
        for result in section.results:
            parts += [plain(result.text)] if result.text else []
            parts += [markdown_table(table) for table in result.tables]
            for plot in result.plots:
                file = plots / f"{len(list(plots.iterdir())) + 1}.svg"
                file.write_text(plot.svg(), encoding="utf-8")
                parts.append(f"![{plain(plot.title)}](plots/{file.name})")
        if section.source:
            parts.append(f"[{plain(whence(section.source))}](#{anchor(ledger_title(section.source))})")
    return "\n\n".join(parts) + "\n"


def ledger_title(source: str) -> str:
    """The heading of an entry of the ledger."""
    return f"Ledger of {source}"


def whence(source: str) -> str:
    """The words of the link to an entry of the ledger."""
    return f"Where these numbers come from: {source}"


def anchor(title: str) -> str:
    """The name under which GitHub and the Hub find a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line: no markup, no HTML, no formula."""
    return _BEGINS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", one_line(text)))


def one_line(text: str) -> str:
    """Text with its breaks, and what no page can show, as single spaces."""
    return " ".join("".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in text).split())


def shown(value: Any) -> str:
    """A cell as text: numbers to four significant digits, nothing for None."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else one_line(str(value))


def _cell(value: Any) -> str:
    return _MARKS.sub(r"\\\1", shown(value)) or " "


def markdown_table(table: Table) -> str:
    """A table under its title."""
    lines = [table.columns, *table.rows]
    cells = [f"| {' | '.join(map(_cell, line))} |" for line in lines]
    cells.insert(1, f"|{' --- |' * len(table.columns)}")
    return (f"**{plain(table.title)}**\n\n" if table.title else "") + "\n".join(cells)
