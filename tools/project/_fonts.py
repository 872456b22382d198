"""Fonts for a PDF, which has to carry its own: DejaVu Sans, and what this machine has for other scripts.

DejaVu Sans comes with matplotlib, which captum needs; it holds Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian,
Georgian and more. For Chinese, Japanese, Korean, Devanagari, Thai ... a font of the machine is taken, if there is one.
"""

# pyright: reportMissingTypeStubs=false

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from tools.words import counted

FOLDERS: dict[str, tuple[str, ...]] = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
}
LIKELY = (
    "regular",
    "noto",
    "unifont",
    "arialuni",
    "arial unicode",
    "gothic",
    "hei",
    "song",
    "ming",
    "meiryo",
    "nirmala",
)
"""Parts of names of fonts that hold many scripts; these are looked into first."""
UNLIKELY = ("bold", "italic", "oblique", "mono", "light", "thin", "black", "condensed", "emoji", "symbol", "serif")
MOST_OPENED = 200
"""Fonts that are looked into at most, so that a report does not wait for a machine with thousands."""


@dataclass(frozen=True)
class Fonts:
    """The fonts of a document.

    Attributes:
        faces: The files with their number in a collection; the first is the text's, the rest step in for letters that
            it lacks.
        bold: The text's bold face.
        letters: What can be drawn, as code points.
    """

    faces: list[tuple[Path, int]]
    bold: Path
    letters: set[int] = field(repr=False)

    def drawable(self, text: str) -> tuple[str, set[str]]:
        """The text with each run of letters that no font has told in words, and the scripts of these."""
        parts: list[str] = []
        missing: set[str] = set()
        for there, run in groupby(text, key=lambda letter: ord(letter) in self.letters or letter.isspace()):
            letters = "".join(run)
            if there:
                parts.append(letters)
                continue
            for script, some in groupby(letters, key=_script):
                count = sum(1 for _ in some)
                missing.add(script)
                parts.append(f"[{counted(count, script if script == 'symbol' else f'{script} letter')}]")
        return "".join(parts), missing


def fonts_for(text: Iterable[str]) -> Fonts:
    """The fonts that a document with these letters needs, as far as there are any."""
    own = _own()
    letters = set(_covered(own / "DejaVuSans.ttf", 0))
    faces = [(own / "DejaVuSans.ttf", 0)]
    wanted = {ord(letter) for letter in text if letter.isprintable() and not letter.isspace()} - letters
    for file in list(_installed())[:MOST_OPENED] if wanted else ():
        if wanted & (has := _covered(file, 0)):
            faces.append((file, 0))
            letters |= has
            wanted -= has
        if not wanted:
            break
    return Fonts(faces, own / "DejaVuSans-Bold.ttf", letters)


def _own() -> Path:
    """Where DejaVu Sans is; found without importing matplotlib."""
    found = find_spec("matplotlib")
    assert found and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


def _installed() -> Iterator[Path]:
    """The fonts of this machine, those first that hold many scripts."""
    folders = [Path(folder).expanduser() for folder in FOLDERS.get(sys.platform, FOLDERS["linux"])]
    files = [file for folder in folders if folder.is_dir() for file in folder.rglob("*")]
    yield from sorted((file for file in files if file.suffix.lower() in (".ttf", ".otf", ".ttc")), key=_rank)


def _rank(file: Path) -> tuple[int, str]:
    name = file.name.lower()
    return sum(word in name for word in UNLIKELY) - sum(word in name for word in LIKELY), str(file)


@cache
def _covered(file: Path, number: int) -> frozenset[int]:
    """The code points that a font has; none if it cannot be read, or draws with bitmaps alone."""
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - slow to import, and only a PDF needs it

    with suppress(OSError, TTLibError, ValueError, KeyError, AssertionError):
        with TTFont(file, fontNumber=number, lazy=True) as font:
            if {"glyf", "CFF "} & {*font.keys()} and "fvar" not in font:
                return frozenset(font.getBestCmap() or ())
    return frozenset()


def _script(letter: str) -> str:
    """What a letter is of, in the words of its Unicode name: "Hangul", "Devanagari"."""
    if unicodedata.category(letter).startswith("S"):
        return "symbol"
    name = unicodedata.name(letter, "unknown").split()
    return "Han" if name[0] == "CJK" else name[0].capitalize()
