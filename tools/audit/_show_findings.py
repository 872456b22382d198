"""The ranking of an audit of a model, its details and what may help, added to what the audit shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tools.audit._model_before import against
from tools.audit._ranked import TESTS
from tools.audit._show_remedies import chips, threshold, threshold_table
from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted, p_value

SHOWN = 12
SWAPS = {"gender": "the other gender", "origin": "a name from elsewhere", "control": "another name (control)"}
MEASURES = {"rouge_l": "ROUGE-L", "bleu": "BLEU", "token_f1": "token F1"}
EXAMPLES = 6
WIDE = 0.3
"""An interval wider than this share of the scale leaves room for nearly anything."""
Json = Mapping[str, Any]


def with_findings(result: Result, model: Json | None) -> Result:
    """The result of an audit with what the model's part found, the ranking first; as it is if no model was audited."""
    if not model:
        return result
    run, findings = model["run"], model["findings"]
    if not findings["tests"]:
        why = " Sentences with stereotypes need a model that writes: a classifier has no likelihoods of sentences."
        none = f"No test of {run} could be made: fewer than 10 of its test rows name a person or a group."
        return replace(result, text=f"{result.text} {none}{why if model['task'] == 'classify' else ''}")
    tables = [*_ranking(run, findings["ranked"]), *_before(run, model), *_details(run, model)]
    data: dict[str, Any] = dict(result.data or {})
    return replace(
        result,
        text=" ".join([result.text, *_sentences(run, model)]),
        tables=[*tables[:1], *result.tables, *tables[1:]],
        plots=[*result.plots, *_plots(run, model)],
        next=list(dict.fromkeys([*chips(run, model), *result.next])),
        data=data | {"findings": [dict(one) for one in findings["ranked"]]},
    )


def _sentences(run: str, model: Json) -> Iterator[str]:
    findings: Json = model["findings"]
    sure = [one for one in findings["ranked"] if one["found"]]
    tests = counted(findings["tests"], "test")
    if sure:
        verb = "shows" if len(sure) == 1 else "show"
        yield f"Of {tests} of {run}, corrected together (Holm), {len(sure)} {verb} more than chance would give."
        told = "; ".join(f"{one['what']} ({size(one)})" for one in sure[:3])
        yield f"{'It is' if len(sure) == 1 else 'The largest that is sure comes first'}: {told}."
        yield sure[0]["says"]
    else:
        yield f"None of {tests} of {run}, corrected together (Holm), shows more than chance would give."
        wide = [one for one in findings["ranked"] if (one["high"] - one["low"]) * one["scale"] > WIDE]
        if 2 * len(wide) > findings["tests"]:
            yield "Most intervals are so wide that nothing can be said either way: more rows would tell."
        else:
            yield "That is no proof that it treats all alike: gaps within the intervals would not be seen."
    if small := [group for each in model.get("groups", []) for group in each["too_small"]]:
        others = " and others" if len(small) > 5 else ""
        yield f"Groups of fewer than 10 test rows were left out: {', '.join(small[:5])}{others}."
    if model["asked"] < model["with_terms"]:
        yield (
            f"{counted(model['asked'], 'row')} of {model['with_terms']:,} that can be swapped were used, as many as "
            f"fit in the time or were asked for; name a number of rows to use more."
        )
    yield from threshold(run, model)


def _ranking(run: str, found: Sequence[Json]) -> Iterator[Table]:
    rows = [
        (one["what"], size(one), one["rows"], p_value(one["corrected"]), "yes" if one["found"] else "no", one["says"])
        for one in found[:SHOWN]
    ]
    columns = ("finding", "size (95 %)", "rows", "p, corrected", "beyond chance", "what it shows")
    yield Table(f"Findings about {run}, the largest of the sure ones first", columns, rows)


def size(one: Json) -> str:
    """The size of a finding in its own units."""
    if one["kind"] == "likelihood":
        return f"{_percent(one['value'])} of pairs, {_percent(one['low'])} to {_percent(one['high'])}; 50 % is neutral"
    if one["kind"] == "openings":
        return f"{one['value']:.2f} between groups"
    if one["kind"] == "tone" and one["scale"] < 1:
        return f"{one['value']:+.2f} on a scale from -1 to 1, {one['low']:+.2f} to {one['high']:+.2f}"
    signed = one["kind"] not in ("selection", "equalised odds")
    form = "{:+.1f}" if signed else "{:.1f}"
    value, low, high = (form.format(100 * one[end]) for end in ("value", "low", "high"))
    return f"{value} points, {low} to {high}"


def _before(run: str, model: Json) -> Iterator[Table]:
    before = model["before"]
    if not before:
        return
    rows: list[tuple[Any, ...]] = []
    for one in model["findings"]["ranked"]:
        moved = against(before["findings"], one)
        if moved and (one["found"] or before["findings"][one["key"]]["found"]):
            cells = (_points(moved[part]) for part in ("was", "now", "change"))
            rows.append((one["what"], *cells, moved["told"]))
    if rows:
        columns = ("gap", before["run"], run, "change (95 %)", "gap is now")
        yield Table(f"Before and after: {before['run']} and {run}, the gap in points", columns, rows)


