"""Names on the web in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "handle username nick profile url private personal pii"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping them; other addresses on the web stay."""
    return proposed(data, "web_handles")
