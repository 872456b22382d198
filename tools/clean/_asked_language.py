"""Which language a task asks its answer to be in."""

import re

from tools.data._language import NAMES

BY_NAME = {name.lower(): code for code, name in NAMES.items()} | {"mandarin": "zh", "farsi": "fa"}
"""Codes by what a language is called in English."""
SCRIPTS = {
    "ar": r"[\u0600-\u06ff]",
    "bg": r"[\u0400-\u04ff]",
    "bn": r"[\u0980-\u09ff]",
    "el": r"[\u0370-\u03ff]",
    "he": r"[\u0590-\u05ff]",
    "hi": r"[\u0900-\u097f]",
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7af]",
    "ru": r"[\u0400-\u04ff]",
    "th": r"[\u0e00-\u0e7f]",
    "uk": r"[\u0400-\u04ff]",
    "zh": r"[\u4e00-\u9fff]",
}
"""Languages with a script of their own, which shows in any text."""
NAMED = "|".join(BY_NAME)
"""Names of languages, for a regular expression."""
TARGET = re.compile(
    rf"\b(?:translat\w*|answer|respond|reply|write|convert|render|speak)\b[^.?!\n]{{0,120}}?"
    rf"\b(?:in|into|to) (?P<name>{NAMED})\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(rf"\b(?:{NAMED})(?:,| and| or| &)+ (?:and |or )?(?:{NAMED})\b", re.IGNORECASE)
ANY_NAME = re.compile(rf"\b(?:{NAMED})\b", re.IGNORECASE)
ANY = re.compile(
    rf"\b(?:{NAMED}|translat\w*|languages?|lingu\w*|bilingual|foreign|word for|words for|phrase|etymolog\w*)\b",
    re.IGNORECASE,
)
"""A task in which another language may be meant."""
LATIN_LETTERS = re.compile(
    r"\b(?:romani[sz]\w*|pinyin|romaji|transliterat\w*|pronounc\w*|phonetic\w*|latin (?:script|letters|alphabet))\b",
    re.IGNORECASE,
)


def target(task: str) -> str | None:
    """The code of the one language that a task asks its answer to be in; None if it names more than one.

    Example:
        >>> target("Translate this sentence into French."), target("Translate from French to Dutch or German")
        ('fr', None)
    """
    found = TARGET.search(task)
    others = {name.lower() for name in ANY_NAME.findall(task)}
    return None if found is None or SEVERAL.search(task) or len(others) > 2 else BY_NAME[found["name"].lower()]


def in_script(text: str, code: str) -> bool | None:
    """Whether a text has letters of the script of a language; None if that cannot be told."""
    script = SCRIPTS.get(code)
    letters = [sign for sign in text if sign.isalpha()]
    if script is None or len(letters) < 3:
        return None
    return any(re.match(script, sign) for sign in letters)
