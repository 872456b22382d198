"""Cut long documents into passages: at paragraphs where that is possible, else at sentences, else at words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 1_500
"""What one passage may have: about 350 tokens of English, so that several fit beside a question and its answer."""
FEW_CHARACTERS = 200
"""A rest this short joins the passage before it."""
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[^\W_a-z])|(?<=[。！？])")
ABBREVIATED = re.compile(
    r"(?:\b(?:[^\W\d_]|Dr|Mrs?|Ms|Prof|St|No|Nr|Fig|vs|cf|al|approx|bzw|usw|etc|e\.g|i\.e|z\.B))\.$"
)
"""How a piece ends whose full stop does not end a sentence: initials and the commonest shortened words."""


@dataclass(frozen=True)
class Block:
    """A paragraph, list, table or piece of code, as it stands in a document.

    Attributes:
        text: What it says; its own line breaks are kept.
        page: Where it begins, from 1, in documents that have pages.
        heading: The headings above it, outermost first, joined by " > ".
    """

    text: str
    page: int | None = None
    heading: str | None = None


def passages(blocks: Iterable[Block], most: int = MOST_CHARACTERS) -> Iterator[Block]:
    """Join short blocks and cut long ones, so that each passage says one whole thing and none is too long.

    A passage begins anew at each heading, and stands on the page that it begins on. Memory stays bounded by a passage.

    Args:
        blocks: The document in its order.
        most: Characters that a passage may have.
    """
    open_: Block | None = None
    for glue, piece in (piece for block in blocks for piece in _pieces(block, most)):
        if open_ is None:
            open_ = piece
        elif _joins(open_, piece, most):
            open_ = Block(f"{open_.text}{glue}{piece.text}", open_.page, open_.heading)
        else:
            yield open_
            open_ = piece
    if open_ is not None:
        yield open_


def _joins(before: Block, piece: Block, most: int) -> bool:
    if before.heading != piece.heading:
        return False
    room = most + (FEW_CHARACTERS if len(piece.text) < FEW_CHARACTERS else 0)
    return len(before.text) + 2 + len(piece.text) <= room


def _pieces(block: Block, most: int) -> Iterator[tuple[str, Block]]:
    """A block in pieces that are short enough, each with what stands between it and the piece before it."""
    text = block.text.strip()
    glue = "\n\n"
    for part in _packed(_sentences(text), most) if len(text) > most else [text] if text else []:
        yield glue, Block(part.strip(), block.page, block.heading)
        glue = part[len(part.rstrip()) :]


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, each with the space after it; only where a full stop surely ends one."""
    begin = 0
    for end in SENTENCE_END.finditer(text):
        if not ABBREVIATED.search(text, max(begin, end.start() - 12), end.start()):
            yield text[begin : end.end()]
            begin = end.end()
    yield text[begin:]


def _packed(sentences: Iterable[str], most: int) -> Iterator[str]:
    """As many sentences at a time as fit, those that do not fit by themselves cut between words."""
    open_ = ""
    for piece in (part for sentence in sentences for part in _cut(sentence, most)):
        if open_ and len(open_) + len(piece.rstrip()) > most:
            yield open_
            open_ = ""
        open_ += piece
    if open_.strip():
        yield open_


def _cut(sentence: str, most: int) -> Iterator[str]:
    while len(sentence.rstrip()) > most:
        places = [sentence.rfind(mark, most // 2, most) for mark in ("\n", " ")]
        place = next((place + 1 for place in places if place > 0), most)
        yield sentence[:place]
        sentence = sentence[place:]
    if sentence.strip():
        yield sentence
