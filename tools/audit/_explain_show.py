"""An explanation of one answer in words, as weighed text, and in tables."""

from collections.abc import Iterator
from typing import Any

from tools.plot import Plot
from tools.result import Change, Result, Table, Weighed
from tools.words import counted

WORDS_PLOTTED = 20
WORDS_NAMED = 3
LINKS_SHOWN = 20
LEAST = 0.005
Json = dict[str, Any]


def shown(run: str, told: Json) -> Result:
    """The explanation as a Result.

    Args:
        run: The run's id.
        told: What `_explain_worker` gives.
    """
    return Result(
        " ".join(_sentences(run, told)),
        weighed=_text(told),
        changes=_change(told),
        tables=[*_words(told), *_links(told), *_neighbours(told)],
        plots=_plot(run, told),
        next=[f"which words matter to {run}?", f"try {run} on a text of mine", f"check {run} for bias"],
        data=told,
    )


def _sentences(run: str, told: Json) -> Iterator[str]:
    sure = f" ({told['chance']:.0%} sure)" if told["chance"] is not None else ""
    wanted = f' (the dataset says "{told["reference"]}")' if told["reference"] else ""
    yield f'{run} answers "{told["answer"]}"{sure}{wanted}.'
    if told["unread"]:
        yield (
            f"The text is longer than what the model reads: {counted(told['unread'], 'word')} of it "
            f"{'was' if told['unread'] == 1 else 'were'} cut off and played no part."
        )
    yield from _speaking(told)
    yield from _turned(told)
    yield from _checked(told)
    yield from _alike(told)
    yield from _limits(told)


def _speaking(told: Json) -> Iterator[str]:
    named: list[str] = []
    for sign, verb in ((1, "for"), (-1, "against")):
        order = sorted(told["words"], key=lambda pair: -sign * pair[1])
        some = [f'"{word}" ({weight:+.2f})' for word, weight in order[:WORDS_NAMED] if sign * weight >= LEAST]
        if some:
            named.append(f"{verb} {_toward(told)}: {', '.join(some)}")
    yield f"Speaking most {'; '.join(named)}." if named else "No single word weighed much."


def _toward(told: Json) -> str:
    instead = told.get("instead")
    answer = _short(told["answer"])
    return f'"{instead}" rather than "{answer}"' if instead and instead != told["answer"] else f'"{answer}"'


def _turned(told: Json) -> Iterator[str]:
    if not (search := told.get("change")):
        return
    goal = f'"{search["wanted"]}"' if search["wanted"] else "another answer"
    flip = search["flip"]
    if flip is None:
        tried = counted(search["asked"], "changed text")
        yield (
            f"No change of up to {counted(search['words'], 'word')} that was tried gives {goal} ({tried} asked); "
            f"there may be one that was not tried."
        )
        return
    edits = [f'"{old}" left out' if not new else f'"{old}" replaced by "{new}"' for old, new in flip["edits"]]
    yield (
        f'With {" and ".join(edits)}, {"it" if len(edits) > 1 else "the model"} answers "{flip["answer"]}" '
        f"({flip['chance']:.0%} sure): the smallest change found, of {search['asked']} asked."
    )


def _checked(told: Json) -> Iterator[str]:
    if check := told.get("check"):
        words = ", ".join(f'"{word}"' for word in check["words"])
        many = len(check["words"])
        yield (
            f'Without {words} the chance of "{_short(told["answer"])}" goes from {told["chance"]:.0%} to '
            f"{check['without']:.0%}; without {counted(many, 'other word')}, to {check['without_others']:.0%} "
            f"(mean of {check['draws']} draws)."
        )


