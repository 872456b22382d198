"""The instruction that the prompts of a dataset put around each text."""

from store import Version
from store.engine import engine, fetch, quoted


def around(head: Version) -> tuple[str, str]:
    """What stands before and after the text in the prompts of a dataset that was formatted."""
    text, prompt = head.column("text"), head.column("prompt")
    if not text or not prompt or text == prompt:
        return "", ""
    sql = f"select {quoted(text)} as text, {quoted(prompt)} as prompt from parent where {quoted(text)} <> '' limit 1"
    with engine([head.path.parent], {"parent": head.path}) as con:
        found = fetch(con, sql)
    if not found or found[0]["text"] not in (found[0]["prompt"] or ""):
        return "", ""
    before, _, after = found[0]["prompt"].partition(found[0]["text"])
    return before, after


def without(text: str, before: str, after: str) -> str:
    """What was asked inside an instruction; the text as it is if it does not stand in one."""
    if len(text) > len(before) + len(after) and text.startswith(before) and text.endswith(after):
        return text[len(before) : len(text) - len(after)]
    return text
