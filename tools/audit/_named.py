"""Who is named in the texts of a dataset, and the groups that rows fall into by it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from store import Version
from tools.audit._lists import NAMES, Term
from tools.audit._rates import FEWEST_ROWS, Attribute
from tools.audit._terms import Finder
from tools.audit.words import group_of_name

NAMED_SHARE = 0.3
"""A column of which this share of the values begins with a known first name is taken for names."""
PERSONAL = ("gender", NAMES)
"""Attributes that nearly every text about someone tells: whether they are named at all says little."""
IN_TEXT, OR_NOT, NOT_NAMED = " in text", ", named or not", "not named"
Cells = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Named:
    """Who is named by terms of one attribute.

    Attributes:
        attribute: Such as religion.
        rows: By group, the places of the rows that name it.
        words: By group, how many rows have each word, in lower case.
        attributes: The ways to group rows by it.
    """

    attribute: str
    rows: Mapping[str, list[int]]
    words: Mapping[str, Counter[str]]
    attributes: list[Attribute] = field(default_factory=list[Attribute])


def named(whose: Sequence[str], columns: Cells, terms: Sequence[Term]) -> list[Named]:
    """Find who is named in some columns.

    Args:
        whose: The columns with texts.
        columns: All cells.
        terms: What to look for.
    """
    if not whose:
        return []
    finder = Finder(terms)
    rows: dict[str, dict[str, list[int]]] = {}
    words: dict[str, dict[str, Counter[str]]] = {}
    for place, cells in enumerate(zip(*(columns[name] for name in whose), strict=True)):
        found = {(each.attribute, each.group, each.words.lower()) for each in finder.find("\n".join(cells))}
        for attribute, group in {(attribute, group) for attribute, group, _ in found}:
            rows.setdefault(attribute, {}).setdefault(group, []).append(place)
        for attribute, group, word in found:
            words.setdefault(attribute, {}).setdefault(group, Counter())[word] += 1
    order = list(dict.fromkeys(term.attribute for term in terms))
    total, where = len(columns[whose[0]]), " and ".join(whose)
    return [
        Named(one, rows[one], words[one], _attributes(one, rows[one], total, where)) for one in order if one in rows
    ]


def _attributes(attribute: str, rows: Mapping[str, Sequence[int]], total: int, where: str) -> list[Attribute]:
    """By which group alone is named, and by whether any is."""
    among: list[set[str]] = [set() for _ in range(total)]
    for group, places in rows.items():
        for place in places:
            among[place].add(group)
    alone = [next(iter(groups)) if len(groups) == 1 else None for groups in among]
    how = f"words for {attribute} in {where}" if attribute not in PERSONAL else _HOW[attribute].format(where)
    large = sum(rows >= FEWEST_ROWS for rows in Counter(one for one in alone if one).values())
    found = [Attribute(attribute + IN_TEXT, how, alone)] if large > 1 or attribute in PERSONAL else []
    if attribute in PERSONAL:
        return found
    told = ["named" if groups else NOT_NAMED for groups in among]
    return [*found, Attribute(attribute + OR_NOT, how, told, mention=True)]


_HOW = {"gender": "gendered words and names in {}", NAMES: "first names in {}"}


def in_column(version: Version, columns: Cells, terms: Sequence[Term]) -> list[Attribute]:
    """The groups that the first names in a column of names suggest."""
    found: list[Attribute] = []
    finder = Finder(term for term in terms if term.attribute in PERSONAL)
    texts = {version.column(role) for role in ("text", "prompt", "completion", "messages", "label")}
    for name, values in columns.items():
        if name in texts or version.roles.get(name, "other") not in ("other", "id") or not _holds_names(values):
            continue
        for attribute in PERSONAL:
            groups = [_only(finder, value, attribute) for value in values]
            found.append(Attribute(f"{attribute} in {name}", f"first names in {name}", groups))
    return [attribute for attribute in found if any(attribute.groups)]


def _only(finder: Finder, text: str, attribute: str) -> str | None:
    groups = {each.group for each in finder.find(text) if each.attribute == attribute}
    return groups.pop() if len(groups) == 1 else None


def _holds_names(values: Sequence[str]) -> bool:
    filled = [value.split() for value in values if value.split()]
    known = sum(words[0] in group_of_name() for words in filled if len(words) <= 4)
    return bool(filled) and known >= NAMED_SHARE * len(filled)
