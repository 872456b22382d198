"""Serve the page, as it looks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.settings import Settings
from assistant.theme import theme
from assistant.uploads import LARGEST
from store import StoreError

CSS = Path(__file__).with_name("page.css")
WINDOW = Path(__file__).with_name("window")
HEAD = (
    f"<style>{WINDOW.with_suffix('.css').read_text()}</style>\n<script>{WINDOW.with_suffix('.js').read_text()}</script>"
)


def launch(page: gr.Blocks, settings: Settings, door: Sequence[Any] = ()) -> None:
    """Serve the page until interrupted, and print its address.

    Args:
        page: The page.
        settings: Where it is served.
        door: What stands before it, as middleware; see `Host.door`.

    Raises:
        StoreError: The address cannot be listened on.
    """
    try:
        page.launch(
            server_name=settings.host,
            server_port=settings.port,
            theme=theme(),
            css_paths=CSS,
            head=HEAD,
            max_file_size=LARGEST,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            enable_monitoring=False,
            app_kwargs={"middleware": list(door)},
        )
    except OSError as error:
        raise StoreError(
            f"Nothing can listen at {settings.host}:{settings.port}; another program may be using it. "
            "Set TUNEWRIGHT_PORT to another number, such as 7861."
        ) from error
