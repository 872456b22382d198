"""Growing the training data."""
