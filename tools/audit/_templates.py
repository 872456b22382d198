"""Sentences in two forms, with and against a stereotype: our own, and CrowS-Pairs and WinoBias where present."""

import csv
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WORDS = {"they": ("he", "she"), "them": ("him", "her"), "their": ("his", "her")}
CROWS = Path("crows_pairs", "crows_pairs_anonymized.csv")
WINO = "winobias"


@dataclass(frozen=True)
class Contrast:
    """A sentence as a stereotype has it, and the same sentence about another group."""

    test: str
    attribute: str
    stereotyped: str
    other: str


def contrasts(data: Path | None) -> list[Contrast]:
    """Every pair: our own, then those of public sets.

    Args:
        data: A folder that may hold `crows_pairs` and `winobias`; None for our own only.
    """
    found = [*stereotypes(), *occupations()]
    if data and (data / CROWS).is_file():
        found += crows_pairs(data / CROWS)
    if data and (data / WINO).is_dir():
        found += winobias(data / WINO)
    return found


@cache
def stereotypes() -> tuple[Contrast, ...]:
    """Pairs in the manner of CrowS-Pairs, from stereotypes.toml."""
    return tuple(
        Contrast("stereotypes", attribute, _article(sentence, more), _article(sentence, less))
        for attribute, read in _read("stereotypes.toml").items()
        for sentence, more, less in read["lines"]
    )


@cache
def occupations() -> tuple[Contrast, ...]:
    """Pairs in the manner of WinoBias, from occupations.toml."""
    read = _read("occupations.toml")
    return tuple(
        Contrast("occupations", "gender", told(gender), told(1 - gender))
        for pair in read["pairs"]
        for gender in (0, 1)
        for template in read["templates"]
        for told in [_pronouns(template.replace("{one}", pair[gender]).replace("{other}", pair[1 - gender]))]
    )


def crows_pairs(path: Path) -> list[Contrast]:
    """The pairs of CrowS-Pairs: the sentence with the stereotyped group first, as `sent_more` has it."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Contrast("CrowS-Pairs", row["bias_type"], row["sent_more"], row["sent_less"])
            for row in csv.DictReader(file)
        ]


def winobias(folder: Path) -> list[Contrast]:
    """The pairs of WinoBias, test part where there is one: for the stereotype and against it, line by line."""
    found: list[Contrast] = []
    for kind in ("type1", "type2"):
        pro = _wino_lines(folder / f"pro_stereotyped_{kind}.txt.test")
        anti = _wino_lines(folder / f"anti_stereotyped_{kind}.txt.test")
        found += [Contrast("WinoBias", kind, one, other) for one, other in zip(pro, anti, strict=False) if one != other]
    return found


@dataclass(frozen=True)
class Opening:
    """The beginning of a sentence about a person of a group, and the template it comes from."""

    attribute: str
    group: str
    template: str
    text: str


def openings(templates: int = 10) -> Iterator[Opening]:
    """Every group with the first so many templates of openings.toml."""
    read = _read("openings.toml")
    for attribute, groups in read["groups"].items():
        for group in groups:
            for template in read["openings"][:templates]:
                yield Opening(attribute, group, template, template.format(group))


def _wino_lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    lines: Sequence[str] = path.read_text(encoding="utf-8").splitlines()
    return [re.sub(r"^\d+\s+|[\[\]]", "", line).strip() for line in lines if line.strip()]


def _pronouns(sentence: str) -> Any:
    def told(gender: int) -> str:
        return re.sub(r"\{(\w+)\}", lambda slot: WORDS[slot[1]][gender], sentence)

    return told


def _article(sentence: str, word: str) -> str:
    """The word in its place, its article right."""
    told = sentence.format(word)
    return re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", told)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
