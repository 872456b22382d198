"""Bring `heard.npz` in line with the sayings and the handbook, after they were changed.

    python -m assistant.listen [--anew]

New texts go through the encoder, those that are gone are forgotten; `--anew` also finds new axes, for another encoder.
"""

import argparse
import sys

from assistant import after, chosen, meant, topics
from assistant.ear import NAME, Ear
from assistant.encoder import Encoder
from assistant.heard import FILE, Heard
from assistant.settings import Settings
from tools.weights.bases import resolve_base
from tools.weights.progress import PrintProgress


def main() -> None:
    """Listen to every text that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anew", action="store_true", help="find new axes and hear every text again")
    options = parser.parse_args()
    texts = shipped()
    folder = resolve_base(NAME, Settings.read().models, PrintProgress()).folder
    if options.anew:
        whole = Encoder(folder).vectors(texts)
        heard = Heard.fitted(whole)
        vectors = heard.projected(whole)
    else:
        heard = Heard.read()
        vectors = Ear(folder, heard).remembered(texts)
    new = len(texts) - int(heard.known(texts)[0].sum())
    heard.with_only(texts, vectors).write()
    sys.stdout.write(f"{FILE}: {len(texts)} texts, {new} of them new.\n")


def shipped() -> list[str]:
    """All texts that the classifiers learn from, each once."""
    said = [text for text, _ in (*meant.sayings(), *topics.examples())]
    return list(dict.fromkeys([*said, *chosen.texts(), *after.texts()]))


if __name__ == "__main__":
    main()
