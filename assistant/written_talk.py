"""A conversation as a file to keep or to pass on: Markdown to read, JSON for programs."""

import json
from typing import Any

from assistant.in_words import in_words
from assistant.markup import plain as as_it_stands
from store import Workspace
from store.conversations import Thread
from tools import Result


def as_json(ws: Workspace, thread: Thread) -> str:
    """Every event of the log but pieces of speech, whose whole follows."""
    events = [
        {"turn": one.turn, **one.event} for one in ws.conversations.since(thread.id) if one.event["event"] != "saying"
    ]
    told = {"project": ws.project, "title": thread.title, "begun": f"{thread.made_at} UTC", "events": events}
    return json.dumps(told, ensure_ascii=False, indent=1, default=str)


def as_markdown(ws: Workspace, thread: Thread) -> str:
    """What was said and done, with tables and changes, in the order it happened."""
    title = as_it_stands(thread.title) or "Conversation"
    parts = [f"# {title}", f"Project {ws.project}, begun {thread.made_at} UTC."]
    speaker = ""
    for one in ws.conversations.since(thread.id):
        for who, text in _told(one.event):
            if who != speaker:
                parts.append(f"## {who}")
                speaker = who
            parts.append(text)
    return "\n\n".join(parts) + "\n"


def _told(event: dict[str, Any]) -> list[tuple[str, str]]:
    """(who, text) for an event that says something."""
    match event["event"]:
        case "heard":
            return [("You", as_it_stands(event["text"]))]
        case "answered":
            note = f": {as_it_stands(event['note'])}" if event.get("note") else "."
            return [("You", f"*{'Approved' if event['answer'] == 'yes' else 'Declined'}*{note}")]
        case "called":
            given = ", ".join(f"{key}: {value}" for key, value in event["arguments"].items() if value is not None)
            return [
                ("Tunewright", f"*{event['tool'].replace('_', ' ')}*{as_it_stands(f' ({given})') if given else ''}")
            ]
        case "asks":
            asked = f"*Shall I {event['tool'].replace('_', ' ')}?*"
            return [("Tunewright", f"{in_words(Result.from_json(event['preview']))}\n\n{asked}")]
        case "finished":
            result = Result.from_json(event["result"]) if event.get("result") else Result("")
            return [("Tunewright", in_words(Result(**{**vars(result), "text": event["text"], "next": ()})))]
        case "said" | "broke":
            sources = event.get("sources") or ()
            read = f"\n\n*From the handbook: {', '.join(map(str, sources))}*" if sources else ""
            return [("Tunewright", event["text"] + read)]
        case _:
            return []
