"""PDF documents: the text of their pages, without what stands on every page, as paragraphs."""

import json
import queue
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from store.jobs import tell
from tools.data._passages import MOST_CHARACTERS as PASSAGE_CHARACTERS
from tools.data._passages import Block
from tools.data._prose import ENDS, joined
from tools.data._staged import Reading
from tools.tool import ToolError

WORKER = Path(__file__).with_name("_pdf_worker.py")
"""Run as a file: it needs nothing of ours, and starts at once."""
PAGE_SECONDS = 8.0
"""One page may take this long; it is left out then, and the next one is read."""
OPEN_SECONDS = 8.0
SECONDS_A_MEGABYTE = 0.2
"""What opening it may take, and how much more for each megabyte."""
MOST_STUCK = 3
MOST_CHARACTERS = 300_000_000
FEW_PAGES = 4
EDGE = 2
"""Lines at the top and at the foot of a page that may be a running head or foot."""
OFTEN = 0.5
"""The share of pages that such a line stands on."""


def read_pdf(path: Path, reading: Reading, name: str) -> Iterator[Block]:
    """The paragraphs of a PDF document with their pages.

    Args:
        path: The file.
        reading: Told what was left out.
        name: What to call the document there.

    Raises:
        ToolError: It is protected, damaged, or has no text.
    """
    pages = _pages(path, reading, name)
    if not any(pages.values()):
        raise ToolError(
            f"{path.name} has no text on its {len(pages):,} page{'s' if len(pages) != 1 else ''}: they are pictures, "
            "such as scans. Let a program recognise the text (OCR) and load what it saves."
        )
    if bare := sum(1 for text in pages.values() if not text):
        reading.notes.append(
            f"{bare:,} of the {len(pages):,} pages of {path.name} {'has' if bare == 1 else 'have'} no text, "
            "only pictures or nothing."
        )
    inner, running = _without_running({number: text.splitlines() for number, text in pages.items() if text})
    if running:
        reading.notes.append(
            f"What stands at the top or foot of most pages of {path.name} was left out: {_listed(running)}."
        )
    return _blocks(inner)


def _pages(path: Path, reading: Reading, name: str) -> dict[int, str]:
    """The text of each page; those that cannot be read are left out and told."""
    pages: dict[int, str] = {}
    first, total, stuck, size = 1, 0, 0, 0
    while True:
        with _told(path, first) as lines:
            opening = OPEN_SECONDS + SECONDS_A_MEGABYTE * path.stat().st_size / 2**20
            begun = next(lines(opening), None)
            if begun is None or "error" in begun:
                why = begun["error"] if begun else "takes too long or too much memory to open. Print it anew as a PDF"
                raise ToolError(f"{path.name} {why}.")
            total = begun["pages"]
            for told in lines(PAGE_SECONDS):
                number, text = int(told["page"]), str(told.get("text") or "").strip()
                if "error" in told:
                    reading.reject(number, f"page {number} is damaged", "", name)
                else:
                    pages[number] = text
                size += len(text)
                if size > MOST_CHARACTERS:
                    raise ToolError(f"{path.name} holds more text than one document may have. Load it in parts.")
                first = number + 1
                tell(number / total, f"Read page {number:,} of {total:,}")
        if first > total:
            return pages
        stuck += 1
        reading.reject(first, f"page {first} takes too long or too much memory to read", "", name)
        first += 1
        if stuck == MOST_STUCK and not any(pages.values()):
            raise ToolError(f"The pages of {path.name} take too long to read. Print it anew as a PDF and load that.")
        if stuck > MOST_STUCK or first > total:
            if first <= total:
                reading.notes.append(f"Pages {first} to {total} of {path.name} were not tried after that.")
            return pages


