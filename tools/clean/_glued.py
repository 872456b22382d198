"""A second task inside an answer: the marks by which prompts tell instruction, input and output apart."""

import re

_LABEL = r"(?:instruction|task|prompt|question)"
SECOND = re.compile(
    rf"^[ \t]*(?:\d{{1,3}}[.):]?[ \t]*(?:#{{2,3}}[ \t]*)?{_LABEL}[ \t]*:"  # 14. Instruction:
    rf"|#{{2,4}}[ \t]*(?:{_LABEL}|input|response|output|human|user|assistant|system|end)\b"
    r"[ \t]*\d*[ \t]*:?[ \t]*(?:$|\S)"
    r"|(?:new |next )?instruction[ \t]*\d*[ \t]*:"
    r"|<\|(?:im_start|im_end|endoftext|user|assistant|system|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>|</s>"
    r"|(?:human|user)[ \t]*:(?=.*^[ \t]*(?:assistant|ai|bot|gpt)[ \t]*:))",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
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
    found = SECOND.search(answer)
    return found.start() if found and not ABOUT_MARKS.search(task) else None
