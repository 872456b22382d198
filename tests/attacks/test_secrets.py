"""Keys are planted wherever a person or a library may leave one; afterwards no file of the workspace has them."""

import logging
from pathlib import Path

import pytest

from assistant.conversation import A_KEY, Conversation
from assistant.decide import Choice
from store import StoreError, Workspace
from store.secrets import MASK, Masking, masked
from tests.attacks.watched import everything
from tests.scripted_model import ScriptedBrain
from tests.waiting import until
from tools import TOOLS

TYPED = {
    "the Hub's": "hf_abcdefghijklmnopqrstuvwxyz012345",
    "OpenAI's": "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789",
    "GitHub's": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "Amazon's": "AKIAIOSFODNN7EXAMPLE",
    "Slack's": "xoxb-123456789012-abcdefghijkl",
    "Google's": "AIzaSyA-abcdefghijklmnopqrstuvwxyz0123",
    "a web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq\n-----END RSA PRIVATE KEY-----",
}
SET = {"HF_TOKEN": "hf_tokenofthisenvironment12345", "TUNEWRIGHT_LLM_KEY": "a plain pass phrase 77"}


@pytest.mark.parametrize("key", TYPED.values(), ids=TYPED)
def test_a_key_is_known_by_its_form(key: str) -> None:
    assert masked(f"it is {key}, keep it", {}) == f"it is {MASK}, keep it"


@pytest.mark.parametrize(
    "text",
    [
        "task-oriented and risk-averse",
        "hf_hub",
        "sk-learn",
        "the key is under the mat",
        "eyJust",
        "desk-lamp-in-a-box",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert masked(text, {"API_KEY": "short", "PATH": "task-oriented"}) == text


def test_a_key_of_the_environment_is_masked_whatever_it_looks_like() -> None:
    assert masked("say a plain pass phrase 77!", SET) == f"say {MASK}!"


def test_after_a_session_full_of_keys_no_file_has_one(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SET.items():
        monkeypatch.setenv(name, value)
    brain = ScriptedBrain("answer", "Good.")
    conversation = Conversation(ws, brain, ws.conversations.current().id)
    told = [event for event in conversation.say(f"my keys are {' '.join(TYPED.values())} and {SET['HF_TOKEN']}")]
    assert any(getattr(event, "text", "") == A_KEY for event in told)
    wanted = Choice("export_dataset", {"dataset": "reviews"})
    monkeypatch.setattr("assistant.think.decide", lambda *_, **__: wanted)
    list(conversation.say("export the reviews"))
    (asked,) = conversation.pending()
    key = TYPED["OpenAI's"]
    list(conversation.answer(asked.id, "no", f"use {key} first"))
    for known in (True, False):
        payload = {"known": known, "said": "nothing"}
        job = ws.jobs.start("audit", "tests.attacks.fails_with_a_key", payload)
        until(lambda id_=job.id: not ws.jobs.get(id_).live)
        with pytest.raises(StoreError):
            ws.jobs.result(job.id)
    (ws.uploads / "more.csv").write_text("text,label\nhello there,a\nand again,b\n")
    with ws.approvals.typed("load_dataset", {}):
        TOOLS["load_dataset"].run(ws, {"source": "more.csv"})
    with ws.approvals.typed("export_dataset", {}):
        TOOLS["export_dataset"].run(ws, {"dataset": "more", "format": "jsonl"})
    with ws.approvals.typed("save_recipe", {}):
        TOOLS["save_recipe"].run(ws, {"dataset": "more"})
    TOOLS["write_report"].run(ws, {})
    found = {
        (path, key)
        for path, content in everything(ws.home)
        for key in [*TYPED.values(), *SET.values()]
        if key.encode() in content.replace(b"\\n", b"\n")
    }
    assert found == set()
    assert any(b"the server refused [key masked]" in content for _, content in everything(ws.home))


def test_a_line_of_the_log_has_no_key_nor_has_its_traceback(tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    handler = logging.FileHandler(file)
    handler.setFormatter(Masking("%(message)s"))
    log = logging.getLogger("tests.attacks.secrets")
    log.addHandler(handler)
    try:
        raise ValueError("401 for " + TYPED["the Hub's"])
    except ValueError:
        log.exception("asked with %s", TYPED["GitHub's"])
    finally:
        log.removeHandler(handler)
        handler.close()
    told = file.read_text()
    assert "ValueError: 401 for [key masked]" in told
    assert not [key for key in TYPED.values() if key in told]
