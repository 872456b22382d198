"""Answers in another language than was asked for."""

from tools.clean._asked_language import ANY, LATIN_LETTERS, NAMED, in_script, target
from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal
from tools.data._language import alike, close, language, named

GROUP = "instruction data"
CALLED = "language untranslated translation foreign english"
"""What people call it."""

LETTERS, SURE = 40, 0.99
"""The fewest letters of a text whose language is told, and the least probability."""
COMMON = (
    r"(?i)\b(the|and|with|for|are|you|that|this|from|what|how|your|have|an|of)\b",
    r"(?i)\b(el|los|las|que|una|por|está)\b",
    r"(?i)\b(le|les|des|est|une|dans|vous)\b",
    r"(?i)\b(der|die|das|und|ist|nicht|ein)\b",
    r"(?i)\b(il|che|gli|una|sono|della)\b",
    r"(?i)\b(os|as|que|uma|não|para)\b",
    r"(?i)\b(het|een|van|niet|zijn)\b",
    r"(?i)\b(och|att|det|som|är|på|og|er|ikke)\b",
    r"(?i)(^|\s)(w|nie|się|jest|na)\s",
    r"\p{Cyrillic}",
    r"\p{Han}",
    r"\p{Arabic}",
    r"\p{Devanagari}",
    r"\p{Hangul}",
)
"""Words and letters by which two texts are seen to be in one language, so that only the others are looked at."""
_BOTH = " or ".join(f"(regexp_matches(prompt, '{each}') and regexp_matches(answer, '{each}'))" for each in COMMON)
_LONG = f"length(prompt) >= {LETTERS} and length(answer) >= {LETTERS}"
SUSPECT = (
    f"(regexp_matches(prompt, '(?i)\\b(in|into|to) ({NAMED})\\b')"
    f" or ({_LONG} or regexp_matches(prompt || answer, '\\p{{Lo}}')) and not ({_BOTH}))"
)


def judge(exchange: Exchange) -> Flaw | None:
    """Whether the answer is in another language than the task names, or than it is written in if it names none."""
    task, answer = exchange.asked, exchange.answer
    wanted = target(task)
    if wanted and not LATIN_LETTERS.search(task):
        if in_script(answer, wanted) is False:
            return Flaw(f"the answer has no letter of {named(wanted)}")
        code = _told(answer)
        explains = any(mark in answer for mark in '":“«')
        if code and code not in close(wanted) and not explains:
            return Flaw(f"the answer should be in {named(wanted)} and reads as {named(code)}", sure=False)
        return None
    if ANY.search(exchange.task) or (asked := _told(exchange.prompt)) is None or (said := _told(answer)) is None:
        return None
    if alike(asked, said) or (exchange.given and (given := _told(exchange.given)) and alike(given, said)):
        return None
    return Flaw(f"the question reads as {named(asked)} and the answer as {named(said)}", sure=False)


def _told(text: str) -> str | None:
    return language(text, LETTERS, SURE)


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer is|answers are} in another language than was asked for",
        sentence="Drop {rows:row whose answer is|rows whose answers are} in another language than was asked for.",
        done="Dropped {rows:row whose answer was|rows whose answers were} in another language than was asked for.",
        why="A model learns to answer in the wrong language. A language counts only where the text is long enough to be"
        " sure of it, or has a script of its own.",
        doubt="It may be wrong for code, names, and languages that are close to each other.",
        edits="from flagged",
        views={"flagged": flagged(data, "answer_language", SUSPECT, judge)},
    )
