"""Postal addresses: a street with a number, a box, a military post, with the unit, town and post code that follow."""

import re

from tools.clean._personal.spans import Span, apart

_W = r"[^\W\d_a-zäöüßáéíóúàèçñøåðþ][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?"
"""A word with a capital."""
_NUM = r"(?:\d{1,3}(?:[ ,]\d{3})?|\d{1,6})(?:[-/]\d{1,4})?\s?[A-Za-z]?(?![^\W_])\.?"
_ENGLISH = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Av|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Square|Squares|Sq"
    r"|Terrace|Ter|Way|Close|Crescent"
    r"|Cres|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Trail|Trl|Row|Mews|Gardens|Grove|Hill|Rise|Walk|Wharf|Quay"
    r"|Esplanade|Parade"
    r"|Route|Rte|Turnpike|Tpke|Alley|Broadway|Freeway|Plaza|Loop|Landing|Crossing|Pike|Path|Union|Pass|Flats?"
    r"|Bypass|Causeway|Ridge|Green|Vale)"
)
_COMPOUND = (
    r"(?:stra(?:ß|ss)e|str\.?|weg|platz|gasse|allee|ring|damm|ufer|steig|chaussee|straat|laan|plein|gracht|kade"
    r"|dijk|singel|dreef|hof|pad"
    r"|gat(?:an|a|e|en)|gade|vej(?:en)?|vei(?:en)?|väg(?:en)?|gränd|stræde|plads|allé|torg(?:et)?|katu|tie|kuja"
    r"|polku|tänav|stræti|stígur|gata|braut|vegur)"
)
_ROMANCE = (
    r"(?:rue|avenue|boulevard|bd|place|chemin|impasse|all[ée]e|quai|route|cours|faubourg|via|viale|piazza|corso"
    r"|largo|strada|vicolo|calle|c/"
    r"|avenida|avda?\.?|paseo|plaza|carrer|rúa|rua|travessa|praça|alameda|estrada|rodovia|cra\.?|carrera|ul\."
    r"|ulica|ulitsa|al\.|os\.|pl\."
    r"|ул\.|улица|вул\.|пр\.|проспект|jalan|jl\.)"
)
_LATER = (
    r"(?:utca|út|u\.|tér|krt\.?|körút|rkp\.|sokak|sok\.|cad(?:desi|\.)|sk\.|mahallesi|ulice|nám\.|náměstí|gatvė|g\."
    r"|iela|str|tn)"
)
_UNIT = (
    r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|Bldg|Building|Lot|Piso|Puerta|Wohnung|Whg|bus|stair)\b"
    r"\.? ?#?\s?[A-Z]?-?\d{0,5}[A-Z]?\b|#\s?\d{1,5}[A-Z]?\b)"
)
_SMALL = (
    r"(?:of|the|de|del|della|dei|degli|la|le|les|las|los|du|des|da|do|dos|d'|l'|van|von|den|der|het|am|an|im|zum|zur"
    r"|y|e|på|av)"
)
_NAME = rf"{_W}(?:[ ](?:{_SMALL}[ ])*{_W}){{0,4}}?"
_UK = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
_CODE = (
    rf"(?:{_UK}|[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\d{{5}}-\d{{3,4}}\b|\d{{4}} ?[A-Z]{{2}}\b|\d{{3}} \d{{2}}\b"
    r"|(?:[A-Z]{1,2}-)?\d{4,6}\b)"
)
_FLAGS = re.MULTILINE
CORES = tuple(
    re.compile(rf"(?<![\w.$€£#-]){core}", _FLAGS)
    for core in (
        rf"(?:(?:{_UNIT},? )?(?:{_NUM} ){{1,2}}{_NAME} {_ENGLISH}\b\.?)(?: (?:North|South|East|West|[NSEW]\b\.?"
        rf"|NW|NE|SW|SE))?",
        rf"(?:{_NUM} )?(?:{_W}[ -]){{0,3}}[^\W\d_]{{2,}}{_COMPOUND} \d{{1,4}}\s?[a-zA-Z]?\b(?! ?[%€$£])(?!:)",
        rf"(?:{_NUM},? )?(?i:{_ROMANCE}) (?:{_SMALL} ?)*{_NAME}(?: |,? )(?:n[.º°]\s?|no?\.\s?)?\d{{1,5}}\b(?![:%])",
        rf"\d{{1,4}}(?: ?(?:bis|ter))?,? (?i:rue|avenue|boulevard|bd|place|chemin|impasse|allée|quai|route|via"
        rf"|calle|rua) (?:{_SMALL} ?)*{_W}(?: (?:{_SMALL} )*{_W}){{0,4}}",
        rf"(?:{_NUM} )?{_NAME} {_LATER} \d{{1,5}}(?:/\d+)?\.?",
        rf"(?:{_NUM} ){{1,2}}{_NAME} \d{{1,4}}[a-zA-Z]?\b(?=\s?(?:{_UNIT}|[,\n]\s*{_W}))",
        rf"(?:{_NUM} )?(?i:p\.? ?o\.? ?box|post office box|postfach|apartado|casella postale|boîte postale"
        rf") \d{{1,6}}(?: {_NAME} {_ENGLISH}\b)?",
        r"(?:PSC|CMR|Unit) \d{1,5},? Box \d{1,5}",
        r"US[NSC][SVG] [A-Z]\w+",
        rf"(?i:the corner of) {_NAME}(?: \d{{1,5}}\.?)?(?: (?:{_ENGLISH}"
        rf"|str)\b\.?)? (?i:and) {_NAME}(?: (?:{_ENGLISH}|str)\b\.?)?(?: \d{{1,4}})?(?=[\s.,?;]|$)",
    )
)
CUED = re.compile(
    r"(?:\baddress(?:es)?(?: is|:| to| are)?(?: the same:)?|\b(?:lives?|lived|living|residing|resides?|based"
    r"|located|staying) (?:on|at)|\b(?:side|corner) of|\bmeet(?: me)? at"
    rf"|\bdelivered to|\bsen[dt] to|\barrived? at|\bwohnhaft in|\bdomiciliad[oa] en"
    rf")\s+((?:{_NUM} )?{_NAME}(?:,? \d{{1,5}}[a-z]?\b| (?:St\b\.?|street\b)))"
    rf"|\bon\s+({_NAME} (?:St\b\.?|street\b))",
)
"""A street that nothing shows to be one but what is said before it."""
CODE_ALONE = re.compile(
    rf"\b(?:zip(?: ?code)?|post(?:al)? ?code|plz|c[óo]digo postal|code postal|eircode)(?: is|:| =)*\s+({_CODE}"
    rf"|\d{{3,6}}\b)",
    re.IGNORECASE,
)
QUICK = re.compile(
    rf"\b{_ENGLISH}\b|{_COMPOUND} \d|(?:\b|(?<=\s))(?i:{_ROMANCE}) |{_LATER} \d"
    r"|(?i:\b(?:box|corner of|address|zip|post|plz|eircode|sen[dt] to|delivered|live[sd]?|living|resid|based|located"
    r"|staying|wohnhaft|domiciliad|apartado)|\bmeet\b|arrived?|side of)|\b(?:PSC|CMR|Unit|US[NSC][SVG]) "
    rf"|\d [^\W\d_][^\d\n]{{2,50}} \d{{1,4}}[a-zA-Z]?\s?(?:[,\n]|{_UNIT})"
)
"""What every address has one of; most texts have none, and need no closer look."""
SPACED = re.compile(rf"[ \t]*(?:,|\n)?[ \t]*\n?[ \t>]*(?:{_UNIT})", _FLAGS)
TAIL = re.compile(
    rf"(?:\s?[,\n])[\s>]*(?:{_CODE} )?(?:{_W}(?:[ -](?:{_SMALL}[ -])?{_W}){{0,3}})"
    rf"(?:,?\s+(?:[A-Z]{{2}}\b))?(?:,?\s+{_CODE})?(?=[\s.,;:?!)]|$)"
    rf"|\s?,?\s+{_CODE}(?: {_W}(?: {_W})?)?|,? [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?\b"
)
ABBREVIATED = re.compile(r"(?:\b[A-Za-z]{1,4}|\d)\.$")
END_CODE = re.compile(rf"{_CODE}$")
NO_STREET = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Section"
    r"|Chapter|Page|Room|Version|Step"
    r"|Level|Table|Figure|Article|Flight|Gate|Terminal|Windows|iPhone|Galaxy|Order|Ticket|Case|Invoice|Model"
    r"|Type|Phase|Class|Grade|Day|Week)\b"
)


