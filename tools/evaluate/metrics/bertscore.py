"""BERTScore: how near each token of an answer is to one of the reference, by what an encoder makes of it in context."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array
from tools.weights.catalogue import find, present
from tools.weights.folder import models_folder

Texts = Sequence[str]
ENCODERS = ("mpnet-base", "minilm-l6")
"""Of the catalogue, the better first. None is downloaded for this."""


class BertScoreFamily(metric.Family):
    """BERTScore alone."""


class BertScore(metric.Metric):
    """Mean F1 of greedily matched tokens, on the last layer of an encoder that is at hand, without weights of tokens.

    The formula is that of the package bert-score with `idf=False` and no rescaling; start and end marks do not count.
    Values depend on the encoder, which `signature` names, and the two of the catalogue know English only.

    Args:
        encoder: The folder of the encoder; by default the first of `ENCODERS` that is on this machine.
    """

    key = "bertscore"
    about = "Mean F1 of tokens matched by meaning in context, on the last layer of a local encoder; from 0 to 1."
    source = "Zhang et al. 2020, BERTScore"

    def __init__(self, encoder: Path | None = None) -> None:
        super().__init__()
        self._encoder = encoder

    def fits(self, references: Texts) -> None:
        """An encoder must be on this machine."""
        self.folder()

    def folder(self) -> Path:
        """Where the encoder lies.

        Raises:
            Undefined: None is at hand.
        """
        at_hand = (present(find(name), models_folder()) for name in ENCODERS)
        found = self._encoder or next((folder for folder in at_hand if folder), None)
        if found is None or not found.exists():
            raise metric.Undefined(
                f"BERTScore needs an encoder, and none is on this machine. `tunewright models pull {ENCODERS[-1]}` "
                "brings one."
            )
        return found

    def read(self, predictions: Sequence[Any], **given: Any) -> Sequence[Any]:
        """The answers, read by another encoder if `encoder` names its folder."""
        if encoder := given.pop("encoder", None):
            self._encoder = Path(encoder)
        return super().read(predictions, **given)

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """F1, and one."""
        from tools.evaluate._token_vectors import token_vectors  # noqa: PLC0415  (torch takes seconds to import)

        vectors = token_vectors(self.folder(), [*predictions, *references])
        answered, true = vectors[: len(predictions)], vectors[len(predictions) :]
        return metric.means([_f1(said, right) for said, right in zip(answered, true, strict=True)])

    def signature(self) -> str:
        """What must be told beside the number."""
        return f"{self.folder().name}, last layer, no idf, no rescaling"


def _f1(answered: Array, true: Array) -> float:
    """From unit vectors of tokens, (tokens, size); 0 where one of the texts is empty."""
    if not len(answered) or not len(true):
        return 0.0
    near: Array = answered @ true.T
    precision, recall = float(near.max(axis=1).mean()), float(near.max(axis=0).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


BertScoreFamily.members = (BertScore,)
