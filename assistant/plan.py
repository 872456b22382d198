"""Several wishes in one message, as a plan: steps that are shown, carried out one by one, and changed in words."""

import re
from collections.abc import Callable, Sequence
from typing import Literal, TypedDict

from assistant.mentions import Mentions
from assistant.outside import paths
from assistant.transcript import Done, Turn
from assistant.wishes import split_up
from store import Workspace
from tools import TOOLS

Outcome = Literal["open", "done", "skipped", "failed"]


class Step(TypedDict):
    """One step; JSON types, since it is saved with the conversation."""

    tool: str
    wish: str
    """The words of the message that ask for it."""
    state: Outcome
    call: str
    """The first call that was made for it; empty before."""


class Plan(TypedDict):
    """The steps of one message."""

    id: str
    steps: list[Step]


MOST_STEPS = 8
NO_PLAN = Plan(id="", steps=[])
AFTER_A_TRAINING = frozenset({"write_report"})
_MENDS = re.compile(
    r"(?<!need )(?<!needs )(?<!needing )(?<!what to )(?<!thing to )(?<!to be )(?<!be )"
    r"\b(?:clean\w*|fix\w*|tidy\w*|mend\w*|repair\w*|remove|drop|delete|mask|correct|sort out|scrub|de-?dup\w*)\b"
)
_EACH = re.compile(
    r"\b(?:both|(?:each|every|all)(?= of| (?:the |my |our )?(?:data ?sets?|tables?|files?)\b))"
    r"(?: of)?(?: (?:the|my|our)\b)?(?: (?:data ?sets?|tables?|files?|them)\b)?"
)
_AT_ONCE = re.compile(r"\b(?:into|onto|from|against|between|with)\b")
"""Between two names: they are for one call."""
_GO_ON = re.compile(
    r"(?:(?:yes|ok(?:ay)?|please|and|now|just|then)[,.]? )*"
    r"(?:go (?:on|ahead)|continue|carry on|proceed|keep going|next|(?:try|do) (?:it|that) again|retry|try again"
    r"|yes|okay|ok)"
    r"(?: with)?(?: the)?(?: (?:plan|rest|next step|step|others?|remaining(?: steps)?))?(?: please| then| now)?"
)
_DROP = re.compile(
    r"\b(?:drop|forget|cancel|stop|abandon|scrap|abort|leave)\b.*\b(?:plan|rest|remaining|everything|all of it)\b"
)
_SKIP = re.compile(
    r"\b(?:skip|leave o(?:ut|ff)|omit|without|drop|forget(?: about)?|no need (?:for|to)|don'?t|do not|not|no|cancel)\b"
)
_ASKS = re.compile(r"^(?:what|which|why|how|when|should|explain|tell|is|are|does|do|can|could)\b(?!.*\byou\?)")
"""How a question begins that is more than a remark, or a polite "can you?"."""
_BACKGROUND = re.compile(r"^(?:we|i|our|my|the)\b(?!.*\b(?:want|would|like|need|should|please|uploaded|load)\b)")
"""How somebody begins who tells about their work before they say what the model shall do."""
_NAMES_IT = re.compile(
    r"^(?:and |then |please )*(?:(?:call|name) (?:it|this|that|them)\b|(?:store|save|keep) (?:it|this|that|them) as\b)"
)
_THIS = re.compile(r"\b(?:this|that|it|one|step)\b")


def made(wish: str, ws: Workspace, tool_of: Callable[[str], str]) -> list[Step]:
    """The steps of a message that holds several wishes; empty if it is one wish.

    Args:
        wish: The message.
        ws: The workspace.
        tool_of: The tool, or "answer", that a part of a message asks for; empty if it cannot stand by itself.
    """
    found: list[tuple[str, str]] = []
    parts = split_up(wish)
    if len(parts) > 1 and goes_on(parts[0]):
        parts = parts[1:]  # "go on then, ..."
    if len(parts) == 1 and len(_named(wish, ws)) < 2:
        return []
    for part in parts:
        tool = tool_of(part)
        if found and tool == "set_goal" and (_BACKGROUND.search(found[-1][1].lower()) or _remark(*found[-1])):
            found[-1] = (tool, f"{found[-1][1]}. {part}")
        elif tool not in ("", "answer") and len(found) == 1 and _remark(*found[0]):
            found = [(tool, part)]
        elif found and _belongs(part, tool, found[-1], ws):
            found[-1] = (found[-1][0], f"{found[-1][1]}, {part}")
        elif tool:
            found.append((tool, part))
    steps = [_step(tool, one) for tool, part in found for one in _for_each(tool, part, ws)]
    return _mended(steps)[:MOST_STEPS] if len(steps) > 1 else []


def current(plan: Plan) -> Step | None:
    """The step to carry out next."""
    return next((step for step in plan["steps"] if step["state"] == "open"), None)


def unfolded(plan: Plan, talk: Sequence[Turn], step: Step) -> list[Turn]:
    """The conversation as if each step had been said by itself, so that "it" is what the step before was about."""
    done = [one for turn in talk for one in turn.done]
    before = [Turn(one["wish"], _since(one, done)) for one in plan["steps"] if one["call"] and one is not step]
    return [*talk[:-1], *before, Turn(step["wish"], _since(step, done))]


def settled(step: Step, done: Sequence[Done]) -> Outcome:
    """What has become of a step."""
    mine = _since(step, done)
    if not mine or mine[-1].tool != step["tool"]:
        return "open"
    return "skipped" if mine[-1].declined else "failed" if mine[-1].failed else "done"


