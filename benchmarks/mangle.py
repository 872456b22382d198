"""Fuzz the loaders: `python -m benchmarks.mangle [FILES]` mangles small valid files of every kind and loads them.

Each must give rows or a sentence that says what is wrong, within 10 seconds, and leave no file behind. Bits are
flipped, bytes and pieces are overwritten, doubled or cut out, and pieces of other kinds are pasted in; of packed files
every other one is mangled inside and packed again, since checksums stop the rest at the door. The seed decides, so that
a finding can be looked at again. Prints one line a kind and exits with 1 if anything was found.
"""

import gzip
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from store import StoreError, Workspace
from tools import TOOLS

SECONDS = 10.0
ROWS = [{"text": f"message number {n}, für Anna", "label": "ab"[n % 2], "n": n} for n in range(30)]
PIECES = (
    b"\0",
    b"\xff\xfe",
    b'"',
    b"\n",
    b"{",
    b"]",
    b",",
    b"PK\x03\x04",
    b"PAR1",
    b"%PDF-1.7\n",
    b"\x1f\x8b",
    b"<html>",
)
MANUAL = "# Guide\n\nSome words of text, für alle.\n\n## Setup\n\n```\ncode\n```\n\nMore *text* here.\n"


def mangled(content: bytes, seed: int) -> bytes:
    """The file with a few things done to it; the same for the same seed."""
    random_ = random.Random(seed)
    ways: list[Callable[[bytearray, random.Random], None]] = [_flip, _overwrite, _cut, _double, _truncate, _paste]
    broken = bytearray(content)
    for way in random_.choices(ways, k=random_.randint(1, 4)):
        if broken:
            way(broken, random_)
    return bytes(broken)


def _inside(content: bytes, seed: int) -> bytes:
    """A packed file with one of its members mangled; any other file mangled as a whole."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.compress(mangled(gzip.decompress(content), seed), mtime=0)
    if not content.startswith(b"PK"):
        return mangled(content, seed)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        chosen = random.Random(seed).choice(archive.namelist())
        for name in archive.namelist():
            member = archive.read(name)
            packed.writestr(name, mangled(member, seed) if name == chosen else member)
    return out.getvalue()


def check(ws: Workspace, name: str, seed: int) -> str:
    """Load one mangled file; empty if all is well, else what is wrong."""
    before = _files(ws)
    file = ws.uploads / name
    content = KINDS[name]()
    file.write_bytes(_inside(content, seed) if seed // len(KINDS) % 2 else mangled(content, seed))
    began = time.monotonic()
    told = f"{name}, seed {seed}: "
    try:
        shown = TOOLS["load_dataset"].show_first(ws, {"source": name}).text
        problem = "" if shown.startswith("I would read ") else f"said {shown!r}"
    except StoreError as error:
        sentence = str(error)
        problem = "" if sentence.endswith((".", "].")) and str(ws.home) not in sentence else f"said {sentence!r}"
    except Exception as error:  # noqa: BLE001 - to find these is what it is for
        problem = f"raised {type(error).__name__}: {error}"
    file.unlink()
    if (seconds := time.monotonic() - began) > SECONDS:
        problem += f" took {seconds:.1f} seconds"
    if left := sorted(_files(ws) - before):
        problem += f" left {', '.join(left)}"
    return told + problem.strip() if problem else ""


def main() -> None:
    """Mangle as many files as asked for, of each kind as many."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "home") as ws:
        for place, name in enumerate(KINDS):
            seeds = range(place, files, len(KINDS))
            began = time.monotonic()
            of_kind = [told for seed in seeds if (told := check(ws, name, seed))]
            print(
                f"{name:16} {len(seeds):5} files {time.monotonic() - began:7.1f} s  {len(of_kind)} findings", flush=True
            )
            found += of_kind
    print("\n".join(found) or f"{files:,} mangled files: each gave rows or a sentence.")
    sys.exit(1 if found else 0)


def _files(ws: Workspace) -> set[str]:
    return {str(path.relative_to(ws.home)) for path in ws.home.rglob("*") if path.is_file()} - {
        "workspace.sqlite-wal",
        "workspace.sqlite-shm",
    }


def _place(broken: bytearray, random_: random.Random) -> int:
    """Anywhere, and often near the ends, where formats keep what they hang on."""
    near = random_.choice(("any", "start", "end"))
    span = len(broken) if near == "any" else min(len(broken), 200)
    return random_.randrange(span) + (len(broken) - span if near == "end" else 0)


def _flip(broken: bytearray, random_: random.Random) -> None:
    for _ in range(random_.randint(1, 8)):
        broken[_place(broken, random_)] ^= 1 << random_.randrange(8)


def _overwrite(broken: bytearray, random_: random.Random) -> None:
    place = _place(broken, random_)
    wrong = random_.randbytes(random_.randint(1, 40))
    broken[place : place + len(wrong)] = wrong


def _cut(broken: bytearray, random_: random.Random) -> None:
    place = _place(broken, random_)
    del broken[place : place + random_.randint(1, max(2, len(broken) // 3))]


def _double(broken: bytearray, random_: random.Random) -> None:
    place = _place(broken, random_)
    piece = broken[place : place + random_.randint(1, 500)]
    to = _place(broken, random_)
    broken[to:to] = bytes(piece) * random_.randint(1, 3)


def _truncate(broken: bytearray, random_: random.Random) -> None:
    del broken[random_.randrange(len(broken)) :]


def _paste(broken: bytearray, random_: random.Random) -> None:
    place = _place(broken, random_)
    broken[place:place] = random_.choice(PIECES) * random_.randint(1, 3)


def _table(delimiter: str) -> bytes:
    lines = [f'"{row["text"]}"{delimiter}{row["label"]}{delimiter}{row["n"]}' for row in ROWS]
    return "\n".join([f"text{delimiter}label{delimiter}n", *lines]).encode()


def _lines() -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()


@cache
def _parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


@cache
def _workbook() -> bytes:
    from tests.data.made import workbook

    return workbook({"Mails": [list(ROWS[0]), *(list(row.values()) for row in ROWS)], "Sums": [["a"], ["=1+1"]]})


@cache
def _word() -> bytes:
    from tests.data.made import paragraph, word

    return word(paragraph("Guide", "Heading1") + "".join(paragraph(str(row["text"])) for row in ROWS))


@cache
def _pdf() -> bytes:
    from tests.data.made import pdf

    return pdf([[f"Line {n} of page {page}, with words." for n in range(9)] for page in range(3)])


@cache
def _archive() -> bytes:
    from tests.data.made import packed

    return packed({"train.csv": _table(","), "test.jsonl": _lines(), "README.md": MANUAL})


KINDS: dict[str, Callable[[], bytes]] = {
    "talk.csv": lambda: _table(","),
    "talk.tsv": lambda: _table("\t"),
    "talk.json": lambda: json.dumps(ROWS, ensure_ascii=False).encode(),
    "talk.jsonl": _lines,
    "talk.parquet": _parquet,
    "talk.xlsx": _workbook,
    "talk.txt": lambda: "\n\n".join(f"{row['text']} and a longer\nline of it." for row in ROWS).encode(),
    "talk.md": MANUAL.encode,
    "talk.docx": _word,
    "talk.pdf": _pdf,
    "talk.zip": _archive,
    "talk.csv.gz": lambda: gzip.compress(_table(","), mtime=0),
}
"""A small valid file of each kind."""


if __name__ == "__main__":
    main()
