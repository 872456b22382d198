"""What the store says when it cannot do as asked. Every message is a sentence a user can act on."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LONGEST_NAME = 100
"""Of a name that is not there, as it is said again."""
SAID_WHEN_FULL = ("No space left", "Disk quota exceeded", "File too large", "database or disk is full")
"""How the system puts it; some libraries pass on the words alone."""
SQLITE_FULL = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)
"""What SQLite says when it cannot write any more."""


class StoreError(Exception):
    """Something the user can put right; the message says what is wrong and what to do."""


class NotFound(StoreError):
    """Nothing in the project has that name."""

    def __init__(self, kind: str, name: str, known: list[str], hint: str = "") -> None:
        listed = ", ".join(known) or "none yet"
        name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}{'es' if kind.endswith('x') else 's'}"
        super().__init__(
            f"There is no {kind} named {name!r}. {plural.capitalize()} here: {listed}.{hint and ' ' + hint}"
        )


class NotApproved(StoreError):
    """A change was tried without a yes for exactly that change."""


class Busy(StoreError):
    """The thing asked for cannot run beside what is already running."""


class BadQuery(StoreError):
    """A query that the engine refused, in the engine's own words without paths."""


class TooMuch(BadQuery):
    """A query that needed more time or memory than it may have; it was stopped."""


class NoLongerFits(StoreError):
    """The rows a fix was made for have changed or gone."""


class NoSpace(StoreError):
    """The disk is full; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full, so nothing was saved. Free some space and ask again; all that was there is still there."
        )


def disk_is_full(error: BaseException) -> bool:
    """Whether something failed because the disk takes no more."""
    if isinstance(error, NoSpace) or getattr(error, "sqlite_errorcode", None) in SQLITE_FULL:
        return True
    return getattr(error, "errno", None) in FULL or any(words in str(error) for words in SAID_WHEN_FULL)


@contextmanager
def told_when_full() -> Generator[None]:
    """Say in a sentence that the disk is full, whoever inside came upon it, and in whatever words.

    Raises:
        NoSpace: The disk is full.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if disk_is_full(error):
            raise NoSpace from error
        raise
