"""The licence that is spelled out, in the words of the Hub: "CC BY 4.0", "under the Apache 2.0 licence"."""

import re

_CREATIVE = re.compile(
    r"\bcc[\s-]*by(?P<more>(?:[\s-]*(?:nc|sa|nd))*)(?:[\s-]*v?(?P<number>[1-4](?:\.\d)?))?(?![\w.]*\d)(?!\w)",
    re.IGNORECASE,
)
_ZERO = re.compile(r"\bcc[\s-]?0(?:[\s-]*v?1\.0)?(?!\w)|\bcreative commons zero\b", re.IGNORECASE)
_AFTER_LICENCE = re.compile(
    r"\b(?:licen[cs]e(?:d)?(?: as| is| under| to be| it| them)*|licen[cs]ing|lizenz|licencia"
    r"|licença)\s*[:=]?\s*(?:the )?[\"'“‘]?"
    r"([a-z][a-z0-9]*(?:[.-][a-z0-9]+)*)",
    re.IGNORECASE,
)
_BEFORE_LICENCE = re.compile(r"\b([a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:[ -]v?\d(?:\.\d)?)?)[\s-]licen[cs]e\b", re.IGNORECASE)
_NO_LICENCE = frozenset(
    """a an the it its is to for of on in and or none unknown yet too please with by as our my no any this that these
    those open free same public private own under proper right some which what question other be not set""".split()
)
_KNOWN = {
    "odc-by": r"odc[\s-]*by(?:-1\.0)?|odc-by attribution",
    "odbl": r"odbl(?:[\s-]*1\.0)?|open database licen[cs]e",
    "pddl": r"pddl(?:[\s-]*1\.0)?",
    "apache-2.0": r"apache(?:[\s-]*(?:licen[cs]e)?[\s-]*v?2(?:\.0)?)?",
    "mit": r"mit(?= licen[cs]e|\s*(?:$|[,.;!)])| please)",
    "gpl-3.0": r"gpl[\s-]*v?3(?:\.0)?",
    "gpl-2.0": r"gpl[\s-]*v?2(?:\.0)?",
    "agpl-3.0": r"agpl(?:[\s-]*v?3(?:\.0)?)?",
    "lgpl-3.0": r"lgpl(?:[\s-]*v?3(?:\.0)?)?",
    "bsd-3-clause": r"bsd[\s-]*3(?:[\s-]*clause)?",
    "bsd-2-clause": r"bsd[\s-]*2(?:[\s-]*clause)?",
    "bigscience-openrail-m": r"bigscience-openrail-m",
    "openrail": r"open[\s-]?rail",
    "mpl-2.0": r"mpl[\s-]*2(?:\.0)?",
    "cdla-permissive-2.0": r"cdla[\s-]permissive[\s-]2(?:\.0)?",
    "cdla-permissive-1.0": r"cdla[\s-]permissive(?:[\s-]1(?:\.0)?)?",
    "cdla-sharing-1.0": r"cdla[\s-]sharing(?:[\s-]1(?:\.0)?)?",
    "c-uda": r"c-uda",
    "etalab-2.0": r"etalab(?:[\s-]*2(?:\.0)?)?",
    "dl-de-by-2.0": r"dl-de[\s-]by[\s-]2(?:\.0)?",
    "unlicense": r"(?:the )?unlicense",
    "wtfpl": r"wtfpl",
    "isc": r"isc(?= licen[cs]e|\s*(?:$|[,;!)]))",
    "gfdl": r"gfdl",
    "afl-3.0": r"afl-3\.0",
    "eupl-1.2": r"eupl(?:[\s-]*1\.2)?",
}


def licence(wish: str) -> str | None:
    """The licence that rows are published under, or None."""
    if _ZERO.search(wish):
        return "cc0-1.0"
    if found := _CREATIVE.search(wish):
        more = "".join(f"-{part}" for part in re.findall(r"nc|sa|nd", found["more"].lower()))
        number = found["number"] or "4.0"
        return f"cc-by{more}-{number if '.' in number else f'{number}.0'}"
    for name, words in _KNOWN.items():
        if re.search(rf"(?<![\w/-])(?:{words})(?![\w/-])", wish, re.IGNORECASE):
            return name
    for pattern in (_AFTER_LICENCE, _BEFORE_LICENCE):
        if (found := pattern.search(wish)) and found[1].lower() not in _NO_LICENCE:
            return found[1].lower().replace(" ", "-")
    return None
