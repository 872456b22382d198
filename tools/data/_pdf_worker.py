"""The process that reads the text of a PDF document: `python _pdf_worker.py FILE FIRST_PAGE`.

A process of its own, since a hostile or a broken document may take memory and time without end. It writes one JSON
line with the number of pages, then one a page.
"""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, PyPdfError, WrongPasswordError

MEMORY_BYTES = 2 * 2**30
PAGES = 50_000
LOCKED = "is protected by a password. Save it without one, and load that"
DAMAGED = "is damaged, or not a whole PDF document. Save or export it again"
BROKEN = (
    PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, ArithmeticError,
    RecursionError, NotImplementedError, LookupError, OSError, MemoryError, EOFError, UnicodeError, RuntimeError,
)  # fmt: skip
"""What a damaged document raises in the depths of a parser."""


def main() -> None:
    """Write what the document says."""
    _bound()
    logging.disable(logging.CRITICAL)
    for told in read(Path(sys.argv[1]), int(sys.argv[2])):
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def read(path: Path, first: int) -> Iterator[dict[str, Any]]:
    """What is to be told: `pages` or `error` first, then `page` with `text` or `error`, from the page `first`."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            yield {"error": LOCKED}
            return
        pages = len(reader.pages)
    except (WrongPasswordError, FileNotDecryptedError):
        yield {"error": LOCKED}
        return
    except BROKEN:
        yield {"error": DAMAGED}
        return
    yield {"pages": min(pages, PAGES)}
    for number in range(first, min(pages, PAGES) + 1):
        try:
            yield {"page": number, "text": reader.pages[number - 1].extract_text()}
        except BROKEN as error:
            yield {"page": number, "error": type(error).__name__}


def _bound() -> None:
    """Take no more memory than a document may need, where the system knows such a limit."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