def _alike(told: Json) -> Iterator[str]:
    rows = told["nearest"]
    if not rows:
        return
    if told["chance"] is None:
        yield f"The training row most like it, as the model reads them, is row {rows[0]['row']}."
    else:
        agree = sum(each["reference"] == told["answer"] for each in rows)
        yield (
            f"Of the {len(rows)} training rows most like it, as the model reads them, {agree} "
            f'{"is" if agree == 1 else "are"} labelled "{told["answer"]}".'
        )
    same = [each for each in rows if each["same"]]
    if same:
        yield f"Row {same[0]['row']} is {same[0]['same']}: the model has seen this in training."


def _limits(told: Json) -> Iterator[str]:
    explained, gap = told["explained"], told["gap"]
    if told["method"] == "integrated gradients":
        share = f"; they add up to {explained - gap:+.2f} of the {explained:+.2f} that the text makes"
    else:
        share = ""
        if abs(gap) > max(0.1 * abs(explained), 0.05):
            share = (
                f"; they add up to {explained - gap:+.2f}, while the whole text makes {explained:+.2f}: words that "
                f"stand in for each other or work together are not told apart"
            )
    if told["together"] > 1:
        share += f"; {told['together']} neighbouring words at a time, since the text is long"
    yield (
        f"The weights ({told['method']}, in {_unit(told)}{share}) say what this one answer leaned on; they are "
        f"estimates, and no reasons the model could give."
    )


def _unit(told: Json) -> str:
    return "log-probability" if told["chance"] is None else "log-odds: 0.7 doubles the odds"


def _text(told: Json) -> list[Weighed]:
    pieces: list[tuple[str, float | None]] = []
    done = 0
    for (start, end), (_, weight) in zip(told["spans"], told["words"], strict=True):
        pieces += [(told["read"][done:start], None), (told["read"][start:end], weight)]
        done = end
    pieces.append((told["read"][done:], None))
    pieces = [(text, weight) for text, weight in pieces if text]
    return [Weighed("What each word speaks for", pieces, _toward(told))] if told["words"] else []


def _change(told: Json) -> list[Change]:
    flip: Json | None = told["change"]["flip"] if told.get("change") else None
    if not flip:
        return []
    where = f"{_short(told['answer'])} → {_short(flip['answer'])}"
    return [Change("The smallest change found that gives another answer", [(where, told["read"], flip["text"])])]


def _words(told: Json) -> list[Table]:
    strongest = sorted(told["words"], key=lambda pair: -abs(pair[1]))
    rows = [(word, f"{weight:+.3f}") for word, weight in strongest]
    return [Table("Words and their weights", ("word", "weight"), rows)]


def _links(told: Json) -> list[Table]:
    rows = [(part, word, f"{weight:+.2f}") for part, word, weight in told["links"][:LINKS_SHOWN] if weight >= LEAST]
    columns = ("in the answer", "leaned most on", "weight")
    return [Table("What each word of the answer leaned on", columns, rows)] if rows else []


def _neighbours(told: Json) -> list[Table]:
    closed = told["chance"] is not None
    rows = [
        (
            each["row"],
            each["text"],
            each["reference"],
            *([("yes" if each["reference"] == told["answer"] else "no")] if closed else []),
            f"{each['likeness']:.3f}",
            f"{each['words']:.2f}",
            each["same"],
        )
        for each in told["nearest"]
    ]
    columns = ("row", "text", "answer", *(["agrees"] if closed else []), "alike to the model", "alike in words", "note")
    return [Table("Training rows most like it", columns, rows)] if rows else []


def _plot(run: str, told: Json) -> list[Plot]:
    strongest = sorted(told["words"], key=lambda pair: -abs(pair[1]))[:WORDS_PLOTTED]
    least = min((abs(weight) for _, weight in strongest), default=0.0)
    rows = [
        {"word": f"{place}. {word}", "weight": weight}
        for place, (word, weight) in enumerate(told["words"], 1)
        if abs(weight) >= least
    ][:WORDS_PLOTTED]
    return [Plot(f"What spoke for {_toward(told)} in {run}", "bar", rows, "weight", "word")] if rows else []


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:60]} …"
