"""What is written in the place of personal data, so that the same person, address or number stays the same one.

What is chosen follows from the value and a secret key by HMAC-SHA256 (RFC 2104): the same value gives the same stand-in
in every column and version, and nobody without the key can go back, not even by trying all values. Numbers keep their
form and begin as none does that is given out; names come from small lists of coined ones, so that two people of a
large dataset can share one.
"""

import hashlib
import hmac
import re
import secrets
import tomllib
from functools import cached_property, lru_cache
from pathlib import Path

from tools.clean._personal.name_lists import FEMALE, MALE, folded, lists
from tools.clean._personal.spans import ZEROS

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"[^\W_]")
_FIRST_DAY = re.compile(
    r"(?:\d{4}\W)?(?:0?1|1st|January)\W(?:of )?(?:0?1|1st|January)(?:\W? ?(?:\d{4}|\d\d))?(?:[ T][01:]+)?",
    re.IGNORECASE,
)


class Key:
    """A project's secret, made when it is first needed.

    Args:
        file: Where it is kept; readable by its owner alone.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _secret(self) -> bytes:
        if not self._file.exists():
            beside = self._file.with_suffix(f".{secrets.token_hex(4)}")
            beside.touch(mode=0o600)
            beside.write_bytes(secrets.token_bytes(32))
            try:
                self._file.hardlink_to(beside)  # of two that come at once the first one's holds
            except FileExistsError:
                pass
            finally:
                beside.unlink()
        return self._file.read_bytes()

    def number(self, kind: str, value: str) -> int:
        """A number of 256 bits that follows from a value."""
        said = f"{kind}\0{value}".encode()
        return int.from_bytes(hmac.new(self._secret, said, hashlib.sha256).digest(), "big")

    def pick(self, kind: str, value: str, among: tuple[str, ...]) -> str:
        """One of several, by a value."""
        return among[self.number(kind, value) % len(among)]


@lru_cache(maxsize=1)
def _made_up() -> dict[str, tuple[str, ...]]:
    text = Path(__file__).with_name("made_up.toml").read_text("utf-8")
    return {name: tuple(words.split()) for name, words in tomllib.loads(text).items()}


@lru_cache(maxsize=1)
def made_up_names() -> frozenset[str]:
    """The coined names, folded."""
    return frozenset(folded(word) for name in ("women", "men", "surnames") for word in _made_up()[name])


@lru_cache(maxsize=1)
def made_up_streets() -> frozenset[str]:
    """The coined streets."""
    return frozenset(_made_up()["streets"])


def name(value: str, key: Key) -> str:
    """Word by word, so that "Ana Ruiz", "Ana" and "Mrs Ruiz" go on being one person; capitals stay as they are."""
    words = value.split()
    given = len(words) - 1 if len(words) > 1 else folded(value) in lists().first
    return " ".join(_coined(word, place < given, key) for place, word in enumerate(words))


def _coined(word: str, given: bool, key: Key) -> str:
    core = folded(re.sub(r"[^\w'-]", "", word))
    if len(core) < 2:
        return word
    sex, known = lists().first.get(core), _made_up()
    first = {FEMALE: known["women"], MALE: known["men"]}.get(sex or 0, known["women"] + known["men"])
    coined = key.pick("name", core, first if given else known["surnames"])
    return coined.lower() if word.islower() else coined.upper() if word.isupper() else coined


def address(value: str, key: Key) -> str:
    """A number, a coined street and, if the address has more than a line's beginning, a coined town."""
    plain = " ".join(folded(value).split())
    street = key.pick("street", plain, _made_up()["streets"])
    told = f"{key.number('house', plain) % 899 + 100} {street} Street"
    return f"{told}, {key.pick('town', plain, _made_up()['towns'])}" if re.search(r"[,\n]", value) else told


def digits(kind: str, value: str, key: Key, keep: int = 0) -> str:
    """The same form with other letters and digits; its digits begin with zeros.

    Args:
        kind: Of which kind the number is.
        value: The number, with its spaces and signs.
        key: The project's secret.
        keep: How many characters stay, such as the country of an account.
    """
    stream = key.number(kind, "".join(_FORM.findall(value[keep:])).lower())
    zeros = len(ZEROS) if sum(map(str.isdigit, value[keep:])) > 5 else 2
    said = list[str]()
    for char in value[keep:]:
        stream, rest = divmod(stream, 26 * 10) if stream else (key.number(kind, value + str(len(said))), 7)
        if char.isdigit():
            said.append("0" if zeros > 0 else str(rest % 10))
            zeros -= 1
        elif char.isalpha() and char.isascii():
            letter = _LETTERS[rest // 10]
            said.append(letter.upper() if char.isupper() else letter)
        else:
            said.append(char)
    return value[:keep] + "".join(said)


def email(value: str, key: Key) -> str:
    """At a domain that cannot be (RFC 2606)."""
    who = f"user.{key.number('email', value.strip('<>').lower()) % 16**8:08x}@mail.invalid"
    return f"<{who}>" if value.startswith("<") else who


def handle(value: str, key: Key) -> str:
    """A name such as user_3fa9c1; of an address on the web, its site stays."""
    coined = f"user_{key.number('handle', value.lstrip('@').lower()) % 16**6:06x}"
    if value.startswith("@"):
        return f"@{coined}"
    site = re.match(r"(?i)((?:https?://)?(?:www\.)?(?:[\w-]+\.)+[a-z]{2,12}/)", value)
    return f"{site[1]}{coined}" if site else f"https://{coined}.invalid" if "." in value and "/" in value else coined


def network(value: str, key: Key) -> str:
    """In a range that is nobody's: RFC 2544, RFC 3849, or a MAC address that no maker gives out."""
    number = key.number("network", value.lower())
    if re.fullmatch(r"[\d.]+", value) and value.count(".") == 3:
        return f"198.{18 + number % 2}.{number // 2 % 256}.{number // 512 % 256}"
    if "::" in value or value.count(":") > 5 and not re.fullmatch(r"(?:\w\w:){5}\w\w", value):
        return f"2001:db8::{number % 65536:x}:{number // 65536 % 65536:x}"
    twelve = iter(f"020000{number % 16**6:06x}")
    return "".join(next(twelve) if char.isalnum() else char for char in value)


def birth(value: str, key: Key) -> str:
    """The first of January of a year near by, in the same form; such a day says nothing more and stays."""
    if _FIRST_DAY.fullmatch(value):
        return value
    year = re.search(r"(?:18|19|20)\d\d|(?<=\D)\d\d$", value)
    if not year:
        return digits("birth", value, key)
    near, width = int(year[0]) + key.number("birth", value) % 5 - 2, len(year[0])
    before, after = _first_day(value[: year.start()]), _first_day(value[year.end() :])
    return f"{before}{near % 10**width:0{width}}{after}"


def _first_day(part: str) -> str:
    part = re.sub(r"\d+", lambda found: "1".zfill(len(found[0])), part)
    return re.sub(
        r"(?!st\b|nd\b|rd\b|th\b|of\b|de\b)[^\W\d_]+\.?", "January", re.sub(r"(?<=1)(?:nd|rd|th)\b", "st", part)
    )
