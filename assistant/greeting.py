"""What the page says to visitors of a Space: who they are here, what they may take, and what is forgotten."""

from html import escape
from typing import Any

import gradio as gr

from assistant.card_rows import QUICK
from assistant.host import Host
from assistant.layout import Layout
from store.quotas import told

EVERY_SECONDS = 15


def receive(host: Host, layout: Layout, page: gr.Blocks) -> None:
    """Add the button to sign in, and the words; inside the page's `gr.Blocks`. On one's own machine nothing is added.

    Args:
        host: Knows who asks.
        layout: Where things stand.
        page: The page.
    """
    if not host.visitors.shared:
        return
    with layout.side:
        if host.settings.hosting.login:  # Gradio refuses to start with the button where nobody can sign in
            gr.LoginButton(size="sm", icon=None, elem_id="tw-login")
        words = gr.HTML(elem_id="tw-visitor")

    def greet(request: gr.Request) -> str:
        return greeting(host, request)

    page.load(greet, None, [words], **QUICK)
    gr.Timer(EVERY_SECONDS).tick(greet, None, [words], **QUICK)


def greeting(host: Host, request: Any) -> str:
    """Who the visitor is, in HTML."""
    visitor, hosting = host.visitor(request), host.settings.hosting
    spending = host.workspace_for(request, "main").spending
    assert spending.quota
    used = (
        f"Used: {told(spending.disk())} of {told(spending.quota.disk_bytes)}, and today {spending.today() / 60:.0f} of "
        f"{spending.quota.job_seconds_a_day / 60:.0f} minutes of processor time for jobs."
    )
    if visitor.kind == "guest":
        keep = " Sign in to keep your work." if hosting.login else ""
        who = (
            f"You are a guest. All you do here is deleted {hosting.guest_minutes} minutes after you leave, and when "
            f"the Space restarts.{keep}"
        )
    else:
        session = request.request.scope.get("session") or {}
        name = ((session.get("oauth_info") or {}).get("userinfo") or {}).get("preferred_username", "")
        saved = "" if hosting.snapshots else " No snapshots are set up: when the Space restarts, your work is gone."
        idle = f" A training stops, saved, when you have not been here for {hosting.idle_hours} hours."
        who = f"Signed in as {name}.{saved}{idle} {host.trouble(visitor)}".strip()
    return f'<p role="status">{escape(who)}</p><p>{escape(used)}</p>'
