"""IP and MAC addresses in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "ip mac network private personal pii"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping them; versions and addresses for examples stay."""
    return proposed(data, "network_addresses")
