"""How far the shares of groups in the data are from shares that the user states."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest, chisquare

from tools.audit._lists import Term
from tools.audit._rates import Attribute
from tools.evaluate._intervals import Estimate, wilson
from tools.tool import ToolError

SHORT = {"f": "feminine", "w": "feminine", "female": "feminine", "m": "masculine", "male": "masculine"}


@dataclass(frozen=True)
class Gap:
    """The share of a group in the data beside its stated share.

    Attributes:
        rows: Of all groups that are compared.
        p: The exact binomial test.
        test: Which test it is; with two groups one mirrors the other.
    """

    attribute: str
    group: str
    rows: int
    share: Estimate
    reference: float
    p: float
    test: tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """An attribute beside a reference.

    Attributes:
        gaps: By group, the largest first.
        p: Pearson's chi-square test of goodness of fit.
        left_out: Groups of the data without a stated share, and their rows.
    """

    gaps: list[Gap]
    p: float
    left_out: dict[str, int]


def compared(attributes: Sequence[Attribute], shares: Mapping[str, float], terms: Sequence[Term]) -> Compared:
    """Compare the attribute that the stated groups belong to.

    Raises:
        ToolError: No attribute has these groups.
    """
    meant = _meanings(terms)
    for attribute in attributes:
        counts = Counter(group for group in attribute.groups if group is not None)
        named = {name: _group_of(name, list(counts), meant) for name in shares}
        groups = [group for group in named.values() if group is not None]
        if not attribute.mention and len(groups) == len({*groups}) == len(shares):
            stated = {group: shares[name] for name, group in named.items() if group is not None}
            return _compared(attribute.name, counts, stated)
    raise ToolError(_unknown(attributes, shares, meant))


def _compared(attribute: str, counts: Counter[str], stated: Mapping[str, float]) -> Compared:
    rows = sum(counts[group] for group in stated)
    gaps = [
        Gap(
            attribute, group, rows, wilson(counts[group] / rows, rows), share,
            float(binomtest(counts[group], rows, share).pvalue),
            (attribute, "" if len(stated) == 2 else group),
        )
        for group, share in stated.items()
    ]  # fmt: skip
    fit: Any = chisquare([counts[group] for group in stated], [share * rows for share in stated.values()])
    left_out = {group: number for group, number in counts.items() if group not in stated}
    gaps.sort(key=lambda gap: -abs(gap.share.value - gap.reference))
    return Compared(gaps, float(fit.pvalue), left_out)


def _meanings(terms: Sequence[Term]) -> dict[str, str]:
    """The group that a word tells, wherever it stands."""
    return {term.words.lower(): term.group for term in reversed(terms)} | SHORT


def _group_of(name: str, groups: Sequence[str], meant: Mapping[str, str]) -> str | None:
    """The group of the data that a user's word names: the same word, or one of the same meaning."""
    low = name.lower()
    same = [group for group in groups if group.lower() == low]
    alike = [group for group in groups if meant.get(group.lower(), group.lower()) == meant.get(low, low)]
    plural = [group for group in groups if group.lower() in (low.rstrip("s"), low + "s")]
    return next(iter([*same, *alike, *plural]), None)


def _unknown(attributes: Sequence[Attribute], shares: Mapping[str, float], meant: Mapping[str, str]) -> str:
    there = {
        attribute.name: list(Counter(group for group in attribute.groups if group is not None))
        for attribute in attributes
        if not attribute.mention
    }
    strange = [name for name in shares if not any(_group_of(name, groups, meant) for groups in there.values())]
    told = "; ".join(f"{name}: {', '.join(groups[:8])}" for name, groups in there.items() if groups)
    if not told:
        return "A reference needs groups to compare with, and none were found here. Name their column with group."
    if not strange:
        return f"The reference mixes kinds of groups: {', '.join(shares)}. State those of one. Groups here: {told}."
    return f"The reference names {', '.join(strange)}, which no row here is in. Groups here: {told}."
