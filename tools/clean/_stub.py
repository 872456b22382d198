"""Words that stand where something should be: "noinput", [insert name here], <image>."""

import re

_EDGE = r"[\s\"'“”‘’`*_.<(\[{}\])>!-]*"
_REST = (
    r"(?:[ ,-]*(?:is|are|was|needed|required|necessary|given|provided|available|applicable|specified|found|here"
    r"|for this (?:task|instruction)))*"
)
_FIELD = (
    r"(?:in|out)puts?|context|content|data|text|response|answer"
    r"|(?:additional|extra|further) (?:input|information|context)"
)
NOTHING = re.compile(
    rf"{_EDGE}(?:(?:in|out)put\s*:\s*{_EDGE})?"
    rf"(?:(?:there (?:is|are) )?(?:no|not|non|none|without|null|empty|blank)[ _-]*(?:{_FIELD}){_REST}"
    r"|n\.?\s?/\s?a|n\.?a|nil|none|nan|null|nothing|undefined|none (?:is )?(?:needed|required|given|provided)|empty"
    r"|[-–—_.?…]"
    r"|not[ _](?:applicable|available|provided|given|specified|needed|required)"
    rf"|(?:input|output|context)[: ]*(?:is )?(?:not )?(?:n/?a|none|empty|null|blank|applicable|required|needed"
    rf"|provided))"
    rf"{_EDGE}",
    re.IGNORECASE,
)
"""The whole of a field that says that there is nothing in it."""
MARK = re.compile(
    r"[<\[({]\s*no[ _-]?(?:in|out)puts?\b[^<>\[\](){}\n]{0,60}[>\])}]|(?<![-\w.])no(?:in|out)puts?\b(?![(=\w]|\.\w)",
    re.IGNORECASE,
)
"""Such a mark, alone or among other words. "No input" without brackets is English, and --noinput a setting."""
MEDIA = (
    r"(?:images?|photos?|photographs?|pictures?|pics?|paintings?|drawings?|sketch(?:es)?|videos?|film|clips?|audio|sounds?"
    r"|recordings?|songs?|music|melody|musical (?:piece|composition|notation)|gifs?|graphics?|visuals?|logos?"
    r"|icons?|posters?"
    r"|banners?|flyers?|infographics?|diagrams?|flow ?charts?|(?:bar|pie|line) charts?|charts?|graphs?|plots?|maps?"
    r"|memes?"
    r"|cartoons?|animations?|screenshots?|word clouds?|mind maps?|collages?)"
)
"""What is not made of words."""
_FILE = (
    r"(?:documents?|(?:news )?articles?|passages?|paragraphs?|essays?|letters?|reports?|files?|attachments?"
    r"|spreadsheets?"
    r"|tables?|datasets?|data|pdfs?|code(?: snippets?)?|texts?|transcripts?|links?|urls?|e-?mails?)"
)
_PUT = r"(?:insert|enter|add|place|paste|type|upload|attach|embed|see)"
_OWN = r"(?:(?:the|a|an|your|legal|output|input|attached) )*"
_PLACED = rf"(?:{_PUT} )?{_OWN}(?:{MEDIA}|{_FILE})(?: (?:design|output|here|file|goes|attached|below|above|url|link))*"
_NAMED = r"[\w-]+\.(?:jpe?g|png|gif|bmp|svg|webp|mp[34]|wav|ogg|avi|mov|pdf|docx?|xlsx?|csv)"
STUB = re.compile(
    rf"\s*(?:[\[<({{]+\s*(?:{_PLACED}|{_NAMED}|{_PUT} [^\]>)}}\n]{{1,60}})\s*[\]>)}}]+"
    rf"|(?:insert|enter|your) (?:your |the )?\w+ here|lorem ipsum\b.*|x{{3,}}|\.{{3,}}|_{{2,}}|…|tbd|todo)\s*\.?\s*",
    re.IGNORECASE | re.DOTALL,
)
"""The whole of a field that only holds the place of something: [image], <Insert Bar Chart>, [flag.jpg], lorem ipsum."""
DESCRIBED = re.compile(
    rf"\s*[\[<({{]+\s*{_OWN}(?:\w+ )?{MEDIA} (?:of|showing|shows|depicting|with"
    rf"|that)\b[^\])>}}\n]{{1,300}}[\])>}}]+\s*\.?\s*",
    re.IGNORECASE,
)
"""A picture or sound told of in brackets: [Image of a cat]."""
BLANK = re.compile(r"[\[<{](?:insert|enter|add|fill in|your|type)\b[^\]>}\n]{1,60}[\]>}]", re.IGNORECASE)
"""A blank to fill in among other words: [insert name]."""


def says_nothing(text: str) -> bool:
    """Whether a field says that there is nothing in it.

    Example:
        >>> says_nothing('"<noinput>"'), says_nothing("No input is required."), says_nothing("None of them came")
        (True, True, False)
    """
    return len(text) <= 120 and NOTHING.fullmatch(text) is not None


def is_stub(text: str) -> bool:
    """Whether a field only holds the place of something else.

    Example:
        >>> is_stub("[Insert bar chart]"), is_stub("<image>"), is_stub("[1, 2, 3]"), is_stub("<h1>Hello</h1>")
        (True, True, False, False)
    """
    return len(text) <= 2_000 and STUB.fullmatch(text) is not None


def without_marks(text: str) -> str | None:
    r"""The text without lines that are nothing but a mark; None if one stands among words, or nothing is left.

    Example:
        >>> without_marks("<noinput>\nA B A"), without_marks("Larry <noinput> the door.")
        ('A B A', None)
    """
    kept = [line for line in text.split("\n") if not (MARK.search(line) and not MARK.sub("", line).strip(" \t.\"'-:*"))]
    mended = "\n".join(kept).strip()
    return mended if mended and not MARK.search(mended) else None
