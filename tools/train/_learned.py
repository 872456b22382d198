"""What is learned of a row, where a task leaves a choice."""

from tools.tool import ToolError
from tools.train._material import Material
from tools.train._rewards import reward_of, told
from tools.train._wishes import Setting, Wishes

GENERATIONS = 4
"""Answers that are tried for a question, to learn from the better ones."""
CHARACTERS_A_TOKEN = 3
FEWEST_ANSWER_TOKENS, MOST_ANSWER_TOKENS = 16, 256


def learned(material: Material, wishes: Wishes) -> list[Setting]:
    """What is learned of a row, where there is a choice.

    Raises:
        ToolError: It does not fit the task, or a pattern cannot be read.
    """
    if material.task == "grpo":
        named = "you asked for it" if wishes.reward else "it needs nothing but the right answers"
        pattern = (wishes.pattern or "").strip()
        plan = {"reward": wishes.reward or "exact_match", "pattern": pattern}
        reward_of(plan)
        reward = Setting("reward", plan["reward"], f"{named}: {told(plan)}", "pattern, json or length")
        return [reward, *([Setting("pattern", pattern, "you gave it")] if pattern else [])]
    if wishes.pattern:
        raise ToolError(f"A pattern belongs to the task grpo, as what is rewarded, and not to {material.task}.")
    if wishes.answers and material.task == "generate":
        if wishes.answers == "last":
            return [Setting("answers", "last", "you asked for it: earlier answers are read and not trained", "all")]
        return [Setting("answers", "all", "you asked for it", "last: only the last answer of each conversation")]
    if material.task == "generate" and material.columns["messages"]:
        why = "every answer of a conversation teaches something"
        return [Setting("answers", "all", why, "last: only the last answer of each conversation")]
    return []


def numbers(material: Material) -> dict[str, int]:
    """For answers that are tried: how many to a question, and how long they may be, in tokens."""
    if material.task != "grpo":
        return {}
    wanted = material.looked.answer_characters * 2 // CHARACTERS_A_TOKEN
    return {"generations": GENERATIONS, "answer_tokens": min(MOST_ANSWER_TOKENS, max(FEWEST_ANSWER_TOKENS, wanted))}
