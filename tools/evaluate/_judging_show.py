"""What a judge said, in words and tables: first whether it can judge at all, then what it prefers."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from store import Workspace
from store.blind_tests import Pair
from tools.evaluate._blind_desk import outcomes
from tools.evaluate._judging import Verdict
from tools.evaluate._nearer import TITLES, nearer
from tools.evaluate._preference import LEAST, Outcome, Preference, chance, exact, share, sign_test, verdict
from tools.evaluate._sides import named
from tools.labelling.agreement import figure, kappa
from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted, cut

Json = dict[str, Any]
SHOWN, CHARACTERS = 20, 300
Checked = Literal["passed", "failed", "not possible"]


def shown(ws: Workspace, run: str, other: str, dataset: str, body: Json) -> Result:
    """A judgement as its Result; what people said since is looked up now."""
    names = named(run, other)
    verdicts = [Verdict.from_json(each) for each in body["verdicts"]]
    pairs = [Pair(**each) for each in body["pairs"]]
    asked = [each for each in verdicts if not each.aside]
    came_to: dict[int, Outcome] = {each.row: each.outcome for each in asked}
    found = Preference.of(came_to.values())
    checked, check_told = _check(body)
    people = _people(ws, run, other, dataset, pairs)
    text = [
        check_told,
        _claim(checked, names, found),
        _counts(body, names, found, verdicts),
        _itself(asked),
        _with_metric(pairs, came_to, body["answers"]),
        _with_people(people, came_to),
        _cautions(body, verdicts),
    ]
    return Result(
        " ".join(part for part in text if part),
        tables=_tables(names, pairs, verdicts, body["answers"]),
        plots=_plots(names, found),
        next=[] if people else [f"blind test {run} against {names[1]}"],
        data={
            "judge": body["judge"],
            "criteria": body["settings"]["criteria"],
            "check": checked,
            "checks_right": [_right(body), len(body["checks"])],
            "preference": found.as_json(),
            "consistent": [sum(each.consistent for each in asked), len(asked)],
            "set_aside": len(verdicts) - len(asked),
            "agreement_with_people": _agreement(people, came_to),
        },
    )


def _right(body: Json) -> int:
    return sum(each["outcome"] == "one" for each in body["checks"])


def _check(body: Json) -> tuple[Checked, str]:
    """Whether it prefers a row's reference to that of another row, in both orders."""
    of = len(body["checks"])
    if of < LEAST:
        why = "too few rows with different references" if of else "all rows have the same reference"
        return "not possible", f"The judge could not be checked first: {why}."
    found = exact(_right(body), of)
    told = f"First an easy check: of {of} pairs of a row's reference and another row's, {body['judge']} took the "
    told += f"right one in both orders in {share(found)}"
    if found.low > 0.5:
        return "passed", f"{told}."
    return "failed", f"{told}, which is not surely more than half."


def _claim(checked: Checked, names: tuple[str, str], found: Preference) -> str:
    if checked == "failed":
        return (
            f"So nothing is claimed about {names[0]} and {names[1]}: a judge that fails on pairs whose better answer is"
            " known is no witness. A larger model may do; name one with TUNEWRIGHT_MODEL."
        )
    return verdict(names, found, "The judge")


def _counts(body: Json, names: tuple[str, str], found: Preference, verdicts: Sequence[Verdict]) -> str:
    told = f"Of {body['rows']:,} rows the answers differ on {body['differing']:,}, "
    told += f"and it judged {len(verdicts):,} of these"
    criteria = body["settings"]["criteria"]
    told += f", by your words “{criteria}”." if criteria else "."
    if rate := found.rate:
        told += f" Of its {counted(found.decided, 'preference')}, {names[0]} has {share(rate)}; {chance(found.p)}."
    return told


def _itself(asked: Sequence[Verdict]) -> str:
    """How far it agrees with itself, and whether it goes by the place."""
    if not asked:
        return ""
    same = share(exact(sum(each.consistent for each in asked), len(asked)))
    told = f"With the answers swapped it said the same in {same} of {counted(len(asked), 'pair')}; the rest are ties."
    first = sum(each.orders == ("one", "other") for each in asked)
    second = sum(each.orders == ("other", "one") for each in asked)
    if sign_test(first, first + second) < 0.05:
        place = "first" if first > second else "second"
        told += f" It leans to the {place} place: {max(first, second)} of {first + second} that went by the place."
    return told


def _with_metric(pairs: Sequence[Pair], came_to: Mapping[int, Outcome], answers: Any) -> str:
    both = [(came_to.get(pair.row, "tie"), nearer(pair, answers)) for pair in pairs]
    both = [each for each in both if "tie" not in each]
    if not both:
        return ""
    same = share(exact(sum(judge == metric for judge, metric in both), len(both)))
    return f"It and {TITLES[answers]} against the reference prefer the same answer in {same} of {len(both)}."


