"""Train with little memory: `python -m tests.train.cramped FOLDER BYTES`, as the worker, with a limit of its own.

Linux refuses what goes beyond the limit, and torch raises its own error for it.
"""

import resource
import sys
from collections.abc import Callable

from store.worker import serve
from tools.train import _memory, _worker


def limited(to_bytes: int) -> Callable[[], None]:
    def limit() -> None:
        held = _memory.held_bytes()
        assert held
        resource.setrlimit(resource.RLIMIT_DATA, (held + to_bytes, resource.RLIM_INFINITY))

    return limit


if __name__ == "__main__":
    _worker.limit_to_what_is_free = limited(int(sys.argv[2]))
    serve(_worker.train)
