"""A question about the data, answered by one query that only reads."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import duckdb
from pydantic import Field

from store import BadQuery, Workspace
from store.counted import Count
from store.engine import engine, literal, quoted
from tools.data._select import check_select
from tools.result import Result, Table
from tools.tool import ToolError, tool

SECONDS = 20
MOST_ROWS = 200


@tool(
    asks=[
        (
            "how many reviews are there with label 1?",
            {
                "question": "How many reviews have label 1?",
                "sql": "select count(*) as reviews from reviews where label = 1",
            },
        ),
        (
            "what are the ten longest messages in tickets",
            {
                "question": "What are the ten longest messages in tickets?",
                "sql": "select text, length(text) as characters from tickets order by characters desc limit 10",
            },
        ),
        (
            "which intents have fewer than 20 examples?",
            {
                "question": "Which intents have fewer than 20 examples?",
                "sql": "select intent, count(*) as n from requests group by intent having count(*) < 20 order by n",
            },
        ),
        (
            "average answer length by topic in the faq data",
            {
                "question": "How long is an answer on average, by topic?",
                "sql": "select topic, avg(length(answer)) as characters from faq group by topic order by topic",
            },
        ),
        (
            "select split, count(*) from claims group by split",
            {"sql": "select split, count(*) from claims group by split"},
        ),
    ],
)
def query_dataset(
    ws: Workspace,
    sql: Annotated[str, Field(max_length=2000)],
    question: Annotated[str, Field(max_length=500)] | None = None,
) -> Result:
    """Answer a question about the rows with one SELECT over the project's datasets.

    Args:
        sql: One SELECT in DuckDB's SQL; every dataset is a table of its name, with the columns it has.
        question: What the user wants to know, in their words.

    Example:
        >>> print(query_dataset(ws, "select count(*) as good from reviews where label = 1", "How many are good?"))
        How many are good? 2 (select count(*) as good from reviews where label = 1)
    """
    sql = sql.strip().rstrip(";").strip()
    if not sql:
        raise ToolError(f"There is no query. Write one SELECT. {_columns(ws)}")
    try:
        with _datasets(ws) as con:
            check_select(con, sql, ws.datasets.names())
            cursor = con.execute(sql)
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchmany(MOST_ROWS + 1)
    except BadQuery as error:
        if "nterrupt" in str(error):
            raise ToolError(f"The query took longer than {SECONDS} seconds and was stopped. Ask for less.") from error
        if "ut of Memory" in str(error):
            raise ToolError("The query needs more memory than it may have. Ask for less.") from error
        raise ToolError(f"{error} {_columns(ws)} The query was: {sql}") from error
    return Result(
        f"{f'{question} ' if question else ''}{_in_words(names, rows)} ({sql})",
        tables=[Table("Answer", names, [[_cell(value) for value in row] for row in rows[:MOST_ROWS]])],
        data={"sql": sql, "columns": names, "rows": [[_cell(value) for value in row] for row in rows[:MOST_ROWS]]},
    )


@contextmanager
def _datasets(ws: Workspace) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection with a view for each dataset, without the columns that are ours."""
    with engine([ws.datasets.folder], seconds=SECONDS) as con:
        for name in ws.datasets.names():
            head = ws.datasets.head(name)
            columns = ", ".join(quoted(column) for column in head.columns)
            file = literal(str(head.path.resolve()))
            con.execute(f"create view {quoted(name)} as select {columns} from read_parquet({file})")
        yield con


def _columns(ws: Workspace) -> str:
    names = ws.datasets.names()
    if not names:
        return "There is no dataset yet; load a file to make one."
    told = [f"{name} ({', '.join(ws.datasets.head(name).columns)})" for name in names]
    return f"The datasets and their columns: {'; '.join(told)}."


def _in_words(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    if not rows:
        return "No row fits."
    if len(rows) == 1 and len(names) == 1:
        return str(_cell(rows[0][0]))
    if len(rows) > MOST_ROWS:
        return f"The first {MOST_ROWS} rows are below; there are more."
    first = "; ".join(", ".join(str(_cell(value))[:60] for value in row) for row in rows[:5])
    return f"{Count(len(rows)):row|rows}: {first}{'; ...' if len(rows) > 5 else ''}."


def _cell(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
