"""How often pages look whether something is new: the more are open, the rarer each, so that all together stay few."""

import threading
import time

LOOKS_A_SECOND = 30
"""Of all pages together. One takes about a hundredth of a second of the interpreter, most of it on its way."""
OPEN_SECONDS = 20.0
"""How long after its last look a page counts as open."""
SLOWEST = 8
"""How many times rarer than alone a page looks at most."""


class Pace:
    """The pages that look.

    Args:
        every: Seconds between the looks of a page that is alone.
    """

    def __init__(self, every: float) -> None:
        self._every = every
        self._lock = threading.Lock()
        self._pages: dict[str, tuple[float, int]] = {}

    def looked(self, page: str) -> int | None:
        """A page has looked.

        Returns:
            How many times rarer than alone it is to look from now on, a power of two; None if it was told so before.
        """
        now = time.monotonic()
        with self._lock:
            self._pages = {who: known for who, known in self._pages.items() if now - known[0] < OPEN_SECONDS}
            known, rarer = self._pages.pop(page, None), 1
            self._pages[page] = now, rarer
            while rarer < SLOWEST and len(self._pages) > LOOKS_A_SECOND * self._every * rarer:
                rarer *= 2
            self._pages[page] = now, rarer
            return None if known and known[1] == rarer else rarer
