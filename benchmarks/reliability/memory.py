"""Talk for hours, simulated: does the memory of the app stay flat?

`python -m benchmarks.reliability.memory [--turns 3000]` says one thing after the other in a host as the page has it, in
project after project, with a page that looks after each turn, and fits a line through the resident memory. Eight hours
of somebody who says something every ten seconds are 2,880 turns. Prints the growth per 1,000 turns with its 95 %
interval (ordinary least squares over the second half, when caches are full); exit code 1 above 20 MB.
"""

import argparse
import gc
import os
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from assistant.board import stages
from assistant.draw import draw
from assistant.host import Host
from assistant.settings import Settings
from benchmarks.reliability.users import WORDS, Slow

MOST_MEGABYTES = 20.0
EVERY = 10
TURNS_A_PROJECT = 60
Series = NDArray[np.float64]


def grown(home: Path, turns: int, *, told: bool = False) -> tuple[Series, Series]:
    """Talk, and give the turns and the megabytes after them."""
    host = Host(Settings(home, home, "none"), lambda _: Slow(0.0))
    process = psutil.Process()
    at, megabytes = list[int](), list[float]()
    try:
        for turn in range(turns):
            ws = host.new_project(None, f"project {turn // TURNS_A_PROJECT % 20}")
            if not ws.datasets.names():
                with ws.approvals.typed("load_dataset", {}):
                    values = "from (values ('good', 'a'), ('bad', 'b')) t(text, label)"
                    ws.datasets.add("reviews", values, sentence="Loaded.", recipe={}, roles={"text": "text"})
            if turn % TURNS_A_PROJECT == TURNS_A_PROJECT - 1:
                ws.conversations.new()
            host.say(ws, WORDS[turn % len(WORDS)])
            host._turns.wait(ws.conversations.current().id)
            draw(host.log(ws), running=False)
            stages(ws)
            if turn % EVERY == 0:
                gc.collect()
                at.append(turn)
                megabytes.append(process.memory_info().rss / 2**20)
                if told and turn % (EVERY * 20) == 0:
                    print(f"  {turn} turns: {megabytes[-1]:.1f} MB", file=sys.stderr, flush=True)
    finally:
        host.close()
    return np.array(at, dtype=np.float64), np.array(megabytes)


def slope(at: Series, megabytes: Series) -> tuple[float, float]:
    """Megabytes per 1,000 turns over the second half, and the half width of its 95 % interval."""
    half = len(at) // 2
    x, y = at[half:] / 1000, megabytes[half:]
    away = x - x.mean()
    rise = float((away * (y - y.mean())).sum() / (away**2).sum())
    left = y - y.mean() - rise * away
    error = float(np.sqrt((left**2).sum() / max(1, len(x) - 2) / (away**2).sum()))
    return rise, 1.96 * error


def main() -> None:
    """Print the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3000)
    parser.add_argument("--where", action="store_true", help="print which lines hold what was added (slow)")
    options = parser.parse_args()
    os.environ.setdefault("TUNEWRIGHT_EAR", "off")
    if options.where:
        tracemalloc.start(10)
    with tempfile.TemporaryDirectory() as folder:
        at, megabytes = grown(Path(folder), options.turns, told=True)
    rise, around = slope(at, megabytes)
    half = f"from {megabytes[len(megabytes) // 2]:.1f} to {megabytes[-1]:.1f} MB in the second half"
    print(f"{options.turns} turns: {half}.")
    print(f"{rise:+.2f} MB per 1,000 turns (95 % interval {rise - around:+.2f} to {rise + around:+.2f}).")
    if options.where:
        for line in tracemalloc.take_snapshot().statistics("lineno")[:15]:
            print(f"  {line}")
    sys.exit(rise - around > MOST_MEGABYTES)


if __name__ == "__main__":
    main()
