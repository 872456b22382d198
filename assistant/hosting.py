"""The knobs of a machine that many share, such as a Space, read from the environment once."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from store.errors import StoreError
from store.quotas import Quota

LOGIN = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
"""What a Space has in its environment when its front matter says `hf_oauth: true`."""
SECRETS = ("_TOKEN", "_KEY", "_SECRET", "_PASSWORD")
"""How names of secrets end. They are their owner's, and no visitor may act with them."""
OURS = "TUNEWRIGHT_LLM_KEY"
"""The key to the server that thinks, which does so for every visitor."""
GB = 1_000_000_000


@dataclass(frozen=True)
class Hosting:
    """How visitors are received. The sizes fit a CPU basic Space: 2 cores, 16 GB of memory, 50 GB of disk.

    Attributes:
        login: Whether visitors can sign in with Hugging Face.
        user: What someone who signed in may take (TUNEWRIGHT_USER_GB, TUNEWRIGHT_USER_JOB_MINUTES, a day).
        guest: What a guest may take (TUNEWRIGHT_GUEST_GB, TUNEWRIGHT_GUEST_JOB_MINUTES).
        guest_minutes: A guest not seen for so long is forgotten (TUNEWRIGHT_GUEST_MINUTES).
        most_guests: Guests that may be here at once (TUNEWRIGHT_MOST_GUESTS).
        idle_hours: A training whose owner was not seen for so long is stopped (TUNEWRIGHT_IDLE_HOURS).
        snapshots: Where snapshots go: the folder of a mounted bucket, or hf://datasets/OWNER/NAME; empty for nowhere
            (TUNEWRIGHT_SNAPSHOTS).
        snapshots_token: A token that may write to that dataset, and to nothing else (TUNEWRIGHT_SNAPSHOTS_TOKEN).
        snapshot_seconds: How long after a change a snapshot is taken (TUNEWRIGHT_SNAPSHOT_SECONDS).
    """

    login: bool = False
    user: Quota = Quota(4 * GB, 240 * 60)
    guest: Quota = Quota(GB, 30 * 60)
    guest_minutes: int = 30
    most_guests: int = 10
    idle_hours: int = 12
    snapshots: str = ""
    snapshots_token: str = field(default="", repr=False)
    snapshot_seconds: int = 30

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Hosting":
        """Read the environment.

        Raises:
            StoreError: A variable has a value that makes no sense; the message names it and what it may be.
        """

        def quota(who: str, gigabytes: int, minutes: int) -> Quota:
            disk = whole(environ, f"TUNEWRIGHT_{who}_GB", gigabytes, 1, 10_000)
            return Quota(disk * GB, whole(environ, f"TUNEWRIGHT_{who}_JOB_MINUTES", minutes, 1, 100_000) * 60)

        return cls(
            login=all(environ.get(name) for name in LOGIN),
            user=quota("USER", 4, 240),
            guest=quota("GUEST", 1, 30),
            guest_minutes=whole(environ, "TUNEWRIGHT_GUEST_MINUTES", 30, 1, 10_000),
            most_guests=whole(environ, "TUNEWRIGHT_MOST_GUESTS", 10, 0, 10_000),
            idle_hours=whole(environ, "TUNEWRIGHT_IDLE_HOURS", 12, 1, 10_000),
            snapshots=environ.get("TUNEWRIGHT_SNAPSHOTS", ""),
            snapshots_token=environ.get("TUNEWRIGHT_SNAPSHOTS_TOKEN", ""),
            snapshot_seconds=whole(environ, "TUNEWRIGHT_SNAPSHOT_SECONDS", 30, 1, 60),
        )


def forget_secrets(environ: MutableMapping[str, str]) -> list[str]:
    """Take the secrets of whoever owns the Space out of the environment, which tools and their jobs go by.

    Call it once the settings are read and Gradio, which keeps its own, is imported.

    Returns:
        The names of what was taken out.
    """
    found = [name for name in environ if name.endswith(SECRETS) and name != OURS]
    for name in found:
        del environ[name]
    return found


def whole(environ: Mapping[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    """A whole number of the environment.

    Raises:
        StoreError: It is none, or out of bounds.
    """
    given = environ.get(name) or str(otherwise)
    if not given.isdecimal() or not least <= int(given) <= most:
        raise StoreError(f"{name} is {given!r}. It has to be a whole number from {least} to {most}.")
    return int(given)
