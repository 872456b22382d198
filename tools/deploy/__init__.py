"""Putting a trained model to work."""
