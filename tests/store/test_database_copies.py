"""A damaged state file is noticed when it is opened, set aside, and restored from the last copy."""

import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import StoreError, Workspace
from store.database_copies import EVERY_SECONDS, KEPT, copies, copy_if_due, sound
from store.goals import Goal

GOAL = Goal("Route tickets to the right team.", "classify", "macro_f1", 0.9, domain="support")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A closed workspace with something in it."""
    with Workspace(tmp_path / "home") as ws:
        thread = ws.conversations.current().id
        for n in range(200):
            ws.conversations.append(thread, "t", {"event": "said", "text": f"number {n} " * 20})
        with ws.approvals.typed("set_goal", {}):
            ws.goals.set(GOAL)
    with sqlite3.connect(tmp_path / "home" / "workspace.sqlite") as con:
        con.execute("pragma wal_checkpoint(truncate)")
    con.close()
    return tmp_path / "home"


def no_database(state: Path, _: random.Random) -> None:
    state.write_bytes(b"this is no database at all" * 100)


def cut_off(state: Path, drawn: random.Random) -> None:
    with state.open("r+b") as file:
        file.truncate(drawn.randrange(4096, state.stat().st_size, 4096))


def noise(state: Path, drawn: random.Random) -> None:
    with state.open("r+b") as file:
        for page in range(1, state.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(drawn.randbytes(64))


def empty(state: Path, _: random.Random) -> None:
    state.write_bytes(b"")


def gone(state: Path, _: random.Random) -> None:
    state.unlink()


@pytest.mark.parametrize("damage", [no_database, cut_off, noise, empty, gone])
def test_what_is_damaged_is_set_aside_and_the_last_copy_takes_its_place(home: Path, damage) -> None:
    state = home / "workspace.sqlite"
    copy_if_due(state)
    damage(state, random.Random(1))
    damaged = state.read_bytes() if state.exists() else None
    with Workspace(home) as ws:
        assert "restored from the copy of 20" in ws.restored
        assert ws.goals.get() == GOAL
        log = ws.conversations.since(ws.conversations.current().id)
        assert len(log) == 201
        assert log[-1].event["text"] == ws.restored
    aside = list(home.glob("workspace.damaged-*.sqlite"))
    assert [path.read_bytes() for path in aside] == ([] if damaged is None else [damaged])
    with Workspace(home) as ws:
        assert ws.restored == ""


def test_without_a_copy_a_sentence_says_where_it_is_and_nothing_is_touched(home: Path) -> None:
    state = home / "workspace.sqlite"
    shutil.rmtree(home / "snapshots")
    no_database(state, random.Random(1))
    before = state.read_bytes()
    with pytest.raises(StoreError, match="is damaged, and there is no copy of it yet"):
        Workspace(home)
    assert state.read_bytes() == before


def test_a_damaged_copy_is_passed_over(home: Path) -> None:
    state = home / "workspace.sqlite"
    first = copy_if_due(state, every_seconds=0)
    second = copy_if_due(state, every_seconds=0)
    assert first and second
    no_database(second, random.Random(1))
    no_database(state, random.Random(1))
    with Workspace(home) as ws:
        assert ws.goals.get() == GOAL


def test_a_damaged_memory_of_the_talk_is_set_aside_and_the_work_stays(home: Path) -> None:
    (home / "checkpoints.sqlite").write_bytes(b"no database" * 1000)
    with Workspace(home) as ws:
        assert "What I remembered of our conversations was damaged" in ws.restored
        assert ws.goals.get() == GOAL
    assert len(list(home.glob("checkpoints.damaged-*.sqlite"))) == 1


def test_a_restored_state_does_not_meet_a_memory_of_later_questions(home: Path) -> None:
    copy_if_due(home / "workspace.sqlite")
    with closing(sqlite3.connect(home / "checkpoints.sqlite")) as con:
        con.execute("create table t (x)")
    no_database(home / "workspace.sqlite", random.Random(1))
    with Workspace(home) as ws:
        assert ws.restored
    assert not (home / "checkpoints.sqlite").exists()


def test_copies_are_made_when_due_few_are_kept_and_each_is_whole(home: Path) -> None:
    state = home / "workspace.sqlite"
    shutil.rmtree(home / "snapshots", ignore_errors=True)
    assert copy_if_due(state)
    assert copy_if_due(state) is None
    os.utime(copies(state)[-1], (0, 0))
    assert copy_if_due(state)
    for _ in range(KEPT + 2):
        assert copy_if_due(state, every_seconds=0)
    assert len(copies(state)) == KEPT
    assert all(map(sound, copies(state)))
    assert EVERY_SECONDS <= 60


def test_a_clock_that_was_set_back_still_makes_copies(home: Path) -> None:
    state = home / "workspace.sqlite"
    copy_if_due(state, every_seconds=0)
    later = copies(state)[-1].stat().st_mtime + 10 * 365 * 86400
    os.utime(copies(state)[-1], (later, later))
    assert copy_if_due(state)


def test_a_database_in_use_is_sound_and_can_be_copied(home: Path) -> None:
    with Workspace(home) as ws, ws._db.change() as change:
        change.execute("insert into projects (name, title) values ('x', 'x')")
        assert sound(home / "workspace.sqlite")
        assert copy_if_due(home / "workspace.sqlite", every_seconds=0)
