"""What is open for people beside the chat: rows to label, or answers to compare blind; the newest comes first."""

from assistant.blind import BlindPanel
from assistant.labelling import Panel, Said
from store import Workspace
from store.blind_tests import BlindTest


class Opened:
    """The panels of this process."""

    def __init__(self) -> None:
        self._labelling, self._blind = Panel(), BlindPanel()

    def number(self, ws: Workspace) -> int:
        """A number that is another one once something else was opened; 0 where nothing is."""
        labelling, test = ws.labellings.newest(), ws.blind_tests.newest()
        return max(labelling.opened if labelling else 0, test.opened if test else 0)

    def draw(self, ws: Workspace, person: str, closed: int) -> str:
        """The panel as HTML; empty where nothing is open, or this browser has closed it.

        Args:
            ws: The workspace.
            person: Who sits before this browser, empty if not known.
            closed: `number` of what was closed last in this browser.
        """
        if test := self._test(ws):
            return self._blind.draw(ws, test, person) if test.opened > closed else ""
        return self._labelling.draw(ws, person, closed)

    def act(self, ws: Workspace, person: str, said: Said) -> str:
        """Do what was asked, and draw what comes then.

        Raises:
            StoreError: It cannot be done; nothing was kept.
        """
        test = self._test(ws)
        if test and person:
            return self._blind.act(ws, test, person, said)
        return self.draw(ws, person, 0) if test else self._labelling.act(ws, person, said)

    def _test(self, ws: Workspace) -> BlindTest | None:
        """The blind comparison, if that is what was opened last."""
        test = ws.blind_tests.newest()
        return test if test and test.opened == self.number(ws) else None
