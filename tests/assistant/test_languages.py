"""The page's languages: the same texts in each, and the one that a browser likes best."""

import string

import pytest

from assistant.languages import FOLDER, LANGUAGES, preferred, say, speak, words


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_there_is_a_file_for_every_language_and_none_besides() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_places(language: str) -> None:
    assert set(words(language)) == set(words("en"))
    for key, text in words("en").items():
        assert words(language)[key].strip(), key
        assert places(words(language)[key]) == places(text), key


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_translation_is_no_copy(language: str) -> None:
    same = [key for key, text in words("en").items() if words(language)[key] == text]
    assert len(same) < 5, same


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("nl, de;q=0.5, en;q=0.7", "en"),
        ("zh-Hant-TW", "zh"),
        ("fr;q=0, es;q=0.1", "es"),
        ("tlh", "en"),
        ("de;q=high", "en"),
        ("", "en"),
    ],
)
def test_the_browser_says_which_language_is_liked(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


class Asking:
    def __init__(self, accepted: str, cookie: str = "") -> None:
        self.headers, self.cookies = {"accept-language": accepted}, {"tunewright-language": cookie}


def test_a_choice_counts_more_than_the_browser_and_is_not_trusted() -> None:
    assert speak(Asking("de", "fr")) == "fr"
    assert say("approve") == "Approuver"
    assert speak(Asking("de", "../../etc")) == "de"
    assert say("declined_with", words="{approve}") == "Abgelehnt: {approve}"
    assert speak(None) == "en"
