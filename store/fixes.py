"""Proposals to change rows: what, why, which rows, before and after, and what became of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from store.datasets import Version
from store.edits import EDITS, applied, fit
from store.engine import engine, literal
from store.errors import NoLongerFits, StoreError
from store.fix import Fix
from store.kept_fixes import PAGE, KeptFixes, Page, save
from store.narrowing import Narrowing, as_written, by_hand, mark


class Fixes(KeptFixes):
    """The proposals of one project."""

    def propose(
        self,
        dataset: str,
        kind: str,
        sentence: str,
        why: str,
        edits: str,
        views: Mapping[str, Path] | None = None,
        done: str = "",
        way: str = "",
    ) -> Fix | None:
        """Save a proposal against the head of a dataset; it replaces the open one of its kind. Changes no row.

        Edits that the user declined before are left out, and values that they wrote stay as they wrote them.

        Args:
            dataset: The dataset.
            kind: Which check found it, such as "exact_duplicates".
            sentence: What would be done; `{rows}` becomes their number, `{rows:row|rows}` the number and the word.
            why: Why it should be.
            edits: A SELECT of the columns in `EDITS` over the view `parent` (the head) and `views`.
            views: More Parquet files, by view name.
            done: The sentence for the history, with `{rows}` as in `sentence`.
            way: How it mends, where its kind can be mended in several ways.

        Returns:
            The fix; the one already open if the same edits were proposed before; None if there is nothing to edit.
        """
        head, opened = self._datasets.head(dataset), self._of_kind(dataset, kind, "open")
        revised = [one for fix in opened for one in fix.revised]
        declined = {f"declined{n}": fix.path for n, fix in enumerate(self._of_kind(dataset, kind, "declined"))}
        seen = "".join(f" and not exists (from {view} d where {_SAME})" for view in declined)
        views = {"parent": head.path, **(views or {}), **declined}
        with self._new_file() as beside:
            with engine([self._folder, *{path.parent for path in views.values()}], views) as con:
                by_hand(con, revised)
                found = f"({as_written(edits)})" if revised else f"({edits})"
                counted = save(con, f"from {found} e where true{seen}", beside)
                kept = con.execute(_KEPT.format(literal(str(beside)))).fetchall() if revised else []
            told = {"sentence": sentence, "done": done, "why": why, "way": way}
            fix = self._keep(head, kind, told, counted, kept, beside) if counted[0] else None
        for older in opened:
            if fix is None or older.id != fix.id:
                self._mark(older.id, "replaced", "")
                if fix and older.draft:  # what was taken out by hand is not asked of the user again
                    self.draft(fix.id, Narrowing(older.draft.without_rows, older.draft.not_about))
        return fix

    def narrowed(self, id_: str, narrowing: Narrowing, note: str = "") -> Fix | None:
        """Leave out rows of an open fix, or write new values otherwise, as a fix of its own; changes no row.

        What was approved before is not approved of the new one: its payload is another. The old one is replaced, and
        what was left out counts as declined.

        Args:
            id_: The fix.
            narrowing: Which rows stay as they are, and what the user wrote.
            note: Why, in the user's words.

        Returns:
            The narrower fix; the same one if nothing of it is left out or written; None if nothing is left of it.

        Raises:
            StoreError: It is not open, or a value cannot stand where it was written.
        """
        fix = self.get(id_)
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}; only an open fix can be narrowed.")
        version = self._datasets.version(fix.dataset, fix.version)
        with self._new_file() as kept, self._new_file() as left:
            views = {"edits": fix.path, "parent": version.path}
            with engine([self._folder, version.path.parent], views) as con:
                mark(con, narrowing, fix.revised, version.columns)
                counted = save(con, "from marked e where not taken", kept)
                out = save(con, "from (select * replace (proposed as after) from marked where taken) e", left)
                written = con.execute(_WRITTEN).fetchall()
            if not out[0] and written == [*fix.revised]:
                self.draft(fix.id, Narrowing())
                return fix
            told = {"done": fix.done, "why": fix.why, "way": fix.way, "template": fix.template}
            with self._db.change():
                if out[0]:
                    rest = told | {"sentence": fix.sentence_for(out[0]), "state": "declined", "note": note}
                    self._insert(version, fix.kind, rest, out, [], left)
                told |= {"sentence": fix.sentence_for(counted[0], len(written))}
                narrower = self._insert(version, fix.kind, told, counted, written, kept) if counted[0] else None
                self._mark(fix.id, "replaced", f"by {narrower.id}" if narrower else "")
        return narrower

    def stays(self, id_: str, narrowing: Narrowing) -> list[int]:
        """The rows of a fix that would stay as they are; see `narrowed`."""
        fix = self.get(id_)
        version = self._datasets.version(fix.dataset, fix.version)
        with engine([self._folder, version.path.parent], {"edits": fix.path, "parent": version.path}) as con:
            mark(con, narrowing, fix.revised, version.columns)
            return [row for (row,) in con.execute("select distinct _row from marked where taken order by 1").fetchall()]

    def apply_by_rule(self, id_: str) -> tuple[Version, int] | None:
        """Apply a fix because the user said that all of its kind are to be, mended this way.

        Returns:
            The new version, and how many rows were changed; None if the user took this very fix back before.

        Raises:
            NotApproved: No such rule stands.
            NoLongerFits: Nothing of it fits the rows as they are now.
        """
        fix = self.get(id_)
        if any(version.recipe.get("fix") == fix.id for version in self._datasets.versions(fix.dataset)):
            return None
        with self._approvals.standing(fix.kind, fix.way, {f"applying {fix.id}", f"changing {fix.dataset}"}):
            return self.apply(fix.id, by_rule=True)

    def apply(self, id_: str, *, by_rule: bool = False) -> tuple[Version, int]:
        """Apply a fix to the head of its dataset as a new version.

        Only rows that still look as they did when the fix was proposed are changed, or where another change
        of the same cell leaves room for this one.

        Args:
            id_: The fix.
            by_rule: Whether a standing rule is the yes, so that the history says so.

        Returns:
            The new version, and how many rows were changed.

        Raises:
            NotApproved: No yes was given.
            NoLongerFits: Nothing of it fits the rows as they are now.
            StoreError: The fix is not open.
        """
        fix = self.get(id_)
        self._approvals.needed(f"applying {fix.id}")
        if fix.state != "open":
            raise StoreError(f"{fix.id} is {fix.state}; only an open fix can be applied.")
        head = self._datasets.head(fix.dataset)
        with self._new_file() as fitting:
            views = {"edits": fix.path, "head": head.path}
            with engine([self._folder, head.path.parent], views) as con:
                changed = fit(con, head.columns, fitting)
                touched = con.execute("select distinct column_name from fitting where action = 'set'").fetchall()
            if not changed:
                raise NoLongerFits(
                    f"{fix.id} no longer fits {fix.dataset}: its rows have changed. Propose fixes again."
                )
            recipe: dict[str, Any] = {"fix": fix.id, "kind": fix.kind, "payload_hash": fix.payload_hash}
            recipe |= {"by_rule": True} if by_rule else {}
            with self._db.change():
                version = self._datasets.derive(
                    fix.dataset,
                    applied(head.columns, sorted(column for (column,) in touched)),
                    sentence=f"By your rule: {_small(fix.told(changed))}" if by_rule else fix.told(changed),
                    recipe=recipe,
                    views={"edits": fitting},
                )
                self._mark(fix.id, "applied", "")
        return version, changed

    def move_head(self, dataset: str, number: int, sentence: str) -> Version:
        """Make a version the head again, and every fix open or applied as it was there.

        Raises:
            NotApproved: No yes was given.
        """
        before = self._made_by_fixes(dataset, self._datasets.head(dataset).number)
        with self._db.change():
            version = self._datasets.move_head(dataset, number, sentence)
            self._set_apart(before, self._made_by_fixes(dataset, number))
        return version

    def adopt(self, dataset: str, made: Sequence[Version], sentence: str, parent: int) -> Version:
        """Take over versions that were made elsewhere, and every fix open or applied as it is in them.

        Raises:
            NotApproved: No yes was given.
        """
        before = self._made_by_fixes(dataset, self._datasets.head(dataset).number)
        with self._db.change():
            version = self._datasets.adopt(dataset, made, sentence, parent)
            self._set_apart(before, self._made_by_fixes(dataset, version.number))
        return version

    def _set_apart(self, before: set[str], after: set[str]) -> None:
        for id_ in before ^ after:
            self._mark(id_, "applied" if id_ in after else "open", "")

    def _made_by_fixes(self, dataset: str, number: int) -> set[str]:
        """The fixes that made a version and those it came from."""
        return {v.recipe["fix"] for v in self._datasets.lineage(dataset, number) if "fix" in v.recipe}


_SAME = " and ".join(f"d.{c} is not distinct from e.{c}" for c in ("_row", "action", "column_name", "before", "after"))
_WRITTEN = (
    "select _row, column_name, proposed, after from marked where by_hand and not taken order by _row, column_name"
)
_KEPT = (
    "select h._row, h.column_name, h.proposed, h.after from hand h"
    " semi join read_parquet({}) e on h._row = e._row and h.column_name = e.column_name and h.after = e.after"
    " order by h._row, h.column_name"
)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


__all__ = ["EDITS", "PAGE", "Fix", "Fixes", "Narrowing", "Page"]
