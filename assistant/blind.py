"""The panel in which people choose between two answers without knowing whose they are. The store keeps the choices."""

from typing import get_args

from assistant.blind_markup import asked, over, result
from assistant.labelling import Said
from assistant.labelling_markup import framed, name_asked
from store import Workspace
from store.blind_tests import BlindTest
from tools.evaluate._blind_desk import Pick, keep, next_pair, show
from tools.evaluate._blind_show import shown

TITLE = "Which answer is better?"
WHO = "Who judges here? It is asked once in this browser, so that several people can be told apart."


class BlindPanel:
    """Draws a blind comparison and does what is asked of it."""

    def draw(self, ws: Workspace, test: BlindTest, rater: str) -> str:
        """What somebody should see now."""
        if test.ended:
            text = shown(test, ws.blind_tests.pairs(test.number), ws.blind_tests.standing(test.number)).text
            return framed(TITLE, result(text))
        if not rater:
            return framed(TITLE, name_asked(WHO))
        pair = next_pair(ws, test, rater)
        return framed(
            TITLE, asked(ws, test, rater, pair) if pair else over(ws, test, rater), pair.row if pair else None
        )

    def act(self, ws: Workspace, test: BlindTest, rater: str, said: Said) -> str:
        """Do it, and draw what comes then.

        Raises:
            StoreError: It cannot be done; nothing was kept.
        """
        pick = next((each for each in get_args(Pick) if each == said.what), None)
        if pick:
            keep(ws, test, rater, said.row, pick, said.seconds)
        elif said.what == "undo":
            row = ws.blind_tests.undo(test.number, rater)
            if row is not None and (pair := show(ws, test, rater, row)):
                return framed(TITLE, asked(ws, test, rater, pair), pair.row)
        elif said.what == "unskip":
            ws.blind_tests.unskip(test.number, rater)
        elif said.what == "end" and ws.blind_tests.standing(test.number):
            test = ws.blind_tests.end(test.number)
        return self.draw(ws, test, rater)
