"""Decide once about all fixes of a kind to come."""

from typing import Annotated, Literal

from store import Workspace
from store.rules import Rule, Verdict
from tools.clean._checks import GROUPS
from tools.clean._findings import words
from tools.clean._kinds import Kind
from tools.clean._personal.treatment import Way
from tools.kinds import called
from tools.result import Result, Table
from tools.tool import ToolError, tool

Decision = Annotated[
    Literal["always", "never", "ask"],
    called(
        always="always automatically automatic every each whenever",
        never="never",
        ask="ask remove delete forget drop cancel lift end again",
    ),
]
PERSONAL = "personal data"
DONE: dict[Way, str] = {"mask": "masked", "replace": "replaced by made-up data", "drop": "dropped with their rows"}


@tool(
    effect="writes",
    asks=[
        ("always mask e-mail addresses in this project", {"kinds": ["email_addresses"], "rule": "always"}),
        ("from now on phone numbers are masked without asking me", {"kinds": ["phone_numbers"], "rule": "always"}),
        ("make it a rule: exact duplicates always go", {"kinds": ["exact_duplicates"], "rule": "always"}),
        ("never propose to tidy stray spaces again", {"kinds": ["stray_whitespace"], "rule": "never"}),
        ("set a rule that you never touch near duplicates", {"kinds": ["near_duplicates"], "rule": "never"}),
        (
            "always replace names by made-up ones",
            {"kinds": ["person_names"], "rule": "always", "personal_data": "replace"},
        ),
        ("remove the rule about e-mail addresses", {"kinds": ["email_addresses"], "rule": "ask"}),
        ("ask me again about phone numbers instead of the rule", {"kinds": ["phone_numbers"], "rule": "ask"}),
        (
            "as a standing rule, bank accounts and payment cards are always masked",
            {"kinds": ["bank_accounts", "payment_cards"], "rule": "always"},
        ),
        ("outliers are fine in our data, never bring them up", {"kinds": ["outliers"], "rule": "never"}),
        (
            "whenever a row has no text, drop it; I need not see it each time",
            {"kinds": ["missing_text"], "rule": "always"},
        ),
    ],
)
def set_rule(ws: Workspace, kinds: list[Kind], rule: Decision, personal_data: Way = "mask") -> Result:
    """Set a standing rule for this project: always apply the fixes of a kind, or never propose them.

    Args:
        kinds: The kinds of fixes that the rule is about.
        rule: always applies them as soon as they are found, never leaves them out, ask removes the rule.
        personal_data: For always: mask personal data, replace it by made-up data, or drop the row.

    Example:
        >>> print(set_rule(ws, ["email_addresses"], "always"))
        From now on e-mail addresses are always masked. It holds for what is found from now on, and can be undone.
        >>> print(set_rule(ws, ["email_addresses"], "ask"))
        I ask again about e-mail addresses.
    """
    chosen = _checked(ws, kinds, rule)
    for kind in chosen:
        if rule == "ask":
            ws.rules.remove(kind)
        else:
            ws.rules.set(kind, rule, way(kind, rule, personal_data))
    names = ws.datasets.names()
    return Result(
        _told(chosen, rule, personal_data),
        tables=[rules_table(ws)] if ws.rules.all() else [],
        next=[f"what is wrong with {names[-1]}?"] if names else [],
        data={"rules": {kind: held.verdict for kind, held in ws.rules.all().items()}},
    )


@set_rule.preview
def _preview(ws: Workspace, kinds: list[Kind], rule: Decision, personal_data: Way = "mask") -> Result:
    chosen = _checked(ws, kinds, rule)
    asks = (
        " With this yes, fixes of such kinds are applied as soon as they are found, without another question; each is a"
        " version that says so and can be undone."
    )
    told = _told(chosen, rule, personal_data)
    return Result(f"{told}{asks if rule == 'always' else ''}", tables=[rules_table(ws)] if ws.rules.all() else [])


def way(kind: str, rule: Verdict, personal_data: Way) -> str:
    """The one way of mending that a rule is about; empty where there is but one."""
    return personal_data if rule == "always" and GROUPS[kind] == PERSONAL else ""


def rules_table(ws: Workspace) -> Table:
    """A line a rule."""
    return Table(
        "Rules of this project", ("kind", "rule"), [(words(r.kind), in_words(r)) for r in ws.rules.all().values()]
    )


def in_words(rule: Rule) -> str:
    """What a rule says."""
    if rule.verdict == "never":
        return "never propose"
    return f"always {rule.way or 'apply'}"


def _checked(ws: Workspace, kinds: list[str], rule: str) -> list[str]:
    chosen = list(dict.fromkeys(kinds))
    if not chosen:
        raise ToolError("Say what the rule is about, such as e-mail addresses or exact duplicates.")
    if rule == "always" and "custom_patterns" in chosen:
        raise ToolError("A rule about patterns of your own would let any pattern through. Approve these one by one.")
    held = ws.rules.all()
    if rule == "ask" and (without := [words(kind) for kind in chosen if kind not in held]):
        there = f" Rules: {', '.join(map(words, held))}." if held else " No rule is set."
        raise ToolError(f"There is no rule about {' and '.join(without)}.{there}")
    return chosen


def _told(kinds: list[str], rule: str, personal_data: Way) -> str:
    about = " and ".join(words(kind).replace("email", "e-mail") for kind in kinds)
    if rule == "ask":
        return f"I ask again about {about}."
    if rule == "never":
        return f"From now on nothing is proposed about {about}."
    personal = all(GROUPS[kind] == PERSONAL for kind in kinds)
    done = DONE[personal_data] if personal else "mended"
    return f"From now on {about} are always {done}. It holds for what is found from now on, and can be undone."
