"""What a sentence says, as a vector: a small sentence encoder, so that what means the same is near in other words.

The encoder is MiniLM (Wang et al., 2020) as tuned for sentences (Reimers and Gurevych, 2019): six layers, 22 million
weights, some milliseconds a sentence on a processor. Without it the assistant goes by the words alone.
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assistant.encoder import Encoder, Vectors
from store import StoreError
from tools.weights.bases import resolve_base
from tools.weights.catalogue import find, present
from tools.weights.folder import models_folder
from tools.weights.progress import OnProgress

NAME = "minilm-l6"

log = logging.getLogger(__name__)


class Ear:
    """The encoder, and what it said of texts that ship.

    Args:
        folder: A BERT model in the usual layout.
        memory: Folder for the vectors of texts that ship, so that they are computed once.
    """

    def __init__(self, folder: Path, memory: Path) -> None:
        self._encoder, self._memory = Encoder(folder), memory

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text; see `Encoder.vectors`."""
        return self._encoder.vectors(texts)

    def remembered(self, name: str, texts: Sequence[str]) -> Vectors:
        """The same for texts that change only with the program; kept in a file of that name."""
        digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
        kept = self._memory / f"{name}-{digest}.npy"
        if not kept.is_file():
            for older in self._memory.glob(f"{name}-*.npy"):
                older.unlink(missing_ok=True)
            beside = self._memory / f"{kept.stem}.{os.getpid()}.new.npy"
            np.save(beside, self.vectors(texts).astype(np.float16))
            beside.replace(kept)
        return np.load(kept).astype(np.float32)


@cache
def opened() -> Ear | None:
    """The encoder, if its weights lie on this machine and TUNEWRIGHT_EAR is not "off"."""
    if _off():
        return None
    folder = models_folder()
    here = present(find(NAME), folder)
    return Ear(here, folder) if here else None


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
