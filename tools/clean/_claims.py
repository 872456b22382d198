"""Which source to believe, and what is true, where several sources report the same facts.

The model is that of Dong, Berti-Equille and Srivastava, "Integrating conflicting data: the role of source dependence"
(VLDB 2009): a source of reliability r adds ln(n r / (1 - r)) to the value that it reports, where a thing has n wrong
values to choose from; the value with the highest sum counts as true; the reliability of a source is how often it
reports what counts as true. Both are told from each other until nothing changes. Sources that copy count once.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.clean._cells import Cells, Codes
from tools.clean._reports import Reports

Shares = NDArray[np.float64]
WRONG = 10
"""Wrong values that a source chooses from: n of the model."""
ROUNDS = 20
START = 0.7
"""The reliability that every source starts with."""
PRIOR = 4.0
"""Claims of middling reliability that every source is given, so that three claims do not make an oracle."""
CONTESTED = 0.8
"""Where a smaller share of claims agrees, to agree means something."""
COPIES = 0.99
"""The share of contested claims that two sources have to share to count as one."""
BOTH = 10
"""The contested claims that two sources need in common to be compared."""
COMPARED = 100_000
"""Contested claims that are compared."""


@dataclass(frozen=True)
class Truth:
    """What counts as true of one fact, by thing."""

    code: Codes
    """-1 where nobody reports it."""
    share: Shares
    """Of the weight of all claims, the share that is for it."""
    sources: Codes
    """The sources that report it."""
    of: Codes
    """The sources that report anything."""


@dataclass(frozen=True)
class Claims:
    """Who says what of one fact, a claim a row; copies of a claim are left out."""

    thing: Codes
    source: Codes
    value: Codes
    """The number of a value of a thing: a place in `things` and `codes`."""
    things: Codes
    codes: Codes

    def true(self, believed: Shares) -> tuple[Codes, Shares]:
        """The values that count as true, and the weight of every value."""
        weight = np.maximum(0.0, np.log(WRONG * believed / (1 - believed)))
        total: Shares = np.bincount(self.value, weight[self.source], len(self.codes)).astype(np.float64)
        order = np.lexsort((-self.codes, total, self.things))
        return order[np.flatnonzero(np.diff(self.things[order], append=-1))], total


def truths(cells: Cells, found: Reports) -> dict[str, Truth]:
    """What counts as true of every fact."""
    whole = {fact: _claims(cells, found, fact, cells.codes[found.source]) for fact in found.facts}
    group = _without_copies(list(whole.values()), len(cells.counts[found.source]))
    sources = np.append(group, -1)[cells.codes[found.source]]
    claims = {fact: _claims(cells, found, fact, sources) for fact in found.facts}
    believed = _believed(list(claims.values()), len(group))
    things = len(cells.counts[found.thing])
    return {fact: _truth(claims[fact], whole[fact], believed, things) for fact in found.facts}


def _claims(cells: Cells, found: Reports, fact: str, sources: Codes) -> Claims:
    things, values = cells.codes[found.thing], cells.codes[fact]
    said = (things >= 0) & (sources >= 0) & (values >= 0)
    wide = len(cells.counts[fact])
    keys, value = np.unique(things[said] * wide + values[said], return_inverse=True)
    _, once = np.unique(value * (int(sources.max()) + 1) + sources[said], return_index=True)
    return Claims(things[said][once], sources[said][once], value[once], *np.divmod(keys, wide))


def _believed(claims: list[Claims], sources: int) -> Shares:
    """The reliability of every source over all facts."""
    made = np.sum([np.bincount(each.source, minlength=sources) for each in claims], axis=0)
    believed, before = np.full(sources, START), None
    for _ in range(ROUNDS):
        true = [each.true(believed)[0] for each in claims]
        right = [np.isin(each.value, winners) for each, winners in zip(claims, true, strict=True)]
        agree = np.sum([np.bincount(c.source, r, sources) for c, r in zip(claims, right, strict=True)], axis=0)
        if before is not None and np.array_equal(agree, before):
            break
        before, mean = agree, (agree.sum() + 1) / (made.sum() + 2)
        believed = np.clip((agree + PRIOR * mean) / (made + PRIOR), 0.02, 0.98)
    return believed


def _without_copies(claims: list[Claims], sources: int) -> Codes:
    """By source, the first source that says the same wherever sources contradict each other."""
    from scipy.sparse import csr_array  # noqa: PLC0415  it takes a quarter of a second

    same, both = np.zeros((sources, sources)), np.zeros((sources, sources))
    for each in claims:
        votes = np.bincount(each.value, minlength=len(each.codes))
        size = int(each.things.max(initial=0)) + 1
        most = np.zeros(size)
        np.maximum.at(most, each.things, votes)
        contested = most < CONTESTED * np.bincount(each.things, votes, size)
        place = np.flatnonzero(contested[each.thing])[:COMPARED]
        for counted, columns in ((same, each.value), (both, each.thing)):
            said = csr_array(
                (np.ones(len(place)), (each.source[place], columns[place])), (sources, columns.max(initial=0) + 1)
            )
            counted += np.asarray((said @ said.T).toarray())
    first = np.arange(sources)
    for one, other in np.argwhere((both >= BOTH) & (same >= COPIES * both)):
        first[first == first[max(one, other)]] = first[min(one, other)]
    return first


def _truth(claims: Claims, whole: Claims, believed: Shares, things: int) -> Truth:
    winners, total = claims.true(believed)
    about = claims.things[winners]
    codes, share, votes = np.full(things, -1), np.zeros(things), np.zeros(things, dtype=np.int64)
    codes[about] = claims.codes[winners]
    share[about] = total[winners] / np.maximum(1e-9, np.bincount(claims.things, total, things)[about])
    votes[about] = np.bincount(whole.value, minlength=len(whole.codes))[winners]
    return Truth(codes, share, votes, np.bincount(whole.thing, minlength=things))
