"""How often whole conversations end as they should, with the real local model and without hints.

    python -m benchmarks.journeys [--times 3] [--only NAME] [--show]

Prints a line for each journey, with what was wrong at the end of a try that failed, and how many journeys were right
in all tries and in most. Every try has a fresh workspace. `--show` prints the transcripts of failed tries.
"""

import argparse
import tempfile
from pathlib import Path

from assistant.models import open_brain
from assistant.settings import Settings
from benchmarks.journeys import JOURNEYS
from benchmarks.journeys.play import Try, play
from tools.weights.progress import PrintProgress


def main() -> None:
    """Play the journeys and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1, help="how often each is tried")
    parser.add_argument("--only", default="", help="only journeys with this in their name")
    parser.add_argument("--show", action="store_true", help="print the transcript of a try that failed")
    options = parser.parse_args()
    brain = open_brain(Settings.read(), PrintProgress())
    right: list[int] = []
    for journey in JOURNEYS:
        if options.only not in journey.name:
            continue
        tries: list[Try] = []
        for _ in range(options.times):
            with tempfile.TemporaryDirectory(prefix="tunewright-", ignore_cleanup_errors=True) as home:
                tries.append(play(journey, Path(home), brain))
        right.append(sum(not one.wrong for one in tries))
        _tell(journey.name, tries, show=options.show)
    brain.close()
    always, mostly = (sum(one > share * options.times for one in right) for share in (0.999, 0.5))
    print(f"\n{always} of {len(right)} journeys were right in all tries, {mostly} in most, with {brain.name}.")


def _tell(name: str, tries: list[Try], *, show: bool) -> None:
    """A line for the journey, and one for each thing that was wrong."""
    seconds = sum(one.seconds for one in tries) / len(tries)
    print(f"{sum(not one.wrong for one in tries)} of {len(tries)}  {seconds:4.0f} s  {name}", flush=True)
    for wrong in dict.fromkeys(wrong for one in tries for wrong in one.wrong):
        print(f"{'':16}{wrong}", flush=True)
    for one in tries if show else []:
        if one.wrong:
            print("\n".join(["", *one.transcript, ""]), flush=True)


if __name__ == "__main__":
    main()
