"""What the user's own patterns match."""

import re

from tools.clean._examined import Examined
from tools.clean._personal.patterns import Pattern
from tools.clean._personal.proposal import proposal
from tools.clean._personal.stand_ins import digits
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "pattern custom regex regular expression"
"""What people call it."""


def find(data: Examined) -> Proposal | str:
    """Propose masking, replacing or dropping it."""
    treatment = data.treatment
    patterns = [Pattern(written) for written in treatment.patterns]
    if not patterns:
        return "no pattern given"

    def mend(text: str) -> str:
        for pattern in patterns:
            for start, end in reversed(pattern.spans(text)):
                value = text[start:end]
                instead = digits("custom", value, treatment.key) if treatment.way == "replace" else pattern.mask
                text = f"{text[:start]}{instead}{text[end:]}"
        return text

    masks = " or ".join(dict.fromkeys(pattern.mask for pattern in patterns))
    noun = f"match of {_told(patterns)}|matches of {_told(patterns)}"
    return proposal(data, "custom_patterns", (noun, masks), lambda cell: f"{cell} <> ''", mend)


def _told(patterns: list[Pattern]) -> str:
    """The patterns for a sentence that will be formatted."""
    return " and ".join(re.sub(r"[{}]", lambda brace: brace[0] * 2, pattern.written) for pattern in patterns)
