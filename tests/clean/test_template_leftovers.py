"""What a template leaves in instruction data, placeholders and glued tasks: what is found, and what stays."""

import json
from collections.abc import Callable

import pytest

from store import Workspace
from tests.clean.conftest import ALPACA, Make
from tests.clean.test_checks import proposed
from tools import TOOLS
from tools.clean._checks import merged_instructions as merged
from tools.clean._checks import placeholder_fields as placeholders
from tools.clean._exchanges import Exchange, Flaw

TEMPLATE = "Below is an instruction.\n\n### Instruction:\nName a colour.\n\n### Input:\n{}\n\n### Response:\n"
Chat = Callable[..., None]


@pytest.fixture
def chat(empty: Workspace) -> Chat:
    """Make `chats` of conversations, each a list of turns that begins with the user's."""

    def made(*conversations: list[str]) -> None:
        told = [
            [{"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(turns)]
            for turns in conversations
        ]
        (empty.uploads / "chats.json").write_text(json.dumps([{"messages": turns} for turns in told]))
        arguments = {"source": "chats.json", "name": "chats"}
        with empty.approvals.typed("load_dataset", arguments):
            TOOLS["load_dataset"].run(empty, arguments)

    return made


@pytest.mark.parametrize(
    "given",
    ["<noinput>", '"<No Input>".', "Noinput", "no input required.", "N/A", "(not applicable)", "None", "[empty]", "-"],
)
def test_an_input_that_says_there_is_none_is_emptied(empty: Workspace, make: Make, given: str):
    make("tasks", [("Name a colour.", given, "Blue.")], "instruction, input, output", ALPACA)
    assert proposed(empty, "tasks", "placeholder_fields") == {1: ("set", "")}
    with empty.approvals.typed("apply_fixes", {}):
        TOOLS["apply_fixes"].run(empty, {"dataset": "tasks"})
    with empty.datasets.read("tasks") as con:
        assert con.execute("select input, output from tasks").fetchall() == [("", "Blue.")]


@pytest.mark.parametrize(
    "given", ["No pain, no gain", "None of them came", "NaCl", "nano", "[1, 2, 3]", "There is no input on this device."]
)
def test_an_input_with_such_words_in_it_stays(given: str):
    assert placeholders.judge(Exchange("Rewrite this.", given, "A new sentence.")) is None


def test_a_placeholder_goes_from_a_prompt_that_holds_its_input(empty: Workspace, make: Make):
    prompts = [TEMPLATE.format("<noinput>"), "Name a colour.\nInput: N/A", "Name a colour.\n\nNo input", "Is it N/A?"]
    make("pairs", [(prompt, "Blue.") for prompt in prompts], "prompt, completion")
    found = proposed(empty, "pairs", "placeholder_fields")
    bare = "Below is an instruction.\n\n### Instruction:\nName a colour.\n\n### Response:\n"
    assert found == {1: ("set", bare), 2: ("set", "Name a colour."), 3: ("set", "Name a colour.")}


def test_a_placeholder_goes_from_a_message_and_the_others_stay(empty: Workspace, chat: Chat):
    chat(["Hello", "Hi!", "Name a colour.\n\nInput: <noinput>", "Blue."], ["Hello", "Hi!"], ["Say it", "<nooutput>"])
    found = proposed(empty, "chats", "placeholder_fields")
    assert found[3][0] == "drop"
    assert [turn["content"] for turn in json.loads(found[1][1] or "")] == ["Hello", "Hi!", "Name a colour.", "Blue."]
    assert set(found) == {1, 3}


def test_a_mark_beside_an_answer_is_taken_off_and_one_within_a_sentence_drops_the_row():
    assert placeholders.judge(Exchange("Write notes.", "", "<noinput>\nC D E")) == Flaw(
        "a placeholder in the answer", "answer", "C D E"
    )
    flaw = placeholders.judge(Exchange("Use another verb.", "Ann <noinput> the door.", "Ann shut the door."))
    assert flaw and flaw.after is None
    assert placeholders.judge(Exchange("Run it without questions.", "", "python manage.py migrate --noinput")) is None


@pytest.mark.parametrize(
    "task, answer",
    [("Draw a chart.", "[Insert chart here]"), ("Make a logo.", "<logo>"), ("Draw.", "<No output - a visual task>")],
)
def test_an_answer_that_only_holds_a_place_is_found(task: str, answer: str):
    assert placeholders.judge(Exchange(task, "", answer))


@pytest.mark.parametrize(
    "task, answer",
    [
        ("Which word is a verb here?", "None"),
        ("Write a tag for bold text.", "<b>bold</b>"),
        ("Start a letter.", "Dear [Name],"),
        ("Give the list.", "[a, b]"),
        ("Write a placeholder text.", "Lorem ipsum dolor sit amet"),
    ],
)
def test_an_answer_that_may_be_meant_so_stays(task: str, answer: str):
    assert placeholders.judge(Exchange(task, "", answer)) is None


def test_a_glued_task_is_cut_off_in_pairs_and_in_messages(empty: Workspace, make: Make, chat: Chat):
    glued = "Blue is calm.\n14. Instruction: Name a pet.\n14. Output: Cat"
    make("pairs", [("Name a colour.", glued), ("Name a colour.", "Blue.")], "prompt, completion")
    assert proposed(empty, "pairs", "merged_instructions") == {1: ("set", "Blue is calm.")}
    chat(["Name a colour.", "Blue.\n### Instruction:\nName a pet.\n### Response:\nCat", "Thanks", "Welcome."])
    ((action, after),) = proposed(empty, "chats", "merged_instructions").values()
    assert action == "set" and json.loads(after or "")[1]["content"] == "Blue."


@pytest.mark.parametrize(
    "task, answer",
    [
        ("Write a prompt for a language model.", "Instruction: Name a pet.\nOutput: Cat"),
        ("How do I bake bread?", "Instructions:\n1. Mix.\n2. Bake."),
        ("Sort a list in Python.", "l.sort()\n# Output: [1, 2]"),
        ("Document the function.", "Adds.\n## Input\nTwo numbers.\n## Output\nTheir sum."),
        ("What is Markdown?", "### Headings\nThey begin with a hash."),
        ("Use the function.", "Input: 3\nOutput: 9"),
    ],
)
def test_marks_that_belong_to_the_answer_stay(task: str, answer: str):
    assert merged.judge(Exchange(task, "", answer)) is None
