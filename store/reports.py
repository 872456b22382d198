"""Evaluations, audits and comparisons: figures with what they were computed from."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.database import Database, Row
from store.errors import NotFound
from store.made_with import made_with


@dataclass(frozen=True)
class Report:
    """One result. `kind` is evaluation, audit, comparison, explanation ..."""

    id: str
    kind: str
    run: str | None
    dataset: str | None
    version: int | None
    body: dict[str, Any]
    """The figures, as JSON."""
    folder: Path
    """Files that go with it: predictions, plots, pages."""
    made_at: str
    made_with: dict[str, Any] = field(default_factory=dict[str, Any])
    """The code, libraries and machine; empty for reports older than this record."""


class Reports:
    """The results of one project."""

    def __init__(self, db: Database, project: str, folder: Path) -> None:
        self._db, self._project, self._folder = db, project, folder

    def save(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        run: str | None = None,
        dataset: str | None = None,
        version: int | None = None,
    ) -> Report:
        """Keep a result. Nothing of the user's is changed, so no yes is needed."""
        with self._db.change():
            number = self._db.next_number("reports", self._project)
            self._db.insert(
                "reports",
                project=self._project,
                number=number,
                kind=kind,
                run=run,
                dataset=dataset,
                version=version,
                body=json.dumps(body),
                made_with=json.dumps(made_with()),
            )
        report = self.get(f"report-{number}")
        report.folder.mkdir(parents=True, exist_ok=True)
        return report

    def get(self, id_: str) -> Report:
        """One report by its id, such as "report-2"."""
        row = self._db.row("select * from reports where project = ? and 'report-' || number = ?", self._project, id_)
        if row is None:
            raise NotFound("report", id_, self.names())
        return self._report(row)

    def names(self) -> list[str]:
        """The ids of the reports, oldest first."""
        rows = self._db.rows("select number from reports where project = ? order by number", self._project)
        return [f"report-{row['number']}" for row in rows]

    def all(self, kind: str | None = None, run: str | None = None) -> list[Report]:
        """The reports, oldest first, of one kind or about one run."""
        rows = self._db.rows(
            "select * from reports where project = ? and ifnull(kind = ?, 1) and (? is null or run = ?)"
            " order by number",
            self._project,
            kind,
            run,
            run,
        )
        return [self._report(row) for row in rows]

    def _report(self, row: Row) -> Report:
        id_ = f"report-{row['number']}"
        return Report(
            id=id_,
            kind=row["kind"],
            run=row["run"],
            dataset=row["dataset"],
            version=row["version"],
            body=json.loads(row["body"]),
            folder=self._folder / id_,
            made_at=row["made_at"],
            made_with=json.loads(row["made_with"]),
        )
