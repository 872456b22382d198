"""Write down what the model is for, and how it will be judged."""

import re
from dataclasses import asdict
from typing import Annotated, Literal, cast

from pydantic import Field

from store import Workspace
from store.goals import Goal, Task
from tools.evaluate._registry import GOALS
from tools.goal._measures import ANSWERS, METRICS, MeantMetric, Metric
from tools.kinds import called, near
from tools.result import Result, Table
from tools.tool import ToolError, tool

MeantTask = Annotated[
    Task,
    called(
        classify="""
        sort sorts sorting sorted classify classifies classifying classifier categorise categorize label labels
        tag tagged tagging route routes routing detect detects detecting detector recognise recognize predict predicts
        predicting flag flags flagging filter triage rate rating score scores grade guess assign assigned decide whether
        which sentiment intent spam""",
        generate="""
        write writes writing draft drafts drafting answer answers answering reply replies respond translate
        translates translating translation summarise summarize summarises summarizes summary summaries rewrite rewrites
        rephrase produce compose explain explains convert converts extract extracts suggest suggests turn chatbot""",
    ),
]
Words = Annotated[str, Field(max_length=1000)]
Target = Annotated[
    float,
    Field(ge=0, le=1),
    near(
        """target least reach right correct accuracy percent better f1 bleu rouge score match agree good precision
        recall auc auroc matthews mcc chrf meteor bertscore"""
    ),
]
LABELS = {
    "description": "goal",
    "task": "task",
    "metric": "judged by",
    "target": "target",
    "domain": "domain",
    "users": "used by",
    "constraints": "constraints",
}


_REASON = re.compile(r"[,;]?\s*\b(?:because|since|so that|as)\b.*", re.DOTALL)
_JUDGING = frozenset(
    """accuracy accurate aim also an and at auc auroc average balanced be bert bertscore better bleu by change chrf
    correct correlation could exact f1 field for from goal good has have higher i in is it its judge judged least let
    level lower macro macro-f1 make match matthews mcc measure measured meteor metric metrics minimum must my need not
    now of ok okay on our per percent percentage please point points precision pts quality raise reach recall require
    right roc rouge rouge-1 rouge-2 rouge-l score set shall should success take target than that the then this threshold
    to token use want we weighted with would you""".split()
)
"""Words that only say how a goal is judged."""


@tool(
    effect="writes",
    asks=[
        (
            "I want to sort support tickets into queues, at least 90 percent right",
            {
                "description": "Sort support tickets into queues",
                "task": "classify",
                "metric": "accuracy",
                "target": 0.9,
                "domain": "customer support",
            },
        ),
        (
            "the goal is to answer patients' questions about medicines; nothing may leave this machine",
            {
                "description": "Answer patients' questions about medicines",
                "task": "generate",
                "domain": "medicine",
                "users": "patients",
                "constraints": "nothing may leave this machine",
            },
        ),
        (
            "I want a model that routes incoming mail to the right department",
            {"description": "Route incoming mail to the right department", "task": "classify", "domain": "mail"},
        ),
        (
            "we need a spam filter for text messages",
            {"description": "Tell spam from other text messages", "task": "classify", "domain": "text messages"},
        ),
        (
            "goal: detect the intent of bank customers, every intent counts the same",
            {
                "description": "Detect the intent of bank customers",
                "task": "classify",
                "metric": "macro_f1",
                "domain": "banking",
            },
        ),
        (
            "my aim is short summaries of court rulings for lawyers, measured with rouge",
            {
                "description": "Summarise court rulings shortly",
                "task": "generate",
                "metric": "rouge_l",
                "domain": "law",
                "users": "lawyers",
            },
        ),
        (
            "I'd love something that drafts polite replies to complaints for our support team",
            {
                "description": "Draft polite replies to complaints",
                "task": "generate",
                "domain": "customer support",
                "users": "our support team",
            },
        ),
        (
            "we get piles of contracts, and a machine should mark the risky clauses",
            {"description": "Mark the risky clauses of contracts", "task": "classify", "domain": "contracts"},
        ),
        (
            "I am a dentist and would like my notes coded by diagnosis",
            {
                "description": "Code the notes of a dentist by diagnosis",
                "task": "classify",
                "domain": "dentistry",
                "users": "a dentist",
            },
        ),
        (
            "let the bot answer what our students ask all day long",
            {
                "description": "Answer what our students ask",
                "task": "generate",
                "domain": "education",
                "users": "our students",
            },
        ),
        (
            "guess the star rating from what guests write, that is all it must do",
            {
                "description": "Guess the star rating from what guests write",
                "task": "classify",
                "domain": "guest reviews",
            },
        ),
        (
            "I want to train something that tells urgent calls on our ward from the rest",
            {
                "description": "Tell urgent calls on our ward from the rest",
                "task": "classify",
                "domain": "hospital ward",
            },
        ),
        (
            "translate nurse notes into plain language for relatives, that is what I'm after",
            {
                "description": "Translate nurse notes into plain language",
                "task": "generate",
                "domain": "nursing",
                "users": "relatives",
            },
        ),
        (
            "change the goal: pull the dates out of deeds, 70 percent exact match",
            {
                "description": "Pull the dates out of deeds",
                "task": "generate",
                "metric": "exact_match",
                "target": 0.7,
                "domain": "deeds",
            },
        ),
    ],
)
def set_goal(
    ws: Workspace,
    description: Words,
    task: MeantTask,
    metric: MeantMetric | None = None,
    target: Target | None = None,
    domain: Words = "",
    users: Words = "",
    constraints: Words = "",
) -> Result:
    """Set the goal of the project: what the model shall do, for whom, and how success is measured.

    Where there is a goal and the description only says how it is judged, the rest of the goal stays.

    Args:
        description: What the model shall do, in a sentence.
        task: classify for one of a set of labels, generate for any text.
        metric: How answers are judged: accuracy or macro_f1 for labels, rouge_l, bleu or exact_match for text.
        target: The value to reach, from 0 to 1: 90 percent is 0.9.
        domain: The field it is for, such as banking.
        users: Who will use it.
        constraints: Privacy, hardware, languages, in the user's words.

    Example:
        >>> with ws.approvals.typed("set_goal", {"description": "Tell good reviews from bad ones"}):
        ...     print(set_goal(ws, "Tell good reviews from bad ones", "classify", target=0.9))
        The goal is set: tell good reviews from bad ones. It is judged by accuracy, and the target is 0.9.
    """
    goal = _goal(ws.goals.get(), description, task, metric, target, domain, users, constraints)
    ws.goals.set(goal)
    asks = ["Load a file"] if not ws.datasets.names() else [f"What is in {ws.datasets.names()[-1]}?"]
    said = f"The goal is set: {_in_words(goal)}"
    if goal.target is None:
        said += " How good does it have to be to be of use?"
        asks = [f"The target is 90 percent {goal.metric.replace('_', ' ')}", *asks]
    return Result(said, tables=[_table(goal)], next=asks, data=asdict(goal))


