"""When a cell counts as missing: nothing in it, or only a word that stands for nothing."""

from store.engine import literal

_EDGES = r"^[\s\p{Z}\p{Cc}\p{Cf}]+|[\s\p{Z}\p{Cc}\p{Cf}]+$"
_NOTHING = (r"", r"n/a", r"#n/a", r"<?nan?>", r"nan", r"<?null>?", r"undefined", r"tbd", r"todo", r"[?]+", r"[-–—_.]+")
"""Never a label or an answer."""
_NO_TEXT = (
    *_NOTHING,
    r"n\.?a\.?|nil|none|unknown|empty|blank|missing|placeholder|string",
    r"no (text|message|content|data|comment)|not (available|applicable|provided)",
    r"[\[(<](text|message|deleted|removed|blank|empty|none|no text)[\])>]",
    r"(insert|enter|your) (your )?(text|message) here|lorem ipsum.*",
    r"x{3,}|[-–—_.?*/#=~+\s]+",
)
"""Never a text to learn from, though some could be a label or an answer."""


def missing_text(cell: str) -> str:
    """SQL: whether a text is missing or a placeholder. A smiley or an emoji is text.

    Args:
        cell: SQL for the text.
    """
    return _matches(cell, _NO_TEXT)


def missing_answer(cell: str) -> str:
    """SQL: whether a label or an answer is missing; "none" and "unknown" may be meant.

    Args:
        cell: SQL for the label or answer, as text.
    """
    return _matches(cell, _NOTHING)


def bare(cell: str) -> str:
    """SQL: a text in lower case without the spaces and invisible characters around it."""
    return f"lower(regexp_replace({cell}, {literal(_EDGES)}, '', 'g'))"


def _matches(cell: str, patterns: tuple[str, ...]) -> str:
    return f"coalesce(regexp_full_match({bare(cell)}, {literal('|'.join(patterns))}, 's'), true)"
