"""A budget of time that holds over stops, kills and resumes."""

import json
import time
from pathlib import Path

from store.worker import write_last


class Budget:
    """Seconds to spend; what was spent is kept in a file.

    Args:
        seconds: All that may be spent.
        file: Where what was spent is kept.
    """

    def __init__(self, seconds: float, file: Path) -> None:
        self._seconds, self._file = seconds, file
        self._before = float(json.loads(file.read_text())["seconds"]) if file.exists() else 0.0
        self._began = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds, those of earlier processes included."""
        return self._before + time.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds."""
        return self._seconds - self.spent

    def keep(self) -> None:
        """Write down what was spent."""
        write_last(self._file, {"seconds": self.spent})
