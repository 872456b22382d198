"""Find the example requests that are most like what the user said.

TF-IDF over words, over the three-letter pieces of words, and over what words mean in this trade, compared by cosine:
pieces forgive endings and typing errors, meanings let "get rid of the twins" meet "drop the duplicates", and a few
hundred examples need no model and no dependency.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

Vector = dict[str, float]
MEANINGS = """
    drop remove delete discard eliminate rid erase throw strip
    duplicate duplicates double doubles repeated repeats repeat twin twins copies twice identical redundant
    problem problems issue issues error errors mistake mistakes wrong defect defects quality dirty messy clean tidy mend
    fix fixes apply carry accept approve
    decline reject refuse skip ignore leave forget
    undo revert back rollback restore redo return reverse
    load import open read upload uploaded fetch download bring ingest add
    describe profile overview summary summarise summarize inside look contents explore inspect
    history happened changed changes versions log done
    split divide hold holdout aside separate partition reserve portion test validation
    format prompt prompts completion completions messages chat template convert turn pairs
    augment synonyms synonym paraphrase variations enlarge more expand
    plan recommend recommendation advise suggest estimate setup settings choose
    train training tune tuning finetune finetuning fit start begin launch kick learn
    progress going coming status loss far running along finished
    stop halt cancel abort kill interrupt pause end
    resume continue carry pick proceed
    evaluate score measure assess accuracy good better performance improved improve judge
    try ask answer answers answering say says reply sample
    compare comparison versus against winner wins best than
    bias fair fairness unfair discriminate discrimination equal alike gender men women groups group
    explain why because reason words attribution
    report document write summary card manager boss paper
    export save deploy merge weights folder adapter ship
    project board status overview next left missing todo step
    goal aim want need purpose objective target task
    email emails mail mails phone phones personal private privacy names addresses pii
    count many number average longest shortest most fewest list which rows
"""
"""Words that mean much the same here, a line each."""
MEANING_COUNTS, THREE_LETTERS_COUNT = 2.0, 0.3
"""Against 1 for the word itself: measured on benchmarks/requests/development.jsonl."""
FUNCTION_WORDS = frozenset(
    """a an the of to in on at by for from with as is are was were be been am do does did done has have had i me my you
    your we us our it its this that these those there here and or but so if then than not can could will would shall
    should may might must let lets just only please now up out about into over all any some one ones get got give go
    take make be s t m re ll ve d please dont im ive""".split()
)
_MEANING: dict[str, list[str]] = {}
for _at, _line in enumerate(MEANINGS.split("\n")):
    for _word in _line.split():
        _MEANING.setdefault(_word, []).append(f"={_at}")


class Nearest:
    """Texts to search, each weighed once."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [_pieces(text) for text in texts]
        found_in = Counter(piece for pieces in counted for piece in pieces)
        self._rarity = {piece: math.log(1 + len(texts) / times) for piece, times in found_in.items()}
        self._count = len(counted)
        self._with: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, pieces in enumerate(counted):
            for piece, weight in self._weighed(pieces).items():
                self._with[piece].append((place, weight))

    def scores(self, text: str) -> list[float]:
        """How alike each text is, from 0 to 1."""
        scores = [0.0] * self._count
        for piece, weight in self._weighed(_pieces(text)).items():
            for place, its in self._with.get(piece, ()):
                scores[place] += weight * its
        return scores

    def best(self, text: str, count: int) -> list[int]:
        """The places of the texts most alike, the most alike last."""
        scores = self.scores(text)
        return sorted(range(len(scores)), key=lambda place: scores[place])[-count:]

    def _weighed(self, pieces: Mapping[str, float]) -> Vector:
        vector = {piece: n * self._rarity.get(piece, 0.0) for piece, n in pieces.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {piece: weight / length for piece, weight in vector.items() if weight}


def _pieces(text: str) -> dict[str, float]:
    pieces: dict[str, float] = defaultdict(float)
    for word in re.findall(r"[^\W_]+", text.lower()):
        pieces[word] += 1
        for meaning in _MEANING.get(word, []):
            pieces[meaning] += MEANING_COUNTS
        if word not in FUNCTION_WORDS:
            padded = f"<{word}>"
            for at in range(len(padded) - 2):
                pieces[padded[at : at + 3]] += THREE_LETTERS_COUNT
    return pieces
