"""Writes to a workspace and copies it, again and again, until it is killed: run as a module with HOME and BUCKET."""

import sys
from pathlib import Path

from store import Workspace
from store.snapshots import Bucket, Snapshots


def main(home: Path, bucket: Path) -> None:
    snapshots = Snapshots(home, Bucket(bucket), "users/ana")
    snapshots.restore()
    with Workspace(home) as ws:
        thread = ws.conversations.current().id
        while True:
            number = len(ws.conversations.since(thread)) + 1
            (ws.uploads / f"{number}.txt").write_text(str(number))
            ws.conversations.append(thread, "turn", {"event": "heard", "n": number})
            _tell(home / "said.txt", number)
            snapshots.take()
            _tell(home / "copied.txt", number)


def _tell(path: Path, number: int) -> None:
    with path.open("a") as file:
        file.write(f"{number}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