def address_spans(text: str) -> list[Span]:
    """The addresses, each with as much of unit, town and post code as stands there; a town alone is none.

    Example:
        >>> text = "Ship to 12 Oak Street, Apt 4, Leeds LS1 4AP or Hauptstraße 7, 10115 Berlin, not to 3 main problems."
        >>> [text[start:end] for start, end in address_spans(text)]
        ['12 Oak Street, Apt 4, Leeds LS1 4AP', 'Hauptstraße 7, 10115 Berlin']
    """
    if text.islower() and len(text.title()) == len(text):
        text = text.title()
    if not QUICK.search(text):
        return []
    found = [
        (each.start(), _whole(text, each.end()))
        for core in CORES
        for each in core.finditer(text)
        if _is_street(each[0])
    ]
    for each in CUED.finditer(text):
        start, end = each.span(each.lastindex or 0)
        if _is_street(text[start:end]):
            found.append((start, _whole(text, end)))
    found += [each.span(1) for each in CODE_ALONE.finditer(text)]
    return apart(sorted(found, key=lambda span: (span[0], -span[1])))


def _is_street(core: str) -> bool:
    year_alone = re.fullmatch(r"[^\W\d_]+ (?:19|20)\d\d", core)  # "During 2017"
    return not NO_STREET.search(core) and not year_alone and not re.fullmatch(r"\d+ (?:St|Way|Pass|Place|Row)\.?", core)


def _whole(text: str, end: int) -> int:
    """Where the address ends that has its street before `end`."""
    if unit := SPACED.match(text, end):
        end = unit.end()
    for _ in range(4):
        tail = TAIL.match(text, end)
        if not tail or not _is_town(text, tail):
            break
        end = tail.end()
        if END_CODE.search(tail[0]):
            break
    return end - (text[end - 1] == "." and not ABBREVIATED.search(text, max(0, end - 9), end))


def _is_town(text: str, tail: re.Match[str]) -> bool:
    """Whether what follows a street belongs to it, rather than to the next sentence or line."""
    words = re.findall(r"[^\W\d_]+", tail[0])
    if (
        ("\n\n" in tail[0] and not END_CODE.search(tail[0]))
        or NO_STREET.search(tail[0])
        or re.search(r":", text[tail.end() : tail.end() + 2])
    ):
        return False
    if END_CODE.search(tail[0]) or re.search(r"\d{3}", tail[0]):
        return True
    later = text[tail.end() : tail.end() + 3]
    followed = not later.strip() or later.lstrip(" ")[:1] in ".,\n?!;)" or later.startswith(" for")
    return followed and len(words) <= 4 and words[0] not in _NOT_TOWNS


_NOT_TOWNS = frozenset(
    "I We You He She They It The A An And Please Thank Thanks My Our Your Phone Tel Mobile Email Call Dear Hi Regards"
    " Mr Mrs Ms Dr".split()
)
