"""The process that draws a PDF: `python -m tools.project._pdf_worker FILE`, the document as JSON on its input.

A process of its own, since what shapes letters (uharfbuzz) and what runs the language model (xllamacpp) cannot be
loaded into one: both bring a part of Cython, of different size.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tools.project._document import Section
from tools.project._pdf import draw_pdf
from tools.result import Result


def write_pdf(title: str, sections: Iterable[Section], file: Path) -> set[str]:
    """Draw the document in a process of its own.

    Returns:
        The scripts of letters that no font here has; in the PDF they are told in words.
    """
    told = json.dumps({"title": title, "sections": [asdict(section) for section in sections]}, default=str)
    command = [sys.executable, "-m", "tools.project._pdf_worker", str(file)]
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=True, encoding="utf-8")
    return set(json.loads(done.stdout.splitlines()[-1]))


def main(file: str) -> None:
    """Draw what stands on the input, and print the scripts without a font."""
    told = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    sections = [
        Section(each["title"], [Result.from_json(result) for result in each["results"]], each["source"], each["level"])
        for each in told["sections"]
    ]
    sys.stdout.write(json.dumps(sorted(draw_pdf(told["title"], sections, Path(file)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
