"""What the model is told to write a query: what DuckDB can do, the tables, what was tried and why it failed."""

import json
import re
from collections.abc import Sequence

from assistant.models.brain import Message
from assistant.nearest import Nearest
from assistant.parts import Part
from assistant.prompt import LONGEST_WISH
from assistant.scene import quoted, unmarked
from assistant.spelled import spelled
from assistant.transcript import Done, Turn
from store import Workspace
from store.datasets import Version

RULES = """You write one query in DuckDB's SQL that answers what the user asks about the tables.
It is one SELECT. It gives the columns that are asked for and no others, and every row unless a number is asked for.
Where columns of several tables are needed, join those tables."""
TREES = """create table trees (kind VARCHAR, park VARCHAR, height DOUBLE, planted DATE, tags VARCHAR[], \
spot STRUCT(x DOUBLE, y DOUBLE), seen JSON)
create table parks (name VARCHAR, town VARCHAR)"""
EXAMPLES = (
    (
        "how many elms has each park, most first",
        "select park, count(*) from trees where kind = 'elm' group by park order by count(*) desc",
    ),
    ("which kinds have fewer than ten trees", "select kind from trees group by kind having count(*) < 10"),
    (
        "towns with a tree above 20",
        "select distinct town from parks join trees on trees.park = parks.name where height > 20",
    ),
    ("the tallest tree's kind and park", "select kind, park from trees order by height desc limit 1"),
    ("trees without their tags and spot", "select * exclude (tags, spot) from trees"),
    ("everything about the parks, with the town in small letters", "select * replace (lower(town) as town) from parks"),
    ("columns of trees that begin with p", "select columns('^p') from trees"),
    ("the greatest height by everything else", "select * exclude (height), max(height) from trees group by all"),
    ("statistics of the parks", "summarize parks"),
    ("which columns has trees", "describe trees"),
    ("a random fifth of the trees", "select * from trees using sample 20%"),
    ("last tag, first three tags and x of the spot", "select tags[-1], tags[1:3], spot.x from trees"),
    ("who saw each tree, and its height as a whole number", "select seen->>'by', height::integer from trees"),
    ("days between the first and the last planting", "select date_diff('day', min(planted), max(planted)) from trees"),
    ("first word of the kinds that mention oak", "select split_part(kind, ' ', 1) from trees where kind ilike '%oak%'"),
)
"""Questions about `TREES`, which show what DuckDB can do that other dialects cannot.

They are always the same, so that the model reads them once: choosing the five nearest took twice as long a question,
and was right no more often."""
SQL: Part = {
    "type": "string",
    "pattern": r"^(select|SELECT|with|WITH|from|FROM|summarize|SUMMARIZE|describe|DESCRIBE) .+$",
    "maxLength": 1000,
}
"""What a query is held to: it begins as one that reads."""
MOST_LETTERS = 4000
"""How much is told of the tables."""
LONGEST_NAME, LONGEST_TYPE, LONGEST_REASON, LONGEST_WHY = 48, 200, 160, 400
_PLAIN = re.compile(rf"[a-zA-Z_]\w{{0,{LONGEST_NAME - 1}}}")
_TYPE = re.compile(rf"[\w(), \[\]]{{1,{LONGEST_TYPE}}}")
"""A type in which no name of a part has to be quoted."""
_OF_THE_DATA = re.compile(r"(?<=Invalid Input Error):| The datasets and their columns:")
"""From where on a message tells what is in the data."""


def query_request(ws: Workspace, talk: Sequence[Turn]) -> list[Message]:
    """The conversation that ends with what the user wants to know now.

    Args:
        ws: The workspace.
        talk: The turns, the present one last; queries that were tried in it follow with what was wrong.
    """
    wish = unmarked(talk[-1].wish[:LONGEST_WISH])
    messages: list[Message] = [{"role": "system", "content": RULES}]
    shown = f"{TREES}\n\n"
    for text, sql in EXAMPLES:
        messages += [_user(shown + text), _wrote(sql)]
        shown = ""
    shown = f"Other tables now:\n{_tables(ws, wish)}\n\n"
    for turn in talk[-2:-1]:
        for done in turn.done[-1:]:
            if "sql" in done.arguments and not done.failed:
                messages += [_user(shown + unmarked(turn.wish[:LONGEST_WISH])), _wrote(done.arguments["sql"])]
                shown = ""
    messages.append(_user(shown + wish + spelled(ws, talk[-1].wish)))
    for done in _failed(talk):
        wrong = f"That query does not work: {_why(ws, done)}\nWrite another one: {wish}"
        messages += [_wrote(done.arguments["sql"]), _user(wrong)]
    return messages


def held_to(talk: Sequence[Turn]) -> dict[str, Part]:
    """What the answer is held to: a query; after one that failed, first what was wrong with it."""
    return ({"wrong": {"type": "string", "maxLength": LONGEST_REASON}} if _failed(talk) else {}) | {"sql": SQL}


def _failed(talk: Sequence[Turn]) -> list[Done]:
    return [done for done in talk[-1].done if "sql" in done.arguments and done.failed]


def _why(ws: Workspace, failed: Done) -> str:
    """Why a query did not work, up to what is quoted and is neither in the query nor a column: that may be a cell."""
    query = str(failed.arguments["sql"])
    columns = [(name, column) for name in ws.datasets.names() for column in ws.datasets.head(name).columns]
    known = {told for name, column in columns if _PLAIN.fullmatch(column) for told in (column, f"{name}.{column}")}
    said, *rest = re.split(r"""(['"][^'"]*['"]?)""", _OF_THE_DATA.split(failed.text)[0])
    for piece, after in zip(rest[::2], rest[1::2], strict=True):
        if (bare := piece.strip("'\"")) not in query and bare not in known:
            break
        said += piece + after
    return quoted(said, LONGEST_WHY)


def _user(text: str) -> Message:
    return {"role": "user", "content": text}


def _wrote(sql: str) -> Message:
    return {"role": "assistant", "content": unmarked(json.dumps({"sql": sql}))}


def _tables(ws: Workspace, wish: str) -> str:
    """The datasets as tables; where they are too many, those with most in common with the wish."""
    told = [_table(ws.datasets.head(name)) for name in ws.datasets.names()]
    if sum(map(len, told)) > MOST_LETTERS:
        scores = dict(zip(told, Nearest(told).scores(wish), strict=True))
        told.sort(key=lambda text: -scores[text])
    kept: list[str] = []
    for text in told:
        if not kept or sum(map(len, kept)) + len(text) <= MOST_LETTERS:
            kept.append(text[:MOST_LETTERS])
    return "\n".join(kept) or "There are no tables."


def _table(head: Version) -> str:
    columns = [
        f"{name if _PLAIN.fullmatch(name) else quoted(name)} {_type(kind)}" for name, kind in head.columns.items()
    ]
    return f"create table {head.dataset} ({', '.join(columns)})"


def _type(kind: str) -> str:
    """A type as DuckDB writes it; only its kind if names of its parts are more than words."""
    bare = re.sub(r'"(\w+)"', r"\1", kind)
    return bare if _TYPE.fullmatch(bare) else re.split(r"[^A-Z]", kind)[0]
