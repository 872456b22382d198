"""Which language a text is in.

py3langid (naive Bayes over byte n-grams, after Lui and Baldwin, 2012, "langid.py"; Barbaresi's fork) knows 140
languages and needs no network. Short texts fool it, so each caller says how long a text must be and how sure the guess.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

import re
from collections.abc import Callable
from functools import cache

READ = 1_000
"""Characters of a text that are read."""
NOT_LANGUAGE = re.compile(
    r"```.*?(?:```|$)|`[^`\n]*`|https?://\S+|www\.\S+|\S+@\S+|<[^<>]{1,200}>|[#@]\w+|\S*[\d_\\{}=/]\S*", re.DOTALL
)
"""Code, links, addresses, tags, hash tags, numbers and names with digits in them."""
_NAMES = (
    "af:Afrikaans am:Amharic ar:Arabic az:Azerbaijani be:Belarusian bg:Bulgarian bn:Bengali bs:Bosnian ca:Catalan"
    " cs:Czech cy:Welsh da:Danish de:German el:Greek en:English es:Spanish et:Estonian eu:Basque fa:Persian"
    " fi:Finnish fr:French ga:Irish gl:Galician gu:Gujarati he:Hebrew hi:Hindi hr:Croatian hu:Hungarian"
    " hy:Armenian id:Indonesian is:Icelandic it:Italian ja:Japanese jv:Javanese ka:Georgian kk:Kazakh km:Khmer"
    " kn:Kannada ko:Korean ky:Kyrgyz la:Latin lo:Lao lt:Lithuanian lv:Latvian mk:Macedonian ml:Malayalam mn:Mongolian"
    " mr:Marathi ms:Malay mt:Maltese nb:Norwegian ne:Nepali nl:Dutch nn:Norwegian no:Norwegian or:Odia pa:Punjabi"
    " pl:Polish ps:Pashto pt:Portuguese ro:Romanian ru:Russian si:Sinhala sk:Slovak sl:Slovenian sq:Albanian"
    " sr:Serbian sv:Swedish sw:Swahili ta:Tamil te:Telugu th:Thai tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu"
    " uz:Uzbek vi:Vietnamese xh:Xhosa yo:Yoruba zh:Chinese zu:Zulu"
)
NAMES: dict[str, str] = {code: name for code, _, name in (each.partition(":") for each in _NAMES.split())}
"""English names by code (ISO 639-1)."""
_CLOSE = (
    "ar:arz:ary bg:mk bs:hr:sr ca:oc:es cs:sk da:no:nb:nn de:lb el:grc en:pcm es:gl:ca:an:ext fa:ar fi:et"
    " fr:oc:ca:gcf:gcr:wa he:hbo hi:mr:ne:sa hr:bs:sr id:ms:jv it:lij:vec ms:id nl:af:fy no:nb:nn:da pt:gl ru:uk:be"
    " sr:hr:bs:mk sv:no:nb:da tr:az uk:ru:be ur:fa:ar zh:yue:wuu"
)
CLOSE: dict[str, frozenset[str]] = {each.split(":")[0]: frozenset(each.split(":")) for each in _CLOSE.split()}
"""By code of a language, the codes that short texts in it may come out as: close relatives are told apart badly."""
NO_LANGUAGE = frozenset({"zxx", "und", "mis", "mul"})
"""What py3langid calls texts without words, or in more than one language."""
DENSE = 4
"""How many times as much a letter says in the scripts that write a word in one or two signs."""
Shares = dict[str, float]
"""Probability by code of language (ISO 639), the most likely first."""


def languages(text: str) -> Shares:
    """How likely each language is."""
    return {code: share for code, share in _ranking()(text) if code not in NO_LANGUAGE}


def language(text: str, letters: int = 40, sure: float = 0.99) -> str | None:
    """The code of the language of a text, such as "en"; None where it is too short or nothing is sure enough.

    Args:
        text: Code, links and numbers in it are passed over; the chances of close relatives are added up.
        letters: The fewest letters that are enough; a part of it in scripts that write a word in one or two signs.
        sure: The least probability.
    """
    start = NOT_LANGUAGE.sub(" ", text[:READ])
    there = sum(map(str.isalpha, start))
    dense = sum(sign >= "\u2e80" for sign in start) > there / 2
    if there < (letters // DENSE if dense else letters):
        return None
    shares = languages(start)
    code = next(iter(shares), "")
    return code if sum(shares.get(other, 0.0) for other in close(code)) >= sure else None


def close(code: str) -> frozenset[str]:
    """The codes that texts in a language may come out as."""
    return CLOSE.get(code, frozenset({code}))


def alike(one: str, other: str) -> bool:
    """Whether two codes may be of one language."""
    return one == other or any({one, other} <= codes for codes in CLOSE.values())


def named(code: str) -> str:
    """The English name of a language, or its code."""
    return NAMES.get(code, code)


@cache
def _ranking() -> Callable[[str], list[tuple[str, float]]]:
    """py3langid's ranking with probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  its model takes a moment

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).rank
