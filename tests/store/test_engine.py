from pathlib import Path

import pytest

from store.engine import engine
from store.errors import TooMuch


def test_a_statement_that_takes_too_long_is_stopped_with_a_sentence(tmp_path: Path):
    with pytest.raises(TooMuch, match=r"^The query took longer than 2 seconds and was stopped\. Ask for less\.$"):
        with engine([tmp_path], seconds=2) as con:
            con.execute("select * from range(100000000000) order by random()").fetchall()


def test_a_statement_that_needs_too_much_memory_is_stopped_with_a_sentence(tmp_path: Path):
    with pytest.raises(TooMuch, match=r"^The query needs more memory than it may have\."):
        with engine([tmp_path]) as con:
            con.execute("select list(repeat('x', 1000000) || i) from range(100000) t(i)").fetchall()
