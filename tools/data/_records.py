"""Rows from JSON, JSON Lines and Parquet: objects with named values, which may differ from row to row."""
# pyright: basic

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from store.jobs import tell
from tools.data._encoding import Encoding, lines
from tools.data._roles import split_name
from tools.data._staged import Reading
from tools.tool import ToolError

JSON_BYTES = 256 * 2**20
"""A JSON file is read whole; a larger one is better as JSON Lines."""
PARQUET_ROWS = 10_000
MOST_COLUMNS = 300
DEEP_OR_LONG = "nested too deeply, or has a number of more digits than can be read"
Row = list[Any]
Numbered = Iterator[tuple[int, Any]]


def read_json(path: Path, encoding: Encoding, reading: Reading) -> Iterator[Row]:
    """The rows of a JSON file: a list of objects, or an object that holds one."""
    try:
        value: Any = json.loads(path.read_text(encoding=encoding.codec, errors="replace"))
    except json.JSONDecodeError as error:
        if _first_line_is_whole(path, encoding):
            return read_lines(path, encoding, reading)
        raise ToolError(
            f"{path.name} is not valid JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}. "
            "Mend it there, or save the rows as JSON Lines, one object a line."
        ) from error
    except (RecursionError, ValueError) as error:
        raise ToolError(f"{path.name} is {DEEP_OR_LONG}. Leave that out, or make it a text.") from error
    reading.details.append(("format", "JSON"))
    found = _list(value, path, reading)
    return _aligned(lambda: enumerate(found, 1), reading, path)


def check_size(path: Path) -> None:
    """A JSON file must fit in memory."""
    if path.stat().st_size > JSON_BYTES:
        raise ToolError(
            f"{path.name} is {path.stat().st_size / 2**20:,.0f} MB of JSON in one piece, more than the "
            f"{JSON_BYTES // 2**20} MB that can be read at once. Save it as JSON Lines, one object a line."
        )


def read_lines(path: Path, encoding: Encoding, reading: Reading) -> Iterator[Row]:
    """The rows of a JSON Lines file; lines that are broken are left out and told."""
    reading.details.append(("format", "JSON Lines"))
    first, again = (0.0, 0.5), (0.5, 1.0)
    return _aligned(
        lambda: _parsed(path, encoding, None, first), reading, path, lambda: _parsed(path, encoding, reading, again)
    )


def read_parquet(path: Path, reading: Reading) -> Iterator[Row]:
    """The rows of a Parquet file."""
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second
    from pyarrow import parquet  # noqa: PLC0415

    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise ToolError(f"{path.name} is not a whole Parquet file. Export it again and load that.") from error
    reading.columns += file.schema_arrow.names
    reading.typed = True
    reading.details.append(("format", "Parquet"))
    names = _class_names(file.schema_arrow.metadata)

    def rows() -> Iterator[Row]:
        try:
            done = 0
            for batch in file.iter_batches(batch_size=PARQUET_ROWS):
                done += batch.num_rows
                tell(done / max(1, file.metadata.num_rows), f"Read {done:,} rows of {path.name}")
                columns = [named(batch.column(p).to_pylist(), names.get(n)) for p, n in enumerate(reading.columns)]
                yield from (list(row) for row in zip(*columns, strict=True))
        except (pa.ArrowInvalid, OSError) as error:
            raise ToolError(f"{path.name} is damaged: part of it cannot be read. Export it again.") from error

    return rows()


def named(values: list[Any], names: list[str] | None) -> list[Any]:
    """Class numbers as the names that the file gives them."""
    if not names:
        return values
    return [names[v] if isinstance(v, int) and 0 <= v < len(names) else None if v == -1 else v for v in values]


def aligned(records: Callable[[], Iterable[dict[str, Any]]], reading: Reading, name: str) -> Iterator[Row]:
    """The values of objects in the order of `reading.columns`, which is filled from all of them first."""
    return _aligned(lambda: enumerate(records(), 1), reading, Path(name))


def _class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """The names of numbered classes, as the datasets library keeps them in a Parquet file; none that make no sense."""
    try:
        features: Any = json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        labels = {c: f["names"] for c, f in features.items() if f.get("_type") == "ClassLabel"}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
    return {c: n for c, n in labels.items() if isinstance(n, list) and all(isinstance(name, str) for name in n)}


