"""Profile a Parquet file with fg-data-profiling: run by the Python of an environment that has it, and nothing of ours.

`python profile_library.py FILE minimal|default` prints seconds, seconds of processor time and peak bytes as JSON.
"""

import json
import resource
import sys
import time

import pandas as pd
from data_profiling import ProfileReport  # pyright: ignore[reportMissingImports]


def main(file: str, how: str) -> None:
    """Read and describe the file; no page is written."""
    began = time.monotonic()
    rows = pd.read_parquet(file)
    described = ProfileReport(rows, minimal=how == "minimal", progress_bar=False).get_description()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        json.dumps(
            {
                "seconds": time.monotonic() - began,
                "processor": sum(each.ru_utime + each.ru_stime for each in used),
                "peak": 1024 * used[0].ru_maxrss,
                "rows": described.table["n"],
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
