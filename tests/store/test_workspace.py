"""State between sessions."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from store import NotFound, Workspace
from store.database import Database
from store.goals import Goal
from store.migrations import STEPS, migrate

GOAL = Goal("Route tickets to the right team.", "classify", "macro_f1", 0.9, domain="support")


def test_everything_is_there_when_opened_again(ws: Workspace):
    with ws.approvals.typed("set_goal", {}):
        ws.goals.set(GOAL)
    thread = ws.conversations.current()
    ws.conversations.append(thread.id, "t1", {"event": "heard", "text": "hello"})
    ws.reports.save("audit", {"groups": 2}, run="run-1", dataset="reviews", version=1)
    with Workspace(ws.home) as again:
        assert again.goals.get() == GOAL
        assert again.conversations.current().id == thread.id
        assert [logged.event["text"] for logged in again.conversations.since(thread.id)] == ["hello"]
        assert again.reports.all(kind="audit")[0].body == {"groups": 2}
        assert again.reports.all(kind="evaluation") == []
        assert again.datasets.names() == ["reviews"]


def test_each_project_has_its_own_conversation(ws: Workspace):
    with Workspace(ws.home, "Second one") as other:
        assert other.project == "second_one"
        assert other.conversations.current().id != ws.conversations.current().id
        with pytest.raises(NotFound):
            other.conversations.get(ws.conversations.current().id)


def test_events_are_read_from_a_place_on(ws: Workspace):
    thread = ws.conversations.current().id
    for text in "abc":
        ws.conversations.append(thread, "t", {"event": "said", "text": text})
    assert [logged.event["text"] for logged in ws.conversations.since(thread, 1)] == ["b", "c"]


def test_migrations_run_once_and_in_order(tmp_path: Path):
    db = Database(tmp_path / "w.sqlite")
    migrate(db)
    migrate(db)
    assert [row["name"] for row in db.rows("select name from applied_steps order by rowid")] == [
        s.__name__ for s in STEPS
    ]
    db.close()


def test_a_change_is_kept_whole_or_not_at_all(tmp_path: Path):
    db = Database(tmp_path / "w.sqlite")
    migrate(db)
    with pytest.raises(sqlite3.IntegrityError), db.change():
        db.insert("projects", name="a", title="A")
        db.insert("projects", name="a", title="A again")
    assert db.rows("select * from projects") == []
    db.close()


def test_two_processes_may_hold_one_workspace(ws: Workspace):
    with Workspace(ws.home) as beside, beside.approvals.typed("set_goal", {}):
        beside.goals.set(GOAL)
    assert ws.goals.get() == GOAL


ADDS = """
import sys
from pathlib import Path
from store import Workspace

with Workspace(Path(sys.argv[1])) as ws:
    ws.conversations.append(ws.conversations.current().id, "t", {"event": "said", "text": sys.argv[2]})
"""


def test_opening_a_workspace_again_leaves_what_other_processes_write_in_sight(ws: Workspace):
    """Closing any file descriptor of a database lets go of all the locks of a process: its file may not be read raw."""
    thread = ws.conversations.current().id
    for said in ("one", "two", "three"):
        with Workspace(ws.home):
            pass
        done = subprocess.run([sys.executable, "-c", ADDS, str(ws.home), said], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert ws.conversations.since(thread)[-1].event["text"] == said
    ws.conversations.append(thread, "t", {"event": "said", "text": "four"})
    with sqlite3.connect(ws.home / "workspace.sqlite") as seen:
        assert seen.execute("select count(*) from events").fetchone() == (4,)
    seen.close()
