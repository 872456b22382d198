from collections import Counter
from importlib.resources import files

import pytest

from assistant.handbook import Section, sections, unanswered
from assistant.topics import topic

ASKED = {
    "our lawyers ask what low-rank adaptation actually is": "LoRA",
    "Give me the short version of LoRA": "LoRA",
    "Weight-decomposed adaptation, is it slower to train?": "DoRA",
    "What does the D in DoRA mean?": "DoRA",
    "what on earth is QLoRA": "QLoRA",
    "how does the IA3 technique work": "IA3",
    "Is prefix tuning good for small models?": "Prompt tuning and prefix tuning",
    "What is an adapter layer?": "Adapters",
    "should I merge the adapter into the base model": "Merging adapters",
    "can I shrink the model to four bits": "Quantisation",
    "the tuned model forgot how to chat normally": "Forgetting",
    "should I fine-tune or use retrieval": "Fine-tuning, prompting or retrieval",
    "is my dataset big enough": "How much data is enough",
    "half of my tickets appear twice, does that matter?": "Duplicates",
    "the score looks too good to be true": "Leakage between train and test",
    "same text but two colleagues gave different labels": "Conflicting labels",
    "empty cells in the message column": "Missing values",
    "strange characters like â€™ in my texts": "Broken encoding and stray characters",
    "Should names be blacked out before training?": "Personal data in training data",
    "95% of my rows are one class": "Unbalanced classes",
    "How do I teach the annotators to be consistent?": "Writing a labelling guide",
    "how should I divide my rows into train and test": "Train, validation and test",
    "what does stratified mean": "Stratified splitting",
    "Which roles are there in a conversation format?": "Chat templates",
    "mask the question so that only the reply is learned": "Training on the answer only",
    "texts get cut off, how long may they be?": "Tokens and maximum length",
    "what is the benefit of augmenting data": "Augmentation",
    "can I make more examples by replacing words with synonyms": "Synonym replacement",
    "translating there and back to get paraphrases": "Back-translation",
    "can ChatGPT write the training examples for us": "Synthetic data from a larger model",
    "what learning rate is typical": "Learning rate",
    "how often should the model see each row": "Epochs",
    "what is gradient accumulation": "Batch size and gradient accumulation",
    "What rank and alpha are sensible?": "LoRA rank and alpha",
    "why is the learning rate lowered towards the end": "Warm-up and schedule",
    "is bf16 better than fp16": "Number formats",
    "the graphics card runs out of memory": "Memory and time",
    "the results vary from run to run": "Repeatable runs",
    "why does the training loss wiggle": "Reading the loss curve",
    "my model is great on the training rows but terrible on new ones": "Overfitting",
    "the model learned nothing at all": "Underfitting",
    "training stopped when I closed the lid, is everything lost": "Checkpoints and early stopping",
    "is 0.9 accuracy good if only five percent are urgent": "Accuracy",
    "we must not miss a single emergency": "Precision and recall",
    "why do we average F1 over classes": "Macro F1",
    "which categories does the model confuse with each other": "Confusion matrix",
    "what is BLEU good for": "BLEU",
    "how do I score summaries": "ROUGE-L",
    "what does exact match ignore": "Exact match",
    "how wide is the margin of error with 100 test rows": "Confidence intervals",
    "how do I know whether the improvement is just luck?": "McNemar's test",
    "how do I test two versions with real users": "A/B tests",
    "it invents paragraphs of law that do not exist": "Made-up answers",
    "do women get treated differently, is it biased": "Bias audits",
    "swap he and she and see if the answer changes": "Counterfactual swaps",
    "one group gets worse accuracy than another": "Gaps between groups",
    "Which words were decisive for this label?": "Explaining a prediction",
    "What can go wrong with attributions, are they proof?": "Limits of explanations",
    "how do I put the finished model online for my team": "Deployment",
    "what should I watch after go-live": "Monitoring",
    "the model got worse since spring": "Drift",
    "can someone extract our confidential files from the model": "Privacy",
    "a client asks me to erase him from the data": "Deleting someone's data",
    "several hospitals want to train together without exchanging records": "Federated learning",
    "may I use this commercially": "Licences and rights",
}
ELSEWHERE = [
    "what's the weather in Lisbon tomorrow",
    "who won the world cup in 1998",
    "write me a poem about autumn leaves",
    "how do I bake sourdough bread",
    "what is the capital of Mongolia",
    "book me a flight to Rome",
    "tell me a joke about cats",
    "how tall is Mount Everest",
    "when was Napoleon born",
    "which wine goes with fish",
    "what medicine helps against a headache",
    "can I sue my neighbour over his fence",
    "draft an email to my landlord about the heating",
    "what did Shakespeare write",
]


