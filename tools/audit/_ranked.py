"""Every test of an audit of a model in one list, corrected together, the largest of the sure ones first."""

from collections.abc import Iterator
from typing import Any

from tools.audit._rates import ALARM
from tools.evaluate._holm import holm

Json = dict[str, Any]
FEWEST_ROWS = 10
TESTS = {
    "stereotypes": "our own pairs with stereotypes, in the manner of CrowS-Pairs",
    "occupations": "our own pairs with occupations, in the manner of WinoBias",
    "CrowS-Pairs": "CrowS-Pairs",
    "WinoBias": "WinoBias",
}
SAYS = {
    "flips": "It shows answers that depend on the words for gender alone; why they do, it does not show.",
    "lean": "It shows a probability that moves with the words for gender alone, also where no answer changes.",
    "names": "It shows answers that depend on where a name seems to come from, beyond what any other name does.",
    "tone": "It shows kinder or harsher words, by a list of words; it does not see irony or politeness.",
    "selection": "Groups may differ in what is true of them: it is unequal treatment only if the errors differ too.",
    "equalised odds": "It shows that errors fall on some groups more than on others, on the labels as they are.",
    "likelihood": "It shows what the model has read; whether its answers follow it, only the other tests tell.",
    "tuning": "It shows what fine-tuning changed, not which of the two is right.",
    "openings": "It shows a difference on our prompts and words; other prompts may give another.",
}


def ranked(body: Json, run: str) -> Json:
    """All tests as findings: those that hold after Holm's correction first, by the size that is sure.

    Sure is the end of the 95 % interval nearer to no difference. Sizes are on a scale from 0 to 1: shares and
    probabilities as they are, the distance from one half for likelihood tests, half the difference for sentiment.
    """
    found = [*_of_swaps(body, run), *_of_groups(body, run), *_of_likelihood(body, run), *_of_openings(body, run)]
    for finding, p in zip(found, holm([finding["p"] for finding in found]), strict=True):
        nearer = min(abs(finding[end] - finding["neutral"]) for end in ("low", "high"))
        crosses = finding["low"] <= finding["neutral"] <= finding["high"]
        finding["sure"] = 0.0 if crosses else nearer * finding["scale"]
        finding |= {"corrected": p, "found": p < ALARM, "says": SAYS[finding["kind"]]}
    found.sort(key=lambda one: (not one["found"], -one["sure"] if one["found"] else one["p"], one["key"]))
    return {"tests": len(found), "found": sum(one["found"] for one in found), "ranked": found}


def corrected(body: Json) -> None:
    """Let the probabilities by label say what holds after the correction for all tests, not for their own alone."""
    by_key = {finding["key"]: finding for finding in body["findings"]["ranked"]}
    gender: Json = body["kinds"].get("gender", {})
    for name in ("towards_feminine", "label_gaps"):
        for row in gender.get(name, {}).get("tuned", []):
            finding = by_key[f"{name} {row['label']}"]
            row |= {"corrected": finding["corrected"], "flagged": finding["found"]}


def _finding(
    kind: str, key: str, what: str, found: Json, rows: int, *, neutral: float = 0.0, scale: float = 1.0, **more: Any
) -> Json:
    figures = {end: float(found[end]) for end in ("value", "low", "high")}
    return {"kind": kind, "key": key, "what": what, **figures, "p": float(found["p"]), "rows": rows} | {
        "neutral": neutral,
        "scale": scale,
        **more,
    }


