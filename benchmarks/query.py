"""How often the assistant's query gives the right rows, beside the same model that is only shown tables and question.

    python -m benchmarks.query ../shared/data [--every 2] [--start 1] [--reading] [--quiet]

Reads DuckDB-NSQL's questions below `duckdb_nsql`; those whose own query fails here are left out. Prints what went
wrong, then execution accuracy with 95 % intervals. The assistant only reads: it refuses what would change a table.
"""

import argparse
import contextlib
import json
import re
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from assistant.decide import decide
from assistant.models import Brain, BrainError, open_brain
from assistant.settings import Settings
from assistant.think import mendable
from assistant.transcript import Done, Turn
from benchmarks.remembering import RememberingBrain
from benchmarks.shares import share
from store import StoreError, Workspace
from store.engine import literal, quoted
from tools import TOOLS
from tools.evaluate._intervals import newcombe

QUERY = TOOLS["query_dataset"]
SECONDS = 20
PLAIN = "{tables}\n\nUsing valid DuckDB SQL, answer the following question for the tables above: {question}"
FENCED = re.compile(r"```(?:\w*\n)?(.*?)(?:```|$)", re.DOTALL)
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Question:
    """A question, and how to tell whether a query answers it.

    Attributes:
        database: The DuckDB file that it is about.
        text: The question.
        gold: A right query.
        setup: Statements to run first.
        check: What is compared: a query over `ddb_benchmark_result`, which the answer gave, or over what it changed.
    """

    database: Path
    text: str
    gold: str
    setup: str
    check: str

    @property
    def reads(self) -> bool:
        """Whether one SELECT answers it."""
        kinds = [statement.type for statement in duckdb.extract_statements(self.gold)]
        return kinds == [duckdb.StatementType.SELECT]

    def rows(self, sql: str) -> Rows | None:
        """What a query gives, or None if it fails. It runs on a copy, and reaches nothing else."""
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            shutil.copyfile(self.database, self.database.name)
            with contextlib.suppress(duckdb.Error), duckdb.connect(self.database.name) as con:
                con.execute(f"set allowed_directories=[{literal(f'{folder}/')}]; set enable_external_access=false")
                con.execute(f"set max_execution_time={SECONDS * 1000}; set threads=1; {self.setup}")
                if (given := con.sql(sql)) is not None:
                    con.register("ddb_benchmark_result", given.to_arrow_table())
                return con.execute(self.check).fetchall()
        return None

    def right(self, sql: str) -> bool:
        """Whether a query gives what the right one gives."""
        wanted, given = self.rows(self.gold), self.rows(sql)
        return wanted is not None and given is not None and same(wanted, given, ordered="order by" in self.gold.lower())


@dataclass(frozen=True)
class Answer:
    """A query, how often one was written, and how long that took."""

    sql: str
    tries: int
    seconds: float


