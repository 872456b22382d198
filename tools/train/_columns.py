"""Which columns of a dataset a task reads, and what is said where they are missing."""

from store import Version
from tools.data._format import Format
from tools.tool import ToolError
from tools.train._task import Columns

NONE: Columns = dict.fromkeys(("prompt", "completion", "messages", "text", "label"))
TOKENS = ("tokens", "words")
TAGS = ("tags", "ner_tags", "ner", "pos_tags", "chunk_tags", "bio_tags", "token_labels", "word_labels")
SPANS = ("spans", "entities", "annotations", "span_labels")


def written(version: Version, format_: Format | None) -> Columns:
    """What a model reads and shall write.

    Raises:
        ToolError: The dataset is not formatted yet.
    """
    if format_ is None:
        raise ToolError(f"{version.dataset} is not formatted for text generation yet. Format it first.")
    kept = ("prompt", "completion", "messages", "text", "label")
    return NONE | {name: value for name in kept if (value := getattr(format_, name)) in version.columns}


def chosen_label(version: Version, format_: Format | None) -> Columns:
    """A text and its label.

    Raises:
        ToolError: One is missing.
    """
    columns = NONE | {"text": version.column("text"), "label": version.column("label")}
    if missing := [name for name in ("text", "label") if not columns[name]]:
        raise ToolError(
            f"{version.dataset} cannot be used to classify: no column of it is known as its {missing[0]}. "
            f"{_there(version)}"
        )
    return columns


def plain_text(version: Version, format_: Format | None) -> Columns:
    """A text to read on in, whatever else the dataset has.

    Raises:
        ToolError: Nothing reads as text.
    """
    text = version.column("text") or version.column("prompt")
    if text is None:
        raise ToolError(
            f"{version.dataset} has no column that reads as plain text to go on training with. {_there(version)}"
        )
    return NONE | {"text": text}


def preferred(version: Version, format_: Format | None) -> Columns:
    """A question with a better and a worse answer, or two conversations that end differently.

    Raises:
        ToolError: One of them is missing.
    """
    rejected = rejected_column(version)
    if rejected is None:
        raise ToolError(
            f"{version.dataset} has no preference pairs: they need a question with a better answer, in a column "
            f"called chosen, and a worse one, called rejected. {_there(version)}"
        )
    if format_ and format_.messages and version.columns[rejected].endswith("[]"):
        return NONE | {"messages": format_.messages, "rejected": rejected}
    prompt = (format_ and format_.prompt) or version.column("prompt") or _named(version, ("prompt", "question"))
    chosen = (format_ and format_.completion) or version.column("completion") or _named(version, ("chosen",))
    if prompt is None or chosen is None:
        raise ToolError(
            f"{version.dataset} has {rejected}, but no column with the {'question' if chosen else 'better answer'} of "
            f"each pair. Call it {'prompt' if chosen else 'chosen'}. {_there(version)}"
        )
    made_from = format_.text if format_ and format_.text in version.columns else None
    return NONE | {"prompt": prompt, "completion": chosen, "rejected": rejected, "text": made_from}


def asked(version: Version, format_: Format | None) -> Columns:
    """A question, and where there is one its right answer, to be rewarded for.

    Raises:
        ToolError: There is no question.
    """
    if format_ and (format_.messages or format_.prompt):
        return written(version, format_)
    prompt = version.column("prompt") or version.column("text")
    if prompt is None:
        raise ToolError(f"{version.dataset} has no column with questions to answer. {_there(version)}")
    return NONE | {"prompt": prompt}


def tagged(version: Version, format_: Format | None) -> Columns:
    """Words with a tag each, or a text with marked spans.

    Raises:
        ToolError: Neither is there.
    """
    tokens, tags = _named(version, TOKENS), _named(version, TAGS) or _labels_of_words(version)
    if tokens and tags:
        return NONE | {"tokens": tokens, "tags": tags}
    spans = _named(version, SPANS)
    text = version.column("text") or _named(version, ("text", "sentence"))
    if spans and text:
        return NONE | {"text": text, "spans": spans}
    raise ToolError(
        f"{version.dataset} has nothing to learn tags from: it needs a column tokens with a list of words and a column "
        "tags with one tag for each, or a text and a column spans with the start, end and label of each marked piece. "
        f"{_there(version)}"
    )


def rejected_column(version: Version) -> str | None:
    """The column with the worse answers, if there is one."""
    return version.column("rejected") or _named(version, ("rejected", "dispreferred"))


def has_tags(version: Version) -> bool:
    """Whether words or spans are tagged."""
    words = _named(version, TOKENS) and (_named(version, TAGS) or _labels_of_words(version))
    return bool(words or (_named(version, SPANS) and version.column("text")))


def _labels_of_words(version: Version) -> str | None:
    """A column called labels beside words is one of tags."""
    return _named(version, ("labels",)) if _named(version, TOKENS) else None


def _named(version: Version, names: tuple[str, ...]) -> str | None:
    known = {column.lower(): column for column in version.columns if not column.startswith("_")}
    return next((known[name] for name in names if name in known), None)


def _there(version: Version) -> str:
    return f"Its columns are {', '.join(column for column in version.columns if not column.startswith('_'))}."
