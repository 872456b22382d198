"""HTML, entities, boilerplate and other leftovers of where a text was found."""

from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._markup import SUSPECT, without_markup
from tools.clean._mend import mended
from tools.clean._proposal import Proposal

GROUP = "text"
CALLED = "markup html tags entities boilerplate markdown debris"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose the words alone; code stays."""
    file = mended(
        data,
        "markup_noise",
        "markup or leftovers",
        lambda cell: f"regexp_matches({cell}, {literal(SUSPECT)})",
        without_markup,
    )
    return Proposal(
        found="{rows:row has|rows have} markup or leftovers of the page they came from",
        sentence="Take markup, entities, boilerplate and debris out of {rows:row|rows}.",
        done="Took markup, entities, boilerplate and debris out of {rows:row|rows}.",
        why="They cost tokens, and the model would learn to write them.",
        doubt="Code, pages of HTML and texts that speak of markup are left as they are, as far as that can be told:"
        " look for rows where the tags are meant.",
        edits="from bare",
        views={"bare": file},
    )
