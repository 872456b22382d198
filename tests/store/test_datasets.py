"""Versions are derived and never changed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import BadQuery, NotApproved, NotFound, StoreError, Workspace


def derive(ws: Workspace, select: str, sentence: str = "Changed it.") -> None:
    with ws.approvals.typed("change", {"select": select}):
        ws.datasets.derive("reviews", select, sentence=sentence, recipe={"select": select})


def test_rows_keep_their_number_through_changes(ws: Workspace):
    derive(ws, "from parent where label = 1")
    with ws.datasets.read("reviews") as con:
        assert con.execute("select _row, text from reviews order by _row").fetchall() == [(1, "good"), (3, "good")]


def test_a_change_makes_a_version_and_leaves_the_old_one(ws: Workspace):
    before = ws.datasets.head("reviews")
    bytes_before = before.path.read_bytes()
    derive(ws, "from parent limit 1")
    head = ws.datasets.head("reviews")
    assert (head.number, head.parent, head.rows) == (2, 1, 1)
    assert before.path.read_bytes() == bytes_before
    assert head.roles == {"text": "text", "label": "label"}


def test_the_history_is_a_list_of_sentences(ws: Workspace):
    derive(ws, "from parent limit 1", "Kept the first row.")
    with ws.approvals.typed("undo", {}):
        ws.datasets.move_head("reviews", 1, "Undid: Kept the first row.")
    assert [c.sentence for c in ws.datasets.history("reviews")] == [
        "Loaded 3 rows from reviews.csv.",
        "Kept the first row.",
        "Undid: Kept the first row.",
    ]
    assert ws.datasets.head("reviews").rows == 3


def test_numbers_are_not_used_twice_after_an_undo(ws: Workspace):
    derive(ws, "from parent limit 1")
    with ws.approvals.typed("undo", {}):
        ws.datasets.move_head("reviews", 1, "Undid it.")
    derive(ws, "from parent limit 2")
    assert ws.datasets.head("reviews").number == 3
    assert ws.datasets.head("reviews").parent == 1


def test_without_a_yes_nothing_is_saved(ws: Workspace):
    with pytest.raises(NotApproved):
        ws.datasets.derive("reviews", "from parent limit 1", sentence="No.", recipe={})
    assert ws.datasets.head("reviews").number == 1


def test_a_failed_query_leaves_nothing_behind(ws: Workspace):
    files = set(ws.datasets.folder.iterdir())
    with ws.approvals.typed("x", {}), pytest.raises(BadQuery, match="nope"):
        ws.datasets.derive("reviews", "select nope from parent", sentence="No.", recipe={})
    assert {f for f in ws.datasets.folder.iterdir() if f.name != ".spill"} == files


def test_unknown_names_are_answered_with_the_known_ones(ws: Workspace):
    with pytest.raises(NotFound, match=r"no dataset named 'revews'.*Datasets here: reviews"):
        ws.datasets.head("revews")


@pytest.mark.parametrize("name", ["", "../up", "a b", "1st", "Ab", "x" * 61, 'a"b'])
def test_names_are_plain(ws: Workspace, name: str):
    with ws.approvals.typed("load", {}), pytest.raises(StoreError, match="cannot name a dataset"):
        ws.datasets.add(name, "select 1 as a", sentence="x", recipe={})


def test_queries_reach_nothing_outside_the_project(ws: Workspace, tmp_path: Path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(BadQuery), ws.datasets.read() as con:
        con.execute(f"from read_csv('{secret}')")


def test_projects_do_not_see_each_other(ws: Workspace):
    with Workspace(ws.home, "another") as other:
        assert other.datasets.names() == []
        assert set(other.projects()) == {"main", "another"}


KILLED = """
import sys, pathlib
from store import Workspace
with Workspace(pathlib.Path(sys.argv[1])) as ws:
    while True:
        with ws.approvals.typed("grow", {}):
            more = "select (select max(_row) from parent) + 1, text, label from parent limit 1"
            ws.datasets.derive("reviews", f"from parent union all ({more})", sentence="Grew by a row.", recipe={})
"""


def test_a_kill_at_any_moment_leaves_only_whole_versions(ws: Workspace):
    for pause in (0.8, 1.1, 1.45):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(ws.home)], cwd=Path(__file__).parents[2])
        time.sleep(pause)  # the moment of the kill is what is tried
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with Workspace(ws.home) as again:
            head = again.datasets.head("reviews")
            with again.datasets.read("reviews") as con:
                assert con.execute("select count(*) from reviews").fetchone() == (head.rows,)
            assert head.rows == 2 + head.number
            assert len(again.datasets.history("reviews")) == head.number
