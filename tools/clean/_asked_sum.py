"""The sum that an instruction asks for, and whether an answer gives its value."""

import re
from dataclasses import dataclass
from fractions import Fraction

from tools.clean._arithmetic import NUMBER, NoSum, worked_out
from tools.clean._equations import same, told

ASKS = re.compile(
    r"(?i)\b(calculate|compute|evaluate|solve|work out|simplify|what(?: is|'s)|how much is|find|determine|results?"
    r"|answer"
    r"|equals?|add|subtract|multiply|divide)\b"
)
MORE_THAN_THAT = re.compile(
    r"(?i)\b(round\w*|nearest|estimat\w*|approx\w*|binary|hex\w*|octal|base|mod|modul\w*|remainder|fractions?|scientific"
    r"|roman|words|write|create|generate(?!.*\bresult)|make|construct|formulate|describe|explain why|convert\w*"
    r"|notation|postfix|prefix"
    r"|steps?|variables?|derivative|integral|equation for|sequence|next|pattern|inequality|graph|factor\w*|digits?"
    r"|last|first|function|code|program|query|string|type|classify|identify|kind|operators?|strings?|rewrite|story|problem)\b"
    r"|[a-z]\s*=|=\s*[a-z?]*\s*[a-z]\b|[√∑∫π|<>]|\bfor [a-z]\b"
)
"""Words that ask for something else than the value of a sum, and letters that stand for numbers."""
_N = rf"[-−]?[$€£]?(?:{NUMBER})%?"
_SUM = re.compile(
    rf"(?<![\w.,/:+*^-])[(\[]*{_N}(?:\s*\)*\s*(?:\*\*|[-−–+*×÷/^]|[xX](?=[\s\d(])|(?<=%)\s+of)\s*[(\[]*\s*{_N}\)*)+(?![\w:/^*]|[.,]\d)"
)
_TIGHT = re.compile(r"\d+(?:[-–/]\d+)+")
"""A date, a range or a fraction rather than a sum."""
IN_WORDS = (
    (re.compile(rf"(?i)\b(?:add|(?:sum|total) of)\s+({_N})\s+(?:and|to|with)\s+({_N})(?![\d%])"), "{0} + {1}"),
    (re.compile(rf"(?i)\bsubtract\s+({_N})\s+from\s+({_N})(?![\d%])"), "{1} - {0}"),
    (re.compile(rf"(?i)\bdifference (?:of|between)\s+({_N})\s+and\s+({_N})(?![\d%])"), "{0} - {1}"),
    (re.compile(rf"(?i)\b(?:multiply|product of)\s+({_N})\s+(?:and|by|with|times)\s+({_N})(?![\d%])"), "{0} * {1}"),
    (re.compile(rf"(?i)\b(?:divide|quotient of)\s+({_N})\s+(?:and|by)\s+({_N})(?![\d%])"), "{0} / {1}"),
    (re.compile(rf"(?i)({_N})\s+plus\s+({_N})(?![\d%])"), "{0} + {1}"),
    (re.compile(rf"(?i)({_N})\s+minus\s+({_N})(?![\d%])"), "{0} - {1}"),
    (re.compile(rf"(?i)({_N})\s+(?:times|multiplied by)\s+({_N})(?![\d%])"), "{0} * {1}"),
    (re.compile(rf"(?i)({_N})\s+divided by\s+({_N})(?![\d%])"), "{0} / {1}"),
)
_RESULT = re.compile(rf"(?<![\w.,])[-−]?[$€£]?(?:{NUMBER})(?:\s*/\s*\d+)?%?(?!\w|[.,]\d)")


@dataclass(frozen=True)
class Asked:
    """A sum, and its value."""

    written: str
    value: Fraction

    def __str__(self) -> str:
        return f"{self.written} is {told(self.value)}"


def asked_sum(task: str) -> Asked | None:
    """The one sum that a short instruction asks for, in signs or in words; None if it asks for more or for less.

    Example:
        >>> print(asked_sum("Calculate 3 + 2 x 5."), "and", asked_sum("Subtract 4 from 10"))
        3 + 2 x 5 is 13 and 10 - 4 is 6
    """
    if len(task) > 200 or not ASKS.search(task) or MORE_THAN_THAT.search(task):
        return None
    sums = [found[0] for found in _SUM.finditer(task) if not _TIGHT.fullmatch(found[0])]
    for pattern, form in IN_WORDS:
        sums += [form.format(*found.groups()) for found in pattern.finditer(task)]
    if len(sums) != 1 or len(re.findall(NUMBER, task)) != len(re.findall(NUMBER, sums[0])):
        return None
    try:
        return Asked(sums[0], worked_out(sums[0]))
    except NoSum:
        return None


def wrong_result(asked: Asked, answer: str) -> str | None:
    """The number that an answer gives instead; None if it gives the value somewhere, or no single number.

    The figures of the sum itself are no result.
    """
    if re.search(r"[√π^]|\d\s*[xX]\s*10|(?<=\d)/|remainder|\b[rR]\s?\d", answer) or len(answer) > 300:
        return None
    given = {number.replace(",", "") for number in re.findall(NUMBER, asked.written)}
    found = [number for number in _RESULT.findall(answer)]
    if any(_stands_for(asked, number) for number in found):
        return None
    others = list(dict.fromkeys(n for n in found if n.strip("$€£%").replace(",", "") not in given)) or (
        found if len(found) == 1 else []
    )
    return others[0] if len(others) == 1 else None


def _stands_for(asked: Asked, number: str) -> bool:
    try:
        value = worked_out(number)
    except NoSum:
        return True
    readings = {value, value * 100} if "%" in number + asked.written else {value}
    return any(same(asked.value, each, number) or abs(asked.value) == abs(each) for each in readings)
