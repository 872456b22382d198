"""Answers that share their first tokens, as a tree: every token of every answer is computed once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Tokens = list[int]
ROOT = -1
"""The last token of the prompt, which every answer follows."""


@dataclass
class Tree:
    """The inner tokens of a set of answers.

    Attributes:
        tokens: The token of each node; parents stand before their children.
        parents: The node before each node, or ROOT.
        steps: For each answer, its tokens in order, each with the node that predicts it.
    """

    tokens: list[int] = field(default_factory=list[int])
    parents: list[int] = field(default_factory=list[int])
    steps: list[list[tuple[int, int]]] = field(default_factory=list[list[tuple[int, int]]])

    @classmethod
    def of(cls, answers: Sequence[Tokens]) -> "Tree":
        """The tree of these answers. The last token of an answer is only predicted, so it is no node for its sake."""
        tree, known = cls(), dict[tuple[int, int], int]()
        for answer in answers:
            node, steps = ROOT, list[tuple[int, int]]()
            for place, token in enumerate(answer):
                steps.append((node, token))
                if place == len(answer) - 1:
                    break
                if (node, token) not in known:
                    known[node, token] = len(tree.tokens)
                    tree.tokens.append(token)
                    tree.parents.append(node)
                node = known[node, token]
            tree.steps.append(steps)
        return tree

    def path(self, node: int) -> list[int]:
        """A node and those before it, nearest first."""
        nodes: list[int] = []
        while node != ROOT:
            nodes.append(node)
            node = self.parents[node]
        return nodes


def bunched(answers: Sequence[Tokens], most: int) -> list[list[int]]:
    """Places of answers in bunches whose trees have at most about `most` nodes, answers that begin alike together.

    An answer that is longer than that is a bunch of its own.
    """
    order = sorted(range(len(answers)), key=lambda place: answers[place])
    bunches, nodes, before = list[list[int]](), 0, Tokens()
    for place in order:
        inner = answers[place][:-1]
        same = next((at for at, (one, two) in enumerate(zip(inner, before, strict=False)) if one != two), len(inner))
        more = len(inner) - min(same, len(before))
        if not bunches or (more and nodes + more > most):
            bunches.append([])
            nodes, more = 0, len(inner)
        bunches[-1].append(place)
        nodes, before = nodes + more, inner
    return bunches


def shared_start(prompts: Sequence[Tokens]) -> int:
    """How many first tokens all prompts share, leaving at least one of each."""
    first, last = min(prompts), max(prompts)
    most = min(len(prompt) for prompt in prompts) - 1
    return next((place for place in range(most) if first[place] != last[place]), most)
