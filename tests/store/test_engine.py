import json
import subprocess
import sys
from pathlib import Path

import pytest

from store.engine import engine
from store.errors import BadQuery, TooMuch


def test_a_statement_that_takes_too_long_is_stopped_with_a_sentence(tmp_path: Path):
    with pytest.raises(TooMuch, match=r"^The query took longer than 2 seconds and was stopped\. Ask for less\.$"):
        with engine([tmp_path], seconds=2) as con:
            con.execute("select * from range(100000000000) order by random()").fetchall()


def test_a_statement_that_needs_too_much_memory_is_stopped_with_a_sentence(tmp_path: Path):
    with pytest.raises(TooMuch, match=r"^The query needs more memory than it may have\."):
        with engine([tmp_path]) as con:
            con.execute("select list(repeat('x', 1000000) || i) from range(100000) t(i)").fetchall()


def test_a_connection_that_cannot_be_opened_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("store.engine.MEMORY", "no size")
    with pytest.raises(BadQuery, match="Memory must have a number"), engine([tmp_path]):
        pass


CRAMPED = """
import json, resource, sys
from pathlib import Path
import duckdb, psutil
from store.engine import engine
from store.errors import TooMuch

with engine([Path(sys.argv[1])]):
    pass
told = set()
for megabytes in range(0, 24, 2):
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
