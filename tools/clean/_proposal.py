"""What a check proposes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Proposal:
    """A change in words and as edits. In the words, `{rows:row|rows}` becomes the number of rows with its word."""

    found: str
    """What was found, in the middle of a sentence: "{rows:row repeats|rows repeat} an earlier row exactly"."""
    sentence: str
    """What would be done: "Drop {rows:row|rows} that ..."."""
    done: str
    """The same in the past tense, for the history."""
    why: str
    edits: str
    """A SELECT of `store.edits.EDITS` over the view `parent` and `views`."""
    views: Mapping[str, Path] = field(default_factory=lambda: dict[str, Path]())
    doubt: str = ""
    """How it could be wrong, in words."""
    way: str = ""
    """How it mends, where the user may choose among several ways, such as "mask"."""


@dataclass(frozen=True)
class Notice:
    """Something found that no edit of the rows would mend."""

    found: str
    """What was found and what to do about it, in whole sentences; empty if nothing was."""
