"""Make `wordnet.csv` anew: `python -m tools.augment.words._distil FOLDER`, a second. FOLDER holds WordNet 3.0's files.

WordNet (Princeton, 2006) lists for every meaning the words that have it. Most of what it lists cannot stand in a
sentence: rare words, words of another meaning ("discount" for "dismiss"), spellings. What is kept of a word is what its
counts in tagged text (SemCor, `cntlist.rev`) and the vectors of the encoder that ships both speak for:
- nine in ten of its uses are of one part of speech, so no tagger is needed, and most of these of one meaning;
- the other word has that meaning as its first, and was met in it;
- forms go by rule: words of the files of exceptions (`verb.exc` ...) are left out, and so are the forms in them, which
  WordNet counts as their base ("thought" as "think");
- the two stand near each other in the encoder.
"""

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from tools.audit.words import gendered_words
from tools.augment.words import WORDNET, PartOfSpeech
from tools.embeddings.static import encoder

PARTS: dict[PartOfSpeech, tuple[str, str]] = {
    "noun": ("noun", "1"),
    "verb": ("verb", "2"),
    "adjective": ("adj", "35"),
    "adverb": ("adv", "4"),
}
"""The ending of WordNet's files and the marks in its counts."""
PLAIN = re.compile(r"[a-z]{3,}")
ONE_PART, OTHER_PART, ONE_MEANING = 0.9, 0.5, 0.6
"""The least share of a word's uses in its part of speech, of the other's in its, and in the first meaning."""
NEAR, SPELLING = 0.5, 0.75
"""The least cosine of two words; the likeness of letters from which they are two forms of one."""
LEAST_MET = 2
"""Times that a word must have been met in tagged text."""
CLOSED = frozenset(
    """about above after before behind below beyond but inside off outside over past since than though
    someone somebody anyone anybody everyone everybody something anything everything""".split()
)
"""Prepositions, conjunctions and pronouns, which WordNet knows as adverbs and nouns alone."""


@dataclass
class WordNet:
    """What the files say.

    Attributes:
        meanings: The meanings of (word, part of speech), the most frequent first.
        words: The words of (part of speech, meaning).
        met: Times that (word, part of speech, number of the meaning) was met.
        irregular: Words with forms that do not go by rule, and these forms.
    """

    meanings: dict[tuple[str, str], list[str]] = field(default_factory=dict[tuple[str, str], list[str]])
    words: dict[tuple[str, str], list[str]] = field(default_factory=dict[tuple[str, str], list[str]])
    met: Counter[tuple[str, str, int]] = field(default_factory=Counter[tuple[str, str, int]])
    irregular: set[str] = field(default_factory=set[str])

    def uses(self, word: str, part: str) -> int:
        """How often a word was met as this part of speech."""
        return sum(self.met[word, part, number] for number in range(1, len(self.meanings.get((word, part), ())) + 1))

    def share(self, word: str, part: str) -> float:
        """How much of a word's uses are of this part of speech."""
        return self.uses(word, part) / max(sum(self.uses(word, other) for other, _ in PARTS.values()), 1)


def main(folder: Path) -> None:
    """Choose and write."""
    chosen: dict[tuple[str, str], list[str]] = defaultdict(list)
    pairs = list(_pairs(read(folder)))
    one, other = (encoder().encode([pair[place] for pair in pairs]) for place in (1, 2))
    for (part, word, synonym), cosine in zip(pairs, (one * other).sum(1), strict=True):
        if cosine >= NEAR:
            chosen[part, word].append(synonym)
    with WORDNET.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*key, *others] for key, others in sorted(chosen.items()))


def read(folder: Path) -> WordNet:
    """Read the files of WordNet's database, which `man wndb` describes."""
    found = WordNet()
    parts = {mark: part for part, marks in PARTS.values() for mark in marks}
    for line in (folder / "cntlist.rev").read_text().splitlines():
        if counted := re.fullmatch(r"(.+)%(\d):\S* (\d+) (\d+)", line):
            found.met[counted[1], parts[counted[2]], int(counted[3])] += int(counted[4])
    for part, _ in PARTS.values():
        for cells in _lines(folder / f"index.{part}"):
            found.meanings[cells[0], part] = cells[-int(cells[2]) :]
        for cells in _lines(folder / f"data.{part}"):
            words = cells[4 : 4 + 2 * int(cells[3], 16) : 2]
            found.words[part, cells[0]] = [word.partition("(")[0] for word in words]
        for cells in _lines(folder / f"{part}.exc"):
            found.irregular.update(cells)
    return found


def _lines(file: Path) -> Iterator[list[str]]:
    for line in file.read_text().splitlines():
        if not line.startswith(" "):  # the licence
            yield line.partition("|")[0].split()


def _pairs(wordnet: WordNet) -> Iterator[tuple[PartOfSpeech, str, str]]:
    """Part of speech, word, and what may stand in its place by the counts."""
    for name, (part, _) in PARTS.items():
        for (word, its), meanings in wordnet.meanings.items():
            if its == part and _fit(wordnet, word, part, ONE_PART) and _mostly_first(wordnet, word, part):
                for other in wordnet.words[part, meanings[0]]:
                    same = wordnet.meanings.get((other, part), [""])[0] == meanings[0]
                    if same and other != word and _fit(wordnet, other, part, OTHER_PART) and not _spelt(word, other):
                        yield name, word, other


def _fit(wordnet: WordNet, word: str, part: str, share: float) -> bool:
    other_noun = part == "noun" and word.endswith(("ing", "s"))  # of a verb, or no singular
    return (
        bool(PLAIN.fullmatch(word))
        and not (word in CLOSED or word in wordnet.irregular or word in gendered_words())
        and not other_noun
        and wordnet.uses(word, part) >= LEAST_MET
        and wordnet.share(word, part) >= share
    )


def _mostly_first(wordnet: WordNet, word: str, part: str) -> bool:
    return wordnet.met[word, part, 1] >= ONE_MEANING * wordnet.uses(word, part)


def _spelt(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SPELLING


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
