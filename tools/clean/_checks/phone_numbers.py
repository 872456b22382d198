"""Phone numbers in texts."""

from tools.clean._examined import Examined
from tools.clean._mend import mended
from tools.clean._proposal import Proposal

CALLED = "phone telephone mobile private personal pii"
"""What people call it."""
WEIGHT = 5.0
"""How much a row matters; a profile looks for them on a sample."""


def find(data: Examined) -> Proposal:
    """Propose masking them; order numbers, prices and dates stay."""
    from tools.clean._phone import MASK, mask_phone_numbers  # noqa: PLC0415  phonenumbers takes a tenth of a second

    file = mended(
        data,
        "phone_numbers",
        "phone number",
        lambda cell: rf"regexp_matches({cell}, '(\d[\s().\-\/\x{{a0}}]{{0,3}}){{7}}')",
        mask_phone_numbers,
    )
    return Proposal(
        found="{rows:row holds|rows hold} phone numbers",
        sentence=f"Mask the phone numbers in {{rows:row|rows}} as {MASK}.",
        done=f"Masked the phone numbers in {{rows:row|rows}} as {MASK}.",
        why="A model can repeat what it was trained on, and phone numbers belong to people.",
        edits="from masked",
        views={"masked": file},
    )
