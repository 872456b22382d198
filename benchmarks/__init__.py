"""How well the assistant does its work: run by hand, on a quiet machine."""
