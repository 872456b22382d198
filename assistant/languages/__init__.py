"""The words of the page in the languages it speaks: one file a language, all with the same keys.

What tools find and say stays English, since that is the language they are written and tested in; the page says so.
"""

import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "zh": "中文",
}
"""ISO 639-1 codes, each with the language's own name."""
COOKIE = "tunewright-language"

_spoken: ContextVar[str] = ContextVar("language of who is asking", default="en")


@cache
def words(language: str) -> Mapping[str, str]:
    """Every text of a language, by its key."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def say(key: str, **told: object) -> str:
    """A text in the language of whoever is asking; English outside a request."""
    text = words(_spoken.get())[key]
    return text.format(**told) if told else text


def spoken_here() -> str:
    """The code of the language of whoever is asking; English outside a request."""
    return _spoken.get()


def speak(request: Any) -> str:
    """Speak the language of whoever sent a request until its handler ends.

    Args:
        request: The `gr.Request`, or None: English.

    Returns:
        The language's code.
    """
    chosen = (request.cookies.get(COOKIE) if request else None) or ""
    accepted = (request.headers.get("accept-language") if request else None) or ""
    language = chosen if chosen in LANGUAGES else preferred(accepted)
    _spoken.set(language)
    return language


def preferred(accepted: str) -> str:
    """The language of ours that a browser likes best.

    Args:
        accepted: The Accept-Language header (RFC 9110, 12.5.4), such as "pt-BR,pt;q=0.9,en;q=0.8".
    """
    weighed: list[tuple[float, str]] = []
    for part in accepted[:1000].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    liked = sorted((one for one in weighed if one[1] in LANGUAGES and one[0] > 0), key=lambda one: -one[0])
    return liked[0][1] if liked else "en"
