"""Results as a document: Markdown with its plots beside it, and one HTML page with the plots inside."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.result import Result, Table

STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .9rem; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
figure { margin: 1rem 0; overflow-x: auto; background: #fff; border-radius: .4rem; }
""".strip()


@dataclass(frozen=True)
class Section:
    """A heading with results under it."""

    title: str
    results: Sequence[Result]


def as_markdown(title: str, sections: Iterable[Section], folder: Path) -> str:
    """Write the plots of the sections into `folder/plots` as SVG, and give the Markdown that shows them."""
    plots = folder / "plots"
    plots.mkdir(parents=True, exist_ok=True)
    parts = [f"# {plain(title)}"]
    for section in sections:
        parts.append(f"## {plain(section.title)}")
        for result in section.results:
            parts.append(plain(result.text))
            parts += [_table(table) for table in result.tables]
            for plot in result.plots:
                file = plots / f"{len(list(plots.iterdir())) + 1}.svg"
                file.write_text(plot.svg())
                parts.append(f"![{plain(plot.title)}](plots/{file.name})")
    return "\n\n".join(parts) + "\n"


def as_page(markdown: str, folder: Path) -> str:
    """The Markdown of a document as one HTML page that needs no other file. Text is escaped, never run."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only a report needs it

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    body = re.sub(r'<p><img src="(plots/\d+\.svg)"[^>]*></p>', lambda found: _figure(folder / found[1]), body)
    title = html.escape(markdown.splitlines()[0].removeprefix("# "))
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n{body}</html>\n"
    )


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def shown(value: Any) -> str:
    """A cell: numbers to four significant digits, nothing for None."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else plain(str(value))


def _table(table: Table) -> str:
    lines = [table.columns, ["---"] * len(table.columns), *table.rows]
    drawn = [f"| {' | '.join(cell if cell == '---' else shown(cell) for cell in line)} |" for line in lines]
    return f"**{plain(table.title)}**\n\n" + "\n".join(drawn)


def _figure(file: Path) -> str:
    svg = file.read_text()
    return f"<figure>{svg[svg.index('<svg') :]}</figure>"
