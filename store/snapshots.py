"""Whole copies of a workspace in another place, such as a mounted bucket, and the way back.

A copy is a manifest that names, for every file of the workspace, its content by SHA-256; contents are files of their
own, written once and never changed. The manifest is written last under a number of its own, so a copy is there whole
or not at all, and a place without locks, renames and appending will do. Both databases are copied by SQLite's backup
in one moment in which nobody writes; files come after them, so whatever a database names is there.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

DATABASES = ("workspace.sqlite", "checkpoints.sqlite")
LEFT_OUT = ("-wal", "-shm", "-journal", ".lock")
KEPT = 2
"""Manifests that stay: the newest, and one before it in case it is damaged."""
SPARE = 8
"""Manifests that may pile up before the old ones go: at some places every removal is a commit."""
BLOCK = 1 << 20


class Place(Protocol):
    """Where copies go. Names have slashes; what is written is there whole, or not at all."""

    def names(self, prefix: str) -> list[str]:
        """What is there, by the start of the name."""
        ...

    def put(self, files: dict[str, Path]) -> None:
        """Write files; the last one after all others."""
        ...

    def get(self, name: str, target: Path) -> None:
        """Read a file.

        Raises:
            OSError: It is not there.
        """
        ...

    def drop(self, names: list[str]) -> None:
        """Remove files."""
        ...


class Bucket:
    """A folder, local or mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, prefix: str) -> list[str]:
        """What is there, by the start of the name."""
        at = self._folder / prefix
        return [path.relative_to(self._folder).as_posix() for path in at.glob("**/*") if path.is_file()]

    def put(self, files: dict[str, Path]) -> None:
        """Write files; the last one after all others."""
        for name, path in files.items():
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)

    def get(self, name: str, target: Path) -> None:
        """Read a file."""
        shutil.copyfile(self._folder / name, target)

    def drop(self, names: list[str]) -> None:
        """Remove files."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Kept:
    """One file of a copy."""

    sha256: str
    size: int
    changed: int
    """When the workspace's file was changed, in nanoseconds: one that still says so is not read again."""


