"""A question about the data, answered by one query that only reads."""

import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from math import isfinite
from typing import Annotated, Any

import duckdb
from pydantic import Field

from store import BadQuery, Workspace
from store.counted import Count
from store.engine import engine, literal, quoted
from store.errors import TooMuch
from tools.data._mend_query import mended
from tools.data._select import check_select
from tools.result import Result, Table
from tools.tool import ToolError, tool

SECONDS = 20
MOST_ROWS = 200
MOST_ITEMS = 100
MOST_CHARACTERS = 10_000
NO_COLUMN = re.compile(r'column "([^"]+)" not found|does not have a column named "([^"]+)"')
NO_FUNCTION = re.compile(r"Function with name (\w+) does not exist")
ELSEWHERE = {
    "julianday": "date_diff(part, a, b)",
    "regexp_substr": "regexp_extract(text, pattern)",
    "substring_index": "split_part(text, separator, 1)",
    "timestampdiff": "date_diff(part, a, b)",
    "to_char": "strftime(date, format)",
}
"""What DuckDB has in place of functions of other databases that cannot be mended.

There are no quotes in it, which could be those of a cell."""


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
        (
            "count the claims filed after March 2024",
            {
                "question": "How many claims were filed after March 2024?",
                "sql": "select count(*) as claims from claims where filed > '2024-03-31'",
            },
        ),
        ("show me five rows of leads", {"sql": "select * from leads limit 5"}),
        (
            "list everything that Ortiz wrote in mails",
            {"question": "What did Ortiz write?", "sql": "select text from mails where sender = 'Ortiz'"},
        ),
        (
            "tell me who sent the most complaints",
            {
                "question": "Who sent the most complaints?",
                "sql": "select sender, count(*) as n from complaints group by sender order by n desc limit 1",
            },
        ),
        (
            "what share of orders mention the word late",
            {
                "question": "What share of orders mention late?",
                "sql": "select avg(case when text ilike '%late%' then 1 else 0 end) as share from orders",
            },
        ),
        (
            "I need to read the shortest answers in exams, twenty of them",
            {"sql": "select answer, length(answer) as characters from exams order by characters limit 20"},
        ),
        (
            "which wards appear in incidents, and how often each",
            {
                "question": "How often does each ward appear?",
                "sql": "select ward, count(*) as n from incidents group by ward order by n desc",
            },
        ),
        ("give me the rulings where verdict is empty", {"sql": "select * from rulings where verdict is null"}),
        (
            "are there more women or more men in patients?",
            {
                "question": "Are there more women or men?",
                "sql": "select sex, count(*) as n from patients group by sex order by n desc",
            },
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
    sql, names, rows = _answered(ws, sql)
    return Result(
        f"{f'{question} ' if question else ''}{_in_words(names, rows)} ({sql})",
        tables=[Table("Answer", names, [[_cell(value) for value in row] for row in rows[:MOST_ROWS]])],
        data={"sql": sql, "columns": names, "rows": [[_cell(value) for value in row] for row in rows[:MOST_ROWS]]},
    )


def _answered(ws: Workspace, sql: str) -> tuple[str, list[str], list[tuple[Any, ...]]]:
    """The query that gave an answer, mended if it had to be, the names of the columns and the rows."""
    try:
        return sql, *_asked(ws, sql)
    except TooMuch:
        raise
    except (BadQuery, ToolError) as error:
        tables = {name: list(ws.datasets.head(name).columns) for name in ws.datasets.names()}
        if meant := mended(sql, tables):
            with suppress(BadQuery, ToolError):
                return meant, *_asked(ws, meant)
        if isinstance(error, ToolError):
            raise
        raise ToolError(f"{error} {_hint(ws, str(error), sql)}The query was: {sql}") from error


def _asked(ws: Workspace, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with _datasets(ws) as con:
        check_select(con, sql, ws.datasets.names())
        return _answer(con, sql)


def _answer(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns, and the first rows, long cells cut while they are still in the engine's hands."""
    described = con.execute(f"from ({sql}\n) limit 0").description or []
    places = [f"c{place}" for place in range(len(described))]
    cells = [_cut(place, str(kind)) for place, (_, kind, *_) in zip(places, described, strict=True)]
    shown = f"select {', '.join(cells)} from ({sql}\n) answer({', '.join(places)}) limit {MOST_ROWS + 1}"
    return [name for name, *_ in described], con.execute(shown).fetchall()


def _cut(column: str, kind: str) -> str:
    """SQL for a cell of at most `MOST_CHARACTERS`; of a list, its first `MOST_ITEMS`."""
    if kind.endswith("]"):
        return f"left(cast({column}[:{MOST_ITEMS}] as varchar), {MOST_CHARACTERS})"
    if kind == "VARCHAR" or kind.startswith(("STRUCT", "MAP")):
        return f"left(cast({column} as varchar), {MOST_CHARACTERS})"
    return column


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


def _hint(ws: Workspace, error: str, sql: str) -> str:
    """What may be meant: the dataset that has the column, or what DuckDB has in place of the function."""
    if function := NO_FUNCTION.search(error):
        return f"Write {meant}. " if (meant := ELSEWHERE.get(function[1].lower())) else ""
    if not (missing := NO_COLUMN.search(error)):
        return ""
    name = (missing[1] or missing[2]).lower()
    if name == "column_name":
        return "Columns are chosen by a pattern of their names with select columns(pattern) from the dataset. "
    having = [table for table in ws.datasets.names() if name in map(str.lower, ws.datasets.head(table).columns)]
    used = [table for table in having if re.search(rf"\b{table}\b", sql, re.IGNORECASE)]
    if used:
        return f"Take {name} from {' or '.join(used)}. "
    return f"There is a {name} in {', '.join(having)}; join what is meant. " if having else f"{_columns(ws)} "


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
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and isfinite(value)):
        return value
    return str(value)
