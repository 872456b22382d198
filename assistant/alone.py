"""One app at a time holds a workspace: two would load the model twice, and each would show a log that the other writes.

What is typed in a terminal stays usable beside it. The system lets go of the lock when a process ends, however it ends.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from store import StoreError

LOCK, WHO = "app.lock", "app.txt"


@contextmanager
def alone(home: Path, address: str) -> Generator[None]:
    """Be the one app of a workspace.

    Args:
        home: The workspace.
        address: Where the page is, for the one that comes second.

    Raises:
        StoreError: Another app holds it; the message says which, and where its page is.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / LOCK, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        said = (home / WHO).read_text() if (home / WHO).exists() else "another one"
        raise StoreError(
            f"Tunewright is running on {home} already: {said}. Open that page, end that program first, or set "
            "TUNEWRIGHT_HOME to another folder. `tunewright tool` and `tunewright ask` can be used beside it."
        ) from None
    try:
        (home / WHO).write_text(f"process {os.getpid()}, page at {address}")
        yield
    finally:
        (home / WHO).unlink(missing_ok=True)
        lock.release()
