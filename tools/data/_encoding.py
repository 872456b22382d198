"""Which bytes are text, in which encoding; lines of it, never more than one in memory."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.jobs import tell
from tools.tool import ToolError

LONGEST = 16 * 2**20
"""Characters that one line may have."""
EVERY_LINES = 20_000
HEAD = 2**16
CHUNK = 2**20
MAGIC = {
    b"PK\x03\x04": "a ZIP archive, as .xlsx and .docx files are",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"(\xb5/\xfd": "a zstd archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Office document, as .xls files are",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"SQLite format 3": "an SQLite database",
    b"GGUF": "model weights",
    b"ARROW1": "an Arrow file",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SHOWN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 (little endian, no mark)",
    "utf-16-be": "UTF-16 (big endian, no mark)",
    "utf-32": "UTF-32",
    "latin-1": "Latin-1 (ISO 8859-1)",
    "cp1252": "Windows-1252",
}


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file become text.

    Attributes:
        codec: Python's name for it.
        strays: Bytes that are not valid in a file that is UTF-8 otherwise; they are read as Windows-1252.
        newline: What ends a line.
    """

    codec: str
    strays: int = 0
    newline: str = "\n"

    def __str__(self) -> str:
        return SHOWN.get(self.codec, self.codec)


def detect(path: Path, *, one_line: bool = False) -> Encoding:
    """Find the encoding of a text file by looking at all its bytes.

    Args:
        path: The file.
        one_line: Whether it may be one long line, as JSON often is.

    Raises:
        ToolError: It is empty, it is not text, or a line of it is far too long.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise ToolError(f"{path.name} is empty: there is nothing to load.")
    if kind := next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None):
        raise ToolError(_not_text(path, f"it is {kind}"))
    codec = next((codec for mark, codec in BOMS if head.startswith(mark)), None) or _utf16_without_mark(head)
    if codec is None and _control_share(head) > 0.02:
        raise ToolError(_not_text(path, "it holds binary data"))
    newline = "\n" if b"\n" in head or b"\r" not in head else "\r"
    scan = _Scan(path, newline.encode(), None if one_line else LONGEST)
    if codec is None:
        codec = "utf-8" if scan.bad <= scan.good / 3 else _legacy(scan.sample)
    return Encoding(codec, scan.bad if codec == "utf-8" else 0, newline)


def lines(path: Path, encoding: Encoding, share: tuple[float, float] = (0.0, 1.0)) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers from 1, without their ends.

    Args:
        path: The file.
        encoding: How its bytes become text.
        share: Which part of the whole work this pass is, to tell how far it got.

    Raises:
        ToolError: A line is far too long.
    """
    codecs.register_error("as windows-1252", _as_windows_1252)
    size = path.stat().st_size
    errors = "as windows-1252" if encoding.codec == "utf-8" else "replace"
    with (
        path.open("rb") as raw,
        io.TextIOWrapper(raw, encoding=encoding.codec, errors=errors, newline=encoding.newline) as file,
    ):
        for number, line in enumerate(iter(lambda: file.readline(LONGEST), ""), 1):
            if len(line) >= LONGEST:
                raise _too_long(path, number)
            if number % EVERY_LINES == 0:
                done = raw.tell() / max(1, size)
                tell(share[0] + (share[1] - share[0]) * done, f"Read {number:,} lines of {path.name}")
            line = line.rstrip("\r\n")
            yield number, line.replace("\r", " ") if "\r" in line else line


class _Scan:
    """One pass over the bytes: are they UTF-8, and is any line too long?"""

    def __init__(self, path: Path, newline: bytes, longest: int | None) -> None:
        self.good = self.bad = 0
        self.sample = b""
        self._line, self._since = 1, 0
        codecs.register_error("counted", self._count)
        decoder = codecs.getincrementaldecoder("utf-8")("counted")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                self._measure(path, chunk, newline, longest)
                text = decoder.decode(chunk)
                if chunk.isascii():
                    continue
                self.good += len(text) - len(text.encode("ascii", "ignore"))
                if len(self.sample) < HEAD:
                    self.sample += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[:HEAD]
        decoder.decode(b"", final=True)
        self.good -= self.bad

    def _count(self, error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        self.bad += 1
        return "\ufffd", error.end

    def _measure(self, path: Path, chunk: bytes, newline: bytes, longest: int | None) -> None:
        ends = chunk.count(newline)
        self._line += ends
        self._since = len(chunk) - chunk.rfind(newline) - 1 if ends else self._since + len(chunk)
        if longest and self._since > longest * 4:
            raise _too_long(path, self._line)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[::2], head[1::2]
    if odd.count(0) > 0.3 * len(odd) and even.count(0) < 0.02 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.3 * len(even) and odd.count(0) < 0.02 * len(odd):
        return "utf-16-be"
    return None


def _control_share(head: bytes) -> float:
    control = bytes(code for code in range(32) if code not in b"\t\n\r\f\x0b\x1a\x1b")
    return (len(head) - len(head.translate(None, control))) / len(head)


def _legacy(sample: bytes) -> str:
    """The encoding of text that is not UTF-8, from lines with bytes beyond ASCII.

    In the languages of western Europe such bytes mostly stand alone among ASCII; elsewhere they come in runs.
    """
    beyond = [byte > 127 for byte in sample]
    neighbours = sum(a and b for a, b in zip(beyond, beyond[1:], strict=False))
    if neighbours < 0.3 * sum(beyond):
        return "cp1252" if _is_cp1252(sample) else "latin-1"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - tables of its own

    best = from_bytes(sample).best()
    return best.encoding if best and not best.encoding.startswith("utf") else "latin-1"


def _is_cp1252(sample: bytes) -> bool:
    if not any(0x80 <= byte < 0xA0 for byte in sample):
        return False
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _not_text(path: Path, why: str) -> str:
    return f"{path.name} is not a text file: {why}. Export the table as CSV, JSON Lines or Parquet and load that."


def _too_long(path: Path, number: int) -> ToolError:
    return ToolError(
        f"Line {number} of {path.name} is longer than {LONGEST // 2**20} million characters, too long for one row. "
        "Check that each row stands on a line of its own."
    )
