"""The lists of words that tell groups of people: ours in words/, and the user's own in the project's folder words/."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from tools.audit.words import gender_of, gendered_words, name_groups
from tools.tool import ToolError

OURS = ("gender", "age", "ethnicity", "religion", "disability", "orientation", "class")
NAMES = "origin of first names"
ANY = "any"
"""Of a term that is looked for in every language."""
LANGUAGES = ("en", "de", "es", "fr")
MOST_BYTES = 1_000_000
FORM = 'attribute = "dialect", and for each group a line such as: bavarian = ["servus", "pfiat di"]'
FLAGS = ("of_person", "before_person", "capital")
PLACES = ("not_before", "not_after", "also_before", "also_after")
Json = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """Where an ambiguous word counts.

    Attributes:
        of_person: Only where it is said of a person.
        before_person: Only before a word for a person.
        capital: Only with a capital letter.
        not_before: Words after it that mean something else.
        not_after: Words before it that mean something else.
        also_before: Words after it with which it counts, whoever it is said of.
        also_after: Words before it with which it counts.
    """

    of_person: bool = False
    before_person: bool = False
    capital: bool = False
    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    also_before: frozenset[str] = frozenset()
    also_after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Term:
    """A word or phrase that tells a group. With a capital letter in it, it counts only as it is written here."""

    attribute: str
    group: str
    words: str
    language: str
    contexts: tuple[Context, ...] = ()


def terms(folder: Path | None = None) -> list[Term]:
    """Every term of our lists and of those in a folder of the user's.

    Raises:
        ToolError: A file of the user's cannot be read; the message says which, and what it should look like.
    """
    own = [(path, _own(path)) for path in sorted(folder.glob("*.toml"))] if folder and folder.is_dir() else []
    dropped = {(read["attribute"], word.lower()) for _, read in own for word in read.get("drop", ())}
    ours = [term for term in _ours() if (term.attribute, term.words.lower()) not in dropped]
    return [*ours, *(term for path, read in own for term in _checked(path, read))]


def stamp(folder: Path) -> str:
    """What the user's lists are now: another if a file was changed."""
    told = [(path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.toml"))]
    return repr(told) if told else ""


@cache
def people() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Words for people and small words, by language, then by what they are."""
    read = _read("people")
    return {language: {part: frozenset(text.split()) for part, text in read[language].items()} for language in read}


@cache
def _ours() -> tuple[Term, ...]:
    listed = [term for name in OURS for term in _of(_read(name))]
    gendered = [Term("gender", gender, word, "en") for word in sorted(gendered_words()) if (gender := gender_of(word))]
    names = [
        Term(attribute, group, name, ANY)
        for each in name_groups()
        for name in each.names
        for attribute, group in (("gender", each.gender), (NAMES, each.origin.replace("_", " ")))
    ]
    return (*listed, *gendered, *names)


def _of(read: Json) -> list[Term]:
    contexts = cast("list[Json]", read.get("context", []))
    return [
        Term(read["attribute"], group, words, language, _contexts(words, language, contexts))
        for group, lists in read.items()
        if group not in ("attribute", "context", "drop")
        for language, told in _by_language(lists).items()
        for words in _split(told)
    ]


def _by_language(lists: Any) -> Json:
    return cast(Json, lists) if isinstance(lists, dict) else {ANY: lists}


def _contexts(words: str, language: str, contexts: Iterable[Json]) -> tuple[Context, ...]:
    return tuple(
        _context(each)
        for each in contexts
        if words in _split(each["words"]) and language in _split(each.get("languages", language))
    )


def _context(told: Json) -> Context:
    flags: Json = {flag: bool(told.get(flag)) for flag in FLAGS}
    places: Json = {place: frozenset(_split(told.get(place, ""))) for place in PLACES}
    return Context(**flags, **places)


def _split(told: str | Sequence[str]) -> list[str]:
    """A list as it is; of a string the words up to the first semicolon, then one phrase after each."""
    if not isinstance(told, str):
        return list(told)
    first, *phrases = told.split(";")
    return [*first.split(), *(" ".join(phrase.split()) for phrase in phrases)]


def _own(path: Path) -> Json:
    if path.stat().st_size > MOST_BYTES:
        raise ToolError(f"words/{path.name} is larger than 1 MB, too much for a list of words. Split it or shorten it.")
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ToolError(f"words/{path.name} is no text in UTF-8. Save it as UTF-8, or take it away.") from error
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        raise ToolError(
            f"words/{path.name} is no TOML: {said[:1].lower()}{said[1:]}. It needs {FORM}. Mend it, or take it away."
        ) from error
    if not isinstance(read.get("attribute"), str) or not read["attribute"].strip():
        raise ToolError(f"words/{path.name} does not say which attribute its groups are of. It needs {FORM}.")
    return read


def _checked(path: Path, read: Json) -> list[Term]:
    """The terms of a user's file.

    Raises:
        ToolError: A group is no list of words.
    """
    for part, told in read.items():
        lists = cast("list[Any]", [*told.values()] if isinstance(told, dict) else [told])
        if part in ("attribute", "context"):
            continue
        if isinstance(told, dict) and (strange := [one for one in told if one not in (*LANGUAGES, ANY)]):  # pyright: ignore[reportUnknownVariableType]
            raise ToolError(
                f"words/{path.name}: {part} has a list for {strange[0]!r}; there are {', '.join(LANGUAGES)} and any."
            )
        if not all(_is_words(each) for each in lists):
            raise ToolError(f"words/{path.name}: {part} is no list of words. It needs {FORM}.")
    _check_contexts(path, read.get("context", []))
    found = _of(read)
    if not found and not read.get("drop"):
        raise ToolError(f"words/{path.name} holds no group. It needs {FORM}.")
    return found


def _check_contexts(path: Path, contexts: Any) -> None:
    known = {"words", "languages", *FLAGS, *PLACES}
    right = isinstance(contexts, list) and all(
        isinstance(each, dict)
        and "words" in each
        and {*cast(Json, each)} <= known
        and all(_is_words(value) for name, value in cast(Json, each).items() if name not in FLAGS)
        for each in cast("list[Any]", contexts)
    )
    if not right:
        raise ToolError(f"words/{path.name}: each [[context]] needs words, and may have {', '.join(sorted(known))}.")


def _is_words(told: Any) -> bool:
    if isinstance(told, str):
        return bool(told.strip())
    return isinstance(told, list) and all(isinstance(one, str) and one.strip() for one in cast("list[Any]", told))


def _read(name: str) -> Json:
    return tomllib.loads(files("tools.audit.words").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
