"""Mending data, fix by fix, with a yes for each."""
