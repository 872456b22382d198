"""Where the project stands."""

from store import Workspace
from tools.clean.set_rule import in_words
from tools.project._board import board
from tools.project._use import use_table
from tools.result import Result, Table
from tools.tool import tool

NEXT = {
    "Goal": "my goal is to ",
    "Data": "load my file",
    "Fixes": "what is wrong with the data?",
    "Runs": "plan the training",
    "Results": "how good is the model?",
}
"""What a user may say to go on, by the stage that is current."""


@tool(
    asks=[
        ("where are we?", {}),
        ("where does the whole project stand", {}),
        ("what is left to do until it can be used?", {}),
        ("how much of the work is behind us", {}),
        ("what should I do next", {}),
        ("give me an overview of this project", {}),
        ("what have we done so far and what's missing", {}),
        ("show the status of the project, please", {}),
        ("I was away for a week, what happened here?", {}),
        ("which runs and datasets do we have", {}),
        ("what's left on the list", {}),
        ("remind me of our goal and how far we got", {}),
        ("is anything waiting for me?", {}),
        ("I am lost, which step comes now?", {}),
        ("show the board", {}),
    ],
)
def show_project(ws: Workspace) -> Result:
    """Show what is done in this project and what comes next.

    Example:
        >>> print(show_project(ws))
        Project main. ...
    """
    stages = board(ws)
    current = next((stage for stage in stages if stage.state == "current"), None)
    told = " ".join(f"{stage.name}: {stage.text.rstrip('.')}." for stage in stages if stage.text)
    onward = f" Next: {current.name.lower()}." if current else " Every stage has something to show."
    rules = [(rule.kind.replace("_", " "), in_words(rule)) for rule in ws.rules.all().values()]
    held = f" Your rules: {'; '.join(f'{verdict} {kind}' for kind, verdict in rules)}." if rules else ""
    return Result(
        f"Project {ws.project}. {told}{held}{onward}",
        tables=[
            Table(f"Project {ws.project}", ("stage", "state", ""), [(s.name, s.state, s.text) for s in stages]),
            *([use_table(ws)] if ws.uses.all() else []),
            *([Table("Rules of this project", ("kind", "rule"), rules)] if rules else []),
        ],
        next=[NEXT[current.name]] if current and current.name in NEXT else ["write the report"],
    )