def main() -> None:
    """Ask every question both ways and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only one question in so many")
    parser.add_argument("--start", type=int, default=0, help="the first question")
    parser.add_argument(
        "--remember", type=Path, help="file to keep answers in; seconds are then those of the first run"
    )
    parser.add_argument("--reading", action="store_true", help="only questions that one SELECT answers")
    parser.add_argument("--quiet", action="store_true", help="do not print the questions that went wrong")
    options = parser.parse_args()
    asked = questions(options.folder.resolve() / "duckdb_nsql" / "data")[options.start :: options.every]
    asked = [question for question in asked if question.reads or not options.reading]
    brain: Brain = open_brain(Settings.read())
    if options.remember:
        brain = RememberingBrain(brain, options.remember)
    results: list[tuple[Question, Answer, bool, bool]] = []
    writes = 0
    with tempfile.TemporaryDirectory() as folder:
        for database in dict.fromkeys(question.database for question in asked):
            with Workspace(Path(folder) / database.stem, readable=(Path(folder),)) as ws:
                load(ws, database)
                before = _files(ws)
                for question in (one for one in asked if one.database == database):
                    ours, plain = ask(brain, ws, question.text), ask_plainly(brain, question)
                    results.append((question, ours, question.right(ours.sql), question.right(plain)))
                    if not options.quiet:
                        _tell(*results[-1], plain)
                writes += len(before ^ _files(ws))
    report(results, writes)


def questions(folder: Path) -> list[Question]:
    """The questions whose own query runs."""
    told = json.loads((folder / "dev.json").read_text())
    files = [folder / "databases" / one["db_id"] / f"{one['db_id']}.duckdb" for one in told]
    asked = [
        Question(file, one["question"], one["query"], one["setup_sql"], one["validation_sql"])
        for file, one in zip(files, told, strict=True)
    ]
    return [question for question in asked if question.rows(question.gold) is not None]


def load(ws: Workspace, database: Path) -> None:
    """Make each table of a database a dataset."""
    file = ws.home / "table.parquet"
    with duckdb.connect(database, read_only=True) as con:
        for (name,) in con.execute("show tables").fetchall():
            con.execute(f"copy {quoted(name)} to {literal(str(file))}")
            with ws.approvals.typed("load_dataset", {}):
                select = f"from read_parquet({literal(str(file))})"
                ws.datasets.add(name, select, sentence=f"Loaded {name}.", recipe={}, folders=[ws.home])


def ask(brain: Brain, ws: Workspace, question: str) -> Answer:
    """The query that the assistant answers with, mended as it does; empty if it gives up."""
    done: list[Done] = []
    seconds = 0.0
    while not done or mendable(done):
        try:
            choice = decide(brain, ws, [Turn(question, done)], tool=QUERY.name)
        except BrainError:
            break
        seconds += choice.seconds
        if choice.tool != QUERY.name:
            break
        done.append(_run(ws, choice.arguments))
    ran = bool(done) and not done[-1].failed
    return Answer(done[-1].arguments["sql"] if ran else "", len(done), seconds)


def _run(ws: Workspace, arguments: dict[str, Any]) -> Done:
    try:
        result = QUERY.run(ws, arguments)
        return Done(QUERY.name, {"sql": (result.data or arguments)["sql"]}, result.text, failed=False)
    except StoreError as error:
        return Done(QUERY.name, arguments, str(error), failed=True)


def ask_plainly(brain: Brain, question: Question) -> str:
    """The query in what the model says when it is shown the tables and the question, and nothing else."""
    with duckdb.connect(question.database, read_only=True) as con:
        tables = "\n\n".join(sql for (sql,) in con.execute("select sql from duckdb_tables()").fetchall())
    said = brain.complete([{"role": "user", "content": PLAIN.format(tables=tables, question=question.text)}])
    return written(said.text)


def written(text: str) -> str:
    """The SQL in an answer: what is fenced, or all of it."""
    fenced = FENCED.search(text)
    return (fenced[1] if fenced else text).strip()


def same(wanted: Rows, given: Rows, *, ordered: bool) -> bool:
    """Whether two results have the same rows, whatever the columns are called and in whatever order they stand."""
    if len(wanted) != len(given):
        return False
    if not wanted:
        return True
    width = len(wanted[0])
    return len(given[0]) == width and any(
        _picked(given, places, ordered) == _picked(wanted, range(width), ordered)
        for places in _orders(wanted, given, ordered)
    )


def _orders(wanted: Rows, given: Rows, ordered: bool, taken: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """The orders of the given columns in which the rows are the wanted ones."""
    if len(taken) == len(wanted[0]):
        yield taken
        return
    target = _picked(wanted, range(len(taken) + 1), ordered)
    for place in sorted({*range(len(wanted[0]))} - {*taken}):
        if _picked(given, [*taken, place], ordered) == target:
            yield from _orders(wanted, given, ordered, (*taken, place))


def _picked(rows: Rows, places: Sequence[int], ordered: bool) -> Any:
    picked = [tuple(_plain(row[place]) for place in places) for row in rows]
    return picked if ordered else Counter(picked)


def _plain(value: Any) -> Any:
    if isinstance(value, float | Decimal):
        return round(float(value), 6)
    return str(value) if isinstance(value, list | dict) else value


def _files(ws: Workspace) -> set[tuple[str, int, int]]:
    files = [path for path in ws.folder.rglob("*.parquet")]
    return {(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def _tell(question: Question, ours: Answer, right: bool, plainly: bool, plain: str) -> None:
    if not (right and plainly):
        print(f"\n{question.text}\n  gold  {' '.join(question.gold.split())}")
        print(f"  {'right' if right else 'WRONG'} {ours.tries} {ours.sql!r}")
        print(f"  {'right' if plainly else 'WRONG'} plain {plain!r}", flush=True)


def report(results: list[tuple[Question, Answer, bool, bool]], writes: int) -> None:
    """Print accuracy of both and their difference, for what a SELECT answers, for the rest, and for all."""
    print(f"\n{'':10}{'questions':>9}{'ours':>18}{'plain':>18}{'difference':>22}")
    for kind, wanted in {"reading": {True}, "other": {False}, "all": {True, False}}.items():
        some = [(ours, plain) for question, _, ours, plain in results if question.reads in wanted]
        if some:
            ours, plain = (np.array(column, float) for column in zip(*some, strict=True))
            apart = newcombe(ours, plain)
            points = f"{100 * apart.value:+.0f} [{100 * apart.low:+.0f}, {100 * apart.high:+.0f}]"
            print(f"{kind:10}{len(some):9}{share(ours):>18}{share(plain):>18}{points:>22}")
    mended = [right for _, answer, right, _ in results if answer.tries > 1 and answer.sql]
    print(f"\nmended: {len(mended)}, right then: {sum(mended)}; given up: {sum(not a.sql for _, a, *_ in results)}")
    print(f"writes: {writes}; seconds: median {statistics.median(answer.seconds for _, answer, *_ in results):.1f}")


if __name__ == "__main__":
    main()
