"""Is a piece of SQL one SELECT over the project's own datasets, and nothing else?"""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, cast

import duckdb

from tools.tool import ToolError

QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
"""Queries that only read; a common table may also be an INSERT, or a COPY to a file."""
ALLOWED_FUNCTIONS = {"range", "generate_series", "unnest"}
"""Table functions that read nothing but their arguments."""
REFUSED_FUNCTIONS = {"current_setting", "getenv", "json_serialize_plan", "pg_sleep", "sleep_ms", "write_log"}
"""Functions that tell about the machine, write to its log, or wait and cannot be stopped."""


def check_select(con: duckdb.DuckDBPyConnection, sql: str, datasets: Sequence[str]) -> None:
    """Let only one SELECT pass that names no table but the datasets.

    Raises:
        ToolError: It is something else; the message says what is allowed.
    """
    try:
        statements = con.extract_statements(sql)
    except duckdb.Error as error:
        raise ToolError(f"That is not valid SQL: {_first_line(error)} The query was: {sql}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise ToolError(f"A query is one SELECT, which reads and changes nothing; this is not: {sql}")
    row = con.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        raise ToolError(f"That kind of query cannot be checked, so it is not run. Write it as a plain SELECT: {sql}")
    for node, known in _nodes(tree, frozenset(name.lower() for name in datasets)):
        _check_node(node, known, datasets)


def _check_node(node: dict[str, Any], known: frozenset[str], datasets: Sequence[str]) -> None:
    if "cte_map" in node and node.get("type") not in QUERIES:
        raise ToolError(
            f"A query only reads: it takes SELECTs over the datasets {_listed(datasets)}, and nothing else."
        )
    if node.get("type") == "TABLE_FUNCTION":
        function = str(node["function"]["function_name"])
        if function.lower() not in ALLOWED_FUNCTIONS:
            raise ToolError(f"{function}() may not be used: a query reads only the datasets {_listed(datasets)}.")
    if str(node.get("function_name")).lower() in REFUSED_FUNCTIONS:
        raise ToolError(
            f"{node['function_name']}() may not be used: a query reads only the datasets {_listed(datasets)}."
        )
    if node.get("type") == "SHOW_REF" and node.get("query") is None and str(node["table_name"]).lower() not in known:
        raise ToolError(f"Ask for the columns of a dataset instead. The datasets here: {_listed(datasets)}.")
    if node.get("type") == "BASE_TABLE":
        path = node["qualified_name"]["path"]
        if len(path) > 1 or str(path[0]).lower() not in known:
            meant = get_close_matches(str(path[-1]).lower(), datasets, 1)
            told = f"; {meant[0]} may be meant" if meant else ""
            raise ToolError(f"There is no dataset {'.'.join(path)!r}{told}. The datasets here: {_listed(datasets)}.")


def _nodes(tree: Any, known: frozenset[str]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every node with the tables that are known there.

    A common table is known after its own query, and in the second part of a recursive one. Before that its name means
    a table of the engine, or a file.
    """
    if isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        commons: dict[str, list[dict[str, Any]]] = node.get("cte_map") or {}
        for common in commons.get("map", []):
            yield from _nodes(common["value"], known)
            known |= {str(common["key"]).lower()}
        yield node, known
        again = {str(node["cte_name"]).lower()} if node.get("type") == "RECURSIVE_CTE_NODE" else set[str]()
        for name, part in node.items():
            if name != "cte_map":
                yield from _nodes(part, known | again if name == "right" else known)
    elif isinstance(tree, list):
        for part in cast("list[Any]", tree):
            yield from _nodes(part, known)


def _listed(datasets: Sequence[str]) -> str:
    return ", ".join(datasets) or "none yet; load a file to make one"


def _first_line(error: duckdb.Error) -> str:
    line = str(error).splitlines()[0].removeprefix("Parser Error: ")
    return line if line.endswith((".", "!")) else f"{line}."
