"""The one way to write a value as its column does, if there is one."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from tools.clean._patterns import NUMBER, Pattern, skeleton

Way = Callable[[str, Pattern], tuple[str, str] | None]
"""Gives the value in the pattern of the column, and how it was found."""
MONTHS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%Y-%b-%d", "%d %b, %Y", "%b %d %Y", "%B %d %Y")
ORDERS = ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y")
STRAY = "'\"`~*?!#^_=| \t\u00a0"
LOOKALIKES = "OoIlSsBZzq"
"""Letters that may be a digit badly read, so that they are no unit."""
SEEN = 2
"""The cells that a value needs for it to be evidence."""
WORDS = 2_000
"""Values among which a garbled one is looked for."""


def reformatted(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """The value in the pattern of its column and how it was found, if every way to read it gives the same."""
    found = [way(value, pattern) for way in WAYS]
    read = [(new, how) for each in found if each for new, how in [each] if new != value and pattern.follows(new)]
    return read[0] if len({new for new, _ in read}) == 1 else None


def garbled(value: str, pattern: Pattern) -> bool:
    """Whether a value would follow the pattern if some letters in it were digits, such as "1O0"."""
    return any(pattern.follows(text) for text in _with_digits(value))


def stripped(value: str, _: Pattern) -> tuple[str, str] | None:
    """Without stray signs around it."""
    return value.strip(STRAY), "without stray signs"


def inside(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """The one part between spaces that follows the pattern, where that is more than a number: a time after a date."""
    parts = value.split()
    runs = {
        " ".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, min(start + 4, len(parts) + 1))
    }
    fits = [run for run in runs if len(re.findall(r"\d+", run)) > 1 and pattern.follows(run)]
    if pattern.number or len(parts) < 2 or not fits:
        return None
    longest = max(fits, key=len)
    return (longest, "the part that is written like the others") if all(run in longest for run in fits) else None


def without_unit(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """A plain number without its currency or unit; a percentage only if a hundredth of it would be out of range."""
    found = re.fullmatch(rf"([$€£¥]?)\s*({NUMBER.pattern})\s*(%|[A-Za-z€£¥$]{{0,4}})", value)
    if not pattern.number or not found:
        return None
    number = float(found[2])
    if found[5] and found[5] in LOOKALIKES:
        return None
    if not pattern.within(number) or (found[5] == "%" and pattern.within(number / 100)):
        return None
    return found[2], "without the unit"


def thousands(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """A plain number without separators of thousands, or with a point for the comma."""
    if not pattern.number:
        return None
    if re.fullmatch(r"[+-]?\d{1,3}([ ,']\d{3})+(\.\d+)?", value):
        plain = re.sub(r"[ ,']", "", value)
        return (plain, "without separators of thousands") if pattern.within(float(plain)) else None
    if re.fullmatch(r"[+-]?\d+,\d+", value):
        return value.replace(",", "."), "with a point for the comma"
    return None


def with_sign(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """A bare number with the text that stands around all others, such as a percent sign."""
    texts = pattern.skeletons
    if pattern.number or not NUMBER.fullmatch(value) or len({re.sub("#[.#]*", "#", text) for text in texts}) != 1:
        return None
    around = re.sub("#[.#]*", "#", texts[0])
    if around.count("#") != 1 or not pattern.within(float(value)) or not pattern.within(max(1.0, float(value))):
        return None
    return around.replace("#", value), "with the sign that the others have"


def same_signs(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """The same digits and letters with the usual signs between them: one sign for another, or one left out."""
    if pattern.number:
        return None
    news: set[str] = set()
    for text in pattern.skeletons:
        runs = re.findall(r"\d+", value)
        mine = re.sub(r"\d+", "#", value)
        same = pattern.lengths == tuple(map(len, runs)) and not any(sign.isalpha() for sign in mine + text)
        if len(runs) == text.count("#") and (same or _near(mine, text)):
            news.add(_with(text, runs))
    news |= set(_punctuated(value, pattern))
    return (news.pop(), "with the signs that the others have") if len(news) == 1 else None


def _near(mine: str, text: str) -> bool:
    """Whether two skeletons have their digits in the same places and differ in few signs."""
    if len(mine) != len(text) or any((a == "#") != (b == "#") for a, b in zip(mine, text, strict=True)):
        return False
    differ = [(a, b) for a, b in zip(mine, text, strict=True) if a != b]
    letters = sum(a.isalpha() and b.isalpha() for a, b in differ)
    return len(differ) <= max(1, len(text) // 4) and letters <= len(text) // 5


def _with(text: str, runs: list[str]) -> str:
    digits = iter(runs)
    return re.sub("#", lambda _: next(digits), text)


def _punctuated(value: str, pattern: Pattern) -> Iterator[str]:
    """The value with signs put in, where its digits and letters come as in the others: 5551234 for 555-1234."""
    text = pattern.skeletons[0]
    if value.isdigit() and len(value) == sum(pattern.lengths) and not any(sign.isalpha() for sign in text):
        places = [sum(pattern.lengths[:n]) for n in range(len(pattern.lengths) + 1)]
        yield _with(text, [value[a:b] for a, b in zip(places, places[1:], strict=False)])
    mine, model = (re.findall(r"\d+|[^\W\d_]+", each) for each in (value, next(iter(pattern.counts))))
    alike = len(mine) == len(model) > 1 and all(a.isdigit() == b.isdigit() for a, b in zip(mine, model, strict=True))
    if alike and len(pattern.shapes) == 1 and not all(part.isdigit() for part in mine):
        pieces = iter(mine)
        new = re.sub(r"\d+|[^\W\d_]+", lambda _: next(pieces), next(iter(pattern.counts)))
        if skeleton(new) in pattern.texts:
            yield new


def as_date(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """A date written otherwise, if day and month cannot be mixed up."""
    order, sign = _order(pattern)
    if order is None:
        return None
    days = {day for day in _dates(value)}
    return (days.pop().strftime(order.replace("-", sign)), "the same date") if len(days) == 1 else None


def _order(pattern: Pattern) -> tuple[str | None, str]:
    text = pattern.skeletons[0] if pattern.skeletons else ""
    if not re.fullmatch(r"#([-/.])#\1#", text) or len(pattern.lengths) != 3:
        return None, ""
    sign = text[1]
    some = list(pattern.counts)[:WORDS]
    able = [order for order in ORDERS if all(_parsed(v, order.replace("-", sign)) for v in some)]
    return (able[0], sign) if len(able) == 1 else (None, "")


def _dates(value: str) -> Iterator[date]:
    for form in MONTHS:
        if day := _parsed(value, form):
            yield day
    plain = re.sub(r"[/. ]", "-", value)
    for form in ORDERS:
        if day := _parsed(plain, form):
            yield day


def _parsed(value: str, form: str) -> date | None:
    try:
        return datetime.strptime(value, form).date()
    except ValueError:
        return None


def as_time(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """A time of day with another way to write a.m. and p.m."""
    half = re.compile(r"(.*?)(\d{1,2}:\d\d)\s*([ap])\.?\s?m?\.?\s*", re.IGNORECASE)
    found = half.fullmatch(value)
    usual = {text for v in list(pattern.counts)[:WORDS] for text in [re.sub(r"^\d{1,2}:\d\d", "", v)]}
    ends = [end for end in usual if found and end.strip().lower().startswith(found[3].lower())]
    if (
        not found
        or any(c.isalpha() for c in found[1])
        or len(ends) != 1
        or not re.fullmatch(r"\s?[apm.]+", ends[0].lower())
    ):
        return None
    return found[2] + ends[0], "the same time"


def known(value: str, pattern: Pattern) -> tuple[str, str] | None:
    """The one value of the column that is the same where letters stand for digits, such as 100% for x00%.

    Of measurements, one that is there already is no likelier than another.
    """
    if pattern.number and not pattern.lengths:
        return None
    able = (
        {re.compile(re.sub(r"\\?[^\W\d_]", ".", re.escape(value)))}
        if garbled(value, pattern)
        else set[re.Pattern[str]]()
    )
    fits = [v for form in able for v, n in list(pattern.counts.items())[:WORDS] if n >= SEEN and form.fullmatch(v)]
    return (fits[0], "the only value of the column that fits") if len(fits) == 1 else None


def _with_digits(value: str) -> Iterator[str]:
    letters = [n for n, sign in enumerate(value) if sign.isalpha()]
    if any(sign.isdigit() for sign in value) and 0 < len(letters) <= 2:
        yield "".join("0" if n in letters else sign for n, sign in enumerate(value))
    for n in letters[:3]:
        yield value[:n] + "0" + value[n + 1 :]


WAYS: tuple[Way, ...] = (stripped, inside, without_unit, thousands, with_sign, same_signs, as_date, as_time, known)
