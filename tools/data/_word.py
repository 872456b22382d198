"""Word documents (.docx): their paragraphs, lists and tables with the headings above them, read as plain XML."""
# pyright: basic

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tools.data._archive import DAMAGED, opened
from tools.data._passages import Block
from tools.tool import ToolError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
STYLES_BYTES = 20 * 2**20


def read_word(path: Path) -> Iterator[Block]:
    """The paragraphs of a Word document. Deleted text of tracked changes is left out, inserted text is read.

    Raises:
        ToolError: It is protected or damaged.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415

    try:
        with opened(path, "a Word document") as archive:
            levels = _heading_levels(archive) if STYLES in archive.namelist() else {}
            with archive.open(DOCUMENT) as file:
                yield from _with_headings(file, levels)
    except (*DAMAGED, SyntaxError) as error:
        if isinstance(error, DefusedXmlException):
            raise ToolError(f"{path.name} holds XML that a Word document never has, so it is not read.") from error
        raise ToolError(f"{path.name} is damaged, or not a whole Word document. Save it again in Word.") from error


def _with_headings(file: IO[bytes], levels: dict[str, int]) -> Iterator[Block]:
    above: dict[int, str] = {}
    for text, style, outline in _paragraphs(file):
        level = outline if outline is not None else levels.get(style)
        if level is None:
            yield Block(text, heading=" > ".join(above[known] for known in sorted(above)) or None)
            continue
        for deeper in [known for known in above if known >= level]:
            del above[deeper]
        above[level] = " ".join(text.split())[:200]


def _paragraphs(file: IO[bytes]) -> Iterator[tuple[str, str, int | None]]:
    """(text, style, outline level) of each paragraph, and of each table with its rows as lines."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415

    depth = 0
    for event, element in iterparse(file, events=("start", "end")):
        name = _local(element.tag)
        if name == "tbl":
            depth += 1 if event == "start" else -1
        if event == "start" or depth or name not in ("p", "tbl"):
            continue
        if name == "tbl":
            yield _table(element), "", None
        else:
            found = _paragraph(element)
            if found[0].strip():
                yield found
        element.clear()


def _paragraph(element: Any) -> tuple[str, str, int | None]:
    style, outline = "", None
    for properties in (child for child in element if _local(child.tag) == "pPr"):
        for each in properties:
            if _local(each.tag) == "pStyle":
                style = _value(each)
            elif _local(each.tag) == "outlineLvl" and _value(each).isdigit() and int(_value(each)) < 9:
                outline = int(_value(each))
    return "".join(_texts(element)), style, outline


def _texts(element: Any) -> Iterator[str]:
    """The text of runs; a drawing that is there twice, for old programs too, counts once."""
    for child in element:
        name = _local(child.tag)
        if name == "t":
            yield child.text or ""
        elif name in BREAKS:
            yield BREAKS[name]
        elif child.tag != FALLBACK and name not in ("pPr", "rPr"):
            yield from _texts(child)
            if name == "p":
                yield "\n"


def _table(element: Any) -> str:
    rows: list[str] = []
    for row in (child for child in element if _local(child.tag) == "tr"):
        cells = [" ".join("".join(_texts(cell)).split()) for cell in row if _local(cell.tag) == "tc"]
        if any(cells):
            rows.append(" | ".join(cells))
    return "\n".join(rows)


def _heading_levels(archive: zipfile.ZipFile) -> dict[str, int]:
    """The level of each style that is a heading, by the style's id, which differs by language; its name does not."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    if archive.getinfo(STYLES).file_size > STYLES_BYTES:
        return {}
    levels: dict[str, int] = {}
    for style in fromstring(archive.read(STYLES)):
        if _local(style.tag) != "style":
            continue
        name = next((_value(child) for child in style if _local(child.tag) == "name"), "").lower()
        if match := re.fullmatch(r"heading ([1-9])", name):
            levels[_attribute(style, "styleId")] = int(match[1])
        elif name == "title":
            levels[_attribute(style, "styleId")] = 0
    return levels


def _local(tag: Any) -> str:
    """A tag's name, if it is one of Word's own."""
    name = str(tag)
    return name.removeprefix(W).removeprefix(STRICT)


def _value(element: Any) -> str:
    return _attribute(element, "val")


def _attribute(element: Any, name: str) -> str:
    return element.get(f"{W}{name}") or element.get(f"{STRICT}{name}") or ""
