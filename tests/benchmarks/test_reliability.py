"""The programs of `benchmarks/reliability` in small: each does what it says, and nothing is lost."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import _killed
from benchmarks._killed import prepared
from benchmarks.reliability.damage import WAYS
from benchmarks.reliability.damage import tried as damaged
from benchmarks.reliability.full_disk import Disk, counted, small_disk
from benchmarks.reliability.memory import slope
from benchmarks.reliability.memory_limit import tried as cramped
from benchmarks.reliability.users import report, talked
from benchmarks.reliability.walk import steps, upload
from store import StoreError, Workspace
from store.processes import alive, born


@pytest.mark.parametrize("way", WAYS)
def test_a_state_that_is_damaged_in_any_way_is_restored(tmp_path: Path, way: str) -> None:
    counts = damaged(tmp_path, way, 2, random.Random(way))
    assert counts["lost"] == counts["broke"] == 0
    assert counts["whole again"] == 2


def test_a_memory_that_is_too_small_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_killed, "ROWS", 2000)
    counts = cramped(prepared(tmp_path, "apply"), "apply", 3, random.Random(5))
    assert counts["broken"] == 0
    assert counts["goes on"] == counts["tried"] == 3


@pytest.mark.parametrize("seconds", [-86400, 3600, 315_360_000])
def test_a_clock_that_is_set_makes_nothing_dead(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil  # noqa: PLC0415 - what is patched is its own

    here, system = born(), vars(psutil)["_psplatform"]
    booted = system.boot_time
    monkeypatch.setattr(system, "boot_time", lambda: booted() + seconds)
    assert alive(here)
    assert born() == here


def test_people_who_talk_at_once_see_no_error_and_nobody_waits_for_ever(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = talked(tmp_path, 4, 6.0, None, 0.02)
    report(people)
    assert "4 people" in capsys.readouterr().out
    assert [person.errors for person in people] == [[]] * 4
    assert sum(person.turns for person in people) > 0


def test_growth_is_told_with_an_interval() -> None:
    at = np.arange(0, 2000, 10, dtype=np.float64)
    noise = np.random.default_rng(0).normal(0, 0.5, len(at))
    flat, around = slope(at, 300 + noise)
    assert abs(flat) < around + 0.5
    rising, around = slope(at, 300 + 50 * at / 1000 + noise)
    assert rising - around < 50 < rising + around


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small real disk."""
    try:
        with small_disk(tmp_path / "disk") as mounted:
            yield Disk(mounted)
    except PermissionError as error:
        pytest.skip(str(error))


def test_a_small_disk_that_gets_full_is_told_and_with_room_again_it_goes_on(disk: Disk, tmp_path: Path) -> None:
    with Workspace(disk.home) as ws:
        upload(ws)
    shutil.copytree(disk.home, tmp_path / "ready")
    counts = counted(disk, tmp_path / "ready", steps(tmp_path)[0], 4, random.Random(2))
    assert counts["lost"] == counts["half done"] == 0
    assert counts["told"] + counts["had room"] == counts["gone on"] == 4
    assert counts["told"] > 0


def test_a_job_that_fills_the_disk_still_says_so(disk: Disk) -> None:
    with Workspace(disk.home) as ws:
        job = ws.jobs.start("count", "tests.store.counting", {"to": 1, "then": "write without end"})
        with pytest.raises(StoreError, match="The disk is full, so nothing was saved. Free some space"):
            ws.jobs.wait(job.id)
        assert ws.jobs.get(job.id).state == "failed"
