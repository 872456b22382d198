"""E-mail addresses in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.kinds import written
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "email mail address private personal pii"
"""What people call it."""
WEIGHT = 5.0
"""How much a row matters; a profile looks for them on a sample."""

MASK = "<EMAIL>"


def mask_email_addresses(text: str) -> str:
    """The text with every e-mail address as <EMAIL>; file names such as logo@2x.png and @names stay.

    Example:
        >>> mask_email_addresses("Write to Jo <jo.doe+x@mail.example.org>, not to @jo or logo@2x.png.")
        'Write to Jo <EMAIL>, not to @jo or logo@2x.png.'
    """
    return written("email_addresses", text, lambda value: MASK)


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping them; the sentence around stays."""
    return proposed(data, "email_addresses")
