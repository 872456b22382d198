"""What the store says when it cannot do as asked. Every message is a sentence a user can act on."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SAID_WHEN_FULL = ("No space left", "Disk quota exceeded", "File too large")
"""How the system puts it; some libraries pass on the words alone."""


class StoreError(Exception):
    """Something the user can put right; the message says what is wrong and what to do."""


class NotFound(StoreError):
    """Nothing in the project has that name."""

    def __init__(self, kind: str, name: str, known: list[str], hint: str = "") -> None:
        listed = ", ".join(known) or "none yet"
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
    return getattr(error, "errno", None) in FULL or any(words in str(error) for words in SAID_WHEN_FULL)
