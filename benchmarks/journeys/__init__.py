"""Whole conversations with the real local model, without hints: what is in the store at the end is the test."""

from benchmarks.journeys import data, results, talk, training, whole

JOURNEYS = (*whole.JOURNEYS, *data.JOURNEYS, *talk.JOURNEYS, *training.JOURNEYS, *results.JOURNEYS)
