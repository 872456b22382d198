"""A query that failed, written as it was meant where there is one way to mean it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from sqlglot import ErrorLevel, TokenType, exp, parse_one, tokenize
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

DIALECTS = ("duckdb", "postgres", "mysql", "sqlite", "tsql", "bigquery", "spark")
"""The dialects that a query may be written in, DuckDB's own first."""
Columns = Mapping[str, Sequence[str]]
"""Names of columns by table."""


def mended(sql: str, tables: Columns) -> str | None:
    """The query in DuckDB's dialect, with the joins, tables of columns and groups that it leaves out.

    Args:
        sql: A query that DuckDB does not take.
        tables: The tables there are, with their columns.

    Returns:
        None if no dialect has such a query, or DuckDB has no counterpart. It may fail as well.

    Example:
        >>> tables = {"sales": ["customer", "paid"], "customers": ["customer", "city"]}
        >>> mended("select city, avg(paid) from sales group by city", tables)
        'SELECT city, AVG(paid) FROM sales JOIN customers ON sales.customer = customers.customer GROUP BY city'
    """
    tree = _parsed(sql) or _parsed(_closed(sql))
    if not isinstance(tree, exp.Query):
        return None
    known = {name.lower(): [column.lower() for column in columns] for name, columns in tables.items()}
    try:
        for scope in traverse_scope(tree):
            if isinstance(select := scope.expression, exp.Select):
                _join_what_is_named(scope, select, known)
        for scope in traverse_scope(tree):
            if isinstance(select := scope.expression, exp.Select):
                _say_which_table(scope, select, known)
                _filter_groups_after_grouping(select)
                _group_what_stands_alone(select)
        return tree.sql("duckdb", unsupported_level=ErrorLevel.RAISE)
    except SqlglotError:
        return None


def _parsed(sql: str) -> exp.Expr | None:
    """The query as the first dialect reads it that knows the most of its functions, with every text in it."""
    trees: list[exp.Expr] = []
    for dialect in DIALECTS:
        with suppress(SqlglotError, RecursionError):  # a model may write REPLACE(REPLACE(REPLACE(...
            tree = parse_one(sql, dialect=dialect)
            texts = [token for token in tokenize(sql, dialect=dialect) if token.token_type is TokenType.STRING]
            if len(texts) <= len([one for one in tree.find_all(exp.Literal) if one.is_string]):
                trees.append(tree)
    return min(trees, key=lambda tree: len([*tree.find_all(exp.Anonymous)]), default=None)


def _closed(sql: str) -> str:
    """The query with the parentheses that it does not close."""
    bare = re.sub(r"'[^']*'", "", sql)
    return sql + ")" * (bare.count("(") - bare.count(")"))


def _sources(scope: Scope, known: Columns) -> dict[str, Sequence[str]]:
    """The columns of what a query selects from, by the name that it has there; nothing of what is not known."""
    found: dict[str, Sequence[str]] = {}
    for name, source in scope.sources.items():
        if isinstance(source, exp.Table):
            found[name.lower()] = known.get(source.name.lower(), ())
        elif isinstance(source.expression, exp.Query):
            found[name.lower()] = [one.lower() for one in source.expression.named_selects]
    return found


def _join_what_is_named(scope: Scope, select: exp.Select, known: Columns) -> None:
    """Join the one table that has a column which none of the named tables has, by the one key that they share."""
    for column in scope.columns:
        sources, name = _sources(scope, known), column.name.lower()
        if column.table.lower() in sources and name not in sources[column.table.lower()]:
            column.set("table", None)
        aliases = {projection.alias.lower() for projection in select.selects if projection.alias}
        if column.table or name in aliases or any(name in columns for columns in sources.values()):
            continue
        having = [table for table, columns in known.items() if name in columns and table not in sources]
        keys = [(table, *key) for table in having for key in _keys(table, known[table], sources)]
        if len(keys) == 1:
            table, ours, source, theirs = keys[0]
            on = exp.EQ(this=exp.column(theirs, source), expression=exp.column(ours, table))
            select.join(exp.to_table(table), on=on, copy=False)
            scope.sources[table] = exp.to_table(table)


def _keys(table: str, columns: Sequence[str], sources: Columns) -> Iterator[tuple[str, str, str]]:
    """By what a table can be joined to others: its column, the other table and that one's column.

    It is a column of the same name; or, of the one, `id`, and of the other that with the name of the table before it.
    """
    for source, others in sources.items():
        same = [column for column in columns if column in others]
        same = [column for column in same if column.endswith("id") and column != "id"] or same
        if len(same) == 1 and same != ["id"]:
            yield same[0], source, same[0]
        elif "id" in columns and (there := [one for one in _ids(table) if one in others]):
            yield "id", source, there[0]
        elif "id" in others and (here := [one for one in _ids(source) if one in columns]):
            yield here[0], source, "id"


def _ids(table: str) -> tuple[str, ...]:
    return f"{table.removesuffix('s')}_id", f"{table}_id"


def _say_which_table(scope: Scope, select: exp.Select, known: Columns) -> None:
    """Name the first table for a column that several have, where the join says that it is the same in them."""
    sources = _sources(scope, known)
    joins: list[exp.Join] = select.args.get("joins") or []
    equal = {name for join in joins if join.side in ("", "LEFT") for name in _equal(join.args.get("on"))}
    for column in scope.columns:
        having = [source for source, columns in sources.items() if column.name.lower() in columns]
        if not column.table and len(having) > 1 and column.name.lower() in equal:
            column.set("table", exp.to_identifier(having[0]))


def _equal(on: exp.Expr | None) -> Iterator[str]:
    """The columns that have one name on both sides of a join and one value."""
    for one in on.find_all(exp.EQ) if on else ():
        left, right = one.left, one.right
        if isinstance(left, exp.Column) and isinstance(right, exp.Column) and left.name == right.name:
            yield left.name.lower()


def _filter_groups_after_grouping(select: exp.Select) -> None:
    """Move conditions about aggregates from WHERE to HAVING."""
    where = select.args.get("where")
    if not where:
        return
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    about = [part for part in parts if _aggregates(part)]
    if about:
        select.set("where", None)
        if rest := [part for part in parts if part not in about]:
            select.where(*rest, copy=False)
        select.having(*about, copy=False)


def _group_what_stands_alone(select: exp.Select) -> None:
    """Group by what is selected beside an aggregate, or ordered by one, and is in no group."""
    order, group = select.args.get("order"), select.args.get("group")
    if not any(_aggregates(part) for part in (*select.selects, order, select.args.get("having")) if part):
        return
    if group and group.args.get("all"):
        return
    alone = [one for one in select.selects if not _aggregates(one) and one.find(exp.Column)]
    if any(one.is_star for one in select.selects) or (not group and len(alone) == len(select.selects) and not order):
        return
    groups = {one.sql("duckdb").lower() for one in group.expressions} if group else set[str]()
    places = {str(place) for place, one in enumerate(select.selects, start=1) if one in alone}
    if places & groups:
        return
    missing = [
        one.unalias()
        for one in alone
        if one.unalias().sql("duckdb").lower() not in groups and one.alias_or_name.lower() not in groups
    ]
    if missing:
        select.group_by(*missing, copy=False)


def _aggregates(part: exp.Expr) -> bool:
    """Whether an aggregate stands in an expression, outside of queries and windows within it."""
    return any(
        isinstance(one, exp.AggFunc) and not one.find_ancestor(exp.Window)
        for one in part.walk(prune=lambda inner: isinstance(inner, exp.Query))
    )