class Snapshots:
    """The copies of one workspace.

    Args:
        home: The folder of the workspace.
        place: Where the copies go.
        name: What the workspace is called there.
    """

    def __init__(self, home: Path, place: Place, name: str) -> None:
        self._home, self._place, self._name = home, place, name
        self._last: dict[str, Kept] | None = None
        self._contents: set[str] | None = None

    def take(self) -> bool:
        """Copy what has changed since the last copy; whether anything had.

        Raises:
            OSError: The place cannot be written to; the copy before is still whole.
        """
        if self._last is None:
            self._last = self._newest()[1] or {}
        with tempfile.TemporaryDirectory(prefix="snapshot-") as folder, _databases(self._home, Path(folder)) as copies:
            found = {**dict(self._files()), **{path.name: path for path in copies}}
            now = {name: kept for name, path in found.items() if (kept := self._kept(name, path))}
            if {name: kept.sha256 for name, kept in now.items()} == {n: kept.sha256 for n, kept in self._last.items()}:
                return False
            self._last = self._write(now, found, Path(folder))
        self._tidy()
        return True

    def restore(self) -> bool:
        """Bring the newest whole copy back, where no workspace is yet; whether there was one."""
        if (self._home / DATABASES[0]).exists():
            return False
        for number in sorted(self._numbers(), reverse=True):
            beside = self._home.with_name(f".{self._home.name}.restoring")
            shutil.rmtree(beside, ignore_errors=True)
            if (told := self._manifest(number)) is not None and self._brought(told, beside):
                self._home.mkdir(parents=True, exist_ok=True)
                for path in beside.iterdir():
                    if path.name != DATABASES[0]:
                        os.replace(path, self._home / path.name)
                os.replace(beside / DATABASES[0], self._home / DATABASES[0])  # last: it says that a workspace is here
                beside.rmdir()
                return True
            shutil.rmtree(beside, ignore_errors=True)
        return False

    def _write(self, now: dict[str, Kept], found: dict[str, Path], folder: Path) -> dict[str, Kept]:
        """Write the contents that are new, and then the manifest; gives what it names."""
        assert self._last is not None
        if self._contents is None:
            self._contents = self._whole()
        new = {name: kept for name, kept in now.items() if self._content(kept) not in self._contents}
        self._place.put({self._content(kept): found[name] for name, kept in new.items()})
        torn = {name for name, kept in new.items() if _changed(found[name]) != (kept.size, kept.changed)}
        self._place.drop([self._content(now[name]) for name in torn])  # changed while it was copied: next time
        named = {name: kept for name, kept in {**now, **{n: self._last.get(n) for n in torn}}.items() if kept}
        manifest = folder / "manifest.json"
        manifest.write_text(json.dumps({"files": {name: vars(kept) for name, kept in named.items()}}))
        self._place.put({f"{self._name}/manifests/{max(self._numbers(), default=0) + 1:010}.json": manifest})
        self._contents |= {self._content(kept) for kept in named.values()}
        return named

    def _whole(self) -> set[str]:
        """The contents that are surely whole: a manifest names them. What a killed program left beside goes."""
        there = set(self._place.names(f"{self._name}/contents"))
        named = {self._content(kept) for n in self._numbers() for kept in (self._manifest(n) or {}).values()}
        self._place.drop(sorted(there - named))
        return there & named

    def _files(self) -> Iterator[tuple[str, Path]]:
        """The files that a copy holds, but for the databases: no hidden ones, which are still being written."""
        for at, folders, names in os.walk(self._home):
            folders[:] = sorted(name for name in folders if not name.startswith("."))  # jobs before what they made
            for name in names:
                path = Path(at) / name
                told = path.relative_to(self._home).as_posix()
                if not name.startswith(".") and not name.endswith(LEFT_OUT) and told not in DATABASES:
                    yield told, path

    def _kept(self, name: str, path: Path) -> Kept | None:
        """A file as it is; as it was in the last copy if it is changing just now, None if it was in none."""
        assert self._last is not None
        before = self._last.get(name)
        try:
            size, changed = _changed(path)
            if name not in DATABASES and before and (size, changed) == (before.size, before.changed):
                return before
            sha256 = _sha256(path)
        except FileNotFoundError:
            return None
        return Kept(sha256, size, changed) if (size, changed) == _changed(path) else before

    def _brought(self, told: dict[str, Kept], beside: Path) -> bool:
        """Whether all files of a copy could be read, each as it was."""
        for name, kept in told.items():
            target = beside / name
            if not target.resolve().is_relative_to(beside.resolve()):
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._place.get(self._content(kept), target)
            except OSError:
                return False
            if _sha256(target) != kept.sha256:
                return False
            os.utime(target, ns=(kept.changed, kept.changed))
        return (beside / DATABASES[0]).exists()

    def _tidy(self) -> None:
        """Remove copies that newer ones replace, and the contents that none of those left names."""
        numbers = sorted(self._numbers())
        old, left = numbers[:-KEPT], numbers[-KEPT:]
        if len(old) < SPARE:
            return
        named = {self._content(kept) for number in left for kept in (self._manifest(number) or {}).values()}
        assert self._contents is not None
        self._place.drop([f"{self._name}/manifests/{number:010}.json" for number in old])
        self._place.drop(sorted(self._contents - named))
        self._contents &= named

    def _newest(self) -> tuple[int, dict[str, Kept] | None]:
        number = max(self._numbers(), default=0)
        return number, self._manifest(number) if number else None

    def _numbers(self) -> list[int]:
        names = [Path(name) for name in self._place.names(f"{self._name}/manifests")]
        return [int(name.stem) for name in names if name.stem.isdecimal()]

    def _manifest(self, number: int) -> dict[str, Kept] | None:
        """The files that a copy names; None if its manifest was cut short."""
        with tempfile.TemporaryDirectory(prefix="manifest-") as folder:
            path = Path(folder) / "manifest.json"
            try:
                self._place.get(f"{self._name}/manifests/{number:010}.json", path)
                told: dict[str, dict[str, Any]] = json.loads(path.read_text())["files"]
                return {name: Kept(**kept) for name, kept in told.items()}
            except (OSError, ValueError, KeyError, TypeError):
                return None

    def _content(self, kept: Kept) -> str:
        return f"{self._name}/contents/{kept.sha256}"


@contextmanager
def _databases(home: Path, folder: Path) -> Generator[list[Path]]:
    """Copies of the databases of a workspace, all of one moment."""
    there = [home / name for name in DATABASES if (home / name).exists()]
    with ExitStack() as held:
        for path in there:  # one after the other, always in this order; nobody else holds two
            writer = held.enter_context(closing(sqlite3.connect(path, timeout=30, isolation_level=None)))
            writer.execute("begin immediate")
        for path in there:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(folder / path.name)) as target:
                source.backup(target)
    yield [folder / path.name for path in there]


def _changed(path: Path) -> tuple[int, int]:
    """Size and time of the last change; (-1, 0) if it is gone."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return -1, 0
    return told.st_size, told.st_mtime_ns


def _sha256(path: Path) -> str:
    told = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            told.update(block)
    return told.hexdigest()
