"""What kind of file it is: by its content before its name, since names lie."""

import re
import zipfile
from pathlib import Path
from typing import Literal

from tools.data._archive import opened
from tools.tool import ToolError

Kind = Literal["table", "json", "lines", "parquet", "sheet", "pdf", "word", "markdown", "text", "zip", "gzip"]
OF_NAME: dict[str, Kind] = {
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".txt": "text",
    ".json": "json",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".parquet": "parquet",
    ".xlsx": "sheet",
    ".md": "markdown",
    ".markdown": "markdown",
    ".pdf": "pdf",
    ".docx": "word",
    ".zip": "zip",
    ".gz": "gzip",
}
"""The endings that are read."""
DOCUMENTS: tuple[Kind, ...] = ("pdf", "word", "markdown", "text")
"""Kinds that give passages; a text file may turn out to hold a table."""
CALLED: dict[Kind, str] = {
    "parquet": "a Parquet file",
    "sheet": "an Excel workbook",
    "pdf": "a PDF document",
    "word": "a Word document",
    "zip": "a ZIP archive",
    "gzip": "a gzip file",
}
"""Kinds that are told by their first bytes."""
HEAD = 4096
HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>]|head>)", re.I | re.S
)
TAR = b"ustar"
OLE = b"\xd0\xcf\x11\xe0"
PROTECTED = "EncryptedPackage".encode("utf-16-le")
OTHER_OFFICE = {
    "xl/workbook.bin": ("a binary Excel workbook", ".xlsx"),
    "ppt/presentation.xml": ("a PowerPoint file", ".pdf"),
    "content.xml": ("an OpenDocument file", ".xlsx or .docx"),
    "Index/Document.iwa": ("an Apple iWork file", ".xlsx, .docx or .pdf"),
}


def kind_of(path: Path) -> Kind:
    """The kind of a file.

    Raises:
        ToolError: It is of a kind that is not read, is protected, or is not what its name says and cannot be read.
    """
    named = OF_NAME.get(path.suffix.lower(), "text")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise ToolError(f"{path.name} is empty: there is nothing to load.")
    if found := _by_content(path, head, named):
        return found
    if named in CALLED:
        raise ToolError(
            f"{path.name} is called {CALLED[named]}, and by its content it is none, or damaged. "
            "Save or export it again; if it is text, give it the ending that says so, such as .csv."
        )
    return named


def differs(path: Path, kind: Kind) -> bool:
    """Whether a file's name says another kind than its content."""
    named = OF_NAME.get(path.suffix.lower())
    return kind in CALLED and named is not None and named != kind


def _by_content(path: Path, head: bytes, named: Kind) -> Kind | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"%PDF-") or (named == "pdf" and b"%PDF-" in head):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(OLE) and _is_protected(path):
        raise ToolError(f"{path.name} is protected by a password. Save it without one, and load that.")
    if head[257:262] == TAR:
        raise ToolError(f"{path.name} is a tar archive, which is not unpacked. Pack the files as ZIP, or load one.")
    if HTML.match(head):
        raise ToolError(
            f"{path.name} is a web page (HTML), not data: often the page that says that something is missing or that "
            "one must sign in. Open it in a browser to see, and get the file itself."
        )
    return None


def _zip_kind(path: Path) -> Kind:
    with opened(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return "sheet"
        if "word/document.xml" in names:
            return "word"
        for name, (what, better) in OTHER_OFFICE.items():
            if name in names and (name != "content.xml" or _is_open_document(archive)):
                raise ToolError(f"{path.name} is {what}, which is not read. Save it as {better} and load that.")
    return "zip"


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    return "mimetype" in archive.namelist()


def _is_protected(path: Path) -> bool:
    """Whether an old Office container holds a new document that is encrypted."""
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(2**20):
            if PROTECTED in before + chunk:
                return True
            before = chunk[-len(PROTECTED) :]
    return False
