"""Long documents become passages that name their source."""

import time

import pytest

from store import Workspace
from tests.data.conftest import Load, rows_of
from tests.data.made import locked_pdf, packed, paragraph, pdf, word
from tools import ToolError
from tools.data import _pdf
from tools.data._passages import MOST_CHARACTERS, Block, passages

SENTENCES = " ".join(f"Sentence number {n} says that parcel {n} came late." for n in range(100))


def test_a_long_paragraph_is_cut_between_sentences_and_nothing_is_lost():
    found = [passage.text for passage in passages([Block(SENTENCES)])]
    assert " ".join(found) == SENTENCES
    assert len(found) > 3
    assert all(len(text) <= MOST_CHARACTERS and text.endswith("late.") for text in found)


def test_initials_and_short_forms_end_no_sentence():
    text = "We saw Dr. Smith and J. R. Brown, i.e. the two who called. Then we left. " * 40
    found = [passage.text for passage in passages([Block(text)], most=70)]
    assert all(passage.endswith(("called.", "left.")) for passage in found)
    assert " ".join(found) == text.strip()


def test_a_text_without_sentences_or_spaces_is_cut_all_the_same():
    assert [len(passage.text) for passage in passages([Block("x" * 4000)])] == [1500, 1500, 1000]
    japanese = "これは文です。" * 400
    assert "".join(passage.text for passage in passages([Block(japanese)])) == japanese


def test_short_paragraphs_are_joined_but_never_over_a_heading():
    found = list(passages([Block("One.", heading="A"), Block("Two.", heading="A"), Block("Three.", heading="B")]))
    assert [(passage.text, passage.heading) for passage in found] == [("One.\n\nTwo.", "A"), ("Three.", "B")]


def test_markdown_gives_passages_with_their_headings(empty: Workspace, load: Load):
    front = "---\ntitle: x\n---\n"
    text = front + "# Guide\n\nIntro.\n\n## Install\n\n```sh\n# not a heading\n\nrun\n```\n\nNext\n----\nbody\n"
    result = load(text, "guide.md")
    assert "These are passages of documents, each with its source." in result.text
    assert rows_of(empty, "guide") == [
        {"text": "Intro.", "source": "guide.md", "heading": "Guide", "position": 1},
        {
            "text": "```sh\n# not a heading\n\nrun\n```",
            "source": "guide.md",
            "heading": "Guide > Install",
            "position": 2,
        },
        {"text": "body", "source": "guide.md", "heading": "Guide > Next", "position": 3},
    ]
    assert result.data and result.data["roles"]["text"] == "text"


def test_a_text_in_wrapped_lines_is_a_document_and_its_lines_are_joined(empty: Workspace, load: Load):
    wrapped = (
        "It was a long day at the desk, and the parcels that came in\nwere more than anyone could count in an hour.\n"
    )
    load("\n".join(f"{wrapped}End of part {n}." for n in range(30)).replace("End", "\nEnd"), "story.txt")
    rows = rows_of(empty, "story")
    assert rows[0]["text"].startswith("It was a long day at the desk, and the parcels that came in were more than")
    assert list(rows[0]) == ["text", "source", "position"]


def test_word_documents_are_read_with_headings_tables_and_without_deleted_text(empty: Workspace, load: Load):
    deleted = "<w:p><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:delText> gone</w:delText></w:r></w:del></w:p>"
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Size", "Large & blue"))
    table = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    body = f"{paragraph('Guide', 'berschrift1')}{deleted}{paragraph('Setup', 'berschrift2')}{table}"
    load(word(body, {"berschrift1": "heading 1", "berschrift2": "heading 2"}), "manual.docx")
    assert rows_of(empty, "manual") == [
        {"text": "Kept", "source": "manual.docx", "heading": "Guide", "position": 1},
        {"text": "Size | Large & blue", "source": "manual.docx", "heading": "Guide > Setup", "position": 2},
    ]


def test_entities_in_a_word_document_are_not_expanded(load: Load):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    hostile = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"{bomb}<w:document xmlns:w='x'>&b;</w:document>",
    }
    with pytest.raises(ToolError, match="holds XML that a Word document never has"):
        load(packed(hostile), "bomb.docx")


TOPICS = ("Parcels", "Refunds", "Letters", "Invoices", "Stamps", "Returns")
PAGES = [
    ["ACME Manual 2024", f"{topic} begin here and go on over", f"more than one line of {topic}.", f"Page {n} of 6"]
    for n, topic in enumerate(TOPICS, 1)
]


def test_pdf_passages_name_their_page_and_lack_heads_and_page_numbers(empty: Workspace, load: Load):
    result = load(pdf(PAGES), "manual.pdf")
    rows = rows_of(empty, "manual")
    text = "\n".join(row["text"] for row in rows)
    assert "Letters begin here and go on over more than one line of Letters." in text
    assert "ACME Manual" not in text
    assert "Page 3" not in text
    assert "was left out: 'ACME Manual 2024'" in result.text
    assert rows[0]["page"] == 1


def test_numbers_at_the_foot_of_pages_that_do_not_count_them_stay(empty: Workspace, load: Load):
    load(pdf([["Prices", "A list of them.", f"{(7 * n) % 5} {n * n}"] for n in range(6)]), "prices.pdf")
    text = rows_of(empty, "prices")[0]["text"]
    assert all(f"{(7 * n) % 5} {n * n}" in text for n in range(6))


def test_a_pdf_without_text_a_locked_one_and_one_that_opens_for_everyone(empty: Workspace, load: Load):
    with pytest.raises(ToolError, match="has no text on its 2 pages: they are pictures, such as scans"):
        load(pdf([[], []]), "scan.pdf")
    with pytest.raises(ToolError, match="locked.pdf is protected by a password"):
        load(locked_pdf(pdf(PAGES), "secret"), "locked.pdf")
    load(locked_pdf(pdf(PAGES), ""), "open.pdf")
    assert "Parcels begin" in rows_of(empty, "open")[0]["text"]


def test_a_page_that_takes_too_long_is_left_out_and_told(empty: Workspace, load: Load, monkeypatch: pytest.MonkeyPatch):
    content = pdf([["One page of text."], ["slow"] * 100_000, ["Another page of text."]])
    monkeypatch.setattr(_pdf, "PAGE_SECONDS", 1.0)
    began = time.monotonic()
    result = load(content, "slow.pdf")
    assert time.monotonic() - began < 20
    assert result.data and result.data["rejected"] == 1
    assert result.tables[0].rows[0][:3] == ("slow.pdf", 2, "page 2 takes too long or too much memory to read")
    assert "Another page" in rows_of(empty, "slow")[0]["text"]
