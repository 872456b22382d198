import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from store.engine import engine
from store.errors import BadQuery, TooMuch
from store.idle_databases import MOST_IDLE, IdleDatabases, Reach


def test_a_statement_that_takes_too_long_is_stopped_with_a_sentence(tmp_path: Path):
    with pytest.raises(TooMuch, match=r"^The query took longer than 2 seconds and was stopped\. Ask for less\.$"):
        with engine([tmp_path], seconds=2) as con:
            con.execute("select * from range(100000000000) order by random()").fetchall()


def test_a_statement_that_needs_too_much_memory_is_stopped_with_a_sentence(tmp_path: Path):
    with pytest.raises(TooMuch, match=r"^The query needs more memory than it may have\."):
        with engine([tmp_path]) as con:
            con.execute("select list(repeat('x', 1000000) || i) from range(100000) t(i)").fetchall()


def test_a_connection_that_cannot_be_opened_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("store.idle_databases.MEMORY", "no size")
    with pytest.raises(BadQuery, match="Memory must have a number"), engine([tmp_path]):
        pass


CRAMPED = """
import json, resource, sys
from pathlib import Path
import duckdb, psutil
from store.engine import engine
from store.errors import TooMuch
from store.idle_databases import IDLE

with engine([Path(sys.argv[1])]):
    pass
told = set()
for megabytes in range(0, 24, 2):
    IDLE.close()
    most = psutil.Process().memory_info().vms + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    try:
        with engine([Path(sys.argv[1])]) as connection:
            connection.execute("select 1")
        told.add("done")
    except (TooMuch, MemoryError) as error:
        told.add(type(error).__name__)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(json.dumps(sorted(told)))
"""


def test_a_connection_for_which_there_is_no_memory_ends_in_a_sentence(tmp_path: Path):
    """How much is too little depends on the machine; whatever is refused has to be refused in these ways."""
    command = [sys.executable, "-c", CRAMPED, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert told.returncode == 0, told.stderr[-500:]
    assert set(json.loads(told.stdout)) <= {"done", "TooMuch", "MemoryError"}


def test_each_piece_of_work_has_an_empty_database_for_itself(tmp_path: Path):
    with engine([tmp_path]) as one, engine([tmp_path]) as other:
        one.execute("create table made as select 1; create view seen as from made; create temp table kept as select 2")
        with pytest.raises(duckdb.CatalogException):
            other.execute("from made")
    for _ in range(2):
        with engine([tmp_path]) as con:
            con.execute(
                "create table made as select 2; create view seen as from made; create temp table kept as from seen"
            )
            assert con.cursor().execute("from seen").fetchall() == [(2,)]


def test_a_database_that_is_kept_reaches_what_was_said_and_nothing_else(tmp_path: Path):
    (inside := tmp_path / "inside").mkdir()
    (tmp_path / "there.csv").write_text("a\n1\n")
    (inside / "here.csv").write_text("a\n2\n")
    for _ in range(2):
        with engine([inside]) as con:
            assert con.execute(f"from '{inside}/here.csv'").fetchall() == [(2,)]
    with pytest.raises(BadQuery, match="Cannot access"), engine([inside]) as con:
        con.execute(f"from '{tmp_path}/there.csv'")
    for statement in ("set threads = 1", "reset memory_limit", "set global enable_external_access = true"):
        with pytest.raises(BadQuery, match="Cannot change"), engine([inside]) as con:
            con.execute(statement)


def test_one_that_failed_is_not_kept_and_few_are(tmp_path: Path):
    idle = IdleDatabases()
    reaches = [Reach((str(tmp_path),), seconds) for seconds in range(1, MOST_IDLE + 3)]
    first = [_one(idle, reach) for reach in reaches]
    assert all(_one(idle, reach) is kept for reach, kept in zip(reaches[-MOST_IDLE:], first[-MOST_IDLE:], strict=True))
    assert _one(idle, reaches[0]) is not first[0]
    with pytest.raises(ZeroDivisionError), idle.lent(reaches[-1]):
        raise ZeroDivisionError
    assert _one(idle, reaches[-1]) is not first[-1]
    idle.close()


def _one(idle: IdleDatabases, reach: Reach) -> duckdb.DuckDBPyConnection:
    with idle.lent(reach) as database:
        return database
