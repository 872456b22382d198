"""Techniques and tasks are found by their files, and a user can name exactly those."""

from typing import get_args

from tools.train._wishes import Task, Technique
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES


def test_every_file_can_be_named_and_everything_named_has_a_file():
    assert set(get_args(get_args(Technique)[0])) == set(TECHNIQUES)
    assert set(get_args(get_args(Task)[0])) == set(TASKS)


def test_a_technique_has_a_rate_for_every_task_it_is_for():
    for technique in TECHNIQUES.values():
        assert set(technique.rates) <= set(TASKS)
        assert all(small >= large > 0 for small, large in technique.rates.values())
        assert technique.why and technique.instead and technique.title