@contextmanager
def _told(path: Path, first: int) -> Generator[Any]:
    """Run the worker; gives a function that draws what it tells, each within so many seconds, until it is silent."""
    process = subprocess.Popen(
        [sys.executable, "-P", str(WORKER), str(path.absolute()), str(first)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout
    told: queue.Queue[bytes] = queue.Queue(maxsize=50)
    ended = threading.Event()

    def pass_on() -> None:
        assert process.stdout
        for line in chain(process.stdout, [b""]):
            while not ended.is_set():
                try:
                    told.put(line, timeout=0.2)
                    break
                except queue.Full:
                    continue

    def lines(seconds: float) -> Iterator[dict[str, Any]]:
        while True:
            try:
                line = told.get(timeout=seconds)
            except queue.Empty:
                return
            if not line.endswith(b"\n"):
                return
            yield json.loads(line)

    thread = threading.Thread(target=pass_on, daemon=True)
    thread.start()
    try:
        yield lines
    finally:
        ended.set()
        process.kill()
        process.wait()
        thread.join()
        process.stdout.close()


def _without_running(pages: dict[int, list[str]]) -> tuple[dict[int, list[str]], list[str]]:
    """The pages without heads, feet and page numbers, and these.

    Such a line stands at the edge of most pages, word for word, or with a number that grows as the pages do. Lines that
    have just any number in the same place may be rows of a table, and stay.
    """
    if len(pages) < FEW_PAGES:
        return pages, []
    edges = {number: _edges(page) for number, page in pages.items()}
    seen = Counter(form for number, places in edges.items() for form in _forms(pages[number], places, number))
    running = {form for form, count in seen.items() if count > OFTEN * len(pages)}
    inner: dict[int, list[str]] = {}
    out: Counter[str] = Counter()
    for number, page in pages.items():
        gone = {place for place in edges[number] if _forms(page, [place], number) & running}
        out.update(page[place].strip() for place in gone)
        inner[number] = [line for place, line in enumerate(page) if place not in gone]
    return inner, [line for line, _ in out.most_common()]


def _edges(page: list[str]) -> list[int]:
    """The places of the first and the last lines with text."""
    filled = [place for place, line in enumerate(page) if line.strip()]
    return [*filled[:EDGE], *filled[max(EDGE, len(filled) - EDGE) :]]


def _forms(page: list[str], places: list[int], number: int) -> set[tuple[str, int]]:
    """What a line is recognised by on other pages: itself, and itself with one number as its distance to the page's."""
    forms: set[tuple[str, int]] = set()
    for place in places:
        line = " ".join(page[place].split())[:200]
        forms.add((line, 0))
        for found in re.finditer(r"[0-9]{1,6}", line):
            forms.add((f"{line[: found.start()]}#{line[found.end() :]}", int(found[0]) - number))
    return forms


def _blocks(pages: dict[int, list[str]]) -> Iterator[Block]:
    """The paragraphs over all pages; one that goes on over the end of a page is not cut there."""
    widths = sorted(len(line.strip()) for page in pages.values() for line in page if line.strip())
    full = widths[int(0.8 * len(widths))] if widths else 0
    open_: list[str] = []
    began = 0
    for number, page in pages.items():
        for line in page:
            if line.strip():
                began = began if open_ else number
                open_.append(line)
            if open_ and (not line.strip() or _ends_paragraph(line.strip(), full)):
                yield Block(joined(open_), page=began)
                open_ = []
        if open_ and (open_[-1].strip().endswith(ENDS) or sum(map(len, open_)) > PASSAGE_CHARACTERS):
            yield Block(joined(open_), page=began)
            open_ = []
    if open_:
        yield Block(joined(open_), page=began)


def _ends_paragraph(line: str, full: int) -> bool:
    """Whether a line ends a sentence well before the margin."""
    return line.endswith((".", "!", "?", "。")) and len(line) < 0.8 * full


def _listed(lines: list[str]) -> str:
    return ", ".join(repr(line[:60]) for line in lines[:2]) + (" and so on" if len(lines) > 2 else "")
