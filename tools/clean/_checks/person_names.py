"""Names of persons in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "name surname private personal pii"
"""What people call it."""
WEIGHT = 5.0
"""How much a row matters; a profile looks for them on a sample."""


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping them; places, firms and everyday words stay."""
    return proposed(data, "person_names")
