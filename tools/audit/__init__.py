"""Bias, and why a model answers as it does."""
