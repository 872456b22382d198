"""Wait for a condition, not for a time."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], seconds: float = 120) -> None:
    """Return once it is true; fail if that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
