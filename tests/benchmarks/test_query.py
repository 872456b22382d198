from pathlib import Path

import duckdb
import pytest

from benchmarks.query import Question, Rows, load, same, written
from store import Workspace

TREES: Rows = [("oak", 3, 1.5), ("elm", 1, 0.5), ("oak", 3, 1.5)]


@pytest.mark.parametrize(
    "given",
    [
        TREES,
        TREES[::-1],
        [(1.5, "oak", 3), (0.5, "elm", 1), (1.5, "oak", 3)],
        [("oak", 3.0, 1.5000000001), ("elm", 1, 0.5), ("oak", 3, 1.5)],
    ],
)
def test_rows_are_the_same_in_another_order(given: Rows):
    assert same(TREES, given, ordered=False)


@pytest.mark.parametrize(
    "given",
    [
        [],
        TREES[:2],
        [("oak", 3), ("elm", 1), ("oak", 3)],
        [("oak", 3, 0.5), ("elm", 1, 1.5), ("oak", 3, 1.5)],
        [("oak", 3, 1.5), ("elm", 1, 0.5), ("elm", 1, 0.5)],
    ],
)
def test_rows_that_differ_are_not_the_same(given: Rows):
    assert not same(TREES, given, ordered=False)


def test_order_counts_where_it_was_asked_for():
    assert same([(1, "a"), (2, "b")], [("a", 1), ("b", 2)], ordered=True)
    assert not same([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], ordered=True)


@pytest.mark.parametrize(
    "text",
    ["select 1", "```sql\nselect 1\n```", "Here it is:\n```\nselect 1\n```\nIt gives 1.", "```sql\nselect 1"],
)
def test_the_query_is_taken_out_of_the_answer(text: str):
    assert written(text) == "select 1"


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    with duckdb.connect(tmp_path / "trees.duckdb") as con:
        con.execute("create table trees as from (values ('oak', 3), ('elm', 1), ('fir', 2)) t(kind, height)")
    return tmp_path / "trees.duckdb"


def test_a_query_is_right_if_it_gives_what_the_right_one_gives(trees: Path):
    asked = Question(trees, "", "select max(height) from trees", "", "select * from ddb_benchmark_result")
    assert asked.reads
    assert asked.right("select height as tallest from trees order by height desc limit 1")
    assert not asked.right("select min(height) from trees")
    assert not asked.right("select heights from trees")
    assert not asked.right("no query at all")


def test_a_change_is_judged_by_what_is_there_after_it_and_changes_only_a_copy(trees: Path):
    asked = Question(trees, "", "delete from trees where height < 2", "", "select kind from trees")
    assert not asked.reads
    assert asked.right("delete from trees where kind = 'elm'")
    assert not asked.right("delete from trees")
    assert asked.rows("select 1") == [("oak",), ("elm",), ("fir",)]


def test_a_query_reaches_nothing_but_its_database(trees: Path, tmp_path: Path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    asked = Question(trees, "", "select 1", "", "select * from ddb_benchmark_result")
    assert asked.rows(f"from read_csv('{tmp_path / 'secret.csv'}')") is None


def test_the_tables_become_datasets(trees: Path, empty: Workspace):
    load(empty, trees)
    assert empty.datasets.head("trees").columns == {"kind": "VARCHAR", "height": "INTEGER"}
