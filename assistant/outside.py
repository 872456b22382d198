"""Which names can be meant: files, Hub ids and base models as the user wrote them, datasets as they are described."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from assistant import described
from assistant.mentions import Mentions
from assistant.parts import Part, kind_of
from assistant.scene import uploads
from assistant.spelled import told_by_values
from assistant.transcript import Turn
from assistant.wishes import ENDING, leaning
from store import Workspace
from tools.weights.catalogue import models

PATH = re.compile(r"[\w.~:/\\-]*[\w-][./\\][\w./\\-]*\w|(?<!\S)(?:~|\.{0,2})[/\\][\w./\\-]*\w")
_DESCRIBED = re.compile(
    r"\b(?:(?P<large>larger|largest|bigger|biggest)|(?P<small>smaller|smallest)|(?P<cleaned>cleaned|fixed|repaired|changed))"
    r"(?: up)? (?:(?:one )?of (?:\w+ )?(?:two )?)?(?:one|data|data ?set|file|table|set|version)s?\b"
)
_THAT_ONE = re.compile(r"\b(?:that|this|same) (?:one|table|set|file|data ?set)\b")
_BEST = re.compile(r"\b(?:best|better|stronger|strongest|winning) (?:one|run|model|of)\b|\bwinner\b")
_ON_THE_HUB = re.compile(
    r"\b(?!(?:it|this|that|data|dataset|something)\b)([a-z][\w.-]*\w) (?:off|from|on|of) (?:the )?"
    r"(?:hf |hugging ?face )?hub\b",
    re.IGNORECASE,
)
"""The short name of a dataset on the Hub, which has no slash."""
_ADDRESS = re.compile(r"(?:https?|ray)://\S+", re.IGNORECASE)
NO_GROUPS = frozenset("text label prompt completion messages rejected context id split".split())
"""Roles of columns that are never meant as groups."""
DATA = re.compile(rf"\.({ENDING})$", re.IGNORECASE)


def narrowed(part: Part, ws: Workspace, wish: str, kinds: Collection[str] = ()) -> Part:
    """The part of a schema with the names that the user can mean, where it is for a name from outside.

    Args:
        part: The argument's schema.
        ws: The workspace.
        wish: The message.
        kinds: The kinds of names that the tool's other arguments are.
    """
    match kind_of(part):
        case "fix":
            return part | {"of_kind": {fix.id: fix.kind for fix in ws.fixes.all(state="open")}}
        case "source":
            return part | {"enum": _sources(ws, wish) or uploads(ws)}
        case "dataset" if len(part.get("enum", [])) > 1:
            names = _changed(ws, part["enum"], wish) if part.get("changed") else part["enum"]
            return part | {"enum": _datasets(ws, names, wish.lower())}
        case "run":
            best = _best(ws) if _BEST.search(wish.lower()) else ""
            told = {"described": described.runs(ws, wish, kinds)} | (
                {"plans": _plans(ws)} if "technique" in kinds else {}
            )
            return part | told | ({"best": best} if best else {})
        case "service":
            return part | {"described": described.services(ws, wish)}
        case "column" if part.get("told_by_values"):
            columns, said = _may_tell_groups(ws, part.get("enum", [])), Mentions(wish)
            named = said.of(columns) or said.in_words(columns)
            meant = next(iter(named), "") or told_by_values(ws, wish) or said.in_part(columns)
            return part | {"enum": columns} | ({"meant": meant} if meant else {})
        case "base_model" if part.get("in_full"):
            return part | {"enum": _in_full(_ADDRESS.sub(" ", wish))}
        case "base_model":
            return part | {"enum": (_runs(ws, wish) if part.get("runs") else []) or _base_models(wish)}
        case _:
            return part


def _plans(ws: Workspace) -> dict[str, dict[str, Any]]:
    """What each run was made with, by its name and its id, oldest first."""
    plans = {run.id: run.plan | {"dataset": run.dataset} for run in ws.runs.all()}
    return {name: plans[id_] for name, id_ in ws.runs.named().items()} | plans


def _runs(ws: Workspace, wish: str) -> list[str]:
    """The runs that are named, by their ids or their names: to go on from them."""
    return Mentions(wish).of([*ws.runs.names(), *ws.runs.named()])


def _datasets(ws: Workspace, names: list[str], wish: str) -> list[str]:
    """The larger, the smaller, those that were changed since they were loaded, or the one with a column that is named.

    All of them if nothing of the kind is said.
    """
    if Mentions(wish).of(names):
        return names
    said = _DESCRIBED.search(wish)
    if not said and (Mentions(wish).points or _THAT_ONE.search(wish) or leaning(wish)):
        return names
    if not said:
        columns = {name: {*ws.datasets.head(name).columns} - {"split"} for name in names}
        alone = {
            name: its.difference(*(columns[other] for other in names if other != name)) for name, its in columns.items()
        }
        words = {form for word in Mentions(wish).words for form in (word, word.removesuffix("s"))}
        return [name for name in names if {column.lower() for column in alone[name]} & words] or names
    rows = {name: ws.datasets.head(name).rows for name in names}
    if said["cleaned"]:
        return [name for name in names if ws.datasets.head(name).number > 1] or names
    end = (max if said["large"] else min)(rows.values())
    return [name for name in names if rows[name] == end]


def measured(talk: Sequence[Turn]) -> bool:
    """Whether a dataset is described by what is counted and not read: the larger one, the cleaned one."""
    return bool(_DESCRIBED.search(talk[-1].wish.lower()))


def _changed(ws: Workspace, names: list[str], wish: str) -> list[str]:
    """Those that are named, or those with a change that can be undone or redone, or all."""
    if Mentions(wish).of(names):
        return names
    return [name for name in names if len(ws.datasets.history(name)) > 1] or names


def _best(ws: Workspace) -> str:
    """The run that was ahead in the last comparison, or in the evaluations by one metric; empty if there is none."""
    if compared := ws.reports.all("comparison"):
        body = compared[-1].body
        if "best" in body:
            return body["best"]
        return body["runs"][0 if body["metrics"][body["primary"]]["difference"]["value"] > 0 else 1]
    newest = {report.run: report.body for report in ws.reports.all("evaluation") if report.run}
    if len(newest) < 2 or len({body["primary"] for body in newest.values()}) > 1:
        return ""
    return max(newest, key=lambda run: newest[run]["metrics"][newest[run]["primary"]]["tuned"]["value"])


def _may_tell_groups(ws: Workspace, columns: Sequence[str]) -> list[str]:
    """Columns that are no text, no answer and no key of a row anywhere, so that they may tell groups apart."""
    roles = [ws.datasets.head(name).roles for name in ws.datasets.names()]
    return [column for column in columns if NO_GROUPS.isdisjoint(its.get(column, "") for its in roles)]


def _sources(ws: Workspace, wish: str) -> list[str]:
    """The uploaded files that are named, then paths and Hub ids."""
    named = Mentions(wish).of(uploads(ws))
    inside = {name.lower() for name in named}
    told = [*named, *(path for path in paths(wish) if path.lower() not in inside)]
    words = set(re.findall(r"\w+", wish.lower().replace("json lines", "jsonl").replace("excel", "xlsx")))
    kind = [name for name in uploads(ws) if name.rpartition(".")[2].lower() in words]
    return list(dict.fromkeys(told)) or kind or _ON_THE_HUB.findall(wish)


def _in_full(wish: str) -> list[str]:
    """The models that are named in full."""
    spelled = [name for model in models() for name in (model.name, *_spellings(model.hub), *_spellings(model.weights))]
    if named := Mentions(wish).of(list(dict.fromkeys(spelled))):
        return named
    return [path for path in paths(wish) if ("/" in path or "\\" in path) and not DATA.search(path)]


def _base_models(wish: str) -> list[str]:
    """The models that are named in full, or else those of the catalogue of which a part of the name is."""
    if named := _in_full(wish):
        return named
    words = set(re.findall(r"[a-z0-9.]+", wish.lower()))
    alike = {model.name: len(_parts(model.name) & words) for model in models()}
    return [name for name, count in alike.items() if count and count == max(alike.values())]


def one_base_model(said: str) -> str:
    """A base model as the catalogue calls it, where what was said of it fits one alone; otherwise as it was said."""
    found = _base_models(said)
    return found[0] if len(found) == 1 else said


def _spellings(hub: str) -> list[str]:
    return [hub, hub.rsplit("/", 1)[-1]] if hub else []


def _parts(name: str) -> set[str]:
    """What people say of a name: "qwen2.5-coder-0.5b" is called qwen2.5, qwen or 0.5b."""
    parts = {part for part in name.split("-") if part not in ("coder", "base", "small")}
    return parts | {re.sub(r"[\d.]+$", "", part) for part in parts if part[0].isalpha()}


def paths(wish: str) -> list[str]:
    """What looks like a path, a file name or a Hub id."""
    return [path for path in PATH.findall(wish) if re.search(r"[^\W\d]{2}", path)]
