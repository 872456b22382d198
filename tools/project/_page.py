"""A document as one HTML page that needs no other file: every text is escaped, none is run."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from tools.plot import Plot
from tools.project._document import Section, anchor, ledger_title, shown, whence
from tools.result import Result, Table

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --quiet: #5a5a5a; --ground: #fff; --line: #8885; --head: #8881;
  --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --quiet: #a8a8a8; --ground: #161616; --link: #8ab8f0; }
}
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 56rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } h3 { margin-top: 2rem; }
a { color: var(--link); }
nav ul { padding-left: 1.2rem; columns: 16rem; } .whence { font-size: .85rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; min-width: 50%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top;
  max-width: 26rem; unicode-bidi: plaintext; }
thead th { background: var(--head); }
td.figure { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; overflow-x: auto; color: var(--ink); } figure svg { max-width: 100%; height: auto; }
@media print {
  :root { color-scheme: light; --ink: #000; --quiet: #444; --ground: #fff; --link: #000; }
  @page { size: A4; margin: 16mm; }
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }
  .wide, figure { overflow: visible; } table { font-size: 8pt; width: 100%; } th, td { max-width: none; }
  thead { display: table-header-group; } tr, figure { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
}
""".strip()

LONGEST_WORD = 24


def as_page(title: str, sections: Iterable[Section]) -> str:
    """The page: its contents at the top, plots drawn in the colour of the text, readable in light and dark."""
    told = list(sections)
    contents = "".join(
        f'<li><a href="#{_id(section.title)}">{escape(section.title)}</a></li>' for section in told if section.level < 3
    )
    body = "\n".join(part for section in told for part in _section(section))
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n{body}\n</body>\n</html>\n'
    )


def _section(section: Section) -> Iterator[str]:
    yield f'<h{section.level} id="{_id(section.title)}">{escape(section.title)}</h{section.level}>'
    for result in section.results:
        yield from _result(result)
    if section.source:
        to = _id(ledger_title(section.source))
        yield f'<p class="whence"><a href="#{to}">{escape(whence(section.source))}</a></p>'


def _result(result: Result) -> Iterator[str]:
    if result.text:
        yield f'<p dir="auto">{escape(result.text)}</p>'
    yield from map(_table, result.tables)
    yield from map(_figure, result.plots)


def _table(table: Table) -> str:
    columns = list(zip(*table.rows, strict=True)) if table.rows else []
    figures = [all(cell is None or isinstance(cell, int | float) for cell in column) for column in columns]
    head = "".join(f'<th scope="col">{escape(shown(name))}</th>' for name in table.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, row, figures))}</tr>" for row in table.rows)
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    named = f"<thead><tr>{head}</tr></thead>" if any(table.columns) else ""
    return f'<div class="wide"><table>{caption}{named}<tbody>{rows}</tbody></table></div>'


def _cell(value: object, is_figure: bool) -> str:
    kind = ' class="figure"' if is_figure else ' dir="auto"'
    return f"<td{kind}>{_breakable(shown(value))}</td>"


def _breakable(text: str) -> str:
    """Text that may break inside words that are longer than a line may be, such as hashes; copied, it is unchanged."""
    pieces = re.split(rf"(\S{{{LONGEST_WORD}}})(?=\S)", text)
    return "".join(f"{escape(piece)}<wbr>" if place % 2 else escape(piece) for place, piece in enumerate(pieces))


def _figure(plot: Plot) -> str:
    svg = plot.svg(ink="currentColor")
    return f'<figure role="img" aria-label="{escape(plot.title)}">{svg[svg.index("<svg") :]}</figure>'


def _id(title: str) -> str:
    return escape(anchor(title))
