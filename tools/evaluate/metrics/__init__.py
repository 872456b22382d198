"""Metrics of our own, a file a family, that load without a network: `evaluate.load("tools/evaluate/metrics/rouge.py")`.

The first class of each file is the family, which computes all its metrics, or the one that `config_name` names.
"""
