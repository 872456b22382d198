"""What the program knows about the arguments of a call without asking the model."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb

from assistant import left_alone, own_words, stated, which_fixes
from assistant.chosen import Learned
from assistant.in_and_out import roles
from assistant.mentions import EXCEPT, NUMBERS, Mentions, options_of
from assistant.numbers import bound, counts_something_else, is_number, meaning
from assistant.parts import Part, kind_of
from assistant.pointing import focus, place_of, pointed_at, turned_to
from assistant.spoken import free_words, plain_numbers
from assistant.transcript import Turn

OPEN, OUT = object(), object()
"""Not settled: the model is asked. Not said: left out."""
NONE_YET = {
    "dataset": "There is no dataset yet. Upload a file, or tell me where one is.",
    "run": "There is no training run yet. Start a training first.",
    "service": "There is no service yet. Deploy a run first.",
    "fix": "There is no open fix. Ask me to look for problems in a dataset first.",
    "column": "There is no dataset with columns yet. Upload a file, or tell me where one is.",
    "source": "Which file or Hub dataset do you mean? Upload a file, or tell me its path or its Hub id.",
}
VERSIONS = ("from_version", "to_version", "version", "against_version")
"""Arguments that are the number of a version; the first of a tool's is meant by "as it was loaded"."""
PRONOUNS = frozenset("it its that this same".split())
TOO = frozenset("too also".split())
COMPARING = frozenset(
    "larger largest bigger biggest smaller smallest longer longest shorter shortest with cleaned".split()
)
OF_A_RUN = ("dataset", "base_model", "technique", "task")
"""What describes a run, too: where it is what that run was made with, nothing else is meant by it."""
AS_IT_IS = re.compile(
    r"\b(?:as|how) (?:it|they|the \w+) (?:is|are|stands?)\b|\b(?:as of|as is|by) (?:now|today)\b"
    r"|\b(?:newest|latest|current|present|new) (?:version|state|rows|data)\b",
    re.IGNORECASE,
)
"""Words that want the data of a run as it has become since."""
IN_FOCUS = ("run", "service")
"""Kinds of which the one that was talked about last is meant where none is named."""
MOST_CHOICES = 4
"""More possible values are not asked for: the model chooses."""
QUERY = re.compile(r"\s*(select|with|from)\s.+", re.IGNORECASE | re.DOTALL)


class Missing(Exception):
    """An argument that cannot be left out has no value; the message asks for it.

    Attributes:
        options: The values it may have, if they are few.
    """

    def __init__(self, question: str, options: Sequence[str] = ()) -> None:
        super().__init__(question)
        self.options = options


