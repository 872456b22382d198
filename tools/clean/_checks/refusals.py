"""Answers in which a model refuses."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal

GROUP = "instruction data"
CALLED = "refusal refuse refused decline unwilling"
"""What people call it."""

OPENING = 400
"""Characters of an answer in which a refusal shows."""
_I = r"(?:i|we)"
_CANNOT = (
    r"(?:can ?not|can['’]t|could not|couldn['’]t|am (?:unable|not able|not capable|not allowed|not programmed)"
    r"|['’]m (?:unable|not able|not capable|not allowed|not programmed)|are (?:unable|not able)|do not have the"
    r"|don['’]t have (?:the|access|enough|any|personal)|do not have (?:access|enough|any|personal)|must decline"
    r"|have to decline)"
)
_SERVE = (
    r"(?:help|assist|provid\w*|answer\w*|fulfil+\w*|comply|complet\w*|generat\w*|creat\w*|produc\w*|perform\w*|access\w*|browse\w*"
    r"|process\w*|accurately|predict\w*|determin\w*|display\w*|draw\w*|design\w*|play\w*|compos\w*|engage|offer"
    r"|give|support|do (?:that|this|so)"
    r"|satisfy|execut\w*|ability|capabilit\w*|information|context|opinions?|feelings?|write|share|discuss|make|respond\w*)"
)
A_MODEL = re.compile(
    r"\b(?:as|being|i am|i['’]m|since i am|because i['’]m)(?: (?:just|only|merely))? (?:an? )?(?:large |artificial "
    r"|ai )*"
    r"(?:language model|ai\b(?! (?:engineer|researcher|expert|specialist|student|developer|company|startup|enthusiast))"
    r"|artificial intelligence|gpt\b|chat ?bot|virtual assistant|machine learning model)",
    re.IGNORECASE,
)
"""The model speaks of itself."""
REFUSES = re.compile(
    rf"(?:\b(?:sorry|apologi[sz]e|unfortunately|regret"
    rf"|afraid)\b.{{0,80}}?\b{_I}\b ?{_CANNOT}\W+(?:\w+\W+){{0,3}}?{_SERVE}"
    rf"|^\W*{_I} ?{_CANNOT}\W+(?:\w+\W+){{0,3}}?{_SERVE}"
    r"|\b(?:beyond|outside|exceeds)(?: of)?(?: the)?(?: \w+)? (?:capabilit\w+|abilit\w+|scope) of (?:the model"
    r"|this model|an ai|a language model|me|gpt)"
    r"|(?:language|gpt|ai) models? (?:are not|cannot|can['’]t|is not|isn['’]t|do not|does not) (?:able|capable"
    r"|designed|create|perform|have)"
    r"|\bwe cannot complete this task|\b(?:request|task) (?:cannot be (?:completed|fulfilled|done by)"
    r"|is not possible for (?:me|an ai|the model)))",
    re.IGNORECASE | re.DOTALL,
)
SUSPECT = (
    rf"regexp_matches(substr(answer, 1, {OPENING}), '(?i)\b(as|being|am|''m|’m) (\w+ ){{0,3}}(language model|ai"
    rf"|artificial|gpt|chat ?bot|virtual|machine)\b"
    r"|sorry|apolog|unfortunately|regret|afraid|^\W*(i|we)\b|beyond|outside|exceed|models? (are|can|is|isn|do)|cannot')"
)
ABOUT = re.compile(
    r"\b(apolog\w*|refus\w*|declin\w*|reject\w*|sorry|letter|e-?mail|repl(?:y|ies)|dialogues?|conversation|story|quotes?|character|role-?play"
    r"|pretend|imagine|translat\w*|paraphras\w*|rewrit\w*|modif\w*|chang\w*|convert\w*|formal\w*|respon(?:se|d)|rephras\w*|edit|correct|proofread|classif\w*|tone|sentences?|speech|script|poem|song|lyrics"
    r"|chat ?bot|are you|do you|can you (?:feel|think)|you(?:r|'re| are))\b",
    re.IGNORECASE,
)
"""A task in which somebody else may refuse, or the model is spoken to about itself."""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether the answer's opening refuses, in the model's own voice."""
    opening = exchange.answer[:OPENING]
    speaks = A_MODEL.search(opening)
    if speaks and speaks.start() < 60:
        return Flaw(f'the answer speaks as a model: "{speaks[0]}"', sure=False)
    found = REFUSES.search(opening)
    if found and not ABOUT.search(exchange.asked):
        return Flaw(f'the answer refuses: "{" ".join(found[0].split())[:80]}"', sure=False)
    return None


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:answer refuses|answers refuse}",
        sentence="Drop {rows:row whose answer refuses|rows whose answers refuse}.",
        done="Dropped {rows:row whose answer refused|rows whose answers refused}.",
        why="A model learns from a few refusals to refuse much more than was meant.",
        doubt="It is wrong where refusing is the right answer: data that teaches safety, or what the assistant must not"
        " do. Look at the questions, and decline it if they should be refused.",
        edits="from flagged",
        views={"flagged": flagged(data, "refusals", SUSPECT, judge)},
    )
