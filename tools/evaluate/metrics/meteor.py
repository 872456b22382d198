"""METEOR without synonyms: words that are equal or have one stem, in chunks; by nltk.

nltk's METEOR also matches synonyms from WordNet, which has to be downloaded. Here that step finds none, so values are
a little below those with WordNet, and are not to be set beside published ones.
"""

# pyright: reportMissingTypeStubs=false, reportIncompatibleMethodOverride=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportArgumentType=false, reportUnknownArgumentType=false

from collections.abc import Sequence

from nltk.tokenize import wordpunct_tokenize
from nltk.translate.meteor_score import single_meteor_score

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]


class MeteorFamily(metric.Family):
    """METEOR alone."""


class Meteor(metric.Metric):
    """Mean METEOR of the rows with nltk's exact and stem matches, and no WordNet."""

    key = "meteor"
    about = "Words that are equal or share a stem, less a penalty for being apart; synonyms do not count."
    source = "Banerjee and Lavie 2005; nltk.translate.meteor_score"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """METEOR, and one."""
        words = [(wordpunct_tokenize(r), wordpunct_tokenize(p)) for p, r in zip(predictions, references, strict=True)]
        return metric.means([float(single_meteor_score(r, p, wordnet=NoSynonyms())) for r, p in words])

    @staticmethod
    def signature() -> str:
        """What must be told beside the number."""
        return "nltk, exact and Porter stems, without WordNet"


class NoSynonyms:
    """A WordNet that knows no word."""

    def synsets(self, word: str) -> list[str]:
        """None."""
        return []


MeteorFamily.members = (Meteor,)