class Said:
    """What the user said about the arguments of one call.

    Args:
        talk: The turns, the present one last.
        parts: The arguments' schemas, made plain.
        required: Those that cannot be left out.
    """

    def __init__(self, talk: Sequence[Turn], parts: dict[str, Part], required: Sequence[str]) -> None:
        if {*left_alone.SETTLED} & {*parts}:  # a row's number is no fix's
            self._left_alone = {name: read(talk[-1].wish) for name, read in left_alone.SETTLED.items()}
            talk = [*talk[:-1], replace(talk[-1], wish=left_alone.without(talk[-1].wish))]
        parts.update(free_words.narrowed(talk, parts))
        self._reference = stated.shares(talk[-1].wish) if "reference" in parts else ""
        if self._reference:  # shares of groups are no counts of rows
            talk = [*talk[:-1], replace(talk[-1], wish=stated.without(talk[-1].wish))]
        self.mentions, self._talk, self._required = Mentions(talk[-1].wish), talk, required
        self._kinds = [kind_of(part) for part in parts.values()]
        self._names: list[str] = [option for part in parts.values() if kind_of(part) for option in options_of(part)]
        self._about_data = not {"run", "fix"} & {*self._kinds} and "to_version" not in parts
        self._first_version = next((name for name in VERSIONS if name in parts), "")
        self._parts, self._used = parts, set[Any]()
        self._plan: dict[str, Any] = {}
        """What the run was made with that is to be repeated."""
        self._listed = False
        but_only = re.search(r"\b(?:but|yes,?) (?:only|just)\b", talk[-1].wish.lower())
        self._excepts = bool(self.mentions.words & EXCEPT) and not but_only
        self._open = {*parts.get("fixes", {}).get("of_kind", {}).values()}
        counted_parts = {name: part for name, part in parts.items() if is_number(part)}
        bare = Mentions(own_words.QUOTE.sub(" ", talk[-1].wish))  # a number inside a quotation is a piece of it
        self._bound, taken = bound(bare.text, counted_parts)
        taken = [*taken, *(NUMBERS[word] for word in meaning(parts) & bare.words & NUMBERS.keys())]
        taken += counts_something_else(bare.text, counted_parts)
        taken += own_words.steps(bare.text) if "checkpoints" in parts else []
        self.free_numbers = [number for number in bare.numbers if number not in taken]
        """The numbers that are not plainly one argument's: the model says whose they are."""
        asked = self._asked_for(counted_parts)
        if asked and asked not in self._bound and len(self.free_numbers) == 1:
            self._bound[asked] = self.free_numbers.pop()
        self._numbers = plain_numbers.read(bare.text, parts, talk, dict(self._bound), taken)
        if self._first_version and self.mentions.as_loaded and not self._numbers.get(self._first_version):
            self._numbers[self._first_version] = 1

    def _asked_for(self, numbers: dict[str, Part]) -> str:
        """The argument that the assistant asked for just before, if it is a number and was called by its name."""
        before = self._talk[-2] if len(self._talk) > 1 else Turn("")
        asked = [name for name in numbers if re.search(rf"\b{name.replace('_', '[_ ]')}\b", before.said.lower())]
        return asked[0] if len(asked) == 1 and not before.done and before.said.rstrip().endswith("?") else ""

    def settle(self, name: str, part: Part) -> Any:
        """The value that is beyond doubt, or OPEN, or OUT.

        Raises:
            Missing: A required one has no possible value.
        """
        value = self._settled(name, part)
        if "plans" in part:
            self._plan = part["plans"].get(value) or next(reversed(part["plans"].values()), {})
        same = name in OF_A_RUN and self._plan.get(name) == value
        return OUT if same and not AS_IT_IS.search(self.mentions.text) else value

    def _settled(self, name: str, part: Part) -> Any:
        if name in left_alone.SETTLED:
            return self._left_alone[name] or OUT
        if name == "reference":
            return self._reference or OUT
        if "learned" in part:
            return self._choice(name, part)
        kind, options, required = kind_of(part), options_of(part), name in self._required
        if not kind or "enum" not in (part | part.get("items", {})):
            return self._free(name, part, options)
        if not options and required:
            raise Missing(NONE_YET.get(kind, f"Tell me the {name.replace('_', ' ')}."))
        if not options:
            return OUT
        if part.get("type") == "array":
            if kind == "fix" and which_fixes.unsaid(self.mentions.text):
                raise Missing(f"Which of {', '.join(options[:-1])} and {options[-1]}?", options)
            fixes = {fix: kind for fix, kind in part.get("of_kind", {}).items() if fix in options}
            named = which_fixes.meant(self.mentions, fixes, self._talk) if fixes else self.mentions.of(options)
            if kind == "run":  # those that are not one of the two
                return [run for run in named if run not in self._used] or OUT
            self._listed = self._listed or bool(named)
            return named or (OPEN if required or self.mentions.points else OUT)
        return self._one(name, part, options, required)

    def _free(self, name: str, part: Part, options: list[Any]) -> Any:
        """A value that is not a name of something: a number, a choice, words."""
        wish, queried = self._talk[-1].wish.strip(), is_query(self._talk[-1].wish)
        if name == "sql" and queried and not any(one.arguments.get("sql") == wish for one in self._talk[-1].done):
            return wish
        if name == "question":
            return OUT if queried else wish[: part.get("maxLength", len(wish))]
        if (words := self._own(name, wish, options)) is not None:
            return words
        if self._numbers.get(name) is not None or (name in self._numbers and name not in self._required):
            return OUT if self._numbers[name] is None else self._numbers[name]
        if (meant := self._bound.get(name, self._meant(part))) is not None:
            return meant
        if means := [value for word, value in part.get("means", {}).items() if word in self.mentions.words]:
            return means[0]
        if is_number(part) and name not in self._required:
            return OPEN if self.free_numbers else OUT
        if part.get("called") and name not in self._required and not self.mentions.called(part["called"], self._names):
            return OUT  # it is meant by these words, or not at all
        if name not in self._required:
            listed = self._listed and part.get("type") == "array"  # what is named one by one needs no other choice
            told = self.mentions.may_mean(name, part) or (name == "text" and ": " in wish)
            return OPEN if told and not listed else OUT
        return options[0] if len(options) == 1 and part.get("type") != "array" else OPEN

    def _own(self, name: str, wish: str, options: Sequence[Any]) -> Any:
        """Words of the user's own that the argument takes; OUT for one that is written out or not meant at all."""
        words = free_words.read(name, self._talk, self._parts)
        if words is not free_words.NOT_HERE:
            return words if words is not None else OPEN if name in self._required else OUT
        words = own_words.read(name, wish)
        if words is not None and (not options or words in options):
            return words
        return OUT if name in own_words.ONLY_IN_WORDS else None

    def _meant(self, part: Part) -> Any:
        """The choice or choices meant by words for them, or None."""
        many = part.get("type") == "array"
        words = (part.get("items", {}) if many else part).get("called")
        if not words or (many and self._listed) or self._excepts:
            return None
        if part.get("type") == "boolean":
            return bool(self.mentions.called(words, self._names)) or None
        in_full = [option for option in self.mentions.of(options_of(part)) if "_" in str(option)]
        if len(in_full) == 1 and not many:  # "balanced accuracy" is no accuracy
            return in_full[0]
        meant = self.mentions.called(words, self._names)
        if many:
            return [kind for kind in meant if kind in self._open] or meant or None
        return meant[0] if len(meant) == 1 else None

    def _choice(self, name: str, part: Part) -> Any:
        """A choice by the words for its values, and by how others said it."""
        learned: Learned = part["learned"]
        if (own := free_words.read(name, self._talk, self._parts)) not in (None, free_words.NOT_HERE):
            return own
        meant, named = self._meant(part), self.mentions.of([one for one in options_of(part) if isinstance(one, str)])
        if meant is None and len(named) == 1 and part.get("type") == "string":
            return named[0]
        value = learned.beside(meant, needed=name in self._required)
        return OUT if value is None else value

    def _one(self, name: str, part: Part, options: list[Any], required: bool) -> Any:
        """One name. Arguments of one kind get what is named in the order of the words, each name once."""
        if "meant" in part:
            return part["meant"]
        kind = kind_of(part)
        free = [option for option in options if option not in self._used] or options
        mentioned = self._meant_of([option for option in self.mentions.of(options) if option in free])
        rivals = self._kinds.count(kind) > 1
        if mentioned and rivals and kind == "column":
            if found := roles(self.mentions.text, mentioned):
                return found.get(name, OUT)
            part["enum"] = mentioned
            return OPEN
        if kind == "base_model":  # the options are what was said of one
            return free[0] if len(free) == 1 else OPEN
        value = mentioned[0] if mentioned and not self._used & {*mentioned} else None
        if value is None and not rivals and part.get("best") in options:
            value = part["best"]
        value = value or self._described(part, free)
        if value and not rivals:
            value = turned_to(self.mentions, kind, mentioned, options) or value
        if value is None and (required or not rivals) and not self._listed:
            value = pointed_at(self.mentions, kind, options, self._talk, only=self._about_data)
            if value is None and kind == "run" and not rivals:
                value = place_of(self.mentions.text, options)
            value = None if value in self._used else value
        if value is None and not required:
            return (focus(free, self._talk[:-1]) if kind in IN_FOCUS else None) or OUT
        value = self._likeliest(kind, free) if value is None else value
        self._used |= {value} - {OPEN}
        part["enum"] = free
        return value

    def _meant_of(self, mentioned: list[Any]) -> list[Any]:
        """Those that are named, without one that is said not to be meant: "not returns, mails"."""
        text = self.mentions.text.lower()
        denied = r"\b(?:not|instead of|rather than)(?: by| the)* "
        meant = [one for one in mentioned if not re.search(rf"{denied}{re.escape(str(one).lower())}\b", text)]
        return meant or mentioned

    def _described(self, part: Part, options: list[Any]) -> Any:
        """The one that is told by what it is: "the dora", "the second one that failed"; of several the one in focus."""
        for fits in ([name for name in group if name in options] for group in part.get("described", ())):
            if len(fits) < 2:
                if fits:
                    return fits[0]
                continue
            placed = place_of(self.mentions.text, fits)
            return placed or focus(fits, self._talk[:-1]) or fits[-1]
        return None

    def _likeliest(self, kind: str, options: list[Any]) -> Any:
        """One that has to be given and is not named: the only one, the one that was talked about, the newest run."""
        if len(options) == 1:
            return options[0]
        if found := self.mentions.in_part(options) or focus(options, self._talk[:-1]):
            return found
        if kind == "run":
            return options[-1]
        if kind == "dataset" and not self._hints(options):
            raise Missing(f"Which dataset do you mean: {', '.join(options[:-1])} or {options[-1]}?", options)
        return OPEN

    def _hints(self, options: list[Any]) -> bool:
        """Whether the words may tell one from the others: which is larger, newer, or has some column."""
        return self.mentions.points or bool(self.mentions.words & COMPARING) or len(options) > MOST_CHOICES


def needed(part: Part, wish: str) -> bool:
    """Whether an argument that can be left out is needed here: the other run, unless something else is compared to."""
    unless = part.get("needed_unless", "").split()
    two = len({*re.findall(r"\brun[\s#-]*(\d+)", wish.lower())}) > 1
    return bool(unless) and len(options_of(part)) > 1 and (two or not {*unless} & Mentions(wish).words)


def is_query(wish: str) -> bool:
    """Whether a message is SQL, and not words that begin as a query does: "select the longest texts from claims"."""
    try:
        return bool(QUERY.fullmatch(wish) and duckdb.extract_statements(wish))
    except duckdb.Error:
        return False