def waits_for(step: Step, ws: Workspace) -> str:
    """The training that has to end before a step, or empty."""
    needs = step["tool"] in AFTER_A_TRAINING or (
        step["tool"] in TOOLS and TOOLS[step["tool"]].chapter in ("evaluate", "audit", "deploy")
    )
    live = [run.id for run in ws.runs.all() if run.job.live]
    return live[-1] if needs and live else ""


def goes_on(text: str) -> bool:
    """Whether the user wants the plan to go on."""
    return bool(_GO_ON.fullmatch(text.lower().strip(" .!")))


def drops(text: str) -> bool:
    """Whether the user wants no more of the plan."""
    return bool(_DROP.search(text.lower()))


def skipped(text: str, plan: Plan, likeness: Callable[[str], dict[str, float]]) -> list[Step]:
    """The open steps that a message takes out: "skip the training", "without the report please", "not that one"."""
    found = _SKIP.search(text.lower())
    left = [step for step in plan["steps"] if step["state"] == "open"]
    if not found or not left or len(text.split()) > 12:
        return []
    what = text[found.end() :].strip(" .!,") or "it"
    like = likeness(what)
    best = max(left, key=lambda step: _meant(what, step, like))
    if _meant(what, best, like) > 0:
        tools = {best["tool"]} | ({"propose_fixes", "apply_fixes"} if best["tool"] == "propose_fixes" else set())
        return [step for step in left if step["tool"] in tools]
    return left[:1] if _THIS.search(what) and len(what.split()) < 4 else []


def _meant(what: str, step: Step, like: dict[str, float]) -> float:
    """How much some words are about a step: those they share with its tool's name, then how like its requests."""
    stems = {word[:5] for word in re.findall(r"[a-z]{4,}", what.lower())}
    shared = stems & {word[:5] for word in re.findall(r"[a-z]{4,}", f"{step['tool']} {step['wish']}".lower())}
    return len(shared) + (like.get(step["tool"], 0.0) if shared or like.get(step["tool"], 0.0) > 0.3 else 0.0)


def _step(tool: str, wish: str) -> Step:
    return Step(tool=tool, wish=wish, state="open", call="")


def _belongs(part: str, tool: str, before: tuple[str, str], ws: Workspace) -> bool:
    """Whether a part says more about the wish before it."""
    whole = before[0] in ("try_run", "explain_prediction") or bool(_NAMES_IT.search(part.lower()))  # a text may follow
    goal = before[0] == "set_goal" and tool != "load_dataset"  # what the model shall do
    if not tool or whole or goal or (tool == "answer" and not _ASKS.search(part.lower())):
        return True
    mine, its = _things(part, ws), _things(before[1], ws)
    return tool == before[0] and tool != "answer" and (not mine or not its or mine == its)


def _remark(tool: str, part: str) -> bool:
    """Whether a part asks for nothing: "I run a small practice"."""
    return tool == "answer" and not _ASKS.search(part.lower())


def _things(part: str, ws: Workspace) -> list[str]:
    """The datasets and files that are named."""
    return [*Mentions(part).of(ws.datasets.names()), *paths(part)]


def _for_each(tool: str, part: str, ws: Workspace) -> list[str]:
    """The part once for each dataset it is about, if the tool takes one at a time."""
    if tool not in TOOLS or not (taken := [name for name, one in _arguments(tool).items() if _is_dataset(one)]):
        return [part]
    if len(taken) > 1 and (len({*taken} & _required(tool)) != 1 or not _EACH.search(part.lower())):
        return [part]  # the second one may be what the first is held against
    if {"fixes", "run"} & _arguments(tool).keys() and re.search(
        r"\bboth\b(?! (?:of (?:the|my) )?(?:data|tables|files))", part.lower()
    ):
        return [part]  # both fixes, or both runs
    names = _named(part, ws)
    spelled = "|".join(r"[\s_-]*".join(map(re.escape, re.split(r"[\s_-]+", name))) for name in names)
    where = [hit.span() for hit in re.finditer(rf"(?<!\w)(?:{spelled})(?!\w)", part, re.IGNORECASE)] if names else []
    if not where and (each := _EACH.search(part.lower())):
        where = [each.span()]
    if len(names) < 2 or not where or _AT_ONCE.search(part[where[0][0] : where[-1][1]].lower()):
        return [part]
    return [part[: where[0][0]] + name + part[where[-1][1] :] for name in names]


def _named(part: str, ws: Workspace) -> list[str]:
    """The datasets that are named, or that "both" means."""
    names = ws.datasets.names()
    return Mentions(part).of(names) or (names if _EACH.search(part.lower()) else [])


def _required(tool: str) -> set[str]:
    return set(TOOLS[tool].described.get("required", []))


def _arguments(tool: str) -> dict[str, dict[str, object]]:
    return TOOLS[tool].described.get("properties", {})


def _is_dataset(part: dict[str, object]) -> bool:
    return '"kind": "dataset"' in str(part).replace("'", '"')


def _mended(steps: list[Step]) -> list[Step]:
    """Where something is to be cleaned on the way, what is found is applied before the next step, after a yes."""
    out: list[Step] = []
    for place, step in enumerate(steps):
        out.append(step)
        follows = steps[place + 1]["tool"] if place + 1 < len(steps) else ""
        if step["tool"] == "propose_fixes" and follows != "apply_fixes" and _MENDS.search(step["wish"].lower()):
            out.append(_step("apply_fixes", f"apply the fixes: {step['wish']}"))
    return out


def _since(step: Step, done: Sequence[Done]) -> list[Done]:
    """The calls of a step: from its first one on, as long as they are its tool's."""
    ids = [one.id for one in done]
    mine: list[Done] = []
    for one in done[ids.index(step["call"]) :] if step["call"] in ids else []:
        if one.tool != step["tool"]:
            break
        mine.append(one)
    return mine
