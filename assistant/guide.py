"""A tour of three steps for whoever comes the first time, and the map of keys. Both live in the browser alone."""

from html import escape
from pathlib import Path

from assistant.languages import LANGUAGES, say

SCRIPT = Path(__file__).with_name("guide.js").read_text()
STEPS = ("say", "yes", "side")
"""The key of each step's texts; the style sheet says what it points at."""
KEYS = {
    "?": "key_map",
    "/": "key_message",
    "a": "key_card",
    "n": "key_new",
    "s": "key_search",
    "b": "key_side",
    "Esc": "key_escape",
}


def tour(spoken: str) -> str:
    """The steps as HTML, hidden until the browser finds that they were not seen yet."""
    steps = "".join(_step(number, key) for number, key in enumerate(STEPS, 1))
    return (
        f'<section class="tw-tour" data-spoken="{spoken}" aria-label="{escape(say("tour"))}" hidden>{steps}</section>'
    )


def key_map() -> str:
    """The keys as a dialogue, closed until it is asked for."""
    rows = "".join(
        f"<div><dt><kbd>{escape(key)}</kbd></dt><dd>{escape(say(told))}</dd></div>" for key, told in KEYS.items()
    )
    title = escape(say("keys"))
    return (
        f'<button type="button" class="tw-show-keys">{title} <kbd>?</kbd></button>'
        f'<dialog class="tw-keys" aria-labelledby="tw-keys-title"><h2 id="tw-keys-title">{title}</h2><dl>{rows}</dl>'
        f'<label><input type="checkbox" checked> {escape(say("keys_use"))}</label>'
        f'<button type="button" class="tw-close">{escape(say("close"))}</button></dialog>'
    )


def languages(spoken: str) -> str:
    """The choice of language, and what it does not change."""
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == spoken else ""}>{name}</option>'
        for code, name in LANGUAGES.items()
    )
    label = escape(say("language"))
    return (
        f'<label class="tw-language">{label} <select>{options}</select></label>'
        f'<p class="tw-more">{escape(say("honest"))}</p>'
    )


def _step(number: int, key: str) -> str:
    last = number == len(STEPS)
    back = f'<button type="button" data-go="{number - 2}">{escape(say("back"))}</button>' if number > 1 else ""
    go = escape(say("begin" if last else "next"))
    on = f'<button type="button" class="tw-primary" data-go="{number}">{go}</button>'
    skip = "" if last else f'<button type="button" data-go="{len(STEPS)}">{escape(say("skip"))}</button>'
    return (
        f'<div data-about="{key}" hidden><p class="tw-more">{escape(say("tour_step", step=number))}</p>'
        f"<h2>{escape(say(f'tour_{key}'))}</h2><p>{escape(say(f'tour_{key}_text'))}</p>"
        f'<div class="tw-acts">{on}{back}{skip}</div></div>'
    )