@set_goal.preview
def _preview(
    ws: Workspace,
    description: str,
    task: Literal["classify", "generate"],
    metric: Metric | None = None,
    target: float | None = None,
    domain: str = "",
    users: str = "",
    constraints: str = "",
) -> Result:
    before = ws.goals.get()
    goal = _goal(before, description, task, metric, target, domain, users, constraints)
    instead = f" It replaces: {_in_words(before)}" if before else ""
    return Result(f"I would set the goal: {_in_words(goal)}{instead}", tables=[_table(goal)])


def _goal(
    before: Goal | None,
    description: str,
    task: Task,
    metric: Metric | None,
    target: float | None,
    domain: str,
    users: str,
    constraints: str,
) -> Goal:
    description = " ".join(description.split())
    if not description:
        raise ToolError("The goal is empty. Say in a sentence what the model shall do.")
    if before and not _own(description, f"{domain} {users} {constraints}"):
        description, task, metric = before.description, before.task, metric or cast(Metric, before.metric)
        target = before.target if target is None else target
        domain, users = domain or before.domain, users or before.users
        constraints = "; ".join(one for one in (before.constraints, constraints) if one)
    metric = metric or METRICS[task][0]
    if metric not in GOALS[ANSWERS[task]] and not (task == "classify" and metric == "exact_match"):
        rarer = ", ".join(key for key in GOALS[ANSWERS[task]] if key not in METRICS[task])
        raise ToolError(
            f"{metric} does not judge a model that is to {task}. Take {' or '.join(METRICS[task])}, or another task. "
            f"There are also {rarer}."
        )
    return Goal(description, task, metric, target, domain.strip(), users.strip(), constraints.strip())


def _own(description: str, elsewhere: str) -> set[str]:
    """The words of a description that say more than how the goal is judged, for whom, or within what limits."""
    said = re.findall(r"[a-z][\w-]+", _REASON.sub("", description.lower()))
    return {*said} - _JUDGING - {*re.findall(r"[a-z][\w-]+", elsewhere.lower())}


def _in_words(goal: Goal) -> str:
    said = goal.description.rstrip(".!")
    if not said[:2].isupper():
        said = said[0].lower() + said[1:]
    target = f", and the target is {goal.target:g}" if goal.target is not None else ""
    return f"{said}. It is judged by {goal.metric}{target}."


def _table(goal: Goal) -> Table:
    rows = [(LABELS[key], value) for key, value in asdict(goal).items() if value not in ("", None)]
    return Table("The goal", ("", ""), rows)
