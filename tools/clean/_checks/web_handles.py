"""Names on the web in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "handle username nick profile url private personal pii"
"""What people call it."""
WEIGHT = 5.0
"""How much a row matters; a profile looks for them on a sample."""


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping them; other addresses on the web stay."""
    return proposed(data, "web_handles")
