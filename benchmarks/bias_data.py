"""How well an audit of data finds planted bias, and how often it sees bias that is not there.

    python -m benchmarks.bias_data [--audits 300]

Datasets of known bias, made by chance: a label that is more frequent among women than among men by a gap in points, two
more columns of groups without a part in it, and the lengths of texts. Every test of the audit counts: labels, lengths,
moods, and the columns crossed; Holm's correction over all. A gap counts as found where the label is flagged by gender.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from tools.audit._crossed import crossed
from tools.audit._findings import findings, once
from tools.audit._groups import People
from tools.audit._power import power
from tools.audit._rates import Attribute
from tools.evaluate._intervals import wilson

SETTINGS = [
    (rows, base, gap)
    for rows, base in ((500, 0.05), (500, 0.3), (500, 0.5), (1000, 0.05), (1000, 0.3), (1000, 0.5), (2000, 0.5))
    for gap in (0.0, 0.1, 0.2)
]  # fmt: skip


def planted(seed: int, rows: int, base: float, gap: float) -> People:
    """Rows of which half are about women; their share of the label is `gap` above that of men, `base`."""
    draw = np.random.default_rng(seed)
    women = np.arange(rows) % 2 == 0
    yes = draw.random(rows) < np.where(women, base + gap, base)
    columns = {
        "gender": ["woman" if each else "man" for each in women],
        "area": draw.choice(list("abc"), rows).tolist(),
        "shift": draw.choice(list("de"), rows).tolist(),
    }
    texts = [("a word " * int(words)).strip() for words in draw.integers(3, 12, rows)]
    attributes = [Attribute(name, f"the column {name}", groups) for name, groups in columns.items()]
    labels: list[str | None] = ["yes" if each else "no" for each in yes]
    return People(
        list(range(rows)), "label", labels, [], texts, texts, [False] * rows, attributes, [], rows, {}
    )  # fmt: skip


def audits(count: int, rows: int, base: float, gap: float) -> Iterator[tuple[bool, bool, bool]]:
    """For each audit: whether the gap by gender was found, and anything else; and the gap where only it is asked."""
    for seed in range(count):
        found = planted(seed, rows, base, gap)
        told = once(findings(found, [*found.attributes, *crossed(found.attributes)], []))
        sure = {(each.attribute, each.kind) for each in told if each.flagged}
        others = any("gender" not in attribute or kind != "label" for attribute, kind in sure)
        alone = once(findings(found, found.attributes[:1], []))
        yield ("gender", "label") in sure, others, any(each.flagged for each in alone if each.kind == "label")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audits", type=int, default=300)
    count = parser.parse_args().audits
    print("| rows | men | gap | found | 95 % interval | only gender asked | one test alone | false alarms elsewhere |")
    print("|---|---|---|---|---|---|---|---|")
    for rows, base, gap in SETTINGS:
        told = list(audits(count, rows, base, gap))
        found, others, asked = (wilson(float(np.mean([each[at] for each in told])), count) for at in (0, 1, 2))
        alone = f"{power(rows // 2, rows // 2, base + gap / 2, gap):.2f}" if gap else ""
        interval = f"{found.low:.2f} to {found.high:.2f}"
        figures = f"{found.value:.2f} | {interval} | {asked.value:.2f} | {alone} | {others.value:.3f}"
        print(f"| {rows} | {base:.0%} | {gap:.0%} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
