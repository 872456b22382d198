"""Which label a written answer means."""

import re
from collections.abc import Sequence


def read_label(text: str, labels: Sequence[str]) -> str | None:
    """The label that an answer is, or the only one it names; None if it is none or leaves a choice.

    Case, quotation marks and punctuation around it do not matter.

    Args:
        text: What a model wrote.
        labels: The closed set.
    """
    bare = {_bare(label): label for label in labels}
    if (whole := bare.get(_bare(text))) is not None:
        return whole
    left, named = _bare(text), list[str]()
    for label in sorted(bare, key=len, reverse=True):  # so that "late delivery" is not also "delivery"
        spelled = rf"(?<!\w){re.escape(label)}(?!\w)"
        if label and re.search(spelled, left):
            named.append(bare[label])
            left = re.sub(spelled, " ", left)
    return named[0] if len(named) == 1 else None


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" \"'`“”‘’«».,:;!?*()[]")
