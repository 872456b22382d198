"""Words for a place in a row: "third", "dritte", and "three" where it stands for one: "step three"."""

import re

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "fünfte": 5, "première": 1, "deuxième": 2,
    "troisième": 3, "quatrième": 4, "primera": 1, "segunda": 2, "tercera": 3, "cuarta": 4, "primeira": 1,
    "terceira": 3, "quarta": 4,
}  # fmt: skip
CARDINALS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}


def numbered(said: str) -> int:
    """The number that digits, an ordinal or a cardinal say."""
    said = said.lower()
    if digits := re.match(r"\d+", said):
        return int(digits[0])
    if said in CARDINALS:
        return CARDINALS[said]
    return ORDINALS.get(said) or ORDINALS[said.rstrip("nrsm")]
