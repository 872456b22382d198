"""A document as PDF, drawn with fpdf2: text that breaks, tables that fit the page, letters of many scripts."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from tools.plot import Plot
from tools.project._document import Section, ledger_title, one_line, shown, whence
from tools.project._fonts import Fonts, fonts_for
from tools.result import Result, Table

FONT = "text"
SIZES = {1: 18.0, 2: 14.0, 3: 11.5}
TEXT, SMALL, TINY = 10.0, 8.0, 6.5
"""Points: of text, of tables, and of tables with many columns."""
MANY_COLUMNS = 7
LONGEST_CELL, MOST_LINES = 2_000, 50
"""Letters and lines of a cell that are drawn; the HTML report has all of them."""
PLOT_SCALE = 2.0
GREY, BORDER = (235, 235, 235), (160, 160, 160)
LINK = (11, 92, 173)


def draw_pdf(title: str, sections: Iterable[Section], file: Path) -> set[str]:
    """Draw the document.

    Returns:
        The scripts of letters that no font here has; in the PDF they are told in words.
    """
    told = list(sections)
    letters = _letters(title, told)
    drawing = _Drawing(title, fonts_for(letters), any(map(_is_shaped, letters)))
    drawing.document(title, told)
    drawing.pdf.output(str(file))
    return drawing.missing


def _letters(title: str, sections: Sequence[Section]) -> set[str]:
    return {letter for text in (title, *_texts(sections)) for letter in text}


def _is_shaped(letter: str) -> bool:
    """Whether letters change their form or direction beside this one: it costs time, so only where it is needed."""
    return "\u0300" <= letter <= "\u036f" or "\u0590" <= letter <= "\u1dff" or letter in "\u200c\u200d"


def _texts(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        yield section.title
        for result in section.results:
            yield result.text
            for table in result.tables:
                yield table.title
                yield from (shown(cell) for row in (table.columns, *table.rows) for cell in row)


class _Drawing:
    """One PDF while it is drawn."""

    def __init__(self, title: str, fonts: Fonts, shapes: bool) -> None:
        from fpdf import FPDF  # noqa: PLC0415 - slow to import, and only a PDF needs it

        self.missing, self._fonts = set[str](), fonts
        self.pdf: Any = FPDF(format="A4")
        self.pdf.set_title(one_line(title))
        self.pdf.set_auto_page_break(True, margin=16)
        self.pdf.set_margins(16, 16)
        names: list[str] = []
        for place, (path, number) in enumerate(fonts.faces):
            names.append(FONT if place == 0 else f"{FONT}{place}")
            self.pdf.add_font(names[-1], "", str(path), collection_font_number=number)
        self.pdf.add_font(FONT, "B", str(fonts.bold))
        self.pdf.set_fallback_fonts(names[1:], exact_match=False)
        self.pdf.set_text_shaping(shapes)
        self.pdf.set_draw_color(*BORDER)
        self.pdf.set_line_width(0.15)
        self.pdf.add_page()
        self._anchors: dict[str, int] = {}

    def document(self, title: str, sections: Sequence[Section]) -> None:
        """Draw it all."""
        self._anchors = {section.title: self.pdf.add_link() for section in sections}
        self._heading(title, 1)
        for section in sections:
            self._heading(section.title, section.level)
            for result in section.results:
                self._result(result)
            if section.source and (to := self._anchors.get(ledger_title(section.source))):
                self.pdf.set_text_color(*LINK)
                self._text(whence(section.source), SMALL, link=to)
                self.pdf.set_text_color(0)
        if self.missing:
            scripts = ", ".join(sorted(self.missing))
            told = (
                f"Letters left out here, since no font of this machine has them: {scripts}. The HTML report has them."
            )
            self._text(told, SMALL)

    def _heading(self, title: str, level: int) -> None:
        self.pdf.ln(6 if level < 3 else 3)
        if self.pdf.y > self.pdf.h - 45:  # a heading does not end a page
            self.pdf.add_page()
        if to := self._anchors.get(title):
            self.pdf.set_link(to, y=self.pdf.y, page=self.pdf.page)
        if level > 1:
            self.pdf.start_section(one_line(self._fit(title)), level - 2, strict=False)
        self._text(title, SIZES[level], bold=True)

    def _result(self, result: Result) -> None:
        if result.text:
            self._text(result.text, TEXT)
        for table in result.tables:
            self._table(table)
        for plot in result.plots:
            self._plot(plot)

    def _text(self, text: str, size: float, *, bold: bool = False, link: int | None = None) -> None:
        self.pdf.set_font(FONT, "B" if bold else "", size)
        self.pdf.multi_cell(
            0, size * 0.5, self._fit(one_line(text)), align="L", link=link, new_x="LMARGIN", new_y="NEXT"
        )
        self.pdf.ln(1.5)

    def _table(self, table: Table) -> None:
        from fpdf.fonts import FontFace  # noqa: PLC0415 - as above

        size = SMALL if len(table.columns) < MANY_COLUMNS else TINY
        lines = [[self._fit(shown(cell)[:LONGEST_CELL]) for cell in line] for line in (table.columns, *table.rows)]
        named, widths = any(lines[0]), _widths(lines)
        if self.pdf.y > self.pdf.h - 40:
            self.pdf.add_page()
        if table.title:
            self._text(table.title, SMALL, bold=True)
        self.pdf.set_font(FONT, "", size)
        lines = [
            [self._cut(cell, share, sum(widths)) for cell, share in zip(line, widths, strict=True)] for line in lines
        ]
        with self.pdf.table(
            col_widths=widths,
            line_height=size * 0.5,
            text_align="L",
            first_row_as_headings=named,
            headings_style=FontFace(emphasis="BOLD", fill_color=GREY),
            padding=0.8,
        ) as drawn:
            for line in lines if named else lines[1:]:
                row = drawn.row()
                for cell in line:
                    row.cell(cell)
        self.pdf.ln(3)

    def _cut(self, cell: str, share: float, shares: float) -> str:
        """A cell that is no higher than `MOST_LINES`, in the font that is set: a row has to fit on a page."""
        if len(cell) < MOST_LINES:
            return cell
        room = MOST_LINES * 0.8 * (self.pdf.epw * share / shares - 2)
        width = self.pdf.get_string_width(cell)
        return cell if width <= room else f"{cell[: int(len(cell) * room / width)]}…"

    def _plot(self, plot: Plot) -> None:
        import vl_convert  # noqa: PLC0415 - loads a renderer of its own

        png = vl_convert.svg_to_png(plot.svg(), scale=PLOT_SCALE)
        self.pdf.image(BytesIO(png), w=min(self.pdf.epw, 150), keep_aspect_ratio=True, alt_text=one_line(plot.title))
        self.pdf.ln(3)

    def _fit(self, text: str) -> str:
        fitting, missing = self._fonts.drawable(text)
        self.missing |= missing
        return fitting


def _widths(lines: Sequence[Sequence[str]]) -> list[float]:
    """Shares of the page's width: by the longest word and by how much there is to read, none too narrow."""
    columns = list(zip(*lines, strict=True))
    needs = [
        max(max((len(word) for cell in column for word in cell.split()), default=1), 4.0) ** 0.5
        + (sum(map(len, column)) / len(column)) ** 0.7
        for column in columns
    ]
    least = 0.5 * sum(needs) / len(needs)
    return [max(need, least) for need in needs]
