"""A second task inside an answer: the marks by which prompts tell instruction, input and output apart."""

import re

SECOND = re.compile(
    r"^[ \t]*(?:\d{1,3}[.):]?[ \t]*(?:#{2,3}[ \t]*)?(?:instruction|task|prompt|question)[ \t]*:"  # 14. Instruction:
    r"|#{2,4}[ \t]*(?:instruction|response|human|user|assistant|system|end)[ \t]*\d*[ \t]*(?::|$)"
    r"|(?:new |next )?instruction[ \t]*\d*[ \t]*:)"
    r"|<\|(?:im_start|im_end|endoftext|user|assistant|system|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>|</s>",
    re.IGNORECASE | re.MULTILINE,
)
ASKS = re.compile(r"^[ \t]*(?:human|user)[ \t]*:", re.IGNORECASE | re.MULTILINE)
ANSWERS = re.compile(r"^[ \t]*(?:assistant|ai|bot|gpt)[ \t]*:", re.IGNORECASE | re.MULTILINE)
"""A made-up dialogue, if one follows the other."""
ABOUT_MARKS = re.compile(
    r"\b(instructions?|prompts?|dialogues?|conversation|chat\w*|template|transcript|interview|script|markdown|headings?"
    r"|questions?|exam|quiz|recipe|format|fine-?tun\w*|tokeni[sz]er|few-shot|user stor\w+|survey|test)\b|#{2,}",
    re.IGNORECASE,
)
"""A task that may well be answered with such marks."""


def second_task(task: str, answer: str) -> int | None:
    r"""Where in an answer a further task begins, or None.

    Example:
        >>> second_task("Name a colour.", "Blue.\n2. Instruction: Name a pet.\n2. Output: Cat")
        6
    """
    if ABOUT_MARKS.search(task):
        return None
    if found := SECOND.search(answer):
        return found.start()
    asks = ASKS.search(answer)
    return asks.start() if asks and ANSWERS.search(answer, asks.end()) else None
