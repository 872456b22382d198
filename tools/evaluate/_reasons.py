"""A word on why a written answer is far from its reference, by what can be seen in the two texts alone."""

import json
import re
import unicodedata
from collections import Counter
from contextlib import suppress

from tools.data._language import alike, language, named

READ = 400
"""Letters of a text that its script is told by."""
LONGER, SHORTER = 3.0, 1 / 3
APART = 8
"""Words by which the lengths must differ, too, before an answer is called long or short."""
LETTERS, SURE = 20, 0.8
"""As the profile tells languages."""
LIKE_THE_QUESTION = 0.8
_ONE_SCRIPT = {"CJK": "Chinese or Japanese", "HIRAGANA": "Chinese or Japanese", "KATAKANA": "Chinese or Japanese"}
_END = re.compile(r"""[.!?…。！？؟।:;)\]}"'”’»`]\s*$""")
_NUMBER = re.compile(r"[-+]?[\d.,]+\s?%?")
_LIST = re.compile(r"(?m)^\s*(?:[-*•]|\d+[.)])\s")


def reason(question: str, reference: str, answer: str) -> str:
    """What is plainest first: empty, another script or language, repetition, format, length; else the words."""
    if not answer.strip():
        return "empty"
    return (
        _foreign(reference, answer)
        or _repeats(question, reference, answer)
        or _format(reference, answer)
        or _length(reference, answer)
        or ("no word in common" if not _words(reference) & _words(answer) else "says it in other words, or says else")
    )


def script(text: str) -> str | None:
    """The script that most letters of a text are in, such as "Latin"; None without letters."""
    seen = Counter(unicodedata.name(sign, "").split(" ")[0] for sign in text[:READ] if sign.isalpha())
    most = next((name for name, _ in seen.most_common(1) if name), None)
    return _ONE_SCRIPT.get(most, most.capitalize()) if most else None


def other_script(reference: str, answer: str) -> tuple[str, str] | None:
    """The scripts of reference and answer, where they are not the same."""
    one, other = script(reference), script(answer)
    return (one, other) if one and other and one != other else None


def _foreign(reference: str, answer: str) -> str:
    if scripts := other_script(reference, answer):
        return f"another script: {scripts[1]} for {scripts[0]}"
    right, said = (language(text, LETTERS, SURE) for text in (reference, answer))
    return f"another language: {named(said)} for {named(right)}" if right and said and not alike(right, said) else ""


def _repeats(question: str, reference: str, answer: str) -> str:
    said, asked, right = _words(answer), _words(question), _words(reference)
    if len(said) > 2 and sum((said & asked).values()) >= LIKE_THE_QUESTION * said.total() and not right <= asked:
        return "repeats the question"
    words = answer.lower().split()
    return "says the same over and over" if len(words) >= 12 and len(set(words)) <= len(words) / 4 else ""


def _format(reference: str, answer: str) -> str:
    for told, holds in (("JSON", _is_json), ("a number", _is_number), ("a list", _is_list)):
        if holds(reference) and not holds(answer):
            return f"wrong format: {told} is asked for"
    return ""


def _length(reference: str, answer: str) -> str:
    right, said = len(reference.split()), len(answer.split())
    if right < 4 and not re.search(r"\s", reference.strip()):  # scripts without spaces: by characters
        right, said = len(reference) // 2, len(answer) // 2
    if said > LONGER * right and said - right > APART:
        return "too long" + (", and cut off" if _is_open(reference, answer) else "")
    if said > right and _is_open(reference, answer):
        return "cut off"
    return "too short" if said < SHORTER * right and right - said > APART else ""


def _is_open(reference: str, answer: str) -> bool:
    """Whether an answer ends in mid-sentence where its reference does not."""
    return bool(_END.search(reference) and not _END.search(answer))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _is_json(text: str) -> bool:
    with suppress(ValueError):
        return isinstance(json.loads(text), dict | list)
    return False


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text.strip()))


def _is_list(text: str) -> bool:
    return len(_LIST.findall(text)) > 1
