"""Dates of birth: dates of which the text says that somebody was born on them."""

import re

from tools.clean._personal.spans import Span, apart

MONTH = (
    r"(?:jan(?:uar[yi]?|vier)?|feb(?:ruar[yi]?)?|f[ée]v(?:rier)?|m[aä]r(?:ch|z|s|zo)?|apr(?:il)?|avr(?:il)?|ma[yi]|mayo"
    r"|june?|juni|juin|junio|july?|juli|juillet|julio|aug(?:ust)?|ao[uû]t|agosto|sept?(?:ember|embre)?"
    r"|o[ck]t(?:ober|obre|ubre)?"
    r"|nov(?:ember|embre|iembre)?|de[cz](?:ember|embre|iembre)?|enero|ene|febrero|marzo|abril)\.?"
)
DATE = (
    rf"(?:(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?:[ T]\d\d:\d\d(?::\d\d)?)?"
    rf"|(?:3[01]|[12]\d|0?[1-9])[-/. ](?:3[01]|[12]\d|0?[1-9])[-/. ](?:(?:19|20)\d\d|\d\d)"
    rf"|(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?[- ](?:of |de )?{MONTH},?[- ](?:de |of )?(?:'?\d\d\b|(?:18"
    rf"|19|20)\d\d)"
    rf"|{MONTH}[- ](?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?[- ](?:(?:18|19|20)\d\d|'?\d\d\b))"
)
SAID = (
    r"(?:\bd\.?o\.?b\b\.?|\b(?:date|day|year) of birth\b|\bbirth ?(?:date|day)s?\b|\b(?<!first )born\b|\bgeb(?:oren|\.)"
    r"|\bgeburts(?:datum|tag)\b|\bn[ée]e? le\b|\bdate de naissance\b|\bfecha de nacimiento\b|\bnacid[oa]\b"
    r"|\bnat[oa] il\b"
    r"|\bdata di nascita\b|\bdata de nascimento\b|\bgeboortedatum\b|\bgeboren op\b|\bfødt\b|\bfödd\b)"
)
FOUND = re.compile(
    rf"{SAID}[^\d\n.?!;]{{0,32}}?(?:[.?!\n:]\s?[^\d\n]{{0,12}}?)?(?<![\w])({DATE})(?![\w]|[-/]\d)", re.IGNORECASE
)
BRACKETS = re.compile(rf"(?<=\(\*|\(b)\.?\s?({DATE})(?=[)\s,;])", re.IGNORECASE)


def birth_spans(text: str) -> list[Span]:
    """The dates alone, without the words before.

    Example:
        >>> text = "DOB: 04/12/1978. She was born in Leeds on 3 May 1980 and joined on 1 June 2009."
        >>> [text[start:end] for start, end in birth_spans(text)]
        ['04/12/1978', '3 May 1980']
    """
    return apart(each.span(1) for form in (FOUND, BRACKETS) for each in form.finditer(text))