def _people(ws: Workspace, run: str, other: str, dataset: str, pairs: Sequence[Pair]) -> dict[int, Outcome]:
    """What people preferred in blind tests of the same answers that have ended, whichever was named first."""
    swap: dict[Outcome, Outcome] = {"one": "other", "other": "one", "tie": "tie"}
    by_row = {pair.row: (pair.one, pair.other) for pair in pairs}
    found: dict[int, Outcome] = {}
    for test in ws.blind_tests.all():
        turned = test.sides == (other, run)
        if test.dataset != dataset or not test.ended or not (turned or test.sides == (run, other)):
            continue
        said = outcomes(ws.blind_tests.standing(test.number))
        for pair in ws.blind_tests.pairs(test.number):
            answers = (pair.other, pair.one) if turned else (pair.one, pair.other)
            if pair.row in said and by_row.get(pair.row) == answers:
                found[pair.row] = swap[said[pair.row]] if turned else said[pair.row]
    return found


def _agreement(people: Mapping[int, Outcome], came_to: Mapping[int, Outcome]) -> Json | None:
    both = [(people[row], came_to[row]) for row in people if row in came_to]
    if not both:
        return None
    found = kappa(both)
    same = exact(sum(human == judge for human, judge in both), len(both))
    return {"rows": len(both), "same": same.as_json(), "kappa": found and found.as_json()}


def _with_people(people: Mapping[int, Outcome], came_to: Mapping[int, Outcome]) -> str:
    both = [(people[row], came_to[row]) for row in people if row in came_to]
    if not both:
        return "No person has judged these pairs in a blind test that has ended, so the judge is unchecked by people."
    same = share(exact(sum(human == judge for human, judge in both), len(both)))
    told = f"People and the judge say the same (ties included) in {same} of {counted(len(both), 'pair')}"
    found = kappa(both)
    return (
        f"{told}; Cohen's kappa {figure(found)}." if found else f"{told}; kappa is not defined, as all say one thing."
    )


def _cautions(body: Json, verdicts: Sequence[Verdict]) -> str:
    told: list[str] = []
    if aside := sum(each.aside for each in verdicts):
        were = "was" if aside == 1 else "were"
        told.append(f"{counted(aside, 'pair')} {were} set aside: an answer speaks to the judge.")
    if body["cut"]:
        told.append(f"Of {counted(body['cut'], 'pair')} it read only the beginning, as texts are long.")
    return " ".join(told)


def _tables(names: tuple[str, str], pairs: Sequence[Pair], verdicts: Sequence[Verdict], answers: Any) -> list[Table]:
    said = {each.row: each for each in verdicts}
    columns = ("row", "text", "right", *names, "the judge", TITLES[answers])
    apart: list[tuple[Any, ...]] = []
    aside: list[tuple[Any, ...]] = []
    for pair in pairs:
        verdict_, metric = said[pair.row], nearer(pair, answers)
        texts = [cut(text, CHARACTERS) for text in (pair.text, pair.reference, pair.one, pair.other)]
        if verdict_.aside:
            aside.append((pair.row, texts[0], *texts[2:]))
        elif {verdict_.outcome, metric} == {"one", "other"}:
            apart.append((pair.row, *texts, *(names[each == "other"] for each in (verdict_.outcome, metric))))
    tables = [_orders(names, verdicts)]
    if apart:
        title = f"Where the judge and {TITLES[answers]} differ, {counted(len(apart), 'row')}"
        tables.append(Table(title, columns, apart[:SHOWN]))
    if aside:
        tables.append(Table("Set aside, as an answer speaks to the judge", ("row", "text", *names), aside[:SHOWN]))
    return tables


def _orders(names: tuple[str, str], verdicts: Sequence[Verdict]) -> Table:
    """How often it said what, by the order of the answers."""
    one, other = names
    rows = [
        (
            title,
            *(
                sum(not each.aside and each.orders[place] == side for each in verdicts)
                for side in ("one", "other", "tie")
            ),
        )
        for place, title in enumerate((f"{one} first", f"{other} first"))
    ]
    both = [sum(not each.aside and each.outcome == side for each in verdicts) for side in ("one", "other", "tie")]
    columns = ("the answer of", f"preferred {one}", f"preferred {other}", "tie")
    return Table("What the judge said", columns, [*rows, ("both orders alike, else a tie", *both)])


def _plots(names: tuple[str, str], found: Preference) -> list[Plot]:
    if not (rate := found.rate):
        return []
    row = {"who": "the judge", "share": rate.value, "low": rate.low, "high": rate.high}
    title = f"Share of preferences that {names[0]} has, 95 % interval"
    return [Plot(title, "interval", [row], "share", "who", zero=0.5)]
