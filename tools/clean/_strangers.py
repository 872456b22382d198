"""The cells that do not follow the pattern of their column, for the checks that mend and that empty them."""

from collections.abc import Iterator

from tools.clean._examined import Examined
from tools.clean._patterns import Pattern, patterns


def found_patterns(data: Examined) -> list[Pattern]:
    """The patterns of the columns that have one; worked out once for all checks."""
    if "patterns" not in data.kept:
        data.kept["patterns"] = list(patterns(data))
    return data.kept["patterns"]


def cells_with(data: Examined, column: str, values: list[str]) -> Iterator[tuple[int, str]]:
    """The rows whose cell is one of the values."""
    if values:
        cell = data.here.cell(column)
        sql = f"select _row, {cell} from parent where {cell} in (select unnest(?)) order by _row"
        yield from data.connection.cursor().execute(sql, [values]).fetchall()