def _of_swaps(body: Json, run: str) -> Iterator[Json]:
    gender: Json = body["kinds"].get("gender", {})
    examples = gender.get("examples", [])[:3]
    for row in gender.get("label_gaps", {}).get("tuned", []):
        what = f"{run} answers “{row['label']}” {_oftener(row['value'])} about women than about men in the same texts"
        yield _finding("flips", f"label_gaps {row['label']}", what, row, row["rows"], examples=examples)
    for row in gender.get("towards_feminine", {}).get("tuned", []):
        what = f"{run} gives “{row['label']}” a {_higher(row['value'])} probability in texts about women"
        yield _finding("lean", f"towards_feminine {row['label']}", what, row, row["rows"], examples=examples)
    for name, found in gender.get("kinder_to_women", {}).items():
        row, rate = found["tuned"], name == "toxic"
        if rate and row["value"] == row["low"] == row["high"] == 0:
            continue
        word = "oftener abusive" if rate else "kinder" if row["value"] > 0 else "harsher"
        what = f"{run} writes {word} answers to texts about women"
        yield _finding("tone", f"kinder {name}", what, row, row["rows"], scale=1.0 if rate else 0.5, examples=examples)
    if gender and gender["rows"] >= FEWEST_ROWS and body["task"] != "classify":
        found = gender["difference"] | {"p": gender["p_difference"]}
        what = f"{run} changes its answer with gender {_oftener(found['value'])} than the untuned model"
        yield _finding("tuning", "gender tuning", what, found, gender["rows"], examples=examples)
    origin: Json = body["kinds"].get("origin", {})
    if row := origin.get("beyond_control", {}).get("tuned"):
        what = f"{run} changes its answer {_oftener(row['value'])} for a name from elsewhere than for another name"
        yield _finding("names", "origin", what, row, row["rows"], examples=origin.get("examples", [])[:3])


def _of_groups(body: Json, run: str) -> Iterator[Json]:
    for each in body.get("groups", []):
        rows = sum(each["groups"].values())
        for told in each["labels"]:
            label, tuned, name = told["label"], told["tuned"], each["attribute"]
            more: Json = {"attribute": name, "label": label}
            least, most = _ends(tuned, "selection_rate")
            what = f"{run} answers “{label}” oftener for {most} than for {least} ({name})"
            yield _finding(
                "selection", f"selection {name} {label}", what, tuned["demographic_parity_difference"], rows, **more
            )
            if odds := tuned.get("equalized_odds_difference"):
                least, most = _ends(tuned, odds["worst"])
                error = "wrongly answers" if odds["worst"] == "false_positive_rate" else "misses"
                what = f"{run} {error} “{label}” oftener for {most} than for {least} ({name})"
                yield _finding("equalised odds", f"odds {name} {label}", what, odds, rows, **more)


def _ends(told: Json, rate: str) -> tuple[str, str]:
    ordered = sorted(told["by_group"], key=lambda group: told["by_group"][group][rate]["value"])
    return ordered[0], ordered[-1]


def _of_likelihood(body: Json, run: str) -> Iterator[Json]:
    for told in body.get("likelihood", []):
        name, pairs, tuned = told["test"], told["pairs"], told["tuned"]
        side = "likelier" if tuned["value"] >= 0.5 else "less likely"
        what = f"{run} finds the stereotype {side} in most of: {TESTS[name]}"
        yield _finding("likelihood", f"likelihood {name}", what, tuned, pairs, neutral=0.5, examples=told["examples"])
        found = told["difference"] | {"p": told["p_difference"]}
        what = f"{run} prefers the stereotype {_oftener(found['value'])} than the untuned model in: {TESTS[name]}"
        yield _finding("tuning", f"tuning {name}", what, found, pairs)


def _of_openings(body: Json, run: str) -> Iterator[Json]:
    for told in body.get("openings", {}).get("attributes", []):
        for name in ("sentiment", "toxic"):
            found = told[name]["tuned"]
            if found["p"] is None:
                continue
            what = (
                f"{run} finishes neutral sentences {_tone(name)} for some groups of {told['attribute']} than for others"
            )
            spread = found | {"low": 0.0, "high": found["value"]}  # no interval: the largest gap is never below zero
            rows = told["prompts"] * len(told["groups"])
            scale = 0.5 if name == "sentiment" else 1.0
            key = f"openings {name} {told['attribute']}"
            yield _finding("openings", key, what, spread, rows, scale=scale, examples=told["examples"])


def _tone(name: str) -> str:
    return "more kindly" if name == "sentiment" else "more abusively"


def _oftener(value: float) -> str:
    return "oftener" if value > 0 else "less often" if value < 0 else "as often"


def _higher(value: float) -> str:
    return "higher" if value > 0 else "lower"
