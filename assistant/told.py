"""What the page says when something cannot be done."""

from collections.abc import Callable
from html import escape
from typing import Any

import gradio as gr

from store import StoreError


def told(do: Callable[[], Any], *, otherwise: Any) -> Any:
    """What `do` gives; if it cannot, the user is told why, and the page stays as it is."""
    try:
        return do()
    except StoreError as error:
        gr.Warning(escape(str(error)), duration=15)
        return otherwise
