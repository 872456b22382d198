"""Copies of a workspace in another place: whole or not at all, whenever the program is killed."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import Workspace
from store.snapshots import KEPT, SPARE, Bucket, Snapshots
from tests.waiting import until


def taken(ws: Workspace, bucket: Path) -> Snapshots:
    snapshots = Snapshots(ws.home, Bucket(bucket), "users/ana")
    assert snapshots.take()
    return snapshots


def restored(bucket: Path, home: Path) -> Workspace:
    assert Snapshots(home, Bucket(bucket), "users/ana").restore()
    return Workspace(home)


def test_a_workspace_comes_back_as_it_was(ws: Workspace, tmp_path: Path):
    (ws.uploads / "mine.csv").write_text("a,b\n")
    ws.conversations.append(ws.conversations.current().id, "turn", {"event": "heard", "text": "hello"})
    taken(ws, tmp_path / "bucket")
    with restored(tmp_path / "bucket", tmp_path / "again") as again:
        assert again.datasets.head("reviews").rows == 3
        with again.datasets.read("reviews") as con:
            assert con.execute("select text from reviews order by _row").fetchall()[1] == ("bad",)
        assert again.conversations.since(again.conversations.current().id)[0].event["text"] == "hello"
        assert (again.uploads / "mine.csv").read_text() == "a,b\n"


def test_what_has_not_changed_is_neither_read_nor_written_again(ws: Workspace, tmp_path: Path):
    snapshots = taken(ws, tmp_path / "bucket")
    contents = {path: path.stat().st_mtime_ns for path in (tmp_path / "bucket").rglob("contents/*")}
    assert not snapshots.take()
    assert not Snapshots(ws.home, Bucket(tmp_path / "bucket"), "users/ana").take()  # after a restart, too
    (ws.uploads / "more.csv").write_text("a\n")
    assert snapshots.take()
    still = {path: path.stat().st_mtime_ns for path in (tmp_path / "bucket").rglob("contents/*")}
    assert {path: at for path, at in still.items() if path in contents} == contents
    assert len(still) == len(contents) + 1


def test_a_damaged_copy_gives_way_to_the_one_before(ws: Workspace, tmp_path: Path):
    snapshots = taken(ws, tmp_path / "bucket")
    (ws.uploads / "late.csv").write_text("a\n")
    assert snapshots.take()
    late = hashlib.sha256(b"a\n").hexdigest()
    (tmp_path / "bucket" / "users/ana/contents" / late).write_text("torn")
    with restored(tmp_path / "bucket", tmp_path / "again") as again:
        assert again.datasets.head("reviews").rows == 3
        assert not (again.uploads / "late.csv").exists()


def test_old_copies_and_what_only_they_name_go(ws: Workspace, tmp_path: Path):
    snapshots = taken(ws, tmp_path / "bucket")
    for number in range(SPARE + KEPT - 1):
        (ws.uploads / "changing.csv").write_text(f"{number}\n")
        assert snapshots.take()
    assert len(list((tmp_path / "bucket").rglob("manifests/*"))) == KEPT
    named = set()
    for path in (tmp_path / "bucket").rglob("manifests/*"):
        named |= {kept["sha256"] for kept in json.loads(path.read_text())["files"].values()}
    assert {path.name for path in (tmp_path / "bucket").rglob("contents/*")} == named


def test_an_existing_workspace_is_not_replaced(ws: Workspace, tmp_path: Path):
    snapshots = taken(ws, tmp_path / "bucket")
    assert not snapshots.restore()
    assert not Snapshots(tmp_path / "none", Bucket(tmp_path / "empty"), "users/ben").restore()


@pytest.mark.timeout(300)
def test_whenever_it_is_killed_a_copy_is_whole_and_at_most_a_round_old(tmp_path: Path):
    """A program writes and takes copies all the time; killed at random moments, the newest copy opens and is recent."""
    bucket, home, lost = tmp_path / "bucket", tmp_path / "home", []
    for round_ in range(6):
        process = subprocess.Popen([sys.executable, "-m", "tests.store.copying", str(home), str(bucket)])
        before = _last(home / "copied.txt")
        until(lambda before=before: _last(home / "copied.txt") > before, 60)
        time.sleep(random.Random(round_).uniform(0, 0.4))  # the moment of the kill is what is random here
        process.send_signal(signal.SIGKILL)
        process.wait()
        said = _last(home / "said.txt")
        shutil.rmtree(home)  # the disk of the Space is gone
        with restored(bucket, home) as again:
            rows = again.conversations.since(again.conversations.current().id)
            assert [row.event["n"] for row in rows] == list(range(1, len(rows) + 1))
            for row in rows:
                assert (again.uploads / f"{row.event['n']}.txt").read_text() == str(row.event["n"])
            lost.append(said - len(rows))
    assert max(lost) <= 1  # one round of the program is one change and one copy


def _last(path: Path) -> int:
    """The number in the last whole line."""
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return max((int(line) for line in lines if line.endswith("\n")), default=0)
