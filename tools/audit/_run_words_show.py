"""The words that matter to a run, in words, tables and plots."""

from collections.abc import Iterator
from typing import Any

from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted

LABELS_SHOWN = 6
WORDS_SHOWN = 12
WORDS_PLOTTED = 12
NAMED = 5
Json = dict[str, Any]


def shown(run: str, body: Json, label: str | None) -> Result:
    """The words of a run as its Result; of one label only if one is named."""
    every = [label] if label else [name for name, words in body["words"].items() if words]
    some = every[:LABELS_SHOWN]
    with_words = [name for name in some if body["words"][name]]
    return Result(
        " ".join(_sentences(run, body, every, some)),
        tables=[*(_words(name, body) for name in with_words), *_data(body, some)],
        plots=[_plot(name, body) for name in with_words],
        next=[f"check {run} for bias", f"evaluate {run}", "write the report"],
        data={key: value for key, value in body.items() if key != "result"},
    )


def _sentences(run: str, body: Json, every: list[str], some: list[str]) -> Iterator[str]:
    of = f" of {body['available']:,}" if body["available"] > body["rows"] else ""
    yield (
        f"Each word of {body['rows']:,}{of} {body['split']} rows was left out once, and {run} was asked again "
        f"({counted(body['asked'], 'question')}; it answers {body['right']} of the whole rows right)."
    )
    if not body["tested"]:
        yield (
            "No word stands in at least 5 rows with the same answer, so nothing can be said of words. "
            "Take more rows, or a larger test split."
        )
        return
    for label in some:
        yield _of_label(label, body)
    if len(every) > len(some):
        yield f"{counted(len(every) - len(some), 'more label')} can be asked for by name."
    yield from _doubtful(body, some)
    yield (
        f"A weight is what the log-odds of the label lose without the word (0.7 doubles the odds), with its 95 % "
        f"interval over rows, corrected for the {counted(body['tested'], 'word')} tested (Holm); "
        f"{counted(body['too_few'], 'word')} stood in fewer than 5 rows of an answer. It tells what the model uses, "
        f"not whether it should; of words that stand in for each other each seems weak."
    )
    if body["passed_over"]:
        yield f"Of long texts 40 words each were drawn; {counted(body['passed_over'], 'word')} were passed over."


def _of_label(label: str, body: Json) -> str:
    if not body["given"].get(label):
        return f'"{label}" was the answer to none of these rows, so nothing can be said of it.'
    surest = [word for word in body["words"][label] if word["certain"] and word["mean"] > 0]
    if not surest:
        return f'For "{label}" ({counted(body["given"][label], "row")}) no word is certain to matter by itself.'
    named = ", ".join(f'"{word["word"]}" ({word["mean"]:+.1f})' for word in surest[:NAMED])
    return f'"{label}" ({counted(body["given"][label], "row")}) is driven most by {named}.'


def _doubtful(body: Json, some: list[str]) -> Iterator[str]:
    """Words that drive a label though they should seldom do so, or though the training rows do not tell it by them."""
    sure = [word for label in some for word in body["words"][label] if word["certain"] and word["mean"] > 0]
    if odd := [word for word in sure if word["kind"]]:
        named = ", ".join(f'"{word["word"]}" ({word["kind"]}) for "{word["label"]}"' for word in odd[:NAMED])
        yield f"Look at {named}: such words seldom ought to decide, and may be shortcuts."
    own = [word for word in sure if not word["tells"] and not word["kind"]]
    if own:
        named = ", ".join(f'"{word["word"]}" for "{word["label"]}"' for word in own[:NAMED])
        yield f"By the training rows alone one would not tell {named}: the model has this from elsewhere, or by chance."


def _words(label: str, body: Json) -> Table:
    rows = [
        (
            word["word"],
            f"{word['mean']:+.2f}",
            f"{word['low']:+.2f} to {word['high']:+.2f}",
            word["rows"],
            "< 0.001" if word["p"] < 0.001 else f"{word['p']:.3f}",
            f"{word['in_data'][0]:,} of {sum(word['in_data']):,}",
            _note(word),
        )
        for word in body["words"][label][:WORDS_SHOWN]
    ]
    columns = ("word", "weight", "95 % interval", "rows", "p, corrected", "training rows with it that have the label")
    return Table(f'What speaks for "{label}" in the model', (*columns, "note"), rows)


def _note(word: Json) -> str:
    told = [word["kind"]] if word["kind"] else []
    if not word["certain"]:
        told.append("may be chance")
    elif word["mean"] > 0:
        told.append("tells it in the data too" if word["tells"] else "not told by the data")
    return "; ".join(told)


def _data(body: Json, some: list[str]) -> list[Table]:
    rows: list[tuple[str, str, str]] = []
    for label in some:
        telling = body["data"][label]
        uses = {word["word"] for word in body["words"][label] if word["certain"] and word["mean"] > 0}
        used = ", ".join(word for word in telling if word in uses)
        if telling:
            rows.append((label, ", ".join(telling), used or "none of them for certain"))
    columns = ("label", "words that tell it in the training rows", "of those, what the model leans on")
    return [Table("What the data alone says (log-odds, surest first)", columns, rows)] if rows else []


def _plot(label: str, body: Json) -> Plot:
    rows = [
        {"word": word["word"], "weight": word["mean"], "low": word["low"], "high": word["high"]}
        for word in body["words"][label][:WORDS_PLOTTED]
    ]
    return Plot(f'Words for "{label}": loss of log-odds when left out', "interval", rows, "weight", "word", zero=0.0)
