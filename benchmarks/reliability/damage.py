"""Damage the state of a workspace in many random ways: is it noticed, set aside, and restored from the last copy?

`python -m benchmarks.reliability.damage [TIMES] [SEED]` prints a line for each way. Exit code 1 where something that
was copied was lost, or where a traceback came instead of a sentence.
"""

import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from store import StoreError, Workspace
from store.database_copies import copy_if_due
from store.goals import Goal

PAGE = 4096
GOAL = Goal("Route tickets to the right team.", "classify", "macro_f1", 0.9, domain="support")
COUNTED = ("restored", "untouched", "whole again", "lost", "broke")
"""The columns: restored from the copy with a sentence; opened as it was, the damage outside of what is used; all that
was copied is there; something is missing; a traceback."""


def header(file: Path, drawn: random.Random) -> None:
    """The first bytes are others."""
    _write(file, drawn.randrange(16), drawn.randbytes(16))


def bytes_in_a_page(file: Path, drawn: random.Random) -> None:
    """A few bytes anywhere are others."""
    _write(file, drawn.randrange(PAGE, file.stat().st_size - 64), drawn.randbytes(64))


def pages(file: Path, drawn: random.Random) -> None:
    """Some pages are noise."""
    for _ in range(5):
        _write(file, PAGE * drawn.randrange(1, file.stat().st_size // PAGE), drawn.randbytes(PAGE))


def zeros(file: Path, drawn: random.Random) -> None:
    """A stretch was never written, as after a power cut."""
    start = PAGE * drawn.randrange(1, file.stat().st_size // PAGE)
    _write(file, start, bytes(file.stat().st_size - start))


def cut(file: Path, drawn: random.Random) -> None:
    """The end is missing."""
    with file.open("r+b") as opened:
        opened.truncate(drawn.randrange(1, file.stat().st_size))


def swapped(file: Path, drawn: random.Random) -> None:
    """Two pages stand in each other's place."""
    content = bytearray(file.read_bytes())
    one, other = (PAGE * place for place in drawn.sample(range(1, len(content) // PAGE), 2))
    content[one : one + PAGE], content[other : other + PAGE] = (
        content[other : other + PAGE],
        content[one : one + PAGE],
    )
    file.write_bytes(content)


def another_file(file: Path, drawn: random.Random) -> None:
    """Something else was saved under its name."""
    file.write_bytes(drawn.randbytes(drawn.randrange(1, 20_000)))


def emptied(file: Path, _: random.Random) -> None:
    """Nothing is in it."""
    file.write_bytes(b"")


def removed(file: Path, _: random.Random) -> None:
    """It is gone."""
    file.unlink()


WAYS: dict[str, Callable[[Path, random.Random], None]] = {
    way.__name__.replace("_", " "): way
    for way in (header, bytes_in_a_page, pages, zeros, cut, swapped, another_file, emptied, removed)
}


def prepared(home: Path) -> None:
    """A workspace with a talk, a dataset and a goal, closed, and copied."""
    with Workspace(home) as ws:
        thread = ws.conversations.current().id
        for n in range(300):
            ws.conversations.append(thread, "t", {"event": "said", "text": f"number {n} " * 10})
        with ws.approvals.typed("load_dataset", {}):
            ws.datasets.add("reviews", "from (values ('a', 1), ('b', 2)) t(text, label)", sentence="Loaded.", recipe={})
        with ws.approvals.typed("set_goal", {}):
            ws.goals.set(GOAL)
    with sqlite3.connect(home / "workspace.sqlite") as con:
        con.execute("pragma wal_checkpoint(truncate)")
    con.close()
    copy_if_due(home / "workspace.sqlite", every_seconds=0)


def after(home: Path) -> str:
    """What opening it comes to."""
    try:
        with Workspace(home) as ws:
            here = ws.goals.get() == GOAL and ws.datasets.names() == ["reviews"]
            with ws.datasets.read() as con:
                here = here and con.execute("select count(*) from reviews").fetchone() == (2,)
            said = [logged.event["text"] for logged in ws.conversations.since(ws.conversations.current().id)]
            here = here and [text.split()[1] for text in said[:300]] == [str(n) for n in range(300)]
            return ("restored" if ws.restored else "untouched") if here else "lost"
    except StoreError:
        return "lost"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        print(f"  {type(error).__name__}: {error}", file=sys.stderr)
        return "broke"


def tried(folder: Path, way: str, times: int, drawn: random.Random) -> Counter[str]:
    """Damage copies of a workspace in one way, and count what opening them comes to."""
    ready, copy = folder / "ready", folder / "copy"
    if not ready.exists():
        prepared(ready)
    counts: Counter[str] = Counter()
    for _ in range(times):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(ready, copy)
        WAYS[way](copy / "workspace.sqlite", drawn)
        found = after(copy)
        counts[found] += 1
        counts["whole again"] += found in ("restored", "untouched") and after(copy) == "untouched"
    return counts


def _write(file: Path, start: int, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(content)


def main() -> None:
    """Print a line for each way."""
    times, seed = (*map(int, sys.argv[1:]), *(50, 0)[len(sys.argv) - 1 :])
    bad = 0
    print(f"| way | {' | '.join(COUNTED)} |\n|{'---|' * (len(COUNTED) + 1)}")
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            counts = tried(Path(folder), way, times, random.Random(f"{seed} {way}"))
            print(f"| {way} | {' | '.join(str(counts[each]) for each in COUNTED)} |", flush=True)
            bad += counts["lost"] + counts["broke"] + times - counts["whole again"]
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
