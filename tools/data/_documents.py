"""Documents of any kind as rows: passages with the document, the page or heading, and the position they stand at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.jobs import tell
from tools.data._encoding import Encoding, detect, lines
from tools.data._kind import Kind
from tools.data._passages import MOST_CHARACTERS, Block, passages
from tools.data._pdf import read_pdf
from tools.data._prose import markdown, paragraphs
from tools.data._staged import Reading
from tools.data._word import read_word
from tools.tool import ToolError

ROLES = {"text": "text", "source": "other", "page": "other", "heading": "other", "position": "other"}
WITH_PAGES: tuple[Kind, ...] = ("pdf",)
WITH_HEADINGS: tuple[Kind, ...] = ("word", "markdown")
Row = list[Any]


@dataclass(frozen=True)
class Document:
    """A file that is read as running text.

    Attributes:
        name: What its passages name as their source.
        path: Where it is.
        kind: What it is.
        encoding: How its bytes become text, if it is text and that was found already.
    """

    name: str
    path: Path
    kind: Kind
    encoding: Encoding | None = None


def read_documents(documents: Sequence[Document], reading: Reading, *, alone: bool) -> Iterator[Row]:
    """The passages of documents, one document after the other.

    Args:
        documents: What to read.
        reading: Told how it went.
        alone: Whether a document that cannot be read ends it all, as it does if it is the only one; of several, it is
            left out and told.
    """
    kinds = {document.kind for document in documents}
    reading.columns += ["text", "source"]
    reading.columns += ["page"] if kinds & set(WITH_PAGES) else []
    reading.columns += ["heading"] if kinds & set(WITH_HEADINGS) else []
    reading.columns.append("position")
    columns = list(reading.columns)
    reading.roles |= {name: ROLES[name] for name in columns}
    reading.typed = True
    reading.details.append(("passages", f"cut at paragraphs and sentences, up to {MOST_CHARACTERS:,} characters"))
    return _rows(documents, columns, reading, alone)


def encoding_of(path: Path, reading: Reading, *, one_line: bool = False) -> Encoding:
    """The encoding of a text file, told in `reading`."""
    encoding = detect(path, one_line=one_line)
    reading.details.append(("encoding", str(encoding)))
    if encoding.strays:
        one = encoding.strays == 1
        bytes_ = "1 byte of this UTF-8 file is" if one else f"{encoding.strays:,} bytes of this UTF-8 file are"
        reading.notes.append(f"{bytes_} not UTF-8; {'it was' if one else 'they were'} read as Windows-1252.")
    return encoding


def _rows(documents: Sequence[Document], columns: list[str], reading: Reading, alone: bool) -> Iterator[Row]:
    for number, document in enumerate(documents, 1):
        tell(number / len(documents), f"Read {number:,} of {len(documents):,} documents")
        try:
            for position, found in enumerate(passages(_blocks(document, reading)), 1):
                row: dict[str, str | int | None] = {
                    "text": found.text,
                    "source": document.name,
                    "page": found.page,
                    "heading": found.heading,
                    "position": position,
                }
                yield [row[column] for column in columns]
        except ToolError as error:
            if alone:
                raise
            reading.reject(1, str(error), "", document.name)


def _blocks(document: Document, reading: Reading) -> Iterator[Block]:
    if document.kind == "pdf":
        return read_pdf(document.path, reading, document.name)
    if document.kind == "word":
        return read_word(document.path)
    encoding = document.encoding or encoding_of(document.path, Reading(), one_line=True)
    text = (line for _, line in lines(document.path, encoding))
    return markdown(text) if document.kind == "markdown" else paragraphs(text)
