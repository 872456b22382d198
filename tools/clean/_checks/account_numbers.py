"""Account and record numbers in texts."""

from tools.clean._examined import Examined
from tools.clean._personal.proposal import proposed
from tools.clean._proposal import Proposal

GROUP = "personal data"
CALLED = "account mrn record-number customer-number patient-number private personal pii"
"""What people call it."""
WEIGHT = 5.0
"""How much a row matters; a profile looks for them on a sample."""


def find(data: Examined) -> Proposal:
    """Propose masking, replacing or dropping them; orders, tickets and invoices stay."""
    return proposed(data, "account_numbers")
