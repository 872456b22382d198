"""How well the assistant answers questions about concepts, and whether it says so when it does not know.

    python -m benchmarks.concepts [--half development] [--every 3] [--quiet]

Only the answer is tested: the tool is taken as given. An answer is right if it names a section that holds it, tells
every fact and says nothing that only a wrong one would say. To a question that is off the handbook's map, it is right
if it says that it does not know; whether it then names no section is counted apart.

Prints the answers that went wrong, then both checks by chapter of the handbook, with 95 % Wilson intervals, and the
seconds to the first words and in all; what was read for the choice of the tool is read here. Run it on a quiet machine.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.answer import Answer, answer
from assistant.decide import decide, warm_up
from assistant.handbook import sections
from assistant.models import Brain, open_brain
from assistant.settings import Settings
from assistant.transcript import Turn
from benchmarks.shares import share, spread
from benchmarks.states import build
from store import Workspace

QUESTIONS = Path(__file__).parent / "concepts" / "questions.jsonl"
OFF_THE_MAP = "off the map"
DOES_NOT_KNOW = (
    r"\b(do|does|did) ?(not|n't) (\w+ )?(know|stand|say|cover|mention|contain|appear|explain)\b"
    r"|\b(do|does) ?(not|n't) have (\w+ ){0,2}(information|knowledge|access|details|data|answer|context)"
    r"|\b(is not|isn't|are not|nothing|nowhere) (\w+ )?(about|covered|mentioned|found|known|explained|provided|given)\b"
    r"|\b(no (information|mention|details|answer|section)|not able to|unable to|would be guessing)\b"
    r"|\b(cannot|can ?not|can't) (\w+ )?(answer|say|tell|help|provide|give|advise|recommend|find|assist|know)\b"
)
"""How an answer says that it does not know, in lower case."""
Question = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What came of one question."""

    question: Question
    named: bool
    told: bool
    first: float
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the answer is right in all."""
        return self.told and (self.named or not self.question["sections"])


def main() -> None:
    """Ask every question and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["development", "test"], help="only this half of the questions")
    parser.add_argument("--every", type=int, default=1, help="only one question in so many")
    parser.add_argument("--quiet", action="store_true", help="do not print the answers that went wrong")
    options = parser.parse_args()
    asked = [one for one in questions() if options.half in (None, one["half"])][:: options.every]
    brain = open_brain(Settings.read())
    warm_up(brain)
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        ws = build("empty", Path(folder))
        for question in asked:
            result, said = ask(brain, ws, question)
            results.append(result)
            if not result.right and not options.quiet:
                wrong = " ".join(["" if result.named else "section", "" if result.told else "facts"]).strip()
                print(f"{wrong}  {question['question']!r} -> {said.sources}\n    {said.text!r}", flush=True)
        ws.close()
    brain.close()
    report(results)


def questions() -> list[Question]:
    """Every question of the benchmark."""
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def ask(brain: Brain, ws: Workspace, question: Question) -> tuple[Result, Answer]:
    """Answer one question as the assistant does once it has chosen to answer."""
    talk, heard = [Turn(question["question"])], list[float]()
    began = perf_counter()
    choice = decide(brain, ws, talk, tool="answer")
    said = answer(brain, talk, choice.messages, lambda _: heard.append(perf_counter()), lambda: False)
    ended = perf_counter()
    named, told = judge(question, said)
    return Result(question, named, told, (heard or [ended])[0] - began, ended - began), said


def judge(question: Question, said: Answer) -> tuple[bool, bool]:
    """Whether an answer names a right section, or none where none is right, and whether what it says is right."""
    right, text = question["sections"], _plain(said.text)
    named = bool({*right} & {*said.sources}) if right else not said.sources
    told = all(_any(fact, text) for fact in question["must"] or [[DOES_NOT_KNOW]])
    return named, told and not _any(question["must_not"], text)


def _plain(text: str) -> str:
    """The text as the patterns are written: in lower case, on one line, with straight quotes and no emphasis."""
    return " ".join(text.lower().translate(str.maketrans("’‘“”‑", "''\"\"-", "*`")).split())


def _any(patterns: list[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def chapter(question: Question) -> str:
    """The chapter of the handbook that a question is about."""
    files = {section.title: section.file for section in sections()}
    return Path(files[question["sections"][0]]).stem if question["sections"] else OFF_THE_MAP


def report(results: list[Result]) -> None:
    """Print how many answers were right, by chapter and in all, and how long they took."""
    checks: dict[str, Callable[[Result], bool]] = {
        "section": lambda one: one.named,
        "facts": lambda one: one.told,
        "right": lambda one: one.right,
    }
    print(f"\n{'chapter':12}{'questions':>10}{''.join(f'{check:>18}' for check in checks)}")
    for name in [*dict.fromkeys(chapter(one.question) for one in results), "all"]:
        some = [one for one in results if name in ("all", chapter(one.question))]
        shares = [share([check(one) for one in some]) for check in checks.values()]
        print(f"{name:12}{len(some):10}{''.join(f'{one:>18}' for one in shares)}")
    print(f"\nseconds to the first words: {spread([one.first for one in results])}")
    print(f"seconds in all: {spread([one.seconds for one in results])}")


if __name__ == "__main__":
    main()
