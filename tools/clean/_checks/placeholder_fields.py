"""Marks such as "noinput" where an input or an answer should be, or need not be."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._glued import second_task
from tools.clean._proposal import Proposal
from tools.clean._stub import BLANK, DESCRIBED, MARK, is_stub, says_nothing, without_marks

GROUP = "instruction data"
CALLED = "placeholder noinput filler dummy"
"""What people call it."""

SUSPECT = r"""regexp_matches(prompt || chr(10) || context || chr(10) || answer,
    '(?i)(no|not|non|none|null|empty|blank)[ _-]*'
    '((in|out)put|context|content|data|text|resp|answer|additional|extra|further|appl|avail|prov|giv|spec|need|req)'
    '|n\.?\s?/\s?a\b|\b(n\.?a|nil|none|nan|null|nothing|undefined)\b|lorem ipsum|here|empty|\.\.\.|…|__|xxx|tbd|todo')
    or regexp_full_match(answer, '\s*[\[<({].*', 's') or regexp_full_match(context, '[-\s–—_.?…]+')"""
MAY_BE_NONE = re.compile(
    r"\b(words?|fill|blanks?|complete|missing|yes or no|classif\w*|identif\w*|find|detect\w*|determine|what|which"
    r"|who|how|are"
    r"|is|does|do|true|options?|choose|select|categor\w*|extract\w*|names?|named|list|null|nan|code|output|print\w*)\b",
    re.IGNORECASE,
)
"""A task whose answer may be "none"."""

SAMPLE = re.compile(r"\b(lorem|ipsum|placeholder|dummy|sample|template|tags?|html|xml)\b", re.IGNORECASE)
"""A task that may be answered with filler."""


def judge(exchange: Exchange) -> Flaw | None:
    """Empty an input that only says that there is none; take marks off other words; drop what has no answer."""
    answer, given = exchange.answer.strip(), exchange.given
    if answer and _no_answer(exchange, answer):
        return Flaw(f'the answer is only "{answer[:40]}"', sure="put" in answer.lower())
    if says_nothing(given) and (exchange.labelled or "put" in given.lower()):
        return Flaw("the input says that there is none", "given", "")
    if MARK.search(exchange.asked):
        return None
    if MARK.search(answer) and second_task(exchange.task, answer) is None:
        return Flaw("a placeholder in the answer", "answer", without_marks(answer))
    if MARK.search(given):
        return Flaw("a placeholder in the input", "given", without_marks(given))
    return None


def _no_answer(exchange: Exchange, answer: str) -> bool:
    """Whether an answer stands for none; "none" may be meant where something is looked for."""
    if says_nothing(answer):
        return "put" in answer.lower() or not MAY_BE_NONE.search(exchange.task)
    if re.match(r"\W*no[ -]?output\b.{0,100}$", answer, re.IGNORECASE):
        return True
    stub = is_stub(answer) or DESCRIBED.fullmatch(answer) is not None
    return stub and not BLANK.search(exchange.task) and not SAMPLE.search(exchange.asked)


def find(data: Examined) -> Proposal | str:
    """Propose emptying such an input, and dropping rows whose answer is one."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:row has|rows have} a placeholder for an input or an answer",
        sentence='Mend {rows:row|rows} with a placeholder such as "noinput" for an input or an answer.',
        done='Mended {rows:row|rows} with a placeholder such as "noinput" for an input or an answer.',
        why="An input that says that there is none is emptied: the model would learn to wait for that word. A row whose"
        " answer is a placeholder goes: the model would learn to write it.",
        doubt="It may be wrong where the word is meant: a text about the value N/A, or a template to fill in.",
        edits="from flagged",
        views={"flagged": flagged(data, "placeholder_fields", SUSPECT, judge)},
    )
