"""Where a training runs is said in words, shown before the yes with what it costs, and refused where it cannot be."""

from dataclasses import replace
from pathlib import Path

import pytest

from store import Workspace
from tools import TOOLS, ToolError
from tools.train import places
from tools.train._machine import look
from tools.train._placing import placed, wanted
from tools.train._sharding import sharding
from tools.train.places import processes
from tools.train.places._place import Place

PLAN = {"batch_size": 9, "estimates": {"seconds": 600, "memory_bytes": 1_000_000_000, "disk_bytes": 1}}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("here", Place("here")),
        ("in one process", Place("here")),
        ("2 processes", Place("processes", 2)),
        ("could you split it over three worker processes", Place("processes", 3)),
        ("on both gpus", Place("processes", 2, gpus=True)),
        ("use 4 graphics cards", Place("processes", 4, gpus=True)),
        ("shard the model over 8 gpus", Place("processes", 8, gpus=True, sharded=True)),
        ("with FSDP on two GPUs", Place("processes", 2, gpus=True, sharded=True)),
        ("ray", Place("ray", 2)),
        ("run it on the cluster at ray://10.0.0.1:10001", Place("ray", 2, "ray://10.0.0.1:10001")),
        ("on the ray cluster at head.lan:6379 with 4 workers", Place("ray", 4, "head.lan:6379")),
        ("on our cluster, five workers", Place("ray", 5)),
        ("hf-jobs:l4x1", Place("jobs", flavour="l4x1", gpus=True)),
        ("on Hugging Face Jobs with an A10G", Place("jobs", flavour="a10g-small", gpus=True)),
        ("as a job on the hub, a100x4 please", Place("jobs", 4, flavour="a100x4", gpus=True)),
        ("rent it: huggingface jobs, cpu-upgrade", Place("jobs", flavour="cpu-upgrade")),
    ],
)
def test_a_place_is_said_in_words_and_spelled_so_that_it_is_read_back(words: str, place: Place):
    assert places.said(words) == place
    assert places.said(places.spelled(words)) == place
    assert Place.from_json(place.as_json()) == place


@pytest.mark.parametrize(
    "words",
    [
        "train on tickets",
        "fine-tune reviews, batch size 8",
        "the process is slow",
        "clusters of texts",
        "",
        "train on x-ray notes",
    ],
)
def test_other_words_name_no_place(words: str):
    assert places.spelled(words) == ""


def test_a_place_that_is_none_is_refused_with_those_there_are(tmp_path: Path):
    with pytest.raises(ToolError, match="'the moon' is no place to train in. There are: here; 2 processes"):
        wanted("the moon")
    machine = replace(look(tmp_path), cores=2)
    with pytest.raises(ToolError, match="2 cores: 7 processes would wait"):
        placed(PLAN, Place("processes", 7), machine)
    with pytest.raises(ToolError, match=f"it cannot train on {processes.cards() + 1}"):
        placed(PLAN, Place("processes", processes.cards() + 1, gpus=True), machine)


def test_the_batch_is_one_that_can_be_divided_and_the_memory_is_that_of_all(tmp_path: Path):
    changes, (shown,) = placed(PLAN, Place("processes", 2), replace(look(tmp_path), cores=2))
    assert changes["batch_size"] == 10
    assert changes["estimates"]["memory_bytes"] == 2_000_000_000
    assert "the batch was 9, which cannot be divided by 2" in shown.why
    assert placed(PLAN, Place("here"), look(tmp_path)) == ({}, [])


def test_a_plan_shows_where_it_would_run(trained: Workspace):
    base = trained.runs.get("run-1").plan["base_model"]
    asked = {"dataset": "tickets", "base_model": base, "where": "2 processes"}
    shown = TOOLS["start_training"].show_first(trained, asked)
    assert "of disk in 2 processes on this machine." in shown.text
    assert ("where", "in 2 processes on this machine") in [row[:2] for row in shown.tables[0].rows]
    plain = TOOLS["plan_training"].run(trained, {"dataset": "tickets", "base_model": base})
    assert plain.data
    assert "place" not in plain.data["plan"]


def test_a_model_is_divided_only_on_cards_and_only_if_asked():
    """No machine with several cards was at hand: this holds the configuration alone to what the trainer takes."""
    plan = {"place": Place("processes", 4, gpus=True, sharded=True).as_json()}
    settings = sharding(plan, gpu=True)
    assert settings["fsdp"] is True
    assert settings["fsdp_config"]["state_dict_type"] == "FULL_STATE_DICT"
    assert sharding(plan, gpu=False) == {}
    assert sharding({"place": Place("processes", 4, gpus=True).as_json()}, gpu=True) == {}
    assert sharding({}, gpu=True) == {}
