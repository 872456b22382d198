"""A blind comparison in words and tables: how far it is, and, once it has ended, what it came to."""

from collections.abc import Mapping, Sequence
from typing import Any

from store.blind_tests import BlindTest, Judged, Pair
from store.counted import Count
from tools.evaluate._blind_desk import outcomes
from tools.evaluate._nearer import TITLES, nearer, scores
from tools.evaluate._preference import Outcome, Preference, chance, exact, position, share, verdict
from tools.evaluate._sides import UNTUNED, named
from tools.labelling.agreement import agreement, in_words
from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted, cut

SHOWN = 20
CHARACTERS = 300


def state(test: BlindTest, standing: Sequence[Judged]) -> Result:
    """How far it is; nothing that would tell whose answers are preferred."""
    people = sorted({each.rater for each in standing})
    told = [_open(test)]
    for who in people:
        mine = [each for each in standing if each.rater == who]
        told.append(f"{who} has judged {sum(each.choice != 'skip' for each in mine)} of {test.asked}.")
    told.append("Whose answers are preferred is shown when it has ended, so that nobody knows it while choosing.")
    first = named(*test.sides)[0]
    return Result(
        " ".join(told),
        next=[f"end the blind test of {first} and show the result"] if people else [],
        data={"state": "open", **about(test), "raters": people, "judged": len(outcomes(standing))},
    )


def _open(test: BlindTest) -> str:
    pairs = Count(test.asked)
    one, other = named(*test.sides)
    return (
        f"{pairs:pair|pairs} of answers of {one} and {other} to rows of {test.dataset} {'is' if pairs == 1 else 'are'}"
        f" open in the page, in random order and without names: 1 or 2 chooses, 0 is a tie, S skips, U takes back."
        f"{_same(test)}"
    )


def _same(test: BlindTest) -> str:
    if not test.same:
        return ""
    same = Count(test.same)
    word = "that is a tie" if same == 1 else "these are ties"
    return f" On {same:row|rows} of {test.rows:,} both answer the same; {word} that nobody is asked about."


def about(test: BlindTest) -> dict[str, Any]:
    """What a test is, for programs."""
    names = ("one", "other", "dataset", "version", "seed", "rows", "same", "asked", "ended", "number")
    return {name: getattr(test, name) for name in names}


def shown(test: BlindTest, pairs: Sequence[Pair], standing: Sequence[Judged]) -> Result:
    """The result, names and all."""
    names, came_to = named(*test.sides), outcomes(standing)
    found = Preference.of(came_to.values())
    apart = differing(pairs, came_to, test.answers)
    taken = [each for each in standing if each.choice in ("one", "other")]
    first = sum(each.choice == each.first for each in taken)
    measured = agreement(said(standing))
    several = len(measured.annotators) > 1
    text = [
        verdict(names, found, "People"),
        _counts(test, names, found, several),
        in_words(measured, "judged") if several else "",
        position(first, len(taken), "People" if several else " ".join(measured.annotators)),
        _with_metric(test, pairs, came_to),
    ]
    return Result(
        " ".join(part for part in text if part),
        tables=[_people(test, standing), *([_differ(test, apart)] if apart else [])],
        plots=_plots(names, standing, found),
        next=[f"let the language model judge {test.one} against {test.other or UNTUNED}", f"evaluate {test.one}"],
        data={
            "state": "ended",
            **about(test),
            "preference": found.as_json(),
            "first_chosen": [first, len(taken)],
            "agreement": measured.as_json() if several else None,
            "differ_from_metric": len(apart),
        },
    )


def said(standing: Sequence[Judged]) -> dict[int, dict[str, str]]:
    """What was said by row and person, without what was skipped."""
    found: dict[int, dict[str, str]] = {}
    for each in standing:
        if each.choice != "skip":
            found.setdefault(each.row, {})[each.rater] = each.choice
    return found