SMALL_TALK = ["hello!", "thanks a lot", "hey, good morning", "bye, see you tomorrow"]
ABOUT_WHAT_WAS_SHOWN = ["is that good?", "say that again in simpler words", "which of them would you take?"]


def test_sections_are_many_and_short_and_each_has_its_own_title():
    assert len(sections()) >= 40
    assert max(Counter(section.title for section in sections()).values()) == 1
    for section in sections():
        assert 60 <= len(section.text.split()) <= 140, section.title
        assert section.asked, section.title
        assert len(section.questions) >= 12, section.title
        assert "Asked as" not in section.text


def test_no_question_is_asked_of_two_sections():
    asked = [question.lower() for section in sections() for question in section.questions]
    asked += [question.lower() for kind in ("off", "results", "talk") for question in unanswered(kind)]
    assert not [question for question, times in Counter(asked).items() if times > 1]


def test_every_list_of_questions_is_of_a_section():
    folder = files("assistant.handbook").joinpath("asked")
    titles = [line for file in folder.iterdir() for line in file.read_text().splitlines() if line.startswith("## ")]
    assert sorted(title.removeprefix("## ") for title in titles) == sorted(section.title for section in sections())


def test_nine_questions_in_ten_find_their_section():
    missed = [question for question, title in ASKED.items() if title not in _titles(question)]
    assert len(missed) <= len(ASKED) / 10, missed


def test_the_handbook_is_silent_about_other_things():
    missed = [question for question in ELSEWHERE if topic(question, first=True).kind != "elsewhere"]
    assert len(missed) <= len(ELSEWHERE) / 10, missed


def test_a_remark_is_no_question_about_a_section():
    assert topic("keep it as a file").kind == "talk"


@pytest.mark.parametrize("question", SMALL_TALK)
def test_small_talk_is_no_question(question: str):
    assert topic(question).kind == "talk"


@pytest.mark.parametrize("question", ABOUT_WHAT_WAS_SHOWN)
def test_what_was_shown_can_be_asked_about_once_something_was(question: str):
    assert topic(question).kind == "shown"
    assert topic(question, first=True).kind != "shown"


def test_close_sections_are_quoted_together_the_best_first():
    both = [_titles(f"{one} or {other}?") for one, other in (("LoRA", "DoRA"), ("BLEU", "ROUGE-L"))]
    assert {"LoRA", "DoRA"} & {*both[0]}
    assert {"BLEU", "ROUGE-L"} & {*both[1]}
    assert all(1 <= len(titles) <= 2 for titles in both)


def test_what_dora_stands_for_is_right():
    dora: Section = topic("What does DoRA stand for?").sections[0]
    assert dora.file == "techniques.md"
    assert dora.text.startswith("DoRA stands for Weight-Decomposed Low-Rank Adaptation.")
    assert " ".join(dora.sentences) == dora.text


@pytest.mark.parametrize("question", ["", "?!"])
def test_an_empty_question_is_no_error(question: str):
    assert topic(question).kind in ("handbook", "shown", "talk", "elsewhere")


def _titles(question: str) -> list[str]:
    return [section.title for section in topic(question).sections]
