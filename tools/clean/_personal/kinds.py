"""The kinds of personal data: what finds each, what is written in its place, and which goes before which."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tools.clean._personal import stand_ins
from tools.clean._personal.accounts import account_spans
from tools.clean._personal.addresses import address_spans
from tools.clean._personal.births import birth_spans
from tools.clean._personal.cards import card_spans
from tools.clean._personal.emails import email_spans
from tools.clean._personal.handles import handle_spans
from tools.clean._personal.ibans import iban_spans
from tools.clean._personal.identity import identity_spans
from tools.clean._personal.name_lists import folded
from tools.clean._personal.names import name_spans
from tools.clean._personal.networks import network_spans
from tools.clean._personal.spans import Find, Span, apart
from tools.clean._personal.stand_ins import Key
from tools.clean._personal.wallets import wallet_spans

StandIn = Callable[[str, Key], str]


@dataclass(frozen=True)
class Personal:
    """One kind."""

    noun: str
    """What it is called, for one and for several, as in `store.counted`."""
    mask: str
    find: Find
    stand_in: StandIn
    suspect: str
    """RE2 pattern: a text without it has none of the kind."""
    after: tuple[str, ...] = ()
    """Kinds that go first: what is one of them is not of this kind."""
    made_up: Callable[[str], bool] = lambda value: False
    """Whether a value is a stand-in, so that it is not found again."""


def _numbers(kind: str, keep: int = 0) -> StandIn:
    return lambda value, key: stand_ins.digits(kind, value, key, keep)


def _phones(text: str) -> list[Span]:
    from tools.clean._phone import phone_spans  # noqa: PLC0415  phonenumbers takes a tenth of a second

    return phone_spans(text)


def _phone(value: str, key: Key) -> str:
    country = re.match(r"\+\d{1,3}(?=\D)", value)
    return stand_ins.digits("phone", value, key, country.end() if country else 0)


def _coined(value: str) -> bool:
    return any(folded(word) in stand_ins.made_up_names() for word in re.findall(r"[^\W\d_]+", value))


def _coined_street(value: str) -> bool:
    return any(word in stand_ins.made_up_streets() for word in value.split())


def _coined_phone(value: str) -> bool:
    return bool(re.match(r"(?:\+\d{1,3}(?=\D))?\D*0\D*0\D*0", value))


KINDS: dict[str, Personal] = {
    "email_addresses": Personal(
        "e-mail address|e-mail addresses", "<EMAIL>", email_spans, stand_ins.email,
        r"@|(?i)[\[({]\s?at\s?[\])}]|\sdot\s",
    ),
    "web_handles": Personal(
        "name on the web|names on the web", "<HANDLE>", handle_spans, stand_ins.handle,
        r"(?i)@[a-z_]|://|www\.|\.\w+/|\bu/\w|user|login|handle|nick|skype|discord|twitch|telegram|snap|insta"
        r"|tik ?tok|wechat|psn|steam|tag",
        ("email_addresses",),
    ),
    "crypto_wallets": Personal(
        "wallet address|wallet addresses", "<WALLET>", wallet_spans, _numbers("wallet", 2), r"[0-9A-Za-z]{25}",
    ),
    "bank_accounts": Personal(
        "IBAN|IBANs", "<IBAN>", iban_spans, _numbers("iban", 2), r"[A-Za-z]{2}\d\d(?:[ -]?[A-Za-z0-9]){11}",
        ("crypto_wallets",),
    ),
    "payment_cards": Personal(
        "card number|card numbers", "<CARD>", card_spans, _numbers("card"), r"\d(?:[ -]?\d){11}", ("bank_accounts",),
    ),
    "network_addresses": Personal(
        "IP or MAC address|IP or MAC addresses", "<IP>", network_spans, stand_ins.network,
        r"\d\.\d{1,3}\.\d{1,3}\.\d|[0-9A-Fa-f]*:[0-9A-Fa-f]*:|[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-"
        r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.",
    ),
    "identity_numbers": Personal(
        "identity number|identity numbers", "<ID>", identity_spans, _numbers("identity"), r"\d(?:.{0,3}\d){3}",
        ("bank_accounts", "payment_cards", "network_addresses"),
    ),
    "birth_dates": Personal(
        "date of birth|dates of birth", "<DATE_OF_BIRTH>", birth_spans, stand_ins.birth,
        r"(?i)d\.?o\.?b|birth|born|geb|n[ée]e? le|naissance|nacid|nacimiento|nat[oa] |nascita|nascimento|geboor"
        r"|f[øö]dt|född|\([b*]",
    ),
    "account_numbers": Personal(
        "account or record number|account or record numbers", "<ACCOUNT>", account_spans, _numbers("account"),
        r"\d(?:[- ]?[\dA-Z]){3}", ("bank_accounts", "payment_cards", "identity_numbers"),
    ),
    "phone_numbers": Personal(
        "phone number|phone numbers", "<PHONE>", _phones, _phone, r"(?:\d[\s().\-\/\x{a0}]{0,3}){7}",
        ("bank_accounts", "payment_cards", "network_addresses", "identity_numbers", "birth_dates", "account_numbers"),
        made_up=_coined_phone,
    ),
    "postal_addresses": Personal(
        "postal address|postal addresses", "<ADDRESS>", address_spans, stand_ins.address, r"\d|corner of",
        ("payment_cards", "network_addresses", "birth_dates"), made_up=_coined_street,
    ),
    "person_names": Personal(
        "name of a person|names of persons", "<NAME>", name_spans, stand_ins.name,
        r"\p{Lu}|\p{Lo}|(?i)name|called|call me|\bm(?:r|rs|s)\b|miss|\bdr\b|\p{Ll}{3} \p{Ll}{3}",
        ("email_addresses", "web_handles", "postal_addresses"), made_up=_coined,
    ),
}  # fmt: skip
"""Each kind goes after those above it."""


def spans_of(kind: str, text: str) -> list[Span]:
    """Where a text has personal data of a kind that is not of a kind that goes first, and is not made up."""
    personal = KINDS[kind]
    found = [span for span in personal.find(text) if not personal.made_up(text[slice(*span)])]
    if not found or not personal.after:
        return found
    return apart(found, [span for first in personal.after for span in spans_of(first, text)])


def all_spans(text: str) -> list[tuple[str, Span]]:
    """Everything that is found, of every kind, in order."""
    return sorted(((kind, span) for kind in KINDS for span in spans_of(kind, text)), key=lambda found: found[1])


def written(kind: str, text: str, instead: Callable[[str], str]) -> str:
    """The text with something else instead of its personal data of a kind."""
    for start, end in reversed(spans_of(kind, text)):
        text = f"{text[:start]}{instead(text[start:end])}{text[end:]}"
    return text
