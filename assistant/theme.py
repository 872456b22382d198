"""The theme of the page: fonts of the reader's own machine, quiet labels, and enough contrast."""

from gradio.themes import Base, Soft

READABLE = {
    "block_label_text_color": "*body_text_color",
    "block_label_text_color_dark": "*body_text_color",
    "body_text_color_subdued": "*neutral_600",
    "body_text_color_subdued_dark": "*neutral_300",
    "input_placeholder_color": "*neutral_500",
    "input_placeholder_color_dark": "*neutral_300",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_dark": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_hover_dark": "*primary_700",
    "checkbox_label_background_fill_selected": "*primary_600",
    "checkbox_label_background_fill_selected_dark": "*primary_600",
}
"""Chosen for a contrast of 4.5 to 1 and more, as WCAG 2.2 asks at level AA."""
QUIET = {
    "block_title_background_fill": "none",
    "block_title_background_fill_dark": "none",
    "block_title_padding": "0",
    "block_title_text_color": "*body_text_color",
    "block_title_text_color_dark": "*body_text_color",
}


def theme() -> Base:
    """The theme."""
    return Soft(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]).set(**READABLE, **QUIET)