def _aligned(
    first: Callable[[], Iterable[tuple[int, Any]]],
    reading: Reading,
    path: Path,
    again: Callable[[], Iterable[tuple[int, Any]]] | None = None,
) -> Iterator[Row]:
    columns: dict[str, bool] = {}
    widths: list[int] = []
    for _, value in first():
        if isinstance(value, dict):
            for name, part in _flat(cast("dict[str, Any]", value)).items():
                columns[name] = columns.get(name, False) or part is not None
        elif isinstance(value, list):
            widths.append(len(cast("list[Any]", value)))
    columns = {
        name: filled
        for name, filled in columns.items()
        if filled or not any(other.startswith(f"{name}_") for other in columns)
    }
    if len(columns) > MOST_COLUMNS:
        raise ToolError(
            f"The rows of {path.name} have {len(columns):,} different keys, more than the {MOST_COLUMNS} columns that "
            "a dataset may have. Put keys that vary into a list of their own."
        )
    reading.typed = True
    reading.headerless = not columns
    reading.columns += list(columns) or [""] * max(1, max(set(widths), key=widths.count, default=1))
    return _values((again or first)(), reading)


def _values(numbered: Iterable[tuple[int, Any]], reading: Reading) -> Iterator[Row]:
    width = len(reading.columns)
    for number, value in numbered:
        if reading.headerless and isinstance(value, list) and len(row := cast("list[Any]", value)) <= width:
            yield row + [None] * (width - len(row))
        elif reading.headerless and width == 1 and isinstance(value, str):
            yield [value]
        elif isinstance(value, dict) and value:
            flat = _flat(cast("dict[str, Any]", value))
            yield [flat.get(column) for column in reading.columns]
        else:
            what = "an object without keys" if value == {} else f"{_kind(value)} where the others are objects"
            reading.reject(number, what, json.dumps(value, ensure_ascii=False)[:200])


def _parsed(path: Path, encoding: Encoding, reading: Reading | None, share: tuple[float, float]) -> Numbered:
    for number, line in lines(path, encoding, share):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            if reading is not None:
                why = error.msg.lower() if isinstance(error, json.JSONDecodeError) else DEEP_OR_LONG
                reading.reject(number, f"not valid JSON: {why}", line)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """An object with the keys of objects inside it joined on: {"a": {"b": 1}} gives a_b."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and 0 < len(inner := cast("dict[str, Any]", value)) <= 30:
            flat.update({f"{key}_{name}": part for name, part in inner.items()})
        else:
            flat[key] = value
    return flat


def _list(value: Any, path: Path, reading: Reading) -> list[Any]:
    if isinstance(value, list) and value:
        return cast("list[Any]", value)
    if isinstance(value, dict):
        lists = {key: rows for key, rows in cast("dict[str, Any]", value).items() if isinstance(rows, list) and rows}
        splits = {key: name for key in lists if (name := split_name(key))}
        if len(splits) > 1:
            return _with_splits({key: lists[key] for key in splits}, splits, reading)
        rows = [key for key in lists if all(isinstance(row, dict) for row in lists[key])]
        if rows:
            longest = max(rows, key=lambda key: len(lists[key]))
            reading.notes.append(f"The rows are the list under {longest!r}.")
            return lists[longest]
        if len(lists) > 1 and len(lists) == len(value) and len({len(rows) for rows in lists.values()}) == 1:  # pyright: ignore
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    raise ToolError(
        f"{path.name} holds {_kind(value)} and no list of rows. Save it as a list of objects, "
        'such as [{"text": "...", "label": "..."}].'
    )


def _with_splits(lists: dict[str, list[Any]], splits: dict[str, str], reading: Reading) -> list[Any]:
    reading.notes.append(f"The lists {', '.join(lists)} became the column split.")
    rows: list[Any] = []
    for key, found in lists.items():
        for row in found:
            if isinstance(row, dict):
                rows.append({**row, "split": splits[key]})
            else:
                rows.append([*cast("list[Any]", row), splits[key]] if isinstance(row, list) else [row, splits[key]])
    return rows


def _first_line_is_whole(path: Path, encoding: Encoding) -> bool:
    first = next((line for _, line in lines(path, encoding) if line.strip()), "")
    try:
        return isinstance(json.loads(first), dict | list)
    except (ValueError, RecursionError):
        return False


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "an empty list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