def differing(
    pairs: Sequence[Pair], came_to: Mapping[int, Outcome], answers: Any
) -> list[tuple[Pair, Outcome, Outcome]]:
    """Rows on which people preferred one answer and the metric the other: (pair, people's side, the metric's)."""
    found: list[tuple[Pair, Outcome, Outcome]] = []
    for pair in pairs:
        people, metric = came_to.get(pair.row, "tie"), nearer(pair, answers)
        if "tie" not in (people, metric) and people != metric:
            found.append((pair, people, metric))
    return found


def _counts(test: BlindTest, names: tuple[str, str], found: Preference, several: bool) -> str:
    judged = found.decided + found.ties
    told = [f"{Count(judged):pair was|pairs were} judged of {test.asked:,}."]
    if rate := found.rate:
        told.append(f"Of the {found.decided} with a preference, {names[0]} has {share(rate)}; {chance(found.p)}.")
    ties = Count(found.ties)
    told.append(f"{ties:tie is|ties are} left out of both{' and most of what was said' * (found.ties > judged / 2)}.")
    if several:
        told.append("A row counts once, as most who judged it chose; even votes are a tie.")
    if test.same:
        told.append(f"On {counted(test.same, 'more row')} of {test.rows:,} both answer the same.")
    return " ".join(told)


def _with_metric(test: BlindTest, pairs: Sequence[Pair], came_to: Mapping[int, Outcome]) -> str:
    both = [
        (came_to[pair.row], metric)
        for pair in pairs
        if came_to.get(pair.row, "tie") != "tie" and (metric := nearer(pair, test.answers)) != "tie"
    ]
    if not both:
        return ""
    same = sum(people == metric for people, metric in both)
    what = f"{TITLES[test.answers]} against the reference"
    rows = counted(len(both), "row")
    return f"People and {what} prefer the same answer in {share(exact(same, len(both)))} of {rows}."


def _people(test: BlindTest, standing: Sequence[Judged]) -> Table:
    rows: list[tuple[str, int, int, int, int, str]] = []
    for who in sorted({each.rater for each in standing}):
        mine = [each for each in standing if each.rater == who]
        told = [each.choice for each in mine]
        taken = [each for each in mine if each.choice in ("one", "other")]
        first = f"{sum(each.choice == each.first for each in taken)} of {len(taken)}"
        rows.append((who, told.count("one"), told.count("other"), told.count("tie"), told.count("skip"), first))
    one, other = named(*test.sides)
    columns = ("person", f"preferred {one}", f"preferred {other}", "tie", "skipped", "took what stood first")
    return Table("What people chose", columns, rows)


def _differ(test: BlindTest, apart: Sequence[tuple[Pair, Outcome, Outcome]]) -> Table:
    one, other = named(*test.sides)
    rows: list[tuple[Any, ...]] = []
    for pair, people, _ in apart[:SHOWN]:
        figures = scores(pair, test.answers)
        texts = [cut(text, CHARACTERS) for text in (pair.text, pair.reference, pair.one, pair.other)]
        by_metric = " / ".join(f"{figure:.0f}" for figure in figures)
        rows.append((pair.row, *texts, one if people == "one" else other, by_metric))
    title = f"Where people chose otherwise than {TITLES[test.answers]}, {counted(len(apart), 'row')}"
    title += f", the first {SHOWN}" if len(apart) > SHOWN else ""
    return Table(title, ("row", "text", "right", one, other, "people preferred", TITLES[test.answers]), rows)


def _plots(names: tuple[str, str], standing: Sequence[Judged], found: Preference) -> list[Plot]:
    rows: list[dict[str, Any]] = []
    people = sorted({each.rater for each in standing})
    each_of = [(who, Preference.of(_outcome(each) for each in standing if each.rater == who)) for who in people]
    for who, counts in [("all", found), *(each_of if len(people) > 1 else [])]:
        if rate := counts.rate:
            rows.append({"who": who, "share": rate.value, "low": rate.low, "high": rate.high})
    title = f"Share of preferences that {names[0]} has, 95 % intervals"
    return [Plot(title, "interval", rows, "share", "who", zero=0.5)] if rows else []


def _outcome(judged: Judged) -> Any:
    return judged.choice
