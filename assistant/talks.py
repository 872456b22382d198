"""The conversations of a project in the side panel: found, opened, renamed, and saved as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from assistant.languages import say
from assistant.written_talk import as_json, as_markdown
from store import Workspace
from store.conversations import Found, Thread
from store.datasets import slug

SCRIPT = Path(__file__).with_name("talks.js").read_text()
SHOWN = 50
"""Conversations in the list; the others are found by their words."""


@dataclass(frozen=True)
class Wish:
    """What a browser sends: what to do with which conversation; nothing of it is trusted."""

    what: str
    thread: str
    value: str

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "Wish":
        """From the data of an event."""
        return cls(*(str(sent.get(name) or "") for name in ("what", "thread", "value")))


def listed(ws: Workspace, words: str) -> str:
    """The conversations as HTML, the newest first; with words, those in which they stand."""
    if words.strip():
        found = ws.conversations.find(words)[:SHOWN]
        items = [_item(ws, one.thread, one) for one in found]
        nothing = say("nothing_found", words=words.strip()[:60])
    else:
        threads = [thread for thread in reversed(ws.conversations.all()) if thread.events]
        items = [_item(ws, thread) for thread in threads[:SHOWN]]
        nothing = say("no_conversations")
    if not items:
        return f'<p class="tw-none" role="status">{escape(nothing)}</p>'
    return f'<ul class="tw-talks" aria-label="{escape(say("conversations"))}">{"".join(items)}</ul>'


def saved(ws: Workspace, wish: Wish) -> dict[str, str]:
    """A conversation as a file: its name, its kind and its text.

    Raises:
        StoreError: There is no such conversation in this project.
    """
    thread = ws.conversations.get(wish.thread)
    name = (slug(thread.title) if thread.title.strip() else "") or "conversation"
    if wish.value == "json":
        return {"name": f"{name}.json", "kind": "application/json", "text": as_json(ws, thread)}
    return {"name": f"{name}.md", "kind": "text/markdown", "text": as_markdown(ws, thread)}


def _item(ws: Workspace, thread: Thread, found: Found | None = None) -> str:
    title = escape(thread.title or say("untitled"))
    now = ' aria-current="true"' if thread.id == ws.conversations.current().id else ""
    about = f"<small>{_snippet(found)}</small>" if found and found.what else f"<small>{thread.made_at[:10]}</small>"
    opens = f'<button type="button" data-what="open"{now}><span>{title}</span>{about}</button>'
    return f'<li data-thread="{thread.id}">{opens}{_more(title)}</li>'


def _snippet(found: Found) -> str:
    times = f" · {escape(say('places', times=found.times))}" if found.times > 1 else ""
    return f"{escape(found.before)}<mark>{escape(found.what)}</mark>{escape(found.after)}{times}"


def _more(title: str) -> str:
    """What else can be done with a conversation, folded away."""
    label = escape(say("more_about", title="{title}")).replace("{title}", title)
    new, rename = escape(say("new_name")), escape(say("rename"))
    return (
        f'<details><summary aria-label="{label}"><span aria-hidden="true">⋯</span></summary>'
        f'<form><input name="title" value="{title}" aria-label="{new}" maxlength="120" autocomplete="off">'
        f'<button type="submit">{rename}</button></form>'
        f'<button type="button" data-what="save" data-value="md">{escape(say("save_markdown"))}</button>'
        f'<button type="button" data-what="save" data-value="json">{escape(say("save_json"))}</button></details>'
    )
