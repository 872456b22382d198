"""Which language a text is in."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

import re
from collections.abc import Callable
from functools import cache

LEAST_BYTES = 24
"""In UTF-8, so that scripts whose letters say more need fewer. Below it, even good guesses are unreliable."""
LOOKED_AT = 400
"""Characters of a text that are looked at."""
NO_LANGUAGE = frozenset({"zxx", "und", "mis", "mul"})
NAMED_ONLY = frozenset({"la", "eo", "ia", "ie", "io", "vo"})
"""Languages whose words also stand in lists of names (species, elements) and that hardly anyone writes by mistake."""
NOT_LANGUAGE = re.compile(
    r"```.*?(?:```|$)|`[^`\n]*`|https?://\S+|www\.\S+|\S+@\S+|<[^<>]{1,200}>|[#@]\w+|\S*[\d_\\{}=/]\S*", re.DOTALL
)
"""Code, links, addresses, tags, hash tags, numbers and names with digits in them."""
QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„\n]*[\"“”«»„]|(?<!\w)'[^'\n]{3,}'(?!\w)|(?<!\w)‘[^’\n]{3,}’(?!\w)")
"""What is spoken about, such as a sentence to translate."""
_NAMES = (
    "af:Afrikaans am:Amharic ar:Arabic az:Azerbaijani be:Belarusian bg:Bulgarian bn:Bengali bs:Bosnian ca:Catalan"
    " cs:Czech cy:Welsh da:Danish de:German el:Greek en:English es:Spanish et:Estonian eu:Basque fa:Persian"
    " fi:Finnish fr:French ga:Irish gl:Galician gu:Gujarati he:Hebrew hi:Hindi hr:Croatian hu:Hungarian"
    " hy:Armenian id:Indonesian is:Icelandic it:Italian ja:Japanese jv:Javanese ka:Georgian kk:Kazakh km:Khmer"
    " kn:Kannada ko:Korean ky:Kyrgyz lo:Lao lt:Lithuanian lv:Latvian mk:Macedonian ml:Malayalam mn:Mongolian"
    " mr:Marathi ms:Malay mt:Maltese nb:Norwegian ne:Nepali nl:Dutch nn:Norwegian no:Norwegian or:Odia pa:Punjabi"
    " pl:Polish ps:Pashto pt:Portuguese ro:Romanian ru:Russian si:Sinhala sk:Slovak sl:Slovenian sq:Albanian"
    " sr:Serbian sv:Swedish sw:Swahili ta:Tamil te:Telugu th:Thai tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu"
    " uz:Uzbek vi:Vietnamese xh:Xhosa yo:Yoruba zh:Chinese zu:Zulu"
)
NAMES: dict[str, str] = {code: name for code, _, name in (each.partition(":") for each in _NAMES.split())}
"""English names by code (ISO 639-1)."""
Shares = dict[str, float]
"""Probability by code of language (ISO 639)."""


def wording(text: str) -> str:
    """What of a text is language, as far as it is looked at."""
    return " ".join(QUOTED.sub(" ", NOT_LANGUAGE.sub(" ", text[: 4 * LOOKED_AT])).split())[:LOOKED_AT]


def languages(text: str) -> Shares:
    """How likely each language is; nothing for a text that says too little."""
    if len(text.encode("utf-8", "replace")) < LEAST_BYTES:
        return {}
    found = dict(_ranking()(text))
    return {code: share for code, share in found.items() if code not in NO_LANGUAGE}


def named(code: str) -> str:
    """The English name of a language, or its code."""
    return NAMES.get(code, code)


@cache
def _ranking() -> Callable[[str], list[tuple[str, float]]]:
    """py3langid's ranking with probabilities (Lui and Baldwin 2012, "langid.py"; Barbaresi's fork)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  its model takes a moment

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).rank
