"""Proposals in the store: applied only with a yes, whole or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from store import NotApproved, NotFound, StoreError, Workspace
from store.errors import NoLongerFits

EDIT = "select _row, '{0}' as action, 'text' as column_name, text as before, {1} as after, 'why' as reason from parent"
DROP, SHOUT = EDIT.format("drop", "null"), EDIT.format("set", "upper(text)")


def test_a_proposal_counts_its_rows_in_words(ws: Workspace):
    fix = ws.fixes.propose("reviews", "good", "Drop {rows:row|rows}.", "why", f"{DROP} where text = 'good'")
    assert fix and (fix.rows, fix.sentence, fix.state) == (2, "Drop 2 rows.", "open")
    assert ws.fixes.propose("reviews", "none", "Drop {rows:row|rows}.", "why", f"{DROP} where false") is None


def test_the_same_proposal_is_one_fix_and_a_newer_one_replaces_it(ws: Workspace):
    first = ws.fixes.propose("reviews", "some", "Drop {rows}.", "why", f"{DROP} where _row = 1")
    assert ws.fixes.propose("reviews", "some", "Drop {rows}.", "why", f"{DROP} where _row = 1") == first
    ws.fixes.propose("reviews", "some", "Drop {rows}.", "why", f"{DROP} where _row = 2")
    assert [(fix.id, fix.state) for fix in ws.fixes.all()] == [("fix-1", "replaced"), ("fix-2", "open")]
    ws.fixes.propose("reviews", "some", "Drop {rows}.", "why", f"{DROP} where false")
    assert ws.fixes.all(state="open") == []


def test_applying_needs_a_yes_and_writes_what_was_done(ws: Workspace):
    ws.fixes.propose("reviews", "loud", "Shout.", "why", SHOUT, done="Shouted in {rows:row|rows}.")
    with pytest.raises(NotApproved):
        ws.fixes.apply("fix-1")
    with ws.approvals.typed("apply_fixes", {}):
        version, changed = ws.fixes.apply("fix-1")
        assert (version.number, changed, version.sentence) == (2, 3, "Shouted in 3 rows.")
        with pytest.raises(StoreError, match="fix-1 is applied; only an open fix can be applied"):
            ws.fixes.apply("fix-1")
    with ws.datasets.read("reviews") as con:
        assert con.execute("select text, label from reviews order by _row").fetchall() == [
            ("GOOD", 1),
            ("BAD", 0),
            ("GOOD", 1),
        ]


def test_numbers_keep_their_type(ws: Workspace):
    edits = (
        "select _row, 'set' as action, 'label' as column_name, '1' as before, '2' as after, '' as reason from parent"
    )
    ws.fixes.propose("reviews", "labels", "x", "why", f"{edits} where label = 1")
    with ws.approvals.typed("apply_fixes", {}):
        version, _ = ws.fixes.apply("fix-1")
    assert version.columns["label"] == "INTEGER"


def test_rows_that_changed_meanwhile_are_left(ws: Workspace):
    ws.fixes.propose("reviews", "loud", "Shout.", "why", SHOUT, done="Shouted in {rows:row|rows}.")
    with ws.approvals.typed("x", {}):
        changed = "select * replace (case _row when 1 then 'new' when 3 then 'GOOD' else text end as text) from parent"
        ws.datasets.derive("reviews", changed, sentence="x", recipe={})
        version, count = ws.fixes.apply("fix-1")
    assert count == 1
    assert version.sentence == "Shouted in 1 row. 2 rows of 3 had changed or gone since."


def test_when_nothing_fits_it_says_so(ws: Workspace):
    ws.fixes.propose("reviews", "all", "Drop {rows}.", "why", f"{DROP} where text = 'bad'")
    with ws.approvals.typed("x", {}):
        ws.datasets.derive("reviews", "from parent where text <> 'bad'", sentence="x", recipe={})
        with pytest.raises(NoLongerFits, match="Propose fixes again"):
            ws.fixes.apply("fix-1")


def test_an_unknown_fix_is_not_found(ws: Workspace):
    with pytest.raises(NotFound, match="There is no fix named 'fix-7'"):
        ws.fixes.get("fix-7")


APPLY_ALL = """
import sys
from pathlib import Path
from store import Workspace
with Workspace(Path(sys.argv[1])) as ws, ws.approvals.typed("apply_fixes", {}):
    print("ready", flush=True)
    for fix in ws.fixes.all("big", state="open"):
        ws.fixes.apply(fix.id)
"""


def test_a_kill_while_applying_leaves_every_version_whole_or_absent(tmp_path: Path):
    rng = random.Random(7)
    home = tmp_path / "home"
    with Workspace(home) as ws, ws.approvals.typed("x", {}):
        ws.datasets.add("big", "select 'text ' || i as text from range(60000) t(i)", sentence="x", recipe={})
        for n in range(12):
            ws.fixes.propose("big", f"kind{n}", "Drop {rows}.", "why", f"{DROP} where _row % 20 = {n}")
    for _ in range(5):
        program = subprocess.Popen([sys.executable, "-c", APPLY_ALL, str(home)], stdout=subprocess.PIPE, text=True)
        assert program.stdout and program.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0, 0.5))
        os.kill(program.pid, signal.SIGKILL)
        program.wait()
        program.stdout.close()
        assert_whole(home)
    with Workspace(home) as ws, ws.approvals.typed("x", {}):
        for fix in ws.fixes.all("big", state="open"):
            ws.fixes.apply(fix.id)
        assert ws.datasets.head("big").rows == 60000 - 12 * 3000
    assert_whole(home)


def assert_whole(home: Path) -> None:
    with Workspace(home) as ws:
        versions = ws.datasets.versions("big")
        applied = {fix.id for fix in ws.fixes.all(state="applied")}
        assert {v.recipe["fix"] for v in versions if v.recipe} == applied
        for version in versions:
            counted = duckdb.execute(f"select count(*) from '{version.path}'").fetchone()
            assert counted == (version.rows,)
            assert version.rows == 60000 - 3000 * (version.number - 1)
