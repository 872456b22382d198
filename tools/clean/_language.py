"""Which language a text is in, where that can be told for sure, and which one a task asks for.

py3langid (naive Bayes over byte n-grams, after Lui and Baldwin, 2012) knows 140 languages and needs no network.
"""

import re
from functools import lru_cache
from typing import Any

LETTERS, SURE, READ = 40, 0.99, 1_000
"""The fewest letters of a text whose language is told, the least probability, and the characters that are read."""
DENSE = 10
"""The fewest letters in scripts that write a word in one or two signs."""
NAMES = {
    "arabic": "ar arz ary",
    "bengali": "bn",
    "bulgarian": "bg mk",
    "catalan": "ca oc es",
    "chinese": "zh yue wuu",
    "mandarin": "zh yue wuu",
    "croatian": "hr bs sr",
    "czech": "cs sk",
    "danish": "da no nn",
    "dutch": "nl af fy",
    "english": "en pcm",
    "finnish": "fi et",
    "french": "fr oc ca gcf gcr wa",
    "german": "de lb",
    "greek": "el grc",
    "hebrew": "he hbo",
    "hindi": "hi mr ne sa",
    "hungarian": "hu",
    "indonesian": "id ms jv",
    "italian": "it lij vec",
    "japanese": "ja",
    "korean": "ko",
    "latin": "la",
    "malay": "ms id",
    "norwegian": "no nn da",
    "persian": "fa ar",
    "polish": "pl",
    "portuguese": "pt gl",
    "romanian": "ro",
    "russian": "ru uk be",
    "serbian": "sr hr bs mk",
    "spanish": "es gl ca an ext",
    "swahili": "sw",
    "swedish": "sv no da",
    "thai": "th",
    "turkish": "tr az",
    "ukrainian": "uk ru be",
    "urdu": "ur fa ar",
    "vietnamese": "vi",
}
"""Languages by their English name, each with the codes that short texts in it may come out as."""
SCRIPTS = {
    "arabic": r"[\u0600-\u06ff]",
    "bengali": r"[\u0980-\u09ff]",
    "chinese": r"[\u4e00-\u9fff]",
    "mandarin": r"[\u4e00-\u9fff]",
    "greek": r"[\u0370-\u03ff]",
    "hebrew": r"[\u0590-\u05ff]",
    "hindi": r"[\u0900-\u097f]",
    "japanese": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "korean": r"[\uac00-\ud7af]",
    "russian": r"[\u0400-\u04ff]",
    "bulgarian": r"[\u0400-\u04ff]",
    "ukrainian": r"[\u0400-\u04ff]",
    "thai": r"[\u0e00-\u0e7f]",
}
"""Languages with a script of their own, which shows in any text."""
_NAMED = "|".join(NAMES)
TARGET = re.compile(
    rf"\b(?:translat\w*|answer|respond|reply|write|convert|render|speak)\b[^.?!\n]{{0,120}}?"
    rf"\b(?:in|into|to) (?P<name>{_NAMED})\b",
    re.IGNORECASE,
)
ANY = re.compile(
    rf"\b(?:{_NAMED}|translat\w*|languages?|lingu\w*|bilingual|foreign|word for|words for|phrase|etymolog\w*)\b",
    re.IGNORECASE,
)
"""A task in which another language may be meant."""
LATIN_LETTERS = re.compile(
    r"\b(?:romani[sz]\w*|pinyin|romaji|transliterat\w*|pronounc\w*|phonetic\w*|latin (?:script|letters|alphabet))\b",
    re.I,
)


def target(task: str) -> str | None:
    """The one language that a task asks its answer to be in, by its English name; None if it names more than one.

    Example:
        >>> target("Translate this sentence into French."), target("Translate from French to Dutch or German")
        ('french', None)
    """
    found = TARGET.search(task)
    others = {name.lower() for name in re.findall(rf"\b(?:{_NAMED})\b", task, re.IGNORECASE)}
    several = re.search(rf"\b(?:{_NAMED})(?:,| and| or| &)+ (?:and |or )?(?:{_NAMED})\b", task, re.IGNORECASE)
    return None if found is None or several or len(others) > 2 else found["name"].lower()


def language(text: str) -> str | None:
    """The code of the language of a text, such as "en"; None where it is too short to be sure.

    The chances of close relatives are added up, as they are told apart badly.
    """
    start = re.sub(r"`[^`]*`|https?://\S+|[\d_]+", " ", text[:READ])
    letters = sum(map(str.isalpha, start))
    dense = sum(sign >= "\u2e80" for sign in start) > letters / 2
    if letters < (DENSE if dense else LETTERS):
        return None
    ranked = _identifier().rank(start)
    code = str(ranked[0][0])
    close = {code, *(other for codes in NAMES.values() if codes.split()[0] == code for other in codes.split())}
    return code if sum(chance for other, chance in ranked if other in close) >= SURE else None


def is_in(code: str, name: str) -> bool:
    """Whether a text of this code may be in the language of this English name."""
    return code in NAMES[name].split()


def alike(one: str, other: str) -> bool:
    """Whether two codes may be of one language: close relatives are told apart badly."""
    return one == other or any({one, other} <= set(codes.split()) for codes in NAMES.values())


def in_script(text: str, name: str) -> bool | None:
    """Whether a text has letters of the script of a language; None if that cannot be told."""
    script = SCRIPTS.get(name)
    letters = [sign for sign in text if sign.isalpha()]
    if script is None or len(letters) < 3:
        return None
    return sum(re.match(script, sign) is not None for sign in letters) >= 1


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid import langid  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]  it takes a second to load

    loaded: Any = langid
    return loaded.LanguageIdentifier.from_model_file(loaded.MODEL_FILE, norm_probs=True)
