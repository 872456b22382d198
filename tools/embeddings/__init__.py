"""Vectors for texts without torch: `tools.embeddings.static` encodes, `python -m tools.embeddings._distil` made it."""
