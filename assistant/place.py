"""Where a browser is: at a project, in one of its conversations. What it says is looked up, never trusted."""

from typing import Any

from assistant.host import Host
from assistant.languages import speak
from store import Workspace


def here(host: Host, request: Any, place: str) -> Workspace:
    """The workspace of whoever sent a request, where they are; from here on, `say` speaks their language.

    Args:
        host: Who receives.
        request: The `gr.Request`.
        place: What the browser says: a project, or a project and a conversation as "project#id".
    """
    speak(request)
    project, _, conversation = (place or "").partition("#")
    return host.workspace_for(request, project).in_conversation(conversation)


def place_of(ws: Workspace) -> str:
    """The project and the conversation, for the browser to keep."""
    return f"{ws.project}#{ws.conversations.current().id}"
