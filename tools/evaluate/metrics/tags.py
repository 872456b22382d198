"""Tags of words: entities found whole, as seqeval counts them, and words by themselves."""

from collections.abc import Sequence

import numpy as np

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array
from tools.train._tags import OUTSIDE, entities, kind

Texts = Sequence[str]


class Tags(metric.Family):
    """All of them."""


class OfTags(metric.Metric):
    """A metric of texts that are tags with spaces between them, one a word."""

    source = "Ramshaw and Marcus 1995; counted as by seqeval, micro-averaged"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Of each row: entities in both, said, and there; words tagged right of those that have a tag; all words."""
        rows = [_counts(said.split(), right.split()) for said, right in zip(predictions, references, strict=True)]
        return np.asarray(rows, float).reshape(-1, 8)


class EntityF1(OfTags):
    """F1 of entities: one counts only with its exact first and last word and its label."""

    key = "entity_f1"
    about = "F1 of the entities, each with its exact words and label, over all rows."

    def of(self, sums: Array) -> Array:
        """Over all entities, not row by row."""
        return metric.ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


class EntityPrecision(OfTags):
    """The share of the entities it marks that are right."""

    key = "entity_precision"
    about = "Of the entities that it marks, the share that is right to the word."

    def of(self, sums: Array) -> Array:
        """Right by marked."""
        return metric.ratio(sums[..., 0], sums[..., 1])


class EntityRecall(OfTags):
    """The share of the entities that are there and found."""

    key = "entity_recall"
    about = "Of the entities that are there, the share that it finds to the word."

    def of(self, sums: Array) -> Array:
        """Right by there."""
        return metric.ratio(sums[..., 0], sums[..., 2])


class TagF1(OfTags):
    """F1 of the words that have a tag, each by itself."""

    key = "tag_f1"
    about = "F1 of the words that have a tag, each word by itself."

    def of(self, sums: Array) -> Array:
        """Over all words with a tag."""
        return metric.ratio(2 * sums[..., 3], sums[..., 4] + sums[..., 5])


class TagAccuracy(OfTags):
    """The share of all words with the right tag, those without a tag among them."""

    key = "tag_accuracy"
    about = "The share of words with the right tag; high by itself where most words have none."

    def of(self, sums: Array) -> Array:
        """Right by all."""
        return metric.ratio(sums[..., 6], sums[..., 7])


def _counts(told: Sequence[str], right: Sequence[str]) -> tuple[int, ...]:
    """Words that were given no tag have none."""
    said = [*told[: len(right)], *[OUTSIDE] * (len(right) - len(told))]
    found, there = entities(said), entities(right)
    pairs = list(zip(said, right, strict=True))
    words = (
        sum(one == other and bool(kind(other)) for one, other in pairs),
        sum(bool(kind(one)) for one in said),
        sum(bool(kind(other)) for other in right),
        sum(one == other for one, other in pairs),
        len(right),
    )
    return len(found & there), len(found), len(there), *words


Tags.members = (EntityF1, EntityPrecision, EntityRecall, TagF1, TagAccuracy)
