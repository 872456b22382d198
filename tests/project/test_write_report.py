"""What is written, in every format, and that text of the data is never markup."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from store import Workspace
from tests.project.conftest import NASTY, SCRIPTS, Elements, body, filled, said_yes, tags
from tools import TOOLS
from tools.project._document import Section, anchor, as_markdown, plain
from tools.project._fonts import fonts_for
from tools.project._page import as_page
from tools.project._pdf_worker import write_pdf
from tools.result import Result, Table


def files_of(result: Result) -> dict[str, Path]:
    return {Path(file).name: Path(file) for file in result.files}


def as_text(pdf: Path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(pdf).pages)


def test_nothing_evaluated_yet_is_said_and_all_three_forms_are_there(ws: Workspace):
    result = TOOLS["write_report"].run(ws, {})
    assert "Nothing has been evaluated yet" in result.text
    assert [*files_of(result)] == ["report.md", "report.html", "report.pdf"]
    assert all(path.stat().st_size > 500 for path in files_of(result).values())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of one report: an evaluation, another of a run that is gone, and an answer that would be markup."""
    folder = tmp_path_factory.mktemp("written")
    with Workspace(folder / "home") as ws:
        filled(ws, folder)
        said_yes(ws, "describe_use", about="harm", answer=NASTY)
        ws.reports.save("evaluation", body(), run="run-9", dataset="tickets", version=1)
        result = TOOLS["write_report"].run(ws, {"run": "run-1"})
        assert "its weights are not there" in result.text
        return files_of(result)


def test_a_report_has_paragraph_tables_plots_mistakes_settings_and_ledger_in_each_form(written: dict[str, Path]):
    texts = {
        "md": written["report.md"].read_text(),
        "html": written["report.html"].read_text(),
        "pdf": as_text(written["report.pdf"]),
    }
    for form, text in texts.items():
        flat = re.sub(r"\s+", " ", text)
        for part in ("reaches accuracy 87.2 %", "Scores on 117 rows", "Mistakes it was surest of", "Settings of"):
            assert part in flat, (form, part)
        for part in ("Ledger of report-1", "Ledger of run-1", "Ledger of tickets, version 1", "learning", "duckdb"):
            assert part in flat.replace("\\", ""), (form, part)
    assert "(plots/1.svg)" in texts["md"] and (written["report.md"].parent / "plots" / "1.svg").exists()
    assert "<svg" in texts["html"]
    assert sum(len(page.images) for page in PdfReader(written["report.pdf"]).pages) >= 1


def test_the_page_needs_no_other_file(written: dict[str, Path]):
    page = Elements(written["report.html"].read_text())
    assert not {"link", "script", "img", "iframe", "object"} & page.names
    refers = {value for name, value in page.attributes if name in ("src", "href", "xlink:href", "srcset")}
    assert refers and all(value.startswith("#") for value in refers)
    assert "url(http" not in written["report.html"].read_text()


def test_every_reported_figure_has_a_link_that_leads_to_the_ledger(written: dict[str, Path]):
    page, markdown = Elements(written["report.html"].read_text()), written["report.md"].read_text()
    links = {value for name, value in page.attributes if name == "href"}
    assert {"#ledger-of-report-1", "#ledger-of-run-1"} <= links
    assert links <= {f"#{value}" for name, value in page.attributes if name == "id"}
    titles = {anchor(title.replace("\\", "")) for title in re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)}
    assert set(re.findall(r"(?<!\\)\]\(#([^)]+)\)", markdown)) <= titles


def test_text_of_the_data_is_never_markup(written: dict[str, Path]):
    page = Elements(written["report.html"].read_text())
    assert not {"script", "img", "b", "strong"} & page.names
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    for name in ("report.md", "MODEL_CARD.md"):
        markdown = written[name].read_text()
        drawn = Elements(MarkdownIt("commonmark").enable("table").render(markdown))
        assert not {"script", "code"} & drawn.names
        for attribute, value in drawn.attributes:
            assert attribute not in ("href", "src") or value.startswith(("#", "plots/")), (name, value)
            assert not attribute.startswith("on")
        assert not re.search(r"(?<!\\)\$", markdown.replace("\\\\", ""))
    assert "<script>alert(1)</script>" in re.sub(r"\s+", " ", as_text(written["report.pdf"]))


def test_a_run_that_is_gone_is_told(written: dict[str, Path]):
    assert "run-9 is not in this project any more" in written["report.html"].read_text()


@pytest.mark.parametrize(
    "text",
    ["1. one", "12) two", "- three", "--- ", "=", "# four", "> five", "a &lt; b", "$x$", "~~no~~", "a|b", "<i>x"],
)
def test_markdown_shows_a_text_as_it_is(text: str):
    drawn = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(plain(text))
    assert tags(drawn) == {"p"}
    assert drawn.strip().startswith("<p>") and "&amp;lt;" in drawn or "lt;" not in text


def test_letters_that_no_font_has_are_told_in_words_and_the_rest_is_drawn(tmp_path: Path):
    section = Section("Names", [Result(SCRIPTS, tables=[Table(SCRIPTS, (SCRIPTS, "b"), [(SCRIPTS, 1.5)])])])
    missing = write_pdf(SCRIPTS, [section], tmp_path / "x.pdf")
    text = as_text(tmp_path / "x.pdf")
    assert "Привет" in text and "Ωμέγα" in text
    fonts = fonts_for(SCRIPTS)
    for script, letter in {"Han": "語", "Thai": "ไ", "Hangul": "한"}.items():
        assert (script in missing) == (ord(letter) not in fonts.letters)
        assert (letter in text) == (ord(letter) in fonts.letters) or script not in missing
    if missing:
        assert "no font of this machine has them" in re.sub(r"\s+", " ", text)
    page = as_page(SCRIPTS, [section])
    assert all(word in page for word in SCRIPTS.split())


def test_a_wide_table_and_a_huge_cell_stay_on_the_page(tmp_path: Path):
    columns = tuple(f"column number {n}" for n in range(12))
    rows = [tuple(f"cell {n}" for n in range(12)), ("x" * 5000, "word " * 900, *range(10))]
    table = Table("Wide", columns, rows)
    write_pdf("Wide", [Section("Wide", [Result("", tables=[table])])], tmp_path / "wide.pdf")
    pages = PdfReader(tmp_path / "wide.pdf").pages
    assert "columnnumber11" in re.sub(r"\s+", "", as_text(tmp_path / "wide.pdf"))
    right = max(float(operands[4]) for page in pages for operands in _placed(page))
    assert right < float(pages[0].mediabox.width)


def _placed(page: object) -> list[list[float]]:
    found: list[list[float]] = []
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: found.append(tm) if text.strip() else None)  # type: ignore[attr-defined]
    return found


def test_an_empty_table_and_a_table_without_heads_can_be_drawn(tmp_path: Path):
    results = [Result("", tables=[Table("Empty", ("a", "b"), []), Table("", ("", ""), [("x", None)])])]
    sections = [Section("Odd", results)]
    write_pdf("Odd", sections, tmp_path / "odd.pdf")
    assert "<caption>Empty</caption>" in as_page("Odd", sections)
    assert "| a | b |" in as_markdown("Odd", sections, tmp_path)
