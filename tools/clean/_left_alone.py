"""Rows of proposed fixes that stay as they are because the user says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import Fix, Narrowing, Workspace
from store.counted import Count
from tools.tool import ToolError


@dataclass(frozen=True)
class LeftAlone:
    """What of the chosen fixes stays as it is.

    Args:
        ws: The workspace.
        fixes: The fixes.
        without_rows: The numbers of rows.
        not_about: Words; rows whose text has them stay.
    """

    ws: Workspace
    fixes: Sequence[Fix]
    without_rows: Sequence[int]
    not_about: str

    def narrowing(self, fix: Fix) -> Narrowing:
        """What stays of a fix: as this call says, and as the user drafted it."""
        return fix.draft + Narrowing(tuple(self.without_rows), (self.not_about,) if self.not_about.strip() else ())

    @property
    def words(self) -> str:
        """What stays, as the reason that is remembered: "rows about Paris and row 12"."""
        told = [f"rows about {self.not_about}"] if self.not_about.strip() else []
        return " and ".join([*told, *([self._numbered] if self.without_rows else [])])

    def sentence(self) -> str:
        """How many rows stay, for the card: " These stay as they are: 2 rows about Paris."; empty if none are to.

        Raises:
            ToolError: No row of the fixes is meant, so that the words must mean something else.
        """
        told: list[str] = []
        if self.not_about.strip():
            count = self._rows(Narrowing(not_about=(self.not_about,)), f"about {self.not_about}")
            told.append(f"{Count(count):row|rows} about {self.not_about}")
        if self.without_rows:
            self._rows(Narrowing(tuple(self.without_rows)), f"with the number {_and(self.without_rows)}")
            told.append(self._numbered)
        told += [one for fix in self.fixes if (one := self._drafted(fix))]
        written = sum(len(fix.draft.edited) for fix in self.fixes)
        by_hand = f" {Count(written):value is|values are} as you wrote {'it' if written == 1 else 'them'}."
        stays = f" These stay as they are: {'; '.join(told)}." if told else ""
        return f"{stays}{by_hand if written else ''}"

    def narrowed(self) -> list[Fix]:
        """The fixes without these rows; those of which nothing is left are gone.

        Raises:
            ToolError: Nothing is left.
        """
        self.sentence()
        narrowings = {fix.id: narrowing for fix in self.fixes if (narrowing := self.narrowing(fix))}
        if len(narrowings) == len(self.fixes) and all(self._whole(fix, narrowings[fix.id]) for fix in self.fixes):
            raise ToolError("Nothing is left of these fixes without those rows. Decline them, if that is meant.")
        kept = [
            self.ws.fixes.narrowed(fix.id, narrowings[fix.id], self._reason(fix)) if fix.id in narrowings else fix
            for fix in self.fixes
        ]
        return [fix for fix in kept if fix]

    def _whole(self, fix: Fix, narrowing: Narrowing) -> bool:
        return len(self.ws.fixes.stays(fix.id, narrowing)) == fix.rows

    def _reason(self, fix: Fix) -> str:
        about = [f"rows about {words}" for words in fix.draft.not_about]
        by_hand = ["rows that were taken out by hand"] if fix.draft.without_rows else []
        return " and ".join([*([self.words] if self.words else []), *about, *by_hand])

    def _drafted(self, fix: Fix) -> str:
        if not (fix.draft.without_rows or fix.draft.not_about):
            return ""
        rows = self.ws.fixes.stays(fix.id, Narrowing(fix.draft.without_rows, fix.draft.not_about))
        return f"{Count(len(rows)):row|rows} of {fix.id} as you marked them"

    @property
    def _numbered(self) -> str:
        return f"{'row' if len(self.without_rows) == 1 else 'rows'} {_and(self.without_rows)}"

    def _rows(self, narrowing: Narrowing, which: str) -> int:
        rows = {row for fix in self.fixes for row in self.ws.fixes.stays(fix.id, narrowing)}
        if not rows:
            raise ToolError(f"These fixes change no row {which}, so none can be left out. Look at their rows first.")
        return len(rows)


def _and(numbers: Sequence[int]) -> str:
    listed = [f"{number:,}" for number in numbers]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
