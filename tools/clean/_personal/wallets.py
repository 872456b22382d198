"""Addresses of crypto wallets."""

import re

from tools.clean._personal.checksums import base58check, bech32
from tools.clean._personal.spans import Span, apart, is_made_up, said_before

BITCOIN = re.compile(r"(?<![A-Za-z0-9])[13LM][1-9A-HJ-NP-Za-km-z]{25,33}(?![A-Za-z0-9])")
DOGE_TRON = re.compile(r"(?<![A-Za-z0-9])[DT][1-9A-HJ-NP-Za-km-z]{33}(?![A-Za-z0-9])")
SEGWIT = re.compile(r"(?<![A-Za-z0-9])(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,71}(?![A-Za-z0-9])", re.IGNORECASE)
ETHEREUM = re.compile(r"(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])")
NO_CHECK = re.compile(
    r"(?<![A-Za-z0-9])(?:[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}|[1-9A-HJ-NP-Za-km-z]{43,44})(?![A-Za-z0-9])"
)
WORDS = re.compile(r"\b(?:wallet|address|solana|sol|monero|xmr|crypto|donat\w*|send|pay\w*)\b", re.IGNORECASE)
"""Before Solana and Monero addresses, which have no check digits that can be read here."""


def wallet_spans(text: str) -> list[Span]:
    """Bitcoin, Litecoin, Dogecoin, Tron (by their check digits), Ethereum; Solana and Monero if wallets are spoken of.

    Example:
        >>> wallet_spans("tip 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, commit 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3")
        [(4, 38)]
    """
    found = [each.span() for form in (BITCOIN, DOGE_TRON) for each in form.finditer(text) if base58check(each[0])]
    found += [each.span() for each in SEGWIT.finditer(text) if bech32(each[0])]
    found += [each.span() for each in ETHEREUM.finditer(text) if not is_made_up(each[0][2:])]
    found += [
        each.span()
        for each in NO_CHECK.finditer(text)
        if re.search(r"\d", each[0]) and said_before(text, each.start(), WORDS)
    ]
    return apart(found)
