"""What a mistake may be marked as. In a file of its own since showing it must not wait for what computes it."""

MISLABELLED = "label may be wrong"
"""Its training neighbours and a sure model both say another label."""
NEAR = "near a training row"
"""A training row is nearly the same text."""
