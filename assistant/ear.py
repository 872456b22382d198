"""What a sentence says, as a vector: a sentence encoder, so that what means the same is near in other words.

The encoder is MPNet (Song et al., 2020) as tuned for sentences (Reimers and Gurevych, 2019): twelve layers, 109 million
weights, some hundredths of a second a sentence on a processor. An adapter that was trained on the sayings with the
project's own tools (`assistant/tune.py`) ships with the program. Without the encoder it goes by the words alone.
"""

import logging
import os
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from assistant.encoder import Encoder, Vectors
from assistant.heard import Heard
from store import StoreError
from tools.weights.bases import resolve_base
from tools.weights.catalogue import find, present
from tools.weights.folder import models_folder
from tools.weights.progress import OnProgress

NAME = "mpnet-base"
TUNED = Path(__file__).with_name("tuned")

log = logging.getLogger(__name__)


class Ear:
    """The encoder, and what it said of texts that ship.

    Args:
        folder: An encoder model in the usual layout.
        heard: What is known of texts that ship; without it the encoder's own vectors are given.
        adapter: What it learned of the sayings; see `Encoder`.
    """

    def __init__(self, folder: Path, heard: Heard | None = None, adapter: Path | None = None) -> None:
        self.folder, self._heard = folder, heard
        self._encoder = Encoder(folder, adapter)

    def whole(self, texts: Sequence[str]) -> Vectors:
        """The encoder's own vectors; see `Encoder.vectors`."""
        return self._encoder.vectors(texts)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, nearly of unit length: the nearer two rows, the nearer what the texts say."""
        return self._heard.projected(self.whole(texts)) if self._heard else self.whole(texts)

    @lru_cache(maxsize=64)  # noqa: B019 - there is one ear, and it lives as long as the process
    def vector(self, text: str) -> Vectors:
        """The same for one text, shape (1, d); several classifiers ask for what was said last."""
        return self.vectors([text])

    def remembered(self, texts: Sequence[str]) -> Vectors:
        """The same for texts that ship: only those that are not known go through the encoder."""
        if not self._heard:
            return self.whole(texts)
        known, found = self._heard.known(texts)
        if new := [text for text, here in zip(texts, known, strict=True) if not here]:
            found[~known] = self.vectors(new)
        return found

    def chances(self, text: str) -> dict[str, float]:
        """The logarithm of the probability that each tool is meant; empty if it did not learn them."""
        return self._encoder.chances(text)


@cache
def opened() -> Ear | None:
    """The encoder, if its weights lie on this machine and TUNEWRIGHT_EAR is not "off"."""
    if _off():
        return None
    here = present(find(NAME), models_folder())
    return Ear(here, Heard.read(), TUNED if TUNED.exists() else None) if here else None


def fetch_ear(folder: Path, on_progress: OnProgress | None = None) -> None:
    """Load the encoder's weights where they are not here yet; it can be done without, so a failure is only logged."""
    if _off():
        return
    try:
        resolve_base(NAME, folder, on_progress)
    except StoreError as error:
        log.warning("Going by the words alone: %s", error)


def _off() -> bool:
    return os.environ.get("TUNEWRIGHT_EAR", "").lower() == "off"
