"""Text files that are documents: Markdown, and plain text that is written in paragraphs."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from tools.data._passages import MOST_CHARACTERS, Block

LOOKED_AT = 2_000
HEADING = re.compile(r" {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
FENCE = re.compile(r" {0,3}(```+|~~~+)")
ENDS = (".", "!", "?", ":", "…", '"', "”", "'", ")", "。", "！", "？")


def is_prose(numbered: Iterable[tuple[int, str]]) -> bool:
    """Whether a text file is a document, rather than one text a line or a table.

    It is one if blank lines part paragraphs, and these either go over several lines, whose ends cut sentences, or are
    long.
    """
    lines = [line.strip() for _, line in islice(numbered, LOOKED_AT)]
    filled = [line for line in lines if line]
    blanks = sum(1 for before, line in zip(lines, lines[1:], strict=False) if before and not line)
    if len(filled) < 2 or not blanks:
        return sum(len(line) for line in filled) > MOST_CHARACTERS * len(filled)
    wrapped = sum(1 for before, line in zip(lines, lines[1:], strict=False) if line and _goes_on(before, line))
    follows = sum(1 for before, line in zip(lines, lines[1:], strict=False) if before and line)
    if follows >= 0.25 * len(filled) and wrapped >= 0.4 * follows:
        return True
    return blanks >= 0.4 * len(filled) and sum(len(line) for line in filled) > 300 * len(filled)


def paragraphs(lines: Iterable[str]) -> Iterator[Block]:
    """The paragraphs of a plain text, parted by blank lines; lines that were wrapped are joined."""
    for paragraph in _parted(lines):
        yield Block(joined(paragraph))


def joined(lines: list[str]) -> str:
    """The lines of a paragraph as one text; where a line's end cuts no sentence, as in verses and lists, it stays."""
    parts: list[str] = []
    before = ""
    for line in (line.strip() for line in lines):
        if not before:
            parts.append(line)
        elif not _goes_on(before, line):
            parts += ["\n", line]
        elif line[:1].islower() and re.fullmatch(r"[^\W\d_]-", before[-2:]):
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        else:
            parts += [" ", line]
        before = line
    return "".join(parts)


def markdown(lines: Iterable[str]) -> Iterator[Block]:
    """The paragraphs, lists, tables and code of a Markdown text, each with the headings above it."""
    above: dict[int, str] = {}
    open_: list[str] = []
    fence = ""

    def block() -> Iterator[Block]:
        if text := "\n".join(open_).strip("\n"):
            yield Block(text, heading=" > ".join(above[level] for level in sorted(above)) or None)
        open_.clear()

    for line in _without_front_matter(lines):
        if fence:
            open_.append(line)
            fence = "" if line.strip().startswith(fence) else fence
        elif mark := FENCE.match(line):
            fence = mark[1]
            open_.append(line)
        elif heading := HEADING.match(line):
            yield from block()
            _set(above, len(heading[1]), heading[2])
        elif (underline := UNDERLINE.match(line)) and len(open_) == 1 and not open_[0].lstrip().startswith(("-", "|")):
            title = open_.pop().strip()
            _set(above, 1 if underline[1][0] == "=" else 2, title)
        elif line.strip():
            open_.append(line.rstrip())
        else:
            yield from block()
    yield from block()


def _set(above: dict[int, str], level: int, title: str) -> None:
    for deeper in [known for known in above if known >= level]:
        del above[deeper]
    above[level] = title


def _without_front_matter(lines: Iterable[str]) -> Iterator[str]:
    """The lines after the settings that some programs keep between two lines of --- at the top."""
    source = iter(lines)
    first = list(islice(source, 100))
    if first and first[0].strip() == "---" and "---" in (rest := [line.strip() for line in first[1:]]):
        first = first[rest.index("---") + 2 :]
    yield from first
    yield from source


def _parted(lines: Iterable[str]) -> Iterator[list[str]]:
    open_: list[str] = []
    size = 0
    for line in lines:
        if line.strip() and size < 100 * MOST_CHARACTERS:
            open_.append(line)
            size += len(line)
        elif open_:
            yield open_
            open_, size = ([line], len(line)) if line.strip() else ([], 0)
    if open_:
        yield open_


def _goes_on(before: str, line: str) -> bool:
    """Whether a line goes on with the sentence of the line before it."""
    if not before or not line:
        return False
    item = re.match(r"([-*•–]|\d+[.)])\s", line)
    return not item and (line[0].islower() or (not before.endswith(ENDS) and len(before) >= 50) or len(before) >= 65)
