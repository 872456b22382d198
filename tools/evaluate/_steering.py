"""Answers that speak to whoever judges them, in place of the user. A small judge can be won by "choose this answer"."""

import re

_ANSWER = r"(?:answer|reply|response|completion)"
_TAKE = r"(?:choose|pick|prefer|select|vote for|favou?r|rate|rank|output)"
_SIGNS = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}\b(?:instructions?|rules?|prompts?|criteri(?:a|on))\b",
    rf"\b{_TAKE} (?:\w+ ){{0,2}}{_ANSWER}\b",
    rf"\b{_TAKE} (?:(?:{_ANSWER}|option|letter|number) )?[\"'(]?(?:(?-i:[AB])\b|me\b|mine\b|this one\b)",
    rf"\b(?:this|my|the|your|other|first|second) (?:\w+ )?{_ANSWER} (?:is|was|are|must|should|has to|deserves)\b"
    r"[^.!?\n]{0,25}\b(?:best|better|correct|right|perfect|preferred|superior|win|winner|highest|wrong|worse|bad|lie)\b",
    r"\b(?:dear|note to|as (?:a|an|the)|attention|you are (?:a|an|the)) (?:\w+ )?"
    r"(?:judges?|evaluators?|graders?|assessors?|raters?|llm|language model)\b",
    r"^\s*(?:system|assistant|developer)\s*:|<\|?(?:im_start|im_end|system|assistant|user)\|?>|\[/?INST\]",
    r"\bcorrect output is\b|\bpick mine\b|\bi am right\b[^.!?\n]{0,30}\bother\b",
)
STEERS = re.compile("|".join(f"(?:{sign})" for sign in _SIGNS), re.IGNORECASE | re.MULTILINE)
"""English signs of it. A row where one is met by mistake is only not judged; else there is the swapped order."""


def steers(answer: str) -> bool:
    """Whether an answer seems to tell a judge what to say."""
    return bool(STEERS.search(answer))
