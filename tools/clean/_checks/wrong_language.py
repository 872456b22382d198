"""Rows in another language than the rest."""

import re
from collections import Counter
from collections.abc import Iterator

from tools.clean._contents import contents, streamed
from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal
from tools.data._language import NAMES, NOT_LANGUAGE, Shares, languages, named

GROUP = "text"
CALLED = "language languages foreign untranslated"
"""What people call it."""

LEAST_BYTES = 24
"""In UTF-8, so that scripts whose letters say more need fewer. Below it, even good guesses are unreliable."""
LOOKED_AT = 400
"""Characters of a text that are looked at."""
NAMED_ONLY = frozenset({"la", "eo", "ia", "ie", "io", "vo"})
"""Languages whose words also stand in lists of names (species, elements) and that hardly anyone writes by mistake."""
QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„\n]*[\"“”«»„]|(?<!\w)'[^'\n]{3,}'(?!\w)|(?<!\w)‘[^’\n]{3,}’(?!\w)")
"""What is spoken about, such as a sentence to translate."""
LEAST_ROWS = 20
"""With enough words to tell their language."""
SAMPLE = 2_000
MOST_ROWS = 200_000
"""Of a larger dataset every second row, or third and so on, is judged."""
MEANT = 0.1
"""The share of rows from which a language is there on purpose."""
MAIN = 0.5
"""The least share of rows in languages that are there on purpose, for the others to be strays."""
LEAST_SURE = 0.5
SHORT, SURE_OF_SHORT = 48, 0.75
"""Bytes of a text below which the guess must be surer."""
MOST_DOUBT = 0.01
"""The most probability left to the languages that are there on purpose."""


def find(data: Examined) -> Proposal | str:
    """Propose dropping inputs that are surely in a language which few rows are in."""
    usual = {column: _usual(data, column) for column in data.here.inputs if column in data.here.written}
    known = {column: codes for column, codes in usual.items() if codes}
    if not known:
        return f"it takes {LEAST_ROWS} texts of a sentence or more, mostly in the same few languages"
    main = " and ".join(dict.fromkeys(named(code) for codes in known.values() for code in codes))
    return Proposal(
        found=f"{{rows:row is|rows are}} in another language than {main}{_left_out(data)}",
        sentence=f"Drop {{rows:row that is|rows that are}} in another language than {main}.",
        done=f"Dropped {{rows:row that was|rows that were}} in another language than {main}.",
        why="A few rows in another language are too few to learn it from, and people who check the answers may not be"
        " able to read them.",
        doubt="Mixed texts, dialects and names in other languages can be taken for another language; short texts are"
        " not judged. If the rows belong here, decline this.",
        edits="from strays",
        views={"strays": saved(data, "wrong_language", _strays(data, known))},
    )


def _every(data: Examined) -> int:
    return -(-data.here.version.rows // MOST_ROWS) or 1


def _left_out(data: Examined) -> str:
    return f" (one row in {_every(data)} was judged)" if _every(data) > 1 else ""


def _usual(data: Examined, column: str) -> list[str]:
    """The languages that a column is in on purpose, the most frequent first; none if it cannot be told."""
    cell = data.here.cell(column)
    rows = data.connection.execute(
        f"select {cell} from parent where strlen({cell}) >= {LEAST_BYTES} order by hash(_row) limit {SAMPLE}"
    ).fetchall()
    found = [shares for (text,) in rows if (shares := _shares(wording(contents(text))))]
    counts = Counter(next(iter(shares)) for shares in found)
    codes = [code for code, count in counts.most_common() if count >= MEANT * len(found)]
    enough = len(found) >= LEAST_ROWS and sum(counts[code] for code in codes) >= MAIN * len(found)
    return codes if enough else []


def _strays(data: Examined, usual: dict[str, list[str]]) -> Iterator[Edit]:
    seen: set[int] = set()
    worth = f"hash(_row) % {_every(data)} = 0 and strlen({{}}) >= {LEAST_BYTES}"
    for row, column, text in streamed(data, list(usual), worth.format):
        language = _another(wording(contents(text)), usual[column])
        if language and row not in seen:
            seen.add(row)
            told = f"in {named(language)}" if language in NAMES else f"not in {named(usual[column][0])}"
            yield Edit(row, column, text, None, told, "drop")


def wording(text: str) -> str:
    """What of a text is language, as far as it is looked at."""
    return " ".join(QUOTED.sub(" ", NOT_LANGUAGE.sub(" ", text[: 4 * LOOKED_AT])).split())[:LOOKED_AT]


def _shares(text: str) -> Shares:
    """How likely each language is; nothing for a text that says too little."""
    return languages(text) if len(text.encode("utf-8", "replace")) >= LEAST_BYTES else {}


def _another(text: str, usual: list[str]) -> str:
    """The language of a text that is in none of the usual ones, neither the whole nor its halves."""
    shares = _shares(text)
    best = next(iter(shares), "")
    sure = SURE_OF_SHORT if len(text.encode("utf-8", "replace")) < SHORT else LEAST_SURE
    if not best or best in usual or best in NAMED_ONLY or shares[best] < sure:
        return ""
    if sum(shares.get(code, 0.0) for code in usual) > MOST_DOUBT:
        return ""
    middle = len(text) // 2
    middle = text.find(" ", middle) if " " in text[middle:] else middle
    for half in (text[:middle], text[middle:]):
        guess = _shares(half)
        if guess and next(iter(guess)) in usual:
            return ""
    return best
