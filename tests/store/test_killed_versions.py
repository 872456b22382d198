"""Killed at chosen points, each between two things that belong together; `benchmarks/kill.py` does it at random."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import _killed
from benchmarks._killed import OPERATIONS, Killer, Point, killer, prepared
from benchmarks.kill import left, state
from store import Workspace

WRITTEN: Point = ("return", "Datasets._write", 1)
"""The file is whole beside its place, and nothing is said of it."""
RENAMED: Point = ("return", "Datasets._number", 1)
"""The file has its name, and the transaction is open."""
MARKED: Point = ("return", "KeptFixes._mark", 1)
"""The version is there, its fix is marked, and neither is committed."""
SECOND: Point = ("return", "Datasets._write", 2)
"""A first version is committed, and the next one is being made."""
EXPORTED: Point = ("call", "sha256_of", 2)
"""One export has its name, and the next is whole beside its place."""
COMMITTED: Point = ("return", "Datasets.derive", 1)
"""The version is committed, and nobody was told."""


@pytest.fixture(scope="module")
def program() -> Iterator[Killer]:
    with killer() as running:
        yield running


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small workspace for each operation."""
    folder = tmp_path_factory.mktemp("ready")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_killed, "ROWS", 400)
        return {operation: prepared(folder, operation) for operation in OPERATIONS}


@pytest.fixture(scope="module")
def done(program: Killer, ready: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same, with the operation done and left alone."""
    folder = tmp_path_factory.mktemp("done")
    homes = {operation: shutil.copytree(home, folder / operation) for operation, home in ready.items()}
    for operation, home in homes.items():
        assert program.run(home, operation) > 0
    return homes


@pytest.mark.parametrize(
    ("operation", "point", "absent", "orphans"),
    [
        ("load", WRITTEN, 1, 0),
        ("load", RENAMED, 1, 1),
        ("apply", WRITTEN, 3, 0),
        ("apply", MARKED, 3, 1),
        ("apply", SECOND, 2, 0),
        ("augment", RENAMED, 1, 1),
        ("augment", COMMITTED, 0, 0),
        ("export", EXPORTED, 2, 0),
    ],
)
def test_every_version_is_whole_or_absent_and_going_on_works(
    program: Killer,
    ready: dict[str, Path],
    done: dict[str, Path],
    tmp_path: Path,
    operation: str,
    point: Point,
    absent: int,
    orphans: int,
):
    killed, whole = shutil.copytree(ready[operation], tmp_path / "killed"), state(done[operation])
    assert program.run(killed, operation, point=point) < 0
    found = left(killed, whole)
    assert (found.broken, found.absent, found.orphans, found.uncleared) == ([], absent, orphans, 0)
    program.run(killed, operation)
    assert state(killed) == whole


def test_a_kill_while_a_step_in_the_middle_is_undone_leaves_all_or_nothing(
    program: Killer, done: dict[str, Path], tmp_path: Path
):
    home = shutil.copytree(done["apply"], tmp_path / "home")
    before = state(home)
    assert program.run(home, "undo", point=("return", "Datasets._number", 5)) < 0  # the first three are made aside
    assert state(home) == before
    program.run(home, "undo")
    with Workspace(home) as ws:
        assert ws.datasets.history("big")[-1].sentence.startswith("Undid step 2 alone")
        assert len(ws.fixes.all(state="open")) == 1
