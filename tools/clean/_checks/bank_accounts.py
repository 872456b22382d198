"""International bank account numbers in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "iban bank private personal pii"
"""What people call it."""


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping those whose check digits fit."""
    return proposed(data, "bank_accounts")