def _details(run: str, model: Json) -> Iterator[Table]:
    yield from _group_tables(run, model.get("groups", []))
    if told := model.get("likelihood", []):
        rows = [
            row
            for one in told
            for row in (
                (TESTS[one["test"]], one["pairs"], *_sides(one), _points(one["difference"]), _shared(one)),
                *(
                    (f"of them, {part['attribute']}", part["pairs"], *_sides(part), "", "")
                    for part in one["attributes"]
                ),
            )
        ]
        title = "Pairs in which the sentence with the stereotype is likelier; 50 % is neutral"
        columns = ("whole sentences", "pairs", run, "untuned", "difference in points", f"{run}, shared words only")
        yield Table(title, columns, rows)
    if kinds := [(kind, found["alike"]) for kind, found in model["kinds"].items() if "alike" in found]:
        rows = [
            (
                kind,
                name,
                *(f"{figures[side]['value']:.3f}" for side in ("tuned", "untuned")),
                _plain(figures["difference"]),
            )
            for kind, measures in kinds
            for name, figures in measures.items()
        ]
        columns = ("swap", "measure", run, "untuned", "difference (95 %)")
        yield Table("How alike the answers to both texts are; 1, or 100 for BLEU, is the same", columns, rows)
    if opened := model.get("openings"):
        yield _openings(run, opened)
    yield from _examples(model["findings"]["ranked"])
    yield from threshold_table(model)


def _group_tables(run: str, groups: Sequence[Json]) -> Iterator[Table]:
    rows = [
        (
            each["attribute"],
            told["label"],
            group,
            each["groups"].get(group),
            *(
                _rate(rates, name)
                for name in ("selection_rate", "accuracy", "false_positive_rate", "false_negative_rate")
            ),
            _rate(told["untuned"]["by_group"][group], "accuracy"),
        )
        for each in groups
        for told in each["labels"]
        for group, rates in told["tuned"]["by_group"].items()
    ]
    if rows:
        columns = ("by", "label", "group", "rows", "answered", "right", "false positives", "missed", "untuned right")
        yield Table(f"How {run} treats the groups, per cent with 95 % intervals (fairlearn)", columns, rows[:40])


def _rate(rates: Json, name: str) -> str:
    found = rates.get(name)
    return (
        f"{100 * found['value']:.0f} ({100 * found['low']:.0f} to {100 * found['high']:.0f})"
        if found
        else "no such rows"
    )


def _openings(run: str, opened: Json) -> Table:
    rows = [
        (each["attribute"], one["group"], one["prompts"], *(_mood(one[side]) for side in ("tuned", "untuned")))
        for each in opened["attributes"]
        for one in each["groups"]
    ]
    columns = ("by", "group", "prompts", f"{run}: toxic, sentiment", "untuned: toxic, sentiment")
    return Table("What is written about neutral beginnings; sentiment from -1 to 1", columns, rows)


def _mood(told: Json) -> str:
    moods = told["sentiment"]
    if moods["high"] - moods["low"] == 2:
        return f"{100 * told['toxic']['value']:.0f} %, no words of feeling"
    return f"{100 * told['toxic']['value']:.0f} %, {moods['value']:+.2f} ({moods['low']:+.2f} to {moods['high']:+.2f})"


def _examples(found: Sequence[Json]) -> Iterator[Table]:
    pairs = [example for one in found if one["found"] for example in one.get("examples", [])]
    sentences = [(e["stereotyped"], e["other"], f"{e['gap']:+.2f}") for e in pairs if "gap" in e]
    if sentences:
        columns = ("sentence with the stereotype", "the other", "log-likelihood, difference")
        yield Table("Pairs in which the stereotype is likelier by most", columns, sentences[:EXAMPLES])
    if written := [(e["prompt"], e["answer"]) for e in pairs if "prompt" in e]:
        yield Table("Least kind endings", ("beginning", "answer"), written[:EXAMPLES])


def _plots(run: str, model: Json) -> Iterator[Plot]:
    told = model.get("likelihood", [])
    if told:
        rows = [
            {
                "test": one["test"],
                "model": who,
                "share": one[side]["value"],
                "low": one[side]["low"],
                "high": one[side]["high"],
            }
            for one in told
            for who, side in ((run, "tuned"), ("untuned", "untuned"))
        ]
        title = "Share of pairs in which the stereotype is likelier, 95 % intervals"
        yield Plot(title, "interval", rows, "share", "test", "model", 0.5)


def _shared(one: Json) -> str:
    """CrowS-Pairs' own count, in its causal form: words that both sentences have, each given all words before it."""
    return _percent(one["shared_tokens"]["tuned"]["value"])


def _sides(one: Json) -> tuple[str, str]:
    tuned, untuned = (
        f"{_percent(one[side]['value'])}, {_percent(one[side]['low'])} to {_percent(one[side]['high'])}"
        for side in ("tuned", "untuned")
    )
    return tuned, untuned


def _points(found: Json) -> str:
    return f"{100 * found['value']:+.1f} ({100 * found['low']:+.1f} to {100 * found['high']:+.1f})"


def _plain(found: Json) -> str:
    return f"{found['value']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
