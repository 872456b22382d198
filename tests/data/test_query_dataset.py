import pytest

from store import Workspace
from tools import TOOLS, Result, ToolError


def asked(ws: Workspace, sql: str, question: str | None = None) -> Result:
    return TOOLS["query_dataset"].run(ws, {"sql": sql, "question": question})


def test_the_answer_comes_with_its_query(ws: Workspace):
    result = asked(ws, "select label, count(*) as n from reviews group by label order by n desc;", "How many of each?")
    assert result.text.startswith("How many of each? 2 rows: 1, 2; 0, 1.")
    assert result.text.endswith("(select label, count(*) as n from reviews group by label order by n desc)")
    assert result.data and result.data["rows"] == [[1, 2], [0, 1]]


def test_columns_of_ours_are_not_there(ws: Workspace):
    assert asked(ws, "from reviews").tables[0].columns == ["text", "label"]
    with pytest.raises(ToolError, match=r"reviews \(text, label\)"):
        asked(ws, "select _row from reviews")


@pytest.mark.parametrize(
    "sql",
    [
        "drop table reviews",
        "insert into reviews values ('x', 1)",
        "select 1; select 2",
        "copy (select 1) to 'out.csv'",
        "attach 'x.db'",
        "set memory_limit='1GB'",
        "pragma version",
        "explain select 1",
        "",
        "-- nothing",
        "select from where",
        "install httpfs",
        "call pragma_version()",
        "create table t as select 1",
    ],
)
def test_anything_but_one_select_is_refused(ws: Workspace, sql: str):
    with pytest.raises(ToolError):
        asked(ws, sql)
    assert ws.datasets.head("reviews").rows == 3


@pytest.mark.parametrize(
    "sql",
    [
        "select * from '/etc/passwd'",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('*')",
        "select * from glob('*')",
        "select (select count(*) from read_blob('/etc/hosts'))",
        "with r as (select * from read_parquet('reviews-v1.parquet')) select * from r",
        "select * from duckdb_settings()",
        "select * from information_schema.tables",
        "select * from sqlite_master",
        "select * from query('select 1')",
        "show all tables",
        "select * from reviews where text in (select content from read_text('/etc/hosts'))",
    ],
)
def test_only_the_projects_datasets_can_be_read(ws: Workspace, sql: str):
    with pytest.raises(ToolError, match="reviews"):
        asked(ws, sql)


def test_common_tables_ranges_and_summaries_are_fine(ws: Workspace):
    assert asked(ws, "with good as (select * from Reviews where label = 1) select count(*) from good").text.startswith(
        "2 "
    )
    assert asked(ws, "select sum(i) from range(4) t(i)").text.startswith("6 ")
    assert len(asked(ws, "summarize reviews").tables[0].rows) == 2


def test_an_unknown_column_names_those_there_are(ws: Workspace):
    with pytest.raises(ToolError, match=r"The datasets and their columns: reviews \(text, label\)"):
        asked(ws, "select stars from reviews")


def test_a_column_of_another_dataset_is_told_with_where_it_is(ws: Workspace):
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("films", "select 5 as stars", sentence="Loaded.", recipe={})
    for sql in ("select stars from reviews", "select r.stars from reviews r"):
        with pytest.raises(ToolError, match="There is a stars in films; join what is meant"):
            asked(ws, sql)
    with pytest.raises(ToolError, match="Take stars from films"):
        asked(ws, "select r.stars, r.nothing from reviews r join films f on r.label = f.stars")


def test_a_function_of_another_database_is_told_with_what_is_meant(ws: Workspace):
    with pytest.raises(ToolError, match=r"Write regexp_extract\(text, pattern\)"):
        asked(ws, "select regexp_substr(text, 'o+') from reviews")


def test_names_of_columns_are_no_column(ws: Workspace):
    with pytest.raises(ToolError, match=r"with select columns\(pattern\)"):
        asked(ws, "select column_name from reviews where column_name like 't%'")
    assert asked(ws, "select columns('^t') from reviews").tables[0].columns == ["text"]


def test_an_unknown_dataset_is_told_with_the_one_that_may_be_meant(ws: Workspace):
    for sql in ("from review", "select * from main.reviews"):
        with pytest.raises(ToolError, match="; reviews may be meant. The datasets here: reviews"):
            asked(ws, sql)


def test_what_the_engine_would_have_understood_is_told(ws: Workspace):
    with pytest.raises(ToolError, match='Candidate bindings: "text"'):
        asked(ws, "select texts from reviews")


def test_at_most_200_rows_are_shown(ws: Workspace):
    result = asked(ws, "select i from range(5000) t(i)")
    assert len(result.tables[0].rows) == 200
    assert "The first 200 rows are below; there are more." in result.text


def test_without_a_dataset_it_says_what_to_do(empty: Workspace):
    with pytest.raises(ToolError, match="load a file to make one"):
        asked(empty, "select * from reviews")


def test_long_cells_are_cut_by_the_engine(ws: Workspace):
    ((listed, text),) = (asked(ws, "select list(i), repeat('x', 50000) from range(5000000) t(i)").data or {})["rows"]
    assert listed.endswith(", 99]")
    assert len(text) == 10_000


def test_columns_may_have_one_name_and_any_type(ws: Workspace):
    result = asked(ws, "select 1 as a, {'b': [2, 3]} as a, date '2020-02-03', 1e308 * 10, null -- a remark")
    assert result.data and result.data["rows"] == [[1, "{'b': [2, 3]}", "2020-02-03", "inf", None]]
    assert result.data["columns"][:2] == ["a", "a_1"]


def test_a_query_does_not_tell_about_the_machine(ws: Workspace):
    with pytest.raises(ToolError, match=r"current_setting\(\) may not be used"):
        asked(ws, "select current_setting('allowed_directories')")
