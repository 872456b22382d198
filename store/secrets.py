"""Keys are recognised by their form, or by standing in the environment, and masked before they are kept."""

import logging
import os
import re
from collections.abc import Mapping

KNOWN = re.compile(
    r"\bhf_[A-Za-z0-9]{16,}"  # the Hugging Face Hub
    r"|\bsk-[A-Za-z0-9_-]{16,}"  # OpenAI, Anthropic and many that speak like them
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bxox[abeprs]-[\w-]{10,}"
    r"|\bAIza[\w-]{30,}"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"  # a signed web token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
"""Forms that nothing but a key has."""
NAMED = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE)$")
"""Variables of the environment that hold one."""
SHORTEST = 8
"""Letters from which a value of the environment is looked for; a shorter one would be found in ordinary words."""
MASK = "[key masked]"


def masked(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """The text with a mask in the place of every key that is recognised.

    Example:
        >>> masked("my token is hf_abcdefghijklmnopqrst, thanks", {})
        'my token is [key masked], thanks'
    """
    for name, value in environ.items():
        if len(value) >= SHORTEST and value in text and NAMED.search(name.upper()):
            text = text.replace(value, MASK)
    return KNOWN.sub(MASK, text)


class Masking(logging.Formatter):
    """Writes a line of a log, its traceback too, without the keys in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return masked(super().format(record))


def log_to(handler: logging.Handler) -> None:
    """Let the program's log go to a handler, masked; warnings and worse."""
    handler.setFormatter(Masking("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
