"""What was opened last for people in the page: rows to label, or answers to compare blind."""

from store.database import Database


def last_opened(db: Database, project: str) -> int:
    """The number of the last opening in a project; 0 where nothing was opened yet."""
    row = db.row(
        "select max(opened) as last from (select project, opened from labellings union all"
        " select project, opened from blind_tests) where project = ?",
        project,
    )
    return (row["last"] if row else None) or 0
