"""Numbers by which an organisation knows a person: of a record, a customer, a policy, an account."""

import re

from tools.clean._personal.spans import Span, apart, is_made_up

_WHO = (
    r"(?:m\.?r\.?n\.?|(?:medical|health|hospital|patient|chart|customer|client|account|acct|a/c|member(?:ship)?"
    r"|subscriber"
    r"|policy|insurance|beneficiary|employee|staff|personnel|student|enrol?ment|matriculation|loyalty|frequent flyer"
    r"|bank account|giro|medicare|medicaid|case|docket|inmate|user|tax(?:payer)?|pension|loan|mortgage"
    r"|kunden|konto|versicherten|mitglieds?|personal|matrikel|patienten|akten|vertrags?"
    r"|n[uú]mero de (?:cliente|cuenta|socio|paciente)|num[ée]ro (?:de )?(?:client|compte|dossier|patient)|klant"
    r"|rekening)"
    r"(?:[ -]?(?:record|file|chart|health|insurance|account|service))?)"
)
_NUMBER_WORD = r"(?:numbers?|num\b|no\b\.?|nr\b\.?|id\b|ids\b|identifier|#|№|code|nummer|ref(?:erence)?)"
_LINK = r"(?:\s*(?::|=|#|\bis\b|\bare\b|\bof\b|\(|ist|est|es)\s*){0,3}"
_VALUE = r"(?<![\w@])((?:[A-Za-z]{1,4}[- ]?)?\d(?:[- ]?[\dA-Z]){2,18})(?![\w@-]|[.,]\d|\s?%)"
WITH_WORD = re.compile(rf"(?<![^\W_]){_WHO}[ -]?{_NUMBER_WORD}{_LINK}\s?{_VALUE}", re.IGNORECASE)
BARE = re.compile(
    r"(?<![^\W_])(?:m\.?r\.?n\.?|acct|a/c|sort code|routing(?: number)?|aba|account)"
    rf"(?:\s*[:#=]|\s+is|\s+no)?\s+{_VALUE}",
    re.IGNORECASE,
)


def account_spans(text: str) -> list[Span]:
    """The numbers alone, where the words before say whose they are; orders, tickets and invoices are not persons'.

    Example:
        >>> text = "MRN: 40123-4587, customer no. K-88213, order no. 55121, account closed in 2019"
        >>> [text[start:end] for start, end in account_spans(text)]
        ['40123-4587', 'K-88213']
    """
    found = (each for form in (WITH_WORD, BARE) for each in form.finditer(text))
    return apart(each.span(1) for each in found if _is_number(each[1]))


def _is_number(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return len(digits) >= 4 and not is_made_up(value) and not re.fullmatch(r"(?:19|20)\d\d", value)
